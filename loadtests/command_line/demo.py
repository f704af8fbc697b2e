"""`mashang load demo`: target, load, audit and report in one command. Exits 0 clean, 1 violations."""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wording import ExitCode, MashangError, Wording

SCENARIO, SCALE = "kangbashi_2022", 0.02
HUNTED, RATE, SEED = 300, 60.0, 1


def demo(*, bug: str | None, seed: int | None, out: Path | None, wording: Wording) -> int:
    """Start a deployment, send a simulated peak hour, or with `bug` a hunt, and say where audit and report are."""
    from loadtests.bugs import BUGS

    if bug is not None and bug not in BUGS:
        raise MashangError(ExitCode.USAGE, "load.demo.no_bug", bug=bug, names=", ".join(sorted(BUGS)))
    folder = out if out is not None else Path("runs") / time.strftime("demo-%Y%m%dT%H%M%SZ", time.gmtime())
    if folder.exists() and any(folder.iterdir()):
        raise MashangError(ExitCode.USAGE, "load.demo.out_not_empty", folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    if bug is not None:
        print(wording.text("load.demo.planted", bug=bug, sentence=BUGS[bug].sentence))
    _planned(folder / "plan", bug, SEED if seed is None else seed, wording)
    with tempfile.TemporaryDirectory(prefix="mashang-demo-") as room, _target(Path(room), bug) as ready:
        _sent(folder, ready, wording)
    return _judged(folder / "run", wording)


def _planned(folder: Path, bug: str | None, seed: int, wording: Wording) -> None:
    from loadtests.command_line.plan import plan

    hunts = {"source": None, "peak": False, "profile": "hunt", "ops": HUNTED, "scale": None}
    lives = {"source": SCENARIO, "peak": True, "profile": None, "ops": None, "scale": SCALE}
    given: dict[str, Any] = hunts if bug is not None else lives
    rest: dict[str, Any] = {"day": None, "hours": None, "speed": None, "adapter": None, "as_json": False}
    plan(rate=RATE, seed=seed, out=folder, wording=wording, **rest, **given)


@contextmanager
def _target(room: Path, bug: str | None) -> Iterator[dict[str, Any]]:
    """A deployment in a process of its own, which ends with the context, whatever ends that."""
    from loadtests.detection.live import started

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends this, the target ends, too
    try:
        with started(room / "demo.db", bug) as ready:
            if not ready:
                raise MashangError(ExitCode.BROKEN, "load.demo.no_target")
            yield ready
    finally:
        signal.signal(signal.SIGTERM, before)


def _sent(folder: Path, ready: dict[str, Any], wording: Wording) -> None:
    """Send the plan; a generator that was late is no reason against an audit."""
    from loadtests.command_line.load_run import run

    rest: dict[str, Any] = dict.fromkeys(
        ("adapter", "processes", "speed", "rate", "max_ops", "max_seconds", "allow_host")
    )
    try:
        run(
            plan=folder / "plan",
            target=ready["url"],
            transport=None,
            more=[f"secret_file={ready['secret']}"],
            out=folder / "run",
            as_json=False,
            wording=wording,
            **rest,
        )
    except MashangError as wrong:
        if wrong.exit_code != ExitCode.INVALID_LOAD:
            raise
        print(wording.text("load.demo.late"))


def _judged(run: Path, wording: Wording) -> int:
    from loadtests.command_line.audit import audit
    from loadtests.command_line.report import report

    found = audit(run=run, adapter=None, out=None, no_replay=False, as_json=False, wording=wording)
    report(run=run, gates=None, baseline=None, adapter=None, faults=None, out=None, as_json=False, wording=wording)
    return found
