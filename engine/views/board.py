"""The notice board as it may be shown: news and their reach, open votes, results, counts of questionnaires.

A result is shown once the vote is tallied; before, nobody sees how a vote stands (T20).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from engine.district.board import Section
from engine.kernel.units import civil_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.district import District
    from engine.district.board import Article

SECTIONS: tuple[Section, ...] = get_args(Section)


def missed_sections(district: District, first_day: int, end_day: int) -> tuple[tuple[int, Section], ...]:
    """Each (civil day, section) in [first_day, end_day) without an item: a miss (F06).

    An item withdrawn on its own day does not count, else an empty one could hide the miss; a later withdrawal changes
    no day of the past.
    """
    served = {(civil_day(each.published_at), each.section) for each in _lasting(district)}
    return tuple(
        (day, section) for day in range(first_day, end_day) for section in SECTIONS if (day, section) not in served
    )


def _lasting(district: District) -> Iterator[Article]:
    for article in district.board.articles.values():
        if article.state != "WITHDRAWN" or civil_day(article.withdrawn_at) > civil_day(article.published_at):
            yield article


def reach(district: District, article: str) -> int | None:
    """How many persons have read an article while it counted its readers; None if there is none of this id."""
    found = district.board.articles.get(article)
    return found.reach if found is not None else None


def reach_by_section(district: District) -> dict[Section, int]:
    """Receipts of all articles together by section."""
    total = dict.fromkeys(SECTIONS, 0)
    for article in district.board.articles.values():
        total[article.section] += article.reach
    return total


@dataclass(frozen=True, slots=True)
class VoteResult:
    """A tallied vote: `winner` is the option that leads alone, None in a tie or without a quorum."""

    electorate: int
    ballots: int
    counts: tuple[int, ...]
    valid: bool
    leading: tuple[int, ...]

    @property
    def winner(self) -> int | None:
        """The option that won, if one did."""
        return self.leading[0] if len(self.leading) == 1 else None


def vote_result(district: District, vote: str) -> VoteResult | None:
    """The result of a vote, or None while there is none to show."""
    found = district.board.votes.get(vote)
    if found is None or found.state != "TALLIED":
        return None
    return VoteResult(found.electorate, found.cast, found.counts, found.valid, found.leading)


@dataclass(frozen=True, slots=True)
class ResponseCounts:
    """Responses of a questionnaire: valid ones, and the others by reason."""

    valid: int
    invalid: dict[str, int]


def response_counts(district: District, questionnaire: str) -> ResponseCounts | None:
    """The counts of a questionnaire as they stand; None if there is none of this id."""
    found = district.board.questionnaires.get(questionnaire)
    if found is None:
        return None
    return ResponseCounts(found.valid, {reason: found.invalid[reason] for reason in sorted(found.invalid)})


def open_votes(district: District) -> tuple[str, ...]:
    """Ids of votes that take ballots now."""
    return tuple(vote.id for vote in district.board.votes.values() if vote.state == "OPEN")


def open_questionnaires(district: District) -> tuple[str, ...]:
    """Ids of questionnaires that take answers now."""
    return tuple(each.id for each in district.board.questionnaires.values() if each.state == "OPEN")


def may_still_answer(district: District, questionnaire: str, person: str) -> bool:
    """True if a bound person finds a questionnaire open that the person, or the household, has not answered."""
    found = district.board.questionnaires.get(questionnaire)
    row = district.residents.persons.get(person)
    if found is None or found.state != "OPEN" or row is None or not row.active_bindings:
        return False
    home = district.residents.home(person)
    unit = person if found.unit == "person" else home.household if home is not None else ""
    return bool(unit) and unit not in found.answered
