"""The targets sheet: what the district published beside what a run gave, with a band and a word on each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, sqrt
from pathlib import Path
from typing import Any

PUBLISHED_TOTALS = Path(__file__).parent / "published_totals.toml"
POISSON_SDS = 2.0


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One row of the sheet; `published` is already multiplied by the scale."""

    key: str
    published: float | None
    at_least: bool
    qualifier: str
    simulated: float | None
    low: float | None
    high: float | None
    within: bool | None
    status: str
    note: str


def targets_sheet(simulated: Mapping[str, float], scale: float, *, whole: bool) -> list[TargetRow]:
    """Rows in the order of the published totals; a run that is not `whole` in time is judged by no band."""
    totals = tomllib.loads(PUBLISHED_TOTALS.read_text(encoding="utf-8"))
    return [_row(key, entry, simulated[key], scale if entry.get("scaled") else 1.0, whole) for key, entry in
            totals.items() if key in simulated]  # fmt: skip


def _row(key: str, entry: Mapping[str, Any], simulated: float, factor: float, whole: bool) -> TargetRow:  # noqa: FBT001
    published = entry.get("published")
    qualifier = entry.get("qualifier", "exact")
    if published is not None and factor != 1.0:
        published = round(published * factor)
    low, high = _band(entry.get("band"), published)
    if qualifier == "at_most":
        high = published
    judged = published is not None and (low is not None or high is not None) and whole
    undefined = isnan(simulated)  # a share of nothing
    inside = (low is None or low <= simulated) and (high is None or simulated <= high)
    within = inside if judged and not undefined else None
    status = "derived" if entry.get("derived") else "published"
    return TargetRow(
        key=key,
        published=published,
        at_least=qualifier == "over",
        qualifier=qualifier,
        simulated=None if undefined else simulated,
        low=low,
        high=high,
        within=within,
        status="assumed" if published is None else status,
        note=f"report.target_note.{key}",
    )


def _band(band: object, published: float | None) -> tuple[float | None, float | None]:
    if published is None or band is None:
        return None, None
    if band == "exact":
        return published, published
    if band == "poisson":
        spread = POISSON_SDS * sqrt(published)
        return published - spread, published + spread
    assert isinstance(band, float)  # noqa: S101 - the file is ours
    if published <= 1:  # a rounded share: half of the last digit
        return published - band, published + band
    return published * (1 - band), published * (1 + band)
