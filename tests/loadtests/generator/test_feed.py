"""A worker's share of a plan, and what waits for what."""

from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.feed import Feed, Share, wanted_of, worker_of
from loadtests.generator.holding import Holding
from loadtests.generator.reference_target import ReferenceTarget
from loadtests.generator.target import Request
from loadtests.operations import Operation, write_operations
from loadtests.references import MADE, TOWN

shards = st.lists(st.sampled_from([f"person:{n}" for n in range(12)]), min_size=1, max_size=80)


def plan(of: list[str]) -> list[Operation]:
    """An operation for each shard, a millisecond apart."""
    return [Operation(n, n * 10**6, "a.b", f"resident:{shard}", f"k{n}", {}, shard) for n, shard in enumerate(of)]


def fed(operations: list[Operation], share: Share, **more: Any) -> Feed:
    """A feed that has compiled everything."""
    feed = Feed(iter(operations), ReferenceTarget({}), lambda request: request, share, **more)
    feed.fill(10**6)
    return feed


@given(shards, st.integers(1, 7))
def test_workers_share_the_same_schedule(of: list[str], workers: int) -> None:
    """However many they are, workers send every operation once and at its time; a shard is one worker's."""
    shares = [fed(plan(of), Share(worker, workers)).jobs for worker in range(workers)]
    together = sorted((job.n, job.due_ns, job.shard) for jobs in shares for job in jobs)
    assert together == [(each.n, each.due_ns, each.shard) for each in plan(of)]
    for worker, jobs in enumerate(shares):
        assert [job.n for job in jobs] == sorted(job.n for job in jobs)
        assert all(worker_of(job.shard, workers) == worker for job in jobs)


@given(shards, st.integers(1, 30), st.integers(1, 3))
def test_a_cut_is_the_same_for_all_workers(of: list[str], most: int, workers: int) -> None:
    """A limit on operations keeps the first ones of the plan, not the first ones of each worker, and says so."""
    shares = [fed(plan(of), Share(worker, workers, max_operations=most)) for worker in range(workers)]
    assert sorted(job.n for feed in shares for job in feed.jobs) == list(range(min(most, len(of))))
    assert all(feed.cut == (most < len(of)) for feed in shares)


def test_due_times_are_stretched_exactly() -> None:
    """Due times are multiplied by a fraction in whole numbers, and a limit in time holds after it."""
    feed = fed(plan(["a"] * 10), Share(stretch=Fraction(1, 3), max_ns=2 * 10**6))
    assert [job.due_ns for job in feed.jobs] == [n * 10**6 // 3 for n in range(6)]
    assert feed.cut


def test_what_is_asked_of_an_operation_is_known_before(tmp_path: Path) -> None:
    """References are found wherever they stand in the values of a plan's file, by the operation that they mean."""
    data = {"a": "$made:3:payment", "b": [{"c": "$town:0:code"}]}
    path = tmp_path / "operations.jsonl.gz"
    write_operations(path, [Operation(5, 0, "a.b", "x:y", "k", data, "s")])
    assert wanted_of(MADE, path) == {3: {"payment"}}
    assert wanted_of(TOWN, path) == {0: {"code"}}


def refund(n: int, of: int, shard: str = "b") -> Operation:
    """An operation that needs what another made."""
    return Operation(n, n, "a.refund", "merchant:m", f"k{n}", {"payment": f"$made:{of}:payment"}, shard)


def test_an_operation_waits_for_the_value_that_it_needs() -> None:
    """It is compiled with the value once the answer is there, and only then."""
    feed = fed([*plan(["a"]), refund(1, 0)], Share(), wanted={0: {"payment"}})
    holding = Holding(feed)
    first, second = feed.jobs
    assert holding.lets_go(first)
    assert not holding.lets_go(second)
    assert holding.count == 1
    found = feed.asked_of(first, b'{"view":[{"type":"x","data":{"payment":"pay_9","points":2}}]}')
    assert found == {"payment": "pay_9"}
    assert list(holding.told(0, found)) == [second]
    assert isinstance(second.request, Request)
    assert second.request.body == b'{"payment":"pay_9"}'


def test_a_value_that_never_comes_costs_its_operation() -> None:
    """Where the other operation was rejected, the one that needs its value is left out and counted."""
    feed = fed([*plan(["a"]), refund(1, 0), refund(2, 0)], Share(), wanted={0: {"payment"}})
    holding = Holding(feed)
    first, second, third = feed.jobs
    assert not holding.lets_go(second)
    assert list(holding.told(0, feed.asked_of(first, b'{"error":{"code":"X"}}'))) == []
    assert not holding.lets_go(third)
    assert (holding.count, holding.unresolved) == (0, 2)


@given(shards)
def test_order_is_kept_within_a_shard(of: list[str]) -> None:
    """With order kept, at most one operation of a shard is under way, and all of them go in the order of the plan."""
    feed = fed(plan(of), Share())
    holding = Holding(feed, keep_order=True)
    under_way = [job for job in feed.jobs if holding.lets_go(job)]
    gone: dict[str, list[int]] = {}
    while under_way:
        assert len({job.shard for job in under_way}) == len(under_way)
        job = under_way.pop()
        gone.setdefault(job.shard, []).append(job.n)
        under_way += holding.over(job.shard)
    assert gone == {shard: [n for n, each in enumerate(of) if each == shard] for shard in of}
    assert holding.count == 0


def test_a_shard_goes_on_when_one_of_its_operations_is_left_out() -> None:
    """An operation whose value never comes does not block those behind it."""
    feed = fed(
        [*plan(["a"]), refund(1, 0), *[each for each in plan(["b"] * 3) if each.n == 2]], Share(), wanted={0: {"x"}}
    )
    holding = Holding(feed, keep_order=True)
    first, second, third = feed.jobs
    assert holding.lets_go(first)
    assert not holding.lets_go(second)
    assert not holding.lets_go(third)
    assert list(holding.told(0, {})) == [third]
    assert list(holding.over("a")) == []
    assert list(holding.over("b")) == []
