"""A small till behind HTTP with shapes of its own: it knows four things of the platform, and harm on demand.

Its rules are the engine's, since a foreign system that is right is one by definition; all else is its own: paths,
amounts as decimals, ids as numbers, errors as reasons, a clock on the wall.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from typing import Any

from engine import Envelope, Outcome, Policy, Rejected, new_engine
from engine.catalogue import BY_TYPE
from engine.contract import command_from
from engine.views.points import available
from loadtests.operations import Operation
from loadtests.plan.rehearsal import view_of
from loadtests.property.naming import marked, marked_actor
from loadtests.property.town import town_of
from loadtests.references import TOWN, Reference, fields_of, resolved
from tests.loadtests.listening import listening

REASONS = {"POINTS_INSUFFICIENT": "poor", "PAY_CAP_EXCEEDED": "too many points"}
NOWHERE = "pay_99999999"
REFUNDS = re.compile(r"/purchases/([\w-]+)/refunds")
POINTS = re.compile(r"/people/([\w-]+)/points")


class Till:
    """What the till knows. `bugs`: the harm that it does."""

    def __init__(self, *bugs: str) -> None:
        self.bugs = set(bugs)
        self.engine = new_engine(Policy())
        self.lock = threading.Lock()
        self.towns: set[str] = set()
        self.keys: dict[str, str] = {}
        self.ids: dict[int, str] = {}
        self.requests = 0

    def answer(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        """Status and body."""
        with self.lock:
            self.requests += 1
            if path == "/people":
                return self._enrolled(body["name"])
            actor = self.keys.get(headers.get("x-key", ""))
            if actor is None:
                return 401, {"reason": "who are you"}
            if "out of order" in self.bugs:
                return 500, {}
            return self._done(path, body, actor, headers.get("x-once", ""))

    def _enrolled(self, actor: str) -> tuple[int, Any]:
        """A key for whoever comes; the first of a run builds the street."""
        who = actor.partition(":")[2]
        mark = f"-{who.partition('-')[2]}" if "-" in who else ""
        if mark and mark not in self.towns:
            self.towns.add(mark)
            self._build(mark)
        key = f"key{len(self.keys)}"
        self.keys[key] = actor
        return 201, {"key": key}

    def _build(self, mark: str) -> None:
        known: dict[Reference, Any] = {}
        for operation in town_of(Policy(), changes_policy=False):
            outcome = self._say(operation, marked(resolved(operation.data, known), mark), mark)
            for name, value in fields_of(view_of(outcome)).items():
                known[Reference(TOWN, operation.n, name)] = value

    def _say(self, operation: Operation, data: Any, mark: str) -> Outcome:
        kind, _, who = marked_actor(operation.actor, mark).partition(":")
        command = command_from(operation.type, BY_TYPE[operation.type].version, data)
        return self.engine.execute(Envelope(f"{mark}{operation.key}", kind, who, self._now(), command))

    def _now(self) -> int:
        last: int = self.engine.district.at
        return max(int(time.time()), last)

    def _done(self, path: str, body: Any, actor: str, key: str) -> tuple[int, Any]:
        if found := POINTS.fullmatch(path):
            return 200, {"free": available(self.engine.district, found[1]) - ("shy" in self.bugs)}
        if path == "/gifts":
            data = {"person": body["to"], "rule": body["why"], "evidence": body["proof"]}
            return self._told("points.grant_award", data, actor, key)
        if path == "/purchases":
            names = {"person": "buyer", "merchant": "shop", "channel": "by", "points": "points"}
            data = {ours: body[theirs] for ours, theirs in names.items()}
            data |= {"goods_fen": _fen(body["total"]), "excluded_fen": _fen(body["without"])}
            return self._told("payments.pay_purchase", data, actor, key)
        if found := REFUNDS.fullmatch(path):  # of an unknown payment, too: what is malformed is said first
            payment = self.ids.get(int(found[1]), NOWHERE) if found[1].isdecimal() else NOWHERE
            data = {"payment": payment, "goods_fen": _fen(body["total"])}
            return self._told("payments.refund_purchase", data, actor, key)
        return 404, {"reason": "nothing there"}

    def _told(self, wire: str, data: Any, actor: str, key: str) -> tuple[int, Any]:
        kind, _, who = actor.partition(":")
        key = f"{key}{self.requests}" if "twice" in self.bugs else key
        try:
            command = command_from(wire, BY_TYPE[wire].version, data)
        except Rejected as wrong:
            return 400, {"reason": wrong.code.name}
        outcome = self.engine.execute(Envelope(key, kind, who, self._now(), command))
        if outcome.code is not None:
            return 409, {"reason": REASONS.get(outcome.code.name, outcome.code.name), "more": "text"}
        made = fields_of(view_of(outcome))
        name = made["refund"] if wire == "payments.refund_purchase" else made.get("payment") or made["award"]
        number = next((each for each, known in self.ids.items() if known == name), len(self.ids) + 1)
        self.ids[number] = name
        cash = made.get("cash_fen", 0) + ("generous" in self.bugs and wire == "payments.refund_purchase")
        return 201, {"number": number, "points": made.get("points", 0), "cash": cash, "at": outcome.by.at}


def _fen(text: str) -> int:
    return int(Decimal(text) * 100)


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    till: Till

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, said = self.till.answer(self.command, self.path, json.loads(body) if body else None, headers)
        text = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = _any  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: Any) -> None:
        """Silence."""


@contextmanager
def opened(till: Till) -> Iterator[str]:
    """The till at an address of its own."""
    answering = type("Answering", (_Answering,), {"till": till})
    with listening(answering) as url:
        yield url
