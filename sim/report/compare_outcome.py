"""Results of a comparison as the page reads them, and the word that each deserves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.report.participation import AGES
from sim.report.quantities import (
    Phrase,
    Quantity,
    Words,
    count,
    decimal,
    fine_share,
    known_texts,
    phrase,
    signed_decimal,
    signed_points,
    verbatim,
)
from wording import LANGUAGES

MORE_IS_BETTER = frozenset(
    [
        "bound_people",
        "community_people",
        "questionnaire_answers",
        "answers",
        "answerers",
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
    ]
)
LESS_IS_BETTER = frozenset(
    [
        "late_share",
        "late_cases",
        "hours_to_resolve",
        "closing_hours_median",
        "closing_hours_p90",
        "reopened",
        "reopened_share",
        "overloaded_days",
        "invalid_share",
        "news_miss_days",
        "open_cases",
    ]
)
"""Where a planner's direction is plain. All else (points issued, turnover, reports) is told as higher or lower."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy by its name in commands, with its title for readers."""

    code: str
    title: Words


@dataclass(frozen=True, slots=True)
class Result:
    """One outcome under one policy beside the base: variant minus base, paired by seed."""

    key: str
    variant: Policy
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

    variant: Policy
    group: str
    difference: float
    low: float | None
    high: float | None


def policies_of(comparison: Mapping[str, Any]) -> dict[str, Policy]:
    """Base and variants by name; titles that two of them share would not tell them apart, so names stand instead."""
    codes = [str(comparison.get("base")), *(str(variant.get("name")) for variant in comparison.get("variants") or [])]
    given = comparison.get("titles") or {}
    titles = {code: given.get(code) or {} for code in codes}
    for language in LANGUAGES:
        if len({title.get(language) or code for code, title in titles.items()}) < len(titles):
            titles = {code: {} for code in codes}
    return {
        code: Policy(code, Words(*(str(title.get(language) or code) for language in LANGUAGES)))
        for code, title in titles.items()
    }


def results_of(comparison: Mapping[str, Any]) -> dict[str, list[Result]]:
    """Results by outcome, outcomes and variants in the order of the comparison."""
    found: dict[str, list[Result]] = {}
    policies = policies_of(comparison)
    for variant in comparison.get("variants") or []:
        for row in variant.get("outcomes") or []:
            result = Result(
                str(row["key"]),
                policies[str(variant.get("name"))],
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
    policies = policies_of(comparison)
    for variant in comparison.get("variants") or []:
        for row in variant.get("by_age") or []:
            if row.get("difference") is None:
                continue
            key = str(row["key"])
            unit = str(row.get("unit") or units.get(key, "count"))
            found.setdefault(key, (unit, []))[1].append(
                AgeResult(
                    policies[str(variant.get("name"))],
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
