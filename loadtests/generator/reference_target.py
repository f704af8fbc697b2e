"""The wire of the reference deployment: a command is one POST, a read one GET, and the token says who asks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import quote, urlencode

from loadtests.generator.endpoint import Endpoint
from loadtests.generator.target import Reply, Request, outcome_unknown
from loadtests.operations import READ, Operation
from wording import ExitCode, MashangError

RETRYABLE = (b'"retryable":true', b'"retryable": true')
NOT_KNOWN = frozenset({400, 401})
"""Statuses that say that the generator speaks wrongly; a rejection by a rule has another."""
TOKENS_PATH = "/v1/tokens"
SECONDS = 10
OK = 200


class ReferenceTarget:
    """As `target.Target`. `start_s`: the instant (seconds UTC) at which the plan's day begins, for a driven clock."""

    kept_headers: tuple[str, ...] = ("idempotent-replayed",)

    def __init__(self, tokens: Mapping[str, str], *, start_s: int | None = None, pace: float = 1.0) -> None:
        """`tokens`: by actor; an actor without one is its own token. `pace`: seconds of the town in one of the plan."""
        self._tokens = tokens
        self._start_s = start_s
        self._pace = pace

    def serves(self, kind: str) -> bool:  # noqa: ARG002
        """True: the whole catalogue."""
        return True

    def compile(self, operation: Operation) -> Request:
        """`<subject>.<verb_object>` as a POST to `/v1/<subject>/<verb_object>`, `read:<name>` as a GET."""
        headers = [("Authorization", f"Bearer {self._tokens.get(operation.actor, operation.actor)}")]
        if operation.is_read:
            query = f"?{urlencode(operation.data)}" if operation.data else ""
            return Request("GET", f"/v1/read/{quote(operation.type[len(READ) :])}{query}", tuple(headers), b"")
        if operation.key:
            headers.append(("Idempotency-Key", operation.key))
        if self._start_s is not None:
            headers.append(("Mashang-At", str(self._start_s + self._offset_s(operation))))
        headers.append(("Content-Type", "application/json"))
        body = json.dumps(operation.data, ensure_ascii=False, separators=(",", ":")).encode()
        path = "/v1/" + operation.type.replace(".", "/", 1)
        return Request("POST", path, tuple(headers), body, repeatable=bool(operation.key))

    def _offset_s(self, operation: Operation) -> int:
        """Seconds of the town from the plan's start: those of the operation, or what its due time comes to."""
        if operation.at_s is not None:
            return operation.at_s
        return int(operation.due_ns * self._pace) // 1_000_000_000

    def is_open(self, reply: Reply) -> bool:
        """True without a whole answer, after a failure of the server, and where the answer says to ask again."""
        if reply.status == OK:
            return False
        return outcome_unknown(reply) or any(each in reply.body for each in RETRYABLE)

    def is_failure(self, reply: Reply) -> bool:
        """True without an outcome, and where the generator was not understood."""
        return reply.status != OK and (outcome_unknown(reply) or reply.status in NOT_KNOWN)


def tokens_from(path: Path) -> dict[str, str]:
    """Tokens by actor from a JSON file; raises MashangError (2) for a file that is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise MashangError(ExitCode.USAGE, "load.run.bad_tokens", path=path) from wrong
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise MashangError(ExitCode.USAGE, "load.run.bad_tokens", path=path)
    return found


def issued_tokens(to: Endpoint, secret: str, actors: Iterable[str]) -> dict[str, str]:
    """Tokens that the deployment issues to the holder of its operator secret, one request an actor."""
    host, port = to.connect_to
    line = HTTPSConnection(host, port, timeout=SECONDS, context=to.tls.context()) if to.encrypted else None
    connection = line or HTTPConnection(host, port, timeout=SECONDS)
    if to.proxy and to.encrypted:
        connection.set_tunnel(to.host, to.port)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Host": to.authority}
    found = {}
    try:
        for actor in actors:
            body = json.dumps({"actor": actor})
            connection.request("POST", f"{to.request_prefix}{to.path}{TOKENS_PATH}", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != OK:
                raise MashangError(ExitCode.USAGE, "load.run.no_token", actor=actor, status=answer.status)
            found[actor] = str(json.loads(text)["token"])
    except (OSError, HTTPException) as wrong:
        raise MashangError(ExitCode.UNREACHABLE, "load.run.unreachable", url=to.url) from wrong
    except (ValueError, KeyError, TypeError) as wrong:
        raise MashangError(ExitCode.USAGE, "load.run.no_token", actor=actor, status=answer.status) from wrong
    finally:
        connection.close()
    return found
