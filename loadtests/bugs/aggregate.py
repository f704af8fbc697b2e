"""Bugs of sums: books that drift, refunds that do not add up, points that are one off."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug
from loadtests.bugs.patching import after, before, forgotten, replaced, wrapped

PAID, REFUNDED = "payments.purchase_paid", "payments.purchase_refunded"
GRANTED, REVOKED = "points.award_granted", "points.award_revoked"
TALLIED = "participation.vote_tallied"


def _latest_first(right: Any, wallet: Any, points: int, at: int) -> Any:
    return right(wallet[::-1], points, at)


def _cash_first(right: Any, payment: Any, returned: Any, goods_fen: int, order: str) -> Any:
    return right(payment, returned, goods_fen, "points_first" if order == "cash_first" else "cash_first")


def _only_last_part(event: Any, district: Any) -> None:
    """Of what came back in parts only the last part is remembered."""
    district.trade.returned[event.payment].goods_fen = event.goods_fen


def _one_more_restored(event: Any, _district: Any) -> None:
    if event.restored:
        lot, points, into, expires_at = event.restored[0]
        event.restored = ((lot, points + 1, into, expires_at), *event.restored[1:])


def _two_fen_more(event: Any, _district: Any) -> None:
    event.cash_fen += 1


def _back(right: Any, *given: Any) -> Any:
    """Every point into the lot that it came from, lapsed or not."""
    district, owner, parts, at, grace_days = given
    earlier = min((lot.expires_at - 1 for lot, _ in parts), default=at)
    return right(district, owner, parts, min(at, earlier), grace_days)


def _debt_twice(event: Any, _district: Any) -> None:
    if event.ledger == "MP" and event.debt:
        event.debt *= 2


def _without_a_line(event: Any, _district: Any) -> None:
    if len(event.lines) > 1:
        event.lines = event.lines[1:]
        event.total_fen = sum(amount for _, amount in event.lines)


def _refund_not_deducted(event: Any, district: Any) -> None:
    account = resolve_name("engine.district.ledger.MER")
    district.ledger.balances[account][event.merchant] += event.goods_fen


def _moral_spent(event: Any, district: Any) -> None:
    """Moral points go along when material ones are spent."""
    account = resolve_name("engine.district.ledger.MORAL")
    if event.points:
        district.ledger.balances[account][event.person] -= 1


def _one_point_more(event: Any, district: Any) -> None:
    """A lot holds a point more than its award says, and so does the balance."""
    account = resolve_name("engine.district.ledger.AV")
    if event.ledger == "MP" and event.lot is not None:
        district.ledger.balances[account][event.person] += 1
        next(each for each in district.points.wallets[event.person] if each.id == event.lot).remaining += 1


def _too_much(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
    """The sponsor can pay more than is due."""
    try:
        return right(command, district, policy, by)
    except resolve_name("engine.Rejected") as wrong:
        if wrong.code.name != "REIMBURSE_EXCEEDS_DUE":
            raise
    return (resolve_name("engine.district.merchants.SponsorReimbursed")(command.amount_fen, False),)  # noqa: FBT003


BUGS = (
    Bug(
        "lots-used-newest-first",
        "aggregate",
        ("T04",),
        "Points that expire last are spent first.",
        wrapped("engine.payments.purchases.draw", _latest_first),
    ),
    Bug(
        "refunds-cash-first",
        "aggregate",
        ("T08",),
        "Refunds give cash first, not the share of points that the policy says.",
        wrapped("engine.payments.refunds.split", _cash_first),
    ),
    Bug(
        "refunds-forget-parts",
        "aggregate",
        ("S08", "T08"),
        "Of refunds in parts only the last one is remembered.",
        after(REFUNDED, _only_last_part),
    ),
    Bug(
        "refunds-a-fen-more",
        "aggregate",
        ("S08", "T08", "S10"),
        "Each refund pays a fen more.",
        before(REFUNDED, _two_fen_more),
    ),
    Bug(
        "refunds-restore-a-point-more",
        "aggregate",
        ("T07", "S08", "S05"),
        "A refund gives a lot one point more than it took.",
        before(REFUNDED, _one_more_restored),
    ),
    Bug(
        "refunds-restore-expired-points",
        "aggregate",
        ("T07",),
        "A refund gives points back into a lot that has lapsed.",
        wrapped("engine.payments.refunds.restore", _back),
    ),
    Bug(
        "credit-pays-no-debt",
        "aggregate",
        ("T10", "S06"),
        "Points that come in pay no debt.",
        replaced("engine.points.awards.debt", lambda *_: 0),
    ),
    Bug(
        "clawback-books-debt-twice",
        "aggregate",
        ("T09",),
        "A clawback books the debt twice.",
        before(REVOKED, _debt_twice),
    ),
    Bug(
        "awards-taken-back-twice",
        "aggregate",
        ("T09", "T01"),
        "An award can be taken back again.",
        replaced("engine.district.points.PointsRows.state", lambda *_: "VESTED"),
    ),
    Bug(
        "awards-give-a-point-more",
        "aggregate",
        ("H05", "H10", "S03", "S05"),
        "An award puts a point more into the balance than it says.",
        after(GRANTED, _one_point_more),
    ),
    Bug(
        "facts-earn-again",
        "aggregate",
        ("T22",),
        "A fact that has earned by a rule earns again.",
        replaced("engine.district.evidence.Evidence.used", lambda *_: False),
    ),
    Bug(
        "moral-points-are-spent",
        "aggregate",
        ("H05", "S13"),
        "Moral points go along when material ones are spent.",
        after(PAID, _moral_spent),
    ),
    Bug(
        "refunds-stay-owed",
        "aggregate",
        ("S14", "T14"),
        "What a merchant gave back is still owed to the merchant.",
        after(REFUNDED, _refund_not_deducted),
    ),
    Bug(
        "settlement-leaves-one-out",
        "aggregate",
        ("T14", "S14"),
        "A settlement leaves a merchant out.",
        before("payments.merchants_settled", _without_a_line),
    ),
    Bug(
        "sponsor-pays-twice",
        "aggregate",
        ("H09", "S15"),
        "The sponsor can pay more than is due.",
        wrapped("engine.payments.settlement.ReimbursePoints.decide", _too_much),
    ),
    Bug("lots-never-lapse", "aggregate", ("L08", "T05", "T06"), "Points never lapse.", forgotten("lot_expiry")),
)
