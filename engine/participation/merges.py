"""Two rows of one person become one: no second ballot, no second valid response, no second receipt (`ActsMerged`).

Of two ballots or two valid responses in one place that of the row that stays is kept. What the other response earned
is taken back right after the merge, by a deadline of its own: in the merge itself the points are on their way from
one wallet to the other. Ballots keep what they earned; a household's ballot and response belong to the household.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel.event import Event
from engine.participation.reviews import find, take_back

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def take_back_double(district: District, _policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `response_double`: a response that a merge made a duplicate gives back what it earned."""
    _, row = find(district, waiting)
    return take_back(district, waiting, row, at)
