"""Does one policy beat another? Paired differences over replications that share their luck, with intervals.

Two scenarios of one replication meet the same people, arrivals and moods, so the spread of their difference is far
smaller than that of a run. The interval is Student's t on the differences, one difference a replication.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from sim.outcomes import BY_AGE, HEADLINES

LEVEL = 0.95
# Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom.
T_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
Z_975 = 1.959964
MOST_MORE = 10_000  # beyond it the honest answer is that no number of runs will tell


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference with its interval and how many more replications would settle its sign."""

    difference: float
    low: float
    high: float
    needs_more: int | None


def t_quantile(degrees: int) -> float:
    """The two-sided 95 % quantile of Student's t, right to the third decimal."""
    if degrees <= len(T_95):
        return T_95[degrees - 1]
    z = Z_975  # beyond the table: the first terms of its expansion about the normal quantile (Cornish & Fisher)
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


def interval(differences: Sequence[float]) -> Interval:
    """Mean and 95 % interval of paired differences; at least two are needed.

    `needs_more` is 0 when the interval excludes zero or nothing differs at all, None when no reasonable number helps.
    """
    n = len(differences)
    if n <= 1:
        raise ValueError("an interval needs at least two replications")
    mean, spread = fmean(differences), stdev(differences)
    half = t_quantile(n - 1) * spread / sqrt(n)
    settled = spread == 0 or abs(mean) > half
    more = 0 if settled else _more(n, abs(mean), spread)
    return Interval(mean, mean - half, mean + half, more)


def _more(n: int, mean: float, spread: float) -> int | None:
    """How many more replications make the interval exclude zero, if mean and spread stay as they are."""
    for needed in range(n + 1, n + MOST_MORE):
        if t_quantile(needed - 1) * spread < mean * sqrt(needed):
            return needed - n
    return None


def comparison(results: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """Differences of every variant from the base over the replications that all scenarios finished.

    `results`: one entry a run with `scenario`, `replication`, `seed`, `overrides`, `outcomes`, `by_age`.
    """
    runs = {(row["scenario"], row["replication"]): row for row in results}
    base, *variants = names
    done = [rep for rep in sorted({key[1] for key in runs}) if all((name, rep) in runs for name in names)]
    first = runs[base, done[0]] if done else {}
    return {
        "base": base,
        "scenario": base,
        "reps": len(done),
        "seeds": [f"{runs[base, rep]['seed']}/{rep}" for rep in done],
        "scale": first.get("scale"),
        "days": first.get("days"),
        "titles": {name: runs[name, done[0]]["title"] for name in names} if done else {},
        "variants": [_variant(runs, done, base, name) for name in variants] if len(done) > 1 else [],
    }


def _variant(runs: Mapping[Any, Any], done: Sequence[int], base: str, name: str) -> dict[str, Any]:
    pairs = [(runs[base, rep], runs[name, rep]) for rep in done]
    return {
        "name": name,
        "overrides": pairs[0][1]["overrides"],
        "outcomes": [_outcome(key, unit, pairs) for key, unit in HEADLINES.items() if _everywhere(key, pairs)],
        "by_age": [row for key in BY_AGE for row in _by_age(key, pairs)],
    }


def _everywhere(key: str, pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Whether every run has the outcome: a share of nothing is none."""
    return all(key in row["outcomes"] for pair in pairs for row in pair)


def _outcome(key: str, unit: str, pairs: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    bases = [one["outcomes"][key] for one, _ in pairs]
    others = [other["outcomes"][key] for _, other in pairs]
    differences = [other - one for one, other in zip(bases, others, strict=True)]
    found = interval(differences)
    return {
        "key": key,
        "unit": unit,
        "base_mean": fmean(bases),
        "variant_mean": fmean(others),
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "level": LEVEL,
        "per_seed": differences,
        "needs_more": found.needs_more,
    }


def _by_age(key: str, pairs: Sequence[tuple[Any, Any]]) -> list[dict[str, Any]]:
    rows = []
    for group in pairs[0][0]["by_age"][key]:
        differences = [other["by_age"][key][group] - one["by_age"][key][group] for one, other in pairs]
        found = interval(differences)
        rows.append({"group": group, "key": key, "difference": found.difference, "low": found.low, "high": found.high})
    return rows
