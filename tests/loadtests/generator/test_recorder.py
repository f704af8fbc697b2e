"""What stands in a history, whatever the target answers."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.histograms import DUE, SENT
from loadtests.generator.recorder import ROWS_AT_ONCE, Recorder, Row, json_text, kept
from loadtests.history import read_history

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)


@given(values, st.sampled_from([None, 1]), st.booleans())
def test_json_stays_json(value: object, indent: int | None, ascii_only: object) -> None:
    """A body that is JSON stands in its line as the same value, on one line, pretty-printed or not."""
    text = json_text(json.dumps(value, indent=indent, ensure_ascii=bool(ascii_only)).encode())
    assert json.loads(text) == value
    assert len(text.splitlines()) == 1


@given(st.binary(max_size=60))
def test_anything_else_is_text(body: bytes) -> None:
    """Whatever comes as a body, the line is one line of JSON."""
    text = json_text(body)
    json.loads(text)
    assert len(text.splitlines()) == 1


HOSTILE = [b'{},"status":200,"x":{}', b'{"a":1', b'"\x00"', b"[1] [2]", b"\xff\xfe", b"[" * 100_000, b"NaNny", b"1}"]


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_body_changes_nothing_else(body: bytes, tmp_path: Path) -> None:
    """A body cannot smuggle fields into its line: it is text, and the line says what happened."""
    recorder = Recorder(tmp_path / "history-0.jsonl", {})
    recorder.kinds = ["a"]
    recorder.add(Row(7, 1, 0, 10, 20, 30, 500, body, "", "", b"", last=True, failed=True))
    recorder.close()
    (found,) = read_history(tmp_path / "history-0.jsonl")
    assert (found.op, found.status, found.done_ns) == (7, 500, 30)
    assert found.body == body.decode("utf-8", errors="replace")


rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 10**6), st.sampled_from(["", "timeout"]), st.booleans()), max_size=20
)


@given(rows)
def test_rows_are_counted_on_both_clocks(found: list[tuple[int, int, str, bool]]) -> None:
    """From the due instant an operation counts once, with its last exchange; from sending, each whole answer."""
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "h.jsonl", {})
        recorder.kinds = ["a", "b", "c"]
        for n, (kind, took, fault, last) in enumerate(found):
            recorder.add(Row(n, 1, kind, 0, 0, took, 0 if fault else 200, b"", fault, "", b"", last, bool(fault)))
        recorder.close()
        assert len(list(read_history(Path(folder) / "h.jsonl"))) == len(found)
    together = recorder.latencies.all_types()
    assert together[DUE].total_count == sum(last for *_, last in found) == recorder.operations
    assert together[SENT].total_count == sum(not fault for _, _, fault, _ in found)
    assert recorder.faults == sum(bool(fault) for _, _, fault, _ in found)


def test_a_flush_writes_everything(tmp_path: Path) -> None:
    """After a flush every row stands in the file, though a batch is not full; a full batch needs none."""
    path = tmp_path / "h.jsonl"
    recorder = Recorder(path, {"worker": 3})
    recorder.kinds = ["a"]
    told: list[int] = []
    recorder.on_batch = lambda batch: told.append(len(batch.rows))
    row = Row(0, 1, 0, 0, 0, 5, 200, b"{}", "", "pay", b"", last=True, failed=False)
    recorder.add(row)
    assert told == []
    recorder.flush()
    assert told == [1]
    assert [each.step for each in read_history(path)] == ["pay"]
    for _ in range(ROWS_AT_ONCE):
        recorder.add(row)
    assert told == [1, ROWS_AT_ONCE]
    recorder.close()
    assert json.loads(path.read_text().splitlines()[0])["worker"] == 3


def test_only_named_headers_are_kept() -> None:
    """Headers are kept by name, whatever their case; others are not."""
    head = b'HTTP/1.1 200 OK\r\nETag: "x"\r\nServer: s\r\nIdempotent-Replayed: true'
    assert kept(head, ("etag", "idempotent-replayed")) == {"etag": '"x"', "idempotent-replayed": "true"}
    assert kept(head, ("location",)) == {}
    assert kept(b"HTTP/1.1 200 OK\r\nX: etag", ("etag",)) == {}
