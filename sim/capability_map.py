"""Which commands serve which capability of the platform, as their docstrings say (`F09`), or else their modules'."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from engine.catalogue import COMMANDS

CAPABILITIES = tuple(f"F{number:02d}" for number in range(1, 42))
WITHOUT_COMMAND = ("F05", "F40", "F41")
"""The platform as a whole, what everybody can see of it, and what comes of all: no command is theirs alone."""
NAMED = re.compile(r"\bF[0-4][0-9]\b")


@cache
def commands_by_capability() -> Mapping[str, tuple[str, ...]]:
    """Wire names of the commands of each capability, in the order of the catalogue."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for command in COMMANDS:
        own = set(NAMED.findall(command.__doc__ or ""))
        for capability in own or set(NAMED.findall(sys.modules[command.__module__].__doc__ or "")):
            found[capability].append(command.type)
    return {capability: tuple(found[capability]) for capability in CAPABILITIES}
