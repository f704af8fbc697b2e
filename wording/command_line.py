"""The command line in the language of its reader: which language is asked for, and complaints.

Knows the shape of Typer's objects but imports nothing of Typer; `mashang.py` hands them in.
"""

import errno
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wording.catalogue import LANGUAGES, Wording
from wording.errors import ExitCode, MashangError

OWN_PACKAGES = {"engine", "sim", "loadtests", "wording", "mashang_doctor"}
EXTRA_OF_PACKAGE = {"duckdb": "mashang[report]", "jinja2": "mashang[report]", "xlsxwriter": "mashang[excel]"}
"""What to install for packages that only an extra brings, by the name under which they are imported."""


@dataclass(frozen=True)
class Line:
    """A command line without the two options that stand anywhere on it, `--lang` and `--debug`."""

    rest: list[str]
    language: str | None = None
    debug: bool = False

    @classmethod
    def read(cls, arguments: Iterable[str]) -> "Line":
        """Takes the two options out, up to a bare `--`.

        Raises:
            MashangError: a language that is not offered.
        """
        rest: list[str] = []
        language, debug = None, False
        waiting = iter(arguments)
        for word in waiting:
            if word == "--":
                rest += [word, *waiting]
            elif word == "--lang" or word.startswith("--lang="):
                language = offered(word.partition("=")[2] if "=" in word else next(waiting, ""))
            elif word == "--debug":
                debug = True
            else:
                rest.append(word)
        return cls(rest, language, debug)


def offered(language: str) -> str:
    """The language, or a complaint that it is not offered."""
    if language not in LANGUAGES:
        raise MashangError(
            ExitCode.USAGE, "cli.not_a_choice", option="--lang", value=language, choices=" | ".join(LANGUAGES)
        )
    return language


def usage_error(error: Any, wording: Wording) -> MashangError:  # noqa: PLR0911 - one return a kind of error
    """One of Typer's usage errors in the language of the reader; a rarer kind carries Typer's own words."""
    command = error.ctx.command_path if error.ctx else "mashang"
    message = error.format_message().rstrip(".")
    quoted = re.findall(r"'([^']*)'", message)
    match type(error).__name__:
        case "NoSuchOption":
            hint = hint_at(error.possibilities or (), command, wording)
            return MashangError(ExitCode.USAGE, "cli.no_such_option", option=error.option_name, hint=hint)
        case "MissingParameter":
            return MashangError(ExitCode.USAGE, "cli.missing", what=error.param.metavar, command=command)
        case "BadOptionUsage":
            return MashangError(ExitCode.USAGE, "cli.value_missing", option=error.option_name)
    if message.startswith("No such command") and quoted:
        hint = hint_at(quoted[1:], command, wording)
        return MashangError(ExitCode.USAGE, "cli.no_such_command", name=quoted[0], hint=hint)
    if message == "Missing command":
        return MashangError(ExitCode.USAGE, "cli.missing", what=wording.text("cli.a_command"), command=command)
    if surplus := re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", message):
        return MashangError(ExitCode.USAGE, "cli.surplus", words=surplus[1], command=command)
    return MashangError(ExitCode.USAGE, "cli.usage", problem=message, command=command)


def hint_at(names: Iterable[str], command: str, wording: Wording) -> str:
    """What was perhaps meant, or where to look."""
    meant = " / ".join(sorted(names))
    return wording.text("cli.meant", names=meant) if meant else wording.text("cli.see_help", command=command)


def known_error(error: Exception) -> MashangError:
    """What the machine refused (exit 2), or else a fault of ours to report (exit 4)."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] not in OWN_PACKAGES:
        target = EXTRA_OF_PACKAGE.get(error.name or "", "mashang")
        return MashangError(ExitCode.USAGE, "cli.package_missing", package=error.name, target=target)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return MashangError(ExitCode.USAGE, "cli.disk_full")
    if isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return MashangError(ExitCode.USAGE, "cli.not_permitted", path=error.filename)
    reason = str(error).splitlines()
    problem = f"{type(error).__name__}: {reason[0]}" if reason else type(error).__name__
    return MashangError(ExitCode.BROKEN, "cli.unexpected", problem=problem)
