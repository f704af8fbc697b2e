"""Which answer a command of payments gives where several would be true, and who may give it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations

import pytest

from engine.binding.bindings import RegisterPerson
from engine.kernel.command import Command
from engine.payments.purchases import PayPurchase, RegisterMerchant
from engine.payments.refunds import RefundPurchase
from engine.payments.settlement import ReimbursePoints, SettleChannel, SettleMerchants
from tests.purses import DAY_S, Purse, purse, said

GOODS_FEN = 10_000_000


def subsets(kind: type[Command]) -> list[tuple[str, ...]]:
    """All sets of the codes of a command, in its order."""
    codes = [code.name for code in kind.codes]
    return list(chain.from_iterable(combinations(codes, size) for size in range(len(codes) + 1)))


def named(faults: Sequence[str]) -> str:
    """A set of codes in the name of a test."""
    return "+".join(faults) or "none"


@pytest.mark.parametrize("faults", subsets(PayPurchase), ids=named)
def test_a_purchase_is_refused_for_the_first_reason(faults: tuple[str, ...]) -> None:
    """Of all the reasons against a purchase that hold together, the one that stands first in the list answers."""
    town = purse()
    town.award("per_1")
    town.award("per_9")
    person = "per_1"
    if "PERSON_NOT_BOUND" in faults:
        person = "per_7"
        town.town.must(register(person))
    if "PERSON_MERGED" in faults:
        town.merge(person, "per_2")
    if "PERSON_NOT_FOUND" in faults:
        person = "per_9"
    merchant = "mer_9" if "MERCHANT_NOT_FOUND" in faults else "mer_1"
    excluded_fen = GOODS_FEN + 1 if "POINTS_EXCLUDED_GOODS" in faults else 0
    points = 101 if "POINTS_INSUFFICIENT" in faults else 1
    if "PAY_CAP_EXCEEDED" in faults:
        points = GOODS_FEN
    command = PayPurchase(person, merchant, "alipay", GOODS_FEN, excluded_fen, points)
    assert said(town.town.say(command, "resident", person)) == (faults[0] if faults else "ok")


def register(person: str) -> Command:
    """A person whom a grid member knows and who has bound nowhere."""
    return RegisterPerson(person)


@pytest.mark.parametrize("faults", subsets(RefundPurchase), ids=named)
def test_a_refund_is_refused_for_the_first_reason(faults: tuple[str, ...]) -> None:
    """The same for refunds: 3 of 10 fen were paid by a point, 7 came back in cash; 2 of the last 3 have no split."""
    town = purse(points__value_fen=3, payments__merchant_limit_fen=0, payments__refund_order="cash_first")
    town.award()
    assert town.pay(1, goods_fen=10).ok
    assert town.refund("pay_00000001", 7).ok
    if "REFUND_MERCHANT_FUNDS" in faults:
        town.town.must(SettleMerchants(), "system", "bank")
    goods_fen = 2 if "REFUND_NOT_REPRESENTABLE" in faults else 3
    if "REFUND_EXCEEDS_PAID" in faults:
        goods_fen = 11
    if "REFUND_WINDOW_CLOSED" in faults:
        town.at += 30 * DAY_S
    payment = "pay_00000009" if "PAYMENT_NOT_FOUND" in faults else "pay_00000001"
    assert said(town.refund(payment, goods_fen)) == (faults[0] if faults else "ok")


def test_a_merchant_is_registered_once_and_in_a_grid() -> None:
    """No grid comes before a merchant that is there already."""
    town = purse().town
    assert said(town.say(RegisterMerchant("mer_1", "grd_9", "retail", 0))) == "GRID_NOT_FOUND"
    assert said(town.say(RegisterMerchant("mer_1", "grd_1", "retail", 0))) == "MERCHANT_EXISTS"
    assert said(town.say(RegisterMerchant("mer_9", "grd_1", "retail", 0))) == "ok"


def test_nothing_due_comes_before_more_than_is_due() -> None:
    """The sponsor pays nothing where nothing is due, never more than is due, and exactly what is due."""
    town = purse(points__value_fen=10)
    assert said(town.town.say(ReimbursePoints(1))) == "SETTLE_NOTHING_DUE"
    town.award()
    town.pay(3)
    assert said(town.town.say(ReimbursePoints(31))) == "REIMBURSE_EXCEEDS_DUE"
    assert said(town.town.say(ReimbursePoints(30))) == "ok"
    assert said(town.town.say(ReimbursePoints(1))) == "SETTLE_NOTHING_DUE"


def paid() -> Purse:
    """Somebody has bought something with points."""
    town = purse()
    town.award()
    assert town.pay(1).ok
    return town


ROLES: list[tuple[Command, dict[str, str]]] = [
    (RegisterMerchant("mer_9", "grd_1", "retail", 0), {"officer": "ok", "system": "ok"}),
    (PayPurchase("per_1", "mer_1", "bank", 100, 0, 0), {"resident": "ok"}),
    (RefundPurchase("pay_00000001", 100), {"merchant": "ok", "officer": "ok"}),
    (RefundPurchase("pay_00000009", 100), {"merchant": "PAYMENT_NOT_FOUND", "officer": "PAYMENT_NOT_FOUND"}),
    (SettleChannel("wechat"), {"officer": "ok", "system": "ok"}),
    (SettleMerchants(), {"officer": "ok", "system": "ok"}),
    (ReimbursePoints(1), {"officer": "ok", "system": "ok"}),
]
WHO = {"resident": "per_1", "grid": "wkr_1", "merchant": "mer_1", "officer": "off_1", "system": "clock"}


@pytest.mark.parametrize(("command", "answers"), ROLES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("kind", WHO)
def test_each_role_may_what_the_table_says(command: Command, answers: dict[str, str], kind: str) -> None:
    """Whoever the table does not name is refused."""
    assert said(paid().town.say(command, kind, WHO[kind])) == answers.get(kind, "FORBIDDEN")


def test_nobody_acts_for_somebody_else() -> None:
    """A resident pays from the own purse only, a merchant gives back own sales only."""
    town = paid().town
    assert said(town.say(PayPurchase("per_1", "mer_1", "bank", 100, 0, 0), "resident", "per_2")) == "FORBIDDEN"
    assert said(town.say(RefundPurchase("pay_00000001", 100), "merchant", "mer_2")) == "FORBIDDEN"


def test_authority_is_judged_as_time_has_left_it() -> None:
    """Once a purchase is retired its row refuses nobody: whether somebody swept before makes no difference."""
    answers = []
    for swept in (False, True):
        town = paid()
        town.at += 30 * DAY_S
        if swept:
            town.sweep()
        answers.append(said(town.town.say(RefundPurchase("pay_00000001", 100), "merchant", "mer_2")))
    assert answers == ["REFUND_WINDOW_CLOSED", "REFUND_WINDOW_CLOSED"]
