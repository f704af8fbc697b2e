"""F13 suggestions: routed to property company or community, answered in time or counted late, staged awards (T22, H12).

Complaints of F13 are cases: their example is that of F36.
"""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"
DAY_S = 86_400


def suggest(town: Wire, person: str, category: str, text: str) -> str:
    """A screened suggestion."""
    made = town.must(
        "reporting.submit_suggestion", f"resident:{person}", person=person, category=category, text=text
    )[0].suggestion
    town.must("reporting.screen_suggestion", OFFICE, suggestion=made, verdict="pass", of=None)
    return str(made)


def test_a_suggestion_from_the_first_word_to_the_bench() -> None:
    """One goes to the property company, one to the community; one answer is late; the other idea is carried out."""
    town = Wire()
    lamp = suggest(town, "per_1", "property_service", "a lamp at the back door")
    bench = suggest(town, "per_3", "community_service", "a bench by the gate")
    mine = town.read("reporting.suggestion", "resident:per_1", suggestion=lamp)
    assert (mine["route"], mine["state"]) == ("property", "SCREENED")
    assert town.read("reporting.suggestion", OFFICE, suggestion=bench)["route"] == "community"

    town.must("reporting.answer_suggestion", "grid:wkr_1", suggestion=bench)
    town.at = mine["answer_due"] + DAY_S
    answered = town.must("reporting.answer_suggestion", OFFICE, suggestion=lamp)
    assert answered[0].late
    shown = town.read("reporting.suggestion_counts", "resident:per_6")
    assert (shown["asked"], shown["answered"], shown["in_time"], shown["overdue"]) == (2, 2, 1, 1)

    for step in ("accept", "adopt", "implement"):
        town.must(f"reporting.{step}_suggestion", OFFICE, suggestion=bench)
    rules = town.engine.district.policy.points.rules
    acts = ("suggestion", "suggestion_adopted", "suggestion_implemented")
    earned = town.read("points.balance", "resident:per_3", person="per_3")
    assert earned["available"] == sum(rules[each].points for each in acts)
    assert earned["moral"] == sum(rules[f"{each}_moral"].points for each in acts)

    town.must("reporting.accept_suggestion", OFFICE, suggestion=lamp)
    town.must("reporting.decline_suggestion", OFFICE, suggestion=lamp, reason="no_money")
    earned = town.read("points.balance", "resident:per_1", person="per_1")
    assert (earned["available"], earned["moral"]) == (0, 0), "what a declined suggestion earned is taken back"
    town.close()


def test_a_duplicate_owes_no_answer_and_a_stranger_sees_nothing() -> None:
    """The second to ask for the same bench is led to the first; nobody reads another one's suggestion."""
    town = Wire()
    first = suggest(town, "per_1", "greening", "a bench")
    second = town.must(
        "reporting.submit_suggestion", "resident:per_2", person="per_2", category="greening", text="a bench, too"
    )[0].suggestion
    town.must("reporting.screen_suggestion", OFFICE, suggestion=second, verdict="duplicate", of=first)
    assert town.read("reporting.suggestion", OFFICE, suggestion=second)["duplicate_of"] == first
    assert town.read("reporting.suggestion_counts", OFFICE)["asked"] == 1
    assert town.refused("reporting.withdraw_suggestion", "resident:per_1", suggestion=first) == "SUG_HAS_DUPLICATES"
    assert town.refused("reporting.withdraw_suggestion", "resident:per_2", suggestion=first) == "FORBIDDEN"
    town.close()
