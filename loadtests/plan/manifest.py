"""The folder of a plan: `plan.json`, validated, and the two files of operations that it answers for.

`plan.json` holds a hash of each file, so that a plan that was cut off, mixed or edited is refused before anything is
sent. Nothing in it depends on the machine or the hour: one source and one seed give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from loadtests.operations import Operation, read_operations, write_operations
from wording import ExitCode, MashangError

PLAN_SCHEMA = "mashang-plan-1"
MANIFEST, TOWN_FILE, OPERATIONS_FILE = "plan.json", "town.jsonl.gz", "operations.jsonl.gz"
CHUNK_BYTES = 1 << 20
Amount = Annotated[int, Field(ge=0)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Strict(BaseModel):
    """Nothing is guessed and nothing is left over."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Origin(Strict):
    """Where the operations come from: a simulated day (`run`, `scenario`), the catalogue itself, or an adapter file."""

    kind: Literal["run", "scenario", "catalogue", "adapter"] = Field(description="what the plan was made from")
    scenario: str = Field("", description="name of the scenario")
    scale: float = Field(1.0, gt=0, description="people of the town over people of the scenario")
    head: str = Field("", description="last hash of the log, which names the run and all its luck")
    first_day: str = Field("", description="civil day at +08:00 on which the plan begins")
    days: Amount = Field(1, description="civil days that the operations come from")


class Expected(Strict):
    """What the reference engine answered when the plan was carried out in its order, one operation after the other."""

    accepted: Amount = Field(description="operations that were accepted")
    rejected: dict[str, Amount] = Field(description="operations that were rejected, by code")
    reads: Amount = Field(0, description="operations that change nothing")
    by_type: dict[str, dict[str, Amount]] = Field(description="answers by type; `ok` for accepted ones")
    town_refused: Amount = Field(0, description="commands of the town that were refused; what they were for is missing")
    same_as_source: Amount | None = Field(
        None, description="operations that got the answer of the simulation; null without a simulation"
    )
    differing: tuple[str, ...] = Field(
        (), description="the first ones that did not: number, type, answer there and here"
    )


class Manifest(Strict):
    """Everything about a plan but the operations themselves."""

    schema_name: Literal["mashang-plan-1"] = Field(alias="schema", description="what kind of file this is")
    profile: Literal["day", "hunt", "objects"] = Field(
        description="a simulated day, a hunt for bugs, or the objects of an adapter"
    )
    source: Origin = Field(description="where the operations come from")
    seed: Amount = Field(description="seed of the plan's own luck; keys carry it")
    start_s: Amount = Field(description="instant (seconds UTC) at which the plan begins: the `at_s` of 0")
    town_at: Amount = Field(description="instant of the first command of the town")
    span_s: Amount = Field(description="seconds of the town's time that the operations cover")
    speed: float = Field(gt=0, allow_inf_nan=False, description="seconds of the town's time in one second of load")
    rate: float = Field(ge=0, allow_inf_nan=False, description="operations a second, on average")
    town: str = Field(description="name of the town")
    town_commands: Amount = Field(description="commands of the town")
    operations: Amount = Field(description="operations of the plan")
    intents: dict[str, Amount] = Field(description="operations by why they are there")
    policy: dict[str, Any] = Field(
        description="policy under which the town begins, the whole document; the town changes what has to be changed"
    )
    expected: Expected = Field(description="what the reference engine answered")
    instants: dict[str, tuple[str, ...]] = Field(
        description="fields that hold instants, by command: a target with a wall clock has them shifted"
    )
    sha256: dict[str, Hash] = Field(description="hash of each file beside this one")

    @model_validator(mode="after")
    def _files(self) -> Manifest:
        if set(self.sha256) != {TOWN_FILE, OPERATIONS_FILE}:
            raise ValueError(f"sha256 must name {TOWN_FILE} and {OPERATIONS_FILE}")
        return self


def plan_schema() -> dict[str, Any]:
    """JSON Schema of plan.json."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        **dialect,
        **_without_defaults(Manifest.model_json_schema(by_alias=True)),
        "title": "mashang plan, version 1",
    }


def _without_defaults(found: Any) -> Any:
    """A plan is written whole; what an entry that was left out stands for concerns nobody who reads one."""
    if isinstance(found, dict):
        return {name: _without_defaults(part) for name, part in found.items() if name not in {"default", "title"}}
    return [_without_defaults(each) for each in found] if isinstance(found, list) else found


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that was read: what it says of itself, and its two files."""

    folder: Path
    manifest: Manifest

    def town(self) -> Iterator[Operation]:
        """The commands that come before."""
        return read_operations(self.folder / TOWN_FILE)

    def operations(self) -> Iterator[Operation]:
        """The operations in the order in which they are due."""
        return read_operations(self.folder / OPERATIONS_FILE)


def read_plan(folder: Path) -> Plan:
    """The plan in a folder; raises MashangError for what is none, or was cut off or changed."""
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        raise MashangError(ExitCode.USAGE, "load_plan.no_plan", folder=folder, name=MANIFEST, reason=reason) from wrong
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "-"
        raise MashangError(
            ExitCode.USAGE, "load_plan.not_ours", file=path, where=where, problem=first["msg"]
        ) from wrong
    for name, promised in manifest.sha256.items():
        _refuse_changed(folder / name, promised)
    return Plan(folder, manifest)


def _refuse_changed(path: Path, promised: str) -> None:
    try:
        found = hash_of(path)
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        raise MashangError(ExitCode.USAGE, "load_plan.no_file", file=path, reason=reason) from wrong
    if found != promised:
        raise MashangError(ExitCode.USAGE, "load_plan.changed", file=path, manifest=MANIFEST)


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_plan(folder: Path, before: Iterable[Operation], operations: Iterable[Operation], **told: Any) -> Manifest:
    """Write a plan, and the commands that come before it, into a folder that is there.

    `told` are the fields of the manifest that cannot be counted here.
    """
    intents: Counter[str] = Counter()

    def counted() -> Iterator[Operation]:
        for operation in operations:
            intents[operation.intent] += 1
            yield operation

    town_commands = write_operations(folder / TOWN_FILE, before)
    count = write_operations(folder / OPERATIONS_FILE, counted())
    manifest = Manifest.model_validate(
        {
            "schema": PLAN_SCHEMA,
            "town_commands": town_commands,
            "operations": count,
            "intents": dict(sorted(intents.items())),
            "sha256": {name: hash_of(folder / name) for name in (TOWN_FILE, OPERATIONS_FILE)},
            **told,
        }
    )
    text = json.dumps(manifest.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    return manifest
