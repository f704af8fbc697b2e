"""The notice board: rows and events of news, and the board's votes and questionnaires side by side.

Reading receipts are kept one a person until `receipts_until`; afterwards only their number stays, since two thousand
articles a year with a receipt a reader would weigh more than everything else on the board.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.district.activities import Activity
from engine.district.questionnaires import Questionnaire
from engine.district.votes import Vote
from engine.kernel.event import Event, event
from engine.kernel.ids import ArticleId, PersonId, WorkerId
from engine.kernel.units import Instant

if TYPE_CHECKING:
    from engine.district.district import District

# Six sections are published; community, medical insurance and epidemic control are named, and pension insurance and
# public rental housing are named as policies that reach residents. That these are sections, and the sixth, is assumed.
Section = Literal[
    "community",
    "medical_insurance",
    "epidemic_control",
    "pension_insurance",
    "public_rental_housing",
    "public_services",
]
ArticleState = Literal["PUBLISHED", "ARCHIVED", "WITHDRAWN"]
ARTICLE_EDGES = frozenset(
    {("", "PUBLISHED"), ("PUBLISHED", "ARCHIVED"), ("PUBLISHED", "WITHDRAWN"), ("ARCHIVED", "WITHDRAWN")}
)


@dataclass(slots=True)
class Article:
    """A piece of news: `reach` counts its readers, `readers` names them while receipts are kept.

    `told` names those of them to whom a grid member explained it.
    """

    id: str
    section: Section
    published_at: int
    receipts_until: int
    state: ArticleState = "PUBLISHED"
    withdrawn_at: int = 0
    reach: int = 0
    readers: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)


class BoardRows:
    """Articles, votes, questionnaires and activities by id, in the order in which they were made."""

    __slots__ = ("activities", "articles", "questionnaires", "votes")

    def __init__(self) -> None:
        """An empty board."""
        self.articles: dict[str, Article] = {}
        self.votes: dict[str, Vote] = {}
        self.questionnaires: dict[str, Questionnaire] = {}
        self.activities: dict[str, Activity] = {}


@event("participation.article_published")
class ArticlePublished(Event):
    """News stand in a section from now on; who reads them is kept until `receipts_until`."""

    article: ArticleId
    section: Section
    receipts_until: Instant

    def apply(self, district: District) -> None:
        """Write the article."""
        district.ids.taken_next("art")
        district.board.articles[self.article] = Article(self.article, self.section, district.at, self.receipts_until)
        district.deadlines.add(self.receipts_until, "article_archive", self.article)


@event("participation.article_read")
class ArticleRead(Event):
    """The receipt of one reader."""

    article: ArticleId
    person: PersonId

    def apply(self, district: District) -> None:
        """Count the reader."""
        article = district.board.articles[self.article]
        article.readers.add(district.residents.persons[self.person].id)  # the row's string, not the command's copy
        article.reach += 1


@event("participation.article_explained")
class ArticleExplained(Event):
    """The receipt of one person to whom a grid member explained the article."""

    article: ArticleId
    person: PersonId
    worker: WorkerId

    def apply(self, district: District) -> None:
        """Count the reader."""
        article, person = district.board.articles[self.article], district.residents.persons[self.person].id
        article.readers.add(person)
        article.told.add(person)
        article.reach += 1


@event("participation.article_withdrawn")
class ArticleWithdrawn(Event):
    """The news no longer hold; the article keeps its place with a flag."""

    article: ArticleId

    def apply(self, district: District) -> None:
        """Set the flag."""
        article = district.board.articles[self.article]
        article.state, article.withdrawn_at, article.readers = "WITHDRAWN", district.at, set()
        article.told = set()
        district.deadlines.cancel(article.receipts_until, "article_archive", self.article)


@event("participation.article_archived")
class ArticleArchived(Event):
    """From now on readers are no longer counted."""

    article: ArticleId

    def apply(self, district: District) -> None:
        """Keep the number of readers and forget who they were."""
        article = district.board.articles[self.article]
        article.state, article.readers, article.told = "ARCHIVED", set(), set()


@event("participation.acts_merged")
class ActsMerged(Event):
    """What the row `gone` did on the board counts as done by `kept`; of two equal acts one stays."""

    gone: PersonId
    kept: PersonId

    def apply(self, district: District) -> None:
        """Move receipts, entitlements and answers that still bind somebody."""
        kept = district.residents.persons[self.kept].id
        for article in district.board.articles.values():
            if self.gone in article.readers:
                article.readers.remove(self.gone)
                article.reach -= kept in article.readers
                article.readers.add(kept)
            if self.gone in article.told:
                article.told.remove(self.gone)
                article.told.add(kept)
        for vote in district.board.votes.values():
            vote.merge(self.gone, kept)
        for questionnaire in district.board.questionnaires.values():
            for doubled in questionnaire.merge(self.gone, kept):
                district.deadlines.add(district.at, "response_double", doubled)
        for activity in district.board.activities.values():
            for doubled in activity.merge(self.gone, kept):
                district.deadlines.add(district.at, "registration_double", doubled)
        for doubled in district.volunteers.merge(self.gone, kept):
            district.deadlines.add(district.at, "shift_double", doubled)
