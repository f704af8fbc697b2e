"""Right engines break nothing; every invariant is put to the test; a log says what its run said."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest

from engine import FileSink, Policy, new_engine, seeded_salt
from engine.invariants import BY_ID, INVARIANTS, attach
from engine.kernel.journal import Chain
from engine.replay import Journal, fresh_engine, state_digest, steps
from tests.engine.invariants.life import Life, lively

LIVES = 9
COMMANDS = 1_200
OPERATED = {"L06", "L07"}  # need a treasury that keeps its days; the sim has one
PUBLISHED = ("S", 28), ("T", 24), ("H", 15), ("L", 13), ("P", 4)


def _lived(seed: int, policy: Policy | None = None) -> Counter[str]:
    """How often each invariant was checked in a life in which none was broken."""
    engine = new_engine(policy or lively(), salt=seeded_salt(seed))
    watchers = attach(engine)
    life = Life(seed, engine)
    life.live(COMMANDS)
    life.rest(100)
    watchers.whole()
    return Counter({each.invariant.id: each.checked for each in watchers.findings()})


def test_nothing_is_broken_and_nothing_is_vacuous() -> None:
    """Lives over the whole catalogue keep every invariant, and put every checkable one to the test."""
    checked: Counter[str] = Counter()
    for seed in range(LIVES):
        checked += _lived(seed)
    never = {each.id for each in INVARIANTS if not each.absent} - set(checked) - OPERATED
    assert never == set()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 160))
def test_nothing_is_broken_in_more_lives(seed: int) -> None:
    """So it is in many more lives, under the lively policy and under the one of the platform."""
    _lived(seed)
    _lived(seed, Policy())


def test_every_published_id_has_a_definition_and_a_status() -> None:
    """All ids are there in order; those without a watcher say why no history can show them."""
    assert [each.id for each in INVARIANTS] == [
        f"{letter}{number:02d}" for letter, count in PUBLISHED for number in range(1, count + 1)
    ]
    summary = attach(new_engine(), operated=True).summary()
    assert [row["id"] for row in summary] == list(BY_ID)
    for row in summary:
        known = BY_ID[str(row["id"])]
        assert row["status"] == ("not checkable" if known.absent else "vacuous"), row
        assert row["sentence"] == known.sentence
        assert known.sentence.endswith(".")


def test_deadlines_of_a_treasury_are_checked_only_where_there_is_one() -> None:
    """Without `operated` nobody has promised to settle, so L06 and L07 are not checkable."""
    status = {each.invariant.id: each.status for each in attach(new_engine()).findings()}
    assert {name for name in OPERATED if status[name] == "not checkable"} == OPERATED


@pytest.mark.parametrize("wanted", sorted(OPERATED))
def test_a_treasury_that_sleeps_is_found(wanted: str) -> None:
    """Money that merchants wait for, and points that nobody claims, are found in a life in which nobody settles."""
    engine = new_engine(lively(), salt=seeded_salt(1))
    found: set[str] = set()
    watchers = attach(engine, lambda violation: found.add(violation.id), operated=True)
    life = Life(1, engine)
    life.live(COMMANDS)
    life.rest(100)
    watchers.whole()
    assert wanted in found


def test_the_log_of_a_life_says_what_the_life_said(tmp_path: Path) -> None:
    """Folding a journal finds the same instances checked, and leaves the state of the run (H02)."""
    engine = new_engine(lively(), salt=seeded_salt(3))
    engine.chain = Chain(FileSink(tmp_path / "log"), lively().document())
    live = attach(engine)
    Life(3, engine).live(COMMANDS)
    live.whole()
    engine.chain.close()
    journal = Journal(BytesIO((tmp_path / "log").read_bytes()))
    folded = fresh_engine(journal)
    again = attach(folded)
    for _ in steps(folded, journal):
        pass
    again.whole()
    assert again.summary() == live.summary()
    assert state_digest(folded) == state_digest(engine)


def test_days_and_months_turn_by_the_instants_of_the_records() -> None:
    """A night that is asked for again finds nothing left to look at; a month brings everything."""
    engine = new_engine(lively(), salt=seeded_salt(2))
    watchers = attach(engine)
    life = Life(2, engine)
    life.live(200)
    watchers.night()
    before = {row["id"]: row["checked"] for row in watchers.summary()}
    watchers.night()
    after = {row["id"]: row["checked"] for row in watchers.summary()}
    assert after["S03"] == before["S03"]
    assert after["S17"] == before["S17"]
    life.rest(32)
    assert {row["id"]: row["checked"] for row in watchers.summary()}["S17"] != after["S17"]
