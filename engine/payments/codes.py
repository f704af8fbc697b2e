"""Answers of payments, in order of precedence."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE = Precedence.NOT_FOUND, Precedence.STATE
LIMIT, BALANCE = Precedence.LIMIT, Precedence.BALANCE

PAYMENT_NOT_FOUND = Code("PAYMENT_NOT_FOUND", NOT_FOUND, "No payment has this id.")
MERCHANT_NOT_FOUND = Code("MERCHANT_NOT_FOUND", NOT_FOUND, "No merchant has this id.")
BILLER_NOT_FOUND = Code("BILLER_NOT_FOUND", NOT_FOUND, "No utility company has this id.")
BILL_NOT_FOUND = Code("BILL_NOT_FOUND", NOT_FOUND, "No bill has this id.")
CHECKOUT_NOT_FOUND = Code("CHECKOUT_NOT_FOUND", NOT_FOUND, "No checkout has this id.")
REFUND_NOT_FOUND = Code("REFUND_NOT_FOUND", NOT_FOUND, "No refund through a channel has this id.")
DIFFERENCE_NOT_FOUND = Code("DIFFERENCE_NOT_FOUND", NOT_FOUND, "No difference of a statement has this id.")
ORDER_NOT_FOUND = Code("ORDER_NOT_FOUND", NOT_FOUND, "No order has this id.")
MERCHANT_EXISTS = Code("MERCHANT_EXISTS", STATE, "A merchant with this id is registered.")
POINTS_EXCLUDED_GOODS = Code("POINTS_EXCLUDED_GOODS", STATE, "More goods are excluded than bought.")
HOLD_EXPIRED = Code("HOLD_EXPIRED", STATE, "The order was not paid in time; its points are free again.")
ORDER_BAD_STATE = Code("ORDER_BAD_STATE", STATE, "The order is not in a state in which that can happen; see `state`.")
REFUND_WINDOW_CLOSED = Code("REFUND_WINDOW_CLOSED", STATE, "The time in which the purchase could be refunded is over.")
BILLER_EXISTS = Code("BILLER_EXISTS", STATE, "A utility company with this id is registered.")
BILL_BAD_STATE = Code("BILL_BAD_STATE", STATE, "The bill does not stand where this could be done to it.")
BILL_BEING_PAID = Code("BILL_BEING_PAID", STATE, "A checkout for the bill is under way; `checkout` is its id.")
BILL_FINAL = Code("BILL_FINAL", STATE, "The bill was withdrawn, or the time in which it could be reversed is over.")
CHECKOUT_FINISHED = Code(
    "CHECKOUT_FINISHED", STATE, "The checkout is over for too long; the channel's statement will settle it."
)
ORDER_BEING_PAID = Code("ORDER_BEING_PAID", STATE, "A checkout for the order is under way; `checkout` is its id.")
PAY_BAD_STATE = Code("PAY_BAD_STATE", STATE, "The payment does not stand where this could be done to it.")
PAY_AMOUNT_MISMATCH = Code("PAY_AMOUNT_MISMATCH", STATE, "The channel has another amount than was asked for.")
PAY_TRADE_MISMATCH = Code("PAY_TRADE_MISMATCH", STATE, "The checkout was paid by another payment of the channel.")
REFUND_BAD_STATE = Code("REFUND_BAD_STATE", STATE, "The refund does not stand where this could be done to it.")
STATEMENT_EXISTS = Code("STATEMENT_EXISTS", STATE, "The channel has stated this day, or a later one, already.")
STATEMENT_TOO_EARLY = Code("STATEMENT_TOO_EARLY", STATE, "The day is not over.")
DIFFERENCE_OVER = Code("DIFFERENCE_OVER", STATE, "The difference is settled.")
DIFFERENCE_NOT_RETURNABLE = Code(
    "DIFFERENCE_NOT_RETURNABLE",
    STATE,
    "No money came by it, or a payment may still claim the money; write it off or wait.",
)
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
