"""`mashang load run`: a plan sent to a target by locust in a child process. Exits 0, 5, 6 or 130."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from loadtests.generator.door import reach
from loadtests.generator.exporting import export
from loadtests.generator.run_folder import complete, make_folder, write_manifest
from loadtests.generator.settings import Settings, plan_in
from wording import ExitCode, MashangError, Wording

LOCUSTFILE = Path(__file__).resolve().parent.parent / "locustfile.py"
ENDING_S = 60  # a busy machine takes its time, and half a folder is worth little
LOG, REFUSED = "locust.log", "refused.json"


def run(
    *,
    plan: Path,
    target: str | None,
    adapter: Path | None,
    transport: str | None,
    processes: int | None,
    speed: float | None,
    rate: float | None,
    max_ops: int | None,
    max_seconds: int | None,
    allow_host: list[str] | None,
    more: list[str] | None,
    out: Path | None,
    as_json: bool,
    wording: Wording,
) -> int:
    """Send a plan, keep what came back, and say what came of it."""
    started_s = time.time()
    if target is None and adapter is None:
        raise MashangError(ExitCode.USAGE, "load.run.no_target")
    folder = out if out is not None else Path("runs") / time.strftime("load-%Y%m%dT%H%M%SZ", time.gmtime(started_s))
    given = {
        "plan": str(plan), "host": target, "out": str(folder), "transport": transport, "speed": speed, "rate": rate,
        "adapter": str(adapter or ""), "run_id": run_id_at(started_s), "max_ops": max_ops,
        "max_seconds": max_seconds, "allow_host": ",".join(allow_host or []), **settings_in(more),
    }  # fmt: skip
    settings = Settings.read(given)
    found = plan_in(plan)
    reach(settings.endpoint())
    make_folder(folder, found, settings, started_s)
    if not as_json:
        print(wording.text("load.run.started", url=settings.host))
    interrupted = send(settings, folder, processes or 1)
    refuse_refused(folder)
    manifest = complete(folder, interrupted=interrupted)
    if not manifest["workers"]:
        raise MashangError(ExitCode.BROKEN, "load.run.locust_failed", path=folder / LOG)
    if not interrupted:
        manifest["export"] = export(settings, folder)
        write_manifest(folder, manifest)
    show(manifest, folder, wording, as_json=as_json)
    if interrupted:
        raise MashangError(ExitCode.INTERRUPTED, "cli.interrupted")
    if not manifest["valid"]:
        raise MashangError(ExitCode.INVALID_LOAD, "load.run.invalid")
    return ExitCode.FINE


def run_id_at(started_s: float) -> str:
    """What the run calls itself on the target, so that nothing of an earlier run is in its way."""
    return format(int(started_s * 1000), "x")


def settings_in(more: list[str] | None) -> dict[str, Any]:
    """Settings written as KEY=VALUE; raises MashangError for a key that is none and a value of another kind."""
    known = {each.name: each for each in fields(Settings)}
    found: dict[str, Any] = {}
    for text in more or ():
        name, sign, value = text.partition("=")
        if not sign or name not in known:
            raise MashangError(ExitCode.USAGE, "load.run.no_setting", text=text, names=", ".join(sorted(known)))
        kind: Any = type(known[name].default)
        try:
            found[name] = value.lower() in {"true", "1", "yes"} if kind is bool else kind(value)
        except ValueError as wrong:
            raise MashangError(ExitCode.USAGE, "load.run.bad_setting", text=text) from wrong
    return found


def _free_port() -> int:
    """A port that nobody listens to at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def send(settings: Settings, folder: Path, processes: int) -> bool:
    """Run locust; True if somebody interrupted it. It has a session of its own: it is told to end, and ends orderly."""
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "-H", settings.host, "--headless"]
    command += ["--only-summary", "--csv", str(folder / "locust"), *settings.as_options()]
    if processes > 1:
        port = str(_free_port())  # locust's own default is one for the whole machine: a second run would not start
        command += ["--processes", str(processes), "--master-bind-port", port, "--master-port", port]
    with (folder / LOG).open("w", encoding="utf-8") as log:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            child.wait()
        except KeyboardInterrupt:
            end(child)
            return True
        finally:
            signal.signal(signal.SIGTERM, before)
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)  # its workers too: the group is of its own session
                child.wait()
    return False


def end(child: subprocess.Popen[bytes]) -> None:
    """Ask to end, and wait for the files to be complete; who asks twice means it."""
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        child.wait(ENDING_S)


def refuse_refused(folder: Path) -> None:
    """What a process of the run could not do becomes the error of the command."""
    path = folder / REFUSED
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
        raise MashangError(found["code"], found["id"], **found["values"])


def show(manifest: dict[str, Any], folder: Path, wording: Wording, *, as_json: bool) -> None:
    """The result for a person, or as JSON."""
    if as_json:
        print(json.dumps({"folder": str(folder), **manifest}, ensure_ascii=False, indent=1))
        return
    due, sent = manifest["latency"]["all"]["due"], manifest["latency"]["all"]["sent"]
    counts = {name: manifest[name] for name in ("operations", "planned", "faults")}
    if manifest["incapable"]:
        print(wording.text("load.run.incapable", n=manifest["incapable"]))
    print(wording.text("load.run.result", errors=manifest["server_errors"], **counts))
    if due["count"] and sent["count"]:
        values = {"p50": due["p50_ms"], "p99": due["p99_ms"], "sent50": sent["p50_ms"], "sent99": sent["p99_ms"]}
        print(wording.text("load.run.latency", **values))
    if manifest["lag"]["count"]:
        limit = manifest["settings"]["lag_limit_ms"]
        print(wording.text("load.run.lag", p99=manifest["lag"]["p99_ms"], limit=limit))
    if exported := manifest.get("export", {}).get("events"):
        print(wording.text("load.run.exported", n=f"{exported:,}"))
    print(wording.text("load.run.folder", path=folder))
