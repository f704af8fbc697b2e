"""The audit of objects that an adapter serves: is there an order of what was done to each that explains all answers?

Nothing is asked of the reference engine, which knows nothing of them. A collection's items are told apart by the id
that the target gave them; of their fields those are judged that were sent and that any read of the run has shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

from loadtests.adapter.objects import Thing
from loadtests.audit.calls import Call, Interpreter
from loadtests.audit.findings import CONTRACT, OBJECT, Audit, Finding, finding_of
from loadtests.audit.groups import Outlook
from loadtests.audit.run_folder import RunFolder
from loadtests.audit.served_model import DELETE, GET, LISTED, PUT, Served, projected
from loadtests.linearizability import Call as Step
from loadtests.linearizability import Violation, check
from loadtests.operations import READ, Operation

BUDGET = 5_000_000
NOT_FOUND = "NOT_FOUND"
LAYER: Final = "linearizability"
ELSEWHERE = ("replay", "bounds", "conservation", "final_state")
ITEM = "id"


class ServesObjects(Interpreter, Protocol):
    """An interpreter whose adapter has objects."""

    objects: Mapping[str, Thing]


def judge_served(run: RunFolder, interpreter: ServesObjects, audit: Audit) -> None:
    """Judge all objects of a run, and fill the audit."""
    gathering = _Gathering(run, interpreter, audit)
    steps = gathering.all_steps()
    model = Served({name: thing.model for name, thing in interpreter.objects.items()})
    verdict = check(steps, model, BUDGET)
    if definite := sum(step.type == "ok" for step in steps):
        audit.checked(LAYER, OBJECT, definite)
    audit.layers[LAYER].unknown += len(verdict.unknown)
    told = {violation.key for violation in verdict.violations}
    for violation in verdict.violations:
        audit.found(_finding(violation, model))
    audit.counts[OBJECT] += sum(key not in told for key in verdict.violated)
    if not audit.counts[OBJECT]:
        del audit.counts[OBJECT]
    for name in ELSEWHERE:
        audit.layers[name].reason = "audit.reason.objects"  # type: ignore[index] # a tuple of its keys


class _Gathering:
    """Turns calls into steps of objects."""

    def __init__(self, run: RunFolder, interpreter: ServesObjects, audit: Audit) -> None:
        self._run = run
        self._interpreter = interpreter
        self._objects = interpreter.objects
        self._audit = audit
        self._ids: dict[tuple[str, str], None] = {}

    def all_steps(self) -> list[Step]:
        """Of the town, which lies before everything, and of the run."""
        town = list(self._run.town_calls(self._interpreter))
        calls = [*town, *self._effects()]
        shown = self._shown(calls)
        steps: list[Step] = []
        for call in calls:
            steps += self._steps(call, shown)
        listed = [call for call in calls if call.operation.type.endswith(".list") and call.outcome == "ok"]
        for call in listed:
            steps += self._listed(call)
        return steps

    def _effects(self) -> Iterator[Call]:
        """Calls with one effect each: those that share a key are one, and may not have made two things (H03)."""
        repeated = Outlook(self._run).repeated
        groups: dict[str, list[Call]] = {}
        for call in self._run.calls(self._interpreter, confirmed=True):
            if call.operation.intent != "confirm":
                self._audit.calls[call.outcome] += 1
            self._conforms(call)
            if call.operation.key in repeated:
                groups.setdefault(call.operation.key, []).append(call)
            else:
                yield call
        for group in groups.values():
            yield self._merged(group)

    def _conforms(self, call: Call) -> None:
        """An answer that no rule of the adapter explains is not settled; a read must show what its object holds."""
        layer = self._audit.layers["conformance"]
        if "unmapped" in call.answer.problems:
            layer.unknown += 1
            layer.reason = layer.reason or "audit.reason.unmapped"
            layer.values = layer.values or {"type": call.operation.type, "status": call.answer.status}
        elif call.outcome == "ok" and not _is_readable(call, self._thing(call)):
            seen = f"{call.answer.view!r:.60}"
            self._audit.found(finding_of(CONTRACT, "conformance", [call], "audit.seen.no_value", seen=seen))
        if call.outcome in {"ok", "rejected"}:
            self._audit.checked("conformance", CONTRACT)

    def _merged(self, group: list[Call]) -> Call:
        definite = [call for call in group if call.outcome in {"ok", "rejected"}]
        invoked = min(call.invoked_ns for call in group if call.attempts) if any(c.attempts for c in group) else 0
        if not definite:
            return Call(group[0].operation, invoked, None, group[0].answer, is_read=group[0].is_read)
        first = min(definite, key=lambda call: call.returned_ns or 0)
        self._audit.checked("conformance", "H03", len(definite) - 1)
        made = {str(found): call for call in definite if (found := self._made_by(call)) is not None}
        if len(made) > 1:
            one, other = list(made)[:2]
            self._audit.found(
                finding_of("H03", "conformance", list(made.values())[:2], "audit.seen.repeat", first=one, second=other)
            )
        return Call(first.operation, invoked, first.returned_ns, first.answer, group, is_read=first.is_read)  # type: ignore[arg-type] # only asked whether there are any

    def _made_by(self, call: Call) -> Any:
        return self._run.made_of(call.operation.n, ITEM, town=call.operation.intent == "town")

    def _shown(self, calls: Iterable[Call]) -> dict[str, frozenset[str]]:
        """By collection the fields that reads show."""
        found: dict[str, set[str]] = {}
        for call in calls:
            if call.is_read and call.outcome == "ok" and isinstance(call.answer.view, dict):
                found.setdefault(_name(call.operation), set()).update(call.answer.view)
        return {name: frozenset(thing.fields) & found.get(name, set()) for name, thing in self._objects.items()}

    def _thing(self, call: Call) -> Thing | None:
        return self._objects.get(_name(call.operation))

    def _steps(self, call: Call, shown: dict[str, frozenset[str]]) -> Iterator[Step]:
        thing = self._thing(call)
        if thing is None or call.outcome == "not_done":
            return
        if thing.model == "collection":
            yield from self._item_steps(call, shown[_name(call.operation)])
            return
        said, f = call.operation.data, _function(call.operation)
        if f == "read" and thing.model == "counter" and call.answer.view is None:
            call.answer.view = 0
        value = [said["old"], said["new"]] if f == "cas" else said.get("value", said.get("amount"))
        if call.outcome == "ok" and not _is_readable(call, thing):
            return
        result = call.answer.view if call.is_read or (f, thing.model) in ANSWERING else None
        yield _step(call, f, value, result)

    def _item_steps(self, call: Call, fields: frozenset[str]) -> Iterator[Step]:
        """What was done to one item; that it was not found is a read that showed nothing."""
        operation, f = call.operation, _function(call.operation)
        name = _name(operation)
        found = self._made_by(call) if f == "create" else operation.data.get(ITEM)
        if f == "list" or found is None or str(found).startswith("$"):
            return
        key = f"{name}:{found}"
        self._ids[name, str(found)] = None
        if call.outcome == "rejected" and call.answer.code == NOT_FOUND and f != "create":
            yield _step(call, GET, None, None, key=key, kind="ok")
        elif f in {"create", "update"}:
            yield _step(call, PUT, projected(operation.data["value"], fields), None, key=key)
        elif f == "delete":
            yield _step(call, DELETE, None, None, key=key)
        elif call.outcome != "rejected":
            yield _step(call, GET, None, projected(call.answer.view, fields), key=key)

    def _listed(self, call: Call) -> Iterator[Step]:
        """An item in a list was there; one that is not was not, if lists leave none out."""
        name = _name(call.operation)
        seen = {str(each) for each in call.answer.view} if isinstance(call.answer.view, list) else set()
        every = self._objects[name].lists_all
        for of, found in self._ids:
            if of == name and (every or found in seen):
                yield _step(call, LISTED, None, found in seen, key=f"{name}:{found}")


ANSWERING = {("cas", "register"), ("add", "counter"), ("add", "set"), ("remove", "set")}
"""Functions whose answers say something about the object."""


def _is_readable(call: Call, thing: Thing | None) -> bool:
    """Whether an answer has the kind of value that its object holds."""
    if thing is None or not call.is_read:
        return True
    view, f = call.answer.view, _function(call.operation)
    if thing.model == "counter":
        return view is None or type(view) is int
    return isinstance(view, list) if (thing.model, f) in {("set", "read"), ("collection", "list")} else True


def _step(call: Call, f: str, value: Any, result: Any, **how: Any) -> Step:
    kind: Any = how.get("kind") or {"ok": "ok", "rejected": "fail"}.get(call.outcome, "info")
    operation = call.operation
    key = how.get("key") or f"{_name(operation)}:{operation.data.get(ITEM)}"
    end = call.returned_ns if kind != "info" else None
    if kind == "fail":
        result = call.answer.code
    return Step(f, value, call.invoked_ns, end, kind, result, key, operation.actor, operation.n)


def _name(operation: Operation) -> str:
    return operation.type.removeprefix(READ).partition(".")[0]


def _function(operation: Operation) -> str:
    return operation.type.rpartition(".")[2]


def _finding(violation: Violation, model: Served) -> Finding:
    begin = model.shown(violation.begin)
    return Finding(
        OBJECT,
        LAYER,
        violation.key or "",
        "audit.seen.order",
        {"call": violation.impossible.f, "begin": begin},
        violation.history,
        violation.impossible,
        begin,
        [(each.why, each.call.number) for each in violation.explanations],
    )
