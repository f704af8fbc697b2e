"""Intake: commitments instead of words, duplicates and their roots."""

from __future__ import annotations

from engine import MemorySink, MemoryVault, new_engine, seeded_salt
from engine.reporting.intake import EnterReport, SubmitReport, WithdrawReport
from engine.views.cases import case_story
from tests.engine.reporting.scenes import duplicate, entered, row, submitted, town_of, triaged, verdict
from tests.towns import code_of

WORDS, PLACE = "the lamp at the east gate is broken", "east gate, third lamp"


def test_words_and_place_stand_in_the_vault_and_never_in_the_journal() -> None:
    """S27: the journal and the rows hold commitments; only the reporter's own story with the vault shows the words."""
    sink, vault = MemorySink(), MemoryVault()
    town = town_of(engine=new_engine(sink=sink, vault=vault, salt=seeded_salt(7)))
    report = submitted(town, text=WORDS, place=PLACE)
    assert town.engine.chain is not None
    town.engine.chain.close()
    told = case_story(town.engine.district, report, "per_1", vault)
    assert told is not None
    assert (told.text, told.place) == (WORDS, PLACE)
    assert not any(WORDS in line or PLACE in line for line in sink.lines())
    assert WORDS not in row(town, report).text
    vault.purge("reporting.submit_report.text", town.clock + 1)
    after = case_story(town.engine.district, report, "per_1", vault)
    assert after is not None
    assert (after.text, after.place) == ("", PLACE)


def test_a_case_says_by_which_door_it_came() -> None:
    """A resident's report, a member's entry and a merchant's word from the shop have sources of their own."""
    town = town_of()
    told = town.must(EnterReport("problem", "facilities", "grd_1", None), "merchant", "mer_1")
    cases = (submitted(town), entered(town), told.events[0].report)  # type: ignore[attr-defined]
    assert [row(town, case).source for case in cases] == ["resident", "grid", "merchant"]


def test_the_same_words_again_under_the_key_are_the_same_command() -> None:
    """A retry with the same words gets the same answer, with other words IDEMPOTENCY_MISMATCH; there is one case."""
    town = town_of()
    ask = SubmitReport("per_1", "problem", "facilities", "grd_1", WORDS, None)
    other = SubmitReport("per_1", "problem", "facilities", "grd_1", "something else", None)
    first = town.say(ask, "resident", "per_1", "k")
    assert town.say(ask, "resident", "per_1", "k") is first
    assert code_of(town.say(other, "resident", "per_1", "k")) == "IDEMPOTENCY_MISMATCH"
    assert len(town.engine.district.cases.reports) == 1


def test_a_duplicate_of_a_duplicate_points_to_the_root() -> None:
    """S26: however long the chain was when it was named, every duplicate points to a case that is none."""
    town = town_of()
    first = duplicate(town)
    root = row(town, first).root
    second = submitted(town)
    town.must(verdict(second, "duplicate", of=first))
    assert row(town, second).root == root
    assert (row(town, root).state, row(town, root).duplicates) == ("TRIAGED", 2)


def test_a_case_that_others_wait_for_cannot_be_withdrawn() -> None:
    """The reporter of the root may not take away the case of those whose reports were joined to it."""
    town = town_of()
    root = triaged(town)
    copy = submitted(town, person="per_3")
    town.must(verdict(copy, "duplicate", of=root))
    assert code_of(town.say(WithdrawReport(root), "resident", "per_1")) == "RPT_HAS_DUPLICATES"


def test_a_grid_members_entry_names_who_entered_it_and_has_no_reporter() -> None:
    """F02, F11: source, member and instant stand on the case."""
    town = town_of()
    kept = row(town, entered(town))
    assert (kept.source, kept.entered_by, kept.reporter, kept.steps) == (
        "grid", "wkr_4", "", ((town.clock, "submitted", "wkr_4"),),
    )  # fmt: skip


def test_a_resident_may_report_about_any_grid() -> None:
    """The place counts, not the home: per_1 lives in grd_1 and reports about grd_2."""
    town = town_of()
    assert row(town, submitted(town, grid="grd_2")).grid == "grd_2"
