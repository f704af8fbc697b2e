"""What residents have suggested and discussed, as it may be shown: own suggestions step by step, counts, outcomes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, get_args

from engine.district.suggestions import LEFT_OUT, Stage
from engine.kernel.ids import SuggestionId, TopicId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.reporting.codes import SUGGESTION_NOT_FOUND, TOPIC_NOT_FOUND
from engine.views.read import ANYBODY, OFFICE, NoParameters, Parameters, Read, Value

if TYPE_CHECKING:
    from engine.district import District
    from engine.kernel.vault import Vault

STAGES = get_args(Stage)


@dataclass(slots=True)
class OfSuggestion(Parameters):
    """A suggestion."""

    suggestion: SuggestionId


@dataclass(slots=True)
class OfTopic(Parameters):
    """A topic."""

    topic: TopicId


@dataclass(frozen=True, slots=True)
class SuggestionCounts:
    """Suggestions of the district (F13). `asked`: without duplicate and withdrawn ones; the others are parts of it."""

    submitted: int
    asked: int
    answered: int
    in_time: int
    overdue: int
    accepted: int
    adopted: int
    implemented: int
    declined: int


def suggestion_counts(district: District) -> SuggestionCounts:
    """How many were answered in time, and how far they came: who reached a stage counts for the stages before."""
    rows = district.voices.suggestions.values()
    asked = [each for each in rows if each.state not in LEFT_OUT]
    answered = [each for each in asked if each.answered_at is not None]
    stages = [len(each.awards_before) for each in asked]
    accepted, adopted, implemented = (sum(each > below for each in stages) for below in range(len(STAGES)))
    return SuggestionCounts(
        submitted=len(rows),
        asked=len(asked),
        answered=len(answered),
        in_time=sum(not each.overdue for each in answered),
        overdue=sum(each.overdue for each in asked),
        accepted=accepted,
        adopted=adopted,
        implemented=implemented,
        declined=sum(each.state == "DECLINED" for each in asked),
    )


def _author(asked: OfSuggestion, district: District, who: str) -> Code | None:
    row, persons = district.voices.suggestions.get(asked.suggestion), district.residents
    known = row is not None and who in persons.persons
    return None if row is not None and known and persons.root(row.person) == persons.root(who) else FORBIDDEN


def _suggestion(district: District, asked: OfSuggestion, vault: Vault | None) -> Value:
    row = district.voices.suggestions.get(asked.suggestion)
    if row is None:
        raise Rejected(SUGGESTION_NOT_FOUND)
    found = vault.get(row.text) if vault is not None and row.text else None
    return {
        "state": row.state,
        "category": row.category,
        "route": row.route,
        "answer_due": row.answer_due,
        "answered_at": row.answered_at,
        "overdue": row.overdue,
        "duplicate_of": row.root,
        "topic": row.topic,
        "text": found.value if found is not None else "",
        "steps": [list(each) for each in row.steps],
    }


def open_topics(district: District) -> tuple[str, ...]:
    """Ids of topics that residents discuss now."""
    return tuple(each.id for each in district.voices.topics.values() if each.state == "OPEN")


def _topic(district: District, asked: OfTopic, vault: Vault | None) -> Value:
    """The posts that are shown, without their authors, and the outcome once it is published."""
    rows = district.voices
    row = rows.topics.get(asked.topic)
    if row is None:
        raise Rejected(TOPIC_NOT_FOUND)
    posts = {each: rows.posts[each] for each in row.posts if rows.posts[each].state == "SHOWN"}
    texts = {each: vault.get(post.text) if vault is not None else None for each, post in posts.items()}
    return {
        "state": row.state,
        "closes_at": row.closes_at,
        "outcome": row.outcome,
        "suggestions": list(row.suggestions),
        "posts": [
            {"post": each, "at": posts[each].posted_at, "text": text.value if text is not None else ""}
            for each, text in texts.items()
        ],
    }


VOICE_READS: tuple[Read, ...] = (
    Read(
        "reporting.suggestion",
        "A suggestion step by step, for whoever made it and officers.",
        OfSuggestion,
        {"resident": _author, **OFFICE},
        (SUGGESTION_NOT_FOUND,),
        _suggestion,
        opens=True,
    ),
    Read(
        "reporting.suggestion_counts",
        "Suggestions by how far they came, and answers in time.",
        NoParameters,
        ANYBODY,
        (),
        lambda district, _asked: asdict(suggestion_counts(district)),
    ),
    Read(
        "reporting.topic",
        "A topic: its posts without authors, its outcome once published.",
        OfTopic,
        ANYBODY,
        (TOPIC_NOT_FOUND,),
        _topic,
        opens=True,
    ),
)
