"""Bugs at the edges of time and amounts: off by one second, another zone's midnight, a rounded product."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug, Patches
from loadtests.bugs.patching import a_second_late, before, both, put, replaced, wrapped

DRAW = "engine.payments.purchases.draw"
PAID, GRANTED = "payments.purchase_paid", "points.award_granted"
DAY_S, SHANGHAI_S = 86_400, 28_800


def _utc_day(at: int) -> int:
    return at // DAY_S


def _lapsed_too(right: Any, wallet: Any, points: int, at: int) -> Any:
    return right(wallet, points, at - 1) or right(wallet, points, at)


def _in_window(_policy_then: Any, policy: Any, row: Any, at: int) -> None:
    if at > (row.closed_at or 0) + policy.reporting.reopen_window_s:
        code = resolve_name("engine.reporting.codes.RPT_REOPEN_WINDOW")
        raise resolve_name("engine.Rejected")(code, closed=row.closed_at or 0)


def _one_above(right: Any, points: int, cap: int, used: int, code: Any) -> Any:
    """`used <= cap` where `used < cap` is meant: one more award when the cap is just reached."""
    return right(points, cap + (used == cap), used, code)


def _never_partly(right: Any, points: int, cap: int, used: int, code: Any) -> Any:
    """The last award is given whole, though the cap leaves less."""
    right(points, cap, used, code)
    return points


def _on_all_goods(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
    """The rate is taken of all goods, excluded ones too."""
    try:
        return right(command, district, policy, by)
    except resolve_name("engine.Rejected") as rejected:
        if rejected.code.name != "PAY_CAP_EXCEEDED":
            raise
    excluded = command.excluded_fen
    found = right(_with(command, excluded_fen=0), district, policy, by)
    found[0].excluded_fen = excluded
    return found


def _with(command: Any, **values: Any) -> Any:
    return resolve_name("dataclasses.replace")(command, **values)


def _rounded(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
    """`round(eligible * rate)` fen may be paid by points: too much by a fraction."""
    merchant = district.trade.merchants.get(command.merchant)
    if merchant is None:
        return right(command, district, policy, by)
    rate = min(merchant.points_rate_bp, policy.points.deduction_cap_bp)
    most_fen = -(-(command.goods_fen - command.excluded_fen) * rate // 10_000)
    value = policy.points.value_fen
    if not 0 < command.points * value <= most_fen + value // 2:
        return right(command, district, policy, by)
    enough = _with(command, goods_fen=command.goods_fen * 10, excluded_fen=command.excluded_fen)
    found = right(enough, district, policy, by)
    found[0].goods_fen = command.goods_fen
    return found


def _vests_at_once(event: Any, _district: Any) -> None:
    if event.vests_at is not None:
        event.vests_at -= 1


def _whole_days(event: Any, district: Any) -> None:
    """Points lapse so many times 24 hours after the grant, not at a midnight."""
    if event.ledger == "MP" and event.vests_at is None:
        days = district.policy.points.rules[event.rule].validity_days
        event.expires_at = district.at + (days + 1) * DAY_S


def _at_midnight_utc(event: Any, _district: Any) -> None:
    if event.ledger == "MP" and event.vests_at is None:
        event.expires_at += SHANGHAI_S


def _quorum(ballots: int, electorate: int, quorum_bp: int) -> bool:
    """More than the quorum, where at least the quorum is meant."""
    return ballots > 0 and ballots * 10_000 > electorate * quorum_bp


def _late_ballot(right: Any, district: Any, person: str, claimed: str) -> Any:
    """A vote that was closed takes ballots in the same second."""
    vote = district.board.votes.get(claimed)
    if vote is not None and vote.state == "TALLIED" and district.at == vote.closes_at:
        vote.state = "OPEN"
        try:
            return right(district, person, claimed)
        finally:
            vote.state = "TALLIED"
    return right(district, person, claimed)


def _still_entitled(patches: Patches) -> None:
    """A closed vote still knows its electorate."""
    kind = resolve_name("engine.kernel.event.EVENTS")["participation.vote_closed"]
    right = kind.apply

    def apply(event: Any, district: Any) -> None:
        vote = district.board.votes[event.vote]
        entitled = vote.entitled
        right(event, district)
        vote.entitled = entitled

    patches.put_in(kind, "apply", apply)


POINTS_DAY = both(
    replaced("engine.points.awards.civil_day", _utc_day), replaced("engine.district.points.civil_day", _utc_day)
)
WITHIN = "engine.points.awards._within"
BUGS = (
    Bug(
        "lots-lapse-a-second-late",
        "boundary",
        ("T05", "T06", "L08", "S02"),
        "Points can be spent in the second in which they lapse.",
        both(a_second_late("lot_expiry"), wrapped(DRAW, _lapsed_too)),
    ),
    Bug("caps-of-the-utc-day", "boundary", ("S11",), "Daily caps begin anew at 08:00, midnight in UTC.", POINTS_DAY),
    Bug(
        "caps-off-by-one",
        "boundary",
        ("S11", "S12"),
        "When a cap is just reached, one point more is given.",
        wrapped(WITHIN, _one_above),
    ),
    Bug(
        "last-award-is-not-cut",
        "boundary",
        ("S11", "S12"),
        "The award that passes a cap is given whole.",
        wrapped(WITHIN, _never_partly),
    ),
    Bug(
        "votes-close-a-second-late",
        "boundary",
        ("T20",),
        "A vote takes ballots in the second in which it closes.",
        a_second_late("vote_close"),
    ),
    Bug(
        "ballots-in-the-closing-second",
        "boundary",
        ("T20", "S20"),
        "A ballot that comes in the closing second is taken after the count.",
        both(_still_entitled, wrapped("engine.participation.votes._open_to", _late_ballot)),
    ),
    Bug(
        "reopening-a-second-longer",
        "boundary",
        ("T17",),
        "A case can be reopened in the second in which its window is over.",
        wrapped("engine.reporting.closing._in_window", _in_window),
    ),
    Bug(
        "refunds-a-second-longer",
        "boundary",
        ("S08", "T24"),
        "A purchase can be given back in the second in which its window is over.",
        before(PAID, put(refundable_until=lambda event: event.refundable_until + 1)),
    ),
    Bug(
        "clawback-a-second-longer",
        "boundary",
        ("T24", "T09"),
        "An award can be taken back in the second in which it is final.",
        before(GRANTED, put(final_at=lambda event: event.final_at + 1)),
    ),
    Bug(
        "cases-close-a-second-late",
        "boundary",
        ("T16",),
        "A resolved case closes by itself a second late.",
        a_second_late("report_close"),
    ),
    Bug(
        "points-vest-a-second-early",
        "boundary",
        ("T24", "T05"),
        "Points of a case are there a second before their time.",
        before(GRANTED, _vests_at_once),
    ),
    Bug(
        "points-lapse-by-the-hour",
        "boundary",
        ("T24", "T05"),
        "Points lapse whole days after the grant, to the second, not at a midnight.",
        before(GRANTED, _whole_days),
    ),
    Bug(
        "points-lapse-at-midnight-utc",
        "boundary",
        ("T24", "T05"),
        "Points lapse at 08:00, midnight in UTC.",
        before(GRANTED, _at_midnight_utc),
    ),
    Bug(
        "rate-of-all-goods",
        "boundary",
        ("S09",),
        "Points pay a share of all goods, those that they may not pay included.",
        wrapped("engine.payments.purchases.PayPurchase.decide", _on_all_goods),
    ),
    Bug(
        "rate-is-rounded-up",
        "boundary",
        ("S09",),
        "The share that points may pay is rounded up.",
        wrapped("engine.payments.purchases.PayPurchase.decide", _rounded),
    ),
    Bug(
        "quorum-must-be-passed",
        "boundary",
        ("T21",),
        "A vote with exactly the quorum has no result.",
        replaced("engine.participation.votes.quorate", _quorum),
    ),
)
