"""Short lives of a small town, given to desks, and what desks know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine import Engine, Envelope, Outcome, new_engine, state_digest
from loadtests.reference.answers import Answer
from loadtests.reference.desk import Desk, Said
from tests.engine.kernel.history import live


def life(seed: int, acts: int = 60) -> list[Envelope]:
    """What is said in a short life: every kind of record, repeats and late commands too."""
    engine, said = new_engine(), list[Envelope]()
    execute = engine.execute

    def heard(by: Envelope) -> Outcome:
        said.append(by)
        return execute(by)

    engine.execute = heard  # type: ignore[method-assign]
    live(engine, acts, seed)
    return said


def say(desk: Desk, said: Sequence[Envelope], batch: int = 7) -> list[Answer]:
    """Give commands in batches that are each committed."""
    answers: list[Answer] = []
    for start in range(0, len(said), batch):
        desk.begin()
        answers += [desk.say(Said(by.key, (by.kind, by.who), by.command, by.at)) for by in said[start : start + batch]]
        desk.commit()
    return answers


def known(desk: Desk) -> dict[str, Any]:
    """All that later answers depend on, and what invariants have seen."""
    engine: Engine = desk.engine
    return {
        "digest": state_digest(engine),
        "n": engine.n,
        "seq": engine.seq,
        "chain": engine.chain.head,  # type: ignore[union-attr]  # a desk has one
        "invariants": desk.opened.watchers.summary(),
        "policies": [desk.opened.seen.policy_version(n) for n in range(1, engine.n + 1)],
    }


def opened(path: Path, **how: Any) -> Desk:
    """A desk over a store."""
    return Desk(path, "driven", **how)
