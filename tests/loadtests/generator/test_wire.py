"""Requests and answers as bytes, by RFC 9112."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.connection import Connection
from loadtests.generator.target import Request
from loadtests.generator.wire import CHUNKED, UNTIL_CLOSE, Chunks, NotHttp, framing, read_framing, request_bytes

FRAMINGS = [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5", (200, 5, True)),
    (b"HTTP/1.1 200 OK\r\ncontent-length:5", (200, 5, True)),
    (b"HTTP/1.1 200\r\nContent-Length: 0", (200, 0, True)),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5", (200, 5, True)),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close", (200, 5, False)),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: foo, Close", (200, 5, False)),
    (b"HTTP/1.0 200 OK\r\nContent-Length: 5", (200, 5, False)),
    (b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive", (200, 5, True)),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5", (200, CHUNKED, True)),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked", (200, CHUNKED, True)),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip", (200, UNTIL_CLOSE, True)),
    (b"HTTP/1.1 200 OK\r\nX-Content-Length: 7", (200, UNTIL_CLOSE, True)),
    (b"HTTP/1.1 204 No Content\r\nContent-Length: 5", (204, 0, True)),
    (b"HTTP/1.1 304 Not Modified", (304, 0, True)),
    (b"HTTP/1.1 100 Continue", (100, 0, True)),
]
NO_HTTP = [
    b"SSH-2.0-OpenSSH",
    b"HTTP/2 200",
    b"HTTP/1.1 20 OK",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5",
    b"HTTP/1.1 200 OK\r\nContent-Length: five",
]


@pytest.mark.parametrize(("head", "found"), FRAMINGS)
def test_a_head_says_how_long_the_answer_is(head: bytes, found: tuple[int, int, bool]) -> None:
    """Status, length and whether the connection stays follow from the head, and again from memory."""
    assert read_framing(head) == found
    assert framing(head) == framing(head) == found


@pytest.mark.parametrize("head", NO_HTTP)
def test_what_is_no_http_is_refused(head: bytes) -> None:
    """A head that is not HTTP/1, or states lengths that cannot be, is refused."""
    with pytest.raises(NotHttp):
        read_framing(head)


def test_a_request_is_written_once_and_whole() -> None:
    """Request line, host, headers, length and body; the absolute form for a proxy; no length without a body to GET."""
    request = Request("POST", "/v1/a?b=1", (("X-A", "1"),), b"{}")
    assert (
        request_bytes(request, "h:1")
        == b"POST /v1/a?b=1 HTTP/1.1\r\nHost: h:1\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n{}"
    )
    assert request_bytes(request, "h:1", "http://h:1").startswith(b"POST http://h:1/v1/a?b=1 HTTP/1.1\r\n")
    assert request_bytes(Request("GET", "/", (), b""), "h") == b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


def chunked(parts: list[bytes], trailer: bytes = b"") -> bytes:
    """A body in chunks."""
    framed = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts if part)
    return framed + b"0\r\n" + trailer + b"\r\n"


pieces = st.lists(st.binary(max_size=40), max_size=6)
cuts = st.lists(st.integers(1, 30), min_size=1, max_size=60)


def split(whole: bytes, sizes: list[int]) -> list[bytes]:
    """Bytes cut into pieces of these sizes, over and over."""
    found: list[bytes] = []
    at = 0
    while at < len(whole):
        size = sizes[len(found) % len(sizes)]
        found.append(whole[at : at + size])
        at += size
    return found


@given(pieces, cuts, st.sampled_from([b"", b"X-T: 1\r\n"]))
def test_chunks_are_the_same_however_they_arrive(parts: list[bytes], sizes: list[int], trailer: bytes) -> None:
    """A chunked body is whole exactly with its last byte, and what follows it is no part of it."""
    raw = chunked(parts, trailer)
    arriving = Chunks()
    seen = [arriving.feed(piece) for piece in split(raw, sizes)]
    assert seen == [False] * (len(seen) - 1) + [True]
    assert arriving.body == b"".join(parts)
    at_once = Chunks()
    assert at_once.feed(raw + b"more")
    assert at_once.surplus == b"more"


@pytest.mark.parametrize("raw", [b"zz\r\n", b"-1\r\nab", b"2\r\nabc\r\n0\r\n\r\n"])
def test_bad_chunks_are_refused(raw: bytes) -> None:
    """A size that is none, and a chunk that is longer than it says, are refused."""
    with pytest.raises(NotHttp):
        Chunks().feed(raw)


class NoSocket:
    """Stands for a socket where only parsing is tested."""

    send = recv = None

    def fileno(self) -> int:
        """No descriptor."""
        return -1


KINDS = ["length", "chunked", "interim"]


@given(st.binary(max_size=120), cuts, st.sampled_from(KINDS))
def test_an_answer_is_the_same_however_it_arrives(body: bytes, sizes: list[int], kind: str) -> None:
    """Cut into any pieces, an answer is taken as whole with its last byte, and gives the same body."""
    head = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(body)
    raw = head + body
    if kind == "chunked":
        raw = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked([body])
    if kind == "interim":
        raw = b"HTTP/1.1 100 Continue\r\n\r\n" + raw
    connection = Connection(NoSocket())
    arrivals = split(raw, sizes)
    for round_number in range(2):  # a connection is used again
        taken = [connection.take(piece) for piece in arrivals]
        assert all(each is None for each in taken[:-1]), round_number
        assert taken[-1] is not None
        found, _, got, clean = taken[-1]
        assert (found.status, got, clean) == (201, body, True)


def test_bytes_beyond_an_answer_are_noticed() -> None:
    """A connection on which more comes than was asked for is not clean, so it is not used again."""
    taken = Connection(NoSocket()).take(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab")
    assert taken is not None
    assert not taken[3]
