"""Deadlines: fired in order of instant, kind and arrival; what was cancelled never fires."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.deadlines import Deadlines
from engine.kernel.units import NEVER


def fired(deadlines: Deadlines) -> list[tuple[int, str, str]]:
    """All that waits, in the order in which it fires."""
    found = []
    while deadlines.next_due != NEVER:
        due, kind, waiting = deadlines.first()
        assert due == deadlines.next_due
        found.append((due, kind, waiting))
        deadlines.cancel(due, kind, waiting)
    return found


def test_the_earliest_instant_fires_first_then_kinds_by_name_then_ids_as_they_came() -> None:
    """The order depends on nothing else, so two runs of one history fire alike."""
    deadlines = Deadlines()
    for due, kind, waiting in ((5, "b", "y"), (5, "a", "z"), (5, "b", "x"), (3, "c", "q"), (5, "a", "z")):
        deadlines.add(due, kind, waiting)
    assert deadlines.rows() == [[3, "c", ["q"]], [5, "a", ["z"]], [5, "b", ["x", "y"]]]
    assert fired(deadlines) == [(3, "c", "q"), (5, "a", "z"), (5, "b", "y"), (5, "b", "x")]


def test_nothing_waits_for_ever() -> None:
    """Where nothing waits the next instant is never; cancelling what never was is no fault."""
    deadlines = Deadlines()
    assert deadlines.next_due == NEVER
    deadlines.cancel(3, "a", "x")
    deadlines.add(3, "a", "x")
    deadlines.cancel(3, "a", "y")
    assert deadlines.next_due == 3
    deadlines.cancel(3, "a", "x")
    assert (deadlines.next_due, deadlines.rows()) == (NEVER, [])


STEP = st.tuples(st.booleans(), st.integers(0, 5), st.sampled_from("abc"), st.sampled_from("xyz"))


@given(st.lists(STEP, max_size=40))
def test_deadlines_are_what_a_plain_list_would_be(steps: list[tuple[bool, int, str, str]]) -> None:
    """Whatever is added and cancelled, also twice and again: what is left fires in order."""
    deadlines = Deadlines()
    plain: list[tuple[int, str, str]] = []
    for add, due, kind, waiting in steps:
        each = (due, kind, waiting)
        if add:
            deadlines.add(*each)
            plain += [each] if each not in plain else []
        else:
            deadlines.cancel(*each)
            plain = [other for other in plain if other != each]
        assert deadlines.next_due == min((due for due, _, _ in plain), default=NEVER)
    assert fired(deadlines) == sorted(plain, key=lambda each: each[:2])
