"""`mashang check` against the engine: lines a second of the log that an engine run exports, and memory by facts.

    python benchmarks/check.py [--commands N] [--persons N] [--rounds R] [--facts N ...] [--json]

speed     the mix of `benchmarks/engine.py` with its journal, exported as events with lots and postings; then the check
          of that file, ids as they are. CPU seconds of each, in the same run. Wanted: at least half as fast.
memory    a log made line by line: every event an award for a fact of its own under a key of its own, 4,500 a day, by
          20,000 people; nothing of it is live after a year but what must stay unique for ever. Each size is a process
          of its own; told is what it grew beyond the same log with half the lines, by facts. The log is not in
          memory, and its ids are somebody else's (long texts).
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.mixes.engine_mix import DAY_COMMANDS, DAY_S, START, envelopes, town
from engine import Envelope, Outcome
from engine.export import Export
from engine.foreign import Checker, Line, Terms, Verdict, entries, lines
from engine.policy import Policy

FACTS = (1_000_000, 10_000_000)
PEOPLE = 20_000
REQUIRED_SHARE = 0.5
MOST_BYTES = 16
KIB = 1_024


class Listener:
    """Writes what an engine does as an export."""

    def __init__(self, district: Any, path: Path) -> None:
        """An empty file."""
        self._export = Export(district)
        self._file = path.open("w", encoding="utf-8")

    def observe(self, outcome: Outcome) -> None:
        """The lines of one record."""
        self._file.writelines(f"{line}\n" for line in self._export.lines(outcome))

    def close(self) -> None:
        """Write what is left."""
        self._file.close()


def exported(given: list[Envelope], persons: int, path: Path) -> None:
    """The lines of a whole town and its commands."""
    engine = town(0)
    engine = _listened(engine.district.policy, persons, path, given)
    assert engine.seq


def _listened(policy: Policy, persons: int, path: Path, given: list[Envelope]) -> Any:
    """An engine whose set-up is exported, too: the town's commands once more, with a listener."""
    from benchmarks.mixes import engine_mix  # noqa: PLC0415 - its maker of engines is replaced for this once

    made: list[Any] = []
    right = engine_mix.new_engine

    def with_listener(**options: Any) -> Any:
        engine = right(policy, **options)
        made.append(Listener(engine.district, path))
        engine.observers.append(made[0])
        return engine

    engine_mix.new_engine = with_listener
    try:
        engine = engine_mix.town(persons)
    finally:
        engine_mix.new_engine = right
    for by in given:
        engine.execute(by)
    made[0].close()
    return engine


def speed(commands: int, persons: int, rounds: int) -> dict[str, Any]:
    """Commands a second of the engine, lines a second of the check, and the ratio, median of the rounds."""
    given = envelopes(commands, persons, 1)
    found: dict[str, list[float]] = {"engine": [], "check": [], "share": []}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "events.jsonl"
        exported(given, persons, log)
        for round_ in range(rounds):
            engine = town(persons, Path(folder) / f"journal-{round_}.gz")
            spent = _spent(lambda engine=engine: _execute(engine, given))  # type: ignore[misc]
            del engine
            verdicts: list[Verdict] = []
            checked = _spent(lambda: verdicts.append(_check(log)))  # noqa: B023 - called at once
            assert not verdicts[0].counts, verdicts[0].found[0]
            assert verdicts[0].level == "E3"
            found["engine"].append(len(given) / spent)
            found["check"].append(verdicts[0].lines / checked)
            found["share"].append(found["check"][-1] / found["engine"][-1])
    told = {name: round(statistics.median(values), 3) for name, values in found.items()}
    return {"commands": commands, "lines": verdicts[0].lines, **told}


def _execute(engine: Any, given: list[Envelope]) -> None:
    for by in given:
        engine.execute(by)
    engine.chain.close()


def _check(log: Path) -> Verdict:
    with log.open("rb") as source:
        return Checker(Policy(), Terms(own_ids=True)).check(entries(lines(source)))


def _spent(work: Any) -> float:
    """CPU seconds of the process, all threads."""
    gc.collect()
    gc.freeze()
    gc.disable()
    began = time.process_time()
    work()
    spent = time.process_time() - began
    gc.enable()
    gc.unfreeze()
    return spent


def awards(count: int) -> Iterator[Line]:
    """That many lines of a system that gives points for facts, in its own ids."""
    for n in range(count):
        at = START + n * DAY_S // DAY_COMMANDS
        names = f'"award":"A-{n:012}","evidence":"act_{n:012}","person":"P{n % PEOPLE:06}"'
        data = f'{{{names},"points":5,"rule":"service_moral"}}'
        text = (
            f'{{"actor":"system:points","at":{at},"data":{data},"key":"request-{n:012}",'
            f'"seq":{n + 1},"type":"points.award_granted"}}'
        )
        yield Line(n + 1, text.encode())


def peak_kib(count: int) -> int:
    """Peak memory of this process after checking that many awards."""
    policy = Policy().changed({"points.rules.service_moral.daily_cap": 0, "points.moral_daily_cap": 0})
    gc.disable()
    verdict = Checker(policy, Terms(profile="ref_unique")).check(entries(awards(count)))
    gc.enable()
    assert verdict.events == count
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def memory(counts: list[int]) -> list[dict[str, int]]:
    """For each size its peak, and bytes a fact beyond a log of a tenth."""
    found = []
    for count in counts:
        small, whole = (_in_a_process(each) for each in (count // 2, count))
        found.append({"facts": count, "peak_kib": whole, "bytes_a_fact": (whole - small) * KIB // (count - count // 2)})
    return found


def _in_a_process(count: int) -> int:
    line = [sys.executable, __file__, "--peak-of", str(count)]
    return int(subprocess.run(line, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - this file


def main() -> int:
    """1 if the full size was measured and the check was less than half as fast as the engine, else 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--commands", type=int, default=200_000)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--facts", type=int, nargs="*", default=list(FACTS[:1]))
    parser.add_argument("--peak-of", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.peak_of is not None:
        print(peak_kib(options.peak_of))
        return 0
    told = {"speed": speed(options.commands, options.persons, options.rounds), "memory": memory(options.facts)}
    if options.json:
        print(json.dumps(told, indent=1))
    else:
        each = told["speed"]
        print(f"engine {each['engine']:,.0f} commands/s, check {each['check']:,.0f} lines/s: {each['share']:.2f} of it")
        for row in told["memory"]:
            print(f"{row['facts']:,} facts: peak {row['peak_kib']:,} KiB, {row['bytes_a_fact']} bytes a fact more")
    return int(told["speed"]["share"] < REQUIRED_SHARE)


if __name__ == "__main__":
    sys.exit(main())
