"""Results of a comparison as the page reads them, and the word that each deserves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.report.participation import AGES
from sim.report.quantities import (
    Phrase,
    Quantity,
    count,
    decimal,
    fine_share,
    known_texts,
    phrase,
    signed_decimal,
    signed_points,
    verbatim,
)

MORE_IS_BETTER = frozenset(
    {
        "bound_people",
        "community_people",
        "questionnaire_answers",
        "answers",
        "answerers",
        "votes_cast",
        "ballots",
        "voters",
        "reporters",
        "answered_share",
        "resolved_share",
        "closed_share",
        "satisfied_share",
        "satisfied_share_low",
        "rated_share",
        "on_time_share",
        "participants",
        "participation_share",
    }
)
LESS_IS_BETTER = frozenset(
    {
        "late_share",
        "late_cases",
        "closing_days",
        "closing_days_median",
        "closing_days_p90",
        "closing_hours",
        "closing_hours_median",
        "closing_hours_p90",
        "hours_to_resolve",
        "reopened",
        "reopened_share",
        "overloaded_days",
        "invalid_share",
        "news_miss_days",
        "cost_per_answer_yuan",
        "busy_minutes",
        "busy_minutes_per_case",
        "open_cases",
        "waiting_days",
    }
)
"""Where a planner's direction is plain. All else (points issued, turnover, reports) is told as higher or lower."""


@dataclass(frozen=True, slots=True)
class Result:
    """One outcome under one policy beside the base: variant minus base, paired by seed."""

    key: str
    variant: str
    unit: str
    base_mean: float | None
    variant_mean: float | None
    difference: float | None
    low: float | None
    high: float | None
    level: float
    per_seed: tuple[float, ...]
    needs_more: int | None


@dataclass(frozen=True, slots=True)
class AgeResult:
    """The difference of one outcome in one age group."""

    variant: str
    group: str
    difference: float
    low: float | None
    high: float | None


def results_of(comparison: Mapping[str, Any]) -> dict[str, list[Result]]:
    """Results by outcome, outcomes and variants in the order of the comparison."""
    found: dict[str, list[Result]] = {}
    for variant in comparison.get("variants") or []:
        for row in variant.get("outcomes") or []:
            result = Result(
                str(row["key"]),
                str(variant.get("name")),
                str(row.get("unit", "count")),
                row.get("base_mean"),
                row.get("variant_mean"),
                row.get("difference"),
                row.get("low"),
                row.get("high"),
                float(row.get("level") or 0.95),
                tuple(float(number) for number in row.get("per_seed") or ()),
                row.get("needs_more"),
            )
            found.setdefault(result.key, []).append(result)
    return found


def ages_of(comparison: Mapping[str, Any]) -> dict[str, tuple[str, list[AgeResult]]]:
    """Unit and rows of each outcome that is given by age group, the young first."""
    units = {key: listed[0].unit for key, listed in results_of(comparison).items()}
    found: dict[str, tuple[str, list[AgeResult]]] = {}
    for variant in comparison.get("variants") or []:
        for row in variant.get("by_age") or []:
            if row.get("difference") is None:
                continue
            key = str(row["key"])
            unit = str(row.get("unit") or units.get(key, "count"))
            found.setdefault(key, (unit, []))[1].append(
                AgeResult(
                    str(variant.get("name")),
                    str(row["group"]),
                    float(row["difference"]),
                    row.get("low"),
                    row.get("high"),
                )
            )
    for _, rows in found.values():
        rows.sort(key=lambda row: AGES.index(row.group) if row.group in AGES else len(AGES))
    return found


def verdict(result: Result) -> str:
    """Better | worse | higher | lower where the interval leaves zero out; same, open or single otherwise."""
    if result.low is None or result.high is None:
        return "single"
    if result.low == result.high == 0:
        return "same"
    if result.low <= 0 <= result.high:
        return "open"
    rises = result.low > 0
    if result.key in MORE_IS_BETTER:
        return "better" if rises else "worse"
    if result.key in LESS_IS_BETTER:
        return "worse" if rises else "better"
    return "higher" if rises else "lower"


def in_unit(unit: str, value: float | None) -> Quantity:
    """A mean, in its unit."""
    if unit == "share":
        return fine_share(value)
    return decimal(value) if unit == "yuan" or (value is not None and abs(value) < 100) else count(value)  # noqa: PLR2004


def signed_in_unit(unit: str, value: float | None) -> Quantity:
    """A difference, in its unit; of shares in percentage points."""
    return signed_points(value) if unit == "share" else signed_decimal(value)


def with_unit(unit: str, value: float | None) -> Phrase | Quantity:
    """A difference with its unit behind it; counts have none."""
    written = signed_in_unit(unit, value)
    if f"report.difference.{unit}" in known_texts("en"):
        return phrase(f"report.difference.{unit}", value=written)
    return phrase("report.difference", value=written, unit=verbatim(unit))


def percent_of(level: float) -> Quantity:
    """A confidence level: 95%, 99.9%."""
    return verbatim(f"{level * 100:g}%")
