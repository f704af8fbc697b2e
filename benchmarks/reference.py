"""How many commands a second does the reference deployment acknowledge, and how much of a core does one cost?

    python benchmarks/reference.py [--rounds R] [--count N] [--clients C] [--json]

Purchases by the residents of the small town, each under its own key, over C connections that each wait for an answer
before they ask again. Each round also executes the same purchases on an engine without HTTP and without a disk, so that
the cost of both can be told as a ratio, which a busy machine changes little:

  commands a second     acknowledged after a sync, by the wall clock
  server core-seconds   user plus system time of the server a command, as a multiple of the engine's own
"""

from __future__ import annotations

import argparse
import http.client
import json
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import Envelope, MemorySink, Outcome, new_engine
from engine.invariants import attach
from engine.payments.purchases import PayPurchase
from loadtests.reference.description import path_of
from tests.towns import MORNING, small_town

ROOT = Path(__file__).resolve().parent.parent
PERSONS = 6


def purchases(count: int, first: int = 0) -> list[Envelope]:
    """Purchases, fifty a second."""
    return [
        Envelope(f"buy-{n}", "resident", f"per_{n % PERSONS + 1}", MORNING + n // 50, bought)
        for n in range(first, first + count)
        for bought in [PayPurchase(f"per_{n % PERSONS + 1}", "mer_1", "wechat", 1_000 + n % 977, 0, 0)]
    ]


def town() -> list[Envelope]:
    """The commands that build the small town."""
    engine, said = new_engine(), list[Envelope]()
    execute = engine.execute

    def kept(by: Envelope) -> Outcome:
        said.append(by)
        return execute(by)

    engine.execute = kept  # type: ignore[method-assign]
    small_town(engine)
    return said


def engine_cost_us(count: int) -> float:
    """Core-microseconds of a purchase on an engine as the deployment has it: journal and invariants."""
    engine = new_engine(sink=MemorySink())
    attach(engine)
    for by in town():
        engine.execute(by)
    said = purchases(count)
    before_s = time.process_time()
    for by in said:
        assert engine.execute(by).ok
    return (time.process_time() - before_s) / count * 1e6


@dataclass
class Served:
    """A server of its own process over a new store."""

    folder: Path
    process: subprocess.Popen[str] = field(init=False)
    ready: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Start and build the town."""
        line = ["serve", "--db", str(self.folder / "town.db"), "--port", "0", "--clock", "driven", "--json"]
        command = [sys.executable, str(ROOT / "mashang.py"), *line]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        self.secret = Path(self.ready["secret"]).read_text(encoding="ascii").strip()
        self.tokens: dict[str, str] = {}
        line_open = http.client.HTTPConnection("127.0.0.1", self.ready["port"])
        for by in town():
            line_open.request("POST", path_of(type(by.command)), by.command.encode(), self.headers(by))
            answer = line_open.getresponse()
            assert b'"status":"ok"' in answer.read()
        line_open.close()

    def token(self, actor: str) -> str:
        """The actor's token."""
        if actor not in self.tokens:
            asked = http.client.HTTPConnection("127.0.0.1", self.ready["port"])
            asked.request(
                "POST", "/v1/tokens", json.dumps({"actor": actor}), {"Authorization": f"Bearer {self.secret}"}
            )
            self.tokens[actor] = json.loads(asked.getresponse().read())["token"]
            asked.close()
        return self.tokens[actor]

    def headers(self, by: Envelope) -> dict[str, str]:
        """Who, under which key, and when."""
        token = self.token(f"{by.kind}:{by.who}")
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": by.key, "Mashang-At": str(by.at)}

    def request(self, by: Envelope) -> bytes:
        """A whole request."""
        body = by.command.encode().encode()
        headers = {"Host": "a", "Content-Length": len(body), "Content-Type": "application/json", **self.headers(by)}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST {path_of(type(by.command))} HTTP/1.1\r\n{lines}\r\n".encode() + body

    def cpu_s(self) -> float:
        """User plus system time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def end(self) -> None:
        """Ask it to end."""
        self.process.send_signal(signal.SIGTERM)
        with self.process:
            self.process.wait(60)


class Clients:
    """Connections that each wait for an answer before they ask again."""

    def __init__(self, port: int, count: int, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self._selector = selectors.DefaultSelector()
        self.answered = 0
        self._rest: dict[Any, bytes] = {}
        for _ in range(count):
            line = socket.create_connection(("127.0.0.1", port))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(line, selectors.EVENT_READ)
            self._ask(line)

    def _ask(self, line: socket.socket) -> None:
        request = next(self._requests, None)
        if request is None:
            self._selector.unregister(line)
            line.close()
        else:
            line.sendall(request)

    def run(self) -> None:
        """Until everything is answered, each answer whole and accepted."""
        while self._selector.get_map():
            for key, _ in self._selector.select():
                line: Any = key.fileobj
                answer = self._rest.pop(line, b"") + line.recv(65_536)
                head, found, body = answer.partition(b"\r\n\r\n")
                if not found or len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
                    self._rest[line] = answer
                    continue
                assert b" 200 " in head[:20], answer
                assert body.startswith(b'{"status":"ok"'), answer
                assert body.endswith(b"}"), answer
                self.answered += 1
                self._ask(line)


def served(count: int, clients: int) -> tuple[float, float]:
    """Commands a second, and core-microseconds of the server a command."""
    with tempfile.TemporaryDirectory() as folder:
        server = Served(Path(folder))
        requests = [server.request(by) for by in purchases(count)]
        before_s, cpu_s = time.monotonic(), server.cpu_s()
        asking = Clients(server.ready["port"], clients, iter(requests))
        asking.run()
        taken_s, used_s = time.monotonic() - before_s, server.cpu_s() - cpu_s
        assert asking.answered == count
        server.end()
    return count / taken_s, used_s / count * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    rounds = []
    for _ in range(wanted.rounds):
        engine_us = engine_cost_us(wanted.count)
        rate, server_us = served(wanted.count, wanted.clients)
        rounds.append({"engine_us": engine_us, "server_us": server_us, "rate": rate, "ratio": server_us / engine_us})
        if not wanted.json:
            print("  ".join(f"{name} {value:,.1f}" for name, value in rounds[-1].items()))
    median = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    if wanted.json:
        print(json.dumps({"median": median, "rounds": rounds}))
    else:
        print("median: " + "  ".join(f"{name} {value:,.1f}" for name, value in median.items()))


if __name__ == "__main__":
    main()
