"""The target's own log after a run: every page of its export into the run folder, for the audit of the final state.

The reference deployment is asked for `/v1/events`, another target for what `export` in its adapter says. An answer is
`{"events": [line, ...], "next": n}`; the next page begins after `next`, and a page without lines is the last one. A
target that exports nothing, or not to us, is audited without: a run is not worth less than before it was asked.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from loadtests.adapter import AdapterTarget
from loadtests.generator.answers import body_of
from loadtests.generator.door import Door
from loadtests.generator.reception import Reception
from loadtests.generator.reference_target import issued_tokens, tokens_from
from loadtests.generator.session import Session
from loadtests.generator.settings import Settings
from loadtests.generator.target import Request
from loadtests.generator.working import adapter_in
from wording import MashangError

PAGE = 1_000
OFFICER = "officer:export"
REFERENCE = "/v1/events?after={{after}}&limit={{limit}}"
OK = 200
Ask = Callable[[int], tuple[int, Any]]
"""Asks for the page after a sequence number: status and parsed body."""


class NoExport(Exception):
    """What stands between us and an export."""


def pages(ask: Ask) -> Iterator[list[Any]]:
    """The lines of each page; raises NoExport for an answer that is no page."""
    after = 0
    while True:
        status, body = ask(after)
        if status != OK or not isinstance(body, dict) or not isinstance(body.get("events"), list):
            raise NoExport(f"status {status}")
        if body["events"]:
            yield body["events"]
        following = body.get("next", after)
        if not body["events"] or not isinstance(following, int) or following <= after:
            return
        after = following


def export(settings: Settings, folder: Path) -> dict[str, Any]:
    """Write `events.jsonl.gz`; what the manifest says of it: how many lines, or why there are none."""
    path = folder / "events.jsonl.gz"
    count = 0
    door = Door(settings.endpoint())
    try:
        ask = _asking(settings, door)
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
            for lines in pages(ask):
                count += len(lines)
                file.writelines(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in lines)
    except (NoExport, MashangError) as lacking:
        path.unlink(missing_ok=True)
        return {"events": 0, "reason": str(lacking)}
    finally:
        door.close()
    return {"events": count, "reason": ""}


def _asking(settings: Settings, door: Door) -> Ask:
    """Raises NoExport where nothing is exported, or nobody may see it."""
    path, headers = _of_adapter(settings) if settings.adapter else (REFERENCE, _of_reference(settings))

    def ask(after: int) -> tuple[int, Any]:
        filled = path.replace("{{after}}", str(after)).replace("{{limit}}", str(PAGE))
        reply = door.ask(Request("GET", filled, tuple(headers.items()), b""))
        return reply.status, body_of(reply.body)

    return ask


def _of_reference(settings: Settings) -> dict[str, str]:
    """The token of an officer."""
    if settings.tokens:
        tokens = {name: each for name, each in tokens_from(Path(settings.tokens)).items() if name.startswith("officer")}
    elif secret := settings.secret():
        tokens = issued_tokens(settings.endpoint(), secret, [OFFICER])
    else:
        tokens = {}
    if not tokens:
        raise NoExport("no officer")
    return {"Authorization": f"Bearer {next(iter(tokens.values()))}"}


def _of_adapter(settings: Settings) -> tuple[str, dict[str, str]]:
    """Path and headers of an officer who logs in as the adapter says."""
    adapter = adapter_in(settings)
    if adapter.export is None:
        raise NoExport("no export")
    verb, _, path = adapter.export.call.partition(" ")
    if verb != "GET" or adapter.accounts is not None:
        raise NoExport("no officer")
    session = Session(settings.run_id)
    reception = Reception(AdapterTarget(adapter), settings.endpoint(), session, os.environ, settings.allow_host)
    headers: dict[str, str] = {}
    try:
        for who in adapter.auth:
            reception.log_in(who, OFFICER)
            headers |= session.headers(who.name, OFFICER)
    finally:
        reception.close()
    return path, headers
