"""Which answer a command of the marketplace gives where several would be true, and who may give it."""

from __future__ import annotations

from itertools import combinations

import pytest

from engine.binding.bindings import RegisterPerson
from engine.kernel.command import Command
from engine.marketplace.offers import PublishOffer, WithdrawOffer
from engine.marketplace.orders import AcceptOrder, CancelOrder, ReadyOrder
from engine.marketplace.placing import PlaceOrder
from engine.marketplace.riders import AssignOrder, EndDuty, PayRiders, RegisterRider, StartDuty, TrainRider
from engine.payments.orders import PayOrder
from tests.purses import Purse, purse, said

CODES = [code.name for code in PlaceOrder.codes]


@pytest.mark.parametrize("faults", [(), *((each,) for each in CODES), *combinations(CODES, 2)], ids="+".join)
def test_an_order_is_refused_for_the_first_reason(faults: tuple[str, ...]) -> None:
    """Of two reasons that hold together, the one that stands first in the list answers."""
    town = purse()
    town.award("per_1")
    town.town.must(PublishOffer("mer_1", 1_000, 2, town.at, town.at + 60), "merchant", "mer_1")
    person = "per_1"
    if "PERSON_NOT_BOUND" in faults:
        person = "per_7"
        town.town.must(RegisterPerson(person))
    if "PERSON_MERGED" in faults:
        town.merge(person, "per_2")
    person = "per_9" if "PERSON_NOT_FOUND" in faults else person
    merchant = "mer_9" if "MERCHANT_NOT_FOUND" in faults else "mer_1"
    offer = "ofr_00000009" if "OFFER_NOT_FOUND" in faults else "ofr_00000001"
    if "OFFER_NOT_OPEN" in faults:
        town.town.must(WithdrawOffer("ofr_00000001"), "merchant", "mer_1")
    quantity = 0 if "ORDER_EMPTY" in faults else 3 if "OFFER_SOLD_OUT" in faults else 1
    goods_fen = 10_000_000
    excluded_fen = 2 * goods_fen if "POINTS_EXCLUDED_GOODS" in faults else 0
    points = goods_fen if "PAY_CAP_EXCEEDED" in faults else 101 if "POINTS_INSUFFICIENT" in faults else 1
    command = PlaceOrder(person, merchant, goods_fen, excluded_fen, offer, quantity, points, delivery=False)
    unmet = {"ORDER_EMPTY", "OFFER_SOLD_OUT"} <= set(faults)  # nothing of an offer cannot be too much of it
    assert unmet or said(town.town.say(command, "resident", person)) == (faults[0] if faults else "ok")


def ready() -> Purse:
    """An order that waits for a rider, one trained rider on duty, one who is not trained."""
    town = purse()
    say = town.town.must
    say(PlaceOrder("per_1", "mer_1", 1_000, 0, None, 0, 0, delivery=True), "resident", "per_1")
    say(PayOrder("ord_00000001", "bank"), "resident", "per_1")
    for step in (AcceptOrder, ReadyOrder):
        say(step("ord_00000001"), "merchant", "mer_1")
    for rider in ("rid_1", "rid_2"):
        say(RegisterRider(rider))
    say(TrainRider("rid_1"))
    say(StartDuty("rid_1"), "rider", "rid_1")
    return town


ROLES: list[tuple[Command, dict[str, str]]] = [
    (PublishOffer("mer_1", 1, 1, 1_631_664_000, 1_731_664_000), {"merchant": "ok", "officer": "ok"}),
    (PlaceOrder("per_1", "mer_1", 1, 0, None, 0, 0, delivery=False), {"resident": "ok"}),
    (PayOrder("ord_00000001", "bank"), {"resident": "ORDER_BAD_STATE"}),
    (PayOrder("ord_00000009", "bank"), {"resident": "ORDER_NOT_FOUND"}),
    (AcceptOrder("ord_00000001"), {"merchant": "ORDER_BAD_STATE", "officer": "ORDER_BAD_STATE"}),
    (CancelOrder("ord_00000001"), {"resident": "ORDER_BAD_STATE", "officer": "ORDER_BAD_STATE"}),
    (RegisterRider("rid_9"), {"officer": "ok", "system": "ok"}),
    (TrainRider("rid_1"), {"officer": "RIDER_TRAINED", "system": "RIDER_TRAINED"}),
    (StartDuty("rid_1"), {"rider": "RIDER_ON_DUTY", "officer": "RIDER_ON_DUTY"}),
    (EndDuty("rid_1"), {"rider": "ok", "officer": "ok"}),
    (AssignOrder("ord_00000001", "rid_1"), {"rider": "ok", "officer": "ok", "system": "ok"}),
    (AssignOrder("ord_00000001", "rid_2"), {"officer": "RIDER_UNTRAINED", "system": "RIDER_UNTRAINED"}),
    (PayRiders(), {"officer": "SETTLE_NOTHING_DUE", "system": "SETTLE_NOTHING_DUE"}),
]
PEOPLE = {"resident": "per_1", "grid": "wkr_1", "merchant": "mer_1", "rider": "rid_1"}
WHO = {**PEOPLE, "officer": "off_1", "system": "clock"}


@pytest.mark.parametrize(("command", "answers"), ROLES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("kind", WHO)
def test_each_role_may_what_the_table_says(command: Command, answers: dict[str, str], kind: str) -> None:
    """Whoever the table does not name is refused, and nobody acts for another shop, buyer or rider."""
    assert said(ready().town.say(command, kind, WHO[kind])) == answers.get(kind, "FORBIDDEN")


def test_nobody_acts_for_somebody_else() -> None:
    """A merchant accepts own orders, a resident pays own orders, a rider takes orders for oneself."""
    town = ready().town
    assert said(town.say(AcceptOrder("ord_00000001"), "merchant", "mer_2")) == "FORBIDDEN"
    assert said(town.say(PayOrder("ord_00000001", "bank"), "resident", "per_2")) == "FORBIDDEN"
    assert said(town.say(AssignOrder("ord_00000001", "rid_1"), "rider", "rid_2")) == "FORBIDDEN"
