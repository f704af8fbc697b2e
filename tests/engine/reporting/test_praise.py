"""Praise of good deeds: who may praise whom, how often, and what it earns."""

from __future__ import annotations

import pytest

from engine import Policy
from engine.binding.bindings import RegisterPerson, ScanBind
from engine.binding.moving import EndBinding
from engine.merging.persons import MergePersons
from engine.reporting.praise import PublishPraise, SubmitPraise, VerifyPraise
from engine.views.points import available, moral
from tests.engine.reporting.scenes import DAY, town_of
from tests.towns import Town, code_of


def told(town: Town, person: str, praised: str, at: int | None = None) -> str:
    """The answer to a praise."""
    return code_of(town.say(SubmitPraise(person, praised, "grd_1", None), "resident", person, at=at))


def published(town: Town, praise: str) -> list[str]:
    """Verified and published; the events of publishing."""
    town.must(VerifyPraise(praise, ok=True), "grid", "wkr_1")
    answer = town.must(PublishPraise(praise), "grid", "wkr_1")
    return [event.type for event in answer.events]


def test_praise_of_oneself_or_the_own_household_is_refused() -> None:
    """F12: not oneself, not the household member; a neighbour and a colleague at the same workshop are fine."""
    town = town_of()
    assert told(town, "per_1", "per_1") == "PRS_SELF"
    assert told(town, "per_1", "per_2") == "PRS_SAME_HOUSEHOLD"
    assert told(town, "per_1", "per_3") == "ok"
    assert told(town, "per_5", "per_6") == "ok"


def test_the_praised_person_gets_moral_points_once() -> None:
    """F12: five moral points at publishing and no material ones; publishing again is refused."""
    town = town_of()
    assert told(town, "per_1", "per_3") == "ok"
    events = published(town, "prs_00000001")
    assert events == ["reporting.praise_published", "points.award_granted", "reporting.praise_awarded"]
    district = town.engine.district
    assert (moral(district, "per_3"), available(district, "per_3"), moral(district, "per_1")) == (5, 0, 0)
    assert code_of(town.say(PublishPraise("prs_00000001"))) == "PRS_BAD_STATE"
    assert moral(district, "per_3") == 5


@pytest.mark.parametrize(
    "changes", [{"points.moral_on": False}, {"points.rules.praised_moral.points": 0}], ids=["switched off", "no points"]
)
def test_without_points_a_praise_stays_published(changes: dict[str, object]) -> None:
    """Where no rule gives points the deed is published and not called awarded."""
    town = town_of(Policy().changed(changes))
    told(town, "per_1", "per_3")
    assert published(town, "prs_00000001") == ["reporting.praise_published"]
    assert town.engine.district.praises.praises["prs_00000001"].state == "PUBLISHED"


def test_a_cap_that_withholds_the_points_leaves_the_praise_published() -> None:
    """Two praises on one day under a daily cap of 5: the second is published, its award withheld."""
    town = town_of(Policy().changed({"points.rules.praised_moral.daily_cap": 5}))
    for person in ("per_1", "per_4"):
        told(town, person, "per_3")
    published(town, "prs_00000001")
    assert published(town, "prs_00000002") == ["reporting.praise_published", "points.award_withheld"]
    assert town.engine.district.praises.praises["prs_00000002"].state == "PUBLISHED"


def test_one_praise_a_pair_and_calendar_month() -> None:
    """F12: a second praise of the same neighbour waits for the first of the next month at +08:00."""
    town = town_of()
    october = town.clock - 8 * 3_600 + 16 * DAY  # 2021-10-01 00:00 in Shanghai
    assert told(town, "per_1", "per_3") == "ok"
    assert told(town, "per_1", "per_4") == "ok"
    assert told(town, "per_3", "per_1") == "ok"
    assert told(town, "per_1", "per_3", october - 1) == "PRS_PAIR_LIMIT"
    assert told(town, "per_1", "per_3", october) == "ok"
    assert told(town, "per_1", "per_3", october) == "PRS_PAIR_LIMIT"


def test_a_praise_that_turns_out_to_be_the_praisers_own_is_not_published() -> None:
    """Entered by a grid member and merged later: per_7 was per_1 all along; the verdict can be taken back."""
    town = town_of()
    town.must(RegisterPerson("per_7"))
    assert told(town, "per_1", "per_7") == "ok"
    town.must(VerifyPraise("prs_00000001", ok=True))
    town.must(MergePersons("per_7", "per_1"))
    assert code_of(town.say(PublishPraise("prs_00000001"))) == "PRS_SELF"
    town.must(VerifyPraise("prs_00000001", ok=False))
    assert moral(town.engine.district, "per_1") == 0


def test_the_points_follow_the_praised_person_through_a_merge() -> None:
    """Praised under a row that was merged since: the row that stays gets the points."""
    town = town_of()
    assert told(town, "per_1", "per_5") == "ok"
    town.must(MergePersons("per_5", "per_3"))
    published(town, "prs_00000001")
    assert (moral(town.engine.district, "per_3"), moral(town.engine.district, "per_5")) == (5, 0)


def test_the_household_of_now_counts() -> None:
    """Who moved out may be praised, who moved in may not."""
    town = town_of()
    town.must(EndBinding("bnd_00000002", "moved"), "resident", "per_2")
    town.must(ScanBind("per_3", town.codes["dwl_1"], "dwl_1", "family"), "resident", "per_3")
    assert told(town, "per_1", "per_2") == "ok"
    assert told(town, "per_1", "per_3") == "PRS_SAME_HOUSEHOLD"


def test_the_dead_are_honoured_without_points() -> None:
    """A deed of somebody who has died since is published; nobody gets points."""
    town = town_of()
    told(town, "per_1", "per_3")
    town.must(EndBinding("bnd_00000003", "deceased"))
    assert published(town, "prs_00000001") == ["reporting.praise_published"]
