"""The commands of the engine's benchmark: chosen in a rehearsal, so that each is accepted or rejected as meant."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import Command, Engine, Envelope, FileSink, Outcome, new_engine
from engine.binding.bindings import ScanBind
from engine.binding.places import AddBuilding, AddDwelling, IssueQr, OpenCommunity, OpenGrid
from engine.binding.workers import AppointWorker, AssignGrid
from engine.contract import envelope_from
from engine.district.ledger import AV
from engine.district.merchants import Channel, PurchasePaid
from engine.payments.purchases import PayPurchase, RegisterMerchant
from engine.payments.refunds import RefundPurchase
from engine.points.awards import GrantAward
from engine.views.payments import most_points_at
from sim.packing import packed

MERCHANTS = 1_000
DAY_COMMANDS = 4_500
DAY_S = 86_400
START = 1_631_635_200  # 2021-09-15 00:00 at +08:00
LARGE_FEN = 90_000_000
POINTS_SHARE = 0.7  # of purchases, as far as the buyer has points
PART_SHARE = 0.5  # of refunds; the others give back all that is left
RECENT_AWARDS = 50_000  # whose lots live
RECENT_PURCHASES = 5_000  # that can be refunded
BLOCK = ("award",) * 8 + ("purchase",) * 7 + ("refund",) * 3 + ("rejected",) * 2
RULES = ("questionnaire",) * 9 + ("service",) * 9 + ("service_moral",) * 2


def town(persons: int, journal: Path | None = None) -> Engine:
    """A district of people bound to one dwelling as workers, and merchants where points pay up to 30 %."""
    engine = new_engine(sink=FileSink(journal, packed) if journal is not None else None)
    commands: list[tuple[str, Command]] = [
        ("off_1", OpenCommunity("com_1", "subdistrict-1")),
        ("off_1", OpenGrid("grd_1", "com_1")),
        ("off_1", AddBuilding("bld_1", "grd_1")),
        ("off_1", AddDwelling("dwl_1", "bld_1")),
        ("off_1", IssueQr("dwl_1")),
        ("off_1", AppointWorker("wkr_1", "community_worker")),
        ("off_1", AssignGrid("wkr_1", "grd_1")),
    ]
    commands += [("off_1", RegisterMerchant(f"mer_{n:04}", "grd_1", "retail", 3_000)) for n in range(MERCHANTS)]
    commands += [(f"per_{n:06}", ScanBind(f"per_{n:06}", "qr_00000001", "dwl_1", "worker")) for n in range(persons)]
    for number, (who, command) in enumerate(commands):
        kind = "officer" if who == "off_1" else "resident"
        outcome = engine.execute(Envelope(f"setup-{number}", kind, who, START, command))
        assert outcome.ok, f"{command}: {outcome.code}"
    return engine


@dataclass
class Rehearsal:
    """Chooses commands by looking at a town in which they are carried out at once."""

    engine: Engine
    persons: int
    rng: random.Random
    said: list[str] = field(default_factory=list)
    rich: list[str] = field(default_factory=list)
    paid: list[PurchasePaid] = field(default_factory=list)
    at: int = START
    earned: GrantAward = field(init=False)
    too_many: int = 0

    def run(self, commands: int) -> list[str]:
        """That many envelopes as JSON; of twenty, eight are awards, seven purchases, three refunds, two rejected."""
        block = list(BLOCK)  # the first one stands in its order, since a refund needs a purchase
        while len(self.said) < commands:
            for kind in block[: commands - len(self.said)]:
                self.at = START + len(self.said) * DAY_S // DAY_COMMANDS
                self.engine.advance(self.at)
                getattr(self, kind)()
            self.rng.shuffle(block)
        return self.said

    def say(self, kind: str, who: str, command: Command) -> Outcome:
        """Carry a command out as it came through the door."""
        found = {
            "type": command.type,
            "v": command.version,
            "key": f"key-{len(self.said):08}",
            "actor": f"{kind}:{who}",
            "at": self.at,
            "data": json.loads(command.encode()),
        }
        self.said.append(json.dumps(found))
        return self.engine.execute(envelope_from(found))

    def must(self, kind: str, who: str, command: Command) -> Any:
        """Carry out a command that is meant to be accepted; returns its first event."""
        outcome = self.say(kind, who, command)
        assert outcome.ok, f"{command}: {outcome.code}"
        return outcome.events[0]

    def person(self) -> str:
        """Anybody."""
        return f"per_{self.rng.randrange(self.persons):06}"

    def award(self) -> None:
        """Points for somebody whose caps leave something."""
        rule, person = self.rng.choice(RULES), self.person()
        cap = self.engine.district.policy.points.material_daily_cap
        rows = self.engine.district.points
        while rows.by_day.used.get(rule, {}).get(person, 0) or rows.whole_day.used["MP"].get(person, 0) > cap // 2:
            person = self.person()
        self.earned = GrantAward(person, rule, f"act_{len(self.said):08}")
        self.must("system", "awards", self.earned)
        if rule != "service_moral":
            self.rich.append(person)

    def purchase(self) -> None:
        """Seven of ten buyers pay with points of a recent award, as far as goods and wallet allow."""
        person, points = self.person(), 0
        goods_fen = self.rng.randrange(500, 10_000)
        if self.rng.random() < POINTS_SHARE and self.rich:
            person = self.rich[self.rng.randrange(max(0, len(self.rich) - RECENT_AWARDS), len(self.rich))]
            available = self.engine.district.ledger.balance(AV, person)
            points = min(available, most_points_at(self.engine.district, "mer_0000", goods_fen))
        merchant = f"mer_{self.rng.randrange(MERCHANTS):04}"
        channel: Channel = self.rng.choice(("alipay", "wechat", "bank"))
        bought = PayPurchase(person, merchant, channel, goods_fen, 0, points)
        self.paid.append(self.must("resident", person, bought))

    def refund(self) -> None:
        """A part, or all that is left, of a purchase of the last days."""
        while True:
            payment = self.paid[self.rng.randrange(max(0, len(self.paid) - RECENT_PURCHASES), len(self.paid))]
            returned = self.engine.district.trade.returned.get(payment.payment)
            left = payment.goods_fen - (returned.goods_fen if returned else 0)
            if left > 0:
                break
        tens = left // 10
        part = self.rng.randrange(1, tens + 1) * 10 if tens and self.rng.random() < PART_SHARE else left
        self.must("merchant", payment.merchant, RefundPurchase(payment.payment, part))

    def rejected(self) -> None:
        """One of the ways in which a till, a shop or an office is told no."""
        person, paid = self.person(), self.paid[-1]
        self.too_many = most_points_at(self.engine.district, paid.merchant, LARGE_FEN)  # nobody has so many
        reasons: list[tuple[str, str, Command]] = [
            ("resident", person, PayPurchase(person, paid.merchant, "alipay", 1_000, 0, 1_000)),
            ("resident", person, PayPurchase(person, paid.merchant, "wechat", LARGE_FEN, 0, self.too_many)),
            ("resident", person, PayPurchase(person, "mer_gone", "bank", 1_000, 0, 0)),
            ("merchant", paid.merchant, RefundPurchase(paid.payment, paid.goods_fen + 1)),
            ("system", "awards", GrantAward(person, self.earned.rule, self.earned.evidence)),
            ("system", "awards", GrantAward("per_gone", "service", f"act_{len(self.said):08}")),
        ]
        outcome = self.say(*self.rng.choice(reasons))
        assert not outcome.ok, f"{outcome.by.command} was accepted"


def envelopes(commands: int, persons: int, seed: int) -> list[Envelope]:
    """The envelopes of a rehearsal, as a door makes them: one after the other, without the town in between."""
    said = Rehearsal(town(persons), persons, random.Random(seed)).run(commands)
    return [envelope_from(json.loads(each)) for each in said]
