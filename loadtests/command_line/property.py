"""`mashang load property`: random scripts on a live target, each answer beside the engine's.

Exits 0 all the same, 1 a difference, 5 no target, 6 nothing could be compared, 130 interrupted.
"""

from __future__ import annotations

import json
from pathlib import Path

from loadtests.property.result import lines
from loadtests.property.running import Wanted, made_ready, tested
from loadtests.property.searching import Effort
from wording import ExitCode, MashangError, Wording

EXAMPLES, STEPS, SEED = 50, 20, 1
EXIT = {"same": ExitCode.FINE, "different": ExitCode.FINDINGS}


def run(
    *,
    adapter: Path,
    target: str | None,
    max_examples: int | None,
    steps: int | None,
    seed: int | None,
    policy: Path | None,
    accounts: Path | None,
    max_ops: int | None,
    max_seconds: int | None,
    allow_host: list[str] | None,
    out: Path | None,
    as_json: bool,
    wording: Wording,
) -> int:
    """Search, shorten what was found, and write it down."""
    settings = {"host": target, "accounts": str(accounts or ""), "allow_host": ",".join(allow_host or [])}
    limits = {"max_ops": max_ops, "max_seconds": max_seconds}
    ready = made_ready(Wanted(str(adapter), {**settings, **limits}, policy, out))
    if not as_json:
        print(
            wording.text("load.property.started", url=ready.url, commands=len(ready.target.leading.kinds)), flush=True
        )
    said = tested(ready, Effort(max_examples or EXAMPLES, steps or STEPS, SEED if seed is None else seed))
    print(json.dumps(said, ensure_ascii=False, indent=1) if as_json else "\n".join(lines(said, wording)))
    if not as_json:
        print(wording.text("load.property.written", folder=ready.folder))
    if said["interrupted"]:
        raise MashangError(ExitCode.INTERRUPTED, "cli.interrupted")
    return EXIT.get(said["verdict"], ExitCode.INVALID_LOAD)
