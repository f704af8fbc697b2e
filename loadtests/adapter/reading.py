"""An adapter file as it is read: YAML or an Arazzo document's `x-mashang`, one sentence for whatever is wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from loadtests.adapter.document import Adapter
from wording import ExitCode, MashangError

EXTENSION = "x-mashang"
FILES = ("file", "ca", "cert", "key")
"""Entries that name a file."""
SHIPPED = Path(__file__).parent.parent / "adapters"


def read_adapter(path: Path) -> Adapter:
    """The adapter of a file, or a shipped one by its bare name (`reference`).

    Raises:
        MashangError: 2 for a file that cannot be read, 3 for one whose content is wrong, with the path of the entry.
    """
    shipped = SHIPPED / f"{path}.yaml"
    found = shipped if path.name == str(path) and not path.suffix and shipped.is_file() else path
    try:
        text = found.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise MashangError(ExitCode.USAGE, "load.adapter.unreadable", file=path) from wrong
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise MashangError(ExitCode.CONTENT, "load.adapter.no_yaml", file=path, line=line) from wrong
    return adapter_from(document, path)


def adapter_from(document: Any, path: Path) -> Adapter:
    """The adapter that a parsed document holds; raises MashangError (3) with the path of the first wrong entry."""
    if isinstance(document, dict) and "arazzo" in document:
        document = document.get(EXTENSION)
    if not isinstance(document, dict):
        raise MashangError(ExitCode.CONTENT, "load.adapter.no_mapping", file=path, extension=EXTENSION)
    try:
        return Adapter.model_validate(_beside(document, path.parent))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        entry = ".".join(str(each) for each in first["loc"]) or "-"
        reason = first["msg"].removeprefix("Value error, ")
        raise MashangError(ExitCode.CONTENT, "load.adapter.wrong", file=path, entry=entry, reason=reason) from wrong


def _beside(document: dict[Any, Any], folder: Path) -> dict[Any, Any]:
    """The document with the files that it names seen from its own folder."""
    found = dict(document)
    if isinstance(python := found.get("python"), str) and python:
        found["python"] = str(folder / python)
    for names in (("accounts",), ("target", "tls")):
        part: Any = found
        for name in names:
            if not isinstance(part.get(name), dict):
                break
            part[name] = dict(part[name])
            part = part[name]
        else:
            for name in FILES:
                if isinstance(part.get(name), str) and part[name]:
                    part[name] = str(folder / part[name])
    return found


class Unset(dict[str, str]):
    """An environment in which every variable is set: who sends nothing needs no secret."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return f"${{env.{name}}}"
