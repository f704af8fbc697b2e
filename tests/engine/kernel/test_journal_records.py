"""Under a true chain too, a record that says what no record says is found; a bomb takes little memory."""

import gzip
import tracemalloc

import pytest

from engine.kernel.journal_reader import FRAME_BYTES, LINE_BYTES
from tests.engine.kernel.tampering import header, members, opened, packed, read, rechained, stopped, written

STARTS = [sum(map(len, members()[:place])) for place in range(len(members()))]
MIB = 1 << 20


@pytest.mark.parametrize(
    "frame",
    [
        b"no end line",
        b'{"head":"' + b"0" * 64 + b'","n":3}\n',
        b'{"closed":"00","n":3}\n',
        b'{"n":1}\n{"head":"' + b"0" * 64 + b'","n":-1}\n',
        b'{"n":1}\n{"head":"' + b"0" * 64 + b'","n":' + b"9" * 5_000 + b"}\n",
        b"\n\n\n",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_a_frame_needs_its_end(frame: bytes) -> None:
    """A frame that does not end with the number and hash of its last record is broken."""
    place = 3
    content = b"".join([*members()[:place], packed(frame), *members()[place:]])
    assert stopped(content).position == STARTS[place]


def record(**changed: object) -> bytes:
    """A record like those of the log, with changes."""
    envelope = {"actor": "system:clock", "at": 5, "data": {}, "key": "k", "type": "clock.sweep", "v": 1}
    events = [{"data": {}, "seq": 1, "type": "clock.advanced"}]
    whole = {"code": None, "envelope": envelope, "events": events, "n": 1, "policy": 1, "status": "ok"}
    return written({**whole, **changed})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (record(n=2), "number"),
        (record(n=0), "number"),
        (record(n="1"), "number"),
        (record(n=True), "number"),
        (record(n=1.0), "not_json"),
        (b'{"n":' + b"9" * 5_000 + b"}", "not_json"),
        (record(events=[{"data": {}, "seq": 2, "type": "clock.advanced"}]), "seq"),
        (record(events=[{"data": {}, "seq": "1", "type": "clock.advanced"}]), "seq"),
        (record(events=[{"data": {}, "seq": True, "type": "clock.advanced"}]), "seq"),
        (record(events=[{"type": "clock.advanced"}]), "not_a_record"),
        (record(events=None), "not_a_record"),
        (record(events=["seq"]), "not_a_record"),
        (record(envelope=None), "not_a_record"),
        (record(envelope={"at": None}), "not_a_record"),
        (record(envelope={"at": -1}), "not_a_record"),
        (record(envelope={"at": 2**60}), "not_a_record"),
        (record(envelope={"at": True}), "not_a_record"),
        (record(code="CLOCK_REGRESSION"), "clock"),
        (record(n=float("nan")), "not_json"),
        (record(n=float("inf")), "not_json"),
        (b"[" * 100_000 + b"]" * 100_000, "not_json"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not_json"),
        (b"\xff" + record(), "not_json"),
        (record().replace(b"clock", b"cl\xc3ck"), "not_json"),
        (record() + b" ", "not_json"),
        (b" " + record(), "not_json"),
        (b"[]", "not_json"),
        (b"1", "not_json"),
        (b"", "not_json"),
        (b"nonsense", "not_json"),
        (b'{"a":"\x01"}', "not_json"),
    ],
)
def test_a_record_says_what_records_say(text: bytes, reason: str) -> None:
    """Under a true chain a record with a wrong number, seq or instant, or of no shape, is named by its number."""
    wrong = stopped(rechained([header(), text]))
    assert (wrong.reason, wrong.position, wrong.first, wrong.last) == (reason, 0, 1, 1)


def test_the_clock_runs_forward() -> None:
    """An instant before the last one stands only where the answer was that the clock ran back."""
    envelope = {"actor": "system:clock", "at": 5, "data": {}, "key": "k", "type": "clock.sweep", "v": 1}
    second = {"envelope": {**envelope, "at": 4}, "events": [], "n": 2}
    assert stopped(rechained([header(), record(), record(**second)])).reason == "clock"
    late = record(**second, code="CLOCK_REGRESSION", status="rejected")
    journal = opened(rechained([header(), record(), late]))
    assert len(list(journal)) == 2
    assert (journal.at, journal.started_at) == (5, 5)


@pytest.mark.parametrize(
    "content",
    [
        b"".join([*members()[:3], gzip.compress(b"\x00" * (200 * MIB), 9)]),
        b"".join([*members()[:3], gzip.compress(b"7" * (FRAME_BYTES + MIB), 9)]),
        b"".join([*members()[:3], packed(b"x\n" * (FRAME_BYTES // 4))]),
    ],
    ids=["bomb", "a little too much", "many lines"],
)
def test_a_bomb_takes_little_memory(content: bytes) -> None:
    """A frame that unpacks to far more than a frame may hold is refused before it fills the memory."""
    tracemalloc.start()
    try:
        wrong = stopped(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert wrong.position == STARTS[3]
    assert peak < 12 * FRAME_BYTES


def test_a_record_without_end_is_refused() -> None:
    """A line beyond the limit is named, even under a true chain."""
    long = record(note="x" * LINE_BYTES)
    assert stopped(rechained([header(), long])).reason == "too_large"
    assert read(rechained([header(), record(note="x" * MIB)]))
