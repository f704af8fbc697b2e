"""What watching costs: microseconds a command without and with all invariants, in one run.

    python benchmarks/invariants.py [--commands N] [--rounds R] [--json]

Commands that a simulated year is made of, each kind in a row on a town of 2,000 dwellings and as many persons as
commands, so that every one of them meets rows that were not touched just before. CPU seconds of this thread in batches
of 200 commands; the figure is the tenth percentile of the batches, the smallest of the rounds: what the work itself
costs, with as little of the machine's other business as can be. Nights are part of it only where days turn.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import Engine, Envelope, new_engine, seeded_salt
from engine.binding.bindings import ScanBind
from engine.binding.places import AddDwelling, IssueQr
from engine.invariants import attach
from engine.kernel.units import DAY_S
from engine.participation.questionnaires import DraftQuestionnaire, OpenQuestionnaire
from engine.participation.responses import SubmitResponse
from engine.participation.votes import CastBallot, DraftVote, OpenVote
from engine.payments.purchases import PayPurchase
from engine.points.awards import GrantAward
from tests.towns import Town, small_town

BATCH = 200
DWELLINGS = 2_000
SHEET = (1, 2, 3, 1, 2, 3, 1, 2, 3, 1)
Kind = tuple[str, list[Envelope]]


def kinds(town: Town, commands: int) -> Iterator[Kind]:
    """Each kind of command with its envelopes; the next one is asked for when the last was carried out."""
    people = [f"per_x{number}" for number in range(commands)]
    homes = [number % DWELLINGS for number in range(commands)]
    codes = []
    for number in range(DWELLINGS):
        town.must(AddDwelling(f"dwl_x{number}", "bld_1"))
        codes.append(town.must(IssueQr(f"dwl_x{number}")).events[0].qr)  # type: ignore[attr-defined]

    def given(name: str, say: object) -> Kind:
        at = town.clock = town.engine.district.at
        made = [say(number, person) for number, person in enumerate(people)]  # type: ignore[operator]
        return name, [
            Envelope(f"{name}-{number}", *actor, at + number // 50, command)
            for number, (actor, command) in enumerate(made)
        ]

    yield given(
        "bind", lambda i, per: (("resident", per), ScanBind(per, codes[homes[i]], f"dwl_x{homes[i]}", "visitor"))
    )
    yield given(
        "purchase", lambda i, per: (("resident", per), PayPurchase(per, "mer_1", "wechat", 1_000 + i % 99, 0, 0))
    )
    yield given("award", lambda i, per: (("officer", "off"), GrantAward(per, "report", f"ev_{i:08d}")))
    town.clock = town.engine.district.at
    town.must(DraftQuestionnaire(len(SHEET), 8, town.clock + 10 * DAY_S, rewarded=True))
    town.must(OpenQuestionnaire("qst_00000001"))
    yield given("response", lambda _i, per: (("resident", per), SubmitResponse(per, "qst_00000001", SHEET, 60)))
    town.clock = town.engine.district.at
    town.must(DraftVote(3, 1, "person", town.clock + 10 * DAY_S, 0))
    town.must(OpenVote("vot_00000001"))
    yield given("ballot", lambda i, per: (("resident", per), CastBallot(per, "vot_00000001", (i % 3,))))
    yield given("redemption", lambda _i, per: (("resident", per), PayPurchase(per, "mer_1", "wechat", 1_000, 0, 2)))


def timed(engine: Engine, envelopes: list[Envelope]) -> float:
    """Microseconds a command."""
    batches = []
    for first in range(0, len(envelopes), BATCH):
        batch = envelopes[first : first + BATCH]
        began = time.thread_time()
        refused = sum(engine.execute(each).code is not None for each in batch)
        batches.append((time.thread_time() - began) / len(batch) * 1e6)
        assert not refused, f"{refused} commands were refused: this measures something else"
    return sorted(batches)[len(batches) // 10]


def measured(commands: int, *, watched: bool) -> dict[str, float]:
    """Microseconds a command of each kind, on a fresh town."""
    engine = new_engine(salt=seeded_salt(1))
    if watched:
        attach(engine)
    town = small_town(engine)
    gc.collect()
    gc.disable()
    found = {name: timed(engine, envelopes) for name, envelopes in kinds(town, commands)}
    gc.enable()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--commands", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rounds = [
        (measured(options.commands, watched=False), measured(options.commands, watched=True))
        for _ in range(options.rounds)
    ]
    best = {name: [min(each[place][name] for each in rounds) for place in (0, 1)] for name in rounds[0][0]}
    if options.json:
        print(json.dumps({name: {"without_us": a, "with_us": b} for name, (a, b) in best.items()}, indent=1))
        return
    for name, (without, watching) in best.items():
        print(f"{name:<11}{without:7.2f} us {watching:7.2f} us  watching {watching - without:5.2f} us")


if __name__ == "__main__":
    main()
