"""Targets of these tests: the reference deployment with a planted bug, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loadtests.detection.live import started
from tests.style.sources import ROOT

SECRET = "MASHANG_SECRET"


@contextmanager
def deployed(folder: Path, bug: str = "") -> Iterator[str]:
    """The address of a deployment; its secret stands in the environment meanwhile."""
    before = os.environ.get(SECRET)
    with started(folder / "a.db", bug or None) as ready:
        os.environ[SECRET] = Path(ready["secret"]).read_text(encoding="ascii").strip()
        try:
            yield ready["url"]
        finally:
            if before is None:
                os.environ.pop(SECRET, None)
            else:
                os.environ[SECRET] = before


def replayed(out: Path, url: str) -> int:
    """Exit code of pytest over the file that was written."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(out),
        str(out / "finding"),
    ]
    environment = {**os.environ, "MASHANG_TARGET": url, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=out, env=environment, capture_output=True, check=False).returncode
