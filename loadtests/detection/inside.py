"""The reference deployment inside this process: its application, its writer's thread and its store, without a socket.

What comes at one instant is under way at once: each request is a task of an event loop, and the writer is held until
all of a wave wait, so that it takes them as one batch, in their order, every time. Requests of one client keep their
order; what refers to an answer waits for it. Some answers get lost on the way and are asked for again; now and then the
process ends, orderly or in the middle of a commit, and starts again on the same store. The same operations give the
same history, but for its times.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from engine.replay import JournalBroken, NotAJournal
from loadtests.audit.calls import Request
from loadtests.audit.reference_wire import ReferenceWire
from loadtests.generator.target import Request as Sent
from loadtests.operations import Operation
from loadtests.reference.answers import Answer
from loadtests.reference.application import create_app
from loadtests.reference.desk import Desk
from loadtests.reference.tokens import Tokens
from loadtests.reference.writer import Writer
from loadtests.references import MADE, TOWN, Reference, fields_of, references_in, resolved

SECRET = "a secret of a deployment that nobody else can reach"  # noqa: S105 - it lives as long as a test
OK, UNAVAILABLE = 200, 503
LOST_PER_MILLE = 30
HELD_S = 5
PAGE = 1_000
Answered = tuple[int, Any]
Received = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers, body."""


@dataclass
class Inside:
    """A deployment over a store in a folder, with a driven clock; which answers get lost depends on `seed` alone."""

    folder: Path
    start_s: int
    seed: int = 0
    known: dict[Reference, Any] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=lambda: {TOWN: [], MADE: []})
    crashes: bool = False
    down: str = ""

    def __post_init__(self) -> None:
        """Begin an empty store."""
        self._runner = asyncio.Runner()
        self._tokens = Tokens(SECRET)
        self._credentials: dict[str, str] = {}
        self._wire = ReferenceWire(self.start_s)
        self._began_ns = time.monotonic_ns()
        self._start()

    def _start(self) -> None:
        self._writer = Writer(self._desk)
        self._writer.start()
        self._app = create_app(self._writer, self._tokens, driven=True)

    def _desk(self) -> Desk:
        """A desk whose store may fail in a commit, as a process does that is killed."""
        desk = Desk(self.folder / "store.db", "driven")
        commit = desk.store.commit

        def or_die() -> None:
            if self.crashes:
                self.crashes = False
                raise sqlite3.OperationalError("killed")
            commit()

        desk.store.commit = or_die  # type: ignore[method-assign]
        return desk

    def close(self) -> None:
        """End orderly."""
        self._writer.stop()
        self._runner.close()

    def restart(self) -> None:
        """End, and begin again on the same store; a store that cannot be read again leaves the deployment down."""
        self._writer.stop()
        try:
            self._start()
        except (JournalBroken, NotAJournal) as wrong:
            self.down = str(wrong)

    def send(self, source: str, operations: Iterable[Operation]) -> None:
        """Send operations in the waves in which they are due, and write down what came back."""
        wave: list[Operation] = []
        for operation in operations:
            if self.down:
                return
            if wave and operation.due_ns != wave[0].due_ns:
                self._runner.run(self._together(source, wave))
                wave = []
            wave.append(operation)
        if wave and not self.down:
            self._runner.run(self._together(source, wave))

    async def _together(self, source: str, wave: list[Operation]) -> None:
        done: dict[int, asyncio.Event] = {}
        latest: dict[str, asyncio.Event] = {}
        tasks = []
        for each in wave:
            done[each.n] = asyncio.Event()
            needed = [done[found.n] for found in references_in(each.data) if found.source == source and found.n in done]
            before = latest.get(each.shard)
            tasks.append(self._in_turn(source, each, done[each.n], [*needed, *([before] if before else [])]))
            latest[each.shard] = done[each.n]
        held = threading.Event()
        holding = self._writer.ask(lambda _desk: Answer(OK, str(held.wait(HELD_S))))
        sent = asyncio.gather(*tasks)
        await asyncio.sleep(0)
        held.set()
        await asyncio.gather(sent, holding)
        self._restart_dead()

    async def _in_turn(
        self, source: str, operation: Operation, done: asyncio.Event, after: list[asyncio.Event]
    ) -> None:
        for each in after:
            await each.wait()
        with suppress(KeyError):  # what it refers to was never made: it cannot be sent
            await self._perform(source, replace(operation, data=resolved(operation.data, self.known)))
        done.set()

    async def _perform(self, source: str, operation: Operation) -> None:
        loses = bool(operation.key) and source == MADE and self._is_lost(operation.n)
        for attempt in (1, 2):
            sent_ns = time.monotonic_ns() - self._began_ns
            status, body = await self._ask(self._wire.request(operation), operation.actor)
            done_ns = time.monotonic_ns() - self._began_ns
            dead = status == UNAVAILABLE
            lost = dead or (loses and attempt == 1)
            line: dict[str, Any] = {
                "op": operation.n,
                "try": attempt,
                "due": operation.due_ns,
                "sent": sent_ns,
                "done": done_ns,
            }
            line |= {"status": 0, "body": None, "fault": "reset"} if lost else {"status": status, "body": body}
            self.lines[source].append(json.dumps(line, separators=(",", ":")))
            if not lost:
                self._learn(source, operation.n, status, body)
            if dead:
                self._restart_dead()
            if not lost or not operation.key or self.down:
                return

    def _is_lost(self, n: int) -> bool:
        return zlib.crc32(f"{self.seed}:{n}".encode()) % 1_000 < LOST_PER_MILLE

    def _restart_dead(self) -> None:
        if self._writer.fault is not None and not self.down:
            self.restart()

    def _learn(self, source: str, n: int, status: int, body: Any) -> None:
        if status == OK and isinstance(body, dict) and isinstance(body.get("view"), list):
            for name, value in fields_of(body["view"]).items():
                self.known.setdefault(Reference(source, n, name), value)

    async def _ask(self, request: Request, actor: str) -> Answered:
        token = self._credentials.get(actor)
        if token is None:
            token = self._credentials[actor] = self._tokens.issue(actor)[0]
        headers = [(name, text.replace("{token}", token)) for name, text in request.headers.items()]
        content = b"" if request.body is None else json.dumps(request.body).encode()
        status, _, body = await self._answered(request.method, request.path, headers, content)
        return status, json.loads(body)

    def answered(self, request: Sent) -> Received:
        """One request as it would come over a socket: status, headers, body."""
        return self._runner.run(self._answered(request.method, request.path, request.headers, request.body))

    async def _answered(self, method: str, path: str, headers: Iterable[tuple[str, str]], content: bytes) -> Received:
        where, _, query = path.partition("?")
        scope = {
            "type": "http", "http_version": "1.1", "asgi": {"version": "3.0"}, "method": method,
            "scheme": "http", "path": unquote(where), "raw_path": where.encode(), "query_string": query.encode(),
            "root_path": "", "headers": [(name.lower().encode(), text.encode("latin-1")) for name, text in headers],
            "client": None, "server": ("deployment", 80),
        }  # fmt: skip
        said: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await self._app(scope, receive, send)  # type: ignore[arg-type]  # our own messages
        return said[0]["status"], said[0]["headers"], b"".join(each.get("body", b"") for each in said[1:])

    def export(self) -> list[str]:
        """Every exported line of the log."""
        return self._runner.run(self._exported())

    async def _exported(self) -> list[str]:
        lines: list[str] = []
        after = 0
        while True:
            asked = Request("GET", f"/v1/events?after={after}&limit={PAGE}", {"Authorization": "Bearer {token}"})
            status, page = await self._ask(asked, "officer:export")
            if status != OK:
                return lines
            lines += [json.dumps(each, separators=(",", ":")) for each in page["events"]]
            if page["next"] == after:
                return lines
            after = page["next"]

    def write(self, run: Path) -> None:
        """What came back so far, and the export, into a run folder that holds the plan."""
        for source, name in ((TOWN, "town-history.jsonl"), (MADE, "history-0.jsonl")):
            header = json.dumps({"mashang": "history", "version": 1})
            (run / name).write_text("\n".join([header, *self.lines[source], ""]), encoding="utf-8")
        if self.down:
            return
        crashes, self.crashes = self.crashes, False  # whoever exports is let finish
        with gzip.open(run / "events.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as file:
            file.write("".join(f"{line}\n" for line in self.export()))
        self.crashes = crashes
