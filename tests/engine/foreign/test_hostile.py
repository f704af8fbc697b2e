"""Whatever bytes a file has, reading ends in a verdict or in one refusal: nothing else, and no memory without bound."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foreign import Checker, Terms, Unreadable, Verdict, entries, is_header, lines, object_of, terms_of
from engine.foreign.lines import LINE_BYTES, Line
from engine.kernel.event import EVENTS
from tests.engine.foreign.logs import judged, lived, written
from tests.engine.invariants.life import lively

GOOD = lived(5, 120)
PARSED: list[dict[str, Any]] = [json.loads(each) for each in GOOD]
BIG = "9" * 5_000
HAND_MADE: dict[str, bytes] = {
    "random bytes": bytes(range(256)),
    "a zero byte": b'{"a\0":1}',
    "deep brackets": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "deep data": b'{"type":"x","data":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "a huge number": f'{{"type":"x","data":{{"points":{BIG}}}}}'.encode(),
    "a huge exponent": b'{"type":"x","data":{"points":1e999999}}',
    "not a number": b'{"type":"x","at":NaN,"data":{}}',
    "infinity": b'{"type":"x","at":-Infinity,"data":{}}',
    "a name twice": b'{"type":"x","type":"y","data":{}}',
    "a name twice, apart": b'{"type" :"x","data":{},"type":"y"}',
    "a name twice inside": b'{"type":"x","data":{"a":1,"a":2}}',
    "UTF-16": '{"type":"x"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"type":"x"}'.encode("utf-16-le"),
    "GB 18030": '{"type":"积分"}'.encode("gb18030"),
    "a lone surrogate": b'{"type":"\\ud800","data":{}}',
    "half of a character": b'{"type":"\xe7\xa7',
    "a cut line": GOOD[5][:40].encode(),
    "a list": b"[1,2]",
    "a word": b"null",
    "cut gzip": zlib.compress(b"x" * 1_000, wbits=31)[:20],
    "damaged gzip": b"\x1f\x8b\x08\x00" + bytes(100),
    "zstd": b"\x28\xb5\x2f\xfd\x00\x58\x01\x00",
    "a header of another version": b'{"log":"mashang events","version":2}',
    "a header with a strange term": b'{"log":"mashang events","version":1,"mood":1}',
    "a header with a bad level": b'{"log":"mashang events","version":1,"level":["E1"]}',
}


def read(content: bytes) -> Verdict:
    """The verdict on a file's bytes, its header looked at as the command does."""
    first = next(lines(io.BytesIO(content)), None)
    found = object_of(first) if first is not None else {}
    terms = terms_of(found) if is_header(found) else Terms()
    return Checker(lively(), terms).check(entries(lines(io.BytesIO(content))))


@pytest.mark.parametrize("name", HAND_MADE)
def test_a_hostile_file_is_refused(name: str) -> None:
    """Each of the corpus names its first line and a reason of the closed list."""
    with pytest.raises(Unreadable) as refused:
        read(HAND_MADE[name])
    assert refused.value.line == 1
    assert refused.value.reason


WHOLE_FILE = ("gzip", "zstd", "UTF-16", "a word", "random bytes", "header")


@pytest.mark.parametrize("name", [each for each in HAND_MADE if not any(one in each for one in WHOLE_FILE)])
def test_a_hostile_line_within_a_good_log_is_refused_at_its_place(name: str) -> None:
    """The lines before it do not matter."""
    with pytest.raises(Unreadable) as refused:
        read("\n".join(GOOD[:7]).encode() + b"\n" + HAND_MADE[name])
    assert refused.value.line == 8


@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_verdict_or_a_refusal(content: bytes) -> None:
    """Nothing but Unreadable comes out."""
    try:
        verdict = read(content)
    except Unreadable:
        return
    assert verdict.lines == 0 or verdict.judged


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["per_1", "per_x", "lot_99999999", "lot_00000001", "pay_00000001", "", "av:per_1", "MP"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
PARTS = st.sampled_from(
    ["seq", "n", "at", "type", "key", "actor", "entity", "from", "to", "data", "lots", "postings", "view", "code",
     "replayed"]
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, len(PARSED) - 1), PARTS, VALUES), min_size=1, max_size=5), st.booleans())
def test_parts_of_any_value_end_in_a_verdict_or_a_refusal(
    changes: list[tuple[int, str, Any]],
    own_ids: bool,  # noqa: FBT001 - Hypothesis hands it in
) -> None:
    """A good log with parts of lines exchanged for anything."""
    told = [dict(each) for each in PARSED]
    for place, part, value in changes:
        told[place][part] = value
    try:
        judged(map(written, told), own_ids=own_ids)
    except Unreadable as refused:
        assert 0 < refused.line <= len(told)  # noqa: PT017 - a verdict is as good


FIELDS = [(place, name) for place, line in enumerate(PARSED) if line["type"] in EVENTS for name in line["data"]]


@given(st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), min_size=1, max_size=4), st.booleans())
def test_fields_of_any_value_end_in_a_verdict_or_a_refusal(
    changes: list[tuple[tuple[int, str], Any]],
    own_ids: bool,  # noqa: FBT001 - Hypothesis hands it in
) -> None:
    """A good log with fields of events exchanged for anything."""
    told = [{**each, "data": dict(each["data"])} for each in PARSED]
    for (place, name), value in changes:
        told[place]["data"][name] = value
    try:
        judged(map(written, told), own_ids=own_ids)
    except Unreadable as refused:
        assert 0 < refused.line <= len(told)  # noqa: PT017 - a verdict is as good


@given(st.permutations(range(40)), st.integers(0, 100))
def test_lines_in_any_order_end_in_a_verdict(order: list[int], start: int) -> None:
    """A log that was shuffled, or of which pieces are missing, is judged."""
    told = GOOD[:start] + [GOOD[start + place] for place in order]
    verdict = judged(told)
    assert verdict.lines == len(told)


class Endless(io.RawIOBase):
    """A file of one line without end."""

    def __init__(self, start: bytes) -> None:
        """It begins with something."""
        super().__init__()
        self._start = start
        self.handed = 0

    def read(self, size: int = -1) -> bytes:
        """Ever more of it."""
        self.handed += size
        found, self._start = self._start, b""
        return found + b"x" * (size - len(found))


def test_a_line_without_end_is_read_no_further_than_a_line_may_be() -> None:
    """After a line's largest size the reading ends."""
    source = Endless(b'{"type":"')
    with pytest.raises(Unreadable) as refused:
        list(lines(source))  # type: ignore[arg-type]
    assert refused.value.reason == "too_long"
    assert source.handed <= 2 * LINE_BYTES


def test_a_packed_line_without_end_ends_as_soon() -> None:
    """A gigabyte of one letter, a megabyte on the disk, is no gigabyte in memory."""
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join([packer.compress(b"x" * (1 << 20)) for _ in range(64)]) + packer.flush()
    assert len(packed) < 1 << 20
    with pytest.raises(Unreadable) as refused:
        list(lines(io.BytesIO(packed)))
    assert refused.value.reason == "too_long"


def _pieces(text: bytes, size: int) -> Iterator[bytes]:
    return (text[place : place + size] for place in range(0, len(text), size))


class Pieces(io.RawIOBase):
    """A file that hands out little at a time."""

    def __init__(self, text: bytes, size: int) -> None:
        """Pieces of a size."""
        super().__init__()
        self._pieces = _pieces(text, size)

    def read(self, _size: int = -1) -> bytes:
        """The next piece."""
        return next(self._pieces, b"")


@given(st.lists(st.binary(max_size=12).filter(lambda each: b"\n" not in each), max_size=8), st.integers(1, 9))
def test_lines_are_those_of_the_text(told: list[bytes], size: int) -> None:
    """However a file comes, packed or not, its lines that are not blank come with their numbers."""
    text = b"\n".join(told)
    if text[:4].startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return
    expected = [Line(number, each) for number, each in enumerate(told, 1) if each.strip()]
    assert list(lines(Pieces(text, size))) == expected  # type: ignore[arg-type]
    packed = zlib.compress(text, wbits=31)
    if not expected or not expected[0].raw.startswith(b"\xef\xbb\xbf"):
        assert list(lines(Pieces(packed, size))) == expected  # type: ignore[arg-type]


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
import mashang
sys.exit(mashang.answer(sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("start", [b'{"type":"', b"", b'{"journal":"mashang journal","n":0,"x":"'])
@pytest.mark.parametrize("command", ["check", "replay"])
def test_a_gigabyte_without_a_line_end_stays_within_a_limit(tmp_path: Path, command: str, start: bytes) -> None:
    """Both commands answer a sparse gigabyte with one sentence within 400 MB of address space."""
    path = tmp_path / "x.jsonl"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(1 << 30)
    done = subprocess.run([sys.executable, "-c", LIMITED, command, path], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
