"""Checkouts: one code that any payment app can pay, at any shop or stall (F34).

A checkout waits `payments.checkout_wait_s` for its payer. If a channel was asked by then and has said nothing, it is
queried for `payments.query_wait_s` more; without an answer the checkout closes. Whatever the channel says afterwards
changes nothing but that the money goes back.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.checkouts import (
    OVER,
    UNDER_WAY,
    Checkout,
    CheckoutClosed,
    CheckoutOpened,
    CheckoutsFinished,
    PaymentStarted,
    PaymentUnclear,
)
from engine.district.merchants import Channel
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import CheckoutId, MerchantId, PersonId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import PositiveFen, after_days
from engine.payments.codes import (
    CHECKOUT_FINISHED,
    CHECKOUT_NOT_FOUND,
    MERCHANT_NOT_FOUND,
    PAY_BAD_STATE,
)

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def of_payer(command: Any, district: District, who: str) -> Code | None:
    """Authority of a resident over the own checkout; an unknown one is answered by the decision."""
    row = district.checkouts.checkouts.get(command.checkout)
    return FORBIDDEN if row is not None and district.residents.root(row.person) != who else None


def of_channel(command: Any, district: District, who: str) -> Code | None:
    """Authority of the channel that was asked for the money."""
    row = district.checkouts.checkouts.get(command.checkout)
    return FORBIDDEN if row is not None and row.channel != who else None


@command("payments.open_checkout", {"resident": own("person")}, (PERSON_NOT_FOUND, MERCHANT_NOT_FOUND, PERSON_MERGED))
class OpenCheckout(Command):
    """Scan the code of a shop or stall and say how much is to be paid for goods."""

    person: PersonId
    merchant: MerchantId
    goods_fen: PositiveFen

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An open checkout."""
        if self.person not in district.residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        if self.merchant not in district.trade.merchants:
            raise Rejected(MERCHANT_NOT_FOUND)
        payer(district, self.person)
        return (opened(district, policy, by, (self.person, self.merchant, self.goods_fen)),)


def payer(district: District, person: str) -> None:
    """Reject who cannot pay: nobody of this id, or a row that leads to another one."""
    row = district.residents.persons.get(person)
    if row is None:
        raise Rejected(PERSON_NOT_FOUND)
    if row.state != "ACTIVE":
        raise Rejected(PERSON_MERGED, into=row.merged_into)


def opened(district: District, policy: Policy, by: Envelope, asked: tuple[str, str, int]) -> CheckoutOpened:
    """A checkout: who pays, for what (a merchant's goods, a bill, an order), how many fen."""
    person, payee, amount_fen = asked
    payments = policy.payments
    finish_at = after_days(by.at, payments.checkout_days)
    closes_at = by.at + payments.checkout_wait_s
    return CheckoutOpened(district.ids.new("cko"), person, payee, amount_fen, closes_at, finish_at)


def known(district: District, checkout: str) -> Checkout:
    """The row of a checkout; rejects one that never was, or that is retired."""
    row = district.checkouts.checkouts.get(checkout)
    if row is None:
        raise Rejected(CHECKOUT_FINISHED if district.ids.issued(checkout) else CHECKOUT_NOT_FOUND)
    return row


CODES = (CHECKOUT_NOT_FOUND, CHECKOUT_FINISHED, PAY_BAD_STATE)


@command("payments.start_payment", {"resident": of_payer}, CODES)
class StartPayment(Command):
    """Choose the app that pays; it is asked for the money from now on."""

    checkout: CheckoutId
    channel: Channel

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A payment under way."""
        row = known(district, self.checkout)
        if row.state != "CREATED":
            raise Rejected(PAY_BAD_STATE, state=row.state)
        return (PaymentStarted(row.id, self.channel),)


@command("payments.cancel_checkout", {"resident": of_payer, "officer": anyone}, CODES)
class CancelCheckout(Command):
    """Give a payment up, as long as nobody is looking for it at the channel."""

    checkout: CheckoutId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A closed checkout."""
        row = known(district, self.checkout)
        if row.state not in ("CREATED", "PAYING"):
            raise Rejected(PAY_BAD_STATE, state=row.state)
        return (CheckoutClosed(row.id, "payer" if by.kind == "resident" else "office"),)


@command("payments.report_unpaid", {"channel": of_channel, "system": anyone}, CODES)
class ReportUnpaid(Command):
    """The channel's answer to a query: it has no money and will take none for this checkout."""

    checkout: CheckoutId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A closed checkout."""
        row = known(district, self.checkout)
        if row.state not in ("PAYING", "UNKNOWN"):
            raise Rejected(PAY_BAD_STATE, state=row.state)
        return (CheckoutClosed(row.id, "channel"),)


def close(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `checkout_close`: time is over; a channel that was asked is queried first, once."""
    row = district.checkouts.checkouts[waiting]
    if row.state == "PAYING":
        return [PaymentUnclear(row.id, at + policy.payments.query_wait_s)]
    return [CheckoutClosed(row.id, "timeout" if row.state == "CREATED" else "no_answer")]


def finish(district: District, _policy: Policy, _waiting: str, at: int) -> list[Event]:
    """Deadline `checkouts_finish`: the oldest checkouts that are over are retired; one not over yet keeps its place."""
    days = district.policy.payments.checkout_days
    rows = district.checkouts.checkouts.values()
    gone = list(takewhile(lambda row: row.state in OVER and after_days(row.opened_at, days) <= at, rows))
    return [CheckoutsFinished(gone[-1].id)] if gone else []


def under_way(district: District, payee: str) -> str | None:
    """The checkout that is open for a bill or an order, if any."""
    checkout = district.checkouts.open_for.get(payee)
    return checkout if checkout and district.checkouts.checkouts[checkout].state in UNDER_WAY else None
