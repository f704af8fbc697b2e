"""F08 calls for activities: capacity, sign-up, cancel, attend; more attended than places is impossible (S22, T22)."""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"
HOUR_S, DAY_S = 3_600, 86_400


def market(town: Wire, places: int) -> str:
    """The charity market: a published call that begins in two days."""
    at = town.at
    drafted, *_ = town.must(
        "participation.draft_activity", OFFICE,
        places=places, opens_at=at, closes_at=at + DAY_S, begins_at=at + 2 * DAY_S, ends_at=at + 2 * DAY_S + HOUR_S,
        rewarded=True,
    )  # fmt: skip
    town.must("participation.publish_activity", OFFICE, activity=drafted.activity)
    return str(drafted.activity)


def test_the_charity_market_has_two_places() -> None:
    """Four register for two places, one gives up, the next in turn is promoted, two attend, and only they earn."""
    town = Wire()
    call = market(town, places=2)
    for number in (1, 2, 3, 4):
        town.must("participation.join_activity", f"resident:per_{number}", person=f"per_{number}", activity=call)
    shown = town.read("participation.activity", "resident:per_6", activity=call)
    assert (shown["state"], shown["confirmed"], shown["waiting"]) == ("FULL", 2, 2)
    turn = town.read("participation.registration", "resident:per_4", person="per_4", activity=call)
    assert (turn["state"], turn["turn"]) == ("WAITLISTED", 2)

    town.must("participation.cancel_registration", "resident:per_1", person="per_1", activity=call)
    promoted = town.read("participation.registration", "resident:per_3", person="per_3", activity=call)
    assert promoted["state"] == "REGISTERED"

    town.at += 2 * DAY_S
    refused = town.refused("participation.check_in_registration", "grid:wkr_1", person="per_4", activity=call)
    assert refused == "REG_BAD_STATE", "who has no place cannot attend, so more than the places never do"
    for number in (2, 3):
        town.must("participation.check_in_registration", "grid:wkr_1", person=f"per_{number}", activity=call)
    town.must("participation.hold_activity", OFFICE, activity=call)
    town.must("participation.settle_activity", OFFICE, activity=call)

    earned = [town.read("points.balance", OFFICE, person=f"per_{number}") for number in (1, 2, 3, 4)]
    rule = town.engine.district.policy.points.rules["activity"]
    assert [each["available"] for each in earned] == [0, rule.points, rule.points, 0]
    shown = town.read("participation.activity", OFFICE, activity=call)
    assert (shown["state"], shown["completed"], shown["places"]) == ("SETTLED", 2, 2)
    town.close()


def test_a_full_waiting_list_takes_nobody() -> None:
    """Under a policy without a waiting list the third of two is refused."""
    town = Wire(participation__waiting_places=0)
    call = market(town, places=1)
    town.must("participation.join_activity", "resident:per_1", person="per_1", activity=call)
    assert town.refused("participation.join_activity", "resident:per_2", person="per_2", activity=call) == "ACT_FULL"
    town.close()
