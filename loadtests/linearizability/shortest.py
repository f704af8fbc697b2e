"""The shortest history that shows a violation, and what would explain it.

Leaving calls out of a history can make it wrong for no reason of the system's: without the call that wrote a value, the
read of it is impossible. So a shorter history counts only if the calls but for the impossible one still have an order,
and if what explained the long history explains the short one, too:

    lost    without the effect of one call that was answered ok, there is an order
    twice   with the effect of one call once more, there is an order
    stale   had the impossible call been asked at the very beginning, there is an order

Then the front is cut off where nothing was under way and only one state was possible, and single calls are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal

from loadtests.linearizability.calls import Call
from loadtests.linearizability.judge import ends_of, in_order, linearizable
from loadtests.linearizability.model import Model

Why = Literal["lost", "twice", "stale"]
WINDOWS = (24, 96, 384)
PAIRS_UP_TO = 16
SUSPECTS = 48


@dataclass(slots=True)
class Explanation:
    """What would make the history right: a kind, and the call that it is about."""

    why: Why
    call: Call


@dataclass(slots=True)
class Violation:
    """No order reaches `impossible`. `history` holds it and shows that from the state `begin` on."""

    key: str | None
    impossible: Call
    history: list[Call]
    begin: Any
    explanations: list[Explanation] = field(default_factory=list)
    calls_of_key: int = 0


@dataclass(slots=True)
class Case:
    """A history from a state, and the call in it that is impossible."""

    model: Model
    calls: list[Call]
    begin: Any
    culprit: Call

    def with_calls(self, calls: Sequence[Call], begin: Any = None) -> Case:
        """The same with other calls."""
        return Case(self.model, list(calls), self.begin if begin is None else begin, self.culprit)

    def holds(self, calls: Sequence[Call] | None = None) -> bool | None:
        """Whether there is an order of all calls, or of those given."""
        return linearizable(self.model, self.calls if calls is None else calls, self.begin)

    def shows(self) -> bool:
        """True if the calls have no order, and have one without the culprit."""
        if self.holds() is not False:
            return False
        return self.holds([each for each in self.calls if each is not self.culprit]) is True

    def explained_by(self, explanation: Explanation) -> bool:
        """True if there is an order of what the explanation makes of the calls."""
        return self.holds(self._supposing(explanation)) is True

    def _supposing(self, explanation: Explanation) -> list[Call]:
        call = explanation.call
        others = [each for each in self.calls if each is not call]
        if explanation.why == "lost":
            return others
        if explanation.why == "twice":
            return [*self.calls, self.model.again(call)]
        return [*others, replace(call, start=min(each.start for each in self.calls) - 1)]


def shortest(model: Model, calls: Sequence[Call], begin: Any, blocked: Call) -> Violation:
    """The violation of one key: `blocked` is the call that no order of `calls` reaches from the state `begin`."""
    case = _until(Case(model, list(calls), begin, blocked))
    found, explanations = case, []
    if case.shows():
        for window in WINDOWS:
            found = _front(case, window)
            explanations = list(_explanations(found))
            if explanations or found is case:
                break
        found = _shorter(found, explanations)
        explanations = [each for each in explanations if found.explained_by(each)]
    return Violation(blocked.key, found.culprit, in_order(found.calls), found.begin, explanations, len(calls))


def _until(case: Case) -> Case:
    """What had begun when the culprit answered; what answered later may have happened by then, or not yet.

    Of answers at one instant those count as later that stand later in the order of the calls, as in the search.
    """
    ordered = in_order(case.calls)
    places = {id(each): place for place, each in enumerate(ordered)}
    end = case.culprit.end
    if end is None:
        return case
    calls = []
    for each in ordered:
        later = each.end is not None and (each.end, places[id(each)]) > (end, places[id(case.culprit)])
        if each.start <= end and not (later and each.type == "fail"):
            calls.append(replace(each, end=None) if later else each)
    return case.with_calls(calls)


def _front(case: Case, window: int) -> Case:
    """The last calls, about `window` of them, from the one state possible before; the case itself if there is none."""
    ordered = in_order(case.calls)
    for place in range(len(ordered) - window, max(0, len(ordered) - 4 * window), -1):
        cut = _cut(case, ordered, place)
        if cut is not None:
            return cut
    return case


def _cut(case: Case, ordered: list[Call], place: int) -> Case | None:
    """The calls from `place` on, if nothing was under way there, one state was possible, and they show it as well."""
    before = ordered[:place]
    if place <= 0 or any(each.end is None or each.end >= ordered[place].start for each in before):
        return None
    ends = ends_of(case.model, before, case.begin)
    if ends is None or len(ends) != 1:
        return None
    shorter = case.with_calls(ordered[place:], ends.pop())
    return shorter if shorter.shows() else None


def _explanations(case: Case) -> Iterator[Explanation]:
    """At most one of each kind, the one nearest to the culprit first."""
    pure, culprit = case.model.pure, case.culprit
    changes = [each for each in in_order(case.calls) if each.type == "ok" and each.f not in pure]
    nearest = [each for each in reversed(changes) if each is not culprit][:SUSPECTS]
    suspects: dict[Why, list[Call]] = {
        "stale": [culprit] if culprit.f in pure or culprit.type == "fail" else [],
        "lost": nearest,
        "twice": [*([culprit] if culprit in changes else []), *nearest],
    }
    for why, suspected in suspects.items():
        found = next((each for each in (Explanation(why, call) for call in suspected) if case.explained_by(each)), None)
        if found is not None:
            yield found


def _shorter(case: Case, explanations: list[Explanation]) -> Case:
    """Calls left out, as long as the rest shows the same for the same reason."""
    case = _later(case, explanations)
    removable = [each for each in case.calls if _removable(case, each, explanations)]
    size = max(1, len(removable) // 2)
    while removable:
        for first in range(0, len(removable), size):
            case = _without(case, removable[first : first + size], explanations) or case
        if size == 1:
            break
        removable = [each for each in removable if any(each is kept for kept in case.calls)]
        size = max(1, min(size, len(removable)) // 2)
    return _without_pairs(case, explanations)


def _removable(case: Case, call: Call, explanations: list[Explanation]) -> bool:
    """Without an explanation only what changes nothing may go: the rest says where the state comes from."""
    if call is case.culprit or any(call is each.call for each in explanations):
        return False
    return bool(explanations) or call.f in case.model.pure or call.type == "fail"


def _without(case: Case, calls: Sequence[Call], explanations: list[Explanation]) -> Case | None:
    """The case without some calls, or None if it does not show the same then."""
    gone = {id(each) for each in calls}
    shorter = case.with_calls([each for each in case.calls if id(each) not in gone])
    if len(shorter.calls) == len(case.calls) or not shorter.shows():
        return None
    return shorter if all(shorter.explained_by(each) for each in explanations) else None


def _without_pairs(case: Case, explanations: list[Explanation]) -> Case:
    """Two calls that belong together (points earned, and spent at once) go together."""
    removable = [each for each in case.calls if _removable(case, each, explanations)]
    if len(removable) <= PAIRS_UP_TO:
        for pair in combinations(removable, 2):
            if all(any(each is kept for kept in case.calls) for each in pair):
                case = _without(case, pair, explanations) or case
    return case


def _later(case: Case, explanations: list[Explanation]) -> Case:
    """The front cut off at the last place where that is possible."""
    ordered = in_order(case.calls)
    keep = [place for place, each in enumerate(ordered) if not _may_be_cut(case, each, explanations)]
    for place in range(min(keep), 0, -1):
        cut = _cut(case, ordered, place)
        if cut is not None and all(cut.explained_by(each) for each in explanations):
            return cut
    return case


def _may_be_cut(case: Case, call: Call, explanations: list[Explanation]) -> bool:
    return call is not case.culprit and not any(call is each.call for each in explanations)
