"""What the pytest file of a finding calls: give a target the town, send the steps in their waves, audit the answers."""

from __future__ import annotations

import json
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from loadtests.audit.auditing import audit_run
from loadtests.audit.calls import Interpreter, Request
from loadtests.audit.findings import Audit
from loadtests.audit.run_folder import RunFolder
from loadtests.generator.exporting import OFFICER, NoExport, pages
from loadtests.operations import Operation, read_operations
from loadtests.references import MADE, TOWN, Reference, fields_of, resolved

TIMEOUT_S = 10
OK = 200


@dataclass(slots=True)
class Target:
    """A target that scripts send to, with what they got back."""

    base: str
    secret: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {TOWN: [], MADE: []})
    known: dict[Reference, Any] = field(default_factory=dict)

    def send(self, request: Request, token: str) -> tuple[int, Any]:
        """One request: status and parsed body; status 0 where no answer came."""
        body = None if request.body is None else json.dumps(request.body).encode()
        headers = {name: value.replace("{token}", token) for name, value in request.headers.items()}
        headers = {name: value.replace("{secret}", self.secret) for name, value in headers.items()}
        asked = urllib.request.Request(  # noqa: S310 - the user names the target
            self.base.rstrip("/") + request.path,
            data=body,
            method=request.method,
            headers={**headers, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
                return answer.status, _parsed(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, _parsed(refused.read())
        except OSError:
            return 0, None

    def token_of(self, actor: str, interpreter: Interpreter) -> str:
        """The credential of an actor, asked for once."""
        if actor not in self.tokens:
            asked = interpreter.credential(actor)
            body = self.send(asked, "")[1] if asked is not None else {}
            self.tokens[actor] = body.get("token", "") if isinstance(body, dict) else ""
        return self.tokens[actor]

    def learn(self, source: str, n: int, status: int, body: Any) -> None:
        """What an answer made, for those that name it."""
        if status == OK and isinstance(body, dict) and isinstance(body.get("view"), list):
            for name, value in fields_of(body["view"]).items():
                self.known.setdefault(Reference(source, n, name), value)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", errors="replace")


@dataclass(slots=True)
class Repeating:
    """A script under way against a target."""

    target: Target
    interpreter: Interpreter
    began: int = field(default_factory=time.monotonic_ns)

    def tell(self, source: str, operations: Sequence[Operation]) -> None:
        """Operations in their waves: those that are due at once go out together."""
        for operation in operations:
            self.target.token_of(operation.actor, self.interpreter)
        for _, wave in groupby(operations, key=lambda each: (each.due_ns, each.n if source == TOWN else -1)):
            _together([call for each in wave if (call := self._sender(source, each)) is not None])

    def _sender(self, source: str, operation: Operation) -> Callable[[], None] | None:
        """Sends an operation and keeps its answer; None for one that names what was not made."""
        target = self.target
        try:
            named = replace(operation, data=resolved(operation.data, target.known))
        except KeyError:
            return None

        def send() -> None:
            sent = time.monotonic_ns() - self.began
            status, body = target.send(self.interpreter.request(named), target.tokens[operation.actor])
            done = time.monotonic_ns() - self.began
            line = {"op": operation.n, "try": 1, "due": 0, "sent": sent, "done": done, "status": status, "body": body}
            target.lines[source].append(line | ({} if status else {"fault": "timeout"}))
            target.learn(source, operation.n, status, body)

        return send


def _together(calls: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def repeat(folder: Path, target: Target, interpreter: Interpreter, out: Path) -> Audit:
    """Give a fresh target the town, send the operations of a small plan in their waves, and audit what came back."""
    town = folder / "town.jsonl.gz"
    under_way = Repeating(target, interpreter)
    if town.exists():
        under_way.tell(TOWN, list(read_operations(town)))
    under_way.tell(MADE, list(read_operations(folder / "operations.jsonl.gz")))
    for name in ("plan.json", "town.jsonl.gz", "operations.jsonl.gz"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, out / name)
    for source, name in ((TOWN, "town-history.jsonl"), (MADE, "history-0.jsonl")):
        (out / name).write_text("".join(map(_line, [{"history": 1}, *target.lines[source]])), encoding="utf-8")
    _export(under_way, out)
    return audit_run(RunFolder(out), interpreter)


def _export(under_way: Repeating, out: Path) -> None:
    """The target's own log, where it shows one as the reference deployment does."""
    target = under_way.target
    headers = {"Authorization": "Bearer {token}"}
    token = target.token_of(OFFICER, under_way.interpreter)
    try:
        asked = pages(lambda after: target.send(Request("GET", f"/v1/events?after={after}", headers), token))
        text = "".join(_line(each) for lines in asked for each in lines)
    except NoExport:
        return
    (out / "events.jsonl").write_text(text, encoding="utf-8")


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
