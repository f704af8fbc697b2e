"""Recording in bulk is recording one by one."""

import json

import numpy as np
from hdrh.histogram import HdrHistogram
from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.histograms import (
    DUE,
    LONGEST_US,
    SENT,
    Latencies,
    figures,
    new_histogram,
    percentiles_text,
    record_all,
)

nanoseconds = st.lists(st.integers(0, 5 * 10**12) | st.integers(0, 10**7), max_size=60)


@given(nanoseconds, nanoseconds)
def test_bulk_is_one_by_one(first: list[int], second: list[int]) -> None:
    """Counts, extremes and total after two batches are those of `record_value` for each, rounded up to microseconds."""
    bulk, single = new_histogram(), new_histogram()
    for values in (first, second):
        record_all(bulk, np.array(values, dtype=np.int64))
        for value in values:
            assert single.record_value(min(max(-(-value // 1000), 1), LONGEST_US))
    assert bulk.total_count == single.total_count
    assert list(bulk.counts) == list(single.counts)
    assert (bulk.min_value, bulk.max_value) == (single.min_value, single.max_value)


@given(nanoseconds)
def test_workers_add_up(values: list[int]) -> None:
    """Histograms that travelled as text and were added are those of all values together."""
    together, apart = Latencies(), Latencies()
    for start in range(2):
        worker = Latencies()
        share = np.array(values[start::2], dtype=np.int64)
        record_all(worker.of("a")[DUE], share)
        record_all(together.of("a")[DUE], share)
        apart.add_encoded(json.loads(json.dumps(worker.encoded())))
    if values:
        assert list(apart.of("a")[DUE].counts) == list(together.of("a")[DUE].counts)
    assert figures(apart.all_types()[DUE]) == figures(together.all_types()[DUE])
    assert figures(apart.all_types()[SENT]) == {"count": 0}


def test_the_distribution_is_in_milliseconds() -> None:
    """A `.hgrm` file gives values in milliseconds and ends with the totals that its readers want."""
    found = HdrHistogram(1, LONGEST_US, 3)
    record_all(found, np.array([20_500_000] * 99 + [1_000_000_000]))
    text = percentiles_text(found)
    assert "1/(1-Percentile)" in text.splitlines()[0]
    assert "#[Max     =     1000" in text.replace("1000.447", "1000")
    assert figures(found)["p50_ms"] in {20.5, 20.511}
