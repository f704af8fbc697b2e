"""The pages of docs/reference are what the code says now."""

import pytest

from engine.kernel.event import EVENTS, Event
from tests.docs.reference import FOLDER, PAGES, postings


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name: str) -> None:
    """A page is what the code gives now."""
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run make reference"


def test_no_page_is_left_over() -> None:
    """The folder holds these pages and no other."""
    assert {each.name for each in FOLDER.iterdir()} == set(PAGES)


def test_the_postings_of_every_event_that_posts_are_found() -> None:
    """An event that moves value names its accounts where the page can read them."""
    silent = [name for name, kind in EVENTS.items() if kind.postings is not Event.postings and not postings(kind)]
    assert silent == [], "let postings() name its accounts in tuples of five"
