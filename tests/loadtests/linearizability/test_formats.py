"""Histories on disk: our JSON lines, Jepsen's EDN and JSON, and the parts in which a large one is judged."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.linearizability import (
    MODELS,
    BadHistory,
    Call,
    Header,
    check,
    check_file,
    read_calls,
    verdict,
    write_calls,
)
from loadtests.linearizability.edn import BadEdn, edn, read_edn
from loadtests.linearizability.jepsen import as_edn, as_json, from_edn, from_json
from loadtests.linearizability.parts import in_parts
from tests.loadtests.linearizability.luck import Clients, luck_of

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_edn_reads_back_what_it_writes(value: Any) -> None:
    """A plain value written as EDN is read as the same value."""
    assert list(read_edn(edn(value))) == [value]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{:type :invoke, :f :read, :value nil}", [{"type": "invoke", "f": "read", "value": None}]),
        ("; a comment\n[1 2.5 -3N 1e3]", [[1, 2.5, -3, 1000.0]]),
        ('"a\\"b\\n" #{1 2} (true false)', ['a"b\n', [1, 2], [True, False]]),
        ("#jepsen.independent/tuple [7 {:a 1}] #_ ignored 5", [[7, {"a": 1}], 5]),
        ("{0 10, 1 20}", [{0: 10, 1: 20}]),
        ("", []),
    ],
)
def test_edn_is_read(text: str, found: list[Any]) -> None:
    """Keywords, comments, sets, lists, tags, discarded values and numbers of histories are read."""
    assert list(read_edn(text)) == found


@pytest.mark.parametrize("text", ["[1", "]", "{:a}", '"open', "(1]", '"\\q"', "[" * 200, "#_"])
def test_what_is_no_edn_is_refused(text: str) -> None:
    """Brackets that do not match, open texts, maps without a value and endless nesting are refused."""
    with pytest.raises(BadEdn):
        list(read_edn(text))


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_history_survives_jepsens_formats(name: str) -> None:
    """Exported to Jepsen's EDN or JSON and imported again, a history has the same calls in the same order of time."""
    for seed in range(60):
        calls = Clients(MODELS[name](), luck_of(seed)).history(8)
        again = [from_edn("\n".join(as_edn(calls)), keyed=True), from_json("\n".join(as_json(calls)), keyed=True)]
        expected = check(calls, MODELS[name]())
        for found in again:
            assert sorted(map(asked, found)) == sorted(map(asked, calls))
            assert check(found, MODELS[name]()).status == expected.status
            assert precedences(found) == precedences(calls)


def asked(call: Call) -> str:
    """What a call says, without its times and process."""
    return json.dumps([call.f, call.type, call.key, call.value, call.result], sort_keys=True)


def precedences(calls: list[Call]) -> int:
    """How many pairs of calls have an order in time."""
    return sum(a.end is not None and a.end < b.start for a in calls for b in calls)


JEPSEN = """
{:type :invoke, :f :write, :value 1, :process 0, :time 1}
{:type :info, :f :start, :value nil, :process :nemesis}
{:type :invoke, :f :read, :value nil, :process 1, :time 2}
{:type :ok, :f :read, :value 0, :process 1, :time 3}
{:type :info, :f :write, :value 1, :process 0, :time 4, :error :timeout}
{:type :invoke, :f :cas, :value [1 2], :process 1, :time 5}
{:type :ok, :f :cas, :value [1 2], :process 1, :time 6}
"""


def test_a_history_of_jepsen_is_judged() -> None:
    """A write that timed out may have happened before the swap that needs it; without it, the swap is impossible."""
    calls = from_edn(JEPSEN)
    assert [each.type for each in calls] == ["info", "ok", "ok"]
    assert check(calls, MODELS["register"](0)).status == "ok"
    assert check(calls[1:], MODELS["register"](0)).status == "violation"
    assert len(from_edn(f"[{JEPSEN}]")) == 3


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "ok", "f": "read", "process": 0}',
        '{"type": "invoke", "f": "read", "process": 0}\n{"type": "invoke", "f": "read", "process": 0}',
        '{"type": "invoke", "f": "read", "process": 0}\n{"type": "done", "f": "read", "process": 0}',
        '{"f": "read"}',
        "{",
        "[1, 2]",
    ],
)
def test_a_history_that_is_not_jepsens_is_refused(text: str) -> None:
    """A completion without invocation, two calls of one process at once, and what is no step are refused."""
    with pytest.raises(BadHistory):
        from_json(text)


def test_a_history_is_written_and_read(tmp_path: Path) -> None:
    """Header and calls come back as they were written."""
    calls = Clients(MODELS["bank"](), luck_of(3)).history(50)
    path = tmp_path / "history.jsonl"
    assert write_calls(path, Header("bank", {"a": 1}), calls) == len(calls)
    with path.open(encoding="utf-8") as file:
        header, found = read_calls(file)
        assert header == Header("bank", {"a": 1})
        assert [each.line() for each in found] == [each.line() for each in calls]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "no JSON"),
        ("[]", "a name `f`"),
        ('{"f": "read", "start": 5, "end": 4}', "no earlier"),
        ('{"f": "read", "start": 5}', "whole numbers"),
        ('{"f": "read", "start": 5.0, "end": 6}', "whole numbers"),
        ('{"f": "read", "start": 5, "end": 6, "type": "maybe"}', "is one of"),
    ],
)
def test_a_bad_line_is_named(line: str, says: str) -> None:
    """What is no call is refused with the number of its line."""
    good = '{"f": "read", "start": 1, "end": 2}\n'
    with pytest.raises(BadHistory, match=says) as wrong:
        list(read_calls([good, good, f"{line}\n", good])[1])
    assert wrong.value.line == 3


def test_parts_hold_whole_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut into parts, every call is in one part, all calls of a key in the same, and the verdict is the same."""
    calls = [
        call for number in range(40) for call in Clients(MODELS["counter"](), luck_of(number)).history(8, f"k{number}")
    ]
    parts = [list(part) for part in in_parts(calls, 7)]
    assert sum(map(len, parts)) == len(calls)
    keys = [{call.key for call in part} for part in parts]
    assert sum(map(len, keys)) == 40
    path = tmp_path / "history.jsonl"
    write_calls(path, Header("counter"), calls)
    monkeypatch.setattr(verdict, "PART_BYTES", 2_000)
    cut, whole = check_file(path, MODELS["counter"]()), check(calls, MODELS["counter"]())
    assert (cut.status, cut.calls, cut.keys, cut.seen) == (whole.status, whole.calls, whole.keys, whole.seen)
