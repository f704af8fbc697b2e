"""Text with variables of the shell in it, and what a script of curl lines is made of.

A variable travels through templates, JSON and URLs as its name between two signs of the private area of Unicode; only
when a word of the shell is written does it become `${NAME}`. So nothing that somebody says can be taken for one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from loadtests.adapter import StepRequest

OPEN, CLOSE, OPEN_NUMBER, CLOSE_NUMBER = "\ue000", "\ue001", "\ue002", "\ue003"
QUOTED = {"%EE%80%80": OPEN, "%EE%80%81": CLOSE, "%EE%80%82": OPEN_NUMBER, "%EE%80%83": CLOSE_NUMBER}
NUMBER = re.compile(f'"?{OPEN_NUMBER}([^{CLOSE_NUMBER}]*){CLOSE_NUMBER}"?')
VARIABLE = re.compile(f"{OPEN}(=?)([^{CLOSE}]*){CLOSE}")
NAMED = re.compile(r"\$\{((?:SEED|STEPS|ACCOUNT)_[A-Z0-9_]+)\}")
SPECIAL = re.compile(r'([\\"`$])')


def variable(name: str) -> str:
    """The value of a variable."""
    return f"{OPEN}{name}{CLOSE}"


def number(formula: str) -> str:
    """A whole number that the shell counts out; in JSON it stands without quotes."""
    return f"{OPEN_NUMBER}{formula}{CLOSE_NUMBER}"


def word(text: str) -> str:
    """Text as one word of the shell."""
    for sign, plain in QUOTED.items():
        text = text.replace(sign, plain)
    text = NAMED.sub(lambda found: variable(found[1]), text)
    text = NUMBER.sub(lambda found: f"{OPEN}={found[1]}{CLOSE}", text)
    if OPEN not in text:
        return shlex.quote(text)
    escaped = SPECIAL.sub(r"\\\1", text)
    return f'"{VARIABLE.sub(_filled, escaped)}"'


def _filled(found: re.Match[str]) -> str:
    return f"$(({found[2]}))" if found[1] else f"${{{found[2]}}}"


def curl(request: StepRequest) -> str:
    """A request as one line; BASE is the target's address."""
    parts = ["curl -sS -X", request.method]
    for name, value in request.headers:
        parts += ["-H", word(f"{name}: {value}")]
    if request.body:
        parts += ["--data", word(request.body.decode(errors="replace"))]
    return " ".join([*parts, f'"$BASE"{word(request.path)}'])


def taken(answer: str, name: str) -> str:
    """What the first field of a name has in a JSON text that a command prints, as a command substitution."""
    field = re.sub(r"[^A-Za-z0-9_.-]", "", name)
    sought = f'grep -o \'"{field}" *: *"\\{{0,1\\}}[^",}}]*\' | head -n 1 | sed \'s/^[^:]*: *"\\{{0,1\\}}//\''
    return f"$({answer} | {sought})"


class Variables(Mapping[str, str]):
    """An environment in which every name stands for the shell's variable."""

    def __getitem__(self, name: str) -> str:
        return variable(name)

    def __contains__(self, _name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Account(Mapping[str, Any]):
    """What templates find as `account` in a script: `at` where the clock is driven, the rest as variables."""

    def __init__(self, number_of_actor: int, formula: str) -> None:
        self._prefix = f"ACCOUNT_{number_of_actor}"
        self._formula = formula

    def get(self, name: str, default: Any = None) -> Any:
        """The variable of a field; an instant that nobody tells is absent."""
        if name == "at":
            return number(self._formula) if self._formula else default
        return variable(f"{self._prefix}_{name.upper()}")

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
