"""Carrying a plan out on a fresh engine, one operation after the other: what it makes, and what it is answered."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from engine import Code, Engine, Envelope, Outcome, Policy, Rejected, new_engine, seeded_salt
from engine.catalogue import BY_TYPE
from engine.contract import command_from
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import read_now
from loadtests.operations import READ, Operation
from loadtests.references import Reference, fields_of, resolved

ACCEPTED, UNRESOLVED = "ok", "UNRESOLVED"
MADE_ID = re.compile(r"(?!(?:com|grd|bld|dwl|wkr|per|mer|rid|bil)_)[a-z]{2,4}_[0-9]{8}")
"""What the engine numbers; ids of these kinds are said by whoever registers them, and are the same everywhere."""


def view_of(outcome: Outcome) -> list[dict[str, Any]]:
    """What an answer shows: the events as the journal has them."""
    return [{"type": each.type, "data": json.loads(each.encode())} for each in outcome.events]


@dataclass(slots=True)
class Answers:
    """Answers by type of operation."""

    by_type: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def count(self, wire: str, answer: str) -> None:
        """One more."""
        self.by_type[wire][answer] += 1

    def told(self) -> dict[str, Any]:
        """For the manifest."""
        sums: Counter[str] = Counter()
        reads = 0
        for wire, answers in self.by_type.items():
            if wire in BY_TYPE:
                sums.update(answers)
            else:
                reads += answers.total()
        return {
            "accepted": sums.pop(ACCEPTED, 0),
            "rejected": dict(sorted(sums.items())),
            "reads": reads,
            "by_type": {wire: dict(sorted(self.by_type[wire].items())) for wire in sorted(self.by_type)},
        }


class Rehearsal:
    """A fresh engine that is told operations; it knows what each reference stands for here."""

    def __init__(self, policy: Policy, start_s: int) -> None:
        """Nothing told yet."""
        self.engine: Engine = new_engine(policy, salt=seeded_salt(0))
        self.start_s = start_s
        self.known: dict[Reference, Any] = {}
        self.answers = Answers()

    def carry_out(self, source: str, operation: Operation) -> Outcome | None:
        """Its outcome; None for a read, and for one that refers to what was never made."""
        if operation.is_read:
            self.answers.count(operation.type, self._asked(operation))
            return None
        try:
            outcome = self.engine.execute(self.envelope(operation))
        except KeyError:
            self.answers.count(operation.type, UNRESOLVED)
            return None
        except Rejected as wrong:  # at the door: malformed
            self.answers.count(operation.type, wrong.code.name)
            return None
        self.answers.count(operation.type, name_of(outcome.code))
        if outcome.code is None:
            self.learn(source, operation, outcome)
        return outcome

    def learn(self, source: str, operation: Operation, outcome: Outcome) -> None:
        """Remember what an accepted operation made, for those that refer to it."""
        for name, value in fields_of(view_of(outcome)).items():
            if isinstance(value, str):
                self.known[Reference(source, operation.n, name)] = value

    def _asked(self, operation: Operation) -> str:
        """The answer to a read: ACCEPTED, or the name of the code against it."""
        kind, _, who = operation.actor.partition(":")
        read = READ_BY_NAME[operation.type.removeprefix(READ)]
        try:
            read_now(self.engine.district, read, read.parameters(**resolved(operation.data, self.known)), (kind, who))
        except KeyError:
            return UNRESOLVED
        except Rejected as rejected:
            return rejected.code.name
        return ACCEPTED

    def envelope(self, operation: Operation) -> Envelope:
        """The command as the target will get it; raises KeyError for an open reference, Rejected if malformed."""
        data = resolved(operation.data, self.known)
        command = command_from(operation.type, BY_TYPE[operation.type].version, data)
        kind, _, who = operation.actor.partition(":")
        at = self.start_s + (operation.at_s or 0)
        return Envelope(operation.key, kind, who, at, command)


def name_of(code: Code | None) -> str:
    """Name of an answer."""
    return ACCEPTED if code is None else code.name


def made_in(view: list[dict[str, Any]], data: dict[str, Any], actor: str) -> dict[str, str]:
    """Fields of an answer that are no part of the question: ids that the engine made."""
    asked = set(map(str, data.values())) | {actor.partition(":")[2]}
    return {
        name: value
        for name, value in fields_of(view).items()
        if isinstance(value, str) and value not in asked and MADE_ID.fullmatch(value)
    }
