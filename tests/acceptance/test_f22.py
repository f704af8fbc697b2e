"""F22 close-contact screening: the same place within the window, as a comparison of all pairs finds it (P03, P04)."""

from __future__ import annotations

from random import Random

from tests.acceptance.ward import DOCTOR, OFFICE, Ward, resident

WINDOW_S = 30 * 60
PLACES = ("market", "school", "clinic")


def test_contacts_of_a_whole_day_are_those_of_all_pairs() -> None:
    """Six people go about three places for a day; of each who tests positive the same contacts are found by hand."""
    town, luck = Ward(), Random(7)  # noqa: S311 - a seeded day, no secrets
    seen: list[tuple[int, str, int]] = []
    for _ in range(60):
        town.at += luck.randrange(WINDOW_S)
        person, place = luck.randrange(1, 7), luck.choice(PLACES)
        town.must("epidemic.check_in", resident(person), person=f"per_{person}", place=place)
        seen.append((person, place, town.at))
    for person in range(1, 7):
        town.must("epidemic.record_result", OFFICE, person=f"per_{person}", sample_at=town.at, result="positive")
        town.must("epidemic.screen_contacts", OFFICE, person=f"per_{person}")
        shown = town.read("epidemic.close_contacts", OFFICE, person=f"per_{person}")
        by_hand = {
            (f"per_{other}", at)
            for mine, place, instant in seen
            for other, there, at in seen
            if mine == person != other and place == there and abs(at - instant) <= WINDOW_S
        }
        assert {(each["person"], each["at"]) for each in shown} == by_hand
    town.close()


def test_only_a_logged_look_is_answered() -> None:
    """A doctor who has not said so sees nothing, one who has sees it for a quarter of an hour, others never."""
    town = Ward()
    assert town.read_refused("epidemic.close_contacts", DOCTOR, person="per_1") == "FORBIDDEN"
    (look,) = town.must("epidemic.screen_contacts", DOCTOR, person="per_1")
    assert (look.asker, look.who, look.person) == ("grid", "wkr_3", "per_1")
    assert town.read("epidemic.close_contacts", DOCTOR, person="per_1") == []
    assert town.read_refused("epidemic.close_contacts", OFFICE, person="per_1") == "FORBIDDEN"
    town.at += 15 * 60 + 1
    town.must("clock.sweep", OFFICE)
    assert town.read_refused("epidemic.close_contacts", DOCTOR, person="per_1") == "FORBIDDEN"
    for actor in (resident(1), "grid:wkr_1"):
        assert town.refused("epidemic.screen_contacts", actor, person="per_1") == "FORBIDDEN"
    town.close()
