from hypothesis import given
from hypothesis import strategies as st

from sim.report.privacy import REST, SMALLEST, Group, buckets, hidden, merge_small

GROUPS = st.lists(
    st.builds(
        Group,
        st.sampled_from(["0-14", "15-24", "25-44", "45-59", "60-69", "70+", REST]),
        st.integers(0, 40),
        st.tuples(st.integers(0, 40), st.integers(0, 40)),
    ),
    unique_by=lambda group: group.name,
)


def people(groups: list[Group]) -> int:
    """People in all groups."""
    return sum(group.people for group in groups)


@given(GROUPS)
def test_no_group_of_fewer_than_ten_is_shown(groups: list[Group]) -> None:
    """Whatever the sizes, each group that is left holds at least ten people."""
    assert all(group.people >= SMALLEST for group in merge_small(groups))


@given(GROUPS)
def test_merging_loses_nobody(groups: list[Group]) -> None:
    """People and their counts are all there after merging, unless there are fewer than ten people altogether."""
    merged = merge_small(groups)
    if people(groups) < SMALLEST:
        assert merged == []
        return
    assert people(merged) == people(groups)
    present = [group for group in groups if group.people]
    assert [sum(group.counts[place] for group in merged) for place in (0, 1)] == [
        sum(group.counts[place] for group in present) for place in (0, 1)
    ]


@given(GROUPS)
def test_large_groups_stay_unless_the_rest_needs_one(groups: list[Group]) -> None:
    """A group of ten or more is merged only when the small ones together are fewer than ten, and then the smallest."""
    kept = {group.name for group in merge_small(groups)} - {REST}
    large = sorted((group.people, group.name) for group in groups if group.people >= SMALLEST and group.name != REST)
    gone = [group for group in large if group[1] not in kept]
    small = sum(group.people for group in groups if group.people < SMALLEST or group.name == REST)
    assert len(gone) <= (1 if 0 < small < SMALLEST else 0)
    assert all(group[0] == large[0][0] for group in gone)


def test_nine_pensioners_cannot_be_read_off_the_total() -> None:
    """A single small group takes the smallest other group with it."""
    groups = [Group("25-44", 500, (9,)), Group("60-69", 30, (2,)), Group("70+", 9, (1,))]
    assert merge_small(groups) == [Group("25-44", 500, (9,)), Group(REST, 39, (3,))]


def test_counts_below_ten_are_hidden_and_nobody_is_shown() -> None:
    """One to nine people are hidden; none and ten are not."""
    assert [hidden(number) for number in (0, 1, 9, 10)] == [False, True, True, False]


@given(st.integers(0, 5_000))
def test_every_part_of_a_ranking_holds_ten(members: int) -> None:
    """A ranking is cut into ten, five, two or one parts, none below ten members while it is cut at all."""
    parts = buckets(members)
    assert parts in {1, 2, 5, 10}
    assert parts == 1 or members // parts >= SMALLEST
