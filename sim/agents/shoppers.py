"""Shoppers: purchases by the platform's code, points at the till, refunds; and the treasury that settles them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Literal

import numpy as np

from engine.catalogue import (
    PayPurchase,
    RefundPurchase,
    RegisterMerchant,
    ReimbursePoints,
    SettleChannel,
    SettleMerchants,
)
from engine.views import payments as payment_views
from engine.views import points as point_views
from sim.agents.residents import Residents
from sim.arrivals import Candidates, Crowd, rate_for
from sim.behaviour.shopping import redeems
from sim.population.town import Trade
from sim.profiles import DAY_S, HOUR_S, civil_day, day_factor, day_start, day_weight, sample_times
from sim.world import World

Channel = Literal["alipay", "wechat", "bank"]
CHANNELS: tuple[Channel, ...] = ("alipay", "wechat", "bank")
Purchase = tuple[int, int, int, int, float, float]
"""Buyer and shop (rows), goods in fen, channel (row), luck of redemption, share that is given back (0: nothing)."""
LEAST_FEN, LARGEST_FEN = 100, 500_000  # a till takes one yuan to 5,000 yuan
LEAST_PART, LARGEST_PART = 0.1, 0.9  # of a purchase that is given back in part
TINY = 1e-12
SETTLING_HOUR = 2  # accounts are settled at night


class Shoppers:
    """Everybody who buys, and every merchant."""

    def __init__(self, world: World, residents: Residents) -> None:
        """Crowds, reach of merchants, and the number of candidates a day."""
        self.world = world
        self.residents = residents
        people, merchants = world.town.people, world.town.merchants
        self._opens_at = world.start + merchants.opening_day.astype(np.int64) * DAY_S
        by_age = np.array(world.scenario.behaviour.shopping.age_weights)[people.age_group]
        self._spending = people.spending_weight.astype(np.float64) * by_age
        self._spenders = Crowd.of(self._spending)
        self._near_order = np.argsort(people.shopping_grid, kind="stable")
        near = np.concatenate([[0.0], np.cumsum(self._spending[self._near_order], dtype=np.float64)])
        edges = np.searchsorted(people.shopping_grid[self._near_order], np.arange(len(world.town.grids) + 1))
        self._near_reach, self._near_from = near, near[edges]
        self._merchant_crowd = Crowd.of(merchants.turnover_weight)
        self.rate_day = self._candidates_a_day()
        self._medians = np.array(world.scenario.behaviour.shopping.basket_median_fen, dtype=np.float64)
        self._trade = merchants.trade.astype(np.int64)
        self._opening = self._opens_at.tolist()
        self._available = point_views.available_by_person(world.engine.district).get
        self._people, self._merchants = world.people, world.merchants  # at hand: a million purchases look here
        self._bound, self._env, self._say = residents.bound, world.env, world.say
        self._merchants_near: list[Any] = []
        self._near_odds: list[float] = []
        self._anywhere = self._merchant_crowd
        self._today: list[Purchase] = []

    def _candidates_a_day(self) -> float:
        """Candidates on a mean day, so that purchases of bound people at open shops add up to the scenario's mean."""
        world, merchants = self.world, self.world.town.merchants
        days = world.scenario.days
        total = world.scenario.behaviour.shopping.purchases_merchant_day * len(merchants) * days
        share_open = merchants.turnover_weight / merchants.turnover_weight.sum()
        later = np.maximum(self.residents.present_from, self._mean_opening(share_open))
        horizon = (world.scenario.first_day, world.scenario.first_day + days)
        return rate_for(total, self._spending.astype(float), later, world.profiles.shops, horizon)

    def _mean_opening(self, share: Any) -> int:
        return int((share * self._opens_at).sum())

    def join(self, *, streams: bool = True) -> None:
        """Merchants open, the treasury works, people buy (in the slow mode buyers come as processes)."""
        world = self.world
        world.env.process(self._merchants_open())
        world.env.process(self._treasury())
        if streams:
            world.env.add_stream(self.draw, self.buy, "shopping")

    def draw(self, start: float, stop: float) -> Candidates:
        """Candidates of a day; the stream's `who` is the row of today's table of marks."""
        world, shape = self.world, self.world.profiles.shops
        day = civil_day(int(start))
        luck = world.streams.generator("shopping.day", day)
        count = int(luck.poisson(self.rate_day * day_weight(day, shape) * day_factor(shape, luck)))
        t = sample_times(count, day, shape.hours, world.streams.generator("shopping.hour", day))
        generator = world.streams.generator("shopping", day)
        marks = generator.random((8, count))
        merchant = self._merchant_crowd.rows(marks[0])
        who = self._buyers(merchant, marks[1], marks[2])
        kept = np.flatnonzero((self.residents.present_from[who] < stop) & (self._opens_at[merchant] < stop))
        normal = generator.standard_normal(count)[kept]
        self._today = self._purchases(who[kept], merchant[kept], normal, marks[:, kept])
        return t[kept], np.arange(len(kept)), marks[3][kept]

    def _purchases(self, who: Any, shop: Any, normal: Any, marks: Any) -> list[Purchase]:
        """What each candidate would buy, how they would pay, and what they would give back."""
        behaviour = self.world.scenario.behaviour.shopping
        goods = (self._medians[self._trade[shop]] * np.exp(behaviour.basket_log_sd * normal)).astype(np.int64)
        reach = np.cumsum(behaviour.channel_shares)
        channel = np.minimum(np.searchsorted(reach, marks[4] * reach[-1], side="right"), len(CHANNELS) - 1)
        whole = behaviour.refund_whole_share
        part = (marks[7] - whole) / max(1.0 - whole, TINY)  # uniform again among those who give back a part
        back = np.where(marks[7] < whole, 1.0, LEAST_PART + (LARGEST_PART - LEAST_PART) * part)
        back = np.where(marks[6] < behaviour.refund_share, back, 0.0)
        columns = (who, shop, np.clip(goods, LEAST_FEN, LARGEST_FEN), channel, marks[5], back)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def _buyers(self, merchant: Any, near: Any, luck: Any) -> Any:
        """Who buys: people who usually shop in the merchant's grid, or anybody."""
        rows = self._spenders.rows(luck)
        grid = self.world.town.merchants.grid[merchant].astype(np.int64)
        low, high = self._near_from[grid], self._near_from[grid + 1]
        at_home = (near < self.world.scenario.behaviour.shopping.near_share) & (high > low)
        place = np.searchsorted(self._near_reach, low + luck * (high - low), side="right") - 1
        return np.where(at_home, self._near_order[np.minimum(place, len(self._near_order) - 1)], rows)

    def shares(self) -> list[float]:
        """Each person's share of all candidates; as in the fast mode, a mixture of near ones and anybody."""
        people, merchants = self.world.town.people, self.world.town.merchants
        near = self.world.scenario.behaviour.shopping.near_share
        weight = self._spending.astype(np.float64)
        grids = len(self.world.town.grids)
        turnover = np.bincount(merchants.grid, merchants.turnover_weight, grids) / merchants.turnover_weight.sum()
        people_of = np.bincount(people.shopping_grid, weight, grids)
        served = people_of > 0
        here = np.divide(turnover, people_of, out=np.zeros(grids), where=served)[people.shopping_grid]
        anywhere = (1.0 - near + near * turnover[~served].sum()) / weight.sum()
        return [float(share) for share in weight * (near * here + anywhere)]

    def lucky(self, who: int, shop: int, normal: float, marks: list[float]) -> Purchase:
        """A purchase from single numbers, as the slow mode draws them."""
        column = np.array([[0.0]] * 4 + [[mark] for mark in marks])
        return self._purchases(np.array([who]), np.array([shop]), np.array([normal]), column)[0]

    def shop_for(self, who: int, near: float, luck: float) -> int:
        """Where a person shops, given that they do: in their usual grid or anywhere."""
        if not self._merchants_near:
            merchants, people = self.world.town.merchants, self.world.town.people
            order = np.argsort(merchants.grid, kind="stable")
            self._merchants_near = [order[merchants.grid[order] == grid] for grid in range(len(self.world.town.grids))]
            self._near_odds = self._odds_of_near(np.asarray(people.shopping_grid))
            served = np.bincount(people.shopping_grid, minlength=len(self.world.town.grids))[merchants.grid] > 0
            near_share = (
                self.world.scenario.behaviour.shopping.near_share
            )  # shops of grids without buyers sell to anybody
            self._anywhere = Crowd.of(merchants.turnover_weight * np.where(served, 1.0 - near_share, 1.0))
        shops = self._merchants_near[int(self.world.town.people.shopping_grid[who])]
        if len(shops) and near < self._near_odds[who]:
            reach = np.cumsum(self.world.town.merchants.turnover_weight[shops], dtype=np.float64)
            return int(shops[np.searchsorted(reach, luck * reach[-1], side="right")])
        return int(self._anywhere.rows(np.array([luck]))[0])

    def _odds_of_near(self, grid: Any) -> list[float]:
        """Probability that a purchase of each person is one of the near ones, by Bayes from the mixture."""
        merchants = self.world.town.merchants
        near = self.world.scenario.behaviour.shopping.near_share
        grids = len(self.world.town.grids)
        turnover = np.bincount(merchants.grid, merchants.turnover_weight, grids) / merchants.turnover_weight.sum()
        people_of = np.bincount(grid, self._spending, grids)
        here = near * np.divide(turnover, people_of, out=np.zeros(grids), where=people_of > 0)
        anywhere = (1.0 - near + near * turnover[people_of == 0].sum()) / self._spending.sum(dtype=np.float64)
        return [float(odds) for odds in (here / (here + anywhere))[grid]]

    def is_open(self, shop: int) -> bool:
        """Whether a shop has had its first day."""
        return bool(self._opening[shop] <= self.world.env.now)

    def buy(self, row: int, u: float) -> None:
        """A purchase, unless the buyer is not bound yet or the shop not open."""
        purchase = self._today[row]
        if self._bound[purchase[0]] and self._opening[purchase[1]] <= self._env.now:
            self.purchase(purchase, u)

    def purchase(self, purchase: Purchase, luck: float) -> None:
        """One purchase; `luck` decides how long a buyer waits before giving something back."""
        who, shop, goods, channel, redemption, back = purchase
        person, merchant = self._people[who], self._merchants[shop]
        balance = self._available(person)
        points = self._points(balance, merchant, goods, redemption) if balance else 0
        outcome = self._say(PayPurchase(person, merchant, CHANNELS[channel], goods, 0, points), "resident", person)
        if back and outcome.ok:
            payment = outcome.events[0].payment  # type: ignore[attr-defined]
            self._env.process(self._refund(payment, max(1, int(goods * back)), luck, merchant))

    def _points(self, balance: int, merchant: str, goods: int, luck: float) -> int:
        """How many points a buyer puts on the till."""
        most = min(payment_views.most_points_at(self.world.engine.district, merchant, goods), balance)
        if most and luck < redeems(balance, most, self.world.scenario.behaviour.shopping):
            return most
        return 0

    def _refund(self, payment: str, goods: int, luck: float, merchant: str) -> Generator[Any, Any, None]:
        mean = self.world.scenario.behaviour.shopping.refund_days * DAY_S
        yield self.world.env.timeout(int(-mean * np.log1p(-luck)))
        self.world.say(RefundPurchase(payment, goods), "merchant", merchant)

    def _merchants_open(self) -> Generator[Any, Any, None]:
        """Shops and stalls are registered on their first day."""
        world, merchants = self.world, self.world.town.merchants
        for shop in np.argsort(self._opens_at, kind="stable").tolist():
            yield world.env.timeout(max(0, int(self._opens_at[shop]) - world.env.now))
            trade = Trade(int(merchants.trade[shop])).label
            grid, rate = world.grids[int(merchants.grid[shop])], int(merchants.points_rate_bp[shop])
            world.must(RegisterMerchant(world.merchants[shop], grid, trade, rate), "officer", "registry")  # type: ignore[arg-type]

    def _treasury(self) -> Generator[Any, Any, None]:
        """Every night channels and merchants are settled; now and then the sponsor pays for points."""
        world = self.world
        every = world.scenario.behaviour.shopping.reimburse_days
        for day in range(1, world.scenario.days):
            due = day_start(world.scenario.first_day + day) + SETTLING_HOUR * HOUR_S
            yield world.env.timeout(due - world.env.now)
            for channel in CHANNELS:
                world.say(SettleChannel(channel), "system", "treasury")
            world.say(SettleMerchants(), "system", "treasury")
            owed = payment_views.sponsor_due_fen(world.engine.district)
            if day % every == 0 and owed > 0:
                world.must(ReimbursePoints(owed), "system", "treasury")
