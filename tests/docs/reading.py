"""Documents as tests read them: links, examples, names in code type, rows of tables."""

import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.style.sources import ROOT, project_files

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (\S.*)$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NOT_OURS = ("sim/report/vendor/", "tests/sim/simpy_suite/")


@dataclass(frozen=True)
class Document:
    """One Markdown file: its path from the root of the project, and its text."""

    path: str
    text: str

    @property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return FENCE.sub("", self.text)

    def links(self) -> list[str]:
        """Targets of links and pictures that lie in the project."""
        return [link for link in LINK.findall(self.prose) if "://" not in link and not link.startswith("mailto:")]

    def code(self) -> list[str]:
        """What stands in code type within the prose."""
        return CODE.findall(self.prose)

    def fenced(self, language: str) -> list[str]:
        """Blocks of a language."""
        return [text for found, text in FENCE.findall(self.text) if found == language]

    def anchors(self) -> set[str]:
        """Anchors of the headings, as hosts of Markdown make them."""
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(self.prose)}

    def examples(self) -> list[tuple[str, ...]]:
        """Calls of `mashang`, without that word and without what a shell does behind them."""
        lines = [*self.code(), *INDENTED.findall(self.text)]
        lines += [line for _, block in FENCE.findall(self.text) for line in block.splitlines()]
        called = [re.sub(r"^\.venv/bin/", "", line.strip()) for line in lines]
        return [_words(line) for line in called if line.startswith("mashang ")]

    def rows(self, first: str) -> list[list[str]]:
        """Cells of the table rows whose first cell matches a pattern."""
        rows = [line.strip().strip("|").split("|") for line in self.text.splitlines() if line.startswith("|")]
        cells = [[cell.strip() for cell in row] for row in rows]
        return [row for row in cells if re.fullmatch(first, row[0])]


def _words(line: str) -> tuple[str, ...]:
    plain = re.split(r"\s[>|#]", line.removeprefix("mashang "))[0]
    return tuple(shlex.split(plain))


@cache
def documents() -> tuple[Document, ...]:
    """Every Markdown file of the project."""
    names = [name for name in project_files() if name.endswith(".md") and not name.startswith(NOT_OURS)]
    return tuple(Document(name, (ROOT / name).read_text("utf-8")) for name in names)


def document(path: str) -> Document:
    """One of them."""
    return Document(path, Path(ROOT / path).read_text("utf-8"))
