"""Latencies as HdrHistogram sees them: percentile files (`.hgrm`) and the points of a percentile plot.

Microseconds from 1 to one hour, three significant digits; the files count in milliseconds, as HdrHistogram's plotter
expects.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
from hdrh.histogram import HdrHistogram

from loadtests.verdict.figures import CLOCKS
from loadtests.verdict.measured import Measured, Whole
from loadtests.verdict.metrics import latencies

LONGEST_US = 3_600_000_000
DIGITS = 3
TICKS_A_HALF = 5
MICROSECONDS_A_MILLISECOND = 1_000
NANOSECONDS_A_MICROSECOND = 1_000
PLOTTED = tuple(1 - 10 ** (-step / 8) for step in range(33))
"""Shares at which a percentile plot has its points: from 0 to 99.99 %, eight to a nine."""


def histogram_of(latency_ns: Whole) -> HdrHistogram:
    """A histogram of latencies, rounded up to microseconds."""
    made = HdrHistogram(1, LONGEST_US, DIGITS)
    microseconds = np.clip(-(-latency_ns // NANOSECONDS_A_MICROSECOND), 1, LONGEST_US)
    for value, count in zip(*np.unique(microseconds, return_counts=True), strict=True):
        made.record_value(int(value), int(count))
    return made


def percentile_text(histogram: HdrHistogram) -> str:
    """The percentile distribution in the format of HdrHistogram's tools."""
    out = io.BytesIO()
    histogram.output_percentile_distribution(out, MICROSECONDS_A_MILLISECOND, TICKS_A_HALF)
    return out.getvalue().decode()


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
            (folder / f"{clock}-{name}.hgrm").write_text(percentile_text(histogram), encoding="utf-8")
