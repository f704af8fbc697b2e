"""Answers of payments, in order of precedence."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE = Precedence.NOT_FOUND, Precedence.STATE
LIMIT, BALANCE = Precedence.LIMIT, Precedence.BALANCE

PAYMENT_NOT_FOUND = Code("PAYMENT_NOT_FOUND", NOT_FOUND, "No payment has this id.")
MERCHANT_NOT_FOUND = Code("MERCHANT_NOT_FOUND", NOT_FOUND, "No merchant has this id.")
MERCHANT_EXISTS = Code("MERCHANT_EXISTS", STATE, "A merchant with this id is registered.")
POINTS_EXCLUDED_GOODS = Code("POINTS_EXCLUDED_GOODS", STATE, "More goods are excluded than bought.")
REFUND_WINDOW_CLOSED = Code("REFUND_WINDOW_CLOSED", STATE, "The time in which the purchase could be refunded is over.")
SETTLE_NOTHING_DUE = Code("SETTLE_NOTHING_DUE", STATE, "Nothing is due.")
PAY_CAP_EXCEEDED = Code("PAY_CAP_EXCEEDED", LIMIT, "Points may not pay so much of this purchase.")
REFUND_EXCEEDS_PAID = Code("REFUND_EXCEEDS_PAID", LIMIT, "More would come back than was paid.")
REFUND_NOT_REPRESENTABLE = Code(
    "REFUND_NOT_REPRESENTABLE", LIMIT, "No fair split into whole points and fen gives this sum; `suggest` has one."
)
REIMBURSE_EXCEEDS_DUE = Code("REIMBURSE_EXCEEDS_DUE", LIMIT, "The sponsor would pay more than is due.")
POINTS_INSUFFICIENT = Code("POINTS_INSUFFICIENT", BALANCE, "The person has fewer points than that.")
REFUND_MERCHANT_FUNDS = Code(
    "REFUND_MERCHANT_FUNDS", BALANCE, "The merchant would owe more than its limit; settle by hand."
)
