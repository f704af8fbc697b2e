"""Plans for the objects of an adapter: the same for the same seed, within its limits, only what it serves."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests.adapter import Adapter, read_adapter
from loadtests.operations import READ, read_operations
from loadtests.plan.manifest import read_plan
from loadtests.plan.objects import plan_of_objects
from loadtests.plan.objects.drawing import Drawing
from loadtests.plan.objects.sample import sample_of
from loadtests.references import MADE, references_in

TESTS = Path(__file__).parents[1]
PLACES = ("foreign/etcd", "foreign/webdis", "foreign/roundup", "live/shop")
ADAPTERS = [TESTS / f"{place}.yaml" for place in PLACES]
SHOP = read_adapter(ADAPTERS[-1])


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: path.stem)
def test_a_plan_asks_only_for_what_is_served(path: Path, tmp_path: Path) -> None:
    """Every type has an entry and all of them occur; the manifest answers for both files."""
    adapter = read_adapter(path)
    plan_of_objects(adapter, 3, 400, None, tmp_path)
    plan = read_plan(tmp_path)
    found = list(plan.operations())
    assert {each.type for each in (*found, *plan.town())} == set(adapter.operations)
    assert [each.n for each in found] == list(range(400))
    assert plan.manifest.profile == "objects"


@given(st.integers(0, 10_000), st.integers(1, 200))
@settings(max_examples=30, deadline=None)
def test_the_luck_is_that_of_the_seed(seed: int, count: int) -> None:
    """The same seed gives the same operations; due times never fall; what is referred to was planned before."""
    first, again = [Drawing(SHOP, seed, 50.0) for _ in range(2)]
    first.town()
    again.town()
    found = list(first.operations(count))
    assert found == list(again.operations(count))
    assert [each.due_ns for each in found] == sorted(each.due_ns for each in found)
    for each in found:
        for reference in references_in(each.data):
            assert reference.source != MADE or (reference.n <= each.n and found[reference.n].type == "items.create")


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_repeats_share_their_key_with_what_they_repeat(seed: int) -> None:
    """A repeat says the same under the same key; all other keys are different; reads have none."""
    drawing = Drawing(SHOP, seed, 50.0)
    drawing.town()
    keys: dict[str, object] = {}
    for each in drawing.operations(150):
        if each.type.startswith(READ):
            assert each.key == ""
        elif each.intent == "duplicate":
            assert keys[each.key] == (each.type, each.actor, each.data)
        else:
            assert each.key not in keys
            keys[each.key] = (each.type, each.actor, each.data)


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: path.stem)
def test_a_sample_has_every_function(path: Path) -> None:
    """What check sends: each type that has an entry, in an order in which a right target accepts them."""
    adapter = read_adapter(path)
    assert {each.type for each in sample_of(adapter)} == set(adapter.operations)


def test_the_rate_stays_within_the_limits(tmp_path: Path) -> None:
    """A plan that is asked to be faster than the adapter allows is made slower."""
    limits = SHOP.limits.model_copy(update={"max_rps": 40})
    slow: Adapter = SHOP.model_copy(update={"limits": limits})
    made = plan_of_objects(slow, 1, 200, 500.0, tmp_path)
    assert made.rate < 40
    assert len(list(read_operations(tmp_path / "operations.jsonl.gz"))) == 200
