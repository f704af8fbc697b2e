"""Tables: no cell of fewer than ten people, and nobody lost by merging."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.tables import SMALLEST_GROUP, merged

CELLS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 100)), max_size=8).map(
    lambda sizes: [(f"group_{place}", [people, acts]) for place, (people, acts) in enumerate(sizes)]
)


@given(CELLS)
def test_no_cell_is_small_and_nobody_is_lost(cells: list[tuple[str, list[int]]]) -> None:
    """Every cell holds ten people or more; together they hold everybody, unless all are fewer than ten."""
    found = merged(cells)
    everybody = [sum(values[place] for _, values in cells if values[0]) for place in (0, 1)]
    assert all(values[0] >= SMALLEST_GROUP for _, values in found)
    if everybody[0] >= SMALLEST_GROUP:
        assert [sum(values[place] for _, values in found) for place in (0, 1)] == everybody
    else:
        assert found == []


@given(CELLS)
def test_large_cells_stay_as_they_are(cells: list[tuple[str, list[int]]]) -> None:
    """Merging gives up one large cell at most, and only when the small ones together are still too few."""
    found = dict(merged(cells))
    large = {label: values for label, values in cells if values[0] >= SMALLEST_GROUP}
    kept = {label for label, values in large.items() if found.get(label) == values}
    small = sum(values[0] for _, values in cells if values[0] < SMALLEST_GROUP)
    assert len(large) - len(kept) <= (0 < small < SMALLEST_GROUP)


def test_an_example() -> None:
    """4 and 3 people are too few even together, so the smallest large group joins them."""
    cells = [("a", [40, 1]), ("b", [12, 2]), ("c", [4, 3]), ("d", [3, 4]), ("e", [0, 0])]
    assert merged(cells) == [("a", [40, 1]), ("other", [19, 9])]
