"""The gates of a load run: a YAML file, checked by its schema, and the bounds that it states."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from wording import ExitCode, MashangError

EVERY_OPERATION = "all"
WHOLE = "whole"
DEFAULT_FILE = Path(__file__).with_name("default_gates.yaml")
LATENCY = re.compile(r"latency\.(due|sent)\.(p\d{1,2}(?:\.\d{1,3})?|max|mean)")
METRIC = (
    r"^(latency\.(due|sent)\.(p[0-9]{1,2}([.][0-9]{1,3})?|max|mean)|throughput\.achieved_over_offered"
    r"|errors\.unexpected\.ratio|audit\.violations|audit\.unknown\.ratio|generator\.lag\.p(50|90|95|99|99[.]9|99[.]99))$"
)
DURATION = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s)")
PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
KNOWN_SLIPS = {
    "missing", "extra_forbidden", "list_type", "model_type", "string_pattern_mismatch", "literal_error", "too_short",
    "no_bound", "two_bounds", "bound_unit", "no_windows", "no_operations", "only_percentiles",
}  # fmt: skip
"""Kinds of slips with a sentence of their own."""

Bound = Annotated[
    int | float | str, Field(description="250ms or 1.5s for times; a number or 0.1% for ratios and counts")
]
Unit = Literal["ms", "ratio", "count"]


class Strict(BaseModel):
    """No value is bent into shape, no unknown entry is overlooked."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Relative(Strict):
    """How much worse than a baseline run; missed if the whole interval lies beyond it."""

    max_regression: Annotated[str, Field(pattern=r"^[0-9]+([.][0-9]+)? ?%$", description="15%: at most so much slower")]
    baseline: Annotated[str | None, Field(description="run folder, seen from the gates file; --baseline wins")] = None
    test: Annotated[str, Field(pattern=r"^bootstrap (90|95|99) ?%$", description="over blocks of time")] = (
        "bootstrap 95%"
    )

    @property
    def limit(self) -> float:
        """The largest allowed regression as a ratio."""
        return float(self.max_regression.rstrip("% ")) / 100

    @property
    def confidence(self) -> float:
        """The share of resamples inside the interval."""
        return float(self.test.removeprefix("bootstrap ").rstrip("% ")) / 100


class Gate(Strict):
    """One bound on one number. Times are compared in milliseconds."""

    metric: Annotated[str, Field(pattern=METRIC)]
    op: Annotated[str, Field(description="type of operation, * for any part of it; all for every one")] = (
        EVERY_OPERATION
    )
    window: Annotated[
        str, Field(pattern=r"^(whole|[1-9][0-9]{0,4}s)$", description="every window of due time has to hold the bound")
    ] = WHOLE
    max: Bound | None = None
    min: Bound | None = None
    level: Literal["fail", "warn"] = "fail"
    relative: Relative | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Gate:
        """Refuses what would be measured as something else than was meant."""
        bounds = [each for each in (self.max, self.min) if each is not None]
        if not bounds and self.relative is None:
            raise _slip("no_bound")
        if len(bounds) + (self.relative is not None) > 1:
            raise _slip("two_bounds")
        for each in bounds:
            _amount(each, self.unit)
        of_run = self.metric.startswith(("audit.", "generator."))
        if of_run and self.op != EVERY_OPERATION:
            raise _slip("no_operations")
        if self.window != WHOLE and (of_run or self.relative is not None):
            raise _slip("no_windows")
        if self.relative is not None and not re.fullmatch(r"latency\.\w+\.p.+", self.metric):
            raise _slip("only_percentiles")
        return self

    @property
    def unit(self) -> Unit:
        """What the number is counted in."""
        if self.metric.startswith(("latency.", "generator.")):
            return "ms"
        return "count" if self.metric == "audit.violations" else "ratio"

    @property
    def window_s(self) -> int | None:
        """Length of the windows, None for the whole run."""
        return None if self.window == WHOLE else int(self.window[:-1])

    @property
    def limit(self) -> float | None:
        """The bound, or None for a gate that compares with a baseline."""
        bound = self.max if self.max is not None else self.min
        return None if bound is None else _amount(bound, self.unit)

    def holds(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        limit = self.limit
        return limit is None or (value <= limit if self.max is not None else value >= limit)

    def covers(self, kind: str) -> bool:
        """Whether operations of this type count."""
        return self.op == EVERY_OPERATION or fnmatchcase(kind, self.op)

    @property
    def name(self) -> str:
        """As reports call it."""
        parts = [self.metric, *([] if self.op == EVERY_OPERATION else [self.op])]
        return " ".join(parts + ([] if self.window == WHOLE else [f"({self.window})"]))

    @property
    def wanted(self) -> str:
        """The bound in the words of the file."""
        if self.relative is not None:
            return f"≤ +{self.relative.max_regression}"
        return f"≤ {self.max}" if self.max is not None else f"≥ {self.min}"


class Gates(Strict):
    """A gates file."""

    gates: Annotated[list[Gate], Field(min_length=1)]


def _slip(kind: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{kind}", {"kind": kind})


def _amount(bound: float | str, unit: Unit) -> float:
    """A bound in the unit of its metric: milliseconds, ratio or count."""
    if unit == "ms":
        if isinstance(bound, str) and (found := DURATION.fullmatch(bound)):
            return float(found[1]) * MILLISECONDS[found[2]]
        raise _slip("bound_unit")
    if isinstance(bound, str):
        if unit == "ratio" and (found := PERCENT.fullmatch(bound)):
            return float(found[1]) / 100
        raise _slip("bound_unit")
    if bound < 0:
        raise _slip("bound_unit")
    return float(bound)


def read_gates(path: Path | None) -> list[Gate]:
    """The gates of a file, or those that come with the package; raises MashangError with one sentence for any slip."""
    found = _yaml(path or DEFAULT_FILE)
    try:
        return Gates.model_validate(found).gates
    except ValidationError as wrong:
        raise _refusal(path or DEFAULT_FILE, wrong) from wrong


def _yaml(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise MashangError(ExitCode.USAGE, "verdict.gates.unreadable", file=path) from wrong
    try:
        return _YamlWithoutRepeats(text).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise MashangError(ExitCode.CONTENT, "verdict.gates.no_yaml", file=path, line=line) from wrong


class _YamlWithoutRepeats(yaml.SafeLoader):  # type: ignore[misc]
    """Refuses a key that stands twice: YAML would silently take the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """As the parent does, after a look at the keys."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} twice", key.start_mark)
            seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


def _refusal(path: Path, wrong: ValidationError) -> MashangError:
    """The first slip as a sentence."""
    first = wrong.errors()[0]
    kind = first["type"] if first["type"] in KNOWN_SLIPS else "other"
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in first["loc"]) or "gates"
    given = str(first.get("input"))[:60]
    return MashangError(ExitCode.CONTENT, f"verdict.gates.{kind}", file=path, place=place, given=given)
