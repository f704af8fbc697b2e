"""Which facts have earned by which rule: used up for ever, in one byte a fact."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from engine.kernel.ids import ID_DIGITS

NUMBERED = frozenset({"rsp_", "bal_", "rpt_", "prs_", "reg_", "shf_", "sug_"})
"""Facts that the engine numbers. A set of 200,000 of their ids would weigh as much as the awards themselves."""
MOST_NUMBERS = 1 << 20  # larger numbers, of which an officer may claim any, stand among the others


class Evidence:
    """Facts used up, by rule: those that the engine numbers as places of a bytearray, all others as ids."""

    __slots__ = ("_numbered", "_others")

    def __init__(self) -> None:
        """Nothing has earned."""
        self._numbered: dict[tuple[str, str], bytearray] = {}
        self._others: defaultdict[str, set[str]] = defaultdict(set)

    def used(self, rule: str, fact: str) -> bool:
        """True if the fact has earned by the rule."""
        prefix, place = _place(fact)
        if not place:
            return fact in self._others.get(rule, ())
        seen = self._numbered.get((rule, prefix), b"")
        return place < len(seen) and seen[place] == 1

    def use(self, rule: str, fact: str) -> None:
        """Use the fact up."""
        prefix, place = _place(fact)
        if not place:
            self._others[rule].add(fact)
            return
        seen = self._numbered.get((rule, prefix))
        if seen is None:
            seen = self._numbered[rule, prefix] = bytearray()
        if place >= len(seen):
            seen.extend(bytes(place + 1 - len(seen)))
        seen[place] = 1

    def rows(self) -> dict[str, object]:
        """All facts for the digest: places as text of 0 and 1."""
        numbered = {f"{rule}:{prefix}": seen.hex()[1::2] for (rule, prefix), seen in self._numbered.items()}
        return {"numbered": numbered, "others": {rule: facts for rule, facts in self._others.items() if facts}}


@lru_cache(maxsize=256)  # a fact is asked for and used up by each of its rules
def _place(fact: str) -> tuple[str, int]:
    """Prefix and number of a fact that the engine numbers; number 0 for any other."""
    prefix, number = fact[:-ID_DIGITS], fact[-ID_DIGITS:]
    if prefix in NUMBERED and number.isdecimal() and number.isascii() and int(number) < MOST_NUMBERS:
        return prefix, int(number)
    return prefix, 0
