"""The table of docs/invariants.md: `python -m tests.engine.invariants.table` writes it into the file."""

from __future__ import annotations

from pathlib import Path

from engine import new_engine
from engine.invariants import INVARIANTS, attach
from engine.invariants.invariant import How

FILE = Path(__file__).resolve().parents[3] / "docs" / "invariants.md"
START, END = "<!-- table: python -m tests.engine.invariants.table -->", "<!-- end of table -->"
WHEN: dict[How, str] = {
    "event": "at events",
    "record": "at every record",
    "night": "at night",
    "tests": "by tests",
}
TREASURY = "where a treasury operates (`operated=True`)"


def rows() -> list[str]:
    """Header and one row an invariant."""
    plain = {each.invariant.id: each.status for each in attach(new_engine()).findings()}
    found = ["| Id | Sentence | Evidence | Looked at |", "|---|---|---|---|"]
    for each in INVARIANTS:
        when = f"not checkable: {each.absent}" if each.absent else WHEN[each.how]
        if not each.absent and plain[each.id] == "not checkable":
            when = f"{when}, {TREASURY}"
        found.append(f"| {each.id} | {each.sentence.replace('*', chr(92) + '*')} | {each.level} | {when} |")
    return found


def written(text: str) -> str:
    """The document with the present table."""
    head, _, rest = text.partition(START)
    tail = rest.partition(END)[2]
    return "\n".join([head + START, *rows(), END]) + tail


if __name__ == "__main__":
    FILE.write_text(written(FILE.read_text()))
