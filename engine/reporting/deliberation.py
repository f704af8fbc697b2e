"""Deliberation (F14): a topic with posts until it closes, then a published outcome that names what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.suggestions import LEFT_OUT
from engine.district.topics import (
    OutcomeText,
    Post,
    Posted,
    PostHidden,
    PostRetracted,
    PostText,
    Topic,
    TopicClosed,
    TopicConcluded,
    TopicOpened,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import PersonId, PostId, SuggestionId, TopicId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import Instant, Name
from engine.reporting.codes import (
    POST_BAD_STATE,
    POST_NOT_FOUND,
    SUG_BAD_STATE,
    SUGGESTION_NOT_FOUND,
    TOPIC_BAD_STATE,
    TOPIC_CLOSES_IN_PAST,
    TOPIC_NOT_FOUND,
    TOPIC_NOT_OPEN,
    TOPIC_POST_LIMIT,
)
from engine.reporting.standing import bound
from engine.reporting.suggestions import answered, suggestion

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}


def _topic(district: District, claimed: str) -> Topic:
    row = district.voices.topics.get(claimed)
    if row is None:
        raise Rejected(TOPIC_NOT_FOUND)
    return row


def _shown(district: District, claimed: str) -> Post:
    row = district.voices.posts.get(claimed)
    if row is None:
        raise Rejected(POST_NOT_FOUND)
    if row.state != "SHOWN":
        raise Rejected(POST_BAD_STATE, state=row.state)
    return row


def _author(command: Any, district: District, who: str) -> Code | None:
    """Authority of the resident who wrote the post, also under a row that was merged since."""
    row = district.voices.posts.get(command.post)
    if row is None:
        return None
    persons = district.residents
    known = who in persons.persons
    return None if known and persons.root(row.person) == persons.root(who) else FORBIDDEN


@command("reporting.open_topic", OFFICE, (TOPIC_CLOSES_IN_PAST,))
class OpenTopic(Command):
    """Let residents discuss something until an instant."""

    closes_at: Instant

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An open topic."""
        if self.closes_at <= by.at:
            raise Rejected(TOPIC_CLOSES_IN_PAST)
        return (TopicOpened(district.ids.new("top"), self.closes_at),)


@command(
    "reporting.post_in_topic",
    {"resident": own("person")},
    (PERSON_NOT_FOUND, TOPIC_NOT_FOUND, PERSON_MERGED, PERSON_NOT_BOUND, TOPIC_NOT_OPEN, TOPIC_POST_LIMIT),
)
class PostInTopic(Command):
    """Say something about an open topic."""

    person: PersonId
    topic: TopicId
    text: PostText

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A post; a person has only so many a topic, so that one voice does not drown the others."""
        if self.person not in district.residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        row = _topic(district, self.topic)
        bound(district, self.person)
        if row.state != "OPEN":
            raise Rejected(TOPIC_NOT_OPEN)
        posts, root = district.voices.posts, district.residents.root
        mine = sum(root(posts[each].person) == self.person for each in row.posts)
        if mine >= policy.reporting.topic_posts:
            raise Rejected(TOPIC_POST_LIMIT, posts=mine)
        return (Posted(district.ids.new("pst"), self.topic, self.person, self.text),)


@command("reporting.retract_post", {"resident": _author}, (POST_NOT_FOUND, POST_BAD_STATE))
class RetractPost(Command):
    """Take the own post back."""

    post: PostId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A post that is shown no more."""
        _shown(district, self.post)
        return (PostRetracted(self.post),)


@command("reporting.hide_post", OFFICE, (POST_NOT_FOUND, POST_BAD_STATE))
class HidePost(Command):
    """Show a post no more, with a reason."""

    post: PostId
    reason: Name

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A hidden post."""
        _shown(district, self.post)
        return (PostHidden(self.post, self.reason),)


@command("reporting.close_topic", OFFICE, (TOPIC_NOT_FOUND, TOPIC_BAD_STATE))
class CloseTopic(Command):
    """End a discussion before its time."""

    topic: TopicId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A closed topic."""
        row = _topic(district, self.topic)
        if row.state != "OPEN":
            raise Rejected(TOPIC_BAD_STATE, state=row.state)
        return (TopicClosed(self.topic),)


def close(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `topic_close`: nobody posts any more."""
    return [TopicClosed(waiting)]


@command(
    "reporting.conclude_topic", OFFICE, (TOPIC_NOT_FOUND, SUGGESTION_NOT_FOUND, TOPIC_BAD_STATE, SUG_BAD_STATE)
)
class ConcludeTopic(Command):
    """Publish what came out of a closed topic, and which screened suggestions it answers."""

    topic: TopicId
    outcome: OutcomeText
    suggestions: tuple[SuggestionId, ...]

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A concluded topic; a suggestion that had no answer yet has one by it."""
        row = _topic(district, self.topic)
        named = tuple(dict.fromkeys(self.suggestions))
        rows = [suggestion(district, each) for each in named]
        if row.state != "CLOSED":
            raise Rejected(TOPIC_BAD_STATE, state=row.state)
        for each in rows:
            if each.state in ("SUBMITTED", *LEFT_OUT):
                raise Rejected(SUG_BAD_STATE, state=each.state, suggestion=each.id)
        answers = [answered(each, by, self.topic) for each in rows if each.answered_at is None]
        return (TopicConcluded(self.topic, self.outcome, named), *answers)
