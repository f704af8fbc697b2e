"""Latencies in HDR histograms: recorded in bulk, on two clocks, a pair for each type of operation.

Values are microseconds from 1 to one hour with three significant digits. `due`: from the instant an operation was due
to its last answer, one value an operation; `sent`: from sending a request to its whole answer, one value an exchange.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from hdrh.histogram import HdrHistogram
from numpy.typing import NDArray

LONGEST_US = 3_600_000_000
DIGITS = 3
NANOSECONDS_A_MICROSECOND = 1_000
MICROSECONDS_A_MILLISECOND = 1_000
TICKS_A_HALF = 5
SHOWN = (50.0, 90.0, 95.0, 99.0, 99.9, 99.99)
DUE, SENT = "due", "sent"
Clocks = dict[str, HdrHistogram]


def new_histogram() -> HdrHistogram:
    """An empty histogram of the shape that all here have."""
    return HdrHistogram(1, LONGEST_US, DIGITS)


def record_all(histogram: HdrHistogram, values_ns: NDArray[np.int64]) -> None:
    """As `record_value` for each, in microseconds, rounded up, but at once: numpy finds the places of all of them."""
    if not len(values_ns):
        return
    microseconds = np.clip(-(-values_ns // NANOSECONDS_A_MICROSECOND), 1, LONGEST_US)
    half_magnitude = histogram.sub_bucket_half_count_magnitude
    _, bits = np.frexp((microseconds | histogram.sub_bucket_mask).astype(np.float64))
    bucket = bits.astype(np.int64) - half_magnitude - 1
    place = ((bucket + 1) << half_magnitude) + (microseconds >> bucket) - histogram.sub_bucket_half_count
    counts = np.frombuffer(histogram.counts, dtype=np.uint64)
    np.add.at(counts, place, np.uint64(1))
    histogram.total_count += len(values_ns)
    histogram.min_value = min(histogram.min_value, int(microseconds.min()))
    histogram.max_value = max(histogram.max_value, int(microseconds.max()))


class Latencies:
    """A pair of histograms for each type of operation."""

    def __init__(self) -> None:
        self.by_type: dict[str, Clocks] = {}

    def of(self, kind: str) -> Clocks:
        """The pair of one type."""
        found = self.by_type.get(kind)
        if found is None:
            found = self.by_type[kind] = {DUE: new_histogram(), SENT: new_histogram()}
        return found

    def encoded(self) -> dict[str, dict[str, str]]:
        """Each histogram as the compressed text that HdrHistogram tools exchange; empty ones are left out."""
        return {
            kind: {clock: each.encode().decode() for clock, each in clocks.items() if each.total_count}
            for kind, clocks in sorted(self.by_type.items())
        }

    def add_encoded(self, found: Mapping[str, Mapping[str, str]]) -> None:
        """Add what another worker encoded."""
        for kind, clocks in found.items():
            for clock, text in clocks.items():
                self.of(kind)[clock].decode_and_add(text.encode())

    def all_types(self) -> Clocks:
        """The sum over all types."""
        return {clock: total(clocks[clock] for clocks in self.by_type.values()) for clock in (DUE, SENT)}


def total(histograms: Iterable[HdrHistogram]) -> HdrHistogram:
    """The sum of several."""
    made = new_histogram()
    for each in histograms:
        if each.total_count:
            made.add(each)
    return made


def percentiles_text(histogram: HdrHistogram) -> str:
    """The percentile distribution (`.hgrm`), in milliseconds: what HdrHistogram's plotter reads."""
    out = io.BytesIO()
    histogram.output_percentile_distribution(out, MICROSECONDS_A_MILLISECOND, TICKS_A_HALF)
    return out.getvalue().decode()


def figures(histogram: HdrHistogram) -> dict[str, Any]:
    """Count, smallest, largest and percentiles in milliseconds."""
    if not histogram.total_count:
        return {"count": 0}
    at = histogram.get_percentile_to_value_dict(list(SHOWN))
    milliseconds = {f"p{level:g}_ms": at[level] / MICROSECONDS_A_MILLISECOND for level in SHOWN}
    return {
        "count": histogram.total_count,
        "min_ms": histogram.min_value / MICROSECONDS_A_MILLISECOND,
        "max_ms": histogram.max_value / MICROSECONDS_A_MILLISECOND,
        **milliseconds,
    }
