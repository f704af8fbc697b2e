"""Numbers that say where they come from: the form of every figure in a scenario file.

    bound_people = {value = 115_000, unit = "people", source = "China Community News, 2022-08-09", status =
    "published"}

`value`, `unit`, `source` and `status` (published | estimated | assumed) are required; `range` (low and high for a
sweep) and `note` are optional. The parameter model declares the unit and the meaning of each field (`sourced`), so
that a figure in the wrong unit is refused instead of believed. `read_section` turns such a section into the model with
plain values, and hands the sources back beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

STATUSES = ("published", "estimated", "assumed")
_REQUIRED = ("value", "unit", "source", "status")
_OPTIONAL = ("range", "note")
# Published percentages carry one decimal: 24 of them may miss 100 % by about half a per cent, never by more than one.
_SHARES_TOLERANCE = 0.01
# Beyond it a slip is likelier than a plan, and sums leave what a float holds exactly.
LARGEST_NUMBER = 1e12
LARGEST_SEED = 2**63 - 1

M = TypeVar("M", bound=BaseModel)


class Parameters(BaseModel):
    """A section of a scenario: every field declared with `sourced`, nothing defaulted, nothing unknown accepted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Provenance:
    """One figure as the scenario gives it; `path` is its full name, such as `population.bound_people`."""

    path: str
    value: Any
    unit: str
    meaning: str
    source: str
    status: str
    range: tuple[float, float] | None = None
    note: str = ""


def sourced(unit: str, meaning: str, **bounds: Any) -> Any:
    """A required field of `Parameters` with its unit, its meaning and pydantic bounds (ge, gt, le, min_length ...)."""
    return Field(description=meaning, json_schema_extra={"unit": unit}, **bounds)


def _sum_to_one(shares: tuple[float, ...]) -> tuple[float, ...]:
    if abs(sum(shares) - 1.0) > _SHARES_TOLERANCE:
        raise ValueError(f"shares must sum to 1, these sum to {sum(shares):.4f}")
    return shares


Share = Annotated[float, Field(ge=0, le=1)]
# TOML has arrays only: a list is taken for the outer tuple, its items stay strict.
Numbers = Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(strict=False)]
Shares = Annotated[tuple[Share, ...], Field(strict=False), AfterValidator(_sum_to_one)]
ShareList = Annotated[tuple[Share, ...], Field(strict=False)]
MeanAndSpread = Annotated[tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]], Field(strict=False)]
Integers = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(strict=False)]


def read_section(model: type[M], section: Mapping[str, Any], path: str) -> tuple[M, tuple[Provenance, ...]]:
    """The model with plain values, and the provenance of each figure in the order of the file.

    `path` is the name of the section, for messages and provenance. Raises ValueError with one sentence that names the
    figure and what to do, for a missing or unknown key, a wrong unit or status, or a value out of bounds.
    """
    rows = tuple(_provenance(model, section, path))
    try:
        return model.model_validate(_plain(section)), rows
    except ValidationError as error:
        raise ValueError(_sentence(error, path)) from error


def _plain(section: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry["value"] if "value" in entry else _plain(entry) for name, entry in section.items()}


def _provenance(model: type[BaseModel], section: Any, path: str) -> Iterator[Provenance]:
    if not isinstance(section, Mapping):  # the file is somebody's: it may hold anything
        first = f"{path}.{next(iter(model.model_fields))}"
        raise ValueError(f"{path} is a section: set one of its figures, such as {first}.")  # noqa: TRY004 - bad input
    for name, entry in section.items():
        where = f"{path}.{name}"
        declared = model.model_fields.get(name)
        if declared is None:
            near = get_close_matches(name, model.model_fields, 1)
            known = f"write {path}.{near[0]}" if near else f"use one of {', '.join(model.model_fields)}"
            raise ValueError(f"{where} is not a known parameter: remove it, or {known}.")
        nested = nested_model(declared)
        if nested is not None:
            yield from _provenance(nested, entry, where)
        elif isinstance(entry, Mapping):
            extra = declared.json_schema_extra
            unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
            yield figure(entry, where, unit, declared.description or "")
        else:
            form = "{value = ..., unit = ..., source = ..., status = ...}"
            raise ValueError(f"{where} is a bare value: write {form}.")


def nested_model(declared: FieldInfo) -> type[Parameters] | None:
    """The model of a field that is a section; None for a figure."""
    for kind in (declared.annotation, *get_args(declared.annotation)):
        if isinstance(kind, type) and issubclass(kind, Parameters):
            return kind
    return None


def figure(entry: Mapping[str, Any], where: str, unit: str, meaning: str) -> Provenance:
    """One figure of a scenario; ValueError with one sentence for a missing or wrong unit, source, status or range."""
    for key in _REQUIRED:
        if key not in entry:
            raise ValueError(f"{where} has no {key}: every figure needs {', '.join(_REQUIRED)}.")
    for key in entry:
        if key not in (*_REQUIRED, *_OPTIONAL):
            raise ValueError(f"{where} has an unknown key {key}: a figure has {', '.join((*_REQUIRED, *_OPTIONAL))}.")
    if entry["unit"] != unit:
        raise ValueError(f"{where} is given in {entry['unit']!r}: give it in {unit!r}.")
    if entry["status"] not in STATUSES:
        raise ValueError(f"{where} has status {entry['status']!r}: use one of {', '.join(STATUSES)}.")
    if not str(entry["source"]).strip():
        raise ValueError(f"{where} has an empty source: say where the figure comes from, or who assumed it and why.")
    if unit != "seed":
        refuse_huge(entry["value"], where)
    return Provenance(
        path=where,
        value=entry["value"],
        unit=unit,
        meaning=meaning,
        source=str(entry["source"]),
        status=entry["status"],
        range=_range(entry["range"], where) if "range" in entry else None,
        note=str(entry.get("note", "")),
    )


def refuse_huge(value: object, where: str) -> None:
    """Raises ValueError for a number, or a list of numbers, that no district has."""
    for number in value if isinstance(value, list) else [value]:
        if isinstance(number, int | float) and abs(number) > LARGEST_NUMBER:
            raise ValueError(f"{where} is beyond all bounds: give a number of at most {LARGEST_NUMBER:.0e}.")


def _range(low_high: object, where: str) -> tuple[float, float]:
    match low_high:
        case [int() | float() as low, int() | float() as high] if low <= high:
            return low, high
    raise ValueError(f"{where} has the range {low_high}: give two numbers, low then high.")


def _sentence(error: ValidationError, path: str) -> str:
    first = error.errors()[0]
    where = ".".join([path, *map(str, first["loc"])])
    if first["type"] == "missing":
        return f"{where} is missing: give it a value, unit, source and status."
    message = first["msg"].removeprefix("Value error, ")
    given = "" if first["type"] == "value_error" else f" (given: {first['input']!r})"
    return f"{where}: {message[:1].lower()}{message[1:]}{given}."
