"""Payers: bills and checkouts paid through channels; and the channels that tell of it, in time, late or never.

Every morning each channel states what it moved the day before; an officer sends money that nobody claims back to its
payer and works off refunds that a channel could not do.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    AnswerRefund,
    CancelCheckout,
    FileStatement,
    IssueBill,
    NotifyPayment,
    OpenCheckout,
    PayBill,
    PayRefundByHand,
    PostBill,
    RegisterBiller,
    ReportUnpaid,
    ResolveDifference,
    SettleBillers,
    StartPayment,
)
from engine.views.channels import differences
from sim.agents.marks import digits
from sim.agents.residents import Residents
from sim.agents.shoppers import CHANNELS, Channel
from sim.behaviour.paying import fate
from sim.profiles import DAY_S, HOUR_S, MONTH_DAYS, day_start, sample_times
from sim.world import World

UTILITIES = ("water", "power", "heat", "gas")
STATING_HOUR, OFFICE_HOUR = 3, 10  # channels state at night, officers look in the morning
TAP_S, NOTICE_S = 20, 4  # from the code to the app, from the app to the notice
LATE_S = 6 * HOUR_S  # a late notice comes after every checkout of its kind is closed
POSTING_S = HOUR_S
LEAST_FEN = 100


class Payers:
    """Everybody who pays through a channel, four utility companies, and the desk that reconciles."""

    def __init__(self, world: World, residents: Residents) -> None:
        """Nothing is stated yet."""
        self.world = world
        self.residents = residents
        self.behaviour = world.scenario.behaviour.paying
        self._stated: dict[str, list[tuple[str, str, int]]] = {channel: [] for channel in CHANNELS}

    def join(self) -> None:
        """Companies register; bills, checkouts and mornings come."""
        for process in (self._bills(), self._checkouts(), self._mornings()):
            self.world.env.process(process)

    def _bills(self) -> Generator[Any, Any, None]:
        """Every month some homes get a bill that they will pay through the platform."""
        world, behaviour = self.world, self.behaviour
        for number, utility in enumerate(UTILITIES):
            world.must(RegisterBiller(f"bil_{number + 1}", utility), "officer", "registry")  # type: ignore[arg-type]
        for month in range(1 + world.scenario.days // MONTH_DAYS):
            luck = world.streams.generator("paying.bills", month)
            for _ in range(int(luck.poisson(behaviour.bills_month * world.scale))):
                world.env.process(self._bill(*self._drawn(luck)))
            yield world.env.timeout(MONTH_DAYS * DAY_S)

    def _drawn(self, luck: np.random.Generator) -> tuple[int, int, int, list[float]]:
        """Who pays, to which company, how much, and the luck of what follows."""
        who = int(luck.integers(len(self.world.people)))
        company = int(luck.integers(len(UTILITIES)))
        spread = np.exp(self.behaviour.bill_log_sd * luck.standard_normal())
        amount = max(LEAST_FEN, int(self.behaviour.bill_median_fen[company] * spread))
        return who, company, amount, luck.random(7).tolist()

    def _bill(self, who: int, company: int, amount: int, marks: list[float]) -> Generator[Any, Any, None]:
        """One bill: sent, paid some days later, posted within the hour."""
        world, behaviour = self.world, self.behaviour
        person, biller = world.people[who], f"bil_{company + 1}"
        yield world.env.timeout(int(marks[0] * DAY_S) + OFFICE_HOUR * HOUR_S)
        if not self.residents.bound[who]:
            return
        home = world.dwellings[int(world.town.people.dwelling[who])]
        bill = world.must(IssueBill(biller, home, amount), "biller", biller).bill
        yield world.env.timeout(int(-behaviour.bill_wait_days * DAY_S * np.log1p(-marks[1])))
        opened = world.say(PayBill(person, bill), "resident", person)
        if not opened.ok:
            return
        paid = yield from self.pay(opened.events[0], person, marks[2:])
        if paid:
            yield world.env.timeout(POSTING_S)
            posted = world.say(PostBill(bill, marks[6] >= behaviour.failed_share), "biller", biller)
            self.watch(posted)

    def _checkouts(self) -> Generator[Any, Any, None]:
        """Every day some purchases are paid through a checkout."""
        world, behaviour = self.world, self.behaviour
        for day in range(world.scenario.first_day, world.scenario.first_day + world.scenario.days):
            luck = world.streams.generator("paying.checkouts", day)
            count = int(luck.poisson(behaviour.checkouts_day * world.scale))
            at = sample_times(count, day, world.profiles.shops.hours, luck)
            for due in sorted(at.tolist()):
                who, shop = int(luck.integers(len(world.people))), int(luck.integers(len(world.merchants)))
                world.env.process(self._checkout(due, who, shop, luck.random(6).tolist()))
            yield world.env.timeout(day_start(day + 1) - world.env.now)

    def _checkout(self, due: int, who: int, shop: int, marks: list[float]) -> Generator[Any, Any, None]:
        """One purchase by the shop's code."""
        world = self.world
        yield world.env.timeout(due - world.env.now)
        person = world.people[who]
        median = world.scenario.behaviour.shopping.basket_median_fen[0]
        goods = max(LEAST_FEN, int(2.0 * median * marks[5]))
        if self.residents.bound[who]:
            opened = world.say(OpenCheckout(person, world.merchants[shop], goods), "resident", person)
            if opened.ok:  # the shop has opened
                yield from self.pay(opened.events[0], person, marks)

    def pay(self, opened: Any, person: str, marks: list[float]) -> Generator[Any, Any, bool]:
        """From the code to the end of the payment; True if it succeeded. `marks`: how it ends, and the channel."""
        world, behaviour = self.world, self.behaviour
        ends = fate(marks[0], behaviour)
        reach = np.cumsum(world.scenario.behaviour.shopping.channel_shares)
        channel = CHANNELS[min(int(np.searchsorted(reach, marks[1] * reach[-1], side="right")), len(CHANNELS) - 1)]
        yield world.env.timeout(TAP_S)
        started = world.say(StartPayment(opened.checkout, channel), "resident", person)
        if not started.ok:  # a row may be merged between two taps
            return False
        if ends == "abandoned":
            yield from self._abandoned(opened, person, channel, digits(marks[0], 0))
            return False
        yield world.env.timeout(LATE_S if ends == "late" else NOTICE_S)
        if ends != "lost":
            notice = NotifyPayment(opened.checkout, f"{channel}-{opened.checkout}", opened.amount_fen)
            self.watch(world.say(notice, "channel", channel))
        self._stated[channel].append((opened.checkout, "paid", opened.amount_fen))
        return ends == "paid"

    def _abandoned(self, opened: Any, person: str, channel: Channel, mark: float) -> Generator[Any, Any, None]:
        """Somebody gives a payment up by a tap, or just leaves; then the channel answers the query, or says nothing."""
        world, behaviour = self.world, self.behaviour
        if mark < behaviour.cancelled_share:
            yield world.env.timeout(TAP_S)
            world.say(CancelCheckout(opened.checkout), "resident", person)
        elif mark < behaviour.cancelled_share + behaviour.unpaid_told_share:
            wait_s = world.engine.district.policy.payments.checkout_wait_s
            yield world.env.timeout(wait_s + TAP_S)
            world.say(ReportUnpaid(opened.checkout), "channel", channel)

    def watch(self, outcome: Any) -> None:
        """A channel that was asked for a refund will answer some hours later."""
        for event in outcome.events:
            if event.type == "payments.channel_refund_requested":
                self.world.env.process(self._refund(event))

    def _refund(self, asked: Any) -> Generator[Any, Any, None]:
        world, behaviour = self.world, self.behaviour
        luck = world.streams.generator("paying.refund", int(world.env.now), int(asked.channel_refund[-8:]))
        hours, failed = float(luck.random()), luck.random() < behaviour.refund_failed_share
        yield world.env.timeout(int(-behaviour.refund_hours * HOUR_S * np.log1p(-hours)))
        answer = AnswerRefund(asked.channel_refund, "failed" if failed else "succeeded")
        if world.say(answer, "channel", asked.channel).ok and not failed:
            self._stated[asked.channel].append((asked.channel_refund, "refunded", asked.amount_fen))

    def _mornings(self) -> Generator[Any, Any, None]:
        """Channels state the day before, companies are paid, an officer clears what is left."""
        world = self.world
        for day in range(world.scenario.first_day, world.scenario.first_day + world.scenario.days):
            midnight = day_start(day + 1)
            yield world.env.timeout(midnight - world.env.now)
            stated, self._stated = self._stated, {channel: [] for channel in CHANNELS}
            yield world.env.timeout(STATING_HOUR * HOUR_S)
            for channel in CHANNELS:
                self._state(channel, day, stated[channel])
            world.say(SettleBillers(), "system", "treasury")
            yield world.env.timeout((OFFICE_HOUR - STATING_HOUR) * HOUR_S)
            self._clear()

    def _state(self, channel: Channel, day: int, lines: list[Any]) -> None:
        self.world.must(FileStatement(channel, day, tuple(lines)), "channel", channel)

    def _clear(self) -> None:
        """Money that nobody claims goes back; refunds that failed are paid by hand."""
        world = self.world
        left = differences(world.engine.district)
        for each in left["differences"]:
            self.watch(world.say(ResolveDifference(each["difference"], "return"), "officer", "desk"))
        for each in left["tickets"]:
            world.must(PayRefundByHand(each["channel_refund"]), "officer", "desk")
