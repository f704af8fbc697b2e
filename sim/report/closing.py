"""What 99.8 % closed and 97.6 % satisfied may mean: three words for an end, and the people who did not rate."""

from collections.abc import Mapping
from functools import partial

from sim.report.blocks import Chart, Figure, Spec, Table
from sim.report.drawing import (
    BLUE,
    INK,
    PALE,
    frame,
    labels,
    named,
    names,
    percent,
    published_line,
    share_axis,
    told,
    unique,
)
from sim.report.quantities import Name, fine_share, phrase, share
from sim.report.run_folder import Target
from wording import Wording

CLOSING_WORDS = ("answered_share", "resolved_share", "closed_share")
CLOSED_PUBLISHED = 0.998
CLOSED_ROUNDED = (0.9975, 0.9985)
"""What rounds to 99.8 %."""
SATISFIED_PUBLISHED = 0.976

Targets = Mapping[str, Target]


def nearest_closing(targets: Targets) -> tuple[str, float] | None:
    """Which of answered, resolved and closed comes nearest to 99.8 %, and how far it is, as a share."""
    known = {key: abs(value - CLOSED_PUBLISHED) for key, value in _closing_shares(targets).items()}
    return min(known.items(), key=lambda item: item[1]) if known else None


def closing_figure(targets: Targets) -> Figure | None:
    """Answered, resolved and closed beside the published 99.8 %, whose definition is not published."""
    values = _closing_shares(targets)
    nearest = nearest_closing(targets)
    if nearest is None:
        return None
    inside = CLOSED_ROUNDED[0] <= values[nearest[0]] <= CLOSED_ROUNDED[1]
    aid = phrase(
        f"report.closing.aid.{'inside' if inside else 'outside'}",
        nearest=Name("report.target", nearest[0]),
        value=fine_share(values[nearest[0]]),
        distance=fine_share(nearest[1]),
    )
    heads = tuple(phrase(f"report.closing.head.{head}") for head in ("word", "meaning", "simulated", "published"))
    table = Table(
        heads,
        [
            (
                Name("report.target", key),
                Name("report.closing.meaning", key),
                fine_share(value),
                fine_share(CLOSED_PUBLISHED),
            )
            for key, value in values.items()
        ],
    )
    chart = Chart(
        "closing",
        ("key", "share"),
        list(values.items()),
        partial(_draw_closing, tuple(values), min(*values.values(), CLOSED_ROUNDED[0])),
    )
    return Figure("closing", phrase("report.closing.title"), (aid,), (chart,), table)


def satisfied_figure(targets: Targets) -> Figure | None:
    """The share of good ratings, with the bounds that the silent leave open."""
    satisfied, rated, low = (
        _simulated(targets, key) for key in ("satisfied_share", "rated_share", "satisfied_share_low")
    )
    if satisfied is None or not rated:
        return None
    low = rated * satisfied if low is None else low
    high = 1 - rated * (1 - satisfied)
    aid = phrase(
        "report.satisfied.aid", satisfied=share(satisfied), rated=share(rated), low=share(low), high=share(high)
    )
    rows = (("all_unhappy", low), ("rated_only", satisfied), ("all_happy", high))
    heads = (phrase("report.satisfied.head.assumption"), phrase("report.satisfied.head.share"))
    table = Table(heads, [(Name("report.satisfied", key), share(value)) for key, value in rows])
    chart = Chart("satisfied", ("low", "satisfied", "high"), [(low, satisfied, high)], _draw_satisfied)
    return Figure("satisfied", phrase("report.satisfied.title"), (aid,), (chart,), table)


def _simulated(targets: Targets, key: str) -> float | None:
    row = targets.get(key)
    return row.simulated if row else None


def _closing_shares(targets: Targets) -> dict[str, float]:
    return {key: value for key in CLOSING_WORDS if (value := _simulated(targets, key)) is not None}


def _draw_closing(keys: tuple[str, ...], least: float, wording: Wording) -> Spec:
    rows = names(wording, "report.target", keys)
    span = 1 - least
    x: Spec = {
        "field": "share",
        "type": "quantitative",
        "scale": {"zero": False, "domain": [least - span / 10, 1 + span / 25], "nice": False},
        "axis": share_axis(wording, "report.closing.axis", grid=True),
    }
    y: Spec = {"field": "key_name", "type": "nominal", "sort": unique(rows), "axis": {"title": None}}
    rounded: Spec = {
        "data": {"values": [{"from": CLOSED_ROUNDED[0], "to": CLOSED_ROUNDED[1]}]},
        "mark": {"type": "rect", "color": PALE},
        "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
    }
    dot: Spec = {
        "mark": {"type": "point", "filled": True, "size": 130, "color": BLUE, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "tooltip": [
                told("key_name", wording.text("report.closing.head.word"), None, "nominal"),
                told("share", wording.text("report.closing.head.simulated"), ".2%"),
            ],
        },
    }
    return frame(
        rounded,
        *published_line(CLOSED_PUBLISHED, wording.text("report.published.closed"), "x", "center"),
        dot,
        *labels("share_text", {"x": x, "y": y}, dy=-13),
        height=44 * len(keys),
        transform=[named("key", rows), percent("share", 2)],
    )


def _draw_satisfied(wording: Wording) -> Spec:
    x: Spec = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": share_axis(wording, "report.satisfied.axis", grid=True),
    }
    span: Spec = {
        "mark": {"type": "bar", "height": 16, "color": "#9CC9E8", "cornerRadius": 3},
        "encoding": {
            "x": x,
            "x2": {"field": "high"},
            "tooltip": [
                told("low", wording.text("report.satisfied.all_unhappy"), ".1%"),
                told("satisfied", wording.text("report.satisfied.rated_only"), ".1%"),
                told("high", wording.text("report.satisfied.all_happy"), ".1%"),
            ],
        },
    }
    dot: Spec = {
        "mark": {"type": "point", "filled": True, "size": 120, "color": BLUE, "opacity": 1},
        "encoding": {"x": {**x, "field": "satisfied"}},
    }
    ends: list[Spec] = [
        layer
        for field in ("low", "high")
        for layer in labels(f"{field}_text", {"x": {**x, "field": field}}, baseline="top", dy=14, color=INK)
    ]
    return frame(
        span,
        *published_line(SATISFIED_PUBLISHED, wording.text("report.published.satisfied"), "x", "right"),
        dot,
        *ends,
        height=90,
        transform=[percent("low"), percent("high")],
    )
