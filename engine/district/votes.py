"""Rows and events of votes.

The electorate is frozen when the vote opens: who may vote, and for which unit, stands in the row while it is open.
Keeping it is exact where asking later is not: somebody bound in the same second after the opening would otherwise
vote beyond the counted electorate. A ballot belongs to its unit, and all ballots go when they are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from engine.district.owners import Holdings, Matter, holdings, merged
from engine.kernel.event import Event, event
from engine.kernel.ids import EvidenceId, PersonId, VoteId
from engine.kernel.units import Area, BasisPoints, Count, Instant

if TYPE_CHECKING:
    from engine.district.district import District

VoteState = Literal["DRAFT", "OPEN", "CLOSED", "TALLIED", "ANNULLED"]
VOTE_EDGES = frozenset(
    {
        ("", "DRAFT"),
        ("DRAFT", "OPEN"),
        ("OPEN", "CLOSED"),
        ("CLOSED", "TALLIED"),
        ("DRAFT", "ANNULLED"),
        ("OPEN", "ANNULLED"),
        ("TALLIED", "ANNULLED"),
    }
)
VoteUnit = Literal["person", "household", "owner"]
Options = Annotated[int, Field(ge=2, le=1_000)]  # a sheet that people can read; a bound keeps one count an option small


@dataclass(slots=True)
class Vote:
    """A vote over options numbered from 0; each ballot chooses exactly `choices` of them.

    `entitled` (person to unit) lives while it is open, `ballots` (unit to choices) until they are counted. Of a vote on
    a matter of owners `holdings` are what they own, also until then, and `areas` the areas of the result.
    """

    id: str
    options: int
    choices: int
    unit: VoteUnit
    closes_at: int
    quorum_bp: int
    state: VoteState = "DRAFT"
    opened_at: int = 0
    electorate: int = 0
    entitled: dict[str, str] = field(default_factory=dict)
    ballots: dict[str, tuple[int, ...]] = field(default_factory=dict)
    cast: int = 0
    counts: tuple[int, ...] = ()
    valid: bool = False
    leading: tuple[int, ...] = ()
    matter: Matter = ""
    holdings: Holdings = field(default_factory=dict)
    areas: tuple[int, ...] = ()

    def merge(self, gone: str, kept: str) -> None:
        """Let `kept` stand for `gone`: one entitlement, and of two ballots of one person the gone row's is void."""
        self.holdings = merged(self.holdings, gone, kept)
        unit = self.entitled.pop(gone, None)
        if unit is None:
            return
        if kept not in self.entitled:
            self.entitled[kept] = unit
        elif self.unit != "household" and unit in self.ballots:
            if self.entitled[kept] in self.ballots:
                del self.ballots[unit]
                self.cast -= 1
            else:
                self.entitled[kept] = unit


def entitled(district: District, unit: VoteUnit) -> dict[str, str]:
    """Who may vote now, and for which unit: every bound person, every household once, or every owner by head."""
    residents = district.residents
    bound = [person for person in residents.persons.values() if person.active_bindings]
    if unit == "person":
        return {person.id: person.id for person in bound}
    if unit == "owner":
        return {
            person.id: person.id
            for person in bound
            if any(binding.relation == "owner" for binding in residents.active(person))
        }
    homes = {person.id: residents.bindings[person.home].household for person in bound}
    return {person: household for person, household in homes.items() if household}


@event("participation.vote_drafted")
class VoteDrafted(Event):
    """A vote stands ready to be opened."""

    vote: VoteId
    options: Options
    choices: Count
    unit: VoteUnit
    closes_at: Instant
    quorum_bp: BasisPoints
    matter: Matter

    def apply(self, district: District) -> None:
        """Write the vote."""
        district.ids.taken_next("vot")
        district.board.votes[self.vote] = Vote(
            self.vote, self.options, self.choices, self.unit, self.closes_at, self.quorum_bp, matter=self.matter
        )


@event("participation.vote_opened")
class VoteOpened(Event):
    """The vote takes ballots of `electorate` units until it closes; where areas count, owners own `area_dm2`."""

    vote: VoteId
    electorate: Count
    area_dm2: Area

    def apply(self, district: District) -> None:
        """Freeze the electorate."""
        vote = district.board.votes[self.vote]
        vote.state, vote.opened_at, vote.electorate = "OPEN", district.at, self.electorate
        vote.entitled = entitled(district, vote.unit)
        vote.holdings = holdings(district) if vote.matter else {}
        district.deadlines.add(vote.closes_at, "vote_close", self.vote)


@event("participation.ballot_cast")
class BallotCast(Event):
    """One ballot: `choices` are numbers of options, all different."""

    ballot: EvidenceId
    vote: VoteId
    person: PersonId
    choices: tuple[Count, ...]

    def apply(self, district: District) -> None:
        """Keep the ballot under its unit."""
        district.ids.taken_next("bal")
        vote = district.board.votes[self.vote]
        vote.ballots[vote.entitled[self.person]] = self.choices
        vote.cast += 1


@event("participation.ballot_changed")
class BallotChanged(Event):
    """The ballot of the person's unit chooses otherwise."""

    vote: VoteId
    person: PersonId
    choices: tuple[Count, ...]

    def apply(self, district: District) -> None:
        """Put the new choices in the place of the old ones."""
        vote = district.board.votes[self.vote]
        vote.ballots[vote.entitled[self.person]] = self.choices


@event("participation.vote_closed")
class VoteClosed(Event):
    """No ballot any more."""

    vote: VoteId

    def apply(self, district: District) -> None:
        """Forget who was entitled; their number stays."""
        vote = district.board.votes[self.vote]
        vote.state, vote.entitled = "CLOSED", {}
        district.deadlines.cancel(vote.closes_at, "vote_close", self.vote)


@event("participation.vote_tallied")
class VoteTallied(Event):
    """The result: ballots counted, choices by option, whether the quorum was reached, and the options that lead.

    One leading option is the winner; several are a tie; none means that the vote is not valid. Of a matter of owners
    `areas` are those of all, of who took part, and of who said yes; yes leads when the matter is carried, else no.
    """

    vote: VoteId
    ballots: Count
    counts: tuple[Count, ...]
    valid: bool
    leading: tuple[Count, ...]
    areas: tuple[Area, ...]

    def apply(self, district: District) -> None:
        """Keep the numbers and forget the ballots."""
        vote = district.board.votes[self.vote]
        vote.state, vote.ballots, vote.holdings, vote.areas = "TALLIED", {}, {}, self.areas
        vote.cast, vote.counts, vote.valid, vote.leading = self.ballots, self.counts, self.valid, self.leading


@event("participation.vote_annulled")
class VoteAnnulled(Event):
    """The vote has no result, whatever was cast or counted."""

    vote: VoteId

    def apply(self, district: District) -> None:
        """Take the vote off the board."""
        vote = district.board.votes[self.vote]
        vote.state, vote.entitled, vote.ballots, vote.holdings = "ANNULLED", {}, {}, {}
        vote.counts, vote.valid, vote.leading = (), False, ()
        district.deadlines.cancel(vote.closes_at, "vote_close", self.vote)
