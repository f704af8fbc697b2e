"""`mashang load faults`: a proxy that does harm by a plan, until it is ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from loadtests.generator.endpoint import endpoint, refuse_strangers
from loadtests.generator.fault_plan import fault_plan_from
from loadtests.generator.faults import FaultProxy
from wording import ExitCode, MashangError, Wording


def faults(*, to: str, plan: Path, out: Path, listen: int | None, as_json: bool, wording: Wording) -> int:
    """Serve on loopback; SIGINT and SIGTERM end it with the record complete."""
    found = fault_plan_from(plan)
    behind = endpoint(to)
    refuse_strangers(behind, ())
    try:
        proxy = FaultProxy(behind, found, out)
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "load.faults.bad_out", path=out) from wrong

    def say(port: int) -> None:
        ready = json.dumps({"port": port, "pid": os.getpid(), "to": behind.url})
        print(ready if as_json else wording.text("load.faults.ready", port=port, url=behind.url), flush=True)

    try:
        asyncio.run(_serve(proxy, listen or 0, say))
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "load.faults.busy", port=listen or 0) from wrong
    return ExitCode.FINE


async def _serve(proxy: FaultProxy, port: int, say: object) -> None:
    """Until a signal comes."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[int] = loop.create_future()
    serving = asyncio.ensure_future(proxy.serve(port, ready))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    either: list[asyncio.Future[Any]] = [serving, ready]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if ready.done() and callable(say):
        say(ready.result())
    with suppress(asyncio.CancelledError):
        await serving
