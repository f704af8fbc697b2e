"""What is kept, for how long, and what is left after the end: nothing."""

from __future__ import annotations

import json

import pytest

from engine import MemorySink, MemoryVault, Policy, new_engine
from engine.administration import ChangePolicy
from engine.district.epidemic import EpidemicRows
from engine.epidemic.contacts import CheckIn
from engine.epidemic.ending import SEALED
from engine.epidemic.results import ReadResults, RecordResult
from engine.kernel.command import PERSONAL_FIELDS
from engine.kernel.digest import digest
from engine.kernel.units import DAY_S, civil_day, day_start
from engine.kernel.vault import retention_s
from engine.policy.epidemic import LONGEST_KEPT_DAYS
from tests.engine.epidemic.ward import DOCTOR, END, ON, Ward
from tests.towns import code_of, small_town


def everything(ward: Ward) -> None:
    """One trace of each kind, and a level."""
    ward.test("per_1", "positive")
    ward.travel("per_1", "area-7", DAY_S)
    ward.judge("per_1", ward.check_in("per_1", "market"), "close_contact")
    ward.level("area-7", "high")


def held(ward: Ward) -> list[str]:
    """Personal values of the epidemic functions that the vault holds."""
    return sorted(row.value for row in ward.vault.rows.values() if row.field in SEALED)


def change(ward: Ward, last_day: str, in_s: int) -> None:
    """An officer moves the last day, from an instant on."""
    changes = (("epidemic.last_day", json.dumps(last_day)),)
    ward.town.must(ChangePolicy(changes, ward.now + in_s))


def test_every_personal_field_of_the_subject_is_purged() -> None:
    """The list that the end purges is the registry's, and no field is kept longer in the vault than promised."""
    assert tuple(name for name in sorted(PERSONAL_FIELDS) if name.startswith("epidemic.")) == SEALED
    for name in SEALED:
        assert retention_s(PERSONAL_FIELDS[name]) >= (LONGEST_KEPT_DAYS + 1) * DAY_S


def test_off_unless_a_policy_says_until_when() -> None:
    """Under the plain policy nobody may do or ask anything, and nothing personal is taken in."""
    town = small_town(new_engine(Policy()))
    assert code_of(town.say(CheckIn("per_1", "market"), "resident", "per_1")) == "FORBIDDEN"
    assert code_of(town.say(RecordResult("per_1", town.clock, "negative"), "officer")) == "FORBIDDEN"
    vault = town.engine.sealing.vault
    assert isinstance(vault, MemoryVault)
    assert vault.rows == {}


def test_nothing_is_left_after_the_end() -> None:
    """At the first instant after the last day all rows and all values are gone, and nobody may act any more."""
    ward = Ward()
    everything(ward)
    assert len(held(ward)) == 4
    ward.pass_(END - ward.now - 1)
    assert ward.town.engine.district.epidemic.levels
    ward.pass_(1)
    assert digest(ward.town.engine.district.epidemic) == digest(EpidemicRows())
    assert held(ward) == []
    assert code_of(ward.town.say(ReadResults("per_1"), "resident", "per_1")) == "FORBIDDEN"
    assert [row for row in ward.town.engine.district.deadlines.rows() if str(row[1]).startswith("epidemic")] == []


def test_traces_of_a_day_go_together_after_the_days_of_the_policy() -> None:
    """A day's traces are kept thirty days after it, up to the last second, and those of the next day a day longer."""
    ward = Ward()
    everything(ward)
    ward.pass_(DAY_S)
    ward.test("per_1", "negative")
    forgotten_at = day_start(civil_day(ward.now - DAY_S) + 31)
    ward.pass_(forgotten_at - 1 - ward.now)
    assert len(held(ward)) == 5
    ward.pass_(1)
    assert held(ward) == ["negative"]
    rows = ward.town.engine.district.epidemic
    assert (list(rows.samples), rows.travels, rows.check_ins, rows.exposures) == (["per_1"], {}, {}, {})
    ward.pass_(DAY_S)
    assert held(ward) == []
    assert rows.days == {}


@pytest.mark.parametrize(("last_day", "ends"), [("2021-09-01", 0), ("", 0), ("2021-09-30", 15), ("2022-03-31", 197)])
def test_a_change_of_policy_moves_the_end(last_day: str, ends: int) -> None:
    """An end that is put into the past or taken away ends all at once; an earlier or later one is waited for."""
    ward = Ward()
    everything(ward)
    change(ward, last_day, 60)
    ward.pass_(60)
    assert bool(held(ward)) is bool(ends)
    ends_at = day_start(civil_day(ward.now) + 1 + ends)
    assert ward.town.engine.district.epidemic.ends_at == (ends_at if ends else 0)
    if ends:
        ward.test("per_2", "negative")
        ward.pass_(ends_at - ward.now)
        assert held(ward) == []


def test_the_functions_can_be_switched_on_again() -> None:
    """After an end a new last day opens them anew; a change of something else does not."""
    ward = Ward()
    ward.pass_(END - ward.now)
    ward.town.must(ChangePolicy((("points.value_fen", "3"),), ward.now + 60))
    ward.pass_(60)
    assert ward.town.engine.district.epidemic.ends_at == 0
    change(ward, "2022-05-31", 60)
    ward.pass_(60)
    ward.test("per_1", "negative")
    assert held(ward) == ["negative"]


def test_the_journal_holds_no_value() -> None:
    """Neither a result, nor a place, nor an area, nor a verdict stands in a record."""
    sink = MemorySink()
    ward = Ward(sink=sink)
    everything(ward)
    assert ward.town.engine.chain is not None
    ward.town.engine.chain.close()
    records = [line for line in sink.lines() if '"type":"epidemic.' in line and "risk_level" not in line]
    assert len(records) == 4
    assert not any(word in line for line in records for word in ("positive", "market", "area-7", "close_contact"))


def test_a_date_that_no_calendar_has_is_refused() -> None:
    """The 30th of February is no last day."""
    with pytest.raises(ValueError, match="day is out of range"):
        ON.changed({"epidemic.last_day": "2022-02-30"})


def test_results_are_not_read_by_others() -> None:
    """F23: another resident, a community worker, an officer and a merchant are refused."""
    ward = Ward()
    ward.test("per_1", "positive")
    for kind, who in (("resident", "per_2"), ("grid", "wkr_1"), ("officer", "off_1"), ("merchant", "mer_1")):
        assert code_of(ward.town.say(ReadResults("per_1"), kind, who)) == "FORBIDDEN"
    ward.town.must(ReadResults("per_1"), "grid", DOCTOR)
