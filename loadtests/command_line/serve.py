"""`mashang serve`: the engine behind HTTP. 0 ended by a signal, 2 cannot begin or write, 4 the engine broke."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import cast

import uvicorn

from engine import Policy
from engine.replay import JournalBroken, NotAJournal
from loadtests.reference.desk import Clock, Desk
from loadtests.reference.opening import OtherPolicy
from loadtests.reference.store import NotAStore, StoreTaken
from loadtests.reference.writer import STORE_FAULTS, Writer
from wording import ExitCode, MashangError, Wording

CLOCKS = ("wall", "driven")
PORT = 8_000
BACKLOG = 2_048
SECRET_BYTES = 32
GRACE_S = 5


def serve(
    *,
    db: Path,
    host: str,
    port: int | None,
    clock: str,
    policy: Path | None,
    secret: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    verify: bool,
    as_json: bool,
    wording: Wording,
) -> int:
    """Serve until a signal ends it."""
    if clock not in CLOCKS:
        raise MashangError(ExitCode.USAGE, "serve.bad_clock", clock=clock)
    if (tls_cert is None) != (tls_key is None):
        raise MashangError(ExitCode.USAGE, "serve.tls_halves")
    told = policy_of(policy)
    operator = secret if secret is not None else db.with_name(f"{db.name}.secret")
    listener = listening(host, PORT if port is None else port)
    with listener:
        server, writer = made(
            lambda: Desk(db, cast("Clock", clock), told, verify=verify),
            db,
            secret_of(operator),
            driven=clock == "driven",
        )
        try:
            if tls_cert is not None:
                _encrypt(server, tls_cert, tls_key)
            ready = {
                "ready": True,
                "url": f"{'http' if tls_cert is None else 'https'}://{host}:{listener.getsockname()[1]}",
                "port": listener.getsockname()[1],
                "pid": os.getpid(),
                "clock": clock,
                "secret": str(operator),
            }
            # from now on, not from uvicorn's first line on; and uvicorn raises it once more after it has ended
            signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
            print(json.dumps(ready) if as_json else wording.text("serve.ready", **ready, db=db), flush=True)
            server.run(sockets=[listener])
        finally:
            writer.stop()
    return _ended(writer, db)


def made(opened: Callable[[], Desk], db: Path, secret: str, *, driven: bool) -> tuple[uvicorn.Server, Writer]:
    """A server that has its journal folded and does not listen yet. Raises MashangError."""
    from loadtests.reference.application import create_app
    from loadtests.reference.tokens import Tokens

    writer = Writer(opened, lambda: setattr(server, "should_exit", True))
    try:
        writer.start()
    except StoreTaken as wrong:
        raise MashangError(ExitCode.USAGE, "serve.taken", db=db) from wrong
    except (NotAStore, OSError) as wrong:
        raise MashangError(ExitCode.USAGE, "serve.no_store", db=db, reason=wrong) from wrong
    except OtherPolicy as wrong:
        raise MashangError(ExitCode.USAGE, "serve.other_policy", db=db) from wrong
    except (JournalBroken, NotAJournal) as wrong:
        raise MashangError(ExitCode.BROKEN, "serve.journal_broken", db=db, reason=wrong) from wrong
    app = create_app(writer, Tokens(secret), driven=driven)
    settings = uvicorn.Config(
        app,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = uvicorn.Server(settings)
    return server, writer


def policy_of(file: Path | None) -> Policy | None:
    """The policy with the changes that a JSON file names by path; raises MashangError."""
    if file is None:
        return None
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise MashangError(ExitCode.USAGE, "serve.no_policy", file=file) from wrong
    try:
        return Policy().changed(dict(found))
    except (ValueError, TypeError) as wrong:
        raise MashangError(
            ExitCode.CONTENT, "serve.bad_policy", file=file, reason=str(wrong).splitlines()[0]
        ) from wrong


def secret_of(file: Path) -> str:
    """The operator's secret; a new one, readable by its owner only, where the file is missing. Raises MashangError."""
    try:
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as made_now:
                made_now.write(f"{secrets.token_urlsafe(SECRET_BYTES)}\n")
        found = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as wrong:
        raise MashangError(ExitCode.USAGE, "serve.no_secret", file=file) from wrong
    if len(found) < SECRET_BYTES:
        raise MashangError(ExitCode.USAGE, "serve.short_secret", file=file, length=SECRET_BYTES)
    return found


def listening(host: str, port: int) -> socket.socket:
    """A listening socket; raises MashangError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        # asyncio sets this for sockets that name their protocol, which these do not; accepted ones inherit it. Without
        # it head and body of an answer, two writes, cost a client's delayed acknowledgement, 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener  # noqa: TRY300 - short as it is
    except (OSError, OverflowError) as wrong:
        raise MashangError(ExitCode.USAGE, "serve.no_port", host=host, port=port) from wrong


def _encrypt(server: uvicorn.Server, certificate: Path, key: Path | None) -> None:
    server.config.ssl_certfile, server.config.ssl_keyfile = str(certificate), str(key)
    try:
        server.config.load()
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "serve.bad_tls", file=certificate) from wrong


def _ended(writer: Writer, db: Path) -> int:
    if writer.fault is None:
        return ExitCode.FINE
    if isinstance(writer.fault, STORE_FAULTS):
        raise MashangError(ExitCode.USAGE, "serve.disk", db=db, reason=writer.fault) from writer.fault
    raise MashangError(ExitCode.BROKEN, "serve.broken", db=db, reason=writer.fault) from writer.fault
