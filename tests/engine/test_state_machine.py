"""Every command of the catalogue, in any order, with any values of its fields: what must hold holds after each.

Commands, fields and values are derived from the catalogue and the types of its fields, so a new command is covered
without an edit here. Hypothesis shrinks what it finds to a short history.
"""

from __future__ import annotations

import io
import re
from random import Random
from typing import Any, ClassVar, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine import Envelope, MemorySink, Outcome, digest, new_engine, seeded_salt, state_digest
from engine.catalogue import COMMANDS
from engine.district.merchants import Channel
from engine.invariants import attach
from engine.kernel.command import PERSONAL_FIELDS, Command
from engine.kernel.journal import compressed
from engine.kernel.rejection import KERNEL_CODES
from engine.kernel.units import DAY_S
from engine.policy import Policy, provenance
from engine.replay import Journal, decide_again, fold
from loadtests.property.strategies import Known, commands, fields_of
from tests.engine.invariants.life import Life, lively

ID = re.compile(r"[a-z]{2,4}_[A-Za-z0-9-]{1,40}")
PAUSES_S = (0, 0, 0, 0, 1, 60, 3_600, DAY_S, 10 * DAY_S, 40 * DAY_S)
WHO = {"officer": "off_1", "system": "clock", "visitor": "v-1"}
FIRED = "clock.fire_deadline"
NAMES = (*(each.path for each in provenance(Policy())), *PERSONAL_FIELDS, *Policy().points.rules)
STARTS = ((1, 0), (2, 40), (3, 150))  # seed and length of the life that a town has behind it
NEWEST = 6  # ids of each kind, of which commands are made


class Platform(RuleBasedStateMachine):
    """A town that anything is said to."""

    accepted: ClassVar[set[str]] = set()

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: tuple[int, int]) -> None:
        """A town with a past, its journal in memory, and every invariant attached."""
        seed, length = start
        self.sink = MemorySink()
        self.engine = new_engine(lively(), self.sink, salt=seeded_salt(seed))
        self.known = Known(names=NAMES)
        self.answers: list[tuple[Envelope, Outcome]] = []
        self.watchers = attach(self.engine)
        self.engine.observers.append(self)
        self.life = Life(seed, self.engine)
        self.life.live(length)
        self.said = 0

    def observe(self, outcome: Outcome) -> None:
        """Remember the newest ids of each kind, whichever field of an event holds them."""
        for event in outcome.events:
            for name in fields_of(type(event)):
                value = getattr(event, name)
                if isinstance(value, str) and ID.fullmatch(value):
                    ids = self.known.ids.setdefault(value.partition("_")[0], [])
                    if value in ids:
                        ids.remove(value)
                    ids.append(value)
                    del ids[:-NEWEST]

    @property
    def now(self) -> int:
        """The instant of the town."""
        at: int = self.engine.district.at
        return at

    def rows(self) -> str:
        """Digest of everything but the clock."""
        district = self.engine.district
        return digest({name: getattr(district, name) for name in district.__slots__ if name != "at"})

    def say(self, by: Envelope) -> Outcome:
        """Give a command; a rejection changes nothing, and a record is written exactly for what is decided."""
        self.engine.advance(by.at)
        before, n, seq = self.rows(), self.engine.n, self.engine.seq
        outcome = self.engine.execute(by)
        if outcome.ok:
            assert outcome.events
            assert (outcome.first_seq, self.engine.seq) == (seq + 1, seq + len(outcome.events))
        else:
            assert outcome.code in (*by.command.codes, *KERNEL_CODES)
            assert self.rows() == before
            assert self.engine.seq == seq
        assert self.engine.n == n + bool(outcome.n)
        assert outcome.n in (0, n + 1)
        return outcome

    @rule(data=st.data(), start=st.integers(0, len(COMMANDS) - 1))
    def several(self, data: st.DataObject, start: int) -> None:
        """Some commands that stand beside each other in the catalogue, in its order: they are about one thing."""
        for kind in COMMANDS[start : start + 6]:
            self.give(data, kind, 0)

    @rule(data=st.data(), kind=st.sampled_from(COMMANDS), pause=st.sampled_from(PAUSES_S))
    def command(self, data: st.DataObject, kind: type[Command], pause: int) -> None:
        """Somebody says something."""
        self.give(data, kind, pause)

    def give(self, data: st.DataObject, kind: type[Command], pause: int) -> None:
        """A command of a kind: a likely one from somebody who may, or one of any values from anybody."""
        self.known.now = self.now + pause
        self.said += 1
        likely = None
        if kind.actors and not data.draw(st.booleans(), "any values"):
            likely = self.likely(kind, data.draw(st.integers(0, 2**16), "luck"))
        actor, who, command = likely or self.anything(data, kind)
        by = Envelope(f"say-{self.said}", actor, who, self.known.now, command)
        outcome = self.say(by)
        if outcome.ok:
            self.accepted.add(kind.type)
        if outcome.n:
            self.answers.append((by, outcome))
            del self.answers[:-20]

    def likely(self, kind: type[Command], luck: int) -> tuple[str, str, Command] | None:
        """A command that makes sense in this town, and who gives it; None for a field that life does not know yet."""
        self.life.luck, self.life.at = Random(luck), self.known.now  # noqa: S311 - drawn by Hypothesis
        try:
            command = self.life.command(kind)
        except TypeError:
            return None
        return *self.life.actor(command), command

    def anything(self, data: st.DataObject, kind: type[Command]) -> tuple[str, str, Command]:
        """A command with any values of its fields, and anybody who gives it."""
        command = data.draw(commands(kind, self.known))
        actor = data.draw(st.sampled_from([*kind.actors, *kind.actors, *kind.actors, "resident"]))
        return actor, data.draw(self.actors(actor, command)), command

    def actors(self, kind: str, command: Any) -> st.SearchStrategy[str]:
        """Ids of an actor of a kind; mostly one that the command names."""
        if kind in WHO:
            return st.just(WHO[kind])
        if kind == "channel":
            return st.sampled_from(get_args(Channel))
        prefix = {"resident": "per", "grid": "wkr", "merchant": "mer", "biller": "bil", "rider": "rid"}[kind]
        fields = [getattr(command, name) for name in command.__dataclass_fields__]
        named = [each for each in fields if isinstance(each, str) and each.startswith(f"{prefix}_")]
        return st.sampled_from([*named, *named, *self.known.ids.get(prefix, []), f"{prefix}_9"])

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), later=st.sampled_from((0, 0, 1, DAY_S - 1)))
    def repeat(self, data: st.DataObject, later: int) -> None:
        """Whatever was answered is answered the same while the answer binds, and nothing happens."""
        by, answer = data.draw(st.sampled_from(self.answers))
        kept = max(self.now, by.at + later) < by.at + self.engine.district.policy.idempotency.retention_s
        if not kept or by.kind not in by.command.actors:
            return
        outcome = self.engine.execute(Envelope(by.key, by.kind, by.who, by.at + later, by.command))
        assert outcome is answer or (outcome.code is not None and outcome.code.name in ("FORBIDDEN", "OUT_OF_GRID"))

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), kind=st.sampled_from(COMMANDS))
    def mismatch(self, data: st.DataObject, kind: type[Command]) -> None:
        """A key that is taken answers no other command."""
        by, _ = data.draw(st.sampled_from(self.answers))
        command = data.draw(commands(kind, self.known))
        binds = self.now < by.at + self.engine.district.policy.idempotency.retention_s
        outcome = self.engine.execute(Envelope(by.key, "officer", "off_1", self.now, command))
        if by.kind == "officer" and binds and command != by.command and "officer" in kind.actors:
            assert outcome.code is not None
            assert outcome.code.name in ("IDEMPOTENCY_MISMATCH", "FORBIDDEN", "OUT_OF_GRID")

    @rule(early=st.integers(1, 100))
    def late(self, early: int) -> None:
        """An instant that is over is answered with the earliest one that is possible, and moves nothing."""
        before = self.now
        self.said += 1
        by = Envelope(f"say-{self.said}", "system", "clock", max(0, before - early), COMMANDS_BY_NAME["clock.sweep"]())
        outcome = self.engine.execute(by)
        assert outcome.code is not None
        assert (outcome.code.name, outcome.details, self.now) == ("CLOCK_REGRESSION", {"earliest": before}, before)

    @rule(pause=st.sampled_from(PAUSES_S))
    def wait(self, pause: int) -> None:
        """Time passes: nothing that is due is left."""
        self.engine.advance(self.now + pause)
        assert self.engine.district.deadlines.next_due > self.now

    @invariant()
    def every_ledger_sums_to_zero(self) -> None:
        """S01, whatever has happened."""
        if hasattr(self, "engine"):
            assert set(self.engine.district.ledger.totals().values()) == {0}

    def teardown(self) -> None:
        """The journal tells the same town: folded from its events, and decided once more from its commands."""
        if not hasattr(self, "engine"):
            return
        self.watchers.whole()
        assert self.engine.chain is not None
        self.engine.chain.close()
        content = b"".join(map(compressed, self.sink.frames))
        assert state_digest(fold(Journal(io.BytesIO(content)))) == state_digest(self.engine)
        assert decide_again(Journal(io.BytesIO(content))) is None


COMMANDS_BY_NAME: dict[str, Any] = {command.type: command for command in COMMANDS}


def test_whatever_is_said_the_platform_keeps_its_rules() -> None:
    """Random histories over the whole catalogue, in which a quarter of the commands and more are accepted some time."""
    Platform.accepted.clear()
    examples = settings().max_examples  # a longer catalogue needs longer talks
    run_state_machine_as_test(Platform, settings=settings(max_examples=examples, stateful_step_count=40))
    names = {command.type for command in COMMANDS}
    assert len(Platform.accepted) * 4 > len(names), sorted(names - Platform.accepted)
