"""The epoll transport against servers with habits: what is sent, what is taken for an answer, what is a fault."""

import socket
import time
from pathlib import Path

import pytest

from loadtests.generator.endpoint import Tls
from tests.loadtests.generator.runs import Run, operations
from tests.loadtests.generator.servers import (
    BODY,
    REPLY,
    Authority,
    Server,
    in_pieces,
    plainly,
    reset,
    saying,
    serving,
    silent_once,
    tunnel,
)

CHUNKED_REPLY = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + BODY[:5] + b"\r\n"
CHUNKED_REPLY += b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY) - 5, BODY[5:])
TO_THE_CLOSE = b"HTTP/1.1 200 OK\r\n\r\n" + BODY
HALF = REPLY[:-7]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A CA."""
    return Authority(tmp_path_factory.mktemp("ca"))


def test_every_operation_is_sent_once_and_answered(tmp_path: Path) -> None:
    """Each operation goes out once, as the reference wire wants it, and its answer stands in the history."""
    with serving() as server:
        run = Run(server.url, operations(50), tmp_path)
    assert run.statuses() == [(n, 1, 200, "") for n in range(50)]
    assert len(server.requests) == 50
    request = next(each for each in server.requests if b"Idempotency-Key: k7\r\n" in each)
    assert request.startswith(b"POST /v1/payments/pay_purchase HTTP/1.1\r\nHost: 127.0.0.1:")
    assert request.endswith(b'\r\n\r\n{"amount_fen":7}')
    assert b"Authorization: Bearer resident:per_2\r\n" in request
    assert all(each.body == {"status": "ok", "at": 1, "n": 2, "view": []} for each in run.exchanges)
    assert all(each.due_ns <= each.sent_ns < each.done_ns for each in run.exchanges)


def test_few_connections_serve_many_operations(tmp_path: Path) -> None:
    """No more connections are opened than allowed, and nothing is left out for it."""
    with serving() as server:
        run = Run(server.url, operations(40, every_ns=0), tmp_path, connections=3)
    assert server.connections <= 3
    assert len(run.exchanges) == 40


FRAMINGS = [saying(CHUNKED_REPLY), in_pieces(REPLY, 7), in_pieces(CHUNKED_REPLY, 3), saying(TO_THE_CLOSE, stays=False)]


@pytest.mark.parametrize("habit", FRAMINGS)
def test_every_way_of_framing_is_read(tmp_path: Path, habit: object) -> None:
    """Chunks, dribbles and answers that end with the connection give the same body."""
    assert callable(habit)
    with serving(habit) as server:
        run = Run(server.url, operations(5), tmp_path)
    assert run.statuses() == [(n, 1, 200, "") for n in range(5)]
    assert all(each.body["n"] == 2 for each in run.exchanges)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [(HALF, "incomplete"), (CHUNKED_REPLY[:-5], "incomplete"), (b"", "reset"), (b"SSH-2.0-x\r\n\r\n", "incomplete")],
)
def test_half_an_answer_is_none(tmp_path: Path, reply: bytes, fault: str) -> None:
    """An answer that breaks off is a fault with status 0, and every try is in the history."""
    with serving(saying(reply, stays=False)) as server:
        run = Run(server.url, operations(2), tmp_path, tries=2)
    assert run.statuses() == [(n, attempt, 0, fault) for n in range(2) for attempt in (1, 2)]


def test_an_unknown_outcome_is_asked_for_with_the_same_key(tmp_path: Path) -> None:
    """After a reset the same request goes out again as a second try; the history holds both."""
    with serving(silent_once) as server:
        run = Run(server.url, operations(1), tmp_path)
    assert run.statuses() == [(0, 1, 0, "reset"), (0, 2, 200, "")]
    assert server.requests[0] == server.requests[1]


def test_what_may_do_harm_twice_is_not_sent_again(tmp_path: Path) -> None:
    """Without a key, a command whose outcome is unknown stays unknown."""
    (planned,) = operations(1)
    planned = type(planned)(0, 0, planned.type, planned.actor, "", planned.data, planned.shard)
    with serving(silent_once) as server:
        run = Run(server.url, [planned], tmp_path)
    assert run.statuses() == [(0, 1, 0, "reset")]
    assert len(server.requests) == 1


def closes_idle(_server: Server, line: socket.socket, _request: bytes, _number: int) -> bool:
    """Answer, and close a little later, as servers do with idle connections."""
    line.sendall(REPLY)
    line.settimeout(0.01)
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        return False
    finally:
        line.settimeout(None)


def test_a_server_may_close_idle_connections(tmp_path: Path) -> None:
    """Connections that the server closed while they idled are replaced, and no operation fails for it."""
    with serving(closes_idle) as server:
        run = Run(server.url, operations(6, every_ns=30_000_000), tmp_path)
    assert run.statuses() == [(n, 1, 200, "") for n in range(6)]
    assert server.connections > 1


def test_a_late_answer_is_given_up(tmp_path: Path) -> None:
    """An answer that does not come in time is the fault `timeout`."""

    def sleeps(server: Server, line: socket.socket, request: bytes, number: int) -> bool:
        time.sleep(0.6 if number == 0 else 0)
        return plainly(server, line, request, number)

    with serving(sleeps) as server:
        run = Run(server.url, operations(1), tmp_path, timeout_s=0.2)
    assert run.statuses() == [(0, 1, 0, "timeout"), (0, 2, 200, "")]


def test_nobody_there_is_refused(tmp_path: Path) -> None:
    """Where nobody listens, each try is `refused`."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    run = Run(f"http://127.0.0.1:{port}", operations(2), tmp_path, tries=2)
    assert run.statuses() == [(n, attempt, 0, "refused") for n in range(2) for attempt in (1, 2)]


def test_a_server_error_is_asked_again_and_a_rejection_is_not(tmp_path: Path) -> None:
    """500 says nothing about the outcome; 409 is an answer; what calls itself retryable is asked again."""

    def moody(_server: Server, line: socket.socket, request: bytes, number: int) -> bool:
        body = b'{"error":{"code":"X","retryable":%s}}' % (b"true" if b"k1" in request else b"false")
        status = b"500 No" if number == 0 else b"409 Conflict"
        line.sendall(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
        return True

    with serving(moody) as server:
        run = Run(server.url, operations(2, every_ns=20_000_000), tmp_path, tries=2)
    assert run.statuses() == [(0, 1, 500, ""), (0, 2, 409, ""), (1, 1, 409, ""), (1, 2, 409, "")]


def test_a_large_body_goes_out_whole(tmp_path: Path) -> None:
    """A request larger than a socket's buffer is sent in full."""
    (planned,) = operations(1)
    planned.data["text"] = "x" * 3_000_000
    with serving() as server:
        run = Run(server.url, [planned], tmp_path)
    assert run.statuses() == [(0, 1, 200, "")]
    assert server.requests[0].count(b"x") > 3_000_000 - 1


def test_tls_with_an_own_authority(tmp_path: Path, authority: Authority) -> None:
    """Over TLS every operation is answered if the CA is known, and none goes out if it is not."""
    with serving(context=authority.context()) as server:
        run = Run(server.url, operations(20), tmp_path, tls=Tls(authority.ca))
        (tmp_path / "b").mkdir()
        stranger = Run(server.url, operations(1), tmp_path / "b", tries=1)
    assert run.statuses() == [(n, 1, 200, "") for n in range(20)]
    assert stranger.statuses() == [(0, 1, 0, "refused")]
    assert len(server.requests) == 20


def test_tls_with_a_client_certificate(tmp_path: Path, authority: Authority) -> None:
    """A server that asks for a client certificate answers who has one, and nobody else."""
    with serving(context=authority.context(asks_client=True)) as server:
        run = Run(server.url, operations(5), tmp_path, tls=Tls(authority.ca, *authority.client))
        (tmp_path / "b").mkdir()
        stranger = Run(server.url, operations(1), tmp_path / "b", tls=Tls(authority.ca), tries=1)
    assert run.statuses() == [(n, 1, 200, "") for n in range(5)]
    assert stranger.exchanges[0].status == 0
    assert len(server.requests) == 5


def test_large_answers_over_tls(tmp_path: Path, authority: Authority) -> None:
    """An answer of many TLS records is put together."""
    body = b'"' + b"y" * 400_000 + b'"'
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with serving(saying(reply), authority.context()) as server:
        run = Run(server.url, operations(2), tmp_path, tls=Tls(authority.ca))
    assert [len(each.body) for each in run.exchanges] == [400_000] * 2


def test_through_a_proxy(tmp_path: Path, authority: Authority) -> None:
    """A plain request goes to the proxy in absolute form; https goes through its tunnel."""
    asked: list[bytes] = []
    with serving() as server, serving(context=authority.context()) as secret, serving(tunnel(asked)) as proxy:
        run = Run(server.url, operations(2), tmp_path, proxy=proxy.url)
        (tmp_path / "b").mkdir()
        hidden = Run(secret.url, operations(2), tmp_path / "b", proxy=proxy.url, tls=Tls(authority.ca))
    assert run.statuses() == hidden.statuses() == [(n, 1, 200, "") for n in range(2)]
    assert asked[0] == f"POST {server.url}/v1/payments/pay_purchase HTTP/1.1".encode()
    assert asked[-1] == f"CONNECT 127.0.0.1:{secret.port} HTTP/1.1".encode()
    assert len(secret.requests) == 2


def test_a_reset_in_the_middle_of_nothing_is_survived(tmp_path: Path) -> None:
    """A server that resets every third connection costs tries, never an operation."""

    def rough(server: Server, line: socket.socket, request: bytes, number: int) -> bool:
        if number % 3 == 0:
            reset(line)
            return False
        return plainly(server, line, request, number)

    with serving(rough) as server:
        run = Run(server.url, operations(30), tmp_path, tries=5)
    ends = {each.op: each.status for each in run.exchanges}
    assert ends == dict.fromkeys(range(30), 200)
