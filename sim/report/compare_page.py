"""The page of a comparison: what each policy changes, by outcome and by age group, with intervals.

All differences are paired on common random numbers: variant minus base, seed by seed. An interval that leaves zero out
settles the direction; otherwise the page says about how many more replications it would take.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.report.blocks import Badge, Note, Section, Table
from sim.report.compare_charts import age_figure, named_outcome, outcome_figure
from sim.report.compare_outcome import (
    Policy,
    Result,
    ages_of,
    in_unit,
    percent_of,
    policies_of,
    results_of,
    signed_in_unit,
    verdict,
)
from sim.report.page import filled
from sim.report.quantities import Phrase, count, phrase, verbatim, wording_of

FILE = "comparison.html"
VERDICT_TONES = {
    "better": "good",
    "worse": "bad",
    "open": "derived",
    "single": "derived",
    "same": "derived",
    "higher": "published",
    "lower": "published",
}


def write_comparison(folder: Path, comparison: Mapping[str, Any], language: str = "zh") -> Path:
    """Write `comparison.html` into `folder` and return its path; it opens in `language`, `zh` or `en`.

    `comparison` holds base, seeds, reps, variants (name, overrides, outcomes, by_age), and may hold titles in both
    languages by name, days and scale. Shares are from 0 to 1, money in yuan,
    `difference`, `low` and `high` as variant minus base, `per_seed` the differences one by one.

    Raises:
        ValueError: another language.
        OSError: the page cannot be written.
    """
    wording_of(language)
    path = folder / FILE
    path.write_text(comparison_page(comparison, language), encoding="utf-8")
    return path


def comparison_page(comparison: Mapping[str, Any], language: str) -> str:
    """The HTML of a comparison."""
    results = results_of(comparison)
    title = phrase("report.compare.title", scenario=policies_of(comparison)[str(comparison.get("base"))].title)
    sections = [_verdicts(comparison, results), _outcomes(results), _by_age(comparison)]
    return filled(
        "compare.html",
        language,
        [section for section in sections if section],
        {"title": title, "facts": _facts(comparison), "notes": _notes(comparison)},
    )


def _facts(comparison: Mapping[str, Any]) -> list[tuple[Phrase, object]]:
    seeds = [str(seed) for seed in comparison.get("seeds") or []]
    shown = ", ".join(seeds) if len(seeds) <= 12 else f"{', '.join(seeds[:3])} … {seeds[-1]}"  # noqa: PLR2004 - one line
    policies = policies_of(comparison)
    overrides = {str(variant.get("name")): variant.get("overrides") for variant in comparison.get("variants") or []}
    facts: list[tuple[str, object]] = [
        ("base", policies[str(comparison.get("base"))].title),
        ("reps", count(comparison.get("reps"))),
        ("seeds", verbatim(shown or None)),
        ("days", count(comparison.get("days"))),
        ("scale", verbatim(comparison.get("scale"))),
    ]
    told = [(phrase(f"report.compare.fact.{name}"), value) for name, value in facts]
    return told + [
        (phrase("report.compare.fact.variant", name=code), _policy(policies[code], given))
        for code, given in overrides.items()
    ]


def _policy(policy: Policy, overrides: Mapping[str, Any] | None) -> object:
    if not overrides:
        return policy.title
    changed = ", ".join(f"{key} = {value}" for key, value in overrides.items())
    return phrase("report.compare.fact.policy", title=policy.title, overrides=verbatim(changed))


def _notes(comparison: Mapping[str, Any]) -> list[Note]:
    notes = [Note(phrase("report.basis.consequences"), "strong")]
    scale = comparison.get("scale")
    if isinstance(scale, int | float) and scale < 1:
        notes.append(Note(phrase("report.banner.small", scale=verbatim(f"{scale:g}")), "warn"))
    return notes


def _verdicts(comparison: Mapping[str, Any], results: Mapping[str, list[Result]]) -> Section:
    """The table of everything, and a sentence for each result."""
    title = phrase("report.compare.verdicts")
    rows = [result for listed in results.values() for result in listed]
    if not rows:
        return Section("verdicts", title, (Note(phrase("report.compare.empty")),))
    settled = [result for result in rows if verdict(result) in {"better", "worse", "higher", "lower"}]
    heads = tuple(
        phrase(f"report.compare.head.{head}")
        for head in ("outcome", "variant", "base_mean", "variant_mean", "difference", "interval", "verdict")
    )
    table = Table(heads, [_verdict_row(result) for result in rows], folded=False)
    lead = phrase(
        "report.compare.lead",
        level=percent_of(rows[0].level),
        n=count(len(rows)),
        settled=count(len(settled)),
        reps=count(comparison.get("reps")),
    )
    return Section("verdicts", title, (Note(lead), table))


def _verdict_row(result: Result) -> tuple[object, ...]:
    interval: object = verbatim(None)
    if result.low is not None and result.high is not None:
        interval = phrase(
            "report.compare.interval",
            low=signed_in_unit(result.unit, result.low),
            high=signed_in_unit(result.unit, result.high),
        )
    kind = verdict(result)
    return (
        named_outcome(result.key),
        result.variant.title,
        in_unit(result.unit, result.base_mean),
        in_unit(result.unit, result.variant_mean),
        signed_in_unit(result.unit, result.difference),
        interval,
        Badge(phrase(f"report.verdict.{kind}"), VERDICT_TONES[kind]),
    )


def _outcomes(results: Mapping[str, list[Result]]) -> Section | None:
    figures = tuple(outcome_figure(key, listed) for key, listed in results.items())
    if not figures:
        return None
    return Section(
        "outcomes", phrase("report.compare.outcomes"), (Note(phrase("report.compare.outcomes.lead")), *figures)
    )


def _by_age(comparison: Mapping[str, Any]) -> Section | None:
    figures = tuple(age_figure(key, unit, rows) for key, (unit, rows) in ages_of(comparison).items())
    if not figures:
        return None
    return Section("ages", phrase("report.compare.ages"), (Note(phrase("report.compare.ages.lead")), *figures))
