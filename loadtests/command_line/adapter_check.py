"""`mashang load adapter check`: each operation of an adapter once on the live target, and what can be judged."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from loadtests.adapter import Adapter, AdapterTarget
from loadtests.adapter.capability import Capabilities, capabilities
from loadtests.adapter.reading import Unset
from loadtests.audit import AdapterWire, Audit, RunFolder, audit_run
from loadtests.audit.plain import lines as audit_lines
from loadtests.command_line.adapter import REASONS
from loadtests.command_line.load_run import run_id_at
from loadtests.generator.adapter_target import LiveTarget
from loadtests.generator.door import Door, reach
from loadtests.generator.reception import Reception
from loadtests.generator.session import Session
from loadtests.generator.settings import Settings
from loadtests.generator.trying import Trying
from loadtests.generator.working import adapter_in
from loadtests.operations import Operation, read_operations, write_operations
from loadtests.references import MADE, TOWN, Reference, references_in, resolved
from wording import ExitCode, MashangError, Wording

HUNTED = 2_000  # a hunt goes through one subject after the other
SHOWN = 8


@dataclass(slots=True)
class Tried:
    """What became of one type of operation: ok, rejected, unknown, not_done, or not_tried."""

    type: str
    outcome: str = "not_tried"
    code: str = ""
    status: int = 0
    fault: str = ""


@dataclass(slots=True)
class Check:
    """Everything that was found out."""

    tried: dict[str, Tried] = field(default_factory=dict)
    capabilities: Capabilities | None = None
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    audit: Audit | None = None

    @property
    def fine(self) -> bool:
        """True if every operation that was tried got a definite answer, some at least, and none is a violation."""
        outcomes = [each.outcome for each in self.tried.values()]
        definite = all(each in {"ok", "rejected", "not_tried"} for each in outcomes)
        return definite and "ok" in outcomes and (self.audit is None or not self.audit.violated)


def check(
    *,
    file: Path,
    target: str | None,
    accounts: Path | None,
    allow_host: list[str] | None,
    as_json: bool,
    wording: Wording,
) -> int:
    """Try everything once. 0 all answered as the file says, 1 something did not, 5 the target is not there."""
    hosts, pool = ",".join(allow_host or []), str(accounts or "")
    settings = Settings.read({"adapter": str(file), "host": target, "allow_host": hosts, "accounts": pool})
    adapter = adapter_in(settings)
    reach(settings.endpoint())
    found = Check(capabilities=capabilities(adapter), objects=object_matrix(adapter))
    if adapter.objects:
        _try_objects(adapter, settings, found)
    if found.capabilities is not None and found.capabilities.served:
        _try_catalogue(adapter, settings, found)
    if as_json:
        print(json.dumps(_plain(found), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(found, wording)))
    return ExitCode.FINE if found.fine else ExitCode.FINDINGS


def object_matrix(adapter: Adapter) -> dict[str, dict[str, Any]]:
    """By object: its model, functions that have an entry, those that lack one, and why it cannot be judged or ''."""
    matrix = {}
    for name, thing in adapter.objects.items():
        types = thing.types(name)
        served = [function for function, kind in types.items() if adapter.entry(kind) is not None]
        reads = [each for each in served if each.startswith("read:")]
        answering = thing.model == "counter" and "add" in served
        why = "no_writes" if len(reads) == len(served) else "" if reads or answering else "no_reads"
        lacking = [each for each in types if each not in served]
        matrix[name] = {"model": thing.model, "served": served, "lacking": lacking, "why": why}
    return matrix


@contextmanager
def _trying(
    settings: Settings, adapter: Adapter, actors: set[str], start_s: int | None = None
) -> Iterator[tuple[LiveTarget, Trying]]:
    """Logins and seed before, teardown after."""
    by = AdapterTarget(adapter)
    session = Session(run_id_at(time.time()), start_s)
    reception = Reception(by, settings.endpoint(), session, os.environ, settings.allow_host)
    try:
        reception.prepare(actors)
        live = LiveTarget(by, session)
        trying = Trying(live, Door(settings.endpoint()))
        try:
            yield live, trying
        finally:
            trying.close()
        reception.teardown()
    finally:
        reception.close()


def _try_objects(adapter: Adapter, settings: Settings, found: Check) -> None:
    """Each function of each object, and an audit of what came back."""
    from loadtests.plan.objects.sample import sample_of

    operations = sample_of(adapter)
    known: dict[Reference, Any] = {}
    with _trying(settings, adapter, {each.actor for each in operations}) as (live, trying):
        for operation in operations:
            _carry_out(operation, (live, trying), known, found)
    with tempfile.TemporaryDirectory(prefix="check-") as name:
        folder = Path(name)
        write_operations(folder / "operations.jsonl.gz", operations)
        (folder / "plan.json").write_text(json.dumps({"profile": "objects", "operations": len(operations)}))
        trying.write(folder / "history-0.jsonl")
        found.audit = audit_run(RunFolder(folder), AdapterWire(adapter, "check", Unset()))


def _try_catalogue(adapter: Adapter, settings: Settings, found: Check) -> None:
    """Commands and reads of the platform: those of a small hunt, until each type has been accepted once."""
    from loadtests.plan.hunt import plan_of_hunt

    with tempfile.TemporaryDirectory(prefix="check-") as name:
        made = plan_of_hunt(1, HUNTED, None, Path(name))
        town = [each for each in read_operations(Path(name) / "town.jsonl.gz") if adapter.entry(each.type)]
        hunted = [each for each in read_operations(Path(name) / "operations.jsonl.gz") if adapter.entry(each.type)]
    wanted = {each for operation in hunted for each in references_in(operation.data)}
    known: dict[Reference, Any] = {}
    with _trying(settings, adapter, {each.actor for each in (*town, *hunted)}, made.start_s) as (live, trying):
        for operation in town:
            _carry_out(replace(operation, intent="town"), (live, trying), known, found)
        for operation in hunted:
            needed = any(each.source == MADE and each.n == operation.n for each in wanted)
            if needed or found.tried.get(operation.type, Tried("")).outcome != "ok":
                _carry_out(operation, (live, trying), known, found)
    served = (*found.capabilities.served, *found.capabilities.reads) if found.capabilities is not None else ()
    for kind in served:
        if not kind.endswith("*"):
            found.tried.setdefault(kind, Tried(kind))


def _carry_out(operation: Operation, by: tuple[LiveTarget, Trying], known: dict[Reference, Any], found: Check) -> None:
    """One operation; the best outcome of its type is what is shown."""
    live, trying = by
    of = found.tried.setdefault(operation.type, Tried(operation.type))
    try:
        filled = replace(operation, data=resolved(operation.data, known))
        exchanges, made = trying.carry_out(filled)
    except KeyError:
        return  # what it refers to was not made
    except MashangError as wrong:
        of.code = of.code or wrong.wording_id
        return
    source = TOWN if operation.intent == "town" else MADE
    known.update({Reference(source, operation.n, name): value for name, value in made.items()})
    answer = live.by.interpret(filled, exchanges)
    if of.outcome != "ok":
        last = exchanges[-1]
        of.outcome, of.code, of.status, of.fault = answer.kind, answer.code, last.status, last.fault


def _plain(found: Check) -> dict[str, Any]:
    shown = found.capabilities
    return {
        "fine": found.fine,
        "operations": {name: asdict(each) for name, each in sorted(found.tried.items())},
        "objects": found.objects,
        "commands": {"served": shown.served, "lacking": shown.lacking} if shown is not None else {},
        "invariants": shown.invariants if shown is not None and shown.served else {},
        "violations": dict(found.audit.counts) if found.audit is not None else {},
    }


def _lines(found: Check, wording: Wording) -> Iterator[str]:
    """For a person: operations, objects, invariants, and what the few answers already contradict."""
    yield wording.text("load.adapter.check.operations")
    for name, each in sorted(found.tried.items()):
        told = each.code or each.fault or (str(each.status) if each.status else "")
        yield f"  {wording.text(f'load.adapter.check.{each.outcome}'):<12} {name}  {told}".rstrip()
    if found.objects:
        yield wording.text("load.adapter.check.objects")
    for name, each_object in found.objects.items():
        why = each_object["why"]
        judged = wording.text(f"load.adapter.check.{why}" if why else "load.adapter.check.judged")
        lacking = ", ".join(each_object["lacking"]) or "-"
        yield f"  {name} ({each_object['model']}): {judged}"
        served = ", ".join(each_object["served"])
        yield f"    {wording.text('load.adapter.check.functions', served=served, lacking=lacking)}"
    shown = found.capabilities
    if shown is not None and shown.served:
        total = len(shown.served) + len(shown.lacking)
        yield wording.text("load.adapter.matrix.commands", served=len(shown.served), total=total)
        yield wording.text("load.adapter.matrix.checkable", n=len(shown.checkable), total=len(shown.invariants))
        for reason, text_id in REASONS.items():
            if names := [name for name, why in shown.invariants.items() if why == reason]:
                yield f"  {wording.text(text_id)} {' '.join(names)}"
    if found.audit is not None and found.audit.violated:
        yield from audit_lines(found.audit, wording)
    yield wording.text("load.adapter.check.fine" if found.fine else "load.adapter.check.not_fine")
