"""Special-group tags: sealed in the log, read by few, every reading logged (F04, S19); consents."""

from __future__ import annotations

import pytest

from engine import MemorySink, new_engine, seeded_salt
from engine.administration import Purge, Sweep
from engine.binding.bindings import ScanBind
from engine.binding.moving import EndBinding, TransferBinding
from engine.binding.special_groups import GiveConsent, ReadTags, TagSpecial, UntagSpecial, WithdrawConsent
from engine.binding.workers import AssignGrid
from engine.kernel.units import DAY_S, HOUR_S
from engine.kernel.vault import personal_fields
from engine.policy import BindingPolicy, Policy
from engine.views.residents import special_tags
from tests.towns import MORNING, Town, code_of, small_town

LAPSE = MORNING + 16 * HOUR_S + 365 * DAY_S  # midnight after the 365th day; the town opens at 08:00 in Shanghai


@pytest.fixture
def town() -> Town:
    """The small town, where wkr_1 tagged per_1 as disabled on evidence doc_1."""
    made = small_town(new_engine())
    made.must(TagSpecial("per_1", "disabled", "doc_1"), "grid", "wkr_1")
    return made


def seen(town: Town, kind: str, who: str) -> list[str | None]:
    """Groups of per_1 that a reader sees who asks as the rules want it."""
    town.must(ReadTags("per_1"), kind, who)
    return [tag.group for tag in special_tags(town.engine, "per_1", kind, who)]  # type: ignore[arg-type]


def test_covering_members_and_the_person_see_a_tag(town: Town) -> None:
    """F04: a grid member who covers the home, and the person, read the group; the reading stands in the log."""
    assert seen(town, "grid", "wkr_1") == ["disabled"]
    assert seen(town, "resident", "per_1") == ["disabled"]
    logged = town.must(ReadTags("per_1"), "grid", "wkr_1").events
    assert [(type(each).__name__, each.reader) for each in logged] == [("TagsRead", "wkr_1")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "who"), [("merchant", "mer_1"), ("rider", "rid_1"), ("officer", "off_1")])
def test_nobody_else_gets_a_tag(town: Town, kind: str, who: str) -> None:
    """F04: a merchant, a rider or an office gets no answer, and none without a command."""
    assert code_of(town.say(ReadTags("per_1"), kind, who)) == "FORBIDDEN"
    with pytest.raises(PermissionError):
        special_tags(town.engine, "per_1", kind, who)  # type: ignore[arg-type]


def test_a_care_role_serves_its_whole_community(town: Town) -> None:
    """The family doctor of grd_1 reads a tag of grd_2 in the same community, the community worker of grd_1 does not."""
    town.must(TagSpecial("per_4", "veteran", "doc_2"), "grid", "wkr_2")
    town.must(ReadTags("per_4"), "grid", "wkr_3")
    assert [tag.group for tag in special_tags(town.engine, "per_4", "grid", "wkr_3")] == ["veteran"]
    assert code_of(town.say(ReadTags("per_4"), "grid", "wkr_1")) == "OUT_OF_GRID"


def test_an_entry_in_the_log_answers_once_and_now(town: Town) -> None:
    """A reading by somebody else, or one of an earlier instant, does not open the view."""
    town.must(ReadTags("per_1"), "grid", "wkr_1")
    with pytest.raises(PermissionError):
        special_tags(town.engine, "per_1", "grid", "wkr_3")
    town.must(Sweep(), at=MORNING + 1)
    with pytest.raises(PermissionError):
        special_tags(town.engine, "per_1", "grid", "wkr_1")


def test_a_reading_ends_with_the_right_to_read(town: Town) -> None:
    """Who covers the person no longer gets no answer for a reading logged a moment before."""
    town.must(ReadTags("per_1"), "grid", "wkr_1")
    town.must(TransferBinding("bnd_00000001", "dwl_4"))
    with pytest.raises(PermissionError, match="OUT_OF_GRID"):
        special_tags(town.engine, "per_1", "grid", "wkr_1")


def test_a_tag_follows_the_person_to_another_grid(town: Town) -> None:
    """After a move the members of the new grid read the tag, those of the old one no more."""
    town.must(TransferBinding("bnd_00000001", "dwl_4"))
    assert seen(town, "grid", "wkr_2") == ["disabled"]
    assert code_of(town.say(ReadTags("per_1"), "grid", "wkr_1")) == "OUT_OF_GRID"


def test_the_log_never_names_the_group() -> None:
    """The journal holds a commitment, and the reading of untagged persons is logged like any other."""
    sink = MemorySink()
    engine = new_engine(sink=sink, salt=seeded_salt(1))
    town = small_town(engine)
    town.must(TagSpecial("per_1", "low_income", "doc_1"), "grid", "wkr_1")
    town.must(ReadTags("per_2"), "grid", "wkr_1")
    assert engine.chain is not None
    engine.chain.close()
    assert not any("low_income" in line for line in sink.lines())
    assert special_tags(engine, "per_2", "grid", "wkr_1") == ()


def test_a_purged_group_is_gone_and_the_tag_stands(town: Town) -> None:
    """Purging the field deletes the value: the tag stays in force, its group is no longer known."""
    town.must(Purge("binding.tag_special.tag", MORNING + 1), at=MORNING + 1)
    assert seen(town, "grid", "wkr_1") == [None]


@pytest.mark.parametrize(("at", "expected"), [(LAPSE - 1, "ok"), (LAPSE, "TAG_ENDED")])
def test_a_tag_lapses_at_its_deadline(town: Town, at: int, expected: str) -> None:
    """S19: a tag is in force up to the last second of its 365th day, and not from midnight on."""
    assert code_of(town.say(UntagSpecial("tag_00000001"), "grid", "wkr_1", at=at)) == expected


def test_a_tag_never_outlives_its_value() -> None:
    """The longest life that the policy allows ends within the retention of the value in the vault."""
    longest = Policy(binding=BindingPolicy(tag_days=365))
    kept_days = personal_fields(TagSpecial)["tag"].retention_days
    assert longest.binding.tag_days + 1 <= kept_days
    with pytest.raises(ValueError, match="tag_days"):
        longest.changed({"binding.tag_days": 366})


def test_evidence_stands_behind_one_tag_for_ever(town: Town) -> None:
    """A tag needs evidence of its own: neither another person's nor an ended tag's evidence serves again."""
    town.must(UntagSpecial("tag_00000001"), "grid", "wkr_1")
    for person in ("per_1", "per_3"):
        assert code_of(town.say(TagSpecial(person, "veteran", "doc_1"), "grid", "wkr_1")) == "TAG_NO_EVIDENCE"


def test_tags_end_with_the_person(town: Town) -> None:
    """A death ends the tags, and no deadline waits for them."""
    town.must(EndBinding("bnd_00000001", "deceased"), "grid", "wkr_1")
    rows = town.engine.district.special_groups
    assert (rows.tags, rows.tags_of) == ({}, {})
    assert town.engine.district.deadlines.rows() == []


def test_only_members_who_cover_the_person_tag(town: Town) -> None:
    """S19: any dwelling of the person will do, one without binding there will not."""
    assert code_of(town.say(TagSpecial("per_1", "veteran", "doc_2"), "grid", "wkr_2")) == "OUT_OF_GRID"
    town.must(ScanBind("per_1", town.codes["dwl_4"], "dwl_4", "visitor"), "resident", "per_1")
    town.must(TagSpecial("per_1", "veteran", "doc_2"), "grid", "wkr_2")
    town.must(AssignGrid("wkr_3", "grd_2"))
    assert seen(town, "grid", "wkr_3") == ["disabled", "veteran"]


def test_consent_is_given_and_withdrawn_per_purpose(town: Town) -> None:
    """Each purpose stands alone; withdrawing one leaves the other, and binding never asks for any."""
    for purpose in ("survey", "news"):
        town.must(GiveConsent("per_1", purpose), "resident", "per_1")
    town.must(WithdrawConsent("per_1", "survey"), "resident", "per_1")
    assert town.engine.district.special_groups.consents == {"per_1": {"news": MORNING}}
    town.must(WithdrawConsent("per_1", "news"), "resident", "per_1")
    assert town.engine.district.special_groups.consents == {}
    town.must(ScanBind("per_1", town.codes["dwl_4"], "dwl_4", "visitor"), "resident", "per_1")
