"""The same bugs by other means: property tests, a fuzzer that knows the OpenAPI document alone, and statuses alone.

A case is one tool, one bug and one seed, on a fresh deployment.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from loadtests.adapter import read_adapter
from loadtests.bugs import Bug
from loadtests.detection.case import HUNT, hunt
from loadtests.detection.inside_door import InsideDoor
from loadtests.detection.live import live
from loadtests.detection.playing import play, room, settle, with_marks
from loadtests.generator.door import Door
from loadtests.generator.endpoint import endpoint
from loadtests.generator.settings import Settings
from loadtests.generator.target import Request
from loadtests.operations import Operation

TOOLS = ("property", "schemathesis", "statuses")
EXAMPLES, STEPS = 60, 20
OPERATIONS, SECONDS = 6_000, 600
SECRET = "MASHANG_SECRET"  # noqa: S105 - the name of a variable
SERVER_ERROR = 500
FUZZED = 3
"""Examples a route; each route has many more of the coverage phase."""
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "missing_required_header", "unsupported_method",
    "allow_header_conformance", "ignored_auth",
)  # fmt: skip
"""All that judge an answer by the document."""


@dataclass(slots=True)
class Seen:
    """What a tool saw of a bug: after how many operations, by which invariant, in how many steps, and its words."""

    tool: str
    bug: str
    kind: str
    seed: int
    found: bool = False
    operations: int = 0
    invariant: str = ""
    right: bool = False
    script: int | None = None
    steps: list[str] = field(default_factory=list)
    why: str = ""
    seconds: float = 0.0
    revision: str = ""

    def line(self) -> str:
        """As one line of a file of results."""
        return json.dumps(asdict(self), ensure_ascii=False)


def run_tool(tool: str, bug: Bug | None, seed: int, plans: Path) -> Seen:
    """One case."""
    seen = Seen(tool, bug.name if bug else "-", bug.kind if bug else "-", seed)
    began = time.monotonic()
    if tool == "statuses":
        _statuses(seen, bug, plans)
    elif tool == "schemathesis":
        _schemathesis(seen, bug)
    else:
        _property(seen, bug)
    seen.seconds = round(time.monotonic() - began, 1)
    return seen


def _property(seen: Seen, bug: Bug | None) -> None:
    """What `mashang load property` does, on a deployment inside this process."""
    from loadtests.property.searching import Effort, Search  # noqa: PLC0415 - Hypothesis is loaded where it is used
    from loadtests.property.target import run_id, target_of  # noqa: PLC0415 - as above
    from loadtests.property.visiting import Guard  # noqa: PLC0415 - as above

    given = {"adapter": "reference", "run_id": run_id(), "max_ops": OPERATIONS, "max_seconds": SECONDS}
    with tempfile.TemporaryDirectory(prefix="detection-", dir=room()) as folder:
        door = InsideDoor(Path(folder), bug)
        os.environ[SECRET] = door.secret
        try:
            target = target_of(read_adapter(Path("reference")), Guard(Settings.read(given), door), None)
            search = Search(target.player, target.leading)
            search.run(Effort(EXAMPLES, STEPS, seen.seed, shrink_plays=0))
        finally:
            del os.environ[SECRET]
            door.end()
    seen.operations = search.found_after or target.player.counts.operations
    found = search.found
    if found is None:
        return
    seen.found, seen.invariant, seen.script = True, found.invariant, len(search.script)
    seen.right = bug is not None and found.invariant in bug.breaks
    seen.why = f"{found.operation.type} {found.difference.what} {found.difference.where}".strip()
    seen.steps = [f"{each.at_s} {each.actor} {each.type}" for each in search.script]


def _schemathesis(seen: Seen, bug: Bug | None) -> None:
    """The fuzzer of schemathesis.io as an officer: every route of the OpenAPI document, every check of an answer."""
    with live(bug) as deployment:
        told = json.dumps({"actor": "officer:off_1"}).encode()
        headers = (("Authorization", f"Bearer {deployment.secret}"),)
        token = Door(endpoint(deployment.url)).ask(Request("POST", "/v1/tokens", headers, told)).body
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{deployment.url}/openapi.json"]
        command += ["--header", f"Authorization: Bearer {json.loads(token)['token']}", "--checks", ",".join(CHECKS)]
        command += ["--seed", str(seen.seed), "--max-examples", str(FUZZED), "--phases", "coverage,fuzzing"]
        command += ["--generation-database", "none", "--request-timeout", "60", "--no-color"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - as it is written
    seen.found = done.returncode != 0
    seen.why = next((line for line in done.stdout.splitlines() if line.startswith("- ")), "")
    counted = re.search(r"(\d+) generated", done.stdout)
    seen.operations = int(counted[1]) if counted else 0


def _statuses(seen: Seen, bug: Bug | None, plans: Path) -> None:
    """A hunt, of which only the statuses are looked at: an error of the server is what gives a bug away."""
    stage, operations = hunt(plans, seen.seed * 100)
    settle()
    with play(stage, bug, with_marks(operations)) as made:
        lines: list[dict[str, Any]] = [json.loads(line) for each in made.inside.lines.values() for line in each]
    seen.operations = min(HUNT, sum(isinstance(each, Operation) for each in operations))
    wrong = next((each for each in lines if each["status"] >= SERVER_ERROR), None)
    seen.found = wrong is not None
    seen.why = f"status {wrong['status']}" if wrong is not None else ""
