"""Every answer of the commands about suggestions and topics, in the declared order."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Command, digest
from engine.binding.bindings import RegisterPerson, ScanBind
from engine.merging.persons import MergePersons
from engine.reporting.deliberation import CloseTopic, ConcludeTopic, HidePost, OpenTopic, PostInTopic, RetractPost
from engine.reporting.stages import AcceptSuggestion, AdoptSuggestion, DeclineSuggestion, ImplementSuggestion
from engine.reporting.suggestions import (
    AnswerSuggestion,
    RouteSuggestion,
    ScreenSuggestion,
    SubmitSuggestion,
    WithdrawSuggestion,
)
from tests.engine.reporting.scenes import DAY, town_of
from tests.towns import Town, code_of


def suggested(town: Town, person: str = "per_1", category: str = "greening") -> str:
    """A new suggestion."""
    answer = town.must(SubmitSuggestion(person, category, None), "resident", person)
    return str(answer.events[0].suggestion)  # type: ignore[attr-defined]


def scene() -> tuple[Town, dict[str, str]]:
    """Suggestions and topics in every state, all of per_1; per_7 is merged, per_8 unbound."""
    town = town_of()
    for person in ("per_7", "per_8"):
        town.must(RegisterPerson(person))
    town.must(ScanBind("per_7", town.codes["dwl_2"], "dwl_2", "family"), "resident", "per_7")
    town.must(MergePersons("per_7", "per_3"))
    named = {name: suggested(town) for name in ("fresh", "screened", "answered", "accepted", "root", "double")}
    for name in ("screened", "answered", "accepted", "root"):
        town.must(ScreenSuggestion(named[name], "pass", None))
    for name in ("answered", "accepted"):
        town.must(AnswerSuggestion(named[name]))
    town.must(AcceptSuggestion(named["accepted"]))
    town.must(ScreenSuggestion(named["double"], "duplicate", named["root"]))
    for name in ("topic", "closed"):
        named[name] = str(town.must(OpenTopic(town.clock + DAY)).events[0].topic)  # type: ignore[attr-defined]
    named["post"] = _posted(town, named["topic"])
    named["hidden"] = _posted(town, named["topic"])
    town.must(HidePost(named["hidden"], "off_topic"))
    town.must(CloseTopic(named["closed"]))
    return town, named


def _posted(town: Town, topic: str) -> str:
    answer = town.must(PostInTopic("per_1", topic, "a bench"), "resident", "per_1")
    return str(answer.events[0].post)  # type: ignore[attr-defined]


Rows = list[tuple[tuple[Any, ...], str]]
TABLE: dict[type[Command], Rows] = {
    SubmitSuggestion: [
        (("per_9", "moon", None), "PERSON_NOT_FOUND"),
        (("per_7", "moon", None), "CATEGORY_NOT_FOUND"),
        (("per_7", "greening", None), "PERSON_MERGED"),
        (("per_8", "greening", None), "PERSON_NOT_BOUND"),
    ],
    WithdrawSuggestion: [
        (("sug_9",), "SUGGESTION_NOT_FOUND"),
        (("accepted",), "SUG_BAD_STATE"),
        (("root",), "SUG_HAS_DUPLICATES"),
    ],
    ScreenSuggestion: [
        (("accepted", "duplicate", "sug_9"), "SUGGESTION_NOT_FOUND"),
        (("accepted", "duplicate", None), "SUG_BAD_STATE"),
        (("fresh", "duplicate", None), "SUG_DUPLICATE_ROOT"),
    ],
    RouteSuggestion: [
        (("sug_9", "community"), "SUGGESTION_NOT_FOUND"),
        (("accepted", "community"), "SUG_BAD_STATE"),
        (("answered", "community"), "SUG_ANSWERED"),
        (("screened", "community"), "SUG_ROUTED"),
    ],
    AnswerSuggestion: [
        (("sug_9",), "SUGGESTION_NOT_FOUND"),
        (("accepted",), "SUG_BAD_STATE"),
        (("answered",), "SUG_ANSWERED"),
    ],
    AcceptSuggestion: [
        (("sug_9",), "SUGGESTION_NOT_FOUND"),
        (("fresh",), "SUG_BAD_STATE"),
        (("screened",), "SUG_NOT_ANSWERED"),
    ],
    AdoptSuggestion: [(("sug_9",), "SUGGESTION_NOT_FOUND"), (("answered",), "SUG_BAD_STATE")],
    ImplementSuggestion: [(("sug_9",), "SUGGESTION_NOT_FOUND"), (("accepted",), "SUG_BAD_STATE")],
    DeclineSuggestion: [(("sug_9", "dear"), "SUGGESTION_NOT_FOUND"), (("fresh", "dear"), "SUG_BAD_STATE")],
    OpenTopic: [((0,), "TOPIC_CLOSES_IN_PAST")],
    PostInTopic: [
        (("per_9", "top_9", "x"), "PERSON_NOT_FOUND"),
        (("per_7", "top_9", "x"), "TOPIC_NOT_FOUND"),
        (("per_7", "closed", "x"), "PERSON_MERGED"),
        (("per_8", "closed", "x"), "PERSON_NOT_BOUND"),
        (("per_1", "closed", "x"), "TOPIC_NOT_OPEN"),
        (("per_1", "topic", "x"), "TOPIC_POST_LIMIT"),
    ],
    RetractPost: [(("pst_9",), "POST_NOT_FOUND"), (("hidden",), "POST_BAD_STATE")],
    HidePost: [(("pst_9", "rude"), "POST_NOT_FOUND"), (("hidden", "rude"), "POST_BAD_STATE")],
    CloseTopic: [(("top_9",), "TOPIC_NOT_FOUND"), (("closed",), "TOPIC_BAD_STATE")],
    ConcludeTopic: [
        (("top_9", "x", ("sug_9",)), "TOPIC_NOT_FOUND"),
        (("topic", "x", ("sug_9",)), "SUGGESTION_NOT_FOUND"),
        (("topic", "x", ("fresh",)), "TOPIC_BAD_STATE"),
        (("closed", "x", ("fresh",)), "SUG_BAD_STATE"),
    ],
}
ROWS = [(kind, values, answer) for kind, rows in TABLE.items() for values, answer in rows]


def _ids(value: Any, named: dict[str, str]) -> Any:
    return tuple(named.get(each, each) for each in value) if isinstance(value, tuple) else named.get(value, value)


@pytest.mark.parametrize(("kind", "values", "answer"), ROWS, ids=lambda value: getattr(value, "type", None))
def test_the_earlier_code_answers_and_nothing_changes(kind: type[Command], values: Rows, answer: str) -> None:
    """A9, T02: of several reasons the one declared first is given, and the state stays as it was."""
    town, named = scene()
    if answer == "TOPIC_POST_LIMIT":
        for _ in range(town.engine.district.policy.reporting.topic_posts - 2):
            _posted(town, named["topic"])
    command = kind(*[_ids(value, named) for value in values])
    before = digest(town.engine.district)
    who = ("officer", "off_1") if "officer" in kind.actors else ("resident", getattr(command, "person", "per_1"))
    assert code_of(town.say(command, *who)) == answer
    assert digest(town.engine.district) == before


def test_the_table_holds_every_code_in_order() -> None:
    """Each command stands in the table with exactly the codes that it declares, in their order and that of classes."""
    for kind, rows in TABLE.items():
        assert [answer for _, answer in rows] == [each.name for each in kind.codes], kind.type


@pytest.mark.parametrize("kind", [WithdrawSuggestion, RetractPost], ids=lambda kind: kind.type)
def test_nobody_takes_back_what_another_one_said(kind: type[Command]) -> None:
    """Only the author, also under the row that stays after a merge."""
    town, named = scene()
    command = kind(named["fresh"] if kind is WithdrawSuggestion else named["post"])  # type: ignore[call-arg]
    assert code_of(town.say(command, "resident", "per_2")) == "FORBIDDEN"
    assert code_of(town.say(command, "officer", "off_1")) == "FORBIDDEN"
    town.must(MergePersons("per_1", "per_2"))
    town.must(command, "resident", "per_2")
