"""A deployment with a planted bug in a process of its own, to which any tool can be sent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtests.bugs import Bug
from loadtests.detection.playing import room

ENDING_S = 20
SECRET = "MASHANG_SECRET"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Live:
    """Its address and the operator's secret."""

    url: str
    secret: str


@contextmanager
def started(database: Path, bug: str | None, errors: int | None = None) -> Iterator[dict[str, Any]]:
    """What a deployment in a process of its own tells when it is ready, empty if it does not start.

    It ends with the context, whatever ends that. `errors` is where its stderr goes, as subprocess has it.
    """
    command = [sys.executable, "-m", "loadtests.command_line.demo_target", "--db", str(database)]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [*command, *(["--bug", bug] if bug is not None else [])],
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,
    )
    try:
        assert child.stdout is not None  # noqa: S101 - it was asked for
        told = child.stdout.readline()
        yield json.loads(told) if told else {}
    finally:
        child.terminate()
        try:
            child.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


@contextmanager
def live(bug: Bug | None) -> Iterator[Live]:
    """A fresh deployment with a driven clock; its secret stands in the environment meanwhile, as adapters want it."""
    name = bug.name if bug is not None else None
    with (
        tempfile.TemporaryDirectory(prefix="live-", dir=room()) as folder,
        started(Path(folder) / "a.db", name, subprocess.DEVNULL) as ready,
    ):
        if not ready:
            raise RuntimeError("the deployment did not start")
        secret = Path(ready["secret"]).read_text(encoding="ascii").strip()
        os.environ[SECRET] = secret
        try:
            yield Live(ready["url"], secret)
        finally:
            os.environ.pop(SECRET, None)
