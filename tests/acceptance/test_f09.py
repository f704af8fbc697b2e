"""F09 votes: one ballot a bound person and vote; sums, closing time and the rule of ties (S20, T20, T21, L09)."""

from __future__ import annotations

import pytest

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"
DAY_S = 86_400


def opened(town: Wire, choices: int = 2) -> str:
    """A vote for the most beautiful social workers of the neighbourhood, of three."""
    terms = {"options": 3, "choices": choices, "unit": "person", "closes_at": town.at + DAY_S, "quorum_bp": 0}
    (drafted,) = town.must("participation.draft_vote", OFFICE, **terms)
    town.must("participation.open_vote", OFFICE, vote=drafted.vote)
    return str(drafted.vote)


def test_the_sum_of_all_options_is_ballots_times_choices() -> None:
    """Four people cast one ballot each of two choices; a second ballot is refused; the sum is eight."""
    town = Wire()
    vote = opened(town)
    for number, choices in enumerate(([0, 1], [0, 2], [0, 1], [1, 2]), start=1):
        ballot = {"person": f"per_{number}", "vote": vote, "choices": choices}
        town.must("participation.cast_ballot", f"resident:per_{number}", **ballot)
        refused = town.refused("participation.cast_ballot", f"resident:per_{number}", **ballot)
        assert refused == "VOTE_ALREADY_CAST"
    assert town.read("participation.vote", "resident:per_1", vote=vote)["result"] is None
    town.at += DAY_S
    result = town.read("participation.vote", "resident:per_1", vote=vote)["result"]
    assert (result["ballots"], result["counts"], sum(result["counts"])) == (4, (3, 3, 2), 4 * 2)
    assert result["leading"] == (0, 1), "equal candidates lead together and none of them wins by chance"
    town.close()


@pytest.mark.parametrize(("later_s", "expected"), [(DAY_S - 1, "ok"), (DAY_S, "VOTE_NOT_OPEN")])
def test_the_closing_time_is_kept(later_s: int, expected: str) -> None:
    """A ballot counts up to the last second before closing, and not at the closing instant."""
    town = Wire()
    vote = opened(town, choices=1)
    town.at += later_s
    done = town.say("participation.cast_ballot", "resident:per_1", person="per_1", vote=vote, choices=[0])
    assert (done.code.name if done.code is not None else "ok") == expected
    town.close()
