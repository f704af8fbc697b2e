"""`mashang zoo`: which oracle catches which planted bug, after how much, and how short the proof is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loadtests.zoo.oracles import ORACLES
from loadtests.zoo.replaying import History, history_from
from loadtests.zoo.table import RIGHT, Row, Sitting, engine_bugs, lived, rows_of, summary, verdicts
from sim.run_folder import revision
from wording import ExitCode, MashangError, Wording

SEEDS, COMMANDS = 10, 3_000
NAME_WIDTH = 38


def zoo(
    *,
    bug: list[str] | None,
    seeds: int | None,
    commands: int | None,
    shard: str | None,
    out: Path | None,
    as_json: bool,
    wording: Wording,
) -> int:
    """Make the table, or what is left of it; 1 if a bug got through, or if a right engine was accused."""
    known = engine_bugs()
    unknown = sorted(set(bug or ()) - known.keys())
    if unknown:
        raise MashangError(ExitCode.USAGE, "zoo.unknown_bug", bug=unknown[0], known=", ".join(sorted(known)))
    path = (out or Path("runs") / "zoo") / "zoo.jsonl"
    names = [RIGHT, *(bug or known)]
    sitting = Sitting(names, range(seeds or SEEDS), commands or COMMANDS, path, revision() or "-", _shard(shard))
    try:
        for row in sitting.rows():
            if not as_json:
                print(_line(row, wording), flush=True)
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "zoo.not_writable", file=path, reason=wrong.strerror or wrong) from wrong
    rows = [row for row in rows_of(path) if row.bug in names]
    said = summary(rows)
    if as_json:
        print(json.dumps(said, indent=1))
    else:
        print("\n".join(_summary(said, wording, path)))
    return ExitCode.FINE if said["caught_in_every_seed"] == said["bugs"] and not said["false_alarms"] else 1


def _shard(text: str | None) -> tuple[int, int]:
    if text is None:
        return 1, 1
    first, _, last = text.partition("/")
    if first.isdigit() and last.isdigit() and 1 <= int(first) <= int(last):
        return int(first), int(last)
    raise MashangError(ExitCode.USAGE, "zoo.bad_shard", shard=text)


def _line(row: Row, wording: Wording) -> str:
    name = wording.text("zoo.right") if row.bug == RIGHT else row.bug
    found = [
        f"{wording.text(f'zoo.oracle.{oracle}')} {each.commands} {each.name}" if each is not None else "-"
        for oracle, each in ((oracle, row.catches.get(oracle)) for oracle in ORACLES)
    ]
    length = wording.text("zoo.shrunk", n=row.shrunk) if row.shrunk is not None else ""
    return f"{name:{NAME_WIDTH}} {row.seed:2}  {'  '.join(found)}  {length}".rstrip()


def _summary(said: dict[str, Any], wording: Wording, path: Path) -> Iterator[str]:
    yield wording.text("zoo.caught", caught=said["caught_in_every_seed"], bugs=said["bugs"])
    for oracle, count in said["caught_in_every_seed_by"].items():
        yield wording.text("zoo.caught_by", oracle=wording.text(f"zoo.oracle.{oracle}"), caught=count)
    if said["median_shrunk"] is not None:
        yield wording.text("zoo.median", n=f"{said['median_shrunk']:g}")
    yield wording.text("zoo.alarms", alarms=said["false_alarms"], commands=f"{said['right_commands']:,}")
    yield wording.text("zoo.where", file=path)


def replay_history(*, path: Path, as_json: bool, wording: Wording) -> int:
    """Run a history of commands on an engine, with its planted bug if it names one, and say what each oracle says."""
    history: History = history_from(path)
    life = lived(history.bug or RIGHT, history.operations)
    found = dict(verdicts(life))
    if as_json:
        said = {name: each and {"commands": each.commands, "name": each.name, "detail": each.detail}
                for name, each in found.items()}  # fmt: skip
        print(json.dumps({"bug": history.bug, "operations": len(history.operations), "found": said}, indent=1))
    else:
        for answer in life.answers:
            print(f"{answer.operation.at_s:>9} {answer.operation.actor:18} {answer.operation.type:36} {answer.status}")
        for name, each in found.items():
            shown = wording.text("zoo.nothing") if each is None else f"{each.commands} {each.name}: {each.detail}"
            print(f"{wording.text(f'zoo.oracle.{name}')}  {shown}", file=sys.stdout)
    return ExitCode.FINDINGS if any(found.values()) else ExitCode.FINE
