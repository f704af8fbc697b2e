"""The command `mashang` as a person calls it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.style.sources import ROOT


def mashang(
    *line: str, cwd: Path = ROOT, environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """Runs `mashang` with a line in a new process, in a plain environment of UTF-8 and no language."""
    plain = {"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHONUTF8": "1", "COLUMNS": "80", **environment}
    command = [sys.executable, str(ROOT / "mashang.py"), *line]
    return subprocess.run(command, cwd=cwd, env=plain, capture_output=True, text=True, encoding="utf-8", check=False)
