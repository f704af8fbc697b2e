"""Pressing: several at once, both sides of an edge, an amount in parts, the same again, a key with other content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine import Rejected
from engine.catalogue import BY_TYPE
from engine.contract import command_from
from loadtests.operations import Operation
from loadtests.plan.hunt.drawing import Candidate, bounds_of, types_of
from loadtests.plan.hunt.edges import UP, edges_of, hole, numbers_of, with_number
from loadtests.plan.hunt.measures import (
    CLIENTS,
    MEMORY,
    OWN_EVIDENCE_SHARE,
    PARTS,
    RACE_SHARE,
    SAME_KIND_SHARE,
    SHARES,
    TRIES,
)
from loadtests.plan.hunt.meeting import Meeting
from loadtests.references import resolved


@dataclass(slots=True)
class Pressing(Meeting):
    """A hunt that presses on what it has found possible."""

    def race(self, found: Candidate) -> None:
        """The same, each time as something new; at times each with evidence of its own: what one cap limits."""
        own = self.luck.random() < OWN_EVIDENCE_SHARE
        for _ in range(self.luck.choice((1, 1, 2, 3))):
            self.send(self.drawing.with_evidence(found) if own else found, "race")

    def edge(self, found: Candidate) -> bool:
        """Both sides of an edge; the side that is refused comes first at times, since it changes nothing."""
        edges = edges_of(self.drawing, found)
        if not edges:
            return False
        right, wrong = self.side(edges)
        for each in self.luck.choice(((right, wrong), (wrong, right))):
            self.send(each, "boundary")
        if self.luck.random() < RACE_SHARE:
            self.race(right)
        return True

    def parts(self, found: Candidate) -> bool:
        """The whole of an amount in parts that are together a little too much, and a part too small to be given."""
        limits = {name: pair for (name, way), pair in edges_of(self.drawing, found).items() if way == UP}
        if not limits:
            return False
        name = self.luck.choice(sorted(limits))
        whole = getattr(limits[name][0].command, name)
        count = self.luck.choice(PARTS)
        for number in range(count):
            part = self.drawing.asked(with_number(found, name, max(1, whole // count + self.luck.randrange(2))))
            self.send(part, "race" if part.accepted else "boundary")
            gap = hole(self.drawing, part, name) if number and part.accepted else None
            for each in reversed(gap or ()):
                self.send(each, "boundary")
        return True

    def lagging(self) -> str:
        """The pattern that lags most behind its measure; empty if none lags by a whole operation."""
        total = len(self.operations) + 1
        lag = {name: share * total - self.counts[name] for name, share in SHARES.items()}
        wanted = max(lag, key=lambda name: lag[name])
        return wanted if lag[wanted] >= 1 and self.operations else ""

    def press(self, wanted: str) -> None:
        """One operation of a pattern."""
        if wanted == "duplicate":
            self._duplicate()
        elif wanted == "key_reuse":
            self._reuse()
        else:
            self.ask()

    def _duplicate(self) -> None:
        """The same again, under the same key, by another client."""
        before = self.luck.choice(self.operations[-CLIENTS:] if self.luck.random() < 0.6 else self._memory())  # noqa: PLR2004
        if not before.is_read:
            self.put(before.type, before.actor, before.key, (before.data, "duplicate"))

    def _memory(self) -> list[Operation]:
        return self.operations[-MEMORY:]

    def _reuse(self) -> None:
        """The key of another command: its own content changed, or a command of another kind by the same actor."""
        before = self.luck.choice(self._memory())
        if before.is_read:
            return
        found = self._changed(before) if self.luck.random() < SAME_KIND_SHARE else None
        found = found or self._other(before)
        if found is not None and f"{found.kind}:{found.who}" == before.actor:
            self.send(found, "key_reuse", before.key)

    def _other(self, before: Operation) -> Candidate | None:
        """Another command that the same actor may give; None if there is none in this swarm."""
        kind, _, who = before.actor.partition(":")
        fit = [each for each in self.kinds if kind in each.actors]
        if not fit:
            return None
        self.drawing.forced = {"per": [who]} if kind == "resident" else {}
        found = self.drawing.best(self.luck.choice(fit), TRIES)
        self.drawing.forced = {}
        return found

    def _changed(self, before: Operation) -> Candidate | None:
        """The same command with one number changed by one: a retry after somebody has corrected an amount."""
        kind, _, who = before.actor.partition(":")
        try:
            data = resolved(before.data, self.rehearsal.known)
            found = Candidate(command_from(before.type, BY_TYPE[before.type].version, data), kind, who)
        except (KeyError, Rejected):  # it names what was not made, or was malformed itself
            return None
        ways = sorted(self._neighbours(found))
        if not ways:
            return None
        name, number = self.luck.choice(ways)
        return replace(found, command=with_number(found, name, number).command)

    def _neighbours(self, found: Candidate) -> Iterator[tuple[str, int]]:
        hints = types_of(type(found.command))
        for name in numbers_of(found):
            least, most = bounds_of(hints[name])
            number = getattr(found.command, name)
            yield from ((name, each) for each in (number - 1, number + 1) if least <= each <= most)
