"""Checkouts, bills, statements, the settlement file of a day and the sponsor's fund (F19, F34, F35)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.district.ledger import BACK, BIL, CH, MER, NOBODY, RID, SP, SUS
from engine.district.statements import Difference
from engine.kernel.ids import BillId, CheckoutId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.payments.checkouts import known
from engine.payments.codes import BILL_NOT_FOUND, CHECKOUT_FINISHED, CHECKOUT_NOT_FOUND
from engine.views.read import OFFICE, NoParameters, Parameters, Read, Value

if TYPE_CHECKING:
    from engine.district import District


@dataclass(slots=True)
class OfCheckout(Parameters):
    """A checkout."""

    checkout: CheckoutId


@dataclass(slots=True)
class OfBill(Parameters):
    """A bill."""

    bill: BillId


def checkout_seen(district: District, asked: OfCheckout) -> Value:
    """How far a payment has come; rejected once its checkout is retired."""
    row = known(district, asked.checkout)
    return {
        "checkout": row.id,
        "payee": row.payee,
        "amount_fen": row.amount_fen,
        "channel": row.channel or None,
        "state": row.state,
        "payment": row.payment or None,
        "closes_at": row.closes_at,
    }


def bill_seen(district: District, asked: OfBill) -> Value:
    """A bill that is due, paid, or on its way back."""
    row = district.bills.bills.get(asked.bill)
    if row is None:
        raise Rejected(BILL_NOT_FOUND)
    utility = district.bills.billers[row.biller].utility
    return {
        "bill": row.id,
        "biller": row.biller,
        "utility": utility,
        "dwelling": row.dwelling,
        "amount_fen": row.amount_fen,
        "fee_fen": row.fee_fen,
        "state": row.state,
    }


def settlement_file(district: District, _asked: NoParameters | None = None) -> Value:
    """What would be settled now: payees by id with what each is owed, channels with what each owes, the sums.

    `owed_fen` is the sum over all payees, those below zero after refunds among them, so that the file sums to the
    ledger; `payable_fen` is what a settlement would pay out.
    """
    balances = district.ledger.balances
    payees = [(owner, fen) for account in (MER, BIL, RID) for owner, fen in sorted(balances[account].items()) if fen]
    channels = [(channel, -fen) for channel, fen in sorted(balances[CH].items()) if fen]
    return {
        "payees": [list(line) for line in payees],
        "owed_fen": sum(fen for _, fen in payees),
        "payable_fen": sum(fen for _, fen in payees if fen > 0),
        "channels": [list(line) for line in channels],
        "due_fen": sum(fen for _, fen in channels),
        "owed_back_fen": sum(balances[BACK].values()),
        "suspense_fen": balances[SUS].get(NOBODY, 0),
    }


def fund(district: District, _asked: NoParameters | None = None) -> Value:
    """The sponsor's fund: what it agreed to owe, what it owes, what is left; below zero only under an alarm."""
    agreed_fen = district.policy.payments.sponsor_limit_fen
    due_fen = -district.ledger.balance(SP, NOBODY)
    alarm = district.trade.sponsor_alarm
    return {"agreed_fen": agreed_fen, "due_fen": due_fen, "balance_fen": agreed_fen - due_fen, "alarm": alarm}


def differences(district: District, _asked: NoParameters | None = None) -> Value:
    """Open differences of channels' statements, and refunds that somebody must pay by hand."""
    open_ones = [_difference(each) for each in district.statements.differences.values()]
    tickets = [
        {"channel_refund": each.id, "channel": each.channel, "origin": each.origin, "amount_fen": each.amount_fen}
        for each in district.channel_refunds.values() if each.state == "FAILED"
    ]  # fmt: skip
    return {"differences": open_ones, "tickets": tickets}


def _difference(row: Difference) -> Value:
    reference, kind, amount_fen = row.line
    about = {"reference": reference, "kind": kind, "amount_fen": amount_fen}
    return {"difference": row.id, "statement": row.statement, "channel": row.channel, "side": row.side, **about}


def _payer(asked: OfCheckout, district: District, who: str) -> Code | None:
    row = district.checkouts.checkouts.get(asked.checkout)
    return None if row is not None and district.residents.root(row.person) == who else FORBIDDEN


def _seller(asked: OfCheckout, district: District, who: str) -> Code | None:
    row = district.checkouts.checkouts.get(asked.checkout)
    return None if row is not None and row.payee == who else FORBIDDEN


def _channel(asked: OfCheckout, district: District, who: str) -> Code | None:
    row = district.checkouts.checkouts.get(asked.checkout)
    return None if row is not None and row.channel == who else FORBIDDEN


def _at_home(asked: OfBill, district: District, who: str) -> Code | None:
    """Whoever is bound to the dwelling, or is paying the bill, sees it."""
    row = district.bills.bills.get(asked.bill)
    person = district.residents.persons.get(who)
    if row is None or person is None:
        return FORBIDDEN
    paying = district.checkouts.checkouts.get(district.checkouts.open_for.get(row.id, row.checkout))
    pays = paying is not None and district.residents.root(paying.person) == who
    bound = any(each.dwelling == row.dwelling for each in district.residents.active(person))
    return None if bound or pays else FORBIDDEN


def _biller(asked: OfBill, district: District, who: str) -> Code | None:
    row = district.bills.bills.get(asked.bill)
    return None if row is not None and row.biller == who else FORBIDDEN


CHANNEL_READS: tuple[Read, ...] = (
    Read(
        "payments.checkout",
        "How far a payment has come.",
        OfCheckout,
        {"resident": _payer, "merchant": _seller, "channel": _channel, **OFFICE},
        (CHECKOUT_NOT_FOUND, CHECKOUT_FINISHED),
        checkout_seen,
    ),
    Read(
        "payments.bill",
        "A utility bill, for who lives there or pays it, the company and officers.",
        OfBill,
        {"resident": _at_home, "biller": _biller, **OFFICE},
        (BILL_NOT_FOUND,),
        bill_seen,
    ),
    Read(
        "payments.settlement_file",
        "What is owed and due now, by line.",
        NoParameters,
        OFFICE,
        (),
        settlement_file,
    ),
    Read("payments.fund", "The sponsor's fund of points.", NoParameters, OFFICE, (), fund),
    Read("payments.differences", "What reconciling has left to do by hand.", NoParameters, OFFICE, (), differences),
)
