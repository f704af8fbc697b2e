"""Latency by operation on both clocks, and the percentile plot up to the last nine that was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from hdrh.histogram import HdrHistogram

from loadtests.verdict.figures import CLOCKS, STATISTICS, OperationFigures
from loadtests.verdict.histograms import plotted
from loadtests.verdict.said import kind_name
from loadtests.verdict.time_section import LEAST_MS, milliseconds
from sim.report.blocks import Chart, Figure, Section, Spec, Table
from sim.report.drawing import BLUE, ORANGE, colours, dashes, frame, named, names, told
from sim.report.quantities import Quantity, count, decimal, phrase
from wording import Wording

ROW_HEIGHT = 34
PERCENTILE_LABELS = "{1: '0%', 10: '90%', 100: '99%', 1000: '99.9%', 10000: '99.99%'}[datum.value] || ''"


def section(operations: Sequence[OperationFigures], histograms: Mapping[tuple[str, str], HdrHistogram]) -> Section:
    """Two figures: operations side by side, and all of them by percentile."""
    blocks = (_by_operation(operations), _by_percentile(histograms))
    return Section("latency", phrase("verdict.section.latency"), blocks)


def _by_operation(operations: Sequence[OperationFigures]) -> Figure:
    kinds = [each.kind for each in operations]
    rows: list[tuple[object, ...]] = [
        (each.kind or "*", clock, *(max(found[name], LEAST_MS) for name in ("p50", "p99", "max")))
        for each in operations
        for clock in CLOCKS
        if (found := each.latency_ms[clock])
    ]
    heads = [phrase("verdict.head.operations"), phrase("verdict.head.answered")]
    heads += [phrase(f"verdict.head.{clock}", statistic=name) for clock in CLOCKS for name in STATISTICS]
    table = Table(
        tuple(heads),
        [
            (
                kind_name(each.kind),
                count(each.answered),
                *(decimal(_rounded(each.latency_ms[clock].get(name))) for clock in CLOCKS for name in STATISTICS),
            )
            for each in operations
        ],
    )
    chart = Chart("operations", ("kind", "clock", "p50", "p99", "most"), rows, partial(_draw_operations, kinds))
    aids = (phrase("verdict.operations.aid"), phrase("verdict.operations.clocks"))
    return Figure("operations", phrase("verdict.operations.title"), aids, (chart,), table)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _draw_operations(kinds: list[str], wording: Wording) -> Spec:
    clocks = names(wording, "verdict.clock", CLOCKS)
    shown = [kind or wording.text("verdict.all_operations") for kind in kinds]
    whole: Spec = {
        "calculate": f"datum.kind == '*' ? '{wording.text('verdict.all_operations')}' : datum.kind",
        "as": "name",
    }
    place: Spec = {
        "y": {"field": "name", "type": "nominal", "sort": shown, "axis": {"title": None, "labelLimit": 220}},
        "yOffset": {"field": "clock_name", "type": "nominal", "sort": list(clocks.values())},
        "color": colours("clock", clocks, (BLUE, ORANGE)),
    }
    tooltip = [
        told("name", wording.text("verdict.head.operations"), None, "nominal"),
        told("clock_name", wording.text("verdict.head.clock"), None, "nominal"),
        *(told(field, name, ",.3~f") for field, name in (("p50", "p50"), ("p99", "p99"), ("most", "max"))),
    ]
    x = milliseconds(wording, "p50")
    to_most: Spec = {
        "mark": {"type": "rule", "strokeWidth": 1, "opacity": 0.6},
        "encoding": {**place, "x": {**x, "field": "p99"}, "x2": {"field": "most"}, "tooltip": tooltip},
    }
    middle: Spec = {
        "mark": {"type": "rule", "strokeWidth": 6},
        "encoding": {**place, "x": x, "x2": {"field": "p99"}, "tooltip": tooltip},
    }
    median: Spec = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
        "encoding": {**place, "x": x, "tooltip": tooltip},
    }
    return frame(to_most, middle, median, height=ROW_HEIGHT * len(kinds), transform=[named("clock", clocks), whole])


def _by_percentile(histograms: Mapping[tuple[str, str], HdrHistogram]) -> Figure:
    points = {clock: plotted(histograms[clock, ""]) for clock in CLOCKS}
    rows: list[tuple[object, ...]] = [
        (clock, 1 / (1 - share), share * 100, max(ms, LEAST_MS)) for clock in CLOCKS for share, ms in points[clock]
    ]
    longest = max(points.values(), key=len)
    table = Table(
        (phrase("verdict.head.percentile"), *(phrase(f"verdict.clock.{clock}") for clock in CLOCKS)),
        [
            (
                Quantity(f"{share * 100:.4f}", "text"),
                *(decimal(_rounded(_at(points[clock], place))) for clock in CLOCKS),
            )
            for place, (share, _) in enumerate(longest)
        ],
    )
    chart = Chart("percentiles", ("clock", "nines", "percentile", "ms"), rows, _draw_percentiles)
    aids = (phrase("verdict.percentiles.aid"),)
    return Figure("percentiles", phrase("verdict.percentiles.title"), aids, (chart,), table)


def _at(points: list[tuple[float, float]], place: int) -> float | None:
    return points[place][1] if place < len(points) else None


def _draw_percentiles(wording: Wording) -> Spec:
    clocks = names(wording, "verdict.clock", CLOCKS)
    axis = {
        "title": wording.text("verdict.head.percentile"),
        "values": [1, 10, 100, 1000, 10000],
        "labelExpr": PERCENTILE_LABELS,
        "grid": True,
    }
    line: Spec = {
        "mark": {"type": "line", "point": {"size": 14}},
        "encoding": {
            "x": {"field": "nines", "type": "quantitative", "scale": {"type": "log", "nice": False}, "axis": axis},
            "y": milliseconds(wording, "ms"),
            "color": colours("clock", clocks, (BLUE, ORANGE), "stroke"),
            "strokeDash": dashes("clock", clocks),
            "tooltip": [
                told("clock_name", wording.text("verdict.head.clock"), None, "nominal"),
                told("percentile", wording.text("verdict.head.percentile"), ".4~f"),
                told("ms", wording.text("verdict.axis.ms"), ",.3~f"),
            ],
        },
    }
    return frame(line, height=300, transform=[named("clock", clocks)])
