"""Owners' votes by area and heads: who takes part, what is carried, co-owned dwellings (F09, T21)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.binding.places import AddDwelling, IssueQr
from engine.district.votes import Vote
from engine.invariants import BrokenInvariant
from engine.merging.persons import MergePersons
from engine.participation import owners
from engine.participation.owners import decided
from engine.participation.votes import CloseVote, DraftVote, OpenVote
from engine.views.board import vote_result
from tests.engine.participation.square import Square, Watched, code, new_id


def owned(square: Square, **dwellings: tuple[int, tuple[str, ...]]) -> None:
    """Dwellings with a floor area in 0.01 m2 and their owners."""
    for name, (area, persons) in dwellings.items():
        square.office(AddDwelling(f"dwl_{name}", "bld_1", area))
        square.office(IssueQr(f"dwl_{name}"))
        for person in persons:
            assert square.bind(person, f"dwl_{name}", "owner").ok


def matter(square: Square, kind: str = "ordinary") -> str:
    """An open vote on a matter of owners."""
    made = new_id(square.office(DraftVote(2, 1, "owner", square.at + 86_400, 0, kind)))  # type: ignore[arg-type]
    assert square.office(OpenVote(made)).ok
    return made


def result(square: Square, vote: str, **said: int) -> tuple[bool, tuple[int, ...], tuple[int, ...]]:
    """What a vote gives when these persons have said yes (0) or no (1)."""
    for person, choice in said.items():
        assert square.cast(person, vote, choice).ok
    square.office(CloseVote(vote))
    found = vote_result(square.district, vote)
    assert found is not None
    return found.valid, found.leading, square.district.board.votes[vote].areas


def test_two_thirds_of_heads_are_not_enough_without_the_area() -> None:
    """Both measures must take part: two of three heads with a tenth of the area are no quorum."""
    square = Watched()
    owned(square, a=(500, ("per_1",)), b=(500, ("per_3",)), c=(9_000, ("per_4",)))
    assert result(square, matter(square), per_1=0, per_3=0) == (False, (), (10_000, 1_000, 1_000))


def test_two_thirds_exactly_take_part() -> None:
    """Equality is enough for taking part and for a major matter's three quarters; more than half is more than half."""
    square = Watched()
    owned(square, a=(1_000, ("per_1",)), b=(1_000, ("per_3",)), c=(1_000, ("per_4",)))
    half = result(square, matter(square), per_1=0, per_3=1)
    assert half == (True, (1,), (3_000, 2_000, 1_000)), "half is no majority"


@pytest.mark.parametrize(
    ("areas", "leading"),
    [((1_000, 1_000, 1_000, 1_000), (0,)), ((1_001, 1_000, 1_000, 999), (0,)), ((999, 1_000, 1_000, 1_001), (1,))],
)
def test_a_major_matter_needs_three_quarters_of_both(areas: tuple[int, ...], leading: tuple[int, ...]) -> None:
    """Three of four heads say yes; the area decides at equality."""
    square = Watched()
    persons = ("per_1", "per_2", "per_3", "per_4")
    owned(square, **{f"x{place}": (area, (persons[place],)) for place, area in enumerate(areas)})
    valid, found, _ = result(square, matter(square, "major"), per_1=0, per_2=0, per_3=0, per_4=1)
    assert (valid, found) == (True, leading)


def test_an_owner_of_several_counts_once_by_head() -> None:
    """Three dwellings of one owner are one head and their whole area."""
    square = Watched()
    owned(square, a=(100, ("per_1",)), b=(200, ("per_1",)), c=(300, ("per_1",)), d=(400, ("per_3",)))
    vote = matter(square)
    assert square.district.board.votes[vote].electorate == 2
    assert result(square, vote, per_1=0, per_3=0) == (True, (0,), (1_000, 1_000, 1_000))


def test_a_co_owned_dwelling_has_one_vote_by_area() -> None:
    """Its area counts once, for what its voting owners agree on; where they disagree it takes part and says nothing."""
    square = Watched()
    owned(square, a=(600, ("per_1", "per_2")), b=(400, ("per_3",)))
    assert result(square, matter(square), per_1=0, per_3=0) == (True, (0,), (1_000, 1_000, 1_000))
    assert result(square, matter(square), per_1=0, per_2=1, per_3=0) == (True, (1,), (1_000, 1_000, 400))


def test_two_rows_of_one_owner_are_one_head() -> None:
    """After a merge the dwelling goes with the row that stays, and one ballot is left."""
    square = Watched()
    owned(square, a=(600, ("per_1",)), b=(400, ("per_3",)))
    vote = matter(square)
    square.cast("per_3", vote, 1)
    square.office(MergePersons("per_3", "per_1"))
    assert code(square.cast("per_1", vote, 0)) == "VOTE_ALREADY_CAST"
    assert result(square, vote)[2] == (1_000, 1_000, 0)


def test_areas_that_are_counted_wrongly_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """T21: the oracle counts areas on its own."""
    square = Watched()
    owned(square, a=(600, ("per_1", "per_2")), b=(400, ("per_3",)))
    monkeypatch.setattr(owners, "areas", lambda _vote: (1_000, 1_000, 1_000))
    with pytest.raises(BrokenInvariant, match="T21"):
        result(square, matter(square), per_1=0, per_2=1, per_3=0)


OWNERS = ("per_1", "per_2", "per_3", "per_4", "per_5")
TOWNS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.integers(1, 20), st.lists(st.sampled_from(OWNERS), min_size=1, max_size=3, unique=True).map(tuple)),
    min_size=1,
)


@given(TOWNS, st.dictionaries(st.sampled_from(OWNERS), st.integers(0, 1)), st.sampled_from(("ordinary", "major")))
def test_the_whole_numbers_are_the_fractions_of_the_law(
    town: dict[str, tuple[int, tuple[str, ...]]], said: dict[str, int], kind: str
) -> None:
    """Two thirds of both take part; more than half, or three quarters, of both say yes: as exact fractions have it."""
    heads = sorted({person for _, persons in town.values() for person in persons})
    ballots = {person: (choice,) for person, choice in said.items() if person in heads}
    vote = Vote("vot_1", 2, 1, "owner", 0, 0, matter=kind, electorate=len(heads), ballots=ballots, holdings=town)  # type: ignore[arg-type]
    valid, carried, (whole, part, agreed) = decided(vote)
    assert whole == sum(area for area, _ in town.values())
    wanted = bool(ballots) and min(Fraction(len(ballots), len(heads)), Fraction(part, whole)) >= Fraction(2, 3)
    assert valid is wanted
    if valid:
        share = min(Fraction(sum(said == (0,) for said in ballots.values()), len(ballots)), Fraction(agreed, part))
        assert carried is (share >= Fraction(3, 4) if kind == "major" else share > Fraction(1, 2))
