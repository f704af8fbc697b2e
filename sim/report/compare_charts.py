"""The pictures of a comparison: paired differences with intervals, every seed as a dot, zero as a line."""

from collections.abc import Sequence
from functools import partial

from sim.report.blocks import Chart, Figure, Spec, Table
from sim.report.compare_outcome import (
    AgeResult,
    Policy,
    Result,
    in_unit,
    percent_of,
    signed_in_unit,
    verdict,
    with_unit,
)
from sim.report.drawing import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    SKY,
    VERMILION,
    Axis,
    frame,
    named,
    names,
    number_label,
    told,
    unique,
    zero_line,
)
from sim.report.quantities import Name, Phrase, count, phrase, render
from wording import Wording

VARIANT_COLOURS = (BLUE, ORANGE, GREEN, PINK, VERMILION, SKY)


def named_outcome(key: str) -> Name:
    """The name of an outcome; published totals have theirs from the targets sheet."""
    return Name("report.outcome", key, "report.target")


def outcome_figure(key: str, results: Sequence[Result]) -> Figure:
    """One outcome under all variants."""
    unit = results[0].unit
    rows: list[tuple[str, str, float | None, float | None, float | None]] = [
        (result.variant.code, "mean", result.difference, result.low, result.high) for result in results
    ]
    rows += [(result.variant.code, "seed", number, None, None) for result in results for number in result.per_seed]
    chart = Chart(
        f"outcome-{key}",
        ("variant", "kind", "difference", "low", "high"),
        rows,
        partial(_draw_outcome, unit, tuple(result.variant for result in results)),
    )
    heads = tuple(
        phrase(f"report.compare.head.{head}")
        for head in ("variant", "base_mean", "variant_mean", "difference", "low", "high", "seeds", "needs_more")
    )
    table = Table(
        heads,
        [
            (
                result.variant.title,
                in_unit(unit, result.base_mean),
                in_unit(unit, result.variant_mean),
                *(signed_in_unit(unit, number) for number in (result.difference, result.low, result.high)),
                count(len(result.per_seed)),
                count(result.needs_more),
            )
            for result in results
        ],
    )
    return Figure(f"outcome-{key}", named_outcome(key), tuple(sentence(result) for result in results), (chart,), table)


def sentence(result: Result) -> Phrase:
    """The result in one sentence: better, worse, or not settled and about how many more replications it would take."""
    kind = verdict(result)
    if kind == "open" and result.needs_more:
        kind = "open_more"
    return phrase(
        f"report.sentence.{kind}",
        variant=result.variant.title,
        outcome=named_outcome(result.key),
        difference=with_unit(result.unit, result.difference),
        low=signed_in_unit(result.unit, result.low),
        high=signed_in_unit(result.unit, result.high),
        level=percent_of(result.level),
        n=count(len(result.per_seed)),
        more=count(result.needs_more),
    )


def age_figure(key: str, unit: str, rows: Sequence[AgeResult]) -> Figure:
    """One outcome by age group under all variants."""
    variants = tuple(dict.fromkeys(row.variant for row in rows))
    groups = tuple(dict.fromkeys(row.group for row in rows))
    chart = Chart(
        f"age-{key}",
        ("variant", "grp", "difference", "low", "high"),
        [(row.variant.code, row.group, row.difference, row.low, row.high) for row in rows],
        partial(_draw_ages, unit, variants, groups),
    )
    heads = tuple(phrase(f"report.compare.head.{head}") for head in ("variant", "age", "difference", "low", "high"))
    table = Table(
        heads,
        [
            (
                row.variant.title,
                Name("report.age", row.group),
                *(signed_in_unit(unit, number) for number in (row.difference, row.low, row.high)),
            )
            for row in rows
        ],
    )
    return Figure(
        f"age-{key}",
        named_outcome(key),
        tuple(_age_aid(variant, [row for row in rows if row.variant == variant], unit) for variant in variants),
        (chart,),
        table,
    )


def _age_aid(variant: Policy, rows: Sequence[AgeResult], unit: str) -> Phrase:
    if all(row.low == row.high == 0 for row in rows):
        return phrase("report.compare.age.same", variant=variant.title, n=count(len(rows)))
    settled = [row for row in rows if row.low is not None and row.high is not None and not row.low <= 0 <= row.high]
    if not settled:
        return phrase("report.compare.age.open", variant=variant.title, n=count(len(rows)))
    most = max(settled, key=lambda row: abs(row.difference))
    return phrase(
        "report.compare.age.aid",
        variant=variant.title,
        settled=count(len(settled)),
        n=count(len(rows)),
        group=Name("report.age", most.group),
        difference=with_unit(unit, most.difference),
    )


def _difference_axis(wording: Wording, unit: str) -> Axis:
    """Signed labels: percentage points for shares, whole numbers in the words of the language for the rest."""
    plus = "(datum.value > 0 ? '+' : '')"
    number = "format(datum.value * 100, ',~g')" if unit == "share" else f"({number_label(wording)})"
    label = f"{plus} + {number}"
    named_unit = render(Name("report.difference_unit", unit), wording.language)
    title = wording.text("report.compare.axis" if unit == "count" else "report.compare.axis.unit", unit=named_unit)
    return {"title": title, "labelExpr": label, "tickCount": 7, "grid": True}


def _titles(variants: tuple[Policy, ...], wording: Wording) -> dict[str, str]:
    return {variant.code: render(variant.title, wording.language) for variant in variants}


def _tooltip(wording: Wording, unit: str) -> list[Spec]:
    pattern = "+.2%" if unit == "share" else "+,.2~f"
    return [
        told("variant_name", wording.text("report.compare.head.variant"), None, "nominal"),
        *(told(name, wording.text(f"report.compare.head.{name}"), pattern) for name in ("difference", "low", "high")),
    ]


def _draw_outcome(unit: str, variants: tuple[Policy, ...], wording: Wording) -> Spec:
    titles = _titles(variants, wording)
    x: Spec = {
        "field": "difference",
        "type": "quantitative",
        "scale": {"zero": True, "padding": 12},
        "axis": _difference_axis(wording, unit),
    }
    y: Spec = {
        "field": "variant_name",
        "type": "nominal",
        "sort": unique(titles),
        "axis": {"title": None, "labelLimit": 220},
    }
    seeds: Spec = {
        "mark": {"type": "tick", "color": GREY, "thickness": 1.6, "size": 12, "opacity": 0.55, "yOffset": 13},
        "transform": [{"filter": "datum.kind == 'seed'"}],
        "encoding": {"x": x, "y": y},
    }
    tooltip = _tooltip(wording, unit)
    means = [{"filter": "datum.kind == 'mean'"}]
    interval: Spec = {
        "mark": {"type": "rule", "strokeWidth": 3, "color": BLUE},
        "transform": [*means, {"filter": "isValid(datum.low)"}],
        "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "tooltip": tooltip},
    }
    dot: Spec = {
        "mark": {"type": "point", "filled": True, "size": 120, "color": BLUE, "opacity": 1},
        "transform": means,
        "encoding": {"x": x, "y": y, "tooltip": tooltip},
    }
    return frame(zero_line(), seeds, interval, dot, height=50 * len(titles), transform=[named("variant", titles)])


def _draw_ages(unit: str, variants: tuple[Policy, ...], groups: tuple[str, ...], wording: Wording) -> Spec:
    ages = names(wording, "report.age", groups)
    titles = _titles(variants, wording)
    x: Spec = {
        "field": "difference",
        "type": "quantitative",
        "axis": _difference_axis(wording, unit),
        "scale": {"padding": 12},
    }
    place: Spec = {
        "y": {"field": "grp_name", "type": "nominal", "sort": unique(ages), "axis": {"title": None, "labelLimit": 130}},
        "yOffset": {"field": "variant_name", "type": "nominal", "sort": unique(titles), "scale": {"paddingOuter": 0.6}},
    }
    colour: Spec = {
        "field": "variant_name",
        "type": "nominal",
        "sort": unique(titles),
        "scale": {
            "domain": unique(titles),
            "range": [VARIANT_COLOURS[place % len(VARIANT_COLOURS)] for place in range(len(variants))],
        },
        "legend": {
            "title": None,
            "orient": "top",
            "direction": "horizontal",
            "columns": {"expr": f"width < 480 ? 1 : {min(len(variants), 4)}"},
        },
    }
    tooltip = [
        told("grp_name", wording.text("report.compare.head.age"), None, "nominal"),
        *_tooltip(wording, unit),
    ]
    interval: Spec = {
        "mark": {"type": "rule", "strokeWidth": 2.6},
        "transform": [{"filter": "isValid(datum.low)"}],
        "encoding": {**place, "x": {**x, "field": "low"}, "x2": {"field": "high"}, "color": colour, "tooltip": tooltip},
    }
    dot: Spec = {
        "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
        "encoding": {**place, "x": x, "color": colour, "tooltip": tooltip},
    }
    return frame(
        zero_line(),
        interval,
        dot,
        height=len(groups) * (16 * len(variants) + 12),
        transform=[named("grp", ages), named("variant", titles)],
    )
