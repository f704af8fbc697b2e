"""Orders on the marketplace: how many, how they are paid, prepared, brought, given up; offers and riders.

No volume was published beside 800 merchants and 141 with special offers. Everything here is assumed, and small: it
shows the way of an order and what a rider earns, not the size of the trade.
"""

from __future__ import annotations

from sim.sourced import Numbers, Parameters, Share, sourced


class OrderingBehaviour(Parameters):
    """The section `[behaviour.ordering]`."""

    orders_merchant_day: float = sourced("orders", "Mean a marketplace merchant and day.", ge=0, le=1_000)
    delivery_share: Share = sourced("share", "Orders at shops and caterers that a rider brings.")
    offer_share: Share = sourced("share", "Orders at a merchant with an open offer that take it.")
    offer_every_days: int = sourced("days", "How often such a merchant publishes an offer.", ge=1)
    offer_days: int = sourced("days", "How long an offer is open.", ge=1)
    offer_stock: int = sourced("items", "Items of an offer.", ge=1, le=1_000_000)
    discount_share: Share = sourced("share", "How far an offer's price lies below the median basket.")
    unpaid_share: Share = sourced("share", "Orders that are never paid.")
    cancel_share: Share = sourced("share", "Paid orders that the buyer cancels.")
    reject_share: Share = sourced("share", "Paid orders that the merchant rejects.")
    checkout_share: Share = sourced("share", "Orders that are paid by the one code of all apps.")
    give_back_share: Share = sourced("share", "Orders that a rider gives back before fetching them.")
    fee_refund_share: Share = sourced("share", "Confirmed deliveries whose fee is given back.")
    care_share: Share = sourced(
        "share", "Ways to a door on which a rider looks in on somebody, if one is to be visited."
    )
    care_minutes: float = sourced("minutes", "Such a visit.", gt=0)
    fail_share: Share = sourced("share", "Deliveries that do not reach the buyer.")
    confirm_share: Share = sourced("share", "Delivered orders that the buyer confirms.")
    refund_share: Share = sourced("share", "Confirmed orders that come back as a whole.")
    pay_minutes: float = sourced("minutes", "Mean time to the payment (exponential).", gt=0)
    accept_minutes: float = sourced("minutes", "Mean time to the merchant's answer (exponential).", gt=0)
    prepare_minutes: Numbers = sourced(
        "minutes", "Mean in retail, repair, housekeeping, catering (exponential).", min_length=4, max_length=4
    )
    way_minutes: float = sourced("minutes", "Mean of each of a rider's two ways (exponential).", gt=0)
    riders: int = sourced("riders", "The delivery team at scale 1.", ge=0, le=10_000)
    duty_from_hour: int = sourced("hour", "Riders come on duty at.", ge=0, le=23)
    duty_to_hour: int = sourced("hour", "Riders go home at, or when the last order is delivered.", ge=1, le=24)
