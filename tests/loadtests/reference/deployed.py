"""A deployment inside the test, and beside it an engine that is told the same: what HTTP adds must change nothing."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from engine import Engine, Envelope, Outcome, new_engine
from loadtests.reference.application import create_app
from loadtests.reference.description import path_of
from loadtests.reference.desk import Adapt, Desk
from loadtests.reference.tokens import Tokens
from loadtests.reference.writer import Writer
from tests.towns import MORNING, small_town

SECRET = "s" * 40
BASE = "http://deployment"


@dataclass
class Deployed:
    """The application over a store, with a driven clock."""

    store: Path
    adapt: Adapt | None = None

    def __post_init__(self) -> None:
        """Fold or begin."""
        self.runner = asyncio.Runner()
        self.tokens = Tokens(SECRET)
        self.writer = Writer(lambda: Desk(self.store, "driven", adapt=self.adapt))
        self.writer.start()
        self.app = create_app(self.writer, self.tokens, driven=True)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=BASE)

    def close(self) -> None:
        """End cleanly."""
        self.writer.stop()
        self.runner.run(self.client.aclose())
        self.runner.close()

    def ask(self, *requests: httpx.Request) -> list[httpx.Response]:
        """The answers to requests that are all under way at once."""

        async def asked() -> list[httpx.Response]:
            return list(await asyncio.gather(*(self.client.send(each) for each in requests)))

        return self.runner.run(asked())

    def headers(self, actor: str, **more: str) -> dict[str, str]:
        """With a token for an actor."""
        return {"Authorization": f"Bearer {self.tokens.issue(actor)[0]}", **more}

    def read(self, actor: str, name: str, **asked: str) -> httpx.Response:
        """The answer to a read."""
        url = f"{BASE}/v1/read/{name}"
        return self.ask(httpx.Request("GET", url, params=asked, headers=self.headers(actor)))[0]

    def command(self, by: Envelope) -> httpx.Request:
        """An envelope as a request."""
        headers = self.headers(f"{by.kind}:{by.who}")
        headers |= {"Idempotency-Key": by.key, "Mashang-At": str(by.at)}
        url, content = f"{BASE}{path_of(type(by.command))}", by.command.encode().encode()
        return httpx.Request("POST", url, content=content, headers=headers)


def town_envelopes() -> tuple[Engine, list[Envelope]]:
    """An engine with the small town, and the envelopes that made it."""
    engine = new_engine()
    said: list[Envelope] = []
    execute = engine.execute

    def recorded(by: Envelope) -> Outcome:
        said.append(by)
        return execute(by)

    engine.execute = recorded  # type: ignore[method-assign]
    small_town(engine)
    engine.execute = execute  # type: ignore[method-assign]
    return engine, said


def seen(answer: httpx.Response) -> tuple[Any, ...]:
    """What an answer says, as `told` says it of an outcome."""
    body = answer.json()
    if answer.status_code == 200:
        return "ok", body["at"], body["n"], body["events"], [each["type"] for each in body["view"]]
    error = body["error"]
    return error["code"], error["at"], error.get("n", 0), error.get("details"), []


def told(outcome: Outcome) -> tuple[Any, ...]:
    """What an outcome of the engine says."""
    types = [each.type for each in outcome.events]
    if outcome.code is None:
        seqs = [outcome.first_seq, outcome.first_seq + len(types) - 1]
        return "ok", outcome.by.at, outcome.n, seqs, types
    details = json.loads(json.dumps(outcome.details)) if outcome.details else None
    return outcome.code.name, outcome.by.at, outcome.n, details, []


__all__ = ["MORNING", "Deployed", "seen", "told", "town_envelopes"]
