"""Histories of commands as data: what the zoo writes, and `mashang replay` reads again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtests.bugs import BUGS
from loadtests.operations import Operation
from wording import ExitCode, MashangError

FORMAT = "history of commands"
LONGEST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class History:
    """Operations after the town of hunts, and the planted bug that they show; no bug: a right engine."""

    bug: str
    operations: list[Operation]


def write_history(path: Path, bug: str, operations: Sequence[Operation]) -> None:
    """A history as a JSON file."""
    said: dict[str, Any] = {"mashang": FORMAT, "version": 1, "bug": bug}
    said["operations"] = [json.loads(each.line()) for each in operations]
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def history_from(path: Path) -> History:
    """A history from its file. Raises MashangError for anything else."""
    try:
        if path.stat().st_size > LONGEST_BYTES:
            raise MashangError(ExitCode.USAGE, "zoo.not_a_history", file=path)
        said = json.loads(path.read_text("utf-8"))
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "log.not_readable", file=path, reason=wrong.strerror or wrong) from wrong
    except (ValueError, RecursionError) as wrong:
        raise MashangError(ExitCode.USAGE, "zoo.not_a_history", file=path) from wrong
    if not isinstance(said, dict) or said.get("mashang") != FORMAT or said.get("version") != 1:
        raise MashangError(ExitCode.USAGE, "zoo.not_a_history", file=path)
    bug = said.get("bug", "")
    if bug and bug not in BUGS:
        raise MashangError(ExitCode.USAGE, "zoo.unknown_bug", bug=bug, known=", ".join(sorted(BUGS)))
    try:
        operations = [_operation(each) for each in said["operations"]]
    except (TypeError, KeyError, ValueError) as wrong:
        raise MashangError(ExitCode.USAGE, "zoo.not_a_history", file=path) from wrong
    return History(bug, operations)


def _operation(said: dict[str, Any]) -> Operation:
    found = Operation(**said)
    texts = (found.type, found.actor, found.key, found.shard, found.intent)
    if not all(isinstance(each, str) for each in texts) or not isinstance(found.data, dict):
        raise TypeError(found)
    if type(found.n) is not int or not (found.at_s is None or type(found.at_s) is int):
        raise TypeError(found)
    return found
