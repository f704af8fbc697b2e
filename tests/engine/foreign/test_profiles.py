"""Keys under the four profiles: what a repeat may do, and for how long."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foreign import PROFILES
from engine.invariants.fingerprints import LEAF_ENTRIES, Fingerprints
from engine.kernel.units import DAY_S
from tests.engine.foreign.logs import Told, judged

AT = 1_640_000_000


def award(n: int, at: int = AT, key: str = "k", **more: Any) -> Told:
    """A line of a system of points."""
    data = {"award": f"A{n}", "person": "P1", "rule": "service_moral", "evidence": f"act_{n}", "points": 1}
    line = {"seq": n, "at": at, "type": "points.award_granted", "key": key, "actor": "system:points", "data": data}
    return {**line, **more}


def refused(at: int, code: str, key: str = "k") -> Told:
    """A line that says no."""
    line = {"at": at, "type": "CommandRejected", "code": code, "key": key, "actor": "system:points"}
    return {**line, "data": {"points.grant_award": {}}}


LATER = AT + 60
NEXT_DAY = AT + DAY_S
CASES: dict[str, tuple[list[Told], set[str]]] = {
    "two effects": ([award(1), award(2, LATER)], {"sticky", "replay_all", "success_only", "ref_unique"}),
    "two effects, a day apart": ([award(1), award(2, NEXT_DAY)], {"ref_unique"}),
    "two effects of two tenants": ([award(1), award(2, LATER, actor="officer:o")], set()),
    "an effect after a rejection": ([refused(AT, "POINTS_DAILY_CAP"), award(1, LATER)], {"sticky", "replay_all"}),
    "an effect after a failure": ([refused(AT, "INTERNAL"), award(1, LATER)], {"replay_all"}),
    "an effect after a malformed one": ([refused(AT, "MALFORMED"), award(1, LATER)], set()),
    "a rejection after an effect": ([award(1), refused(LATER, "DUPLICATE_REFERENCE")], {"sticky", "replay_all"}),
    "a mismatch after an effect": ([award(1), refused(LATER, "IDEMPOTENCY_MISMATCH")], set()),
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", CASES)
def test_a_key_binds_what_its_profile_says(name: str, profile: str) -> None:
    """The same lines break H03 under some profiles and not under others."""
    told, breaks = CASES[name]
    verdict = judged(told, profile=profile)
    assert (verdict.counts["H03"] > 0) is (profile in breaks)


REPEATS: dict[str, tuple[list[Told], bool]] = {
    "the same answer": ([award(1), award(1, LATER, replayed=True)], False),
    "another answer": ([award(1), award(2, LATER, replayed=True)], True),
    "no first answer": ([award(1), award(1, LATER, key="other", replayed=True)], True),
}


@pytest.mark.parametrize("name", REPEATS)
def test_a_repeat_is_answered_alike(name: str) -> None:
    """In a log of answers a line that is marked as a repeat says what the first one said (H04), and is no effect."""
    told, breaks = REPEATS[name]
    told = [{part: value for part, value in line.items() if part != "seq"} for line in told]
    verdict = judged(told)
    assert verdict.level == "A0"
    assert verdict.events == 1
    assert (verdict.counts["H04"] > 0) is breaks
    assert next(each for each in verdict.judged if each.invariant.id == "H04").status == "checked"


@given(st.lists(st.tuples(st.integers(0, 3 * LEAF_ENTRIES).map(str), st.integers(0, 2**33)), max_size=60))
def test_fingerprints_are_a_dictionary(puts: list[tuple[str, int]]) -> None:
    """What was put in last is told, numbers as far as 32 bits hold them."""
    marks, known = Fingerprints(), dict[str, int]()
    for text, number in puts:
        assert marks.put(text, number) == known.get(text)
        known[text] = min(number, 2**32 - 1)
    assert marks.count == len(known)
    assert all(marks.get(text) == number for text, number in known.items())
    assert marks.get("never put in") is None


def test_many_fingerprints_stay_small() -> None:
    """Ten thousand texts stand in at most sixteen bytes each, and each is found in its leaf."""
    marks = Fingerprints()
    for n in range(10_000):
        assert marks.put(f"text {n}", n) is None
    held = sum(each.buffer_info()[1] * each.itemsize for each in (*marks._keys, *marks._numbers))
    assert held <= 16 * marks.count
    assert all(marks.get(f"text {n}") == n for n in range(10_000))
