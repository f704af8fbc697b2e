"""Every state of a case against every command, and every edge of the published state machine."""

from __future__ import annotations

import pytest

from engine.district.cases import ASSIGNED, REPORT_EDGES, UNRESOLVED
from engine.district.praises import PRAISE_EDGES
from engine.reporting.praise import PublishPraise, SubmitPraise, VerifyPraise
from tests.engine.reporting.scenes import BRING, DAY, STATES, orders, row, town_of
from tests.towns import code_of

LEADS = {
    ("SUBMITTED", "accept_verdict"): "TRIAGED",
    ("SUBMITTED", "duplicate_verdict"): "DUPLICATE",
    ("SUBMITTED", "reject_verdict"): "REJECTED",
    ("SUBMITTED", "withdraw"): "WITHDRAWN",
    ("TRIAGED", "withdraw"): "WITHDRAWN",
    ("TRIAGED", "dispatch"): "DISPATCHED",
    ("DISPATCHED", "accept"): "IN_PROGRESS",
    ("DISPATCHED", "return"): "TRIAGED",
    ("IN_PROGRESS", "transfer"): "DISPATCHED",
    ("IN_PROGRESS", "suspend"): "SUSPENDED",
    ("IN_PROGRESS", "resolve"): "RESOLVED",
    ("SUSPENDED", "resume"): "IN_PROGRESS",
    ("RESOLVED", "confirm"): "CLOSED",
    ("RESOLVED", "rate"): "CLOSED",
    ("RESOLVED", "dispute"): "DISPATCHED",
    ("CLOSED", "reopen"): "DISPATCHED",
    ("CLOSED", "rate"): "CLOSED",
    **{(state, "escalate"): state for state in UNRESOLVED},
}
ORDERS = (
    "accept_verdict", "duplicate_verdict", "reject_verdict", "dispatch", "accept", "return", "transfer", "suspend",
    "resume", "resolve", "confirm", "rate", "dispute", "reopen", "withdraw", "escalate",
)  # fmt: skip


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("order", ORDERS)
def test_a_command_does_what_the_table_says_or_is_refused_by_the_state(state: str, order: str) -> None:
    """In each state a command leads where the table says; elsewhere it answers RPT_BAD_STATE and changes nothing."""
    town = town_of()
    report = BRING[state](town)
    command, kind, who = orders(town, report)[order]
    before = row(town, report).steps
    answer = town.say(command, kind, who)
    if (state, order) in LEADS:
        assert code_of(answer) == "ok"
        assert row(town, report).state == LEADS[state, order]
    else:
        assert code_of(answer) == "RPT_BAD_STATE"
        assert answer.details == {"state": state}
        assert (row(town, report).state, row(town, report).steps) == (state, before)
    assert bool(row(town, report).assignee) == (row(town, report).state in ASSIGNED)


def test_the_table_takes_exactly_the_published_edges() -> None:
    """Commands and birth together take each edge of REPORT_EDGES and no other."""
    taken = {(state, to) for (state, _), to in LEADS.items() if state != to}
    assert taken | {("", "SUBMITTED")} == REPORT_EDGES


def test_the_clock_takes_edges_too() -> None:
    """A pause that ends leads to IN_PROGRESS, three days after resolving a case is CLOSED."""
    town = town_of()
    waiting, done = BRING["SUSPENDED"](town), BRING["RESOLVED"](town)
    town.engine.advance(town.clock + 3 * DAY)
    assert (row(town, waiting).state, row(town, done).state) == ("IN_PROGRESS", "CLOSED")


PRAISE_LEADS = {
    ("SUBMITTED", "yes"): ["VERIFIED"],
    ("SUBMITTED", "no"): ["REJECTED"],
    ("VERIFIED", "no"): ["REJECTED"],
    ("VERIFIED", "publish"): ["PUBLISHED", "AWARDED"],
}


@pytest.mark.parametrize("state", ["SUBMITTED", "VERIFIED", "REJECTED", "AWARDED"])
@pytest.mark.parametrize("order", ["yes", "no", "publish"])
def test_a_praise_goes_only_along_its_edges(state: str, order: str) -> None:
    """In each state of a praise a command leads where the table says or answers PRS_BAD_STATE."""
    town = town_of()
    town.must(SubmitPraise("per_1", "per_3", "grd_1", None), "resident", "per_1")
    praise = "prs_00000001"
    orders_ = {
        "yes": VerifyPraise(praise, ok=True),
        "no": VerifyPraise(praise, ok=False),
        "publish": PublishPraise(praise),
    }
    for step in {"SUBMITTED": (), "VERIFIED": ("yes",), "REJECTED": ("no",), "AWARDED": ("yes", "publish")}[state]:
        town.must(orders_[step])
    kept = town.engine.district.praises.praises[praise]
    passed = len(kept.steps)
    answer = town.say(orders_[order])
    assert code_of(answer) == ("ok" if (state, order) in PRAISE_LEADS else "PRS_BAD_STATE")
    assert [step.upper() for _, step, _ in kept.steps[passed:]] == PRAISE_LEADS.get((state, order), [])


def test_the_praise_table_takes_exactly_the_published_edges() -> None:
    """Commands and birth together take each edge of PRAISE_EDGES and no other."""
    taken = {("", "SUBMITTED")}
    for (state, _), states in PRAISE_LEADS.items():
        taken |= set(zip([state, *states], states, strict=False))
    assert taken == PRAISE_EDGES
