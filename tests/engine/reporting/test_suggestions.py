"""Suggestions in stages (F13) and deliberation (F14): promised answers, staged awards that can be taken back."""

from __future__ import annotations

import pytest

from engine import Policy, new_engine, seeded_salt
from engine.invariants import attach
from engine.reporting.deliberation import CloseTopic, ConcludeTopic, OpenTopic, PostInTopic
from engine.reporting.stages import AcceptSuggestion, AdoptSuggestion, DeclineSuggestion, ImplementSuggestion
from engine.reporting.suggestions import AnswerSuggestion, RouteSuggestion, ScreenSuggestion
from engine.views.points import available, moral
from tests.engine.reporting.scenes import DAY, town_of
from tests.engine.reporting.test_voice_precedence import suggested
from tests.towns import Town

FREE = {"points.material_daily_cap": 0, "points.rules.suggestion.daily_cap": 0}


def watched() -> Town:
    """The small town with every invariant looking on, without caps."""
    engine = new_engine(Policy().changed(FREE), salt=seeded_salt(1))
    attach(engine)
    return town_of(engine=engine)


def screened(town: Town) -> str:
    """A suggestion that waits for its answer."""
    made = suggested(town)
    town.must(ScreenSuggestion(made, "pass", None))
    return made


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True)])
def test_an_answer_is_late_from_the_promised_instant_on(seconds: int, late: bool) -> None:  # noqa: FBT001 - a column
    """The promise is half open like every interval, and a promise that was missed stays missed."""
    town = watched()
    made = screened(town)
    row = town.engine.district.voices.suggestions[made]
    (answered,) = town.must(AnswerSuggestion(made), "grid", "wkr_1", at=row.answer_due + seconds).events
    assert answered.late is late  # type: ignore[attr-defined]
    assert row.overdue is late


@pytest.mark.parametrize(("category", "route"), [("property_service", "property"), ("greening", "community")])
def test_the_category_says_who_answers(category: str, route: str) -> None:
    """F13: routed to the property company or the community; the office may route it anew without a new promise."""
    town = watched()
    made = suggested(town, category=category)
    row = town.engine.district.voices.suggestions[made]
    due = row.answer_due
    assert row.route == route
    other = "property" if route == "community" else "community"
    town.must(RouteSuggestion(made, other))  # type: ignore[arg-type]
    assert (row.route, row.answer_due) == (other, due)


def test_each_stage_earns_by_its_own_rules() -> None:
    """Accepted, adopted, carried out: material and moral points as two entries a stage, for one fact."""
    town = watched()
    made = screened(town)
    town.must(AnswerSuggestion(made))
    rules = town.engine.district.policy.points.rules
    points = score = 0
    for command, act in (
        (AcceptSuggestion(made), "suggestion"),
        (AdoptSuggestion(made), "suggestion_adopted"),
        (ImplementSuggestion(made), "suggestion_implemented"),
    ):
        town.must(command)
        points, score = points + rules[act].points, score + rules[f"{act}_moral"].points
        assert (available(town.engine.district, "per_1"), moral(town.engine.district, "per_1")) == (points, score)


def test_a_later_no_takes_back_what_the_stages_earned() -> None:
    """Every award of a declined suggestion goes, one a record, and only as long as it can be taken back."""
    town = watched()
    made = screened(town)
    town.must(AnswerSuggestion(made))
    town.must(AcceptSuggestion(made))
    town.must(AdoptSuggestion(made))
    (declined,) = town.must(DeclineSuggestion(made, "no_money")).events
    assert len(declined.awards) == 4  # type: ignore[attr-defined]
    town.engine.advance(town.clock)
    assert (available(town.engine.district, "per_1"), moral(town.engine.district, "per_1")) == (0, 0)


def test_what_is_final_stays() -> None:
    """A no after the time in which awards can be taken back leaves them."""
    town = watched()
    made = screened(town)
    town.must(AnswerSuggestion(made))
    town.must(AcceptSuggestion(made))
    town.must(DeclineSuggestion(made, "no_money"), at=town.clock + 40 * DAY)
    town.engine.advance(town.clock)
    assert available(town.engine.district, "per_1") > 0


def test_a_no_is_an_answer() -> None:
    """Declining an unanswered suggestion answers it."""
    town = watched()
    made = screened(town)
    assert [each.type for each in town.must(DeclineSuggestion(made, "no_money")).events] == [
        "reporting.suggestion_answered",
        "reporting.suggestion_declined",
    ]


def test_an_outcome_answers_what_it_names_once() -> None:
    """F14: a suggestion that waits is answered by the outcome; one that had an answer keeps it."""
    town = watched()
    topic = str(town.must(OpenTopic(town.clock + DAY)).events[0].topic)  # type: ignore[attr-defined]
    town.must(PostInTopic("per_2", topic, "a bench by the gate"), "resident", "per_2")
    waits, has = screened(town), screened(town)
    town.must(AnswerSuggestion(has))
    town.must(CloseTopic(topic))
    done = town.must(ConcludeTopic(topic, "A bench is put up in May.", (waits, has, waits)))
    assert [each.type for each in done.events] == ["reporting.topic_concluded", "reporting.suggestion_answered"]
    rows = town.engine.district.voices.suggestions
    assert (rows[waits].topic, rows[has].topic) == (topic, "")
    assert town.engine.district.voices.topics[topic].suggestions == (waits, has)
