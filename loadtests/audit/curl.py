"""Operations of a run as curl lines, filled with what the answers of the run gave to later steps."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from loadtests.adapter import AdapterTarget, StepRequest
from loadtests.audit.named import NAMED
from loadtests.history import Exchange
from loadtests.operations import Operation

TOKEN = "TOKEN"  # noqa: S105 - the name of a shell variable


def curl_lines(by: AdapterTarget, operation: Operation, exchanges: Sequence[Exchange]) -> list[str]:
    """One line a step that was sent, or all of them if none was."""
    steps = by.steps(operation.type)
    outputs = {each.step: by.outputs(operation.type, each) for each in exchanges if each.step in steps}
    named = {step: outputs.get(step) or NAMED["steps"].get(step) for step in steps}
    sent = [step for step in steps if step in outputs] or steps
    return [_line(by.request(operation, step, NAMED["account"], named)) for step in sent]


def _line(request: StepRequest) -> str:
    parts = ["curl -sS -X", request.method]
    for name, value in request.headers:
        parts += ["-H", quoted_word(f"{name}: {value}".replace("{token}", f"${{{TOKEN}}}"))]
    if request.body:
        parts += ["--data", quoted_word(request.body.decode(errors="replace"))]
    return " ".join([*parts, f'"$BASE"{quoted_word(request.path)}'])


def quoted_word(text: str) -> str:
    """Text as one word of the shell, in which `${NAME}` stays a variable."""
    if "${" not in text:
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
    return f'"{escaped}"'
