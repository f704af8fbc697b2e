"""Two histories that must agree: with sweeps put in, with repeats, with the clock in small steps (M1, M2, M3).

No model is needed: whatever the right answers are, they are the same in both.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Engine, Envelope, MemorySink, Outcome, new_engine, seeded_salt, state_digest
from engine.administration import FireDeadline, Sweep
from engine.kernel.units import DAY_S
from tests.engine.invariants.life import Life, lively
from tests.purses import first, purse, rule

SEEDS = (11, 12, 13)
COMMANDS = 300
Answer = tuple[str | None, Any, tuple[str, ...]]


class Heard:
    """An observer that keeps what was said, but for what the engine said to itself."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.said: list[Envelope] = []

    def observe(self, outcome: Outcome) -> None:
        """Keep one envelope."""
        if type(outcome.by.command) is not FireDeadline:
            self.said.append(outcome.by)


@cache
def history(seed: int) -> tuple[Envelope, ...]:
    """All that was said in a random life of a town, in order."""
    engine = fresh()
    heard = Heard()
    engine.observers.append(heard)
    Life(seed, engine).live(COMMANDS)
    return tuple(heard.said)


def fresh(sink: MemorySink | None = None) -> Engine:
    """An engine over an empty town under the lively policy."""
    return new_engine(lively(), sink, salt=seeded_salt(1))


def answer(outcome: Outcome) -> Answer:
    """What an answer says, without its number in the log."""
    code = outcome.code.name if outcome.code is not None else None
    return code, outcome.details, tuple(event.encode() for event in outcome.events)


@cache
def answers(seed: int) -> tuple[Answer, ...]:
    """The answers of a history told as it was."""
    engine = fresh()
    return tuple(answer(engine.execute(by)) for by in history(seed))


def test_histories_are_worth_comparing() -> None:
    """Each has deadlines that fire, rejections, and events of many kinds."""
    for seed in SEEDS:
        assert sum(code is not None for code, _, _ in answers(seed)) > 20
        engine = fresh()
        fired = Heard()
        engine.watch["clock.deadline_fired"] = [lambda _, outcome, fired=fired: fired.said.append(outcome.by)]  # type: ignore[misc]
        for by in history(seed):
            engine.execute(by)
        assert len(fired.said) > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_inserting_sweeps_anywhere_changes_no_answer(seed: int) -> None:
    """M1: before every command up to three sweeps at instants since the last one; every answer stays."""
    luck, engine, told, before = Random(seed), fresh(), [], 0  # noqa: S311 - the same sweeps in every run
    for place, by in enumerate(history(seed)):
        for number in range(luck.randrange(4)):
            before = luck.randint(before, by.at) if before else by.at
            assert engine.execute(Envelope(f"sweep-{place}-{number}", "system", "clock", before, Sweep())).ok
        told.append(answer(engine.execute(by)))
        before = by.at
    assert told == list(answers(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_repeating_commands_changes_nothing(seed: int) -> None:
    """M2: every command up to three times, some again later: the log is the same, byte for byte."""
    luck = Random(seed)  # noqa: S311 - the same repeats in every run
    plain, repeated = MemorySink(), MemorySink()
    once, often = fresh(plain), fresh(repeated)
    for place, by in enumerate(history(seed)):
        once.execute(by)
        given = often.execute(by)
        for _ in range(luck.randrange(3)):
            assert often.execute(by) is given
        earlier = history(seed)[luck.randrange(max(0, place - 9), place + 1)]
        if by.at < earlier.at + DAY_S:
            often.execute(earlier)
    for engine in (once, often):
        assert engine.chain is not None
        engine.chain.flush()
    assert repeated.lines() == plain.lines()


@pytest.mark.parametrize("seed", SEEDS)
def test_one_step_of_the_clock_is_many_small_ones(seed: int) -> None:
    """M3: forty days at once, or in steps of some hours, leave the same town and the same log."""
    states = []
    for step in (40 * DAY_S, 7 * 3_600, 613):
        sink = MemorySink()
        engine = fresh(sink)
        for by in history(seed):
            engine.execute(by)
        start = engine.district.at
        for at in range(start, start + 40 * DAY_S, step):
            engine.advance(at)
        engine.advance(start + 40 * DAY_S)
        assert engine.chain is not None
        engine.chain.flush()
        states.append((state_digest(engine), sink.lines()))
    assert states[0] == states[1] == states[2]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_commands_give_the_same_log(seed: int) -> None:
    """Nothing but the commands, their instants and the policy decides."""
    logs = []
    for _ in range(2):
        sink = MemorySink()
        engine = fresh(sink)
        for by in history(seed):
            engine.execute(by)
        assert engine.chain is not None
        engine.chain.close()
        logs.append(sink.lines())
    assert logs[0] == logs[1]


PARTS = st.lists(st.integers(1, 4_000), max_size=6)


@given(PARTS, st.integers(0, 300), st.sampled_from([1, 3, 10]))
def test_a_full_refund_in_parts_returns_what_one_refund_returns(parts: list[int], points: int, value_fen: int) -> None:
    """M7: cash, points, lots and debt are the same; parts that have no split are left for the last one."""
    goods_fen, purses = 10_000, []
    for several in (True, False):
        town = purse(
            points__value_fen=value_fen,
            points__rules__gift=rule(points=200),
            points__rules__short=rule(points=200, validity_days=3),
        )
        town.award()
        town.award("per_1", "short")
        assert town.pay(points, goods_fen).ok
        cash, left = 0, goods_fen
        for part in (*(parts if several else ()), goods_fen):
            outcome = town.refund("pay_00000001", min(part, left))
            if outcome.ok:
                cash += first(outcome).cash_fen
                left -= first(outcome).goods_fen
            if not left:
                break
        assert left == 0
        purses.append((cash, town.purse(), town.lots()))
    assert purses[0] == purses[1]
    assert purses[0][0] == goods_fen - points * value_fen


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_higher_cap_never_lowers_what_the_engine_accepts(one_bp: int, other_bp: int, goods_fen: int) -> None:
    """M8: the most that is accepted under the lower cap is accepted under the higher one."""
    most = []
    for cap_bp in sorted((one_bp, other_bp)):
        town = purse(points__value_fen=10, points__deduction_cap_bp=cap_bp, points__rules__gift=rule(points=1_000))
        town.award()
        refused = town.pay(1_000_000, goods_fen)
        assert refused.details is not None
        found = refused.details["max"]
        assert isinstance(found, int)
        assert town.pay(found, goods_fen).ok
        most.append(found)
    assert most[0] <= most[1]
