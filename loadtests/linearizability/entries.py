"""Calls and returns of one object as a doubly linked list in the order of time, from which taken calls are lifted."""

from __future__ import annotations

from collections.abc import Sequence

from loadtests.linearizability.calls import Call

HEAD = 0


class Entries:
    """Entry 0 is the head, entries 1 to 2n are calls and returns, `end` follows the last one.

    `rank` of an entry is the place of its call among the definite calls in order of their start. At one instant calls
    stand before returns, so what touches only at an instant is concurrent.
    """

    __slots__ = ("before", "end", "is_return", "next", "rank", "return_of", "times")

    def __init__(self, calls: Sequence[Call]) -> None:
        """`calls` all returned, in order of their start."""
        ordered = [(call.start, 0, rank) for rank, call in enumerate(calls)]
        ordered += [(call.end, 1, rank) for rank, call in enumerate(calls) if call.end is not None]
        ordered.sort()
        self.end = len(ordered) + 1
        self.times = [0, *(time for time, _, _ in ordered)]
        self.is_return = [False, *(bool(returns) for _, returns, _ in ordered)]
        self.rank = [-1, *(rank for _, _, rank in ordered)]
        self.return_of = [0] * len(calls)
        for entry in range(1, self.end):
            if self.is_return[entry]:
                self.return_of[self.rank[entry]] = entry
        self.next = list(range(1, self.end + 1))
        self.before = list(range(-1, self.end))

    def lift(self, entry: int) -> None:
        """Take a call and its return out."""
        for each in (entry, self.return_of[self.rank[entry]]):
            before, after = self.before[each], self.next[each]
            self.next[before] = after
            self.before[after] = before

    def put_back(self, entry: int) -> None:
        """Put the call and its return that were lifted last back."""
        for each in (self.return_of[self.rank[entry]], entry):
            self.next[self.before[each]] = each
            self.before[self.next[each]] = each

    def first_return(self) -> int:
        """The first return of the list."""
        entry = self.next[HEAD]
        while not self.is_return[entry]:
            entry = self.next[entry]
        return entry
