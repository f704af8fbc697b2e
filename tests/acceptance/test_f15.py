"""F15 volunteer recruitment: one person once a call, shifts that cannot overlap, minutes of two parties (S23, T22).

That recruits reach 4,583 with the surge of January is the simulation's part.
"""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"
HOUR_S, DAY_S = 3_600, 86_400


def test_an_epidemic_call_recruits_and_rewards() -> None:
    """Three join, nobody twice; one takes two shifts apart; the second party's minutes count, and then they earn."""
    town = Wire()
    call = town.must("participation.open_call", OFFICE, closes_at=town.at + 30 * DAY_S)[0].call
    for number in (1, 2, 3):
        town.must("participation.join_call", f"resident:per_{number}", person=f"per_{number}", call=call)
    again = town.refused("participation.join_call", "resident:per_1", person="per_1", call=call)
    assert again == "VOL_DUPLICATE"
    assert town.read("participation.call", "resident:per_6", call=call)["volunteers"] == 3

    morning = town.at + DAY_S
    opened = town.must(
        "participation.open_shifts", OFFICE, call=call, starts_at=morning, ends_at=morning + 2 * HOUR_S, shifts=2
    )
    clash = town.must(
        "participation.open_shifts", OFFICE, call=call, starts_at=morning + HOUR_S, ends_at=morning + 3 * HOUR_S,
        shifts=1,
    )  # fmt: skip
    mine = opened[0].shift
    volunteer = {"person": "per_1", "shift": mine}
    town.must("participation.sign_shift", "resident:per_1", **volunteer)
    overlapping = town.refused("participation.sign_shift", "resident:per_1", person="per_1", shift=clash[0].shift)
    assert overlapping == "SHIFT_OVERLAP"

    town.at = morning
    town.must("participation.begin_shift", "resident:per_1", **volunteer)
    town.at += 2 * HOUR_S
    town.must("participation.end_shift", "resident:per_1", **volunteer)
    alone = town.refused("participation.verify_shift", "resident:per_1", shift=mine, minutes=120)
    assert alone == "FORBIDDEN", "nobody verifies the own minutes"
    verified = town.must("participation.verify_shift", "grid:wkr_1", shift=mine, minutes=90)
    assert verified[0].minutes == 90
    assert town.read("participation.shifts", "resident:per_1", person="per_1")[0]["minutes"] == 90

    town.at += DAY_S
    rules = town.engine.district.policy.points.rules
    earned = town.read("points.balance", "resident:per_1", person="per_1")
    assert (earned["available"], earned["moral"]) == (rules["service"].points, rules["service_moral"].points)
    town.close()
