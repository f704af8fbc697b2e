"""Pieces of Vega-Lite specifications in one design: colours, axes, legends, time, names of codes.

Colours are those of Okabe and Ito (2008), told apart with every common kind of colour blindness; lines differ in dash
too, for print. Sizes follow the container, so that the same picture serves a phone and a sheet of paper.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.report.blocks import Spec
from sim.report.quantities import Name, render
from wording import Wording

BLUE, SKY, ORANGE, VERMILION, GREEN, PINK, GREY, INK, PALE = (
    "#0072B2",
    "#56B4E9",
    "#E69F00",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#7A828C",
    "#1F2A33",
    "#DDE3E8",
)
FONTS = (
    '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", '
    '"Source Han Sans SC", "Mashang Sans SC", sans-serif'
)
"""Fonts of the system first; the embedded subset draws Chinese where a system has none."""
DAYS_ON_A_DAILY_AXIS = 62
SOURCE = {"name": "rows"}
AXIS_UNITS = {"zh": (1e4, 1e8), "en": (1e3, 1e6)}
"""What an axis counts large numbers in: 万 and 亿, thousands and millions."""
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4])

Axis = dict[str, Any]


def theme() -> Spec:
    """The configuration that every chart of a page shares."""
    quiet = {
        "labelColor": "#4A5560",
        "titleColor": "#4A5560",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "labelPadding": 5,
    }
    return {
        "font": FONTS,
        "background": "transparent",
        "view": {"stroke": None},
        "axis": {**quiet, "gridColor": "#E9EDF0", "domainColor": "#B8C0C7", "tickColor": "#B8C0C7", "labelLimit": 190},
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "legend": {
            **quiet,
            "symbolStrokeWidth": 2.5,
            "labelLimit": 260,
            "rowPadding": 3,
            "columnPadding": 18,
            "offset": 8,
        },
        "bar": {"color": BLUE},
        "line": {"strokeWidth": 2.2, "color": BLUE},
        "rule": {"color": INK},
        "text": {"fontSize": 12, "color": INK},
    }


def frame(*layers: Spec, height: int = 260, **more: Any) -> Spec:
    """A chart as wide as its container, of one layer or several over the rows."""
    inside: Spec = dict(layers[0]) if len(layers) == 1 else {"layer": list(layers)}
    return {
        "data": SOURCE,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        **more,
        **inside,
    }


def number_label(wording: Wording) -> str:
    """The expression that labels an axis of whole numbers: 20k or 2万, 1.5M or 150万, by language."""
    large, huge = AXIS_UNITS[wording.language]
    parts = [
        f"abs(datum.value) >= {size:.0f} ? format(datum.value / {size:.0f}, ',~g') + '{wording.text(text_id)}'"
        for size, text_id in ((huge, "report.axis.huge"), (large, "report.axis.large"))
    ]
    return f"{' : '.join(parts)} : format(datum.value, ',~g')"


def number_axis(wording: Wording, title_id: str, **more: Any) -> Axis:
    """An axis of whole numbers; `more` overrides."""
    return {
        "title": wording.text(title_id),
        "labelExpr": number_label(wording),
        "tickCount": 6,
        "labelOverlap": True,
        **more,
    }


def share_axis(wording: Wording, title_id: str, **more: Any) -> Axis:
    """An axis of shares in percent."""
    return {
        "title": wording.text(title_id),
        "labelExpr": "format(datum.value * 100, '~g') + '%'",
        "tickCount": 6,
        "labelOverlap": True,
        **more,
    }


def time_field(wording: Wording, days: int, title_id: str = "report.axis.day") -> Spec:
    """The x channel of civil days: months for a long run, days for a short one; UTC so that no browser shifts a day."""
    axis: Axis = {"title": wording.text(title_id), "labelOverlap": True, "grid": False, "labelFlush": True}
    if days <= DAYS_ON_A_DAILY_AXIS:
        axis |= {
            "labelExpr": f"utcFormat(datum.value, '{wording.text('report.axis.date')}')",
            "tickCount": {"interval": "day", "step": max(1, days // 8)},
        }
    else:
        month, year = wording.text("report.axis.month"), wording.text("report.axis.year")
        axis |= {
            "labelExpr": f"[utcFormat(datum.value, '{month}'), utcmonth(datum.value) == 0 || datum.index == 0 "
            f"? utcFormat(datum.value, '{year}') : '']",
            "tickCount": {"interval": "month", "step": 1},
        }
    return {"field": "day", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def day_text() -> Spec:
    """The transform that gives a tooltip the day as text."""
    return {"calculate": "utcFormat(datum.day, '%Y-%m-%d')", "as": "day_text"}


def names(wording: Wording, prefix: str, codes: Iterable[str]) -> dict[str, str]:
    """Code to name, in the order given."""
    return {code: render(Name(prefix, code), wording.language) for code in codes}


def named(field: str, translated: Mapping[str, str]) -> Spec:
    """The transform that adds `<field>_name`: rows hold codes, the specification knows their names."""
    return {"calculate": f"{json.dumps(dict(translated), ensure_ascii=False)}[datum.{field}]", "as": f"{field}_name"}


def unique(translated: Mapping[str, str]) -> list[str]:
    """The names as a domain or sort order, each once."""
    return list(dict.fromkeys(translated.values()))


def colours(field: str, translated: Mapping[str, str], palette: Sequence[str], symbol: str = "square") -> Spec:
    """A colour channel over names in their order; `symbol` is `stroke` for lines."""
    return {
        **_in_order(field, translated, symbol),
        "scale": {"domain": unique(translated), "range": list(palette[: len(translated)])},
    }


def dashes(field: str, translated: Mapping[str, str]) -> Spec:
    """A dash channel to go with the colours of lines, for print without colour; one legend serves both."""
    return {
        **_in_order(field, translated, "stroke"),
        "scale": {"domain": unique(translated), "range": [list(dash) for dash in DASHES[: len(translated)]]},
    }


def _in_order(field: str, translated: Mapping[str, str], symbol: str) -> Spec:
    """Names in their order, the legend on top, folded to half the columns on a phone."""
    wide = len(translated)
    return {
        "field": f"{field}_name",
        "type": "nominal",
        "sort": unique(translated),
        "legend": {
            "title": None,
            "orient": "top",
            "direction": "horizontal",
            "symbolType": symbol,
            "symbolSize": 140,
            "columns": {"expr": f"width < 480 ? {max(1, (wide + 1) // 2)} : {wide}"},
        },
    }


def told(field: str, title: str, pattern: str | None = ",", kind: str = "quantitative") -> Spec:
    """One line of a tooltip."""
    line: Spec = {"field": field, "type": kind, "title": title}
    return line | {"format": pattern} if pattern and kind == "quantitative" else line


def published_line(value: float, label: str, channel: str = "y", align: str = "left") -> list[Spec]:
    """A dashed line at a published figure with its label."""
    at: Spec = {channel: {"field": "at", "type": "quantitative"}}
    spot: Spec = (
        {"y": {"value": 0}} if channel == "x" else {"x": {"value": 4 if align == "left" else {"expr": "width - 4"}}}
    )
    own: Spec = {"data": {"values": [{"at": value, "label": label}]}}
    rule: Spec = {
        **own,
        "mark": {"type": "rule", "strokeDash": [5, 4], "color": VERMILION, "strokeWidth": 1.6},
        "encoding": at,
    }
    text = labels(
        "label", {**at, **spot}, align=align, baseline="bottom", dy=-4 if channel == "y" else -2, color="#A84300"
    )
    return [rule, *({**own, **layer} for layer in text)]


def labels(field: str, encoding: Spec, **mark: Any) -> list[Spec]:
    """Text with a white edge, so that it can be read over bars and lines."""
    where = {"text": {"field": field}, **encoding}
    edge: Spec = {"type": "text", **mark, "color": "white", "stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    return [{"mark": edge, "encoding": where}, {"mark": {"type": "text", **mark}, "encoding": where}]


def percent(field: str, decimals: int = 1) -> Spec:
    """The transform that gives a label its share as text."""
    return {
        "calculate": f"isValid(datum.{field}) ? format(datum.{field} * 100, '.{decimals}f') + '%' : ''",
        "as": f"{field}_text",
    }


def zero_line() -> Spec:
    """A single line at zero of the x axis: of its own row, not one over the other for every row of the chart."""
    return {
        "data": {"values": [{"at": 0}]},
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }


def narrow_bar(channel: str, most: int, **mark: Any) -> Spec:
    """A bar that stays narrow where there are few."""
    size = "width" if channel == "x" else "height"
    return {"type": "bar", size: {"expr": f"min(bandwidth('{channel}'), {most})"}, **mark}
