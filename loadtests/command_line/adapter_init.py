"""`mashang load adapter init`: a draft of an adapter file from an OpenAPI description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from loadtests.adapter.drafting import OpenApi, drafted
from loadtests.adapter.reading import adapter_from
from loadtests.generator.door import Door
from loadtests.generator.endpoint import Tls, endpoint, refuse_strangers
from loadtests.generator.target import Request
from wording import ExitCode, MashangError, Wording

OK = 200
HEAD = """\
# Drafted by mashang load adapter init. Before the first load: mashang load adapter check FILE
# An object's items are made, read and changed by many clients at once; the audit asks whether any order explains it.
"""


def init(
    *,
    openapi: str,
    target: str | None,
    ca: Path | None,
    allow_host: list[str] | None,
    out: Path | None,
    wording: Wording,
) -> int:
    """Write the draft to a new file, or print it; say what was recognized and what was left."""
    document = _parsed(openapi, _text(openapi, ca, allow_host or []))
    try:
        api = OpenApi(document)
        made = drafted(api, target or api.address(openapi))
    except (ValueError, AttributeError, TypeError, KeyError) as wrong:
        raise MashangError(ExitCode.CONTENT, "load.adapter.init.no_openapi", source=openapi) from wrong
    if not made.document["objects"]:
        raise MashangError(ExitCode.FINDINGS, "load.adapter.init.nothing", source=openapi, n=len(made.left))
    if ca is not None:
        made.document["target"]["tls"] = {"ca": str(ca)}
    adapter_from(made.document, out or Path("draft.yaml"))
    apart = json.loads(json.dumps(made.document))  # a file for people has no anchors for what occurs twice
    text = HEAD + yaml.safe_dump(apart, allow_unicode=True, sort_keys=False, width=120)
    if out is None:
        print(text, end="")
        return ExitCode.FINE
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as wrong:
        raise MashangError(ExitCode.USAGE, "load.adapter.init.exists", file=out) from wrong
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "load.adapter.init.not_written", file=out) from wrong
    for name, thing in made.document["objects"].items():
        functions = [each for each in made.document["operations"] if each.removeprefix("read:").startswith(f"{name}.")]
        print(wording.text("load.adapter.init.object", name=name, model=thing["model"], functions=", ".join(functions)))
    print(wording.text("load.adapter.init.done", file=out, left=len(made.left)))
    return ExitCode.FINE


def _text(source: str, ca: Path | None, allowed: list[str]) -> str:
    """The description, from a file or from a URL that load may go to."""
    if not source.startswith(("http://", "https://")):
        try:
            return Path(source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            raise MashangError(ExitCode.USAGE, "load.adapter.init.unreadable", source=source) from wrong
    place, _, path = source.partition("://")[2].partition("/")
    to = endpoint(f"{source.partition('://')[0]}://{place}", tls=Tls(ca))
    refuse_strangers(to, allowed)
    door = Door(to)
    reply = door.ask(Request("GET", f"/{path}", (("Accept", "application/json, application/yaml"),), b""))
    door.close()
    if reply.fault:
        raise MashangError(ExitCode.UNREACHABLE, "load.run.unreachable", url=source)
    if reply.status != OK:
        raise MashangError(ExitCode.USAGE, "load.adapter.init.unreadable", source=source)
    return reply.body.decode("utf-8", errors="replace")


def _parsed(source: str, text: str) -> Any:
    """JSON, which is read many times faster, or YAML."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as wrong:
        raise MashangError(ExitCode.CONTENT, "load.adapter.init.no_openapi", source=source) from wrong
