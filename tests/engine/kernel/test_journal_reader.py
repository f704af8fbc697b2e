"""A journal that was changed or cut off is found, with its place; a foreign file is told apart; nothing falls over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.journal import Chain, MemorySink
from engine.policy import Policy
from engine.replay import JournalBroken, NotAJournal
from tests.engine.kernel.history import FRAME_LENGTH
from tests.engine.kernel.tampering import header, members, opened, packed, read, rechained, stopped, texts, unpacked

WHOLE = b"".join(members())
RECORDS = list(texts()[1:])
STARTS = [sum(map(len, members()[:place])) for place in range(len(members()))]


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


def test_a_journal_reads_back_as_it_was_written() -> None:
    """The reader gives every record's text, and knows number, seq, instant and head of the last one."""
    sink = MemorySink()
    chain = Chain(sink, Policy().document(), FRAME_LENGTH)
    journal = opened(WHOLE)
    found = list(journal)
    for record in found:
        chain.append(record.text)
    chain.close()
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
