"""Rows and events of deliberation: topics, posts, and the published outcome with the suggestions that it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints

from engine.district.cases import CASE_TEXT_DAYS
from engine.district.suggestions import Suggestion
from engine.kernel.event import Event, event
from engine.kernel.ids import PersonId, PostId, SuggestionId, TopicId
from engine.kernel.units import Instant, Name, Personal, Text

if TYPE_CHECKING:
    from engine.district.district import District

TopicState = Literal["OPEN", "CLOSED", "CONCLUDED"]
TOPIC_EDGES = frozenset({("", "OPEN"), ("OPEN", "CLOSED"), ("CLOSED", "CONCLUDED")})
PostState = Literal["SHOWN", "HIDDEN", "RETRACTED"]
POST_EDGES = frozenset({("", "SHOWN"), ("SHOWN", "HIDDEN"), ("SHOWN", "RETRACTED")})
PostText = Annotated[
    str, Personal("what is said, to discuss it", CASE_TEXT_DAYS), StringConstraints(min_length=1, max_length=2_000)
]
OutcomeText = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


@dataclass(slots=True)
class Post:
    """What a person says about a topic; `text` is a commitment."""

    topic: str
    person: str
    text: str
    posted_at: int
    state: PostState = "SHOWN"
    hidden_for: str = ""


@dataclass(slots=True)
class Topic:
    """Something that is discussed until `closes_at`; then an outcome is published."""

    id: str
    closes_at: int
    state: TopicState = "OPEN"
    posts: dict[str, None] = field(default_factory=dict)
    outcome: str = ""
    suggestions: tuple[str, ...] = ()
    concluded_at: int = 0


class VoiceRows:
    """Suggestions, topics and posts by id, in the order in which they were made."""

    __slots__ = ("posts", "suggestions", "topics")

    def __init__(self) -> None:
        """Nobody has said anything."""
        self.suggestions: dict[str, Suggestion] = {}
        self.topics: dict[str, Topic] = {}
        self.posts: dict[str, Post] = {}


@event("reporting.topic_opened")
class TopicOpened(Event):
    """Residents may discuss a topic until `closes_at`."""

    topic: TopicId
    closes_at: Instant

    def apply(self, district: District) -> None:
        """Write the topic."""
        district.ids.taken_next("top")
        district.voices.topics[self.topic] = Topic(self.topic, self.closes_at)
        district.deadlines.add(self.closes_at, "topic_close", self.topic)


@event("reporting.posted")
class Posted(Event):
    """A person says something about a topic."""

    post: PostId
    topic: TopicId
    person: PersonId
    text: Name

    def apply(self, district: District) -> None:
        """Write the post."""
        rows = district.voices
        district.ids.taken_next("pst")
        rows.posts[self.post] = Post(self.topic, self.person, self.text, district.at)
        rows.topics[self.topic].posts[self.post] = None


@event("reporting.post_retracted")
class PostRetracted(Event):
    """The author takes a post back."""

    post: PostId

    def apply(self, district: District) -> None:
        """Mark it."""
        district.voices.posts[self.post].state = "RETRACTED"


@event("reporting.post_hidden")
class PostHidden(Event):
    """A post is shown no more, for a reason that is told to its author."""

    post: PostId
    reason: Name

    def apply(self, district: District) -> None:
        """Mark it."""
        post = district.voices.posts[self.post]
        post.state, post.hidden_for = "HIDDEN", self.reason


@event("reporting.topic_closed")
class TopicClosed(Event):
    """Nobody posts any more."""

    topic: TopicId

    def apply(self, district: District) -> None:
        """Close it."""
        row = district.voices.topics[self.topic]
        row.state = "CLOSED"
        district.deadlines.cancel(row.closes_at, "topic_close", self.topic)


@event("reporting.topic_concluded")
class TopicConcluded(Event):
    """The published outcome, and the suggestions that it answers."""

    topic: TopicId
    outcome: Text
    suggestions: tuple[SuggestionId, ...]

    def apply(self, district: District) -> None:
        """Publish it."""
        row = district.voices.topics[self.topic]
        row.state, row.outcome, row.suggestions = "CONCLUDED", self.outcome, self.suggestions
        row.concluded_at = district.at
