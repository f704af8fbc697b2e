"""A journal tells its town again, and a journal that nobody's engine wrote is found out."""

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from engine import Envelope, digest, state_digest
from engine.administration import FireDeadline, Sweep
from engine.kernel.command import Outcome
from engine.kernel.engine import record_text
from engine.kernel.rejection import CLOCK_REGRESSION, FORBIDDEN
from engine.kernel.units import DAY_S
from engine.payments.purchases import PayPurchase
from engine.replay import decide_again, fold, fresh_engine, steps
from tests.engine.kernel.history import lived
from tests.engine.kernel.tampering import members, opened, rechained, texts
from tests.style.sources import ROOT

ACTS = 120
WHOLE = b"".join(members(ACTS))
PARSED = [json.loads(text) for text in texts(ACTS)]


@cache
def digest_of_the_live_one(seed: int) -> str:
    """The digest of the engine whose journal `members(ACTS, seed)` is."""
    return state_digest(lived(None, ACTS, seed))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_folding_gives_the_state_of_the_live_engine(seed: int) -> None:
    """The events of a journal leave the state, keys and counters of the engine that wrote it (H02)."""
    live = lived(None, ACTS, seed)
    folded = fold(opened(b"".join(members(ACTS, seed))))
    assert state_digest(folded) == state_digest(live) == digest_of_the_live_one(seed)
    assert digest(folded.district) == digest(live.district)
    assert (folded.n, folded.seq) == (live.n, live.seq)
    assert folded.keys.living(live.district.at)


def test_another_history_has_another_digest() -> None:
    """The digest tells towns apart, and any two instants of one town: only a clock that ran back changes nothing."""
    engine = fresh_engine(opened(WHOLE))
    found = {state_digest(engine), digest_of_the_live_one(2), digest_of_the_live_one(3)}
    before = state_digest(engine)
    for outcome in steps(engine, opened(WHOLE)):
        now = state_digest(engine)
        assert (now == before) == (outcome.code is CLOCK_REGRESSION)
        assert (now in found) == (now == before)
        found.add(now)
        before = now
    assert digest_of_the_live_one(1) == before


def test_a_prefix_folds_to_the_state_of_its_end() -> None:
    """The state after record n of a long journal is the state of the journal of the first n records (M6)."""
    journal = opened(WHOLE)
    engine = fresh_engine(journal)
    for outcome in steps(engine, journal):
        if outcome.n % 40 == 0:
            prefix = rechained(list(texts(ACTS)[: outcome.n + 1]))
            assert state_digest(fold(opened(prefix))) == state_digest(engine)


def text_of(outcome: Outcome, engine: Any) -> str:
    """The record text of an answer, or the answer itself where it leaves no record."""
    return record_text(outcome, engine.district.policy.version) if outcome.n else str(outcome.code)


def test_a_folded_engine_goes_on_like_the_live_one() -> None:
    """Repeats get the same answers, mismatches are noticed, and new commands give the same records."""
    live, folded = lived(None, ACTS, 1), fold(opened(WHOLE))
    at = live.district.at
    again = [outcome.by for outcome in live.keys.living(at)]
    new = [
        Envelope("new-1", "resident", "per_1", at + 5, PayPurchase("per_1", "mer_1", "wechat", 5_000, 0, 3)),
        Envelope("new-1", "resident", "per_1", at + 6, PayPurchase("per_1", "mer_1", "wechat", 5_001, 0, 3)),
        Envelope("new-2", "system", "clock", at + 400 * DAY_S, Sweep()),
        Envelope("new-3", "system", "clock", at, Sweep()),
    ]
    assert again
    for by in [*again, *new]:
        assert text_of(live.execute(by), live) == text_of(folded.execute(by), folded)
    assert state_digest(live) == state_digest(folded)


def test_deciding_again_gives_the_same_records() -> None:
    """Every command of a journal, given to a fresh engine, leaves the record that stands there."""
    assert decide_again(opened(WHOLE)) is None
    assert decide_again(opened(b"".join(members(ACTS, 2)))) is None


def test_only_the_engine_fires_a_deadline() -> None:
    """Nobody may give the command by which the engine fires a deadline, so a journal's firings are its own."""
    engine = lived(None, 5)
    for kind in ("system", "officer", "grid", "resident"):
        by = Envelope(f"fire-{kind}", kind, "clock", engine.district.at, FireDeadline("policy", "2"))
        assert engine.execute(by).code is FORBIDDEN


SAME = """
import hashlib
from engine import MemorySink, state_digest
from tests.engine.kernel.history import lived
sink = MemorySink()
engine = lived(sink, 150, 4)
print(hashlib.sha256(b"".join(sink.frames)).hexdigest(), state_digest(engine))
"""


def test_hash_seeds_change_nothing() -> None:
    """Processes with different hash seeds write the same records and reach the same digest (H15)."""
    found = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", SAME], cwd=ROOT, env=environment, capture_output=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1
    assert len(found.pop().split()) == 2
