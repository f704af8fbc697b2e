"""Targets of these tests: the reference deployment with a planted bug, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.style.sources import ROOT

SECRET = "MASHANG_SECRET"


@contextmanager
def deployed(folder: Path, bug: str = "") -> Iterator[str]:
    """The address of a deployment; its secret stands in the environment meanwhile."""
    command = [sys.executable, "-m", "loadtests.command_line.demo_target", "--db", str(folder / "a.db")]
    child = subprocess.Popen([*command, *(["--bug", bug] if bug else [])], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    before = os.environ.get(SECRET)
    try:
        assert child.stdout is not None
        ready = json.loads(child.stdout.readline())
        os.environ[SECRET] = Path(ready["secret"]).read_text(encoding="ascii").strip()
        yield ready["url"]
    finally:
        if before is None:
            os.environ.pop(SECRET, None)
        else:
            os.environ[SECRET] = before
        child.terminate()
        with child:
            child.wait(30)
