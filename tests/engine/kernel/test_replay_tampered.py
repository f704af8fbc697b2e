"""A journal whose chain is true and whose records no engine wrote is found out by folding it or deciding again."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import state_digest
from engine.replay import Difference, JournalBroken, decide_again, fold
from tests.engine.kernel.tampering import header, opened, rechained, texts, written

ACTS = 120
PARSED = [json.loads(text) for text in texts(ACTS)]
STATE = state_digest(fold(opened(rechained(list(texts(ACTS))))))


def changed(n: int, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The journal with one record changed, under a chain that is true."""
    record = json.loads(texts(ACTS)[n])
    change(record)
    return rechained([*texts(ACTS)[:n], written(record), *texts(ACTS)[n + 1 :]])


def find(wanted: Callable[[dict[str, Any]], Any]) -> int:
    """Number of the first record that is as wanted."""
    return next(n for n, record in enumerate(PARSED) if n and wanted(record))


def made(wire: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a record holds an event of a type."""
    return lambda record: any(event["type"] == wire for event in record["events"])


def test_an_edited_decision_is_found_by_deciding_again() -> None:
    """Points added to an award, under a true chain, fold without complaint and come out otherwise when decided."""
    n = find(made("points.award_granted"))

    def add(record: dict[str, Any]) -> None:
        record["events"][0]["data"]["points"] += 1

    found = decide_again(opened(changed(n, add)))
    assert found is not None
    assert (found.n, found.made) == (n, texts(ACTS)[n].decode())
    assert state_digest(fold(opened(changed(n, add)))) != STATE


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to every number, text, null and empty list of a value."""
    items: dict[Any, Any] = {}
    if isinstance(value, dict | list):
        items = value if isinstance(value, dict) else dict(enumerate(value))
    return [path] if not items else [leaf for key, each in items.items() for leaf in leaves(each, (*path, key))]


def put(record: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    """Replaces the value at a path."""
    place: Any = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value


VALUES = st.one_of(
    st.integers(-5, 2**70), st.text(max_size=5), st.none(), st.booleans(), st.sampled_from([[], {}, [["a", 1]]]),
    st.sampled_from(["per_1", "per_2", "OK", "pay_00000001", "clock.advanced", "points.award_granted", "x" * 200]),
)  # fmt: skip


OUTCOMES = [(n, path) for n, record in enumerate(PARSED) if n for path in leaves(record) if path[0] != "envelope"]
ENVELOPES = [(n, path) for n, record in enumerate(PARSED) if n for path in leaves(record) if path[0] == "envelope"]


def found_by(content: bytes) -> set[str]:
    """Which of folding and deciding object to a journal."""
    objects = set()
    for use in (fold, decide_again):
        try:
            if isinstance(use(opened(content)), Difference):
                objects.add(use.__name__)
        except JournalBroken:
            objects.add(use.__name__)
    return objects


@given(place=st.sampled_from(OUTCOMES), value=VALUES)
def test_any_change_of_what_was_decided_is_found(place: tuple[int, tuple[Any, ...]], value: Any) -> None:
    """Whatever is changed in the outcome of a record under a true chain, deciding finds it."""
    n, path = place
    content = changed(n, lambda record: put(record, path, value))
    same = content == rechained(list(texts(ACTS)))
    assert ("decide_again" in found_by(content)) != same


@given(place=st.sampled_from(ENVELOPES), value=VALUES)
def test_any_change_of_an_envelope_is_answered(place: tuple[int, tuple[Any, ...]], value: Any) -> None:
    """A changed envelope may be one that somebody could have given; a value of another type never is."""
    n, path = place
    content = changed(n, lambda record: put(record, path, value))
    same = content == rechained(list(texts(ACTS)))
    assert found_by(content) or same or type(value) in {str, int, list}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(policy=JSON.filter(lambda policy: policy != {}))
def test_any_policy_is_answered(policy: Any) -> None:
    """A journal with arbitrary JSON for a policy is broken at its header, and nothing else happens."""
    content = rechained([written({**json.loads(header()), "policy": policy})])
    for use in (fold, decide_again):
        with pytest.raises(JournalBroken, match="records 0 to 0"):
            use(opened(content))


@given(records=st.lists(JSON, min_size=1, max_size=3))
def test_any_json_is_answered(records: list[Any]) -> None:
    """A journal with arbitrary JSON for records is broken at the first of them, and nothing else happens."""
    content = rechained([header(), *map(written, records)])
    for use in (fold, decide_again):
        with pytest.raises(JournalBroken, match="records 1 to 1"):
            use(opened(content))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda record: record["events"][0].update(type="points.no_such"), "unfit"),
        (lambda record: record["events"][0]["data"].pop("points"), "unfit"),
        (lambda record: record["events"][0]["data"].update(points="5"), "unfit"),
        (lambda record: record["events"][0]["data"].update(surplus=1), "not_canonical"),
        (lambda record: record["envelope"].update(type="points.no_such"), "unfit"),
        (lambda record: record["envelope"].update(v=2), "not_canonical"),
        (lambda record: record["envelope"].update(actor="officer"), "not_canonical"),
        (lambda record: record["envelope"].update(actor=7), "unfit"),
        (lambda record: record.update(code="NO_SUCH"), "unfit"),
        (lambda record: record.update(code="FORBIDDEN"), "not_canonical"),
        (lambda record: record.update(policy=9), "not_canonical"),
        (lambda record: record.update(status="rejected"), "not_canonical"),
        (lambda record: record.update(surplus=None), "not_canonical"),
    ],
)
def test_a_record_that_no_engine_wrote_is_named(change: Callable[[dict[str, Any]], None], reason: str) -> None:
    """A record with a true chain and a wrong name, type, policy or field too many is broken at its number."""
    n = find(made("points.award_granted"))
    with pytest.raises(JournalBroken) as caught:
        fold(opened(changed(n, change)))
    assert (caught.value.reason, caught.value.first, caught.value.last) == (reason, n, n)


def test_a_name_twice_is_found() -> None:
    """A record in which a name stands twice, so that two readers may read two things, is not canonical."""
    n = find(made("points.award_granted"))
    twice = texts(ACTS)[n].replace(b'"points":', b'"points":99,"points":', 1)
    with pytest.raises(JournalBroken) as caught:
        fold(opened(rechained([*texts(ACTS)[:n], twice, *texts(ACTS)[n + 1 :]])))
    assert (caught.value.reason, caught.value.first) == ("not_canonical", n)


@pytest.mark.parametrize(
    "policy", [None, {}, {"points": 1}, {"points": {"deduction_cap_bp": -1}}, {"surplus": 1}, {"version": "1"}]
)
def test_a_header_without_policy_is_broken(policy: object) -> None:
    """A journal whose policy is missing a value's range, or has a number too many, is broken at its header."""
    found = json.loads(header())
    found["policy"] = {**found["policy"], **policy} if isinstance(policy, dict) else policy
    if policy == {}:
        del found["policy"]
    with pytest.raises(JournalBroken) as caught:
        fold(opened(rechained([written(found)])))
    assert (caught.value.reason, caught.value.position, caught.value.first) == ("policy", 0, 0)


def test_a_deadline_that_did_not_fire_is_found() -> None:
    """A journal from which a firing was taken out, renumbered under a true chain, is not what an engine writes."""
    n = find(lambda record: record["envelope"]["type"] == "clock.fire_deadline")
    records = [json.loads(text) for text in [*texts(ACTS)[:n], *texts(ACTS)[n + 1 :]]]
    seq = 0
    for number, record in enumerate(records[1:], 1):
        record["n"] = number
        for event in record["events"]:
            seq += 1
            event["seq"] = seq
    found = decide_again(opened(rechained([written(record) for record in records])))
    assert found is not None
    assert found.n == n
