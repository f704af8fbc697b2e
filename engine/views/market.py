"""Answers about the marketplace: offers, an order step by step, what riders earn, how long deliveries take."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engine.district.ledger import RID
from engine.kernel.command import anyone, own
from engine.kernel.ids import OrderId, RiderId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import BASIS, HOUR_S, MEDIAN_BP, NINTH_DECILE_BP
from engine.marketplace.codes import RIDER_NOT_FOUND
from engine.payments.codes import ORDER_NOT_FOUND
from engine.views.read import ANYBODY, OFFICE, NoParameters, OfMerchant, OfPerson, Parameters, Read, Value

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.market import Deliveries, Offer, Order


@dataclass(slots=True)
class OfOrder(Parameters):
    """An order."""

    order: OrderId


@dataclass(slots=True)
class OfRider(Parameters):
    """A rider."""

    rider: RiderId


@dataclass(frozen=True, slots=True)
class Pace:
    """Deliveries of one hour of the day: how many, median and ninth decile in whole minutes, late ones and their share.

    Both quantiles are the smallest number of minutes within which that share arrived. The hour is that of the payment.
    """

    hour: int
    deliveries: int
    median_minutes: int
    p90_minutes: int
    late: int
    late_bp: int


def delivery_times(district: District) -> list[Pace]:
    """Pace of every hour of the day in which a rider's delivery was ever paid."""
    return [_pace(hour, found) for hour, found in sorted(district.market.deliveries.items())]


def _pace(hour: int, found: Deliveries) -> Pace:
    count = sum(found.by_minute.values())
    median, slow = _within(found, MEDIAN_BP), _within(found, NINTH_DECILE_BP)
    return Pace(hour, count, median, slow, found.late, found.late * BASIS // count)


def _within(found: Deliveries, share_bp: int) -> int:
    """The smallest number of minutes within which that share of deliveries arrived."""
    count, arrived = sum(found.by_minute.values()), 0
    for minutes, some in sorted(found.by_minute.items()):
        arrived += some
        if arrived * BASIS >= count * share_bp:
            return minutes
    raise AssertionError("nothing was delivered")


def order_seen(district: District, order_id: str) -> dict[str, Any] | None:
    """An order with every step as [instant, state]; None for an unknown one, and once it is finished."""
    order = district.market.orders.get(order_id)
    if order is None:
        return None
    goods_fen, points = district.market.returned.get(order_id, (0, 0))
    return {
        **_short(order),
        "person": order.person,
        "offer": order.offer,
        "quantity": order.quantity,
        "channel": order.channel,
        "promised_at": order.promised_at,
        "refunded_fen": goods_fen,
        "refunded_points": points,
        "steps": [list(step) for step in order.steps],
    }


def _short(order: Order) -> dict[str, Any]:
    return {
        "order": order.id,
        "merchant": order.merchant,
        "state": order.state,
        "goods_fen": order.goods_fen,
        "points": order.points,
        "cash_fen": order.cash_fen,
        "fee_fen": order.fee_fen,
        "delivery": order.dwelling is not None,
        "rider": order.rider,
    }


def open_offers_of(district: District, merchant: str) -> list[Offer]:
    """Offers of a merchant that take orders now and have something left."""
    return [each for each in _open(district) if each.merchant == merchant and each.sold < each.stock]


def _open(district: District) -> list[Offer]:
    rows = district.market.offers.values()
    return [each for each in rows if each.state == "PUBLISHED" and each.opens_at <= district.at]


def open_offers(district: District) -> list[dict[str, Any]]:
    """Offers that take orders now, with what is left."""
    return [
        {
            "offer": each.id,
            "merchant": each.merchant,
            "price_fen": each.price_fen,
            "left": each.stock - each.sold,
            "closes_at": each.closes_at,
        }
        for each in _open(district)
    ]


def rider_seen(district: District, rider_id: str) -> dict[str, Any] | None:
    """What a rider did and earned; earnings an hour count the time on duty until now (null before any)."""
    rider = district.market.riders.get(rider_id)
    if rider is None:
        return None
    since = rider.on_duty_since
    worked_s = rider.worked_s + (district.at - since if since is not None else 0)
    return {
        "rider": rider.id,
        "state": rider.state,
        "on_duty": since is not None,
        "carries": list(rider.orders),
        "delivered": rider.delivered,
        "earned_fen": rider.earned_fen,
        "owed_fen": district.ledger.balance(RID, rider.id),
        "worked_s": worked_s,
        "earned_fen_an_hour": rider.earned_fen * HOUR_S // worked_s if worked_s else None,
    }


def _concerns(asked: OfOrder, district: District, who: str) -> Code | None:
    """Its buyer, its merchant and its rider may look at an order."""
    order = district.market.orders.get(asked.order)
    persons = district.residents
    known = order is not None and who in (persons.root(order.person), order.merchant, order.rider)
    return None if known else FORBIDDEN


def _order(district: District, asked: OfOrder) -> Value:
    found = order_seen(district, asked.order)
    if found is None:
        raise Rejected(ORDER_NOT_FOUND)
    return found


def _rider(district: District, asked: OfRider) -> Value:
    found = rider_seen(district, asked.rider)
    if found is None:
        raise Rejected(RIDER_NOT_FOUND)
    return found


def _orders_of(district: District, asked: OfPerson) -> Value:
    persons = district.residents
    if asked.person not in persons.persons:
        return []
    rows = persons.rows_of(asked.person)
    return [_short(order) for order in district.market.orders.values() if order.person in rows]


def _orders_at(district: District, asked: OfMerchant) -> Value:
    return [_short(order) for order in district.market.orders.values() if order.merchant == asked.merchant]


def _waiting(district: District, _asked: NoParameters) -> Value:
    """Ready orders that no rider has yet, with where they go."""
    waits = [order for order in district.market.orders.values() if order.state == "READY" and order.dwelling]
    return [{"order": order.id, "merchant": order.merchant, "dwelling": order.dwelling} for order in waits]


CONCERNED = {**dict.fromkeys(("resident", "merchant", "rider"), _concerns), **OFFICE}
MARKET_READS: tuple[Read, ...] = (
    Read(
        "marketplace.offers",
        "Special offers that take orders now.",
        NoParameters,
        ANYBODY,
        (),
        lambda district, _: open_offers(district),
    ),
    Read("marketplace.order", "An order step by step.", OfOrder, CONCERNED, (ORDER_NOT_FOUND,), _order),
    Read(
        "marketplace.orders_of", "A person's orders.", OfPerson, {"resident": own("person"), **OFFICE}, (), _orders_of
    ),
    Read(
        "marketplace.orders_at",
        "A merchant's orders.",
        OfMerchant,
        {"merchant": own("merchant"), **OFFICE},
        (),
        _orders_at,
    ),
    Read(
        "marketplace.waiting",
        "Ready orders that wait for a rider.",
        NoParameters,
        {"rider": anyone, **OFFICE},
        (),
        _waiting,
    ),
    Read(
        "marketplace.rider",
        "What a rider carries and earns.",
        OfRider,
        {"rider": own("rider"), **OFFICE},
        (RIDER_NOT_FOUND,),
        _rider,
    ),
    Read(
        "marketplace.delivery_times",
        "Minutes from payment to delivery by hour of the day, and the share that came late.",
        NoParameters,
        OFFICE,
        (),
        lambda district, _: [asdict(each) for each in delivery_times(district)],
    ),
)
