"""Engines that lose or make points and money, or keep their records wrongly."""

from __future__ import annotations

from typing import Any

import pytest

from engine.district.ledger import AV, BK, CH, COST, DEBT, EXP, ISS, MER, MORAL, SP
from engine.district.points import AwardGranted
from engine.kernel.engine import Engine
from engine.kernel.idempotency import Keys
from engine.payments import refunds
from engine.points import awards
from tests.broken.faults import Change, Fault, Install, after, before, both, forgotten, put, replaced, shift

RIGHT_DRAW, RIGHT_SPLIT = awards.draw, refunds.split


def _person(event: Any) -> str:
    return str(event.person)


def _merchant(event: Any) -> str:
    return str(event.merchant)


def _channel(event: Any) -> str:
    return str(event.channel)


def _nobody(_event: Any) -> str:
    return "-"


def _with_points(change: Change) -> Change:
    return lambda event, district: change(event, district) if event.points else None


def _material(change: Change) -> Change:
    return lambda event, district: change(event, district) if event.ledger == "MP" else None


def _fee_from_nowhere(_event: Any, district: Any) -> None:
    district.ledger.balances[COST]["odd"] += 1


def _lose_a_lot(event: Any, district: Any) -> None:
    wallet = district.points.wallets.get(event.person)
    if wallet:
        wallet.pop()


def _one_more_from_a_lot(event: Any, _district: Any) -> None:
    lot, points = event.lots[-1]
    event.lots = (*event.lots[:-1], (lot, points + 1))


def _less_restored(event: Any, _district: Any) -> None:
    if event.restored:
        lot, points, into, expires_at = event.restored[0]
        event.restored = ((lot, points + 1, into, expires_at), *event.restored[1:])


def _both_ledgers(patch: pytest.MonkeyPatch) -> None:
    right = AwardGranted.postings

    def wrong(event: AwardGranted) -> Any:
        return (*right(event), (ISS, event.rule, AV, event.person, 0)) if event.ledger == "MO" else right(event)

    patch.setattr(AwardGranted, "postings", wrong)


def recorded(change: Change) -> Install:
    """The kernel writes an outcome down wrongly; `change` gets the outcome and the engine."""

    def install(patch: pytest.MonkeyPatch) -> None:
        right = Engine.record

        def wrong(engine: Engine, outcome: Any) -> Any:
            change(outcome, engine)
            return right(engine, outcome)

        patch.setattr(Engine, "record", wrong)

    return install


def _skip_a_number(_outcome: Any, engine: Any) -> None:
    engine.n += engine.n == 50


def _skip_a_seq(outcome: Any, _engine: Any) -> None:
    outcome.first_seq += bool(outcome.events)


def _draw_at_any_time(wallet: Any, points: int, _at: int) -> Any:
    return RIGHT_DRAW(wallet, points, min((lot.expires_at for lot in wallet), default=1) - 1)


def _draw_latest_first(wallet: Any, points: int, at: int) -> Any:
    return RIGHT_DRAW(wallet[::-1], points, at)


def _cash_first(payment: Any, returned: Any, goods_fen: int, order: str) -> Any:
    return RIGHT_SPLIT(payment, returned, goods_fen, "points_first" if order == "cash_first" else "cash_first")


def _without_a_line(event: Any, _district: Any) -> None:
    event.lines = event.lines[1:]


PAID, REFUNDED = "payments.purchase_paid", "payments.purchase_refunded"
GRANTED, REVOKED, EXPIRED = "points.award_granted", "points.award_revoked", "points.lot_expired"
VALUE = (
    Fault("an award posts on one side only", "S01", after(GRANTED, _fee_from_nowhere)),
    Fault("a payer goes below zero", "S02", after(PAID, _with_points(shift(AV, _person, ISS, -10_000)))),
    Fault("a lot falls out of the wallet", "S03", after(PAID, _lose_a_lot)),
    Fault("more leaves a lot than was paid", "S05", before(PAID, _with_points(_one_more_from_a_lot))),
    Fault("a clawback leaves negative debt", "S06", after(REVOKED, shift(DEBT, _person, ISS, 1_000))),
    Fault("an expiry books too much", "S07", after(EXPIRED, shift(EXP, _nobody, ISS))),
    Fault("a refund gives more cash", "S08", before(REFUNDED, put(cash_fen=lambda event: event.cash_fen + 1))),
    Fault("excluded goods are paid by points", "S09", before(PAID, put(excluded_fen=lambda event: event.goods_fen))),
    Fault("a channel owes less than was paid", "S10", after(PAID, shift(CH, _channel, BK))),
    Fault("caps are not kept", "S11", replaced("engine.points.awards._within", lambda points, *_: points)),
    Fault("budgets are not kept", "S12", replaced("engine.points.awards._within", lambda points, *_: points)),
    Fault("a moral award posts material points", "S13", _both_ledgers),
    Fault("a merchant is owed more", "S14", after(PAID, shift(MER, _merchant, BK))),
    Fault("the sponsor owes more", "S15", after(PAID, _with_points(shift(SP, _nobody, COST, -1)))),
    Fault("an empty fund is kept quiet", "S15", replaced("engine.payments.purchases.sponsor_alarm", lambda *_: ())),
    Fault("points stay when goods go back", "T09", forgotten("purchase_unearn")),
    Fault(
        "an appeal gives back a point less",
        "T09",
        before("points.deduction_upheld", put(points=lambda event: event.points - 1)),
    ),
    Fault("points that expire last go first", "T04", replaced("engine.payments.purchases.draw", _draw_latest_first)),
    Fault(
        "lapsed points are spent",
        "T05",
        both(forgotten("lot_expiry"), replaced("engine.payments.purchases.draw", _draw_at_any_time)),
    ),
    Fault("an expiry forgets a point", "T06", before(EXPIRED, put(points=lambda event: event.points - 1))),
    Fault("a refund restores too much", "T07", before(REFUNDED, _less_restored)),
    Fault("refunds follow another order", "T08", replaced("engine.payments.refunds.split", _cash_first)),
    Fault("a clawback books debt twice", "T09", before(REVOKED, _material(put(debt=lambda event: event.debt + 1)))),
    Fault("a credit does not pay debt", "T10", replaced("engine.points.awards.debt", lambda *_: 0)),
    Fault("a settlement leaves somebody out", "T14", before("payments.merchants_settled", _without_a_line)),
    Fault(
        "evidence is forgotten",
        "T22",
        replaced("engine.district.evidence.Evidence.used", lambda _evidence, _rule, _fact: False),
    ),
    Fault("awards stay open a second longer", "T24", before(GRANTED, put(final_at=lambda event: event.final_at + 1))),
    Fault("an announced policy never holds", "T24", forgotten("announced_policy")),
    Fault(
        "an award is taken back twice", "T01", replaced("engine.district.points.PointsRows.state", lambda *_: "VESTED")
    ),
    Fault("a record number is skipped", "H01", recorded(_skip_a_number)),
    Fault("event numbers skip one", "T03", recorded(_skip_a_seq)),
    Fault("keys are forgotten", "H03", lambda patch: patch.setattr(Keys, "find", lambda *_: None)),
    Fault("an award gives one point more", "H05", after(GRANTED, _material(shift(AV, _person, ISS)))),
    Fault("moral points come from nowhere", "H05", after(PAID, shift(MORAL, _person, ISS))),
    Fault("the bank loses a fen", "H08", after("payments.channel_settled", shift(BK, _nobody, MER))),
    Fault("the sponsor pays twice", "H09", before("payments.sponsor_reimbursed", put(amount_fen=10**6))),
    Fault("everybody is rich", "H10", after(PAID, shift(AV, _person, ISS, 10_000))),
    Fault("lots never lapse", "L08", forgotten("lot_expiry")),
)
