"""Binding by scan and by grid member, households, moving house, who covers whom (F01, F02, F03, F05, F16)."""

from __future__ import annotations

import pytest

from engine import Policy, new_engine
from engine.binding.bindings import RegisterPerson, ScanBind, WorkerBind
from engine.binding.moving import EndBinding, TransferBinding
from engine.binding.places import IssueQr, RevokeQr
from engine.binding.workers import AppointWorker, AssignGrid, DismissWorker
from engine.kernel.digest import digest
from engine.kernel.units import DAY_S, HOUR_S
from engine.payments.purchases import PayPurchase
from engine.views import residents as views
from tests.towns import MORNING, Town, code_of, empty_town, small_town


@pytest.fixture
def town() -> Town:
    """The small town under the default policy."""
    return small_town(new_engine())


def household(town: Town, dwelling: str) -> tuple[str, int]:
    """Household and number of members at a dwelling."""
    row = town.engine.district.grid.dwellings[dwelling]
    return row.household, row.members


def test_the_small_town_is_as_written(town: Town) -> None:
    """The ids that the first lines of tests/towns.py promise are there: 29 commands, 6 persons, 3 households."""
    residents = town.engine.district.residents
    assert (town.said, town.engine.n) == (29, 29)
    assert list(residents.persons) == list(town.persons)
    assert list(residents.bindings) == [f"bnd_{n:08}" for n in range(1, 7)]
    assert [household(town, each) for each in town.dwellings] == [
        ("hh_00000001", 2),
        ("hh_00000002", 1),
        ("hh_00000003", 1),
        ("", 0),
        ("", 0),
    ]
    assert list(town.codes.values()) == [f"qr_{n:08}" for n in range(1, 6)]


def test_a_second_scan_binds_nobody_twice(town: Town) -> None:
    """F01: the same key gives the same answer, another key BIND_DUPLICATE with the first binding; one stands."""
    scan = ScanBind("per_7", town.codes["dwl_4"], "dwl_4", "owner")
    first = town.say(scan, "resident", "per_7", key="scan-1")
    assert town.say(scan, "resident", "per_7", key="scan-1") is first
    again = town.say(scan, "resident", "per_7", key="scan-2")
    assert code_of(again) == "BIND_DUPLICATE"
    assert again.details == {"first": first.events[1].binding}  # type: ignore[attr-defined]
    assert len(town.engine.district.residents.persons["per_7"].bindings) == 1


def test_an_unbound_person_cannot_use_points(town: Town) -> None:
    """F01: what is for bound people is refused to a registered person who is not bound."""
    town.must(RegisterPerson("per_7"))
    paid = PayPurchase("per_7", "mer_1", "alipay", 1_000, 0, 1)
    assert code_of(town.say(paid, "resident", "per_7")) == "PERSON_NOT_BOUND"


def test_a_grid_member_enters_in_own_grids_only(town: Town) -> None:
    """F02: an entry keeps who made it, a member of one grid cannot enter in another one."""
    assert code_of(town.say(WorkerBind("per_7", "dwl_4", "owner"), "grid", "wkr_1")) == "OUT_OF_GRID"
    town.must(WorkerBind("per_7", "dwl_4", "owner"), "grid", "wkr_2")
    home = town.engine.district.residents.home("per_7")
    assert home is not None
    assert (home.entered_by, home.grid, home.household) == ("wkr_2", "grd_2", "hh_00000004")
    assert town.engine.district.residents.persons["per_7"].entered_by == "wkr_2"


def test_a_grid_entry_is_not_doubled_by_the_persons_own_scan(town: Town) -> None:
    """F02: who was entered and scans later is told of the first binding; the household still counts one member."""
    answer = town.say(ScanBind("per_4", town.codes["dwl_3"], "dwl_3", "owner"), "resident", "per_4")
    assert (code_of(answer), answer.details) == ("BIND_DUPLICATE", {"first": "bnd_00000004"})
    assert household(town, "dwl_3") == ("hh_00000003", 1)


def test_a_household_opens_with_its_first_member_and_closes_with_the_last(town: Town) -> None:
    """F03: work and visits make no household; the next household of a dwelling is another one."""
    rows = town.engine.district.residents
    town.must(EndBinding("bnd_00000003", "moved"), "resident", "per_3")
    assert (household(town, "dwl_2"), rows.household_count) == (("", 0), 2)
    town.must(ScanBind("per_7", town.codes["dwl_2"], "dwl_2", "visitor"), "resident", "per_7")
    assert (household(town, "dwl_2"), rows.household_count) == (("", 0), 2)
    town.must(ScanBind("per_8", town.codes["dwl_2"], "dwl_2", "tenant"), "resident", "per_8")
    assert (household(town, "dwl_2"), rows.household_count) == (("hh_00000004", 1), 3)


def test_moving_house_keeps_the_history(town: Town) -> None:
    """F03: who moves leaves the old household with one member fewer, in one command; both bindings can be read."""
    moved = town.must(TransferBinding("bnd_00000002", "dwl_4"), "grid", "wkr_2", at=MORNING + HOUR_S)
    assert [type(event).__name__ for event in moved.events] == ["BindingEnded", "BindingActivated"]
    assert (household(town, "dwl_1"), household(town, "dwl_4")) == (("hh_00000001", 1), ("hh_00000004", 1))
    old, new = views.history(town.engine.district, "per_2")
    assert (old.state, old.reason, old.until) == ("ENDED", "transferred", MORNING + HOUR_S)
    assert (new.state, new.relation, new.since) == ("ACTIVE", "family", MORNING + HOUR_S)
    assert town.engine.district.residents.home("per_2") is new
    assert town.engine.district.residents.bound_count == 6


def test_who_was_bound_can_be_told_for_every_past_instant(town: Town) -> None:
    """A binding counts from the second in which it became active up to, and without, the second of its end."""
    town.must(EndBinding("bnd_00000001", "moved"), "resident", "per_1", at=MORNING + HOUR_S)
    bound_at = town.engine.district.residents.bound_at
    instants = (MORNING - 1, MORNING, MORNING + HOUR_S - 1, MORNING + HOUR_S)
    assert [bound_at("per_1", each) for each in instants] == [False, True, True, False]
    assert not bound_at("per_99", MORNING)


def test_home_is_where_one_lives(town: Town) -> None:
    """A member's binding takes the place of work as home, a second one does not; the earliest left follows."""
    rows = town.engine.district.residents

    def homes_after(command: ScanBind | EndBinding) -> str:
        town.must(command, "resident", "per_5")
        home = rows.home("per_5")
        return home.dwelling if home is not None else "none"

    assert homes_after(ScanBind("per_5", town.codes["dwl_3"], "dwl_3", "visitor")) == "dwl_5"
    assert homes_after(ScanBind("per_5", town.codes["dwl_2"], "dwl_2", "family")) == "dwl_2"
    assert homes_after(ScanBind("per_5", town.codes["dwl_4"], "dwl_4", "owner")) == "dwl_2"
    assert homes_after(EndBinding("bnd_00000008", "moved")) == "dwl_4"
    assert homes_after(EndBinding("bnd_00000009", "moved")) == "dwl_5"
    assert homes_after(EndBinding("bnd_00000005", "error")) == "dwl_3"
    assert homes_after(EndBinding("bnd_00000007", "moved")) == "none"
    assert rows.bound_count == 5


def test_a_move_of_work_leaves_the_home_where_it_is(town: Town) -> None:
    """Transferring a binding that is not the primary one does not make the new one primary."""
    town.must(ScanBind("per_5", town.codes["dwl_2"], "dwl_2", "family"), "resident", "per_5")
    town.must(TransferBinding("bnd_00000005", "dwl_4"))
    assert town.engine.district.residents.persons["per_5"].home == "bnd_00000007"


def test_one_household_is_who_lives_together(town: Town) -> None:
    """Two persons of one dwelling share a household only as members of it; everybody bound shares it with oneself."""
    same = town.engine.district.residents.same_household
    assert same("per_1", "per_2")
    assert same("per_1", "per_1")
    assert not same("per_1", "per_3")
    assert not same("per_5", "per_6")
    assert not same("per_1", "per_99")


def test_a_code_binds_until_its_last_second() -> None:
    """A code of 30 days binds one second before midnight after its 30th day, and not at midnight."""
    for second, expected in ((-1, "ok"), (0, "BIND_QR_EXPIRED")):
        town = empty_town(new_engine(Policy().changed({"binding.household_code_days": 30})))
        end = MORNING + 16 * HOUR_S + 30 * DAY_S  # the town opens at 08:00 in Shanghai
        scan = ScanBind("per_1", town.codes["dwl_1"], "dwl_1", "owner")
        assert code_of(town.say(scan, "resident", "per_1", at=end + second)) == expected


def test_a_code_with_a_limit_binds_that_often() -> None:
    """Under a policy of one use a code binds one person; a refused scan uses nothing up."""
    town = empty_town(new_engine(Policy().changed({"binding.household_code_uses": 1, "binding.household_limit": 1})))
    code = town.codes["dwl_1"]
    town.must(WorkerBind("per_1", "dwl_1", "owner"), "grid", "wkr_1")
    full = town.say(ScanBind("per_2", code, "dwl_1", "owner"), "resident", "per_2")
    town.must(ScanBind("per_2", code, "dwl_1", "visitor"), "resident", "per_2")
    spent = town.say(ScanBind("per_3", code, "dwl_1", "visitor"), "resident", "per_3")
    assert (code_of(full), code_of(spent)) == ("HOUSEHOLD_FULL", "BIND_QR_USED")


def test_a_withdrawn_code_leaves_its_bindings(town: Town) -> None:
    """Revoking a code ends no binding, and another code of the same dwelling still binds."""
    town.must(RevokeQr(town.codes["dwl_1"]))
    assert code_of(town.say(ScanBind("per_7", town.codes["dwl_1"], "dwl_1", "family"), "resident", "per_7")) == (
        "BIND_QR_REVOKED"
    )
    fresh = town.must(IssueQr("dwl_1")).events[0].qr  # type: ignore[attr-defined]
    town.must(ScanBind("per_7", fresh, "dwl_1", "family"), "resident", "per_7")
    assert household(town, "dwl_1") == ("hh_00000001", 3)


def test_the_last_community_worker_of_a_lived_in_grid_stays(town: Town) -> None:
    """S18: with bindings the last community worker cannot go; a second one, or an empty grid, sets the first free."""
    refused = town.say(DismissWorker("wkr_2"))
    assert (code_of(refused), refused.details) == ("GRID_UNSTAFFED", {"grid": "grd_2"})
    town.must(AppointWorker("wkr_4", "community_worker"))
    town.must(AssignGrid("wkr_4", "grd_2"))
    town.must(DismissWorker("wkr_2"))
    assert [each.id for each in town.engine.district.grid.members("grd_2")] == ["wkr_4"]
    town.must(EndBinding("bnd_00000004", "moved"))
    town.must(DismissWorker("wkr_4"))
    assert code_of(town.say(WorkerBind("per_7", "dwl_4", "owner"), "grid", "wkr_4")) == "FORBIDDEN"


def test_grids_add_up_to_the_district(town: Town) -> None:
    """F05: the sums over grids, communities and subdistricts equal the district's totals for every metric."""
    town.must(ScanBind("per_5", town.codes["dwl_3"], "dwl_3", "family"), "resident", "per_5")
    district = town.engine.district
    whole = views.totals(district)
    assert whole["bound"] == 6
    assert whole["bound.grid"] == 1
    assert whole["households"] == 3
    for parts in (views.by_grid(district), views.by_community(district), views.by_subdistrict(district)):
        assert {name: sum(each[name] for each in parts.values()) for name in whole} == dict(whole)
        assert set().union(*parts.values()) == set(whole)
    assert views.persons_per_household(district) == {1: 1, 2: 2}


def test_reading_the_town_changes_nothing(town: Town) -> None:
    """Every view leaves the digest as it was, also for persons and grids that do not exist."""
    district = town.engine.district
    before = digest(district)
    views.totals(district)
    views.by_subdistrict(district)
    views.history(district, "per_1")
    district.residents.rows_of("per_1")
    assert digest(district) == before


def test_a_death_ends_everything_of_the_person(town: Town) -> None:
    """A death ends every binding and request, closes the row, and nothing binds the person again."""
    town.must(ScanBind("per_1", town.codes["dwl_3"], "dwl_3", "visitor"), "resident", "per_1")
    town.must(ScanBind("per_1", town.codes["dwl_3"], "dwl_4", "visitor"), "resident", "per_1")
    town.must(EndBinding("bnd_00000001", "deceased"), "grid", "wkr_1")
    rows = town.engine.district.residents
    person = rows.persons["per_1"]
    assert (person.state, person.active_bindings, person.home, rows.reviews) == ("DECEASED", 0, "", {})
    assert [each.reason for each in views.history(town.engine.district, "per_1")] == ["deceased", "deceased"]
    assert household(town, "dwl_1") == ("hh_00000001", 1)
    answer = town.say(ScanBind("per_1", town.codes["dwl_1"], "dwl_1", "owner"), "resident", "per_1")
    assert (code_of(answer), answer.details) == ("PERSON_MERGED", {"into": ""})
