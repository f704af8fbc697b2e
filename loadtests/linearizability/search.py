"""The search: is there an order of the calls of one object that the model allows and that respects real time?

Wing and Gong's algorithm with Lowe's cache, as in Porcupine: calls and returns stand in a doubly linked list in the
order of time; the search takes any call that stands before the first return, lets the model step, lifts the call and
its return out, and goes on; at a return whose call is not taken it goes back. A configuration (which calls are taken,
state) is entered once. What makes it fast here:

- steps are remembered by (state, value and result);
- a call that is DECLARED never to change the state is taken as soon as it is possible, and never given back for its own
  sake: whatever order exists, the same order with this call taken earlier is one, too;
- a call of unknown outcome is tried after all others, never where it would change nothing, and of several equal ones
  the oldest first; it need not be taken at all;
- while nothing could have been chosen otherwise, nothing is remembered; the set of taken calls is a number that starts
  at the oldest call not taken, so long histories of few clients cost little.

A search can be continued: `run(budget)` looks at so many candidates and says True, False or None (not known yet).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from loadtests.linearizability.calls import Call
from loadtests.linearizability.entries import HEAD, Entries
from loadtests.linearizability.model import IMPOSSIBLE, Model, frozen

REMEMBERED_STEPS = 100_000


class Frame(NamedTuple):
    """One call taken: where it stands, and the configuration before it. Unknown number k stands at -1 - k."""

    place: int
    entry: int
    base: int
    taken: int
    state: Any
    chosen: bool


def known_kinds(calls: Sequence[Call]) -> list[int]:
    """A number for each call, equal for calls which a model cannot tell apart."""
    known: dict[Hashable, int] = {}
    names = ((each.f, each.type, frozen(each.value), frozen(each.result)) for each in calls)
    return [known.setdefault(name, len(known)) for name in names]


class Search:
    """The search over the calls of one object, from the state `begin`.

    After it ended: `answer`; `blocked` is the call (its place in `calls`) that no order reaches, `order` an order of
    the calls before its return, `blocked_state` where that leads; `seen` counts candidates. With `ends` a set, it goes
    on after an order was found and gathers every state in which one ends; the answer is False then.
    """

    def __init__(self, model: Model, calls: Sequence[Call], begin: Hashable, ends: set[Any] | None = None) -> None:
        """Sort calls and returns. Refusals that the model does not judge, and reads without an answer, are left out."""
        self.model = model
        self.calls = [each for each in calls if each.type == "ok" or _matters(model, each)]
        self.ends = ends
        self.seen = 0
        self.answer: bool | None = None
        self.order: list[int] = []
        self.blocked: int | None = None
        self.blocked_state: Any = begin
        places = range(len(self.calls))
        self._definite = [place for place in places if self.calls[place].end is not None]
        self._definite.sort(key=lambda place: (self.calls[place].start, self.calls[place].end))
        self._unknown = [place for place in places if self.calls[place].end is None]
        self._unknown.sort(key=lambda place: self.calls[place].start)
        self._entries = Entries([self.calls[place] for place in self._definite])
        self._kinds = known_kinds(self.calls)
        self._twins = _twins([self._kinds[place] for place in self._unknown])
        self._pure = [each.type == "fail" or each.f in model.pure for each in self.calls]
        self._steps: dict[tuple[Any, int], Any] = {}
        self._entered: set[tuple[int, int, int, Any]] = set()
        self._stack: list[Frame] = []
        self._choices = self._base = self._taken = self._maybe = self._farthest = self._until = 0
        self._state: Any = begin
        self._cursor = 0

    def run(self, budget: int) -> bool | None:
        """Look at up to `budget` candidates more. True: there is an order; False: none; None: not known yet."""
        limit = self.seen + budget
        entries = self._entries
        while self.answer is None and self.seen < limit:
            entry = self._cursor
            if entry == 0:
                self._take_pure()
                entry = entries.next[HEAD]
            if entry == entries.end:
                self._at_end()
            elif entry < 0:
                if not self._take_unknown(-1 - entry):
                    self._go_back()
            elif entries.is_return[entry]:
                self._at_return(entry)
            elif not self._take(entry):
                self._cursor = entries.next[entry]
        return self.answer

    def _at_end(self) -> None:
        if self.ends is not None:
            self.ends.add(self._state)
            self._go_back()
            return
        self.answer = True
        self.order = [frame.place for frame in self._stack]
        self.blocked = None

    def _at_return(self, entry: int) -> None:
        """No definite candidate is left here: remember how far it went, and try calls of unknown outcome."""
        if entry > self._farthest:
            self._farthest = entry
            self.blocked = self._definite[self._entries.rank[entry]]
            self.blocked_state = self._state
            self.order = [frame.place for frame in self._stack]
        self._until = self._entries.times[entry]
        self._cursor = -1

    def _stepped(self, place: int) -> Any:
        """The state after a call from the present one, or IMPOSSIBLE; remembered."""
        self.seen += 1
        name = (self._state, self._kinds[place])
        found = self._steps.get(name, self)
        if found is self:
            call = self.calls[place]
            if call.type == "fail":
                found = self._state if self.model.refuses(self._state, call) else IMPOSSIBLE
            else:
                found = self.model.step(self._state, call)
            if len(self._steps) >= REMEMBERED_STEPS:
                self._steps.clear()
            self._steps[name] = found
        return found

    def _take_pure(self) -> None:
        """Take every candidate that is declared never to change the state and is possible now."""
        entries, pure = self._entries, self._pure
        entry = entries.next[HEAD]
        while entry != entries.end and not entries.is_return[entry]:
            rank = entries.rank[entry]
            place = self._definite[rank]
            after = entries.next[entry]
            if pure[place] and self._stepped(place) is not IMPOSSIBLE:
                self._push(entry, rank, self._state, chosen=False)
                after = entries.next[HEAD]  # its return may have been the one that bounded the candidates
            entry = after

    def _take(self, entry: int) -> bool:
        """Take a definite call if the model allows it and the configuration is new."""
        rank = self._entries.rank[entry]
        place = self._definite[rank]
        if self._pure[place]:
            return False  # looked at already, in this very state
        state = self._stepped(place)
        if state is IMPOSSIBLE:
            return False
        chosen = not self._forced(entry)
        if chosen or self._choices:
            base, taken = self._with(rank)
            if not self._enter((base, taken, self._maybe, state)):
                return False
        self._push(entry, rank, state, chosen=chosen)
        self._cursor = 0
        return True

    def _with(self, rank: int) -> tuple[int, int]:
        """The set of taken calls with one more."""
        base, taken = self._base, self._taken | 1 << (rank - self._base)
        while taken & 1:
            taken >>= 1
            base += 1
        return base, taken

    def _push(self, entry: int, rank: int, state: Any, *, chosen: bool) -> None:
        self._stack.append(Frame(self._definite[rank], entry, self._base, self._taken, self._state, chosen))
        self._choices += chosen
        self._base, self._taken = self._with(rank)
        self._state = state
        self._entries.lift(entry)

    def _forced(self, entry: int) -> bool:
        """True if no other candidate stands beside this first one: nothing could be chosen otherwise."""
        entries = self._entries
        after = entries.next[entry]
        if entries.before[entry] != HEAD or not entries.is_return[after]:
            return False
        return not self._unknown or self.calls[self._unknown[0]].start > entries.times[after]

    def _enter(self, configuration: tuple[int, int, int, Any]) -> bool:
        """Enter a configuration; False if it was entered before."""
        if not self._choices:
            self._entered.clear()  # nothing before this choice can be chosen otherwise
        if configuration in self._entered:
            return False
        self._entered.add(configuration)
        return True

    def _take_unknown(self, first: int) -> bool:
        """Take the next call of unknown outcome, from the one of that number on, that may have happened here."""
        for number in range(first, len(self._unknown)):
            place = self._unknown[number]
            if self.calls[place].start > self._until:
                break
            twin = self._twins[number]
            if self._maybe >> number & 1 or (twin >= 0 and not self._maybe >> twin & 1):
                continue
            state = self._stepped(place)
            maybe = self._maybe | 1 << number
            if state is IMPOSSIBLE or state == self._state:
                continue
            if not self._enter((self._base, self._taken, maybe, state)):
                continue
            self._stack.append(Frame(place, -1 - number, self._base, self._taken, self._state, chosen=True))
            self._choices += 1
            self._maybe, self._state, self._cursor = maybe, state, 0
            return True
        return False

    def _go_back(self) -> None:
        """Give calls back up to the last choice; without one, there is no order."""
        while self._stack:
            _, entry, self._base, self._taken, self._state, chosen = self._stack.pop()
            if entry < 0:
                self._maybe &= ~(1 << (-1 - entry))
                self._until = self._entries.times[self._entries.first_return()]
                self._cursor = entry - 1
            else:
                self._entries.put_back(entry)
                self._cursor = self._entries.next[entry]
            if chosen:
                self._choices -= 1
                return
        self.answer = False


def _matters(model: Model, call: Call) -> bool:
    """A refusal matters where the model judges it, a call of unknown outcome where it may change something."""
    return model.judges_refusals if call.type == "fail" else call.f not in model.pure


def _twins(kinds: Sequence[int]) -> list[int]:
    """For each call the number of the last equal one before it, -1 for the first of its kind."""
    last: dict[int, int] = {}
    found = []
    for number, kind in enumerate(kinds):
        found.append(last.get(kind, -1))
        last[kind] = number
    return found
