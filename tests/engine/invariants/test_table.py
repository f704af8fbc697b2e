"""docs/invariants.md lists what is checked."""

from __future__ import annotations

from tests.engine.invariants.table import END, FILE, START, written


def test_the_published_table_is_the_catalogue() -> None:
    """Ids, sentences, evidence and the moment of looking stand in the document as in the catalogue."""
    text = FILE.read_text()
    assert START in text
    assert END in text
    assert written(text) == text, "run: python -m tests.engine.invariants.table"
