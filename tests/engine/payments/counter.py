"""The small town at a counter: short words for checkouts, bills and statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from engine import Outcome, Policy, new_engine, seeded_salt
from engine.district.ledger import BACK, BIL, BK, CH, COST, FEE, NOBODY, SUS
from engine.district.merchants import Channel
from engine.invariants import Watchers, attach
from engine.kernel.command import Command
from engine.kernel.units import civil_day
from engine.payments.bills import IssueBill, PayBill, PostBill, RegisterBiller
from engine.payments.channel_refunds import AnswerRefund
from engine.payments.checkouts import OpenCheckout, StartPayment
from engine.payments.notices import NotifyPayment
from engine.payments.statements import FileStatement, ResolveDifference
from tests.purses import DAY_S, GIFT, MIDNIGHT, Purse, first, path_of, said
from tests.towns import small_town

Line = tuple[str, Literal["paid", "refunded"], int]


@dataclass
class Counter:
    """A town in which somebody pays by channel; every invariant looks on."""

    purse: Purse
    watchers: Watchers

    @property
    def at(self) -> int:
        """The instant of the next command."""
        return self.purse.at

    @at.setter
    def at(self, at: int) -> None:
        self.purse.at = at

    def say(self, command: Command, actor: str = "officer:off_1") -> Outcome:
        """Give a command as somebody."""
        kind, _, who = actor.partition(":")
        return self.purse.town.say(command, kind, who)

    def open(self, goods_fen: int = 1_000, channel: Channel | None = "wechat") -> str:
        """A checkout of per_1 at mer_1; with a channel its payment has started."""
        checkout: str = first(self.say(OpenCheckout("per_1", "mer_1", goods_fen), "resident:per_1")).checkout
        return self.start(checkout, channel) if channel else checkout

    def start(self, checkout: str, channel: Channel = "wechat") -> str:
        """The payer chooses a channel."""
        assert self.say(StartPayment(checkout, channel), "resident:per_1").ok
        return checkout

    def notify(self, checkout: str, amount_fen: int = 1_000, trade: str = "t-1", channel: str = "wechat") -> Outcome:
        """The channel tells that it has the money."""
        return self.say(NotifyPayment(checkout, trade, amount_fen), f"channel:{channel}")

    def answer(self, refund: str, answer: Literal["processing", "succeeded", "failed"] = "succeeded") -> Outcome:
        """The channel answers a refund."""
        return self.say(AnswerRefund(refund, answer), "channel:wechat")

    def state(self, checkout: str) -> str:
        """State of a checkout that is remembered."""
        return str(self.purse.engine.district.checkouts.checkouts[checkout].state)

    def pass_s(self, seconds: int) -> None:
        """Time passes."""
        self.at += seconds
        self.purse.sweep()

    def issue(self, amount_fen: int = 5_000) -> str:
        """A water bill for dwl_1."""
        if not self.purse.engine.district.bills.billers:
            assert self.say(RegisterBiller("bil_1", "water")).ok
        return str(first(self.say(IssueBill("bil_1", "dwl_1", amount_fen), "biller:bil_1")).bill)

    def pay_bill(self, bill: str, person: str = "per_1") -> Outcome:
        """Somebody scans the code of a bill."""
        return self.say(PayBill(person, bill), f"resident:{person}")

    def paid_bill(self, amount_fen: int = 5_000) -> str:
        """A bill whose money has come."""
        bill = self.issue(amount_fen)
        opened = first(self.pay_bill(bill))
        assert self.notify(self.start(opened.checkout), opened.amount_fen, f"t-{bill}").ok
        return bill

    def post(self, bill: str, *, ok: bool = True) -> Outcome:
        """The company says whether it has the payment."""
        return self.say(PostBill(bill, ok), "biller:bil_1")

    def bill(self, bill: str) -> str:
        """State of a bill."""
        return str(self.purse.engine.district.bills.bills[bill].state)

    def state_day(self, *lines: Line) -> Outcome:
        """The channel states yesterday."""
        return self.say(FileStatement("wechat", civil_day(self.at) - 1, lines), "channel:wechat")

    def resolve(self, difference: str, how: Literal["return", "write_off"]) -> Outcome:
        """An officer settles a difference."""
        return self.say(ResolveDifference(difference, how))

    def next_day(self) -> None:
        """The next day at noon."""
        self.at = MIDNIGHT + (civil_day(self.at) - civil_day(MIDNIGHT) + 1) * DAY_S + DAY_S // 2

    def books(self) -> dict[str, int]:
        """Balances of money beside merchants, the ones that are not zero."""
        owners = {"ch": (CH, "wechat"), "back": (BACK, "wechat"), "bil": (BIL, "bil_1")}
        owners |= {name: (account, NOBODY) for name, account in
                   (("bk", BK), ("cost", COST), ("fee", FEE), ("sus", SUS))}  # fmt: skip
        found = {name: self.purse.balance(*account) for name, account in owners.items()}
        return {name: fen for name, fen in found.items() if fen}

    def events(self, answer: Outcome) -> list[str]:
        """Names of the events of an accepted command."""
        assert answer.ok, said(answer)
        return [each.type.partition(".")[2] for each in answer.events]


def counter(**numbers: Any) -> Counter:
    """A new counter under a policy with these numbers."""
    free = {"points__rules__gift": GIFT, "payments__merchant_limit_fen": 10**9}
    policy = Policy().changed({path_of(name): value for name, value in {**free, **numbers}.items()})
    engine = new_engine(policy, salt=seeded_salt(1))
    watchers = attach(engine)
    return Counter(Purse(small_town(engine)), watchers)
