"""A short life of a small town, to be written into journals: every kind of record, from a seed."""

import io
from collections.abc import Iterator
from random import Random

from engine import Engine, Envelope, MemoryVault, Policy, Sink, Vault, new_engine, seeded_salt
from engine.administration import ChangePolicy, Purge, Sweep
from engine.binding.bindings import ScanBind
from engine.binding.places import AddBuilding, AddDwelling, IssueQr, OpenCommunity, OpenGrid
from engine.binding.special_groups import TagSpecial
from engine.binding.workers import AppointWorker, AssignGrid
from engine.kernel.command import Command
from engine.kernel.journal import Chain
from engine.kernel.units import DAY_S
from engine.participation.questionnaires import DraftQuestionnaire, OpenQuestionnaire
from engine.participation.responses import SubmitResponse
from engine.payments.purchases import PayPurchase, RegisterMerchant
from engine.payments.refunds import RefundPurchase
from engine.points.awards import GrantAward, RevokeAward

LAUNCH = 1_630_000_000  # an instant in August 2021
PERSONS = 12
GROUPS = ("elderly_alone", "disabled", "low_income", "veteran")
Given = tuple[str, str, Command]  # kind of actor, id, command


def set_up() -> Iterator[Given]:
    """The places, one grid member, one merchant, everybody bound."""
    yield "officer", "off_1", OpenCommunity("com_1", "sub_1")
    yield "officer", "off_1", OpenGrid("grd_1", "com_1")
    yield "officer", "off_1", AddBuilding("bld_1", "grd_1")
    yield "officer", "off_1", AppointWorker("wkr_1", "community_worker")
    yield "officer", "off_1", AssignGrid("wkr_1", "grd_1")
    yield "officer", "off_1", RegisterMerchant("mer_1", "grd_1", "retail", 3_000)
    yield "officer", "off_1", DraftQuestionnaire(3, 2, LAUNCH + 300 * DAY_S, rewarded=True)
    yield "officer", "off_1", OpenQuestionnaire("qst_00000001")
    for number in range(PERSONS):
        person, dwelling = f"per_{number}", f"dwl_{number // 2}"
        if number % 2 == 0:
            yield "officer", "off_1", AddDwelling(dwelling, "bld_1")
            yield "officer", "off_1", IssueQr(dwelling)
        yield "resident", person, ScanBind(person, f"qr_{number // 2 + 1:08d}", dwelling, "owner")


def everyday(engine: Engine, luck: Random, place: int) -> Given:
    """One act of somebody; many are refused."""
    person = f"per_{luck.randrange(PERSONS + 1)}"
    kind = luck.randrange(20)
    if kind < 7:
        rule = luck.choice(("report", "service", "service_moral", "praised_moral"))
        return "officer", "off_1", GrantAward(person, rule, f"ev_{place}")
    if kind < 13:
        goods = luck.randrange(1, 20_000)
        return "resident", person, PayPurchase(person, "mer_1", "wechat", goods, 0, luck.choice((0, 1, 5, 60)))
    if kind < 15:
        return "officer", "off_1", RefundPurchase(some(engine, luck, "pay"), luck.randrange(1, 9_000))
    if kind < 16:
        return "officer", "off_1", RevokeAward(some(engine, luck, "awd"))
    if kind < 17:
        return "grid", "wkr_1", TagSpecial(person, luck.choice(GROUPS), f"ev_{place}")
    if kind < 19:
        return "resident", person, SubmitResponse(person, "qst_00000001", (1, 2, luck.randrange(3)), 60)
    return "system", "clock", Sweep()


def some(engine: Engine, luck: Random, prefix: str) -> str:
    """An id of the last few of a type, or the one after them."""
    last = engine.district.ids.last.get(prefix, 0)
    return f"{prefix}_{luck.randrange(max(last - 5, 1), last + 2):08d}"


def rare(at: int, place: int) -> Given | None:
    """What happens once in a while: a change of policy, a purge."""
    if place % 50 == 20:
        cap = str(1_000 + place)
        return "officer", "off_1", ChangePolicy((("points.deduction_cap_bp", cap),), at + 3 * DAY_S)
    if place % 50 == 45:
        return "system", "clock", Purge("binding.tag_special.tag", max(at - 5 * DAY_S, 0))
    return None


def live(engine: Engine, acts: int, seed: int) -> None:
    """Let a town live for `acts` commands, about three an hour to one in three days; some come twice, some too late."""
    luck = Random(seed)
    at = LAUNCH
    for place, (kind, who, command) in enumerate(set_up()):
        engine.execute(Envelope(f"setup-{place}", kind, who, at, command))
    for place in range(acts):
        at += luck.choice((0, 60, 1_200, 50_000, 250_000))
        kind, who, command = rare(at, place) or everyday(engine, luck, place)
        by = Envelope(f"act-{place}", kind, who, at, command)
        engine.execute(by)
        if luck.randrange(10) == 0:
            engine.execute(by)
        if luck.randrange(25) == 0:
            engine.execute(Envelope(f"late-{place}", "system", "clock", at - 500_000, Sweep()))
    engine.advance(at + DAY_S)


class Bytes(io.BytesIO):
    """A file in memory."""

    def file(self) -> io.BytesIO:
        """The same, from its start."""
        return io.BytesIO(self.getvalue())


def town(sink: Sink | None, acts: int = 120, seed: int = 1, vault: Vault | None = None) -> Engine:
    """An engine that has lived; its journal is closed if it has one. Frames are small, so that there are many."""
    engine = new_engine(Policy(), None, vault if vault is not None else MemoryVault(), seeded_salt(seed))
    if sink is not None:
        engine.chain = Chain(sink, Policy().document(), frame_bytes=2_000)
    live(engine, acts, seed)
    if engine.chain is not None:
        engine.chain.close()
    return engine
