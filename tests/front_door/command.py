"""The command `mashang` as a person calls it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.forked import forked
from tests.style.sources import ROOT

NOTHING: Mapping[str, str] = MappingProxyType({})


def plain(cwd: Path, more: Mapping[str, str]) -> dict[str, str]:
    """An environment of UTF-8 and no language."""
    return {"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHONUTF8": "1", "COLUMNS": "80", **more}


def mashang(*line: str, cwd: Path = ROOT, environment: Mapping[str, str] = NOTHING) -> subprocess.CompletedProcess[str]:
    """Runs `mashang` with a line in a process of its own, forked from one that has imported everything."""
    return forked(*line, cwd=cwd, environment=plain(cwd, environment))


def mashang_anew(
    *line: str, cwd: Path = ROOT, environment: Mapping[str, str] = NOTHING
) -> subprocess.CompletedProcess[str]:
    """Runs it in a new interpreter, half a second slower: where the start of one is what is tested."""
    command = [sys.executable, str(ROOT / "mashang.py"), *line]
    return subprocess.run(
        command, cwd=cwd, env=plain(cwd, environment), capture_output=True, text=True, encoding="utf-8", check=False
    )
