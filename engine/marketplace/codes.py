"""Answers of the marketplace, in order of precedence; those of an order's payment stand with the payments."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE, LIMIT = Precedence.NOT_FOUND, Precedence.STATE, Precedence.LIMIT

OFFER_NOT_FOUND = Code("OFFER_NOT_FOUND", NOT_FOUND, "The merchant has no offer of this id.")
RIDER_NOT_FOUND = Code("RIDER_NOT_FOUND", NOT_FOUND, "No rider has this id.")
OFFER_WINDOW_EMPTY = Code("OFFER_WINDOW_EMPTY", STATE, "The window of the offer ends before it begins, or has ended.")
OFFER_NOT_OPEN = Code("OFFER_NOT_OPEN", STATE, "The offer is not open now.")
ORDER_EMPTY = Code("ORDER_EMPTY", STATE, "An order names goods, or an offer and how many of it, or both.")
ORDER_OTHER_WAY = Code("ORDER_OTHER_WAY", STATE, "The order reaches its buyer the other way: rider, or counter.")
RIDER_EXISTS = Code("RIDER_EXISTS", STATE, "A rider with this id is registered.")
RIDER_TRAINED = Code("RIDER_TRAINED", STATE, "The rider has passed the training.")
RIDER_UNTRAINED = Code("RIDER_UNTRAINED", STATE, "The rider has not passed the training.")
RIDER_ON_DUTY = Code("RIDER_ON_DUTY", STATE, "The rider is on duty.")
RIDER_OFF_DUTY = Code("RIDER_OFF_DUTY", STATE, "The rider is not on duty.")
RIDER_BUSY = Code("RIDER_BUSY", STATE, "The rider carries as many orders as allowed, or still carries one.")
REFUND_NO_FEE = Code("REFUND_NO_FEE", STATE, "No delivery fee was paid, or it has come back before.")
OFFER_SOLD_OUT = Code("OFFER_SOLD_OUT", LIMIT, "The stock of the offer does not suffice; `left` says what is left.")
