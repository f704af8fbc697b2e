"""Which tests run which line, and how long each takes.

coverage.py looks on while every test runs once. What runs while modules are imported belongs to no test. What was seen
is kept in a folder beside, so that the next sitting, on this subject or another one, looks only at tests that are new
or whose file has changed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import digest

IMPORTING = ""
"""coverage.py's name for lines that no test runs."""
WARM_TESTS = 20
"""So many tests run in any case: they import and compile what a child would otherwise do for itself."""


class Reach:
    """Lines by test. `start` before the project is imported, then let `watch` run the tests."""

    def __init__(self, root: Path, folder: str, kept: Path) -> None:
        kept.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.cpu_s: dict[str, float] = {}
        self.failed: list[str] = []
        self._folder = folder
        self._kept = kept / "tests.json"
        self._lines: dict[str, dict[int, list[str]]] = {}
        self._seen = self._read()
        file = kept / "lines"
        if not self._seen:
            file.unlink(missing_ok=True)
        self._coverage = coverage.Coverage(data_file=str(file), config_file=False, include=[f"{root / folder}/*"])
        self._coverage.load()

    def _read(self) -> dict[str, tuple[str, float]]:
        if not self._kept.exists():
            return {}
        kept = json.loads(self._kept.read_text("utf-8"))
        current = kept["of"] == self._of_all()
        return {test: (of, cpu_s) for test, (of, cpu_s) in kept["tests"].items()} if current else {}

    def _of_all(self) -> str:
        """A digest of what every test may depend on: what is mutated, and files of tests that hold none."""
        files = sorted((self.root / self._folder).rglob("*.py"))
        files += sorted(each for each in (self.root / "tests").rglob("*.py") if not each.name.startswith("test_"))
        mutation = Path(__file__).parent
        texts = (each.read_text("utf-8") for each in files if each.parent != mutation)
        return digest("".join([str(self.root), *texts]))

    def start(self) -> None:
        """Look on from now on."""
        self._coverage.start()

    def watch(self, items: list[pytest.Item]) -> int:
        """Run the tests that were not seen before once, in their order; says how many."""
        files = {str(item.path): digest(item.path.read_text("utf-8")) for item in items}
        current = {item.nodeid: files[str(item.path)] for item in items}
        old = {test: cpu_s for test, (of, cpu_s) in self._seen.items() if current.get(test, of) == of}
        fresh = [item for number, item in enumerate(items) if number < WARM_TESTS or item.nodeid not in old]
        for item, after in zip(fresh, [*fresh[1:], None], strict=True):
            self._coverage.switch_context(item.nodeid)
            began_s = time.process_time()
            reports = runtestprotocol(item, log=False, nextitem=after)
            old[item.nodeid] = time.process_time() - began_s
            self.failed += [item.nodeid for each in reports if each.failed]
        self._coverage.stop()
        self.cpu_s = {item.nodeid: old[item.nodeid] for item in items}
        if not self.failed:
            self._coverage.save()
            self._seen |= {test: (of, self.cpu_s[test]) for test, of in current.items()}
            self._kept.write_text(json.dumps({"of": self._of_all(), "tests": self._seen}), "utf-8")
        return len(fresh)

    def _of(self, path: str) -> dict[int, list[str]]:
        if path not in self._lines:
            self._lines[path] = self._coverage.get_data().contexts_by_lineno(str(self.root / path))
        return self._lines[path]

    def tests(self, path: str, lines: Iterable[int]) -> set[str]:
        """The tests that run one of the lines."""
        of = self._of(path)
        return {test for line in lines for test in of.get(line, ()) if test in self.cpu_s}

    def at_import(self, path: str, lines: Iterable[int]) -> bool:
        """Whether one of the lines runs while modules are imported."""
        of = self._of(path)
        return any(IMPORTING in of.get(line, ()) for line in lines)
