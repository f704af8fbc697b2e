"""A journal that was changed or cut off is found, with its place; a foreign file is told apart; nothing falls over."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.journal import Chain, MemorySink
from engine.kernel.journal_reader import FRAME_BYTES, LINE_BYTES
from engine.policy import Policy
from engine.replay import JournalBroken, NotAJournal
from tests.engine.kernel.tampering import header, members, opened, packed, read, rechained, texts, unpacked, written

WHOLE = b"".join(members())
RECORDS = list(texts()[1:])
STARTS = [sum(map(len, members()[:place])) for place in range(len(members()))]
MIB = 1 << 20


def read_until_broken(content: bytes) -> tuple[list[bytes], Exception | None]:
    """The records that the reader hands out, and how it ended."""
    found: list[bytes] = []
    try:
        found.extend(record.text.encode() for record in opened(content))
    except (JournalBroken, NotAJournal) as wrong:
        return found, wrong
    return found, None


def harmless(place: int, size: int) -> bool:
    """Whether a byte of a frame says nothing: text flag, time stamp and system of gzip, and the bits that fill up the
    last byte of the compressed content, before its checksum and size.
    """
    return 3 <= place < 10 or place == size - 9


def stopped(content: bytes) -> JournalBroken:
    """What the reader says about a broken journal."""
    with pytest.raises(JournalBroken) as caught:
        read(content)
    return caught.value


def test_a_journal_reads_back_as_it_was_written() -> None:
    """The reader gives every record's text, and knows number, seq, instant and head of the last one."""
    sink = MemorySink()
    chain = Chain(sink, Policy().document())
    journal = opened(WHOLE)
    found = list(journal)
    for record in found:
        chain.append(record.text)
    assert [record.text.encode() for record in found] == RECORDS
    assert [record.n for record in found] == list(range(1, len(RECORDS) + 1))
    assert (journal.head, journal.n) == (chain.head, len(RECORDS))
    assert journal.seq == sum(len(record.found["events"]) for record in found)
    assert journal.at == max(record.found["envelope"]["at"] for record in found)
    assert {record.position for record in found} <= set(STARTS)
    assert len(STARTS) > 20


def test_an_empty_town_has_a_journal() -> None:
    """A journal of nothing but its header is whole."""
    assert read(rechained([header()])) == []


@pytest.mark.parametrize("cut", [*(start + place for start in STARTS for place in range(-9, 12)), len(WHOLE) - 1])
def test_a_cut_is_found(cut: int) -> None:
    """Cut anywhere, between frames too, a journal is broken there; the frames before stay readable."""
    content = WHOLE[: max(cut, 0)]
    found, wrong = read_until_broken(content)
    assert wrong is not None
    assert found == RECORDS[: len(found)]
    whole_frames = [start for start in STARTS if start <= len(content)]
    if isinstance(wrong, JournalBroken):
        assert wrong.position == whole_frames[-1]
        assert wrong.first == (len(found) + 1 if wrong.position else 0)
    else:
        assert len(content) < STARTS[1]


@pytest.mark.parametrize("place", range(0, 400, 3))
def test_a_cut_in_the_first_frame_is_no_foreign_file(place: int) -> None:
    """As soon as the start of the header can be read, a cut file is known as ours."""
    with pytest.raises((NotAJournal, JournalBroken)) as caught:
        read(WHOLE[:place])
    assert caught.type is JournalBroken or place < 300


def test_a_cut_between_frames_says_what_is_missing() -> None:
    """A log without its closing line was cut off, however whole its frames are."""
    wrong = stopped(b"".join(members()[:-1]))
    assert (wrong.reason, wrong.position) == ("not_closed", STARTS[-1])


@given(place=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_found(place: int, bit: int) -> None:
    """A flipped bit breaks the journal at its frame, unless it carries nothing of the content."""
    content = bytearray(WHOLE)
    content[place] ^= 1 << bit
    found, wrong = read_until_broken(bytes(content))
    frame = max(start for start in STARTS if start <= place)
    assert found == RECORDS[: len(found)]
    if wrong is None:
        assert harmless(place - frame, len(members()[STARTS.index(frame)]))
        assert found == RECORDS
    elif isinstance(wrong, JournalBroken):
        assert wrong.position == frame
    else:
        assert frame == 0


def test_every_bit_of_a_frame_counts() -> None:
    """Bits of one frame in the middle, flipped one by one, are found unless they carry nothing of the content."""
    frame = members()[7]
    before, after = b"".join(members()[:7]), b"".join(members()[8:9])
    for place in range(len(frame)):
        for bit in range(8) if place < 30 else (place % 8,):
            content = bytearray(frame)
            content[place] ^= 1 << bit
            wrong = stopped(before + bytes(content) + after)
            assert wrong.position == len(before) or harmless(place, len(frame))


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda parts: [*parts[:5], parts[6], parts[5], *parts[7:]], 5),
        (lambda parts: [*parts[:5], *parts[6:]], 5),
        (lambda parts: [*parts[:5], parts[5], *parts[5:]], 6),
        (lambda parts: [parts[1], *parts[2:]], None),
        (lambda parts: [parts[0], parts[-1]], 1),
        (lambda parts: [*parts[:15], *members(120, 2)[15:]], 15),
    ],
    ids=["swapped", "left out", "twice", "no header", "only ends", "another log's end"],
)
def test_frames_stand_in_their_order(change: object, broken: int | None) -> None:
    """Frames that are swapped, missing, doubled or another log's break the chain at the first wrong one."""
    assert callable(change)
    content = b"".join(change(list(members())))
    if broken is None:
        with pytest.raises(NotAJournal):
            read(content)
    else:
        wrong = stopped(content)
        assert (wrong.reason, wrong.position) == ("chain", STARTS[broken])


@pytest.mark.parametrize("change", ["edited", "deleted", "doubled", "swapped", "inserted"])
def test_records_stand_in_their_order(change: str) -> None:
    """Somebody unpacks a frame, changes a record and packs it again: the chain no longer fits the frame's end."""
    place = 9
    *lines, end = unpacked(members()[place]).splitlines()
    assert len(lines) > 2
    first = sum(len(unpacked(member).splitlines()) - 1 for member in members()[:place])
    changed = {
        "edited": [lines[0].replace(b'"at":16', b'"at":17'), *lines[1:]],
        "deleted": lines[1:],
        "doubled": [lines[0], *lines],
        "swapped": [lines[1], lines[0], *lines[2:]],
        "inserted": [*lines, b'{"n":1}'],
    }[change]
    parts = list(members())
    parts[place] = packed(b"\n".join([*changed, end, b""]))
    wrong = stopped(b"".join(parts))
    assert (wrong.reason, wrong.position, wrong.first) == ("chain", STARTS[place], first)
    assert wrong.last == first + len(changed) - 1


@pytest.mark.parametrize(
    "more", [b"\x00" * 10, b"x", members()[-1], members()[0], packed(b""), WHOLE], ids=lambda more: f"{len(more)} bytes"
)
def test_nothing_follows_the_closing_line(more: bytes) -> None:
    """Whatever is appended to a closed journal breaks it where the addition begins."""
    wrong = stopped(WHOLE + more)
    assert (wrong.reason, wrong.position) == ("after_end", len(WHOLE))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"hello", "foreign"),
        (b"{}\n", "foreign"),
        (b"\x1f\x8b", "foreign"),
        (b"\x1f\x8b\x08" + b"\xff" * 40, "foreign"),
        (packed(b""), "foreign"),
        (packed(b"some other log\n" * 50), "foreign"),
        (packed(b'{"seq":1}\n'), "foreign"),
        (b"".join(unpacked(member) for member in members()), "foreign"),
        (rechained([header().replace(b'"version":1}', b'"version":2}')]), "version"),
        (rechained([header().replace(b'"version":1}', b'"version":"1"}')]), "version"),
    ],
)
def test_a_foreign_file_is_told_apart(content: bytes, reason: str) -> None:
    """A file that does not begin as ours is no broken journal, and neither is one of a version to come."""
    with pytest.raises(NotAJournal) as caught:
        read(content)
    assert caught.value.reason == reason


@given(content=st.binary(max_size=300), start=st.sampled_from([b"", b"\x1f\x8b\x08\x00", WHOLE[:200], WHOLE]))
def test_any_bytes_are_answered(content: bytes, start: bytes) -> None:
    """Random bytes, after a true start or not, are a foreign file or a broken journal and nothing else."""
    found, wrong = read_until_broken(start + content)
    assert (wrong is None) == (start == WHOLE and not content)
    assert found == RECORDS[: len(found)]


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
