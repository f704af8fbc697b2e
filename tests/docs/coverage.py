"""The page docs/coverage.md: `python -m tests.docs.coverage` writes it anew.

A command belongs to the capabilities that its own docstring names (`F09`), or else to those of its module's; so does a
read by the docstring of its views. The invariants of a row are those whose watchers look at an event that its modules
make, and those that the docstring of the acceptance test names.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from functools import cache
from types import ModuleType
from typing import Any

import engine
import tests.acceptance
from engine import new_engine
from engine.catalogue import COMMANDS
from engine.invariants import INVARIANTS, attach
from engine.kernel.event import Event
from tests.acceptance.capabilities import CAPABILITIES, MISSING
from tests.style.sources import ROOT

FILE = ROOT / "docs" / "coverage.md"
CAPABILITY = re.compile(r"\bF[0-4][0-9]\b")
INVARIANT = re.compile(r"\b[STHLP][0-9]{2}\b")
OPERATING = ("clock.", "policy.", "vault.")  # running the platform serves every capability
EVERYWHERE = {"S13", "S27", "T01", "T03", "T24", "H01", "H03"}  # looked at for every subject
HEAD = """# Coverage

What the platform does, by capability: the commands that serve it, the invariants that look at it, and the acceptance
test that shows its example end to end. Written by `python -m tests.docs.coverage`; do not edit. State machines,
numbering, personal values and policy versions (T01, T03, T24, H01, H03, S13, S27) are looked at for every row.

| Id | Capability | Commands | Invariants | Acceptance test |
|---|---|---|---|---|
"""


def named(text: str | None) -> set[str]:
    """Capabilities that a docstring names."""
    return set(CAPABILITY.findall(text or ""))


def capabilities_of(command: Any) -> set[str]:
    """Capabilities that a command serves."""
    return named(command.__doc__) or named(importlib.import_module(command.__module__).__doc__)


@cache
def commands() -> dict[str, list[str]]:
    """Wire names of the commands of each capability, in the order of the catalogue."""
    found: dict[str, list[str]] = defaultdict(list)
    for command in COMMANDS:
        for capability in capabilities_of(command):
            found[capability].append(command.type)
    return found


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the engine."""
    walked = pkgutil.walk_packages(engine.__path__, "engine.")
    return tuple(importlib.import_module(each.name) for each in walked)


@cache
def acceptance() -> dict[str, ModuleType]:
    """The acceptance test of each capability that has one."""
    names = [each.name for each in pkgutil.iter_modules(tests.acceptance.__path__) if each.name.startswith("test_f")]
    found = {name: importlib.import_module(f"tests.acceptance.{name}") for name in names}
    return {name.removeprefix("test_").upper(): module for name, module in found.items()}


@cache
def watched() -> dict[str, set[str]]:
    """By event type: the invariants whose watchers look at it."""
    found: dict[str, set[str]] = defaultdict(set)
    for watcher in attach(new_engine(), operated=True).watchers:
        for wire in watcher.looks():
            found[wire] |= set(watcher.checked()) - EVERYWHERE
    return found


def invariants(capability: str) -> list[str]:
    """Ids of the invariants that look at a capability, in the order of their catalogue."""
    found: set[str] = set()
    for module in modules():
        serving = [each for each in COMMANDS if each.__module__ == module.__name__]
        if any(capability in capabilities_of(each) for each in serving):
            for made in vars(module).values():
                if inspect.isclass(made) and issubclass(made, Event) and made is not Event:
                    found |= watched().get(made.type, set())
    if capability in acceptance():
        found |= set(INVARIANT.findall(acceptance()[capability].__doc__ or ""))
    return [each.id for each in INVARIANTS if each.id in found and not each.absent]


def row(capability: str) -> str:
    """One line of the table."""
    chinese, english = CAPABILITIES[capability]
    shown = [
        capability,
        f"{chinese} · {english}",
        ", ".join(f"`{each}`" for each in commands().get(capability, [])) or "–",
        ", ".join(invariants(capability)) or "–",
        f"[test_{capability.lower()}](../tests/acceptance/test_{capability.lower()}.py)"
        if capability in acceptance()
        else "missing",
    ]
    return f"| {' | '.join(shown)} |"


def page() -> str:
    """The whole page."""
    shown = len(CAPABILITIES) - len(MISSING)
    lines = [row(each) for each in CAPABILITIES]
    return f"{HEAD}{chr(10).join(lines)}\n\n{shown} of {len(CAPABILITIES)} are shown by an acceptance test.\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
