"""Votes by hand: who may vote, each ballot in a heap of its unit, counted one by one when the time is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from loadtests.zoo.witness import Homes, Seen, Told, Witness

BASIS = 10_000


@dataclass(slots=True)
class Heap:
    """A vote and the ballots of its units."""

    options: int
    unit: str
    closes: int
    quorum: int
    matter: str
    state: str = "DRAFT"
    electorate: int = 0
    entitled: dict[str, str] = field(default_factory=dict)
    ballots: dict[str, list[int]] = field(default_factory=dict)
    unclear: bool = False

    def until(self, at: int) -> None:
        """The time may be over."""
        if self.state == "OPEN" and at >= self.closes:
            self.state = "TALLIED"

    def result(self) -> Seen:
        """What comes out, as far as heads decide it."""
        heads = len(self.ballots)
        counts = [sum(option in each for each in self.ballots.values()) for option in range(self.options)]
        found: Seen = {"ballots": heads, "counts": counts}
        if not self.matter:
            valid = bool(heads) and Fraction(heads, self.electorate) >= Fraction(self.quorum, BASIS)
            most = [option for option, count in enumerate(counts) if count == max(counts)]
            found |= {"valid": valid, "leading": most if valid else []}
        return found


@dataclass(slots=True)
class Ballots(Witness):
    """Walks along all votes."""

    homes: Homes = field(default_factory=Homes)
    heaps: dict[str, Heap] = field(default_factory=dict)

    def hear(self, told: Told) -> None:
        """One answer."""
        if told.type == "read:participation.vote" and told.value is not None:
            self._shown(told)
        for wire, said in told.events:
            if wire == "participation.vote_drafted":
                draft = Heap(said["options"], said["unit"], said["closes_at"], said["quorum_bp"], said["matter"])
                self.heaps[said["vote"]] = draft
            elif wire == "binding.person_merged":
                for heap in self.heaps.values():
                    heap.until(told.at)
                    heap.unclear |= heap.state == "OPEN"
            elif wire in WAYS and said["vote"] in self.heaps:
                heap = self.heaps[said["vote"]]
                heap.until(told.at)
                WAYS[wire](self, heap, said)

    def _shown(self, told: Told) -> None:
        heap = self.heaps.get(told.asked["vote"])
        if heap is None or heap.unclear:
            return
        heap.until(told.at)
        self.same(f"state of {told.asked['vote']}", told.value["state"], heap.state)
        result = told.value["result"]
        if heap.state == "TALLIED" and result is not None:
            self.same("electorate", result["electorate"], heap.electorate)
            self._counted(heap, result)

    def _counted(self, heap: Heap, said: Seen) -> None:
        if not heap.unclear:
            right = heap.result()
            self.same("result", {name: _plain(said[name]) for name in right}, right)

    def opened(self, heap: Heap, said: Seen) -> None:
        """The electorate is counted."""
        heap.state, heap.electorate, heap.entitled = "OPEN", said["electorate"], self.homes.units(heap.unit)
        self.same(f"electorate of {said['vote']}", said["electorate"], len(set(heap.entitled.values())))

    def cast(self, heap: Heap, said: Seen) -> None:
        """One ballot a unit, while the vote is open."""
        unit = heap.entitled.get(said["person"], "")
        if not heap.unclear:
            self.same(
                f"ballot of {said['person']}", (heap.state, bool(unit), unit in heap.ballots), ("OPEN", True, False)
            )
        heap.ballots[unit] = list(said["choices"])

    def changed(self, heap: Heap, said: Seen) -> None:
        """The unit's ballot is another one."""
        unit = heap.entitled.get(said["person"], "")
        if not heap.unclear:
            self.same(f"changed ballot of {said['person']}", (heap.state, unit in heap.ballots), ("OPEN", True))
        heap.ballots[unit] = list(said["choices"])

    def tallied(self, heap: Heap, said: Seen) -> None:
        """Counted before its time."""
        heap.state = "TALLIED"
        self._counted(heap, said)

    def annulled(self, heap: Heap, _said: Seen) -> None:
        """No result."""
        heap.state = "ANNULLED"


def _plain(said: object) -> object:
    return list(said) if isinstance(said, tuple) else said


WAYS = {
    "participation.vote_opened": Ballots.opened,
    "participation.ballot_cast": Ballots.cast,
    "participation.ballot_changed": Ballots.changed,
    "participation.vote_tallied": Ballots.tallied,
    "participation.vote_annulled": Ballots.annulled,
}
