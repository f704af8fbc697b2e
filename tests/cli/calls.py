"""The command `mashang` as a child process, for tests that need it whole; no answer may hold a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import mashang as front_door
from tests.forked import Forked, forked
from tests.style.sources import ROOT

TOWN = ("--scale", "0.005")
PATIENCE_S = 120


def command(*line: object) -> list[str]:
    """The words of a call."""
    return [sys.executable, str(ROOT / "mashang.py"), *map(str, line)]


def environment(**more: str) -> dict[str, str]:
    """A plain environment of UTF-8 and no language."""
    return {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "COLUMNS": "100", **more}


def mashang(*line: object, cwd: Path = ROOT, before: Callable[[], None] | None = None, **more: str) -> Any:
    """Call and wait, in a forked process; `before` is called first in the child, `more` are variables."""
    done = forked(*line, cwd=cwd, environment=environment(**more), before=before, timeout=PATIENCE_S)
    sound(done.stderr)
    return done


def mashang_anew(*line: object, **more: str) -> Any:
    """Call and wait, in a new interpreter."""
    done = subprocess.run(
        command(*line),
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
    )
    sound(done.stderr)
    return done


def begun(*line: object) -> Forked:
    """A call that goes on, in a forked process."""
    return Forked(tuple(map(str, line)), environment=environment())


def begun_anew(*line: object) -> subprocess.Popen[str]:
    """A call that goes on, in a new interpreter."""
    return subprocess.Popen(
        command(*line), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def read_until(process: subprocess.Popen[str] | Forked, word: str) -> list[str]:
    """Lines of a process's talk, up to the first one that holds a word."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if word in line:
            return lines
    raise AssertionError(f"{word} was never said: {lines}")


def sound(talk: str) -> None:
    """No traceback, no warning of Python."""
    assert "Traceback" not in talk, talk
    assert "Warning:" not in talk, talk


def sentence(done: Any, code: int) -> str:
    """The one line of a refused call."""
    assert done.returncode == code, done.stderr
    lines: list[str] = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 1, done.stderr
    return lines[0]


def lines_of(path: Path) -> list[str]:
    """Whole records of a journal, as far as it goes: gzip member after member."""
    left, text = path.read_bytes(), b""
    while left:
        member = zlib.decompressobj(31)
        text += member.decompress(left)
        left = member.unused_data
    return [line for line in text.decode().split("\n")[:-1] if '"envelope"' in line]


def children(pid: int) -> list[int]:
    """Processes that a process has started and theirs, those that have ended left out (Linux)."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, listed.read_text("ascii").split()):
            found += [child, *children(child)]
    return [each for each in found if alive(each)]


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@dataclass(frozen=True)
class Answer:
    """What a call gave."""

    returncode: int
    stdout: str
    stderr: str


def answered(capsys: pytest.CaptureFixture[str], *line: object) -> Answer:
    """The same call in this process, half a second quicker: for refusals, which start nothing."""
    code = front_door.answer([str(word) for word in line])
    said = capsys.readouterr()
    sound(said.err)
    return Answer(code, said.out, said.err)


def ended(pid: int) -> bool:
    """Whether a process ends, given a while: the standard library's tracker outlives its parent by a moment."""
    for _ in range(10 * PATIENCE_S):
        if not alive(pid):
            return True
        time.sleep(0.1)
    return False
