"""A finding as shell scripts: the town, then the operations that show it, each as one line of curl.

Ids that the target makes are read out of its answers, as they come, so the scripts work on any fresh target.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from loadtests.audit.calls import Interpreter, Request
from loadtests.audit.closure import Written
from loadtests.audit.curl import quoted_word
from loadtests.operations import Operation
from loadtests.references import MADE, TOWN, Reference, reference_of, references_in, replaced

CURL = "curl -sS"
MOST_TOLD = 500
"""Commands of a town that a shell script tells; a larger one is told by the pytest file or by `mashang load run`."""
HEAD = """#!/bin/sh
# {id}: {sentence}
# Town: {town}. {told}
: "${{BASE:?address of a fresh target, for example http://127.0.0.1:8000}}"
MADE=$(mktemp -d)
trap 'rm -rf "$MADE"' EXIT
made() {{ grep -o "\\"$2\\" *: *\\"[^\\"]*\\"" "$MADE/$1" | head -n 1 | cut -d '"' -f 4; }}
"""
TOLD = "Its commands are in town.sh beside this file, which this script runs first."
UNTOLD = "It is large: give it with `mashang load run --plan` of this folder, or let replay_test.py do so."
SOURCE = '. "$(dirname "$0")/town.sh"'


@dataclass
class Shell:
    """Lines of a shell script in the making; `prefix` keeps the names of town and script apart."""

    interpreter: Interpreter
    prefix: str
    wanted: set[Reference]
    lines: list[str] = field(default_factory=list)
    actors: dict[str, str] = field(default_factory=dict)

    def tell(self, wave: Sequence[Operation]) -> None:
        """Operations that go out together; then what later lines name of their answers is read."""
        for operation in wave:
            self._login(operation.actor)
        for operation in wave:
            line = f"{self._line(operation)}{self._kept(operation.n)}"
            self.lines.append(f"({line}) &" if len(wave) > 1 else line)
        if len(wave) > 1:
            self.lines.append("wait")
        numbers = {operation.n for operation in wave}
        for each in sorted(self.wanted):
            if each.source == self.prefix and each.n in numbers:
                self.lines.append(f"{variable(each)}=$(made {self.prefix}-{each.n} {each.field})")

    def _login(self, actor: str) -> None:
        if actor in self.actors:
            return
        self.actors[actor] = f"{self.prefix.upper()}_TOKEN_{len(self.actors)}"
        asked = self.interpreter.credential(actor)
        if asked is not None:
            read = 'sed -n \'s/.*"token" *: *"\\([^"]*\\)".*/\\1/p\''
            self.lines.append(f"{self.actors[actor]}=$({curl(asked, '')} | {read})  # {actor}")

    def _line(self, operation: Operation) -> str:
        named = replace(operation, data=replaced(operation.data, _variable))
        return curl(self.interpreter.request(named), f"${self.actors[operation.actor]}")

    def _kept(self, n: int) -> str:
        if any(each.source == self.prefix and each.n == n for each in self.wanted):
            return f' | tee "$MADE/{self.prefix}-{n}"' if self.prefix == MADE else f' > "$MADE/{self.prefix}-{n}"'
        return "" if self.prefix == MADE else " > /dev/null"


def variable(reference: Reference) -> str:
    """The shell's name of what an operation made."""
    return f"{reference.source.upper()}_{reference.n}_{reference.field.upper()}"


def _variable(text: str) -> str:
    found = reference_of(text)
    return text if found is None else f"${{{variable(found)}}}"


def curl(request: Request, token: str) -> str:
    """One request; `{token}` and `{secret}` in its headers become variables of the shell."""
    parts = [CURL, "-X", request.method]
    for name, value in request.headers.items():
        filled = value.replace("{token}", token).replace("{secret}", "$SECRET")
        parts += ["-H", quoted_word(f"{name}: {value}") if filled == value else f'"{name}: {filled}"']
    if request.body is not None:
        body = json.dumps(request.body, ensure_ascii=False)
        parts += ["-H", '"Content-Type: application/json"', "--data", quoted_word(body)]
    return " ".join([*parts, f'"$BASE"{quoted_word(request.path)}'])


def scripts(
    written: Written, interpreter: Interpreter, town: Sequence[Operation], head: dict[str, str]
) -> dict[str, str]:
    """`replay.sh` and, where the town is small enough, `town.sh`; texts by name of file."""
    told = len(town) <= MOST_TOLD
    wanted = {each for operation in (*town, *written.operations) for each in references_in(operation.data)}
    lines = [HEAD.format(told=TOLD if told else UNTOLD, **head), *([SOURCE] if told and town else [])]
    shell = Shell(interpreter, MADE, wanted, lines)
    for wave in written.waves:
        shell.tell(wave)
        shell.lines.append("echo")
    found = {"replay.sh": "\n".join([*shell.lines, ""])}
    if told and town:
        found["town.sh"] = _town(town, interpreter, wanted)
    return found


def _town(town: Iterable[Operation], interpreter: Interpreter, wanted: set[Reference]) -> str:
    shell = Shell(interpreter, TOWN, wanted, ["# The town of replay.sh, which runs this file."])
    for operation in town:
        shell.tell([operation])
    return "\n".join([*shell.lines, ""])
