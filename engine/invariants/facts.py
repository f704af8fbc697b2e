"""Which facts have earned by which rule, for ever, in one byte a fact.

Evidence that the engine numbered (`rsp_00000042`) is a place in a bytearray of its rule and prefix; ids from outside
stand as fingerprints. A second set of 300,000 strings would weigh as much as the awards themselves.
"""

from __future__ import annotations

from engine.invariants.fingerprints import Fingerprints
from engine.kernel.ids import ID_DIGITS

SPARSE = 4_096  # a number that far beyond all earlier ones stands among the others: one odd id must not cost its number


class Facts:
    """Facts by rule."""

    __slots__ = ("_dense", "_others")

    def __init__(self) -> None:
        """Nothing has earned."""
        self._dense: dict[tuple[str, str], bytearray] = {}
        self._others = Fingerprints()

    def add(self, rule: str, evidence: str) -> bool:
        """Use a fact up; False if it was used before."""
        number = evidence[-ID_DIGITS:]
        if not (number.isdecimal() and number.isascii()):
            return self._other(rule, evidence)
        place = int(number)
        prefix = rule, evidence[:-ID_DIGITS]
        seen = self._dense.get(prefix)
        if seen is None:
            seen = self._dense[prefix] = bytearray()
        if place >= len(seen):
            if place >= len(seen) + SPARSE:
                return self._other(rule, evidence)
            seen.extend(bytes(place + 1 - len(seen)))
        elif seen[place]:
            return False
        seen[place] = 1
        return not self._others.count or f"{rule} {evidence}" not in self._others

    def _other(self, rule: str, evidence: str) -> bool:
        return self._others.put(f"{rule} {evidence}") is None
