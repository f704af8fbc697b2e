"""F07 policy publishing: the reach of one item by age band is a table, and visits of grid members raise it (T01)."""

from __future__ import annotations

from engine.views.reach import Reach, reach_table
from tests.acceptance.wire import Wire

EDITOR = "officer:editor"
BANDS = {"per_1": "18-59", "per_2": "18-59", "per_3": "60+", "per_4": "60+", "per_5": "18-59", "per_6": "60+"}


def test_reach_by_age_band_is_a_table_and_visits_raise_it() -> None:
    """Of three younger people two read of public rental housing, of three older ones none; a member visits two."""
    town = Wire()
    (made,) = town.must("participation.publish_article", EDITOR, section="public_rental_housing")
    item = made.article
    for person in ("per_1", "per_5"):
        town.must("participation.read_article", f"resident:{person}", person=person, article=item)
    before = reach_table(town.engine.district, item, BANDS.__getitem__)
    assert before == (Reach("18-59", 3, 2, 0), Reach("60+", 3, 0, 0))
    assert [each.share_bp for each in before] == [6_666, 0]
    for worker, person in (("wkr_1", "per_3"), ("wkr_2", "per_4")):
        town.must("participation.explain_article", f"grid:{worker}", person=person, article=item)
    older = reach_table(town.engine.district, item, BANDS.__getitem__)[1]
    assert (older, older.share_bp) == (Reach("60+", 3, 0, 2), 6_666)
    again = {"person": "per_3", "article": item}
    assert town.refused("participation.read_article", "resident:per_3", **again) == "ARTICLE_ALREADY_READ"
    town.close()


def test_a_member_explains_in_the_own_grid_only() -> None:
    """A member of another grid is refused, and nobody is reached twice."""
    town = Wire()
    (made,) = town.must("participation.publish_article", EDITOR, section="pension_insurance")
    told = {"person": "per_3", "article": made.article}
    assert town.refused("participation.explain_article", "grid:wkr_2", **told) == "OUT_OF_GRID"
    town.must("participation.explain_article", "grid:wkr_1", **told)
    assert town.refused("participation.explain_article", "grid:wkr_1", **told) == "ARTICLE_ALREADY_READ"
    town.close()
