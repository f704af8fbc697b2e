"""What only a client sees (T02, H04), and what only two runs show (H15)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import Any

import pytest

from engine import Envelope, new_engine, seeded_salt
from engine.binding.bindings import RegisterPerson
from engine.invariants import BrokenInvariant
from engine.invariants.answers import Answers
from engine.kernel.idempotency import Keys
from engine.kernel.rejection import Rejected
from engine.kernel.units import DAY_S
from tests.engine.invariants.life import Life, lively
from tests.style.sources import ROOT
from tests.towns import small_town


class Client:
    """An engine whose commands all come through `Answers`."""

    def __init__(self, seed: int) -> None:
        self.engine = new_engine(lively(), salt=seeded_salt(seed))
        self.answers = Answers(self.engine)
        self.life = Life(seed, self.engine)
        right = self.engine.execute
        self.answers.engine = _Behind(self.engine, right)
        self.engine.execute = self.answers.execute  # type: ignore[method-assign]


class _Behind:
    """The engine itself, for the door that stands before it."""

    def __init__(self, engine: Any, execute: Any) -> None:
        self.execute = execute
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def test_rejections_change_nothing_and_repeats_are_answered_alike() -> None:
    """A life with a fiftieth of its commands repeated keeps T02 and H04, and puts both to the test."""
    client = Client(1)
    client.life.live(250)
    assert client.answers.checked["T02"] > 50
    assert client.answers.checked["H04"]


def test_a_decision_that_writes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that counts before it rejects breaks T02."""
    right = RegisterPerson.decide

    def wrong(command: Any, district: Any, policy: Any, by: Any) -> Any:
        try:
            return right(command, district, policy, by)
        except Rejected:
            district.residents.bound_count += 1
            raise

    monkeypatch.setattr(RegisterPerson, "decide", wrong)
    engine = new_engine()
    town = small_town(engine)
    answers = Answers(engine)
    with pytest.raises(BrokenInvariant, match="T02"):
        answers.execute(Envelope("again", "officer", "off_1", town.clock, RegisterPerson("per_1")))


def test_a_forgotten_key_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that does a repeated command again breaks H04."""
    engine = new_engine()
    town = small_town(engine)
    answers = Answers(engine)
    by = Envelope("once", "officer", "off_1", town.clock, RegisterPerson("per_50"))
    answers.execute(by)
    monkeypatch.setattr(Keys, "find", lambda *_: None)
    with pytest.raises(BrokenInvariant, match="H04"):
        answers.execute(by)


def test_another_command_under_the_key_gets_a_mismatch_until_the_retention_is_over() -> None:
    """H04 holds within the retention only; afterwards the key is free."""
    engine = new_engine()
    town = small_town(engine)
    answers = Answers(engine)
    answers.execute(Envelope("key", "officer", "off_1", town.clock, RegisterPerson("per_50")))
    other = Envelope("key", "officer", "off_1", town.clock, RegisterPerson("per_51"))
    assert str(getattr(answers.execute(other).code, "name", "")) == "IDEMPOTENCY_MISMATCH"
    later = Envelope("key", "officer", "off_1", town.clock + DAY_S, RegisterPerson("per_51"))
    assert answers.execute(later).ok
    assert answers.checked["H04"] == 1


LIVE = """
import sys
from engine import MemorySink, new_engine, seeded_salt
from engine.kernel.journal import Chain
from tests.engine.invariants.life import Life, lively
engine = new_engine(lively(), salt=seeded_salt(int(sys.argv[1])))
sink = MemorySink()
engine.chain = Chain(sink, lively().document())
Life(int(sys.argv[1]), engine).live(400)
engine.chain.close()
sys.stdout.write("\\n".join(sink.lines()))
"""


def _log(seed: int, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", LIVE, str(seed)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return hashlib.sha256(done.stdout.encode()).hexdigest()


def test_two_runs_write_the_same_log() -> None:
    """The same seed gives the same log byte for byte under any order of sets (H15); another seed another log."""
    one = _log(5, "1")
    assert one == _log(5, "2")
    assert one != _log(6, "1")
