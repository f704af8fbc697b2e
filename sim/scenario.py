"""A scenario: policy, population, calendar, behaviour, horizon and seed, from one validated TOML file.

Every figure says where it comes from (`sim.sourced`); the numbers of the policy bring their own provenance and are
named only where a scenario turns them. A file may extend another; a bare value then replaces the figure's value and is
marked as assumed by that file. Later sources win: base file, file, `MASHANG_SET_...`, `--set`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError, model_validator

from engine import Policy
from engine.policy import provenance as policy_provenance
from sim.behaviour.answering import AnsweringBehaviour, ReadingBehaviour, VotingBehaviour
from sim.behaviour.binding import BindingBehaviour
from sim.behaviour.reporting import HandlingBehaviour, RatingBehaviour, ReportingBehaviour
from sim.behaviour.shopping import ShoppingBehaviour
from sim.board_calendar import BoardParameters
from sim.population.parameters import PopulationParameters
from sim.profiles import ProfileParameters, day_of
from sim.sourced import Parameters, Provenance, read_section, sourced

BUNDLED = Path(__file__).parent / "scenarios"
BASELINE = "kangbashi_2022"
SCHEMA_VERSION = 1
LONGEST_DAYS = 3_660  # ten years: beyond it a slip of the keyboard is likelier than a plan


class ScenarioError(ValueError):
    """What is wrong with a scenario, in one sentence that says what to do."""


class HorizonParameters(Parameters):
    """The section `[horizon]`."""

    launch_date: dt.date = sourced("date", "First day of the platform; binding starts here.")
    as_of_date: dt.date = sourced("date", "Last day simulated: the day of the published totals.")
    seed: int = sourced("seed", "Seed of the run: names all its luck.", ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = (self.as_of_date - self.launch_date).days + 1
        if days < 1:
            raise ValueError(f"as_of_date {self.as_of_date} lies before launch_date {self.launch_date}: give a later one")
        if days > LONGEST_DAYS:
            raise ValueError(f"the horizon is {days} days long: give at most {LONGEST_DAYS}")
        return self


class Behaviour(Parameters):
    """The section `[behaviour]`."""

    binding: BindingBehaviour
    answering: AnsweringBehaviour
    voting: VotingBehaviour
    reading: ReadingBehaviour
    reporting: ReportingBehaviour
    handling: HandlingBehaviour
    rating: RatingBehaviour
    shopping: ShoppingBehaviour


SECTIONS: dict[str, type[Parameters]] = {
    "horizon": HorizonParameters,
    "board": BoardParameters,
    "population": PopulationParameters,
    "profiles": ProfileParameters,
    "behaviour": Behaviour,
}
POLICY_SECTIONS = tuple(name for name in Policy.__dataclass_fields__ if name not in ("version", "effective_from"))
HEADER = ("schema_version", "name", "title_zh", "title_en", "extends")


@dataclass(frozen=True)
class Scenario:
    """A validated scenario."""

    name: str
    title: Mapping[str, str]
    horizon: HorizonParameters
    board: BoardParameters
    population: PopulationParameters
    profiles: ProfileParameters
    behaviour: Behaviour
    policy: Policy
    provenance: tuple[Provenance, ...]
    document: Mapping[str, Any]
    origins: Mapping[str, str]

    @property
    def first_day(self) -> int:
        """Civil day of the launch."""
        return day_of(self.horizon.launch_date)

    @property
    def days(self) -> int:
        """Days of the horizon, both ends included."""
        return day_of(self.horizon.as_of_date) - self.first_day + 1

    @property
    def sha256(self) -> str:
        """Hash of everything that a run rests on."""
        return hashlib.sha256(json.dumps(self.document, sort_keys=True, default=str).encode()).hexdigest()


def load_scenario(name: str = BASELINE, settings: Iterable[str] = (), seed: int | None = None) -> Scenario:
    """A scenario by bundled name or path, with `key=value` settings applied.

    Raises FileNotFoundError for a missing file, ScenarioError with one sentence for anything wrong in it.
    """
    document, origins = _read(find(name), ())
    for setting in (*settings, *([f"horizon.seed={seed}"] if seed is not None else [])):
        key, _, text = setting.partition("=")
        _overlay(document, _nest(key.strip(), _value(text.strip())), "--set", origins)
    return build(document, origins)


def find(name: str) -> Path:
    """The file of a scenario: a path, or the name of a bundled one."""
    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return path
    return BUNDLED / f"{name}.toml"


def bundled_names() -> list[str]:
    """Names of the scenarios that come with the project."""
    return sorted(path.stem for path in BUNDLED.glob("*.toml"))


def _read(path: Path, above: tuple[Path, ...]) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ScenarioError(f"{path.name} is not TOML: {str(wrong).splitlines()[0]}.") from wrong
    base = found.get("extends")
    if base is None:
        return found, _leaves(found, path.name)
    if not isinstance(base, str):
        raise ScenarioError(f"extends in {path.name} must name a scenario or a file, not {base!r}.")
    beside = path.parent / f"{base.removesuffix('.toml')}.toml"
    parent = beside if beside.exists() else find(base)
    if parent in above or parent == path:
        raise ScenarioError(f"{path.name} extends itself through {base}: remove one of the two lines.")
    if not parent.exists():
        raise ScenarioError(f"{path.name} extends {base}, which does not exist: give a bundled name or a path.")
    document, origins = _read(parent, (*above, path))
    _overlay(document, found, path.name, origins)
    return document, origins


def _leaves(document: Mapping[str, Any], origin: str, path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, entry in document.items():
        where = f"{path}.{name}" if path else name
        if isinstance(entry, Mapping) and "value" not in entry:
            found |= _leaves(entry, origin, where)
        else:
            found[where] = origin
    return found


def _overlay(document: dict[str, Any], over: Mapping[str, Any], origin: str, origins: dict[str, str]) -> None:
    """Put the entries of `over` into the document; a bare value keeps the unit of the figure that it replaces."""
    origins |= _leaves(over, origin)
    for name, entry in over.items():
        before = document.get(name)
        if isinstance(entry, Mapping) and "value" not in entry and isinstance(before, dict):
            _overlay(before, entry, origin, {})
        elif isinstance(before, dict) and "value" in before and not isinstance(entry, Mapping):
            document[name] = {**before, "value": entry, "source": f"set by {origin}", "status": "assumed"}
            document[name].pop("range", None)
        else:
            document[name] = entry


def _nest(key: str, value: Any) -> dict[str, Any]:
    for name in reversed(key.split(".")):
        value = {name: value}
    return dict(value)


def _value(text: str) -> Any:
    """A setting's value as TOML reads it; bare words are text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def build(document: Mapping[str, Any], origins: Mapping[str, str]) -> Scenario:
    """A validated scenario from its document; raises ScenarioError with one sentence."""
    _refuse_unknown(document)
    sections: dict[str, Any] = {}
    rows: list[Provenance] = []
    for name, model in SECTIONS.items():
        if name not in document:
            raise ScenarioError(f"The scenario has no section [{name}]: add it, or extend {BASELINE}.")
        try:
            sections[name], found = read_section(model, document[name], name)
        except ValueError as wrong:
            raise ScenarioError(str(wrong)) from wrong
        rows += found
    policy, policy_rows = _policy(document, origins)
    return Scenario(
        name=str(document.get("name", "scenario")),
        title={"zh": str(document.get("title_zh", "")), "en": str(document.get("title_en", ""))},
        policy=policy,
        provenance=(*policy_rows, *rows),
        document=document,
        origins=origins,
        **sections,
    )


def _refuse_unknown(document: Mapping[str, Any]) -> None:
    known = (*HEADER, *SECTIONS, *POLICY_SECTIONS)
    for name in document:
        if name not in known:
            raise ScenarioError(f"The scenario has an unknown key {name}{_did_you_mean(name, known)}.")
    if document.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        raise ScenarioError(f"schema_version {document['schema_version']} is not read here: write {SCHEMA_VERSION}.")


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f": did you mean {near[0]}?" if near else ": remove it"


def _policy(document: Mapping[str, Any], origins: Mapping[str, str]) -> tuple[Policy, list[Provenance]]:
    changes: dict[str, Any] = {}
    for section in POLICY_SECTIONS:
        changes |= _changes(document.get(section, {}), section)
    known = {row.path for row in policy_provenance(Policy())}
    for path in changes:
        if path not in known:
            raise ScenarioError(f"The policy has no number {path}{_did_you_mean(path, known)}.")
    try:
        policy = Policy().changed({path: change["value"] for path, change in changes.items()})
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        message = first["msg"][:1].lower() + first["msg"][1:]
        raise ScenarioError(f"{where}: {message} (given: {first['input']!r}).") from wrong
    except ValueError as wrong:
        raise ScenarioError(f"{wrong}.") from wrong
    return policy, [_sourced_row(row, changes, origins) for row in policy_provenance(policy)]


def _changes(entry: Any, path: str) -> dict[str, dict[str, Any]]:
    """Policy numbers that a scenario turns: path -> {value, source, status}."""
    if not isinstance(entry, Mapping):
        return {path: {"value": entry}}
    if "value" in entry:
        return {path: dict(entry)}
    found: dict[str, dict[str, Any]] = {}
    for name, inner in entry.items():
        found |= _changes(inner, f"{path}.{name}")
    return found


def _sourced_row(row: Any, changes: Mapping[str, Mapping[str, Any]], origins: Mapping[str, str]) -> Provenance:
    change = changes.get(row.path)
    source, status = row.source, row.status
    if change is not None:
        source = change.get("source", f"set by {origins.get(row.path, 'the scenario')}")
        status = change.get("status", "assumed")
    return Provenance(row.path, row.value, row.unit, row.meaning, source, status)


def scenario_schema() -> dict[str, Any]:
    """JSON Schema of scenario files: each figure as a bare value or with unit, source and status."""
    properties: dict[str, Any] = {
        "schema_version": {"const": SCHEMA_VERSION},
        **{name: {"type": "string"} for name in HEADER[1:]},
        **{name: _schema_of(model) for name, model in SECTIONS.items()},
        **{name: {"type": "object", "description": "Numbers of the policy; see docs."} for name in POLICY_SECTIONS},
    }
    for row in policy_provenance(Policy()):
        place = properties
        *parents, last = row.path.split(".")
        for name in parents:
            place = place.setdefault(name, {"type": "object"}).setdefault("properties", {})
        place[last] = _figure_schema({}, row.unit, row.meaning)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mashang scenario, version 1",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _schema_of(model: type[Parameters]) -> dict[str, Any]:
    plain = model.model_json_schema()
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: _schema_of(field.annotation)
            if isinstance(field.annotation, type) and issubclass(field.annotation, Parameters)
            else _figure_schema(
                plain["properties"][name], str((field.json_schema_extra or {}).get("unit", "")), field.description or ""
            )
            for name, field in model.model_fields.items()
        },
    }


def _figure_schema(value: Mapping[str, Any], unit: str, meaning: str) -> dict[str, Any]:
    bare = {key: each for key, each in value.items() if key not in ("title", "unit", "description")}
    full = {
        "type": "object",
        "additionalProperties": False,
        "required": ["value", "unit", "source", "status"],
        "properties": {
            "value": bare,
            "unit": {"const": unit},
            "source": {"type": "string"},
            "status": {"enum": ["published", "estimated", "assumed"]},
            "range": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            "note": {"type": "string"},
        },
    }
    return {"description": f"{meaning} [{unit}]", "anyOf": [bare, full]}
