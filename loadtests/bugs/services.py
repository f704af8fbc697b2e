"""Bugs of what people do for each other: activities, shifts, care, warnings, orders and riders, bills, appeals."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug
from loadtests.bugs.patching import a_second_late, after, before, forgotten, put, replaced, wrapped

PLACED, DONE = "marketplace.order_placed", "marketplace.order_completed"


def _last_who_waits(right: Any, row: Any, registration: str) -> Any:
    """The one who came last goes first."""
    events = right(row, registration)
    waiting = [each for each in row.waiting if each != registration]
    for event in events:
        if event.type == "participation.registration_promoted":
            event.registration = waiting[-1]
    return events


def _sells_on(event: Any, district: Any) -> None:
    """The stock does not know of what was sold."""
    if event.offer is not None:
        district.market.offers[event.offer].sold -= event.quantity


def _to_another_lot(event: Any, _district: Any) -> None:
    """The first lot of a release gets nothing, as if its points were gone."""
    event.restored = event.restored[1:]


def _any_number(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
    """A rider who is busy gets the order all the same."""
    try:
        return right(command, district, policy, by)
    except resolve_name("engine.Rejected") as refused:
        if refused.code.name != "RIDER_BUSY":
            raise
        return (resolve_name("engine.district.orders.OrderAssigned")(command.order, command.rider),)


def _commission_twice(event: Any, district: Any) -> None:
    ledger = resolve_name("engine.district.ledger")
    district.ledger.balances[ledger.MER][event.merchant] -= 1
    district.ledger.balances[ledger.FEE]["-"] += 1


def _by_heads_alone(right: Any, vote: Any) -> Any:
    """Of owners only heads are counted, not what they own."""
    _, _, areas = right(vote)
    heads, yes = len(vote.ballots), sum(each == (0,) for each in vote.ballots.values())
    valid = heads > 0 and heads * 3 >= vote.electorate * 2
    return valid, valid and yes * 2 > heads, areas


def _no_pause_limit(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
    """How long a pause will be is not asked: whoever suspends long enough is never late."""
    try:
        return right(command, district, policy, by)
    except resolve_name("engine.Rejected") as refused:
        if refused.code.name != "SLA_PAUSE_LIMIT":
            raise
    suspended = resolve_name("engine.district.case_handling.ReportSuspended")
    return (suspended(command.report, command.until, command.reason, f"{by.kind}:{by.who}"),)


def _less_back(event: Any, _district: Any) -> None:
    event.amount_fen = max(1, event.amount_fen - 1)


def _a_fen_to_biller(event: Any, district: Any) -> None:
    ledger = resolve_name("engine.district.ledger")
    district.ledger.balances[ledger.BIL][event.biller] += 1
    district.ledger.balances[ledger.BK]["-"] -= 1


BUGS = (
    Bug(
        "everybody-gets-a-place",
        "boundary",
        ("S22",),
        "An activity has more people with a place than places.",
        before("participation.registration_made", put(waits=False)),
    ),
    Bug(
        "free-places-stay-free",
        "aggregate",
        ("S22",),
        "A place that was given back goes to nobody who waits.",
        replaced("engine.participation.registrations.given_back", lambda *_: []),
    ),
    Bug(
        "the-last-who-waits-goes-first",
        "aggregate",
        ("S22", "T23"),
        "A place that was given back goes to whoever came last.",
        wrapped("engine.participation.registrations.given_back", _last_who_waits),
    ),
    Bug(
        "two-shifts-at-once",
        "aggregate",
        ("S23",),
        "A volunteer has two shifts at the same time.",
        replaced("engine.district.volunteers.Shift.overlaps", lambda *_: False),
    ),
    Bug(
        "minutes-that-nobody-served",
        "aggregate",
        ("S23",),
        "A volunteer gets a whole day's minutes for a shift.",
        before("participation.shift_verified", put(minutes=1_441)),
    ),
    Bug("care-visits-are-forgotten", "aggregate", ("L13",), "Nobody is told that care is due.", forgotten("care_due")),
    Bug(
        "visits-count-a-minute-more",
        "aggregate",
        ("H12",),
        "A visit counts a minute more than it took.",
        before("grid.visit_done", put(minutes=lambda event: event.minutes + 1)),
    ),
    Bug("warnings-have-no-case", "aggregate", ("L10",), "A warning leads to no case.", forgotten("warning_case")),
    Bug(
        "warnings-forget-a-case",
        "aggregate",
        ("T24",),
        "A warning names one case fewer than it was raised by.",
        before("grid.warning_raised", put(cases=lambda event: event.cases[1:])),
    ),
    Bug(
        "owners-vote-by-heads-alone",
        "aggregate",
        ("T21",),
        "Of an owners' vote only heads are counted, not the area that they own.",
        wrapped("engine.participation.votes.decided", _by_heads_alone),
    ),
    Bug(
        "topics-close-a-second-late",
        "boundary",
        ("H06",),
        "A topic takes posts in the second in which it closes.",
        a_second_late("topic_close"),
    ),
    Bug(
        "questionnaires-close-a-second-late",
        "boundary",
        ("T20", "L09"),
        "A questionnaire takes sheets in the second in which it closes.",
        a_second_late("questionnaire_close"),
    ),
    Bug(
        "suspending-has-no-limit",
        "boundary",
        ("T19",),
        "A case may be suspended as long as one likes, so that it is never late.",
        wrapped("engine.reporting.limits.SuspendReport.decide", _no_pause_limit),
    ),
    Bug(
        "appeals-give-back-a-point-less",
        "aggregate",
        ("T09",),
        "An appeal that was right gives back a point less than was taken.",
        before("points.deduction_upheld", put(points=lambda event: max(1, event.points - 1))),
    ),
    Bug(
        "promised-answers-are-forgotten",
        "aggregate",
        ("H12",),
        "Nobody is told that the answer to a suggestion is late.",
        forgotten("suggestion_due"),
    ),
    Bug(
        "stock-never-runs-out",
        "boundary",
        ("S28",),
        "More of an offer is sold than there is.",
        after(PLACED, _sells_on),
    ),
    Bug(
        "offers-close-a-second-late",
        "boundary",
        ("S28",),
        "An offer takes orders in the second in which it closes.",
        a_second_late("offer_close"),
    ),
    Bug(
        "holds-release-a-lot-less",
        "aggregate",
        ("T11",),
        "An order that was not paid gives back fewer points than it held.",
        before("marketplace.points_returned", _to_another_lot),
    ),
    Bug(
        "unpaid-orders-wait-for-ever",
        "aggregate",
        ("L03", "L11", "T11"),
        "An order that nobody pays holds its points for ever.",
        forgotten("order_end"),
    ),
    Bug(
        "anybody-may-ride",
        "aggregate",
        ("S24",),
        "Riders deliver without having been trained.",
        replaced("engine.marketplace.riders._trained", lambda *_: None),
    ),
    Bug(
        "riders-carry-any-number",
        "boundary",
        ("S24",),
        "A rider takes one order more than a rider may carry.",
        wrapped("engine.marketplace.riders.AssignOrder.decide", _any_number),
    ),
    Bug(
        "commission-is-taken-twice",
        "aggregate",
        ("S14",),
        "An order's commission is a fen more than was agreed.",
        after(DONE, _commission_twice),
    ),
    Bug(
        "late-money-comes-back-short",
        "aggregate",
        ("T13", "S10"),
        "Money that came too late comes back a fen short.",
        before("payments.channel_refund_requested", _less_back),
    ),
    Bug(
        "billers-get-a-fen-more",
        "aggregate",
        ("S10",),
        "A utility company is owed a fen more than was paid.",
        after("payments.bill_paid", _a_fen_to_biller),
    ),
    Bug(
        "checkouts-never-close",
        "aggregate",
        ("L04",),
        "A checkout that nobody pays stays open.",
        forgotten("checkout_close"),
    ),
    Bug(
        "traces-are-never-forgotten",
        "aggregate",
        ("P02",),
        "Where somebody was is kept longer than it may be.",
        forgotten("epidemic_forget"),
    ),
)
