"""What is mutated together, and which tests are asked about it.

A mutant meets the tests of its subject, the tables of precedence and the acceptance tests; code that all subjects stand
on (rows, kernel, policy) meets the tests of all. Of these it meets those that run its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Subject:
    """Files or folders that are mutated, and files or folders of tests."""

    name: str
    paths: tuple[str, ...]
    tests: tuple[str, ...]

    def files(self, root: Path) -> Iterator[str]:
        """The Python files of the subject, relative to `root`."""
        for path in self.paths:
            found = [root / path] if path.endswith(".py") else sorted((root / path).rglob("*.py"))
            yield from (str(each.relative_to(root)) for each in found)


FOLDERS = (
    "points", "payments", "participation", "reporting", "binding", "marketplace", "grid", "epidemic", "kernel",
    "administration",
)  # fmt: skip
PRECEDENCE = (
    "tests/engine/points/test_precedence.py",
    "tests/engine/payments/test_precedence.py",
    "tests/engine/payments/test_channel_precedence.py",
    "tests/engine/participation/test_precedence.py",
    "tests/engine/participation/test_gathering_precedence.py",
    "tests/engine/reporting/test_precedence.py",
    "tests/engine/reporting/test_voice_precedence.py",
    "tests/engine/binding/test_precedence.py",
    "tests/engine/marketplace/test_precedence.py",
    "tests/engine/grid/test_precedence.py",
    "tests/engine/epidemic/test_precedence.py",
)
ALL = (
    *(f"tests/engine/{name}" for name in FOLDERS),
    "tests/acceptance",
    "tests/golden",
    "tests/engine/test_contract.py",
)
MERGING = ("tests/engine/binding", "tests/engine/points", "tests/engine/participation")
INVARIANTS = ("tests/engine/invariants", "tests/acceptance")


def _rules(name: str, *more: str) -> Subject:
    """A folder of rules; `more` are the tests of those that call it."""
    own = (f"tests/engine/{name}", *more)
    others = tuple(each for each in PRECEDENCE if each.rpartition("/")[0] not in own)
    return Subject(name, (f"engine/{name}",), (*own, *others))


SUBJECTS = {
    each.name: each
    for each in (
        _rules("points", "tests/engine/payments", "tests/engine/participation", "tests/engine/reporting"),
        _rules("payments", "tests/engine/marketplace"),
        _rules("participation"),
        _rules("reporting"),
        _rules("binding"),
        Subject("merging", ("engine/merging",), MERGING),
        _rules("marketplace"),
        _rules("grid"),
        _rules("epidemic"),
        Subject("district", ("engine/district",), ALL),
        Subject("kernel", ("engine/kernel",), ALL),
        Subject("invariants", ("engine/invariants",), INVARIANTS),
        Subject("foreign", ("engine/foreign",), ("tests/engine/foreign",)),
        Subject("views", ("engine/views",), ALL),
        Subject("policy", ("engine/policy",), ALL),
        Subject(
            "whole",
            ("engine/administration.py", "engine/calendar.py", "engine/contract.py", "engine/export.py",
             "engine/replay.py", "engine/catalogue.py", "engine/__init__.py"),
            ALL,
        ),
    )
}  # fmt: skip
