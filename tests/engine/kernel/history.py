"""A short life of a small town, to be written into journals: every kind of record, from a seed."""

from collections.abc import Callable
from random import Random
from typing import Literal

from engine import Engine, Envelope, MemoryVault, Policy, new_engine, seeded_salt
from engine.administration import ChangePolicy, Purge, Sweep
from engine.binding.special_groups import TagSpecial
from engine.kernel.command import Command
from engine.kernel.journal import Chain, Sink
from engine.kernel.units import DAY_S
from engine.kernel.vault import Vault
from engine.participation.questionnaires import DraftQuestionnaire, OpenQuestionnaire
from engine.participation.responses import SubmitResponse
from engine.payments.purchases import PayPurchase
from engine.payments.refunds import RefundPurchase
from engine.points.awards import GrantAward
from engine.points.clawback import RevokeAward
from tests.towns import small_town

Group = Literal["elderly_alone", "disabled", "low_income", "veteran"]
GROUPS: tuple[Group, ...] = ("elderly_alone", "disabled", "low_income", "veteran")
PAUSES_S = (0, 60, 1_200, 50_000, 250_000)
FRAME_LENGTH = 2_000  # small, so that there are many
Given = tuple[str, str, Command]  # kind of actor, id, command
Act = Callable[[Engine, Random, str], Given]


def some(engine: Engine, luck: Random, prefix: str) -> str:
    """An id of the last few of a type, or the one after them."""
    last = engine.district.ids.last.get(prefix, 0)
    return f"{prefix}_{luck.randrange(max(last - 5, 1), last + 2):08d}"


def fact(engine: Engine) -> str:
    """An id of something that nobody was rewarded for yet."""
    return f"ev_{engine.n}"


def award(engine: Engine, luck: Random, person: str) -> Given:
    """An officer gives points."""
    rule = luck.choice(("report", "service", "service_moral", "praised_moral"))
    return "officer", "off_1", GrantAward(person, rule, fact(engine))


def purchase(_engine: Engine, luck: Random, person: str) -> Given:
    """Somebody buys, at times with points."""
    goods_fen = luck.randrange(1, 20_000)
    points = luck.choice((0, 1, 5, 60))
    return "resident", person, PayPurchase(person, "mer_1", "wechat", goods_fen, 0, points)


def refund(engine: Engine, luck: Random, _person: str) -> Given:
    """Part of a purchase comes back."""
    return "officer", "off_1", RefundPurchase(some(engine, luck, "pay"), luck.randrange(1, 9_000))


def revocation(engine: Engine, luck: Random, _person: str) -> Given:
    """Points are taken back."""
    return "officer", "off_1", RevokeAward(some(engine, luck, "awd"))


def tag(engine: Engine, luck: Random, person: str) -> Given:
    """A grid member tags somebody: the personal field of the log."""
    return "grid", "wkr_1", TagSpecial(person, luck.choice(GROUPS), fact(engine))


def answer(_engine: Engine, luck: Random, person: str) -> Given:
    """Somebody answers the questionnaire."""
    return "resident", person, SubmitResponse(person, "qst_00000001", (1, 2, luck.randrange(3)), 60)


def sweep(_engine: Engine, _luck: Random, _person: str) -> Given:
    """The clock."""
    return "system", "clock", Sweep()


def policy_change(engine: Engine, luck: Random, _person: str) -> Given:
    """The cap of deductions changes in some days."""
    change = (("points.deduction_cap_bp", str(luck.randrange(1_000, 4_000))),)
    return "officer", "off_1", ChangePolicy(change, engine.district.at + 10 * DAY_S)


def purge(engine: Engine, _luck: Random, _person: str) -> Given:
    """Tags that are some days old leave the vault."""
    return "system", "clock", Purge("binding.tag_special.tag", engine.district.at - 20 * DAY_S)


ACTS: dict[Act, int] = {
    award: 7, purchase: 6, refund: 3, revocation: 2, tag: 2, answer: 2, sweep: 1, policy_change: 1, purge: 1,
}  # fmt: skip
"""What people do, and how often of 25."""


def live(engine: Engine, acts: int, seed: int) -> None:
    """Let a small town live for some commands, an average of 17 hours apart; a few come twice, a few too late."""
    luck = Random(seed)  # noqa: S311 - a test, the same in every run
    town = small_town(engine)
    at = town.clock
    town.say(DraftQuestionnaire(3, 2, at + 300 * DAY_S, rewarded=True))
    town.say(OpenQuestionnaire("qst_00000001"))
    for place in range(acts):
        at += luck.choice(PAUSES_S)
        (act,) = luck.choices(list(ACTS), list(ACTS.values()))
        kind, who, command = act(engine, luck, luck.choice((*town.persons, "per_nobody")))
        by = Envelope(f"act-{place}", kind, who, at, command)
        engine.execute(by)
        if luck.randrange(10) == 0:
            engine.execute(by)
        if luck.randrange(25) == 0:
            engine.execute(Envelope(f"late-{place}", "system", "clock", at - 500_000, Sweep()))
    engine.advance(at + DAY_S)


def lived(sink: Sink | None = None, acts: int = 120, seed: int = 1, vault: Vault | None = None) -> Engine:
    """An engine that has lived; the journal in the sink is closed."""
    engine = new_engine(vault=vault if vault is not None else MemoryVault(), salt=seeded_salt(seed))
    if sink is not None:
        engine.chain = Chain(sink, Policy().document(), FRAME_LENGTH)
    live(engine, acts, seed)
    if engine.chain is not None:
        engine.chain.close()
    return engine
