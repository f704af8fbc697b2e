"""A whole property test, from what somebody wants to the files of what was found."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import Policy
from loadtests.generator.door import reach
from loadtests.generator.settings import Settings
from loadtests.generator.working import adapter_in
from loadtests.property.finding import Told, write_finding
from loadtests.property.result import plain
from loadtests.property.searching import Effort, Search
from loadtests.property.target import Target, guard_of, run_id, target_of
from wording import ExitCode, MashangError

RESULT, FINDING = "property.json", "finding"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An adapter file or a shipped one by name, settings of the generator, changes of the policy, where to write."""

    adapter: str
    settings: Mapping[str, Any]
    policy: Path | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A target that takes connections, and a folder that is empty."""

    wanted: Wanted
    target: Target
    changes: dict[str, Any] | None
    folder: Path
    url: str


def made_ready(wanted: Wanted, only: str = "") -> Ready:
    """Raises MashangError for whatever is not there or not allowed; `only`: one subject or one type of commands."""
    settings = Settings.read({"adapter": wanted.adapter, "run_id": run_id(), **wanted.settings})
    changes = changes_of(wanted.policy)
    guard = guard_of(settings)
    target = target_of(adapter_in(settings), guard, changes, only)
    folder = folder_for(wanted.out)
    reach(guard.door.to)
    folder.mkdir(parents=True, exist_ok=True)
    return Ready(wanted, target, changes, folder, guard.door.to.url)


def tested(ready: Ready, effort: Effort) -> dict[str, Any]:
    """The result as plain values, which stands in the folder after each example, with the files of what was found."""
    target = ready.target
    search = Search(target.player, target.leading)

    def keep() -> None:
        text = json.dumps(plain(target, search, effort), ensure_ascii=False, indent=1)
        (ready.folder / RESULT).write_text(f"{text}\n", encoding="utf-8")

    search.after = keep
    with terminated_as_interrupted():
        search.run(effort)
    keep()
    if search.found is not None:
        told = Told(ready.wanted.adapter, ready.changes, search.script)
        made = target.adapter, target.town, bool(target.player.driven)
        write_finding(ready.folder / FINDING, told, search.found, made)
    return plain(target, search, effort)


def changes_of(file: Path | None) -> dict[str, Any] | None:
    """The changes of the policy that a JSON file names by path; raises MashangError."""
    if file is None:
        return None
    try:
        found = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as wrong:
        raise MashangError(ExitCode.USAGE, "serve.no_policy", file=file) from wrong
    try:
        Policy().changed(found)
    except (ValueError, TypeError) as wrong:
        reason = str(wrong).splitlines()[0]
        raise MashangError(ExitCode.CONTENT, "serve.bad_policy", file=file, reason=reason) from wrong
    return found


def folder_for(out: Path | None) -> Path:
    """Where results go: a new folder, or an empty one."""
    folder = out if out is not None else Path("runs") / time.strftime("property-%Y%m%dT%H%M%SZ", time.gmtime())
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise MashangError(ExitCode.USAGE, "load.property.out_not_empty", folder=folder)
    return folder


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Whoever ends the process orderly is treated as one who presses Ctrl-C; threads have no say in signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
