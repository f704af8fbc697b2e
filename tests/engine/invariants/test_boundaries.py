"""The page, the wording and the definitions of boundary cases say the same."""

from __future__ import annotations

import re

from engine.invariants import BY_ID, OBLIGATIONS
from tests.style.sources import ROOT
from wording import Wording


def test_the_page_lists_the_definitions() -> None:
    """docs/invariants.md has each case with its sentence and with what shows it."""
    page = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
    table = page.split("<!-- boundaries -->")[1].split("<!-- end of boundaries -->")[0]
    rows = re.findall(r"^\| (B\d\d) \| (.*) \| (a log|answers) \|$", table, re.MULTILINE)
    assert rows == [(each.id, each.sentence, "a log" if each.case else "answers") for each in OBLIGATIONS]


def test_both_languages_have_the_sentences() -> None:
    """The English text is the definition, the Chinese one is there."""
    english, chinese = Wording("en").all(), Wording("zh").all()
    for each in OBLIGATIONS:
        assert english[f"boundary.{each.id}"] == each.sentence
        assert chinese[f"boundary.{each.id}"]


def test_ids_are_their_own() -> None:
    """No boundary case is called like an invariant, and none twice."""
    ids = [each.id for each in OBLIGATIONS]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & BY_ID.keys()
    assert all(each.events for each in OBLIGATIONS if each.case)
