"""F05 one district platform: every object lies in a grid of a community, grids add up; a view (H12)."""

from __future__ import annotations

import pytest

from engine import new_engine, seeded_salt
from engine.views.district import NOWHERE, PLACES, district_totals, metrics_by_grid, place_of
from tests.acceptance.grid_door import OFFICER, Door
from tests.engine.invariants.life import Life, lively


def lived(seed: int) -> Life:
    """A town in which all kinds of commands were given for some weeks."""
    life = Life(seed, new_engine(lively(), salt=seeded_salt(seed)))
    life.live(1_200)
    return life


@pytest.mark.parametrize("seed", range(4))
def test_the_grids_add_up_to_the_district_in_every_metric(seed: int) -> None:
    """After any history: the sum over grids is the district's number, counted without grids, metric by metric."""
    district = lived(seed).engine.district
    parts, whole = metrics_by_grid(district), district_totals(district)
    assert len(whole) > 20
    assert set().union(*parts.values()) == set(whole)
    assert {name: sum(each[name] for each in parts.values()) for name in whole} == dict(whole)
    assert set(parts) - set(district.grid.grids) <= {NOWHERE}


def test_every_object_lies_somewhere() -> None:
    """Each object of a place or a person has a grid, in the community of that grid and in its subdistrict."""
    kinds: set[str] = set()
    for seed in range(4):
        district = lived(seed).engine.district
        rows = district.grid, district.residents, district.cases, district.praises, district.hazards, district.trade
        tables = [getattr(each, name) for each in (*rows, district.visits) for name in each.__slots__ if name[0] != "_"]
        named = {name for table in tables if isinstance(table, dict) for name in table if isinstance(name, str)}
        found = {name: place_of(district, name) for name in sorted(named) if name.partition("_")[0] in PLACES}
        kinds |= {name.partition("_")[0] for name in found}
        for name, place in found.items():
            if name in district.trade.returned and name not in district.trade.payments:
                continue  # a purchase whose window is over has left the rows
            assert place is not None, name
            subdistrict, community, grid = place
            if not grid:
                assert name.startswith("per_")
                continue
            assert district.grid.grids[grid].community == community
            assert district.grid.communities[community].subdistrict == subdistrict
    assert kinds >= {"bld", "bnd", "dwl", "mer", "per", "prs", "qr", "rpt", "wrn"}


def test_an_officer_reads_both() -> None:
    """The table by grid with the district beside it, and the place of one case; a resident reads neither."""
    door = Door()
    told = {"person": "per_4", "kind": "problem", "category": "parking", "grid": "grd_2", "text": None, "place": None}
    report = door.made("report", "resident:per_4", "reporting.submit_report", **told)
    table = door.asks(OFFICER, "grid.metrics")
    assert table["grids"]["grd_2"]["cases.submitted"] == table["district"]["cases.submitted"] == 1
    place = {"subdistrict": "subdistrict-1", "community": "com_1", "grid": "grd_2"}
    assert door.asks(OFFICER, "grid.place", named=report) == place
    assert door.asks("resident:per_4", "grid.metrics") == "FORBIDDEN"
    assert door.asks(OFFICER, "grid.place", named="vot_00000001") is None
