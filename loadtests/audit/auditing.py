"""The whole audit: the town, one pass over the history for the cheap layers, another one for the replay."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, cast

from engine import Engine, Policy, new_engine, seeded_salt
from engine.policy import policy_from
from loadtests.audit.bounds import Bounds
from loadtests.audit.calls import Call, Interpreter
from loadtests.audit.conformance import Conformance
from loadtests.audit.conservation import Conservation
from loadtests.audit.exported import Exported, positions_of, told
from loadtests.audit.facts import Facts
from loadtests.audit.findings import Audit, Finding
from loadtests.audit.groups import Groups, Outlook
from loadtests.audit.keys import Town
from loadtests.audit.replaying import Position, Replay, Scope, give_town, scope_of
from loadtests.audit.run_folder import RunFolder, lines_of
from loadtests.audit.served import ServesObjects, judge_served
from loadtests.audit.singly import judge_objects
from loadtests.audit.unseen import Unseen
from loadtests.audit.watching import Asked, Watching
from loadtests.linearizability import Call as Step
from loadtests.linearizability.parts import without_collector
from loadtests.operations import Operation
from wording import ExitCode, MashangError

OBJECTS = "objects"
"""The profile of plans about the objects of an adapter."""
MOST_WATCHED = 300_000
"""Operations of a run whose export is looked at by the platform's invariants: they are held for that."""
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading an answer raises that has not the fields of what it says it is."""


@dataclass
class Auditing:
    """An audit under way."""

    run: RunFolder
    interpreter: Interpreter
    audit: Audit = field(default_factory=Audit)
    replay: bool = True

    @cached_property
    def outlook(self) -> Outlook:
        """A first look at the plan."""
        return Outlook(self.run)

    def everything(self) -> Audit:
        """All layers. Raises MashangError for a folder that cannot be audited."""
        if self.run.plan.get("profile") == OBJECTS:
            return self._objects()
        with without_collector():
            self._cheap_layers()
            gc.collect()  # an engine refers to itself
            if self.replay:
                with self._timed("replay"):
                    Replay(self._town(), self.audit, self._positions()).run(self._effects(Audit()))
            else:
                self.audit.layers["replay"].reason = "audit.reason.not_asked"
            gc.collect()
            self._final_state()
        self._complete()
        self.audit.sort()
        return self.audit

    def _objects(self) -> Audit:
        """A plan of objects that only the adapter knows."""
        if not getattr(self.interpreter, "objects", None):
            raise MashangError(ExitCode.USAGE, "audit.objects_need_adapter", folder=self.run.path)
        with self._timed("linearizability"):
            judge_served(self.run, cast("ServesObjects", self.interpreter), self.audit)
        self._complete()
        self.audit.sort()
        return self.audit

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.audit.seconds[name] = self.audit.seconds.get(name, 0.0) + time.process_time() - began

    def _town(self) -> Engine:
        """A reference engine with the town, at the instant at which the target was given it."""
        self.run.maker = getattr(self.interpreter, "made", None)
        engine = new_engine(policy_of(self.run.plan), salt=seeded_salt(0))
        at = self.run.plan.get("town_at", self.run.plan.get("at"))
        if type(at) is not int:
            at = self._first_instant()
        start = self.run.plan.get("start_s")
        self.audit.town_refused = give_town(self.run.town_operations(), engine, at, start)
        return engine

    def _first_instant(self) -> int:
        """The earliest instant that an answer says; towns are loaded on the same civil day."""
        instants = (call.answer.at for call in self.run.calls(self.interpreter) if call.answer.at is not None)
        return min((at for at, _ in zip(instants, range(1_000), strict=False)), default=0)

    def _effects(self, audit: Audit) -> Iterator[Call]:
        """Calls with one effect each; what repeats say goes to `audit`."""
        return self._groups(audit).through(self.run.calls(self.interpreter, confirmed=True))

    def _groups(self, audit: Audit) -> Groups:
        retention_s, start = policy_of(self.run.plan).idempotency.retention_s, self.run.plan.get("start_s")
        return Groups(self.outlook.repeated, audit, retention_s, start if type(start) is int else None)

    def _positions(self) -> dict[Scope, Position] | None:
        """Where the export has what got no definite answer; None without an export."""
        if self.run.events is None:
            return None
        calls = self._effects(Audit())
        wanted = {scope_of(call) for call in calls if call.outcome == "unknown" and not call.is_read}
        return positions_of(told(lines_of(self.run.events)), wanted)

    def _cheap_layers(self) -> None:
        with self._timed("town"):
            engine = self._town()
        with self._timed("cheap"):
            audit = self.audit
            unseen = Unseen(engine.district)
            bounds, conservation = Bounds(engine, audit, unseen), Conservation(engine, audit, unseen)
            facts = Facts(Town(engine), self.outlook.refunded, unseen)
            judge_objects(self._steps(facts, bounds, conservation), facts, audit, self._expected())
            bounds.finish()
            conservation.finish()

    def _expected(self) -> int:
        known = self.run.plan.get("operations", self.run.plan.get("ops"))
        return known if type(known) is int else self.run.operations.stat().st_size // 20

    def _steps(self, facts: Facts, bounds: Bounds, conservation: Conservation) -> Iterator[Step]:
        """One pass over the history: every layer sees every call, and the steps of single objects are handed on."""
        audit = self.audit
        conformance = Conformance(audit)
        for call in self._groups(audit).through(self._seen(conformance)):
            conformance.effect(call)
            try:
                facts.unseen.see(call)
                bounds.see(call)
                conservation.see(call)
                steps = list(facts.steps(call))
            except UNREADABLE:  # an answer that is no answer to what was asked
                conformance.unreadable(call)
                continue
            yield from steps
        facts.unseen.settle()
        conformance.finish()

    def _seen(self, conformance: Conformance) -> Iterator[Call]:
        counts = self.audit.calls
        for call in self.run.calls(self.interpreter, confirmed=True):
            counts[call.outcome] += 1
            conformance.see(call)
            yield call

    def _final_state(self) -> None:
        layer = self.audit.layers["final_state"]
        if self.run.events is None:
            layer.reason = "audit.reason.no_export"
            return
        with self._timed("final_state"):
            exported = Exported(self.audit, self.outlook.repeated)
            exported.see(told(lines_of(self.run.events)))
            for call in self._effects(Audit()):
                exported.answered(call)
            if self.replay and self._expected() <= MOST_WATCHED:
                operations = chain(self.run.town_operations(), self.run.planned())
                asked = Asked(operations, self._effects(Audit()))
                watching = Watching(self.audit, policy_of(self.run.plan), asked)
                watching.see(told(lines_of(self.run.events)))
                self._place(watching)

    def _place(self, watching: Watching) -> None:
        """Say of each violation in the export which operation it came with."""
        wanted: dict[Scope, list[Finding]] = {}
        for finding, scope in watching.scopes:
            wanted.setdefault(scope, []).append(finding)
        for operation in self.run.planned() if wanted else ():
            for finding in wanted.pop((operation.actor.partition(":")[0], operation.key), ()):
                finding.also = [operation.n]

    def _complete(self) -> None:
        """Operations for the scripts: what the steps of a finding came from."""
        wanted: dict[int, list[Finding]] = {}
        for finding in self.audit.findings:
            if finding.also or not finding.operations:
                finding.operations.clear()
                for number in numbers_of(finding):
                    wanted.setdefault(number, []).append(finding)
        if not wanted:
            return
        known = self.run.known if self.run.maker is not None else None
        for found in lines_of(self.run.operations, known):
            for finding in wanted.get(found["n"], ()):
                finding.operations.append(Operation(**found))


def numbers_of(finding: Finding) -> list[int]:
    """The operations that a finding is about, in the order in which they were sent."""
    if finding.also:
        return finding.also
    if finding.steps:
        return [step.number for step in sorted(finding.steps, key=lambda step: step.start)]
    return [finding.values["op"]] if "op" in finding.values else []


def policy_of(plan: dict[str, Any]) -> Policy:
    """The policy of a plan: a whole document, numbers by path, or nothing said. Raises MashangError."""
    found = plan.get("policy")
    if not isinstance(found, dict):
        return Policy()
    try:
        return policy_from(found) if "points" in found else Policy().changed(found)
    except ValueError as wrong:
        problem = str(wrong).splitlines()[0]
        raise MashangError(ExitCode.CONTENT, "audit.bad_policy", problem=problem) from wrong


def audit_run(run: RunFolder, interpreter: Interpreter, *, replay: bool = True) -> Audit:
    """Audit a run. Raises MashangError for a folder that cannot be audited."""
    return Auditing(run, interpreter, replay=replay).everything()
