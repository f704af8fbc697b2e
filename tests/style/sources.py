"""The files of the project, and what a finding about one of them looks like."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
PRODUCT = ("engine", "sim", "loadtests", "wording", "mashang.py", "mashang_load.py", "mashang_doctor.py")
NOT_OURS = ("sim/report/vendor", "tests/sim/simpy_suite")
"""Other people's code, kept as it came: the chart library, and SimPy's own test suite."""


@dataclass(frozen=True, order=True)
class Finding:
    """A breach of a style rule: where, what, and what to do instead."""

    path: str
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        """The line that a failing test prints."""
        return f"{self.path}:{self.line}: {self.what}; instead: {self.instead}"


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root of the project, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return parsed(self.text)

    def finding(self, node: ast.AST | int, what: str, instead: str) -> Finding:
        """A finding at a node or a line."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return Finding(self.path, line, what, instead)


@cache
def parsed(text: str) -> ast.Module:
    """The tree of a text; several rules look at the same file."""
    return ast.parse(text)


@cache
def project_files() -> tuple[str, ...]:
    """Every file that is or would be committed, from the root of the project; without git, every file there is."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else _walked()
    return tuple(sorted(name for name in names if name and (ROOT / name).is_file()))


def _walked() -> Iterator[str]:
    for path in ROOT.rglob("*"):
        name = path.relative_to(ROOT)
        if not any(part.startswith(".") or part == "__pycache__" for part in name.parts[:-1]):
            yield str(PurePosixPath(name))


def inside(path: str, *folders: str) -> bool:
    """Whether a path is one of the folders or files, or lies below one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Our Python files below the folders."""
    names = [name for name in project_files() if name.endswith(".py") and inside(name, *folders)]
    return tuple(Source(name, (ROOT / name).read_text("utf-8")) for name in names if not inside(name, *NOT_OURS))


def report(findings: list[Finding]) -> str:
    """The message of a failing test: one line a finding."""
    return "\n" + "\n".join(map(str, sorted(findings)))
