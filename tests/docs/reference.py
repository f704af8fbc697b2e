"""The pages of docs/reference, derived from the code: `python -m tests.docs.reference` writes them anew."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin, get_type_hints

from engine import Policy
from engine.administration import DEADLINES
from engine.catalogue import COMMANDS
from engine.contract import codes
from engine.district.ledger import ACCOUNTS
from engine.export import MOVES
from engine.invariants import INVARIANTS
from engine.kernel.command import PERSONAL_FIELDS
from engine.kernel.event import EVENTS, Event
from engine.policy import provenance
from engine.views.catalogue import READS
from tests.docs.reading import CODE, document
from tests.style.sources import ROOT

FOLDER = ROOT / "docs" / "reference"
WRITTEN = "Written by `python -m tests.docs.reference` from the code; do not edit."


def first_line(text: str | None) -> str:
    """The first sentence of a docstring, fit for a cell of a table."""
    return " ".join((text or "").strip().split("\n\n")[0].split()).replace("|", "\\|")


def kind_of(hint: Any) -> str:
    """A type as a reader of the wire sees it."""
    marks = getattr(hint, "__metadata__", ())
    patterns = [found for found in (getattr(mark, "pattern", None) for mark in marks) if found]
    plain = get_args(hint)[0] if marks else hint
    if patterns and "_[" in patterns[0]:
        return f"id `{patterns[0].removeprefix('^').partition('_')[0]}_`"
    if getattr(plain, "__metadata__", ()):
        return kind_of(plain)
    parts = get_args(plain)
    if get_origin(plain) is tuple:
        return f"list of {kind_of(parts[0])}" if parts[-1] is Ellipsis else " and ".join(map(kind_of, parts))
    if type(None) in parts:
        return f"{' or '.join(kind_of(each) for each in parts if each is not type(None))}, or null"
    if parts:
        return ", ".join(f"`{each}`" for each in parts)
    return {int: "whole number", str: "text", bool: "true or false"}.get(plain, str(plain))


def fields(kind: Any) -> Iterator[tuple[str, str]]:
    """Names of fields with their types."""
    hints = get_type_hints(kind, include_extras=True)
    yield from ((name, kind_of(hints[name])) for name in kind.__dataclass_fields__)


def commands_page() -> str:
    """Every command: who may give it, fields, codes in order of precedence."""
    lines = ["# Commands", "", WRITTEN, "", "Codes stand in order of precedence. Sealed fields go to the vault."]
    for command in COMMANDS:
        lines += ["", f"## `{command.type}`", "", first_line(command.__doc__), ""]
        lines.append(f"- Actors: {', '.join(f'`{each}`' for each in command.actors) or 'the engine alone'}")
        for name, kind in fields(command):
            sealed = " (sealed)" if f"{command.type}.{name}" in PERSONAL_FIELDS else ""
            lines.append(f"- Field `{name}`: {kind}{sealed}")
        lines.append(f"- Codes: {', '.join(f'`{each.name}`' for each in command.codes) or 'none of its own'}")
    return "\n".join(lines) + "\n"


def reads_page() -> str:
    """Every read: what it answers, parameters, who may ask."""
    lines = ["# Reads", "", WRITTEN, "", "| Read | Answer | Parameters | Actors | Codes |", "|---|---|---|---|---|"]
    for read in READS:
        asked = ", ".join(f"`{name}`: {kind}" for name, kind in fields(read.parameters)) or "–"
        answers = ", ".join(f"`{each.name}`" for each in read.codes) or "–"
        lines.append(f"| `{read.name}` | {read.meaning} | {asked} | {', '.join(read.actors)} | {answers} |")
    return "\n".join(lines) + "\n"


def codes_page() -> str:
    """Every code in order of precedence, with the commands that answer it."""
    said: dict[str, list[str]] = defaultdict(list)
    for command in COMMANDS:
        for code in command.codes:
            said[code.name].append(f"`{command.type}`")
    lines = ["# Codes", "", WRITTEN, "", "| Class | Code | Meaning | Answered by |", "|---|---|---|---|"]
    for code in codes():
        by = "any door" if code.door else ", ".join(said[code.name]) or "every command"
        lines.append(f"| {code.precedence.value} | `{code.name}` | {code.meaning} | {by} |")
    return "\n".join(lines) + "\n"


def events_page() -> str:
    """Every event: what it says, fields, the state that it leads to, what it posts."""
    lines = ["# Events", "", WRITTEN]
    for name in sorted(EVENTS):
        kind = EVENTS[name]
        lines += ["", f"## `{name}`", "", first_line(kind.__doc__), ""]
        lines += [f"- Field `{field}`: {told}" for field, told in fields(kind)] or ["- No field"]
        if name in MOVES:
            field, state = MOVES[name]
            lines.append(f"- Moves `{field}` to {state if isinstance(state, str) else 'a state that follows from it'}")
        posted = postings(kind)
        lines += [f"- Posts {', '.join(f'`{each}`' for each in posted)}"] if posted else []
    return "\n".join(lines) + "\n"


def postings(kind: type[Event]) -> list[str]:
    """Pairs of accounts between which an event may move value, as its code names them.

    A posting may be made by a function that the event calls; `turned` exchanges the two accounts.
    """
    if kind.postings is Event.postings:
        return []
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind.postings)))
    names = vars(importlib.import_module(kind.__module__))
    words = [each.func.id for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
    called = [names[word] for word in words if _is_ours(names.get(word))]
    trees = [tree, *(ast.parse(textwrap.dedent(inspect.getsource(each))) for each in called if each.__name__ != TURNED)]
    pairs = [pair for each in trees for pair in _pairs(each, names)]
    if any(each.__name__ == TURNED for each in called):
        pairs = [(other, one) for one, other in pairs]
    return list(dict.fromkeys(f"{ACCOUNTS[one][0]} {ACCOUNTS[one][1]} > {ACCOUNTS[other][1]}" for one, other in pairs))


TURNED = "turned"


def _is_ours(found: Any) -> bool:
    return inspect.isfunction(found) and found.__module__.startswith("engine.")


def _pairs(tree: ast.AST, names: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Accounts of the tuples of five in a piece of code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 5:
            ends = [names.get(each.id) for each in (node.elts[0], node.elts[2]) if isinstance(each, ast.Name)]
            if len(ends) == 2 and all(isinstance(each, int) for each in ends):
                yield ends[0], ends[1]  # type: ignore[misc]


def machines_page() -> str:
    """Every state machine, drawn, with what moves it."""
    drawn: dict[str, list[str]] = defaultdict(list)
    for machine, origins, targets, by in document("docs/domain.md").rows(r"`\w+_EDGES`"):
        label = ", ".join(CODE.findall(by)) or by
        for origin in origins.split(", "):
            for target in targets.split(", "):
                drawn[machine.strip("`")].append(f"    {'[*]' if origin == '–' else origin} --> {target} : {label}")
    lines = ["# State machines", "", WRITTEN, "", "Names in small letters are deadlines."]
    for machine in sorted(drawn):
        title = machine.removesuffix("_EDGES").replace("_", " ").capitalize()
        lines += ["", f"## {title}", "", "```mermaid", "stateDiagram-v2", *drawn[machine], "```"]
    return "\n".join(lines) + "\n"


def accounts_page() -> str:
    """Every account with the events that post from it and to it."""
    source: dict[str, list[str]] = defaultdict(list)
    target: dict[str, list[str]] = defaultdict(list)
    for name in sorted(EVENTS):
        for pair in postings(EVENTS[name]):
            ledger, one, _, other = pair.split(" ")
            source[f"{ledger} {one}"].append(f"`{name}`")
            target[f"{ledger} {other}"].append(f"`{name}`")
    lines = [
        "# Accounts and postings",
        "",
        WRITTEN,
        "",
        "What each account holds stands in [A7](../domain.md#a7-accounts-and-postings).",
        "",
    ]
    lines += ["| Ledger | Account | Moved from by | Moved to by |", "|---|---|---|---|"]
    for ledger, account in ACCOUNTS:
        key = f"{ledger} {account}"
        taken, given = (", ".join(dict.fromkeys(each[key])) or "–" for each in (source, target))
        lines.append(f"| {ledger} | `{account}` | {taken} | {given} |")
    return "\n".join(lines) + "\n"


def invariants_page() -> str:
    """Every invariant with its level of evidence; where it cannot be checked, why."""
    lines = ["# Invariants", "", WRITTEN, "", "How they are looked at stands in [invariants.md](../invariants.md).", ""]
    lines += ["| Id | Sentence | Evidence | Not checkable |", "|---|---|---|---|"]
    for each in INVARIANTS:
        sentence = each.sentence.replace("*", "\\*")
        lines.append(f"| {each.id} | {sentence} | {each.level} | {each.absent or '–'} |")
    return "\n".join(lines) + "\n"


def policy_page() -> str:
    """Every number that a planner may turn, with unit, meaning, source and status."""
    lines = [
        "# Numbers of the policy",
        "",
        WRITTEN,
        "",
        "| Number | Value | Unit | Meaning | Source | Status |",
        "|---|---|---|---|---|---|",
    ]
    for row in provenance(Policy()):
        value = str(row.value).lower() if isinstance(row.value, bool) else row.value
        told = [f"`{row.path}`", str(value) or "–", row.unit, row.meaning, row.source, row.status]
        lines.append(f"| {' | '.join(each.replace('|', chr(92) + '|') for each in told)} |")
    return "\n".join(lines) + "\n"


def deadlines_page() -> str:
    """Every kind of deadline with what follows from it."""
    lines = [
        "# Deadlines",
        "",
        WRITTEN,
        "",
        "Of one instant they fire in this order.",
        "",
        "| Deadline | What follows |",
        "|---|---|",
    ]
    for kind in sorted(DEADLINES):
        told = re.sub(r"^Deadline `\w+`: ", "", first_line(DEADLINES[kind].__doc__))
        lines.append(f"| `{kind}` | {told[:1].upper()}{told[1:]} |")
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "reads.md": reads_page,
    "codes.md": codes_page,
    "events.md": events_page,
    "state_machines.md": machines_page,
    "accounts.md": accounts_page,
    "invariants.md": invariants_page,
    "policy.md": policy_page,
    "deadlines.md": deadlines_page,
}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, write in PAGES.items():
        (FOLDER / name).write_text(write(), encoding="utf-8")
