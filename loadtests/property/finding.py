"""What a search found, as files: a script that any machine can read, curl lines, and a pytest file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.invariants import BY_ID
from loadtests.adapter import Adapter
from loadtests.operations import READ, Operation
from loadtests.property.curl_script import CurlScript
from loadtests.property.playing import Found
from wording import ExitCode, MashangError

FORMAT, VERSION = "property script", 1
SCRIPT, TEST = "script.json", "test_replay.py"


@dataclass(frozen=True, slots=True)
class Told:
    """A script as it is kept: the adapter's file as the user named it, changes of the policy, its operations."""

    adapter: str
    policy: dict[str, Any] | None
    operations: list[Operation]


def plain(found: Found, script: Sequence[Operation], *, repeats: bool) -> dict[str, Any]:
    """As plain values."""
    return {
        **asdict(found.difference),
        "invariant": found.invariant,
        "sentence": BY_ID[found.invariant].sentence,
        "operation": found.operation.type,
        "actor": found.operation.actor,
        "in_town": found.place < 0,
        "repeats": repeats,
        "steps": [asdict(each) for each in script],
    }


PYTEST = '''"""{type}: the engine answers {expected!r}, the target {got!r}.

Builds a town of its own on the target and tells it the steps of script.json beside this file. MASHANG_TARGET names
another address than the adapter's, MASHANG_ADAPTER another adapter file; secrets come from the environment.
"""

from pathlib import Path

from loadtests.property.again import play_again


def test_{name}() -> None:
    """Every answer to these steps is the engine's."""
    found = play_again(Path(__file__).parent)
    assert found is None, f"{{found.operation.type}}: {{found.difference}}"
'''


def write_finding(folder: Path, told: Told, found: Found, made: tuple[Adapter, Sequence[Operation], bool]) -> None:
    """All files of a finding; `made`: the adapter, the town, and whether the clock is driven."""
    adapter, town, driven = made
    folder.mkdir(parents=True, exist_ok=True)
    said: dict[str, Any] = {"mashang": FORMAT, "version": VERSION, "adapter": told.adapter, "policy": told.policy}
    said |= {"difference": asdict(found.difference), "operations": [asdict(each) for each in told.operations]}
    (folder / SCRIPT).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    name = found.operation.type.removeprefix(READ).replace(".", "_")
    text = PYTEST.format(
        type=found.operation.type, name=name, expected=found.difference.expected, got=found.difference.got
    )
    (folder / TEST).write_text(text, encoding="utf-8")
    files = CurlScript(adapter, driven=driven).files(town, told.operations, found)
    for file, content in files.items():
        (folder / file).write_text(content, encoding="utf-8")


def read_script(folder: Path) -> Told:
    """The script of a finding. Raises MashangError (2) for a folder without one, (3) for one that cannot be read."""
    path = folder / SCRIPT
    try:
        said: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "load.property.no_script", file=path) from wrong
    except ValueError as wrong:
        raise MashangError(ExitCode.CONTENT, "load.property.bad_script", file=path) from wrong
    try:
        known = (said["mashang"], said["version"]) == (FORMAT, VERSION)
        operations = [Operation(**each) for each in said["operations"]]
        told = Told(str(said["adapter"]), said["policy"], operations)
    except (KeyError, TypeError) as wrong:
        raise MashangError(ExitCode.CONTENT, "load.property.bad_script", file=path) from wrong
    if not known:
        raise MashangError(ExitCode.CONTENT, "load.property.bad_script", file=path)
    return told
