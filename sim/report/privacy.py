"""No published group of fewer than ten people: small groups are merged, small counts within a group are not shown.

The people of a run are synthetic; the tables still follow the rule that a district would have to follow
(k >= 10, small cells merged), so that a page made from real figures is safe by construction.
"""

from collections.abc import Sequence

SMALLEST = 10
"""People in the smallest group that is shown (k)."""
REST = "other"

Group = tuple[str, *tuple[int, ...]]
"""Name, people, and further counts of the same group."""


def merge_small(groups: Sequence[Group]) -> list[Group]:
    """Merge groups of fewer than ten people into `other`.

    Should `other` stay below ten, the smallest other group joins it: one merged group of nine could be read off the
    total. Order is kept, `other` comes last. Groups of nobody are left out.
    """
    present = [group for group in groups if group[1] > 0]
    rest = [group for group in present if group[0] == REST or group[1] < SMALLEST]
    kept = [group for group in present if group not in rest]
    while rest and kept and sum(group[1] for group in rest) < SMALLEST:
        smallest = min(kept, key=lambda group: group[1])
        kept.remove(smallest)
        rest.append(smallest)
    if not rest or sum(group[1] for group in rest) < SMALLEST:
        return kept
    sums = [sum(values) for values in zip(*(group[1:] for group in rest), strict=True)]
    return [*kept, (REST, *sums)]


def hidden(people: int) -> bool:
    """Whether a count within a group is too small to be shown (nobody may be shown)."""
    return 0 < people < SMALLEST


def buckets(members: int) -> int:
    """Into how many equal parts a ranking may be cut so that each holds ten: tenths, fifths, halves or one."""
    return next((parts for parts in (10, 5, 2) if members // parts >= SMALLEST), 1)
