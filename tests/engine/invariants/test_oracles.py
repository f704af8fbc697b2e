"""The oracles themselves: facts, working time, patterns of raw numbers, the judgement of a split."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import CalendarPolicy, cal_add, cal_between
from engine.invariants.books import Books
from engine.invariants.facts import SPARSE, Facts
from engine.invariants.machines import STEPS
from engine.invariants.privacy import NEW_FROM_OUTSIDE, RAW, SEALED
from engine.invariants.refunds import Back, Refunds
from engine.invariants.working_time import worked_s, works_on
from engine.kernel.command import PERSONAL_FIELDS
from engine.kernel.event import EVENTS
from engine.kernel.units import DAY_S
from engine.payments.refunds import split

SOME_DAY = 1_631_664_000
HOURS = CalendarPolicy()
INSTANTS = st.integers(SOME_DAY - 30 * DAY_S, SOME_DAY + 200 * DAY_S)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("vote", "report")),
            st.one_of(
                st.integers(0, 60).map(lambda number: f"ev_{number:08d}"),
                st.integers(0, 3 * SPARSE).map(lambda number: f"rpt_{number:08d}"),
                st.sampled_from(("ev_a", "ev_7", "ev_123456789", "ab_00000007", "x_²²²²²²²²")),
            ),
        ),
        max_size=80,
    )
)
def test_a_fact_is_new_once(given_facts: list[tuple[str, str]]) -> None:
    """The bytes remember what a set of pairs would, whatever the order, gaps and shapes of the ids."""
    facts, seen = Facts(), set[tuple[str, str]]()
    for rule, evidence in given_facts:
        assert facts.add(rule, evidence) is ((rule, evidence) not in seen)
        seen.add((rule, evidence))


def test_one_odd_number_does_not_cost_its_number_in_bytes() -> None:
    """Evidence with a number far beyond the others is kept aside."""
    facts = Facts()
    assert facts.add("vote", "ev_99999999")
    assert not facts.add("vote", "ev_99999999")
    assert sum(map(len, facts._dense.values())) <= SPARSE


@given(INSTANTS, st.integers(0, 20 * DAY_S))
def test_working_time_agrees_with_the_calendar(start: int, span_s: int) -> None:
    """Two ways of counting working seconds, written apart, find the same number."""
    end = start + span_s
    assert worked_s(start, end, HOURS) == cal_between(start, end, HOURS)
    assert worked_s(start, end, None) == span_s


@given(INSTANTS, st.integers(1, 10 * DAY_S))
def test_a_due_instant_is_the_first_with_the_budget_behind_it(start: int, budget_s: int) -> None:
    """`cal_add` gives an instant by which the budget has passed, and one second earlier it had not."""
    due = cal_add(start, budget_s, HOURS)
    assert worked_s(start, due, HOURS) == budget_s
    assert worked_s(start, due - 1, HOURS) < budget_s


@given(st.integers(18_000, 19_400))
def test_working_days_agree_with_the_calendar(day: int) -> None:
    """Rest days, holidays and the days that make up for them are read alike from the policy's table."""
    assert works_on(day, HOURS) is HOURS.works_on(day)


PHONE = "138" + "0" * 8  # nobody's, and put together so that no number stands here
IDENTITY = "9" * 6 + "19900101" + "000"


@pytest.mark.parametrize("text", [PHONE, f"ev_{PHONE}", f"call {PHONE} now", f"{IDENTITY}1", f"{IDENTITY}X"])
def test_a_raw_number_is_found(text: str) -> None:
    """Mobile phones and resident identity numbers are found wherever they stand in a text."""
    assert RAW.search(text)


@pytest.mark.parametrize("text", ["ev_00000042", f"1{PHONE}", PHONE[:-1], f"{IDENTITY[:10]}1301{IDENTITY[-3:]}1"])
def test_other_numbers_are_left_alone(text: str) -> None:
    """Ids, numbers of another length, and dates that no calendar has are not taken for raw numbers."""
    assert not RAW.search(text)


def test_every_personal_field_has_an_event_that_holds_its_commitment() -> None:
    """A command with a personal field leads to an event whose sealed fields are looked at."""
    commands = {name.rpartition(".")[0] for name in PERSONAL_FIELDS}
    assert commands == {
        "binding.introduce_worker",
        "binding.tag_special",
        "epidemic.check_in",
        "epidemic.declare_travel",
        "epidemic.judge_exposure",
        "epidemic.record_result",
        "reporting.submit_report",
        "reporting.enter_report",
        "reporting.submit_praise",
        "reporting.report_by_code",
        "reporting.praise_by_code",
        "grid.raise_warning",
        "reporting.submit_suggestion",
        "reporting.post_in_topic",
    }, "add the events of a new personal field to SEALED of engine/invariants/privacy.py"
    assert set(SEALED) <= set(EVENTS)
    assert set(NEW_FROM_OUTSIDE) <= set(EVENTS)


def test_every_step_is_an_event() -> None:
    """The table of steps names events and fields that exist."""
    for name, (field, _) in STEPS.items():
        assert field in EVENTS[name].__slots__, name


def _judged(order: str, paid: Any, back: Back, goods_fen: int, points: int) -> list[str]:
    """What the oracle says of a split."""
    found: list[str] = []
    policy = SimpleNamespace(payments=SimpleNamespace(refund_order=order))
    rows = SimpleNamespace(persons={})
    district = SimpleNamespace(policy=policy, residents=rows)
    oracle = Refunds(district, lambda name, *_: found.append(name), Books(district))
    oracle._split(SimpleNamespace(goods_fen=goods_fen, points=points), paid, back, None)  # type: ignore[arg-type]
    return found


@given(st.data(), st.sampled_from(("pro_rata", "cash_first", "points_first")), st.sampled_from((1, 2, 7, 10, 100)))
def test_the_judgement_of_a_split_agrees_with_the_rule(data: st.DataObject, order: str, value_fen: int) -> None:
    """Along any parts of any purchase the oracle accepts the rule's points, and no other number of points."""
    goods = data.draw(st.integers(1, 3_000))
    points = data.draw(st.integers(0, goods // value_fen))
    paid = SimpleNamespace(goods_fen=goods, points=points, value_fen=value_fen, cash_fen=goods - points * value_fen)
    back = Back()
    for _ in range(4):
        left = goods - back.goods_fen
        if not left:
            break
        part = data.draw(st.integers(1, left))
        right = split(paid, back, part, order)  # type: ignore[arg-type]
        if right is None:
            continue
        assert _judged(order, paid, back, part, right) == []
        for other in {right - 1, right + 1, right + 2, 0, points} - {right}:
            assert _judged(order, paid, back, part, other) == ["T08"]
        back.goods_fen, back.points = back.goods_fen + part, back.points + right
