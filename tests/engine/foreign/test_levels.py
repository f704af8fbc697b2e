"""Our own export, whole and stripped: what is there is checked, what is not is said, and nothing is broken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import Policy
from engine.foreign import Verdict
from engine.invariants import INVARIANTS
from engine.invariants.invariant import LEVELS
from tests.engine.foreign.logs import judged, lived, stripped

TOLD = lived(3)
SEEDS = range(6)


def statuses(verdict: Verdict) -> dict[str, str]:
    """Status by id."""
    return {each.invariant.id: each.status for each in verdict.judged}


@pytest.mark.parametrize("ids", ["ours", "anybody's"])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_export_of_ours_keeps_every_invariant(seed: int, ids: str) -> None:
    """A right engine's export has evidence E3 and breaks nothing, whether its ids are taken as ours or as anybody's."""
    verdict = judged(lived(seed), own_ids=ids == "ours")
    assert (verdict.level, dict(verdict.counts)) == ("E3", {})
    assert not verdict.ignored
    assert not verdict.filled
    assert verdict.events > 1_000


@pytest.mark.parametrize(
    ("gone", "level"),
    [((), "E3"), (("postings",), "E2"), (("postings", "lots"), "E1"), (("postings", "lots", "seq", "n"), "A0")],
)
def test_what_lines_leave_out_lowers_the_level(gone: tuple[str, ...], level: str) -> None:
    """Without postings, lots or numbers an export still checks what its evidence shows, and says what it does not."""
    verdict = judged(stripped(TOLD, *gone))
    assert (verdict.level, dict(verdict.counts)) == (level, {})
    for each in verdict.judged:
        beyond = LEVELS.index(each.invariant.level) > LEVELS.index(verdict.level)
        assert (each.status == "not checkable") >= beyond
        assert (each.status == "not checkable") is bool(each.needs)
    checked = sum(each.status == "checked" for each in verdict.judged)
    assert checked >= {"E3": 62, "E2": 57, "E1": 48, "A0": 8}[level]


@pytest.mark.parametrize("level", LEVELS[:-1])
def test_a_level_that_is_said_is_the_most(level: Any) -> None:
    """With a level no invariant above it is looked at, and every invariant is listed."""
    found = statuses(judged(TOLD, level=level))
    assert set(found) == {each.id for each in INVARIANTS}
    above = {each.id for each in INVARIANTS if LEVELS.index(each.level) > LEVELS.index(level)}
    assert {found[each] for each in above} <= {"not checkable"}


def test_a_level_is_not_believed_beyond_the_lines() -> None:
    """Who says E3 of a log without postings gets E2."""
    assert judged(stripped(TOLD, "postings"), level="E3").level == "E2"


def test_an_empty_log_is_vacuous() -> None:
    """No line, no violation, and nothing that was checked at an event."""
    verdict = judged([])
    assert not verdict.counts
    assert statuses(verdict)["S08"] == "vacuous"


def test_another_policy_breaks_terms() -> None:
    """The same log under the default policy has awards on terms that nobody announced (T24)."""
    assert judged(TOLD, Policy()).counts["T24"]


def test_any_spelling_of_json_is_the_same_log() -> None:
    """Blanks, escapes and the order of names change nothing."""
    spelt = [json.dumps(dict(sorted(json.loads(each).items(), reverse=True)), indent=None) for each in TOLD]
    assert spelt[0] != TOLD[0]
    verdict = judged(spelt)
    assert (verdict.level, dict(verdict.counts)) == ("E3", {})
    assert [each.checked for each in verdict.judged] == [each.checked for each in judged(TOLD).judged]
