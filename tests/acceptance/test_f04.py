"""F04 special-group tag: seen by the grid and care roles only, every reading logged (S19, S27)."""

from __future__ import annotations

import pytest

from engine.kernel.encoding import canonical
from engine.views.catalogue import READS
from engine.views.read import OfPerson
from engine.views.residents import special_tags
from tests.acceptance.wire import Wire


def tagged() -> Wire:
    """per_1 was tagged by the member of the grid on evidence."""
    town = Wire()
    tag, *_ = town.must("binding.tag_special", "grid:wkr_1", person="per_1", tag="disabled", evidence="doc_1")
    assert "disabled" not in tag.encode()
    return town


@pytest.mark.parametrize("who", ["wkr_1", "wkr_3"], ids=["member of the grid", "family doctor"])
def test_grid_and_care_roles_see_the_tag_and_the_look_is_logged(who: str) -> None:
    """After a reading that stands in the log the group is shown."""
    town = tagged()
    (reading,) = town.must("binding.read_tags", f"grid:{who}", person="per_1")
    assert (reading.reader_kind, reading.reader, reading.person) == ("grid", who, "per_1")
    assert [each.group for each in special_tags(town.engine, "per_1", "grid", who)] == ["disabled"]
    town.close()


@pytest.mark.parametrize("actor", ["merchant:mer_1", "rider:rid_1", "resident:per_2", "officer:off_1", "grid:wkr_2"])
def test_nobody_else_gets_it_from_any_answer(actor: str) -> None:
    """A merchant, a rider, a neighbour: no command opens the tag, and no read that answers them holds it."""
    town = tagged()
    expected = "OUT_OF_GRID" if actor == "grid:wkr_2" else "FORBIDDEN"
    assert town.refused("binding.read_tags", actor, person="per_1") == expected
    for read in READS:
        if read.parameters is OfPerson and actor.partition(":")[0] in read.actors:
            try:
                answer = town.read(read.name, actor, person="per_1")
            except Exception:  # noqa: BLE001, S112 - who is refused learns nothing, which is what is asked here
                continue
            assert "disabled" not in canonical(answer)
    town.close()
