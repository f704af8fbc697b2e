"""Engines that are wrong about payments through channels, what comes late, bills and statements."""

from __future__ import annotations

from typing import Any

import pytest

from engine.district.checkouts import CheckoutClosed
from engine.district.ledger import BIL, BK, SUS
from engine.payments.notices import NotifyPayment
from tests.broken.faults import Fault, after, before, forgotten, put, shift


def _late_buys(patch: pytest.MonkeyPatch) -> None:
    """Late money buys what nobody waits for any more; only what its payee refuses goes back as it should."""
    right = NotifyPayment._late

    def wrong(*asked: Any) -> Any:
        with pytest.MonkeyPatch.context() as refused:  # else the refusal would try to buy once more, for ever
            refused.setattr(NotifyPayment, "_late", right)
            happens = NotifyPayment._succeeded(*asked)
        return happens[1:] if isinstance(happens[0], CheckoutClosed) else happens

    patch.setattr(NotifyPayment, "_late", wrong)


def _less_back(event: Any, _district: Any) -> None:
    event.amount_fen -= event.origin.startswith("cko_")


def _one_match_less(event: Any, _district: Any) -> None:
    event.matched = event.matched[1:]


def _nobody(_event: Any) -> str:
    return "-"


SUCCEEDED, FILED = "payments.payment_succeeded", "payments.statement_filed"
CHANNELS = (
    Fault("more is paid than was asked", "T12", before(SUCCEEDED, put(amount_fen=lambda event: event.amount_fen + 1))),
    Fault("late money buys goods", "T12", _late_buys),
    Fault("late money comes back short", "T13", before("payments.channel_refund_requested", _less_back)),
    Fault("checkouts never close", "L04", forgotten("checkout_close")),
    Fault("channels are waited for in vain", "L05", forgotten("channel_refund_due")),
    Fault("a matched line is forgotten", "H13", before(FILED, _one_match_less)),
    Fault("suspense loses a fen", "H13", after("payments.difference_booked", shift(SUS, _nobody, BK))),
    Fault(
        "a utility company gets a fen more",
        "S10",
        after("payments.bill_paid", shift(BIL, lambda event: str(event.biller), BK)),
    ),
)
