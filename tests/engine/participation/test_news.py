"""News in six sections, receipts, misses (F06, F07)."""

import pytest

from engine.district.board import ARTICLE_EDGES
from engine.kernel.units import DAY_S, civil_day, day_start
from engine.merging.persons import MergePersons
from engine.participation.news import PublishArticle, ReadArticle, WithdrawArticle
from engine.views.board import SECTIONS, missed_sections, reach, reach_by_section
from tests.engine.participation.square import NOON, Square, code, new_id


def published(square: Square, section: str = "community") -> str:
    """The id of a new article."""
    return new_id(square.office(PublishArticle(section)))  # type: ignore[arg-type]


def test_there_are_six_sections() -> None:
    """F06: six news sections exist, and every item stands in one of them with its time and a flag."""
    square = Square()
    assert len(SECTIONS) == 6
    for section in SECTIONS:
        row = square.district.board.articles[published(square, section)]
        assert (row.section, row.published_at, row.state) == (section, NOON, "PUBLISHED")
    assert missed_sections(square.district, civil_day(NOON), civil_day(NOON) + 1) == ()


def test_a_section_without_an_item_is_a_miss() -> None:
    """F06: each day and section with no item is reported, and only these."""
    square = Square()
    day = civil_day(NOON)
    published(square, "community")
    square.at = day_start(day + 1) - 1  # last second of the same civil day
    published(square, "public_services")
    square.at = day_start(day + 1)
    published(square, "community")
    missed = missed_sections(square.district, day, day + 2)
    middle = SECTIONS[1:5]
    assert missed == tuple((day, each) for each in middle) + tuple(
        (day + 1, each) for each in SECTIONS if each != "community"
    )


def test_withdrawing_on_the_same_day_leaves_a_miss() -> None:
    """An item withdrawn on its own day does not serve the section; one withdrawn later does."""
    square = Square()
    day = civil_day(NOON)
    first = published(square, "community")
    second = published(square, "public_services")
    square.office(WithdrawArticle(first))
    square.at += DAY_S
    square.office(WithdrawArticle(second))
    missed = [section for _, section in missed_sections(square.district, day, day + 1)]
    assert "community" in missed
    assert "public_services" not in missed
    assert square.district.board.articles[first].state == "WITHDRAWN"


def test_a_reader_counts_once() -> None:
    """F07: reach counts each reader once, whatever key the second attempt has."""
    square = Square()
    article = published(square, "pension_insurance")
    assert square.resident(ReadArticle("per_1", article), key="first").ok
    assert square.resident(ReadArticle("per_1", article), key="first").ok, "a repeat gets the same answer"
    assert code(square.resident(ReadArticle("per_1", article))) == "ARTICLE_ALREADY_READ"
    assert square.resident(ReadArticle("per_2", article)).ok
    assert reach(square.district, article) == 2
    assert reach_by_section(square.district)["pension_insurance"] == 2
    assert reach(square.district, "art_none") is None


@pytest.mark.parametrize(("seconds", "answer"), [(-1, ""), (0, "ARTICLE_ARCHIVED")])
def test_receipts_end_on_the_second(seconds: int, answer: str) -> None:
    """An article counts readers until the instant of its archiving, half open; its reach stays."""
    square = Square(participation__read_receipt_days=3)
    article = published(square)
    square.resident(ReadArticle("per_1", article))
    square.at = day_start(civil_day(NOON) + 4) + seconds
    assert code(square.resident(ReadArticle("per_2", article))) == answer
    assert reach(square.district, article) == 1 + (answer == "")
    assert len(square.district.board.articles[article].readers) == (2 if answer == "" else 0)


def test_every_edge_of_an_article_is_taken_and_no_other() -> None:
    """An article is published, archived and withdrawn as the table of edges says."""
    square = Square()
    seen = {("", "PUBLISHED")}
    early, late = published(square), published(square)
    square.office(WithdrawArticle(early))
    seen.add(("PUBLISHED", square.district.board.articles[early].state))
    square.at += 60 * DAY_S
    assert code(square.office(WithdrawArticle(early))) == "ARTICLE_WITHDRAWN"
    seen.add(("PUBLISHED", square.district.board.articles[late].state))
    square.office(WithdrawArticle(late))
    seen.add(("ARCHIVED", square.district.board.articles[late].state))
    assert seen == ARTICLE_EDGES
    assert square.district.board.articles[early].state == "WITHDRAWN", "a withdrawn article is not archived later"


@pytest.mark.parametrize("readers", [("per_4",), ("per_4", "per_3")])
def test_a_merge_leaves_one_receipt(readers: tuple[str, ...]) -> None:
    """H11: after a merge the two rows count as one reader, who cannot read again."""
    square = Square()
    article = published(square)
    for person in readers:
        square.resident(ReadArticle(person, article))
    assert square.office(MergePersons("per_4", "per_3")).ok
    assert reach(square.district, article) == 1
    assert code(square.resident(ReadArticle("per_3", article))) == "ARTICLE_ALREADY_READ"
    assert code(square.resident(ReadArticle("per_4", article))) == "PERSON_MERGED"
