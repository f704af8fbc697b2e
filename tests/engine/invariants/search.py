"""Random lives of an engine with a fault, until the invariant that it breaks says so.

Lives differ a lot in how soon they meet a fault. `tests/broken/seeds.json` notes a life that meets it soon, where the
search begins; a note that has become wrong costs time, no verdict. `python -m tests.engine.invariants.search` looks for
soon lives again, a few minutes long, and writes the notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine import new_engine, seeded_salt
from engine.invariants import Violation, attach
from tests.broken.channels import CHANNELS
from tests.broken.epidemic import EPIDEMIC
from tests.broken.faults import Fault, installed
from tests.broken.market import MARKET
from tests.broken.people import PEOPLE
from tests.broken.value import VALUE
from tests.engine.invariants.life import Life, lively

FAULTS = (*VALUE, *MARKET, *CHANNELS, *PEOPLE, *EPIDEMIC)
SEEDS = 40
TRIED = 10  # lives that are compared for a note
COMMANDS = 2_000
BATCH = 50
NOTES = Path(__file__).resolve().parents[2] / "broken" / "seeds.json"


@dataclass
class Found:
    """Violations of one history, the first of each invariant; a state this wrong may then fail anywhere."""

    given: int = 0
    first: dict[str, Violation] = field(default_factory=dict)

    def note(self, violation: Violation) -> None:
        """One more."""
        self.first.setdefault(violation.id, violation)


def title(fault: Fault) -> str:
    """What a fault is called in the notes and in names of tests."""
    return f"{fault.breaks}: {fault.name}"


def notes() -> dict[str, int]:
    """By title the seed of a life that meets the fault soon."""
    found: dict[str, int] = json.loads(NOTES.read_text("utf-8"))
    return found


def search(fault: Fault) -> Violation | None:
    """The violation that a fault leads to, in the first life that shows it."""
    noted = notes().get(title(fault), 0)
    for seed in sorted(range(SEEDS), key=lambda seed: seed != noted):
        found = life_with(fault, seed)
        if fault.breaks in found.first:
            return found.first[fault.breaks]
    return None


def life_with(fault: Fault, seed: int) -> Found:
    """One life, as far as the violation."""
    with installed(fault):
        return _life(seed, fault.breaks)


def _life(seed: int, wanted: str) -> Found:
    found = Found()
    engine = new_engine(lively(), salt=seeded_salt(seed))
    watchers = attach(engine, found.note)
    life = Life(seed, engine)
    try:
        while life.given < COMMANDS and wanted not in found.first:
            life.live(BATCH)
        if wanted not in found.first:
            life.rest(100)
            watchers.whole()
    except (LookupError, AssertionError, ValueError, TypeError):  # of a town that no right engine leaves behind
        if wanted not in found.first:
            raise
    found.given = life.given
    return found


def soonest(fault: Fault) -> Iterator[tuple[int, int]]:
    """Commands and seed of lives that show the fault."""
    for seed in range(SEEDS):
        try:
            found = life_with(fault, seed)
        except (LookupError, AssertionError, ValueError, TypeError):
            continue
        if fault.breaks in found.first:
            yield found.given, seed
            if seed >= TRIED or found.given <= BATCH:
                return


if __name__ == "__main__":
    soon = {title(each): min(soonest(each), default=(0, 0))[1] for each in FAULTS}
    NOTES.write_text(json.dumps(soon, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
