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
def live(bug: Bug | None) -> Iterator[Live]:
    """A fresh deployment with a driven clock; its secret stands in the environment meanwhile, as adapters want it."""
    with tempfile.TemporaryDirectory(prefix="live-", dir=room()) as folder:
        command = [sys.executable, "-m", "loadtests.command_line.demo_target", "--db", str(Path(folder) / "a.db")]
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*command, *(["--bug", bug.name] if bug is not None else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            if child.stdout is None or not (told := child.stdout.readline()):
                raise RuntimeError("the deployment did not start")
            ready = json.loads(told)
            secret = Path(ready["secret"]).read_text(encoding="ascii").strip()
            os.environ[SECRET] = secret
            yield Live(ready["url"], secret)
        finally:
            os.environ.pop(SECRET, None)
            child.terminate()
            try:
                child.wait(ENDING_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            if child.stdout is not None:
                child.stdout.close()
