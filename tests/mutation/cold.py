"""Mutants of code that runs while modules are imported: a fresh process imports the wrong text from the start.

A body exchanged later would never run there, and its mutant would look as if it had survived. Called as a module by the
sitting, with a JSON object on standard input; its exit code says the verdict: 0 survived, anything else killed.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

from tests.mutation.mutants import Function, Mutant
from tests.mutation.trial import KILLED, SURVIVED, TIMED_OUT, Verdict

CPU_S = 20
"""Limit of CPU time of a whole trial, which imports everything first."""


class Loader(importlib.machinery.SourceFileLoader):
    """Loads one module from another text than its file's."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> CodeType | None:
        """Never from a cache: the file beside is the right one."""
        return self.source_to_code(self.text.encode(), self.path)


class Finder(importlib.abc.MetaPathFinder):
    """Stands before Python's own finders and knows one module."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spoilt module, or nothing, so that the others look on."""
        if fullname != self.loader.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.loader.path, loader=self.loader)


def spoilt(text: str, function: Function, mutant: Mutant) -> str:
    """The text of a file with the wrong version of one function."""
    lines = text.splitlines(keepends=True)
    first, after = function.place.start - 1, function.place.stop - 1
    return "".join([*lines[:first], mutant.text.rstrip("\n"), "\n", *lines[after:]])


def attempt_cold(root: Path, function: Function, mutant: Mutant, tests: Sequence[str]) -> Verdict:
    """Try a mutant in a process of its own."""
    name = function.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    text = spoilt((root / function.path).read_text("utf-8"), function, mutant)
    asked = {"name": name, "path": str(root / function.path), "text": text, "tests": list(tests)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    line = [sys.executable, "-m", "tests.mutation.cold"]
    done = subprocess.run(line, input=json.dumps(asked).encode(), capture_output=True, cwd=root, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    letter = {0: SURVIVED, -9: TIMED_OUT, -24: TIMED_OUT}.get(done.returncode, KILLED)
    return Verdict(letter, "", spent_s)


def main() -> int:
    """In the child: import the wrong text, run the tests until the first failure."""
    asked = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    sys.meta_path.insert(0, Finder(Loader(asked["name"], asked["path"], asked["text"])))
    import pytest  # noqa: PLC0415 - the finder comes first

    return int(pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-m", "not slow", *asked["tests"]]))


if __name__ == "__main__":
    os.environ["MASHANG_HYPOTHESIS"] = "dev"
    sys.exit(main())
