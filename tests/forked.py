"""The command `mashang` in processes of its own that are forked from one which has imported everything.

As separate as a new interpreter (memory, signals, exit code, files), without half a second of imports for each call.
What hangs on the start of an interpreter (PYTHON... variables, what is loaded when) is asked of a new one:
`tests.front_door.command` and `tests.cli.calls` start those.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Thread
from typing import IO, Self

from tests.style.sources import ROOT


@cache
def server() -> ForkServerContext:
    """The process from which others are forked; it ends with this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.imported"])
    return context


@dataclass(frozen=True)
class Call:
    """One call: its words, where it is made, and its whole environment."""

    line: tuple[str, ...]
    cwd: str
    environment: dict[str, str]
    before: Callable[[], None] | None


def _answer(call: Call, out: Connection, err: Connection) -> None:
    """Be the command, in the child."""
    for number, stream in ((1, out), (2, err)):
        os.dup2(stream.fileno(), number)
        stream.close()
    os.environ.clear()
    os.environ.update(call.environment)
    time.tzset()
    os.chdir(call.cwd)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.argv = [str(ROOT / "mashang.py"), *call.line]
    if call.before is not None:
        call.before()
    from mashang import main  # noqa: PLC0415 - the parent of this process has imported it, this test process need not

    try:
        main()
    finally:
        atexit._run_exitfuncs()  # multiprocessing leaves them out


class Forked:
    """A call under way, as subprocess.Popen shows it."""

    def __init__(
        self,
        line: tuple[str, ...],
        *,
        cwd: Path = ROOT,
        environment: Mapping[str, str],
        before: Callable[[], None] | None = None,
    ) -> None:
        """Begin; `before` is called in the child first, and must be a function of a module."""
        self.line = line
        call = Call(line, str(cwd), dict(environment), before)
        pipes = [os.pipe(), os.pipe()]
        ends = [Connection(theirs, readable=False) for _, theirs in pipes]
        self.process = server().Process(target=_answer, args=(call, *ends))
        self.process.start()
        for end in ends:
            end.close()
        self.stdout, self.stderr = (os.fdopen(ours, encoding="utf-8") for ours, _ in pipes)

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self.process.exitcode

    def poll(self) -> int | None:
        """As `returncode`."""
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """A signal."""
        if self.process.exitcode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """The polite signal."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """The other one."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended; subprocess.TimeoutExpired if it does not."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(self.line, timeout or 0.0)
        return self.process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it still says, until it has ended and nobody can say more."""
        said = ["", ""]

        def read(number: int, stream: IO[str]) -> None:
            said[number] = stream.read()

        readers = [Thread(target=read, args=each, daemon=True) for each in enumerate((self.stdout, self.stderr))]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join(timeout)
        self.close()
        return said[0], said[1]

    def close(self) -> None:
        """Listen no more."""
        self.stdout.close()
        self.stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        self.close()


def forked(
    *line: object,
    cwd: Path = ROOT,
    environment: Mapping[str, str],
    before: Callable[[], None] | None = None,
    timeout: float | None = 120,
) -> subprocess.CompletedProcess[str]:
    """One call to its end."""
    words = tuple(map(str, line))
    call = Forked(words, cwd=cwd, environment=environment, before=before)
    try:
        said = call.communicate(timeout)
    except subprocess.TimeoutExpired:
        call.kill()
        raise
    return subprocess.CompletedProcess(words, call.wait(), *said)
