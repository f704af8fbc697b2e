"""Votes: frozen electorate, one ballot a unit, closing on the second, quorum and ties in whole numbers (F09)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.binding.moving import EndBinding
from engine.district.votes import VOTE_EDGES, Vote
from engine.kernel.units import DAY_S
from engine.merging.persons import MergePersons
from engine.participation.votes import AnnulVote, CastBallot, ChangeBallot, CloseVote, DraftVote, OpenVote, tally
from engine.views.board import open_votes, vote_result
from tests.engine.participation.square import Square, code, new_id, types


def leave(square: Square, person: str) -> None:
    """A person moves away from home."""
    row = square.district.residents.persons[person]
    assert square.office(EndBinding(row.home, "moved")).ok


def test_options_sum_up_to_ballots_times_choices() -> None:
    """F09: one ballot per bound person per vote, and the counts of options are ballots x allowed choices."""
    square = Square()
    vote = square.vote(options=4, choices=2)
    for person, choices in (("per_1", (0, 1)), ("per_2", (1, 3)), ("per_3", (1, 2))):
        assert square.cast(person, vote, *choices).ok
    assert code(square.cast("per_1", vote, 2, 3)) == "VOTE_ALREADY_CAST"
    square.office(CloseVote(vote))
    result = vote_result(square.district, vote)
    assert result is not None
    assert (result.electorate, result.ballots, result.counts) == (5, 3, (1, 3, 1, 1))
    assert sum(result.counts) == result.ballots * 2
    assert result.winner == 1


@pytest.mark.parametrize("choices", [(), (0,), (0, 0), (0, 4), (0, 1, 2)])
def test_a_ballot_names_exactly_the_allowed_number_of_options(choices: tuple[int, ...]) -> None:
    """A ballot with too few, too many, equal or unknown options is refused and leaves the ballot free."""
    square = Square()
    vote = square.vote(options=4, choices=2)
    assert code(square.cast("per_1", vote, *choices)) == "VOTE_BAD_CHOICE"
    assert square.cast("per_1", vote, 3, 0).ok


def test_an_unbound_person_posting_a_vote_is_refused() -> None:
    """F01: who is not bound when a vote opens is not in its electorate, even when bound in the same second after."""
    square = Square()
    vote = square.vote()
    assert square.district.board.votes[vote].electorate == 5
    assert code(square.cast("per_6", vote, 0)) == "VOTE_NOT_ELIGIBLE"
    square.bind("per_6", "dwl_2", "family")
    assert code(square.cast("per_6", vote, 0)) == "VOTE_NOT_ELIGIBLE"
    later = square.vote()
    assert square.cast("per_6", later, 0).ok


def test_the_electorate_keeps_who_moves_away() -> None:
    """T20: who was bound at the opening may vote to the end."""
    square = Square()
    vote = square.vote()
    square.at += DAY_S
    leave(square, "per_4")
    assert square.cast("per_4", vote, 1).ok
    square.office(CloseVote(vote))
    assert square.district.board.votes[vote].electorate == 5


def test_a_household_has_one_ballot() -> None:
    """Of a household one member votes, for the household of the opening; who only works here has none."""
    square = Square()
    vote = square.vote("household")
    assert square.district.board.votes[vote].electorate == 3
    assert square.cast("per_2", vote, 0).ok
    assert code(square.cast("per_1", vote, 1)) == "VOTE_ALREADY_CAST"
    assert code(square.cast("per_5", vote, 1)) == "VOTE_NOT_ELIGIBLE"
    square.at += DAY_S
    leave(square, "per_1")
    square.bind("per_1", "dwl_2", "family")
    assert code(square.cast("per_1", vote, 1)) == "VOTE_ALREADY_CAST", "moving gives no second household"


def test_owners_vote_by_head() -> None:
    """In a vote of owners each owner has one ballot, and nobody else has any."""
    square = Square()
    square.bind("per_1", "dwl_3", "owner")
    vote = square.vote("owner")
    assert square.district.board.votes[vote].electorate == 2
    assert [code(square.cast(person, vote, 0)) for person in ("per_1", "per_2", "per_3", "per_4")] == [
        "", "VOTE_NOT_ELIGIBLE", "", "VOTE_NOT_ELIGIBLE",
    ]  # fmt: skip


@pytest.mark.parametrize(("seconds", "answer"), [(-1, ""), (0, "VOTE_NOT_OPEN")])
def test_a_vote_closes_on_the_second(seconds: int, answer: str) -> None:
    """F09, T20: a ballot counts until closing time, half open; the result is there at closing time and not before."""
    square = Square()
    vote = square.vote()
    square.cast("per_1", vote, 2)
    square.at = square.district.board.votes[vote].closes_at + seconds
    assert code(square.cast("per_2", vote, 2)) == answer
    result = vote_result(square.district, vote)
    assert (result is None) == (seconds < 0)
    assert open_votes(square.district) == ((vote,) if seconds < 0 else ())


def test_the_tally_stands_in_the_firing_that_closes() -> None:
    """L09: closing and tally are one record at closing time, whether an officer or the clock closes."""
    square = Square()
    vote = square.vote()
    closed = square.office(CloseVote(vote))
    assert types(closed) == ["participation.vote_closed", "participation.vote_tallied"]
    assert not square.district.board.votes[vote].ballots
    assert not square.district.board.votes[vote].entitled
    assert square.district.deadlines.rows() == [], "nothing closes it again"


def test_a_tie_has_no_winner() -> None:
    """F09, tie rule: options level at the top lead together and none of them wins."""
    square = Square()
    vote = square.vote(options=4)
    for person, choice in (("per_1", 3), ("per_2", 1), ("per_3", 1), ("per_4", 3)):
        square.cast(person, vote, choice)
    square.office(CloseVote(vote))
    result = vote_result(square.district, vote)
    assert result is not None
    assert (result.valid, result.leading, result.winner) == (True, (1, 3), None)


@pytest.mark.parametrize(("quorum_bp", "valid"), [(6_000, True), (6_001, False), (0, True), (10_000, False)])
def test_a_quorum_is_reached_at_equality(quorum_bp: int, valid: bool) -> None:  # noqa: FBT001 - a column of the table
    """T21: three of five are exactly 6,000 basis points; one basis point more and the vote is not valid."""
    square = Square()
    vote = square.vote(quorum_bp=quorum_bp)
    for person in ("per_1", "per_2", "per_3"):
        square.cast(person, vote, 1)
    square.office(CloseVote(vote))
    result = vote_result(square.district, vote)
    assert result is not None
    assert (result.valid, result.leading) == (valid, (1,) if valid else ())


def test_nobody_voting_is_no_result() -> None:
    """Without a ballot nothing leads, even where no quorum is asked for."""
    square = Square()
    vote = square.vote()
    square.office(CloseVote(vote))
    result = vote_result(square.district, vote)
    assert result is not None
    assert (result.valid, result.leading, result.counts) == (False, (), (0, 0, 0))


@given(
    ballots=st.lists(st.integers(0, 4), max_size=30),
    abstained=st.integers(0, 30),
    quorum_bp=st.integers(0, 10_000),
)
def test_a_tally_counts_every_ballot(ballots: list[int], abstained: int, quorum_bp: int) -> None:
    """S20, T21: counts add up to the ballots; the verdict is the rule without division; leaders have the most."""
    vote = Vote("vot_1", 5, 1, "person", 9, quorum_bp, "OPEN", 1, len(ballots) + abstained)
    for place, choice in enumerate(ballots):
        vote.ballots[f"per_{place}"] = (choice,)
        vote.cast += 1
    found = tally(vote)
    assert sum(found.counts) == found.ballots == len(ballots) <= vote.electorate
    assert all(found.counts[option] == ballots.count(option) for option in range(5))
    assert found.valid == bool(ballots and len(ballots) * 10_000 >= vote.electorate * quorum_bp)
    assert bool(found.leading) == found.valid
    assert all(ballots.count(option) == max(found.counts) for option in found.leading)


def test_a_ballot_changes_only_if_the_policy_says_so() -> None:
    """A changed ballot replaces the first one, earns nothing more, and needs the policy's switch."""
    strict, lenient = Square(), Square(participation__ballot_change=True)
    for square in (strict, lenient):
        vote = square.vote()
        square.cast("per_1", vote, 0)
        changed = square.resident(ChangeBallot("per_1", vote, (2,)))
        assert code(changed) == ("VOTE_CHANGE_OFF" if square is strict else "")
        assert types(changed) == ([] if square is strict else ["participation.ballot_changed"])
        square.office(CloseVote(vote))
        assert square.district.board.votes[vote].counts == ((1, 0, 0) if square is strict else (0, 0, 1))
        assert square.district.board.votes[vote].cast == 1


def test_a_ballot_earns_once_by_the_rule_of_votes() -> None:
    """F32: the award cites the ballot; casting again under another key earns nothing."""
    square = Square()
    vote = square.vote()
    cast = square.cast("per_1", vote, 0)
    assert types(cast) == ["participation.ballot_cast", "points.award_granted"]
    assert cast.events[1].evidence == cast.events[0].ballot  # type: ignore[attr-defined]
    assert square.cast("per_1", vote, 0).events == ()


def test_annulling_leaves_no_result() -> None:
    """An annulled vote shows nothing and takes nothing, before and after its tally."""
    square = Square()
    one, other = square.vote(), square.vote()
    square.cast("per_1", one, 0)
    square.office(CloseVote(one))
    for vote in (one, other):
        assert square.office(AnnulVote(vote)).ok
        assert vote_result(square.district, vote) is None
        assert code(square.cast("per_2", vote, 0)) == "VOTE_NOT_OPEN"
    square.at += 8 * DAY_S
    assert square.office(DraftVote(2, 1, "person", square.at + 1, 0)).ok
    assert square.district.board.votes[other].state == "ANNULLED", "its deadline was cancelled"


def state_of(square: Square, vote: str) -> str:
    """The state of a vote."""
    return square.district.board.votes[vote].state


def in_state(square: Square, state: str) -> str:
    """A vote in one of the states that last between commands."""
    vote = new_id(square.office(DraftVote(2, 1, "person", square.at + DAY_S, 0)))
    if state in ("OPEN", "TALLIED"):
        square.office(OpenVote(vote))
    if state == "TALLIED":
        square.office(CloseVote(vote))
    if state == "ANNULLED":
        square.office(AnnulVote(vote))
    assert state_of(square, vote) == state
    return vote


def test_every_pair_of_state_and_command() -> None:
    """T01: each command in each state takes an edge of the table or is refused, and every edge is taken."""
    square = Square()
    seen = {("", "DRAFT")}
    for before in ("DRAFT", "OPEN", "TALLIED", "ANNULLED"):
        for verb in (OpenVote, CloseVote, AnnulVote):
            vote = in_state(square, before)
            done = square.office(verb(vote))
            after = state_of(square, vote)
            if verb is CloseVote and done.ok:
                seen |= {(before, "CLOSED"), ("CLOSED", after)}
            elif done.ok:
                seen.add((before, after))
            else:
                assert (code(done), after) == ("VOTE_BAD_STATE", before)
        ballot = square.resident(CastBallot("per_1", in_state(square, before), (0,)))
        assert code(ballot) == ("" if before == "OPEN" else "VOTE_NOT_OPEN")
    assert seen == VOTE_EDGES


def merged_vote(unit: str, *voters: str) -> tuple[Square, str]:
    """A vote in which some people voted before per_2 turned out to be per_3."""
    square = Square()
    vote = square.vote(unit)
    for person in voters:
        assert square.cast(person, vote, 0).ok
    assert square.office(MergePersons("per_2", "per_3")).ok
    return square, vote


@pytest.mark.parametrize(
    ("voters", "ballots", "then"),
    [
        ((), 0, ""),
        (("per_2",), 1, "VOTE_ALREADY_CAST"),
        (("per_3",), 1, "VOTE_ALREADY_CAST"),
        (("per_2", "per_3"), 1, "VOTE_ALREADY_CAST"),
    ],
)
def test_a_merge_never_gives_a_second_ballot(voters: tuple[str, ...], ballots: int, then: str) -> None:
    """H11: whoever of two rows of one person voted, the person has one ballot, and the electorate stays as it was."""
    square, vote = merged_vote("person", *voters)
    assert len(square.district.board.votes[vote].ballots) == ballots
    assert code(square.cast("per_3", vote, 1)) == then
    assert code(square.cast("per_2", vote, 1)) == "PERSON_MERGED"
    square.office(CloseVote(vote))
    result = vote_result(square.district, vote)
    assert result is not None
    assert (result.electorate, result.ballots, sum(result.counts)) == (5, 1, 1)


def test_a_merge_leaves_households_their_ballots() -> None:
    """Households are units of their own: a merge of two members takes no household's ballot away."""
    square, vote = merged_vote("household", "per_1", "per_3")
    assert len(square.district.board.votes[vote].ballots) == 2


def test_a_merge_hands_the_entitlement_on() -> None:
    """A row that was bound at the opening gives its place in the electorate to the row that stays."""
    square = Square()
    vote = square.vote()
    assert square.office(MergePersons("per_4", "per_6")).ok
    assert square.cast("per_6", vote, 1).ok
