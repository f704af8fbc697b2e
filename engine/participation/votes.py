"""Votes: a frozen electorate, one ballot a unit, a quorum in whole numbers, and a stated rule for ties (F09).

Quorum: `ballots * 10000 >= electorate * quorum_bp`, and at least one ballot. The option with the most choices wins.
Options level at the top are a tie: none of them wins by chance, by its number or by who voted first; equal candidates
go to another vote, as China's electoral law has it. Annulling a vote leaves its voters what they earned by voting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.owners import NO, YES, Matter, holdings
from engine.district.votes import (
    BallotCast,
    BallotChanged,
    Options,
    Vote,
    VoteAnnulled,
    VoteClosed,
    VoteDrafted,
    VoteOpened,
    VoteTallied,
    VoteUnit,
    entitled,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import PersonId, VoteId
from engine.kernel.rejection import Rejected
from engine.kernel.units import BASIS, BasisPoints, Count, Instant
from engine.participation.codes import (
    VOTE_ALREADY_CAST,
    VOTE_BAD_CHOICE,
    VOTE_BAD_MATTER,
    VOTE_BAD_STATE,
    VOTE_BAD_TERMS,
    VOTE_CHANGE_OFF,
    VOTE_CLOSES_IN_PAST,
    VOTE_NO_AREA,
    VOTE_NO_BALLOT,
    VOTE_NOT_ELIGIBLE,
    VOTE_NOT_FOUND,
    VOTE_NOT_OPEN,
)
from engine.participation.owners import decided
from engine.points.awards import Fact, earn

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}


@command("participation.draft_vote", OFFICE, (VOTE_BAD_TERMS, VOTE_BAD_MATTER, VOTE_CLOSES_IN_PAST))
class DraftVote(Command):
    """Prepare a vote over options numbered from 0; a ballot chooses exactly `choices` of them."""

    options: Options
    choices: Count
    unit: VoteUnit
    closes_at: Instant
    quorum_bp: BasisPoints
    matter: Matter = ""

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A drafted vote; on a matter of owners they say yes (0) or no (1), and the quorum is the law's."""
        if not 0 < self.choices <= self.options:
            raise Rejected(VOTE_BAD_TERMS)
        if self.matter and (self.unit, self.choices, self.options) != ("owner", 1, NO + 1):
            raise Rejected(VOTE_BAD_MATTER)
        if self.closes_at <= by.at:
            raise Rejected(VOTE_CLOSES_IN_PAST)
        vote = district.ids.new("vot")
        return (VoteDrafted(vote, self.options, self.choices, self.unit, self.closes_at, self.quorum_bp, self.matter),)


@command("participation.open_vote", OFFICE, (VOTE_NOT_FOUND, VOTE_BAD_STATE, VOTE_CLOSES_IN_PAST, VOTE_NO_AREA))
class OpenVote(Command):
    """Freeze the electorate and let it vote until the vote closes."""

    vote: VoteId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An open vote with its electorate."""
        vote = _in_state(district, self.vote, "DRAFT")
        if vote.closes_at <= by.at:
            raise Rejected(VOTE_CLOSES_IN_PAST)
        area = sum(each for each, _ in holdings(district).values()) if vote.matter else 0
        if vote.matter and not area:
            raise Rejected(VOTE_NO_AREA)
        return (VoteOpened(self.vote, len(set(entitled(district, vote.unit).values())), area),)


def _in_state(district: District, claimed: str, *states: str) -> Vote:
    vote = district.board.votes.get(claimed)
    if vote is None:
        raise Rejected(VOTE_NOT_FOUND)
    if vote.state not in states:
        raise Rejected(VOTE_BAD_STATE, state=vote.state)
    return vote


def _open_to(district: District, person: str, claimed: str) -> tuple[Vote, str]:
    """The open vote, and the unit for which the person may cast a ballot."""
    row = district.residents.persons.get(person)
    if row is None:
        raise Rejected(PERSON_NOT_FOUND)
    vote = district.board.votes.get(claimed)
    if vote is None:
        raise Rejected(VOTE_NOT_FOUND)
    if row.state != "ACTIVE":
        raise Rejected(PERSON_MERGED, into=row.merged_into)
    if vote.state != "OPEN":
        raise Rejected(VOTE_NOT_OPEN)
    unit = vote.entitled.get(person)
    if unit is None:
        raise Rejected(VOTE_NOT_ELIGIBLE)
    return vote, unit


def _check(vote: Vote, choices: tuple[int, ...]) -> None:
    """Exactly as many different options as the vote allows: then options sum up to ballots x allowed choices."""
    if len(choices) != vote.choices or len(set(choices)) != vote.choices or max(choices) >= vote.options:
        raise Rejected(VOTE_BAD_CHOICE, choices=vote.choices, options=vote.options)


@command(
    "participation.cast_ballot",
    {"resident": own("person")},
    (
        PERSON_NOT_FOUND,
        VOTE_NOT_FOUND,
        PERSON_MERGED,
        VOTE_NOT_OPEN,
        VOTE_NOT_ELIGIBLE,
        VOTE_ALREADY_CAST,
        VOTE_BAD_CHOICE,
    ),
)
class CastBallot(Command):
    """Vote, once a unit."""

    person: PersonId
    vote: VoteId
    choices: tuple[Count, ...]

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A ballot, and what it earns."""
        vote, unit = _open_to(district, self.person, self.vote)
        if unit in vote.ballots:
            raise Rejected(VOTE_ALREADY_CAST)
        _check(vote, self.choices)
        ballot = district.ids.new("bal")
        earned = earn(district, policy, "vote", Fact(self.person, ballot, by.at))
        return (BallotCast(ballot, self.vote, self.person, self.choices), *earned)


@command(
    "participation.change_ballot",
    {"resident": own("person")},
    (
        PERSON_NOT_FOUND,
        VOTE_NOT_FOUND,
        PERSON_MERGED,
        VOTE_NOT_OPEN,
        VOTE_NOT_ELIGIBLE,
        VOTE_CHANGE_OFF,
        VOTE_NO_BALLOT,
        VOTE_BAD_CHOICE,
    ),
)
class ChangeBallot(Command):
    """Choose otherwise, if the policy allows it; of a household's ballot any member in the electorate may."""

    person: PersonId
    vote: VoteId
    choices: tuple[Count, ...]

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A changed ballot; it earns nothing more."""
        vote, unit = _open_to(district, self.person, self.vote)
        if not policy.participation.ballot_change:
            raise Rejected(VOTE_CHANGE_OFF)
        if unit not in vote.ballots:
            raise Rejected(VOTE_NO_BALLOT)
        _check(vote, self.choices)
        return (BallotChanged(self.vote, self.person, self.choices),)


@command("participation.close_vote", OFFICE, (VOTE_NOT_FOUND, VOTE_BAD_STATE))
class CloseVote(Command):
    """Close a vote before its time; it is counted at once."""

    vote: VoteId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The closing and the result."""
        vote = _in_state(district, self.vote, "OPEN")
        return (VoteClosed(self.vote), tally(vote))


@command("participation.annul_vote", OFFICE, (VOTE_NOT_FOUND, VOTE_BAD_STATE))
class AnnulVote(Command):
    """Declare that a vote has no result."""

    vote: VoteId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """An annulled vote."""
        _in_state(district, self.vote, "DRAFT", "OPEN", "TALLIED")
        return (VoteAnnulled(self.vote),)


def close(district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `vote_close`: the vote closes and is counted."""
    return [VoteClosed(waiting), tally(district.board.votes[waiting])]


def quorate(ballots: int, electorate: int, quorum_bp: int) -> bool:
    """True if enough units voted, in whole numbers; a vote in which nobody took part never is."""
    return ballots > 0 and ballots * BASIS >= electorate * quorum_bp


def tally(vote: Vote) -> VoteTallied:
    """The result of all ballots cast."""
    counts = [0] * vote.options
    for choices in vote.ballots.values():
        for option in choices:
            counts[option] += 1
    if vote.matter:
        valid, carried, areas = decided(vote)
        winner = (YES if carried else NO,) if valid else ()
        return VoteTallied(vote.id, vote.cast, tuple(counts), valid, winner, areas)
    valid = quorate(vote.cast, vote.electorate, vote.quorum_bp)
    most = max(counts)
    leading = tuple(option for option, count in enumerate(counts) if valid and count == most)
    return VoteTallied(vote.id, vote.cast, tuple(counts), valid, leading, ())
