"""A target as a property test sees it: what it serves of the catalogue, the town, who plays scripts on it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import Policy
from engine.catalogue import COMMANDS
from engine.views.catalogue import READS
from loadtests.adapter import Adapter, AdapterTarget
from loadtests.adapter.reading import Unset
from loadtests.generator.door import Door
from loadtests.generator.settings import Settings
from loadtests.operations import READ, Operation
from loadtests.property.machine import Leading
from loadtests.property.playing import Player
from loadtests.property.town import CHANGE, wanted_policy
from loadtests.property.visiting import Guard
from wording import ExitCode, MashangError


@dataclass(frozen=True, slots=True)
class Target:
    """`leading` says what scripts are made of, `player` plays them, `town` comes before each of them."""

    adapter: Adapter
    leading: Leading
    player: Player
    town: list[Operation]


def target_of(adapter: Adapter, guard: Guard, changes: Mapping[str, Any] | None, only: str = "") -> Target:
    """Ready to play; `changes`: what the target's policy has otherwise than the published one, None: it is told.

    `only` narrows scripts to the commands of a subject, or of one type. Raises MashangError (2) for an adapter that
    serves no command of the catalogue.
    """
    served = tuple(kind for kind in COMMANDS if kind.actors and adapter.entry(kind.type) is not None)
    kinds = tuple(kind for kind in served if not only or only in (kind.type, kind.type.partition(".")[0]))
    if not kinds:
        raise MashangError(ExitCode.USAGE, "load.property.no_commands")
    reads = tuple(read for read in READS if adapter.entry(f"{READ}{read.name}") is not None)
    compiling = AdapterTarget(adapter, Unset())
    for kind in (*(each.type for each in kinds), *(f"{READ}{each.name}" for each in reads)):
        compiling.steps(kind)  # a template that cannot be read is refused here
    told = any(kind.type == CHANGE for kind in served)
    policy = wanted_policy(changes if changes is not None or told else {})
    leading = Leading(kinds, reads, policy, lambda _script: None, tells_policy=told)
    town = leading.script().town
    player = Player(adapter, guard, Policy() if told else policy, town)
    return Target(adapter, leading, player, town)


def run_id() -> str:
    """What a run calls itself on the target, so that nothing of an earlier one is in its way."""
    return format(int(time.time() * 1_000), "x")


def guard_of(settings: Settings) -> Guard:
    """The way to the target of the settings, within their limits; raises MashangError for where no test may go."""
    return Guard(settings, Door(settings.endpoint(), settings.timeout_s))
