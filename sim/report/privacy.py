"""No published group of fewer than ten people: small groups are merged, small counts within a group are not shown.

The people of a run are synthetic; the tables still follow the rule that a district would have to follow
(k >= 10, small cells merged), so that a page made from real figures is safe by construction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 10
"""People in the smallest group that is shown (k)."""
REST = "other"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people with counts of what they did."""

    name: str
    people: int
    counts: tuple[int, ...]


def merge_small(groups: Sequence[Group]) -> list[Group]:
    """Merge groups of fewer than ten people into `other`.

    Should `other` stay below ten, the smallest other group joins it: one merged group of nine could be read off the
    total. Order is kept, `other` comes last. Groups of nobody are left out.
    """
    present = [group for group in groups if group.people > 0]
    rest = [group for group in present if group.name == REST or group.people < SMALLEST]
    kept = [group for group in present if group not in rest]
    while rest and kept and _people(rest) < SMALLEST:
        smallest = min(kept, key=lambda group: group.people)
        kept.remove(smallest)
        rest.append(smallest)
    if _people(rest) < SMALLEST:
        return kept
    return [*kept, Group(REST, _people(rest), tuple(map(sum, zip(*(group.counts for group in rest), strict=True))))]


def _people(groups: Sequence[Group]) -> int:
    return sum(group.people for group in groups)


def hidden(people: int) -> bool:
    """Whether a count within a group is too small to be shown (nobody may be shown)."""
    return 0 < people < SMALLEST


def buckets(members: int) -> int:
    """Into how many equal parts a ranking may be cut so that each holds ten: tenths, fifths, halves or one."""
    return next((parts for parts in (10, 5, 2) if members // parts >= SMALLEST), 1)
