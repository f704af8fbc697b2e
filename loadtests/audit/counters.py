"""Counters: contributions with their times, looks with theirs, and which looks lie outside of what was possible."""

from __future__ import annotations

from array import array

import numpy as np

from loadtests.audit.calls import Call

NEVER = 2**62
SCRIPTED = 6
FEW = 24
Look = tuple[int, int, int, int, int]
"""A look: invoked, returned, what was shown, number of the operation, what the looking call itself adds."""


class Counter:
    """Contributions to one number, and looks at it."""

    __slots__ = ("amounts", "ends", "looks", "numbers", "starts")

    def __init__(self) -> None:
        self.starts, self.ends, self.amounts, self.numbers = array("q"), array("q"), array("q"), array("q")
        self.looks: list[Look] = []

    def add(self, call: Call, amount: int) -> None:
        """The contribution of a call; without a definite answer it may have come or not."""
        self.starts.append(call.invoked_ns)
        self.ends.append(NEVER if call.returned_ns is None else call.returned_ns)
        self.amounts.append(amount)
        self.numbers.append(call.operation.n)

    def latest(self, before: int) -> list[int]:
        """The operations that contributed last before an instant: what a script sends before it looks."""
        starts = np.asarray(self.starts)
        order = np.argsort(starts, kind="stable")
        last = int(np.searchsorted(starts[order], before, side="right"))
        return [self.numbers[int(place)] for place in order[max(0, last - SCRIPTED) : last]]

    def misses(self, initial: int) -> list[tuple[Look, int, int]]:
        """Looks that lie outside of their bounds, with the least and the most that was possible."""
        if not self.looks:
            return []
        few = len(self.amounts) <= FEW
        surely = _Few(self.ends, self.amounts) if few else _Sums(self.ends, self.amounts)
        possibly = _Few(self.starts, self.amounts) if few else _Sums(self.starts, self.amounts)
        found = []
        for look in self.looks:
            start, end, shown, _, own = look
            least = initial + surely.plus_before(start) + possibly.minus_until(end) - own
            most = initial + possibly.plus_until(end) + surely.minus_before(start)
            if not least <= shown <= most:
                found.append((look, least, most))
        return found


class _Few:
    """As `_Sums`, for a few contributions: most counters have one or two."""

    def __init__(self, instants: array[int], amounts: array[int]) -> None:
        self._pairs = list(zip(instants, amounts, strict=True))

    def plus_before(self, instant: int) -> int:
        return sum(amount for when, amount in self._pairs if amount > 0 and when < instant)

    def plus_until(self, instant: int) -> int:
        return sum(amount for when, amount in self._pairs if amount > 0 and when <= instant)

    def minus_before(self, instant: int) -> int:
        return sum(amount for when, amount in self._pairs if amount < 0 and when < instant)

    def minus_until(self, instant: int) -> int:
        return sum(amount for when, amount in self._pairs if amount < 0 and when <= instant)


class _Sums:
    """Sums of positive and of negative amounts up to an instant."""

    def __init__(self, instants: array[int], amounts: array[int]) -> None:
        order = np.argsort(np.asarray(instants), kind="stable")
        self._instants = np.asarray(instants)[order]
        ordered = np.asarray(amounts)[order]
        self._plus = np.concatenate([[0], np.cumsum(np.maximum(ordered, 0))])
        self._minus = np.concatenate([[0], np.cumsum(np.minimum(ordered, 0))])

    def plus_before(self, instant: int) -> int:
        return int(self._plus[np.searchsorted(self._instants, instant, side="left")])

    def plus_until(self, instant: int) -> int:
        return int(self._plus[np.searchsorted(self._instants, instant, side="right")])

    def minus_before(self, instant: int) -> int:
        return int(self._minus[np.searchsorted(self._instants, instant, side="left")])

    def minus_until(self, instant: int) -> int:
        return int(self._minus[np.searchsorted(self._instants, instant, side="right")])
