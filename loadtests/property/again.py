"""A script once more on the live target: what the pytest file of a finding calls."""

from __future__ import annotations

import os
from pathlib import Path

from loadtests.adapter import read_adapter
from loadtests.generator.settings import Settings
from loadtests.property.finding import read_script
from loadtests.property.playing import Found
from loadtests.property.target import guard_of, run_id, target_of

TARGET, ADAPTER, ALLOWED = "MASHANG_TARGET", "MASHANG_ADAPTER", "MASHANG_ALLOW_HOST"


def play_again(folder: Path) -> Found | None:
    """What the script in a folder shows on its target now, None if every answer is the engine's.

    MASHANG_TARGET, MASHANG_ADAPTER and MASHANG_ALLOW_HOST stand for another address, another adapter file, and a host
    that is neither loopback nor private. Raises MashangError.
    """
    told = read_script(folder)
    file = os.environ.get(ADAPTER) or told.adapter
    given = {"adapter": file, "host": os.environ.get(TARGET), "allow_host": os.environ.get(ALLOWED)}
    settings = Settings.read({**given, "run_id": run_id()})
    target = target_of(read_adapter(Path(file)), guard_of(settings), told.policy)
    return target.player.play(told.operations)
