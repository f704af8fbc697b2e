"""Owners' votes by area and heads (F09): who takes part and who says yes, both counted twice, in whole numbers.

One owner of several dwellings counts once by head and with every dwelling by area. A co-owned dwelling has one vote by
area: it takes part when one of its owners does, and says what those of them say who vote, if they agree; otherwise it
takes part and says neither yes nor no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.owners import CARRIED, TAKE_PART, YES

if TYPE_CHECKING:
    from engine.district.votes import Vote


def areas(vote: Vote) -> tuple[int, int, int]:
    """Floor areas in 0.01 m2: of all owners, of those who take part, of those who say yes."""
    whole = part = agreed = 0
    for area, persons in vote.holdings.values():
        units = [vote.entitled.get(each, each) for each in persons]  # of a merged person the row that voted
        said = [vote.ballots[each] for each in units if each in vote.ballots]
        whole += area
        part += area if said else 0
        agreed += area if said and all(each == (YES,) for each in said) else 0
    return whole, part, agreed


def reached(part: int, whole: int, share: tuple[int, int]) -> bool:
    """True if the part is at least that share of the whole."""
    return part * share[1] >= whole * share[0]


def decided(vote: Vote) -> tuple[bool, bool, tuple[int, int, int]]:
    """Whether enough took part, whether the matter is carried, and the three areas."""
    whole, part, agreed = areas(vote)
    heads = len(vote.ballots)
    valid = heads > 0 and reached(part, whole, TAKE_PART) and reached(heads, vote.electorate, TAKE_PART)
    yes = sum(each == (YES,) for each in vote.ballots.values())
    share = CARRIED[vote.matter]
    if vote.matter == "major":
        carried = reached(yes, heads, share) and reached(agreed, part, share)
    else:
        carried = yes * share[1] > heads * share[0] and agreed * share[1] > part * share[0]
    return valid, valid and carried, (whole, part, agreed)
