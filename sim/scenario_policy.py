"""The policy of a scenario: the engine's numbers, with those replaced that the scenario turns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from engine import Policy
from engine.policy import provenance as policy_provenance
from sim.scenario_file import ScenarioError, is_figure
from sim.sourced import Provenance, figure, refuse_huge

POLICY_SECTIONS = tuple(name for name in Policy.__dataclass_fields__ if name not in ("version", "effective_from"))
NEAR_END = 0.7  # how like the last part of a name a word has to be
LONGEST_QUOTE = 60  # characters of a wrong value that a message repeats


def policy_of(document: Mapping[str, Any], origins: Mapping[str, str]) -> tuple[Policy, list[Provenance]]:
    """The policy of a scenario's document and the provenance of all its numbers; raises ScenarioError."""
    known = {row.path: row for row in policy_provenance(Policy())}
    turned: dict[str, Provenance] = {}
    for section in POLICY_SECTIONS:
        for path, entry in _entries(document.get(section, {}), section, known):
            turned[path] = _figure(path, entry, known, origins)
    policy = _changed({path: row.value for path, row in turned.items()})
    return policy, [_row(row, turned) for row in policy_provenance(policy)]


def _entries(entry: Any, path: str, known: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """What a document says on each number of the policy: path, figure or bare value."""
    if path in known or not isinstance(entry, Mapping) or is_figure(entry):
        yield path, entry
        return
    for name, inner in entry.items():
        yield from _entries(inner, f"{path}.{name}", known)


def _figure(path: str, entry: Any, known: Mapping[str, Any], origins: Mapping[str, str]) -> Provenance:
    if path not in known:
        if any(each.startswith(f"{path}.") for each in known):
            raise ScenarioError(f"{path} is a group of numbers: set one of them, such as {_first(path, known)}.")
        raise ScenarioError(f"The policy has no number {path}{did_you_mean(path, known)}")
    row = known[path]
    try:
        if isinstance(entry, Mapping):
            return figure(entry, path, row.unit, row.meaning)
        refuse_huge(entry, path)
    except ValueError as wrong:
        raise ScenarioError(str(wrong)) from wrong
    return Provenance(path, entry, row.unit, row.meaning, f"set by {origins.get(path, 'the scenario')}", "assumed")


def _first(path: str, known: Iterable[str]) -> str:
    return next(each for each in known if each.startswith(f"{path}."))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """What to do about an unknown name, as the end of a sentence with its mark.

    A name without its section is looked for among the last parts of the known ones: `members` for
    `population.members.grid_members`.
    """
    names = list(known)
    near = get_close_matches(name, names, 1)
    if not near:
        ends = {each.rpartition(".")[2]: each for each in names}
        near = [ends[each] for each in get_close_matches(name.rpartition(".")[2], ends, 1, NEAR_END)]
    return f": did you mean {near[0]}?" if near else ": remove it."


def _changed(values: Mapping[str, Any]) -> Policy:
    plain = {path: _plain(path, value) for path, value in values.items()}
    try:
        return Policy().changed(plain)
    except ValidationError as wrong:
        raise ScenarioError(_sentence(wrong, values)) from wrong
    except ValueError as wrong:
        raise ScenarioError(f"{str(wrong)[:1].upper()}{str(wrong)[1:]}.") from wrong


def _plain(path: str, value: Any) -> Any:
    """A value as JSON can hold it: policies name civil dates by their text, other instants they do not know."""
    if isinstance(value, dt.datetime | dt.time):
        raise ScenarioError(f"{path} is given a time of day: give a number, a word or a date.")
    if isinstance(value, dt.date):
        return value.isoformat()
    return [_plain(path, each) for each in value] if isinstance(value, list) else value


def _sentence(error: ValidationError, values: Mapping[str, Any]) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"])) or "the policy"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":  # a rule over several numbers: name those that the scenario turns
        mine = [path for path in values if path.startswith(where)]
        return f"{', '.join(mine) or where}: {message}."
    given = repr(first["input"])
    quoted = f" (given: {given})" if len(given) <= LONGEST_QUOTE else ""
    return f"{where}: {message[:1].lower()}{message[1:]}{quoted}."


def _row(row: Any, turned: Mapping[str, Provenance]) -> Provenance:
    mine = turned.get(row.path)
    source, status = (row.source, row.status) if mine is None else (mine.source, mine.status)
    return Provenance(row.path, row.value, row.unit, row.meaning, source, status)
