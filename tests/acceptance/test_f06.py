"""F06 six news sections: an item has section, time and a flag; a day without an item in a section is a miss (T01)."""

from __future__ import annotations

from engine.kernel.units import civil_day
from engine.views.board import SECTIONS, missed_sections
from tests.acceptance.wire import Wire

EDITOR = "officer:editor"
DAY_S = 86_400


def test_a_day_without_an_item_in_a_section_is_a_miss() -> None:
    """Six sections are served on the first day, five on the second: one miss, on that day, in that section."""
    town = Wire()
    first = civil_day(town.at)
    assert len(SECTIONS) == 6
    for section in SECTIONS:
        town.must("participation.publish_article", EDITOR, section=section)
    town.at += DAY_S
    for section in SECTIONS[:5]:
        town.must("participation.publish_article", EDITOR, section=section)
    assert missed_sections(town.engine.district, first, first + 2) == ((first + 1, SECTIONS[5]),)
    town.close()


def test_an_item_has_section_time_and_a_withdrawn_flag() -> None:
    """A withdrawn item stays with its flag; one withdrawn on its own day hides no miss."""
    town = Wire()
    day = civil_day(town.at)
    (made,) = town.must("participation.publish_article", EDITOR, section="community")
    row = town.engine.district.board.articles[made.article]
    assert (row.section, row.published_at, row.state) == ("community", town.at, "PUBLISHED")
    town.must("participation.withdraw_article", EDITOR, article=made.article)
    assert row.state == "WITHDRAWN"
    assert (day, "community") in missed_sections(town.engine.district, day, day + 1)
    reading = {"person": "per_1", "article": made.article}
    assert town.refused("participation.read_article", "resident:per_1", **reading) == "ARTICLE_WITHDRAWN"
    town.close()
