"""F02 grid entry: a member enters whoever cannot scan, in the own grid; a later scan merges, never doubles (H11)."""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"


def test_a_member_enters_for_the_own_grid_only() -> None:
    """The entry names the member; a member of another grid, and a resident, are refused."""
    town = Wire()
    entry = {"person": "per_7", "dwelling": "dwl_4", "relation": "owner"}
    assert town.refused("binding.worker_bind", "grid:wkr_1", **entry) == "OUT_OF_GRID"
    assert town.refused("binding.worker_bind", "resident:per_7", **entry) == "FORBIDDEN"
    registered, bound = town.must("binding.worker_bind", "grid:wkr_2", **entry)
    assert (registered.entered_by, bound.entered_by, bound.grid) == ("wkr_2", "wkr_2", "grd_2")
    town.close()


def test_a_later_scan_merges_and_never_doubles() -> None:
    """The entered person scans under an id of the own; after the merge there is one person with one binding."""
    town = Wire()
    before = town.read("district.totals", OFFICE)
    town.must("binding.worker_bind", "grid:wkr_2", person="per_7", dwelling="dwl_4", relation="owner")
    scan = {"person": "per_8", "qr": "qr_00000004", "dwelling": "dwl_4", "relation": "owner"}
    town.must("binding.scan_bind", "resident:per_8", **scan)
    town.must("binding.merge_persons", OFFICE, person="per_7", into="per_8")
    after = town.read("district.totals", OFFICE)
    for name in ("bound", "bindings", "households", "members"):
        assert after[name] == before[name] + 1, name
    assert town.refused("binding.scan_bind", "resident:per_7", **{**scan, "person": "per_7"}) == "PERSON_MERGED"
    town.close()
