"""The run over time: what was asked and what was answered, how long it took, and when faults were active."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from loadtests.verdict.faults import FaultWindow
from loadtests.verdict.figures import CLOCKS, TIMED, Step
from sim.report.blocks import Chart, Figure, Section, Spec, Table
from sim.report.drawing import (
    BLUE,
    GREY,
    ORANGE,
    VERMILION,
    colours,
    dashes,
    frame,
    named,
    names,
    number_axis,
    told,
)
from sim.report.quantities import Name, Phrase, count, decimal, phrase, render, verbatim
from wording import Wording

MOST_BANDS = 300
SERIES = ("offered", "achieved")
LEAST_MS = 0.001
ROUND_NUMBERS = (
    "indexof([1, 2, 5, 10], round(datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-9)))) < 0 "
    "? '' : format(datum.value, ',~r')"
)
"""Labels of a logarithmic axis: 1, 2, 5, 10, 20 and so on; the ticks between bear none."""


def section(steps: Sequence[Step], length_s: float, faults: Sequence[FaultWindow]) -> Section:
    """Rates and latencies, with the faults as bands behind them."""
    blocks: list[Figure | Table] = [_rates(steps, length_s, faults), _latencies(steps, length_s, faults)]
    if faults:
        blocks.append(_faults(faults))
    return Section("time", phrase("verdict.section.time"), tuple(blocks))


def _rates(steps: Sequence[Step], length_s: float, faults: Sequence[FaultWindow]) -> Figure:
    rows: list[tuple[object, ...]] = []
    for step in steps:
        rows += [(step.from_s, "offered", step.offered_a_second), (step.from_s, "achieved", step.achieved_a_second)]
    most = max(steps, key=lambda step: step.offered_a_second)
    aids = [
        phrase("verdict.rates.aid", length=decimal(length_s)),
        phrase("verdict.rates.most", rate=decimal(most.offered_a_second), at=decimal(most.from_s)),
        *_fault_aid(faults),
    ]
    table = Table(
        tuple(phrase(f"verdict.head.{head}") for head in ("from", "offered_rate", "achieved_rate", "unexpected")),
        [
            (
                decimal(step.from_s),
                decimal(step.offered_a_second),
                decimal(step.achieved_a_second),
                count(step.unexpected),
            )
            for step in steps
        ],
    )
    chart = Chart("rates", ("at", "series", "rate"), rows, partial(_draw_rates, tuple(faults)))
    return Figure("rates", phrase("verdict.rates.title"), tuple(aids), (chart,), table)


def _fault_aid(faults: Sequence[FaultWindow]) -> list[Phrase]:
    return [phrase("verdict.faults.aid", n=count(len(faults)))] if faults else []


def _draw_rates(faults: tuple[FaultWindow, ...], wording: Wording) -> Spec:
    series = names(wording, "verdict.series", SERIES)
    line: Spec = {
        "mark": {"type": "line", "interpolate": "step-after"},
        "encoding": {
            "x": _time(wording),
            "y": {"field": "rate", "type": "quantitative", "axis": number_axis(wording, "verdict.axis.rate")},
            "color": colours("series", series, (GREY, BLUE), "stroke"),
            "strokeDash": dashes("series", series),
            "tooltip": [
                told("series_name", wording.text("verdict.head.series"), None, "nominal"),
                told("at", wording.text("verdict.axis.second"), ",~r"),
                told("rate", wording.text("verdict.axis.rate"), ",.1f"),
            ],
        },
    }
    return frame(*_bands(faults, wording), line, transform=[named("series", series)])


def _time(wording: Wording) -> Spec:
    axis = number_axis(wording, "verdict.axis.second", tickCount=8)
    return {"field": "at", "type": "quantitative", "axis": axis, "scale": {"nice": False}}


def _bands(faults: tuple[FaultWindow, ...], wording: Wording) -> list[Spec]:
    """Faults behind a chart of time; those beyond a few hundred would only be a single blot."""
    if not faults:
        return []
    values = [
        {"at": fault.from_s, "until": max(fault.to_s, fault.from_s + 0.05), "kind": _fault_name(fault, wording)}
        for fault in faults[:MOST_BANDS]
    ]
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rect", "color": VERMILION, "opacity": 0.16},
            "encoding": {
                "x": {"field": "at", "type": "quantitative"},
                "x2": {"field": "until"},
                "tooltip": [told("kind", wording.text("verdict.head.fault"), None, "nominal")],
            },
        }
    ]


def _fault_name(fault: FaultWindow, wording: Wording) -> str:
    return render(Name("verdict.fault", fault.kind), wording.language)


def _latencies(steps: Sequence[Step], length_s: float, faults: Sequence[FaultWindow]) -> Figure:
    rows: list[tuple[object, ...]] = [
        (step.from_s, clock, f"{clock}_{name}", max(step.latency_ms[clock][name], LEAST_MS))
        for step in steps
        for clock in CLOCKS
        for name in TIMED
        if name in step.latency_ms[clock]
    ]
    heads = [phrase("verdict.head.from")]
    heads += [phrase(f"verdict.head.{clock}", statistic=name) for clock in CLOCKS for name in TIMED]
    table = Table(
        tuple(heads),
        [
            (decimal(step.from_s), *(decimal(step.latency_ms[clock].get(name)) for clock in CLOCKS for name in TIMED))
            for step in steps
        ],
    )
    chart = Chart("latencies", ("at", "clock", "series", "ms"), rows, partial(_draw_latencies, tuple(faults)))
    aids = (phrase("verdict.latencies.aid", length=decimal(length_s)), *_fault_aid(faults))
    return Figure("latencies", phrase("verdict.latencies.title"), aids, (chart,), table)


def _draw_latencies(faults: tuple[FaultWindow, ...], wording: Wording) -> Spec:
    keys = [f"{clock}_{name}" for name in TIMED for clock in CLOCKS]
    series = names(wording, "verdict.series", keys)
    line: Spec = {
        "mark": {"type": "line", "strokeWidth": 1.8},
        "encoding": {
            "x": _time(wording),
            "y": milliseconds(wording, "ms"),
            "color": colours("series", series, (BLUE, ORANGE, BLUE, ORANGE), "stroke"),
            "strokeDash": dashes("series", series),
            "tooltip": [
                told("series_name", wording.text("verdict.head.series"), None, "nominal"),
                told("at", wording.text("verdict.axis.second"), ",~r"),
                told("ms", wording.text("verdict.axis.ms"), ",.3~f"),
            ],
        },
    }
    return frame(*_bands(faults, wording), line, transform=[named("series", series)])


def milliseconds(wording: Wording, field: str) -> Spec:
    """A channel of latencies on a logarithmic scale."""
    axis = {"title": wording.text("verdict.axis.ms"), "labelOverlap": True, "labelExpr": ROUND_NUMBERS}
    return {"field": field, "type": "quantitative", "scale": {"type": "log"}, "axis": axis}


def _faults(faults: Sequence[FaultWindow]) -> Table:
    heads = tuple(phrase(f"verdict.head.{head}") for head in ("fault", "from", "to", "hit"))
    rows = [
        (
            Name("verdict.fault", fault.kind),
            verbatim(f"{fault.from_s:.3f}"),
            verbatim(f"{fault.to_s:.3f}"),
            count(fault.hit),
        )
        for fault in faults[: MOST_BANDS * 3]
    ]
    return Table(heads, rows, phrase("verdict.faults.title", n=count(len(faults))))
