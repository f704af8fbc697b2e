"""News: an article stands in one of six sections; every reader leaves one receipt (F06, F07).

Withdrawn articles stay, with a flag. A person must be bound to read: reading is what binding enables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.authority import covers_person
from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.board import (
    ArticleArchived,
    ArticleExplained,
    ArticlePublished,
    ArticleRead,
    ArticleWithdrawn,
    Section,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import ArticleId, PersonId
from engine.kernel.rejection import Rejected
from engine.kernel.units import civil_day, day_start
from engine.participation.codes import ARTICLE_ALREADY_READ, ARTICLE_ARCHIVED, ARTICLE_NOT_FOUND, ARTICLE_WITHDRAWN

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

EDITORS = {"officer": anyone, "system": anyone}
READING = (
    PERSON_NOT_FOUND,
    ARTICLE_NOT_FOUND,
    PERSON_MERGED,
    PERSON_NOT_BOUND,
    ARTICLE_WITHDRAWN,
    ARTICLE_ARCHIVED,
    ARTICLE_ALREADY_READ,
)
COVERED = tuple(each for each in READING if each is not PERSON_NOT_BOUND)  # nobody covers a person who is bound nowhere


@command("participation.publish_article", EDITORS, ())
class PublishArticle(Command):
    """Put news into a section."""

    section: Section

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A published article."""
        receipts_until = day_start(civil_day(by.at) + 1 + policy.participation.read_receipt_days)
        return (ArticlePublished(district.ids.new("art"), self.section, receipts_until),)


@command("participation.withdraw_article", EDITORS, (ARTICLE_NOT_FOUND, ARTICLE_WITHDRAWN))
class WithdrawArticle(Command):
    """Say that news no longer hold."""

    article: ArticleId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A withdrawn article."""
        article = district.board.articles.get(self.article)
        if article is None:
            raise Rejected(ARTICLE_NOT_FOUND)
        if article.state == "WITHDRAWN":
            raise Rejected(ARTICLE_WITHDRAWN)
        return (ArticleWithdrawn(self.article),)


@command(
    "participation.read_article",
    {"resident": own("person")},
    READING,
)
class ReadArticle(Command):
    """Leave the receipt of a reader."""

    person: PersonId
    article: ArticleId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A receipt, once a person."""
        _readable(district, self.person, self.article)
        return (ArticleRead(self.article, self.person),)


def _readable(district: District, claimed: str, named: str) -> None:
    """Reject unless the person is bound, the article stands, and the person is none of its readers."""
    person = district.residents.persons.get(claimed)
    if person is None:
        raise Rejected(PERSON_NOT_FOUND)
    article = district.board.articles.get(named)
    if article is None:
        raise Rejected(ARTICLE_NOT_FOUND)
    if person.state != "ACTIVE":
        raise Rejected(PERSON_MERGED, into=person.merged_into)
    if not person.active_bindings:
        raise Rejected(PERSON_NOT_BOUND)
    if article.state != "PUBLISHED":
        raise Rejected(ARTICLE_WITHDRAWN if article.state == "WITHDRAWN" else ARTICLE_ARCHIVED)
    if claimed in article.readers:
        raise Rejected(ARTICLE_ALREADY_READ)


@command("participation.explain_article", {"grid": covers_person("person")}, COVERED)
class ExplainArticle(Command):
    """A grid member tells a person of an article at the door: reach among those who do not read alone (F07)."""

    person: PersonId
    article: ArticleId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A receipt that names the member, once a person."""
        _readable(district, self.person, self.article)
        return (ArticleExplained(self.article, self.person, by.who),)


def archive(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `article_archive`: the article stops counting its readers."""
    return [ArticleArchived(waiting)]
