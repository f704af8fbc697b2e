"""Occasions of points and money: prizes, bills and offers that are taken back."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    GrantAward,
    IssueBill,
    ReverseBill,
    RevokeAward,
    SetRule,
    WithdrawBill,
    WithdrawOffer,
)
from engine.views import market as market_views
from sim.agents.occasions.picking import one_of, somebody
from sim.agents.payers import Payers
from sim.agents.residents import Residents
from sim.profiles import DAY_S, HOUR_S
from sim.world import World

Steps = Generator[Any, Any, None]
OFFICE = ("officer", "points_office")
PRIZE, PRIZE_POINTS, PRIZE_DAYS = "neighbour_prize", 5, 180
EVIDENCE = "ev_prize-{number:08d}"
ONE_IN = 10
AMOUNT_FEN = 5_000


class MoneyActs:
    """Prizes by a rule of the office's own, bills, offers."""

    def __init__(self, world: World, residents: Residents, payers: Payers) -> None:
        """No prize yet."""
        self.world = world
        self.residents = residents
        self.payers = payers
        self._prizes = 0
        self._offering = np.flatnonzero(world.town.merchants.special_offer).tolist()

    def join(self) -> None:
        """The rule for prizes is announced on the first day."""
        if self.world.scenario.behaviour.occasions.prizes:
            self.world.env.process(self._announced())

    def _announced(self) -> Steps:
        world = self.world
        yield world.env.timeout(HOUR_S)
        rule = SetRule(PRIZE, "MP", PRIZE_POINTS, PRIZE_POINTS, 0, 0, PRIZE_DAYS, 0, 0, world.start + DAY_S)
        world.say(rule, *OFFICE)

    def prize(self, luck: np.random.Generator) -> Steps | bool:
        """An officer rewards a deed that the platform did not see; every tenth prize is a mistake."""
        person = somebody(self.world, self.residents, luck)
        if person is None:
            return False
        evidence = EVIDENCE.format(number=self._prizes + 1)
        given = self.world.say(GrantAward(person, PRIZE, evidence), *OFFICE)
        if not given.ok:
            return not self.world.scenario.policy.points.material_on
        self._prizes += 1
        return self._taken_back(given.events[0]) if self._prizes % ONE_IN == 1 else True

    def _taken_back(self, award: Any) -> Steps:
        yield self.world.env.timeout(DAY_S)
        self.world.say(RevokeAward(award.award), *OFFICE)

    def bill_withdrawn(self, luck: np.random.Generator) -> Steps | bool:
        """A company sends a bill to the wrong home and takes it back."""
        world = self.world
        biller = one_of(sorted(world.engine.district.bills.billers), luck)
        if biller is None:
            return False
        bill = world.must(IssueBill(biller, one_of(world.dwellings, luck), AMOUNT_FEN), "biller", biller).bill
        return self._recalled(bill, biller)

    def _recalled(self, bill: str, biller: str) -> Steps:
        yield self.world.env.timeout(HOUR_S)
        self.world.must(WithdrawBill(bill), "biller", biller)

    def bill_reversed(self, luck: np.random.Generator) -> bool:
        """A company gives a posted payment back."""
        rows = self.world.engine.district.bills.bills.values()
        bill = one_of([each for each in rows if each.state == "POSTED"], luck)
        if bill is None:
            return False
        done = self.world.say(ReverseBill(bill.id), "biller", bill.biller)
        self.payers.watch(done)
        return done.ok

    def offer_withdrawn(self, luck: np.random.Generator) -> bool:
        """A merchant ends an offer early."""
        shop = one_of(self._offering, luck)
        if shop is None:
            return False
        merchant = self.world.merchants[shop]
        offer = one_of(market_views.open_offers_of(self.world.engine.district, merchant), luck)
        return offer is not None and self.world.say(WithdrawOffer(offer.id), "merchant", merchant).ok
