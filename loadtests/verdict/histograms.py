"""Latencies as HdrHistogram sees them: percentile files (`.hgrm`) and the points of a percentile plot.

The histograms are of the generator's shape, but made from the history: a run that was killed has them, too.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from hdrh.histogram import HdrHistogram

from loadtests.generator.histograms import MICROSECONDS_A_MILLISECOND, new_histogram, percentiles_text, record_all
from loadtests.verdict.figures import CLOCKS
from loadtests.verdict.measured import Measured, Whole
from loadtests.verdict.metrics import latencies

PLOTTED = tuple(1 - 10 ** (-step / 8) for step in range(33))
"""Shares at which a percentile plot has its points: from 0 to 99.99 %, eight to a nine."""


def histogram_of(latency_ns: Whole) -> HdrHistogram:
    """A histogram of latencies."""
    made = new_histogram()
    record_all(made, latency_ns)
    return made


def plotted(histogram: HdrHistogram) -> list[tuple[float, float]]:
    """Share and milliseconds, up to the last share that so many values can tell."""
    count = histogram.total_count
    shares = [share for share in PLOTTED if count * (1 - share) >= 1 - 1e-9]
    return [
        (share, histogram.get_value_at_percentile(share * 100) / MICROSECONDS_A_MILLISECOND)
        for share in shares
        if count
    ]


def every(measured: Measured) -> dict[tuple[str, str], HdrHistogram]:
    """A histogram for each clock and type of operation, and for all types together (an empty name)."""
    found = {}
    for clock in CLOCKS:
        for place, kind in ((-1, ""), *enumerate(measured.types)):
            covered = np.full(len(measured.types), place == -1)
            if place >= 0:
                covered[place] = True
            found[clock, kind] = histogram_of(latencies(measured, clock, covered)[1])
    return found


def write_histograms(folder: Path, histograms: dict[tuple[str, str], HdrHistogram]) -> None:
    """A `.hgrm` file for each that holds something; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for (clock, kind), histogram in histograms.items():
        if histogram.total_count:
            name = re.sub(r"[^A-Za-z0-9.-]+", "_", kind or "all")[:100]
            (folder / f"{clock}-{name}.hgrm").write_text(percentiles_text(histogram), encoding="utf-8")
