"""Rows and events of praise: a good deed of a neighbour, looked at, published, and rewarded with moral points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.kernel.event import Event, event
from engine.kernel.ids import GridId, PersonId, PraiseId
from engine.kernel.units import Name, Text, civil_day, civil_month

if TYPE_CHECKING:
    from engine.district.district import District

PraiseState = Literal["SUBMITTED", "VERIFIED", "REJECTED", "PUBLISHED", "AWARDED"]
PRAISE_EDGES = frozenset(
    {
        ("", "SUBMITTED"),
        ("SUBMITTED", "VERIFIED"),
        ("SUBMITTED", "REJECTED"),
        ("VERIFIED", "REJECTED"),
        ("VERIFIED", "PUBLISHED"),
        ("PUBLISHED", "AWARDED"),
    }
)


@dataclass(slots=True)
class Praise:
    """One person praises another; every step stands on the row as (instant, step, actor).

    `person` is empty where a visitor praised, whom the base does not know.
    """

    id: str
    person: str
    praised: str
    grid: str
    text: str
    submitted_at: int
    state: PraiseState = "SUBMITTED"
    steps: tuple[tuple[int, str, str], ...] = ()


class PraiseRows:
    """Praises by id, and how often each pair had one in the current calendar month."""

    __slots__ = ("_month", "_pairs", "praises")

    def __init__(self) -> None:
        """No praise."""
        self.praises: dict[str, Praise] = {}
        self._month = -1
        self._pairs: dict[tuple[str, str], int] = {}

    def of_pair(self, person: str, praised: str, at: int) -> int:
        """Praises of one person by another in the calendar month of the instant `at`."""
        return self._pairs.get((person, praised), 0) if civil_month(civil_day(at)) == self._month else 0

    def count(self, person: str, praised: str, at: int) -> None:
        """Count a praise of the pair."""
        month = civil_month(civil_day(at))
        if month != self._month:
            self._month, self._pairs = month, {}
        self._pairs[person, praised] = self._pairs.get((person, praised), 0) + 1

    def merge(self, gone: str, kept: str) -> None:
        """Count the month's praises by and of the row `gone` for `kept`."""
        for pair in [each for each in self._pairs if gone in each]:
            person, praised = (kept if each == gone else each for each in pair)
            self._pairs[person, praised] = self._pairs.get((person, praised), 0) + self._pairs.pop(pair)


def _stepped(district: District, praise: str, state: PraiseState, actor: str) -> None:
    row = district.praises.praises[praise]
    row.state = state
    row.steps += ((district.at, state.lower(), actor),)


@event("reporting.praise_submitted")
class PraiseSubmitted(Event):
    """Somebody praises a neighbour; nobody of the base where `person` is None."""

    praise: PraiseId
    person: PersonId | None
    praised: PersonId
    grid: GridId
    text: Name | None

    def apply(self, district: District) -> None:
        """Write the praise; the pair is counted under the persons that the rows stand for."""
        rows, roots = district.praises, district.residents
        district.ids.taken_next("prs")
        rows.praises[self.praise] = Praise(
            self.praise, self.person or "", self.praised, self.grid, self.text or "", district.at
        )
        if self.person is not None:
            rows.count(roots.root(self.person), roots.root(self.praised), district.at)
        _stepped(district, self.praise, "SUBMITTED", "reporter")


@event("reporting.praise_verified")
class PraiseVerified(Event):
    """The deed was real."""

    praise: PraiseId
    actor: Text

    def apply(self, district: District) -> None:
        """Mark the praise."""
        _stepped(district, self.praise, "VERIFIED", self.actor)


@event("reporting.praise_rejected")
class PraiseRejected(Event):
    """The deed was not real, or turned out to be the praiser's own."""

    praise: PraiseId
    actor: Text

    def apply(self, district: District) -> None:
        """Mark the praise."""
        _stepped(district, self.praise, "REJECTED", self.actor)


@event("reporting.praise_published")
class PraisePublished(Event):
    """Everybody may read of the deed."""

    praise: PraiseId
    actor: Text

    def apply(self, district: District) -> None:
        """Mark the praise."""
        _stepped(district, self.praise, "PUBLISHED", self.actor)


@event("reporting.praise_awarded")
class PraiseAwarded(Event):
    """The praised person has the points; stands beside the award, and only where a cap or a switch left some."""

    praise: PraiseId
    actor: Text

    def apply(self, district: District) -> None:
        """Mark the praise."""
        _stepped(district, self.praise, "AWARDED", self.actor)
