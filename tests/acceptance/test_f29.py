"""F29 riders as part-time grid members: due dates, care on delivery trips, cases by riders (L13, S24)."""

from __future__ import annotations

from typing import Any

from engine.kernel.units import DAY_S, after_days
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import read_now
from tests.acceptance.shop import OFFICE, Shop

RIDER = "rider:rid_1"
CARE = {"grid": "grd_1", "purpose": "care", "person": "per_1", "report": None}


def on_the_way() -> Shop:
    """rid_1 brings an order of per_1 to dwl_1 in grd_1, where per_1 is tagged and soon to be visited."""
    shop = Shop()
    shop.must("binding.tag_special", "grid:wkr_1", person="per_1", tag="elderly_alone", evidence="doc_1")
    shop.at += 25 * DAY_S
    shop.rider("rid_1")
    order = shop.order(goods_fen=1_000, delivery=True)
    shop.must("payments.pay_order", "resident:per_1", order=order, channel="bank")
    shop.to_rider(order, "rid_1")
    return shop


def waiting(shop: Shop) -> Any:
    """What the rider reads of people who wait on the way."""
    read = READ_BY_NAME["grid.care_on_way"]
    asked = read.parameters(rider="rid_1")  # type: ignore[call-arg]
    return read_now(shop.engine.district, read, asked, ("rider", "rid_1"))


def test_a_care_visit_on_a_delivery_trip() -> None:
    """The rider sees who waits and by when, not why; the visit counts as a member's does."""
    shop = on_the_way()
    (seen,) = waiting(shop)
    assert (seen["about"], seen["grid"]) == ("per_1", "grd_1")
    assert "elderly" not in str(seen)
    assert shop.refused("grid.start_visit", RIDER, **{**CARE, "grid": "grd_2"}) == "OUT_OF_GRID"
    assert shop.refused("grid.start_visit", RIDER, **{**CARE, "purpose": "round", "person": None}) == "FORBIDDEN"
    visit = shop.must("grid.start_visit", RIDER, **CARE)[0].visit
    shop.at += 20 * 60
    shop.must("grid.finish_visit", RIDER, visit=visit, done=True)
    plan = shop.engine.district.care.plans["per_1"]
    assert (plan.due, plan.level) == (after_days(shop.at, 30), 0)
    shop.close()


def test_no_order_comes_during_a_visit() -> None:
    """S24: assigning is refused until the visit is over."""
    shop = on_the_way()
    visit = shop.must("grid.start_visit", RIDER, **CARE)[0].visit
    order = shop.order(goods_fen=1_000, delivery=True)
    shop.must("payments.pay_order", "resident:per_1", order=order, channel="bank")
    for step in ("accept_order", "ready_order"):
        shop.must(f"marketplace.{step}", "merchant:mer_1", order=order)
    asked = {"order": order, "rider": "rid_1"}
    assert shop.refused("marketplace.assign_order", OFFICE, **asked) == "RIDER_BUSY"
    shop.must("grid.finish_visit", RIDER, visit=visit, done=False)
    shop.must("marketplace.assign_order", OFFICE, **asked)
    shop.close()


def test_what_riders_see_becomes_cases_and_warnings() -> None:
    """Their source is `rider`; off duty they have no such word."""
    shop = on_the_way()
    entry = {"kind": "problem", "category": "facilities", "grid": "grd_2", "text": None, "building": None}
    assert shop.must("reporting.enter_report", RIDER, **entry)[0].source == "rider"
    hazard = {"grid": "grd_2", "building": None, "category": "safety", "text": None}
    assert shop.must("grid.raise_warning", RIDER, **hazard)[0].source == "rider"
    assert shop.refused("reporting.enter_report", "rider:rid_2", **entry) == "FORBIDDEN"
    shop.close()
