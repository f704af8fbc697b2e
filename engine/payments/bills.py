"""Utility bills: issued by the company, paid through a checkout, posted by the company or given back in full (F19).

A bill has at most one checkout under way and at most one payment: a retry meets the first one. The channel's debit is
the biller's credit plus the fee; a failed posting or a reversal restores both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.binding.codes import DWELLING_NOT_FOUND, PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.bills import (
    Bill,
    BillerRegistered,
    BillersSettled,
    BillFailed,
    BillFinal,
    BillIssued,
    BillPaid,
    BillPosted,
    BillWithdrawn,
    Utility,
)
from engine.district.checkouts import Checkout
from engine.district.ledger import BIL
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import BillerId, BillId, DwellingId, PersonId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import BASIS, PositiveFen, after_days
from engine.payments.channel_refunds import Back, requested
from engine.payments.checkouts import opened, payer, under_way
from engine.payments.codes import (
    BILL_BAD_STATE,
    BILL_BEING_PAID,
    BILL_FINAL,
    BILL_NOT_FOUND,
    BILLER_EXISTS,
    BILLER_NOT_FOUND,
    SETTLE_NOTHING_DUE,
)

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

BILL_CODES = (BILL_NOT_FOUND, BILL_BAD_STATE, BILL_FINAL)


def _of_biller(command: Any, district: District, who: str) -> Code | None:
    """Authority of a utility company over its own bills."""
    row = district.bills.bills.get(command.bill)
    return FORBIDDEN if row is not None and row.biller != who else None


COMPANY = {"biller": _of_biller, "system": anyone}


def _bill(district: District, claimed: str, *states: str) -> Bill:
    row = district.bills.bills.get(claimed)
    if row is None:
        raise Rejected(BILL_FINAL if district.ids.issued(claimed) else BILL_NOT_FOUND)
    if row.state not in states:
        raise Rejected(BILL_BAD_STATE, state=row.state)
    return row


@command("payments.register_biller", {"officer": anyone, "system": anyone}, (BILLER_EXISTS,))
class RegisterBiller(Command):
    """Let a utility company send its bills through the platform."""

    biller: BillerId
    utility: Utility

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A registered biller."""
        if self.biller in district.bills.billers:
            raise Rejected(BILLER_EXISTS)
        return (BillerRegistered(self.biller, self.utility),)


@command("payments.issue_bill", {"biller": own("biller"), "system": anyone}, (DWELLING_NOT_FOUND, BILLER_NOT_FOUND))
class IssueBill(Command):
    """Send a bill to a dwelling."""

    biller: BillerId
    dwelling: DwellingId
    amount_fen: PositiveFen

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A bill that is due."""
        if self.dwelling not in district.grid.dwellings:
            raise Rejected(DWELLING_NOT_FOUND)
        if self.biller not in district.bills.billers:
            raise Rejected(BILLER_NOT_FOUND)
        return (BillIssued(district.ids.new("utb"), self.biller, self.dwelling, self.amount_fen),)


@command("payments.withdraw_bill", COMPANY, (*BILL_CODES, BILL_BEING_PAID))
class WithdrawBill(Command):
    """Take back a bill that is not paid."""

    bill: BillId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A withdrawn bill."""
        row = _free(district, self.bill)
        return (BillWithdrawn(row.id),)


def _free(district: District, claimed: str) -> Bill:
    """A bill that is due and that nobody is paying."""
    row = _bill(district, claimed, "DUE", "REFUNDED")
    checkout = under_way(district, claimed)
    if checkout is not None:
        raise Rejected(BILL_BEING_PAID, checkout=checkout)
    return row


@command(
    "payments.pay_bill",
    {"resident": own("person")},
    (PERSON_NOT_FOUND, BILL_NOT_FOUND, PERSON_MERGED, BILL_BAD_STATE, BILL_FINAL, BILL_BEING_PAID),
)
class PayBill(Command):
    """Scan the code of a bill: a checkout over the bill and the fee. Anybody may pay it, for the parents say."""

    person: PersonId
    bill: BillId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An open checkout."""
        if self.person not in district.residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        if self.bill not in district.bills.bills and not district.ids.issued(self.bill):
            raise Rejected(BILL_NOT_FOUND)
        payer(district, self.person)
        row = _free(district, self.bill)
        fee_fen = row.amount_fen * policy.payments.bill_fee_bp // BASIS
        return (opened(district, policy, by, (self.person, row.id, row.amount_fen + fee_fen)),)


def bill_paid(district: District, policy: Policy, row: Checkout, at: int) -> tuple[Event, ...]:
    """What follows when the checkout of a bill succeeds: the fee is what the payer was asked for beyond the bill."""
    bill = district.bills.bills[row.payee]
    until = after_days(at, policy.payments.bill_reversal_days)
    fee_fen = row.amount_fen - bill.amount_fen
    return (BillPaid(bill.id, bill.biller, row.id, row.channel, bill.amount_fen, fee_fen, until),)  # type: ignore[arg-type]


@command("payments.post_bill", COMPANY, BILL_CODES)
class PostBill(Command):
    """The utility company says that it has the payment in its accounts, or that it cannot take it."""

    bill: BillId
    ok: bool

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A posted bill, or everything back to the payer."""
        row = _bill(district, self.bill, "BILLER_POSTING")
        return (BillPosted(row.id),) if self.ok else _reversed(district, policy, row, by.at)


@command("payments.reverse_bill", COMPANY, BILL_CODES)
class ReverseBill(Command):
    """Take a posting back: the payment was for another account, the reading was wrong."""

    bill: BillId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """Everything back to the payer."""
        return _reversed(district, policy, _bill(district, self.bill, "POSTED"), by.at)


def _reversed(district: District, policy: Policy, row: Bill, at: int) -> tuple[Event, ...]:
    back = Back(row.id, row.channel, row.amount_fen + row.fee_fen)
    refund = requested(district, policy, back, at)
    failed = BillFailed(row.id, row.biller, refund.channel, row.amount_fen, row.fee_fen, refund.channel_refund)
    return (failed, refund)


def final(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `bill_final`: a posted bill stands for ever; one that was never posted goes back to the payer."""
    row = district.bills.bills[waiting]
    return [BillFinal(row.id)] if row.state == "POSTED" else list(_reversed(district, policy, row, at))


@command("payments.settle_billers", {"system": anyone, "officer": anyone}, (SETTLE_NOTHING_DUE,))
class SettleBillers(Command):
    """Pay every utility company what it is owed now; what was reversed after a settlement is netted."""

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """One line a company with a positive payable, in the order of ids."""
        payable = sorted((owner, fen) for owner, fen in district.ledger.balances[BIL].items() if fen > 0)
        if not payable:
            raise Rejected(SETTLE_NOTHING_DUE)
        return (BillersSettled(district.ids.new("stl"), tuple(payable), sum(fen for _, fen in payable)),)
