"""The targets sheet: each published total beside the simulated one, and what the totals do not say.

134, 244 and 215 (the three boards), over 8,000 and the unexplained remainder are separate rows; the published 99.8 %
has no stated definition, so answered, resolved and closed stand beside it and the nearest is named.
"""

from collections.abc import Mapping
from functools import partial

from sim.report.blocks import Badge, Chart, Figure, Note, Noted, Section, Spec, Table
from sim.report.closing import closing_figure, satisfied_figure
from sim.report.drawing import BLUE, GREY, PALE, VERMILION, frame, named, names, share_axis, told, unique, zero_line
from sim.report.quantities import Name, Quantity, count, fine_share, known_texts, phrase, share, signed_share, verbatim
from sim.report.run_folder import RunFolder, Target
from wording import Wording

LIMITS = {"deduction_rate_max"}
QUALIFIERS = ("over", "nearly", "at_most")
STATUS_TONES = {"published": "published", "assumed": "assumed", "derived": "derived", "estimated": "derived"}


def section(run: RunFolder) -> Section:
    """The targets sheet with its pictures."""
    title = phrase("report.targets.title")
    targets = run.targets()
    if not targets:
        return Section("targets", title, (Note(phrase("report.targets.empty")),))
    blocks: list[Figure | Table | Note] = [*_lead(run, targets), _sheet(targets)]
    blocks += [
        figure for figure in (_deviations(targets), closing_figure(targets), satisfied_figure(targets)) if figure
    ]
    return Section("targets", title, tuple(blocks))


def amount(key: str, value: float | None) -> Quantity:
    """A total or a share, by the key of its row."""
    if key in LIMITS:
        return share(value)
    return fine_share(value) if key.endswith(("_share", "_share_low")) else count(value)


def comparable(targets: Mapping[str, Target]) -> list[Target]:
    """The rows with a published and a simulated total; limits (at most 30 %) are no totals."""
    return [row for row in targets.values() if row.deviation is not None]


def _lead(run: RunFolder, targets: dict[str, Target]) -> list[Note]:
    notes = [Note(phrase("report.targets.lead"))]
    if float(run.manifest.get("scale") or 1) != 1:
        notes.append(Note(phrase("report.targets.scaled", scale=verbatim(run.manifest["scale"]))))
    judged = [row for row in targets.values() if row.within is not None]
    if judged:
        inside = sum(bool(row.within) for row in judged)
        notes.append(Note(phrase("report.targets.within", inside=count(inside), judged=count(len(judged)))))
    misses = run.manifest.get("news_miss_days")
    if isinstance(misses, int):
        notes.append(Note(phrase("report.targets.news", misses=count(misses))))
    return notes


def _sheet(targets: dict[str, Target]) -> Table:
    heads = tuple(
        phrase(f"report.targets.head.{name}")
        for name in ("total", "published", "simulated", "deviation", "band", "within", "status")
    )
    return Table(heads, [_row(row) for row in targets.values()], folded=False)


def _row(row: Target) -> tuple[object, ...]:
    published: object = amount(row.key, row.published)
    if row.published is not None and row.qualifier in QUALIFIERS:
        published = phrase(f"report.qualifier.{row.qualifier}", value=published)
    band: object = Quantity(None, "text")
    if row.low is not None and row.high is not None:
        band = phrase("report.range", low=amount(row.key, row.low), high=amount(row.key, row.high))
    elif row.low is not None or row.high is not None:
        side = "at_least" if row.low is not None else "at_most"
        band = phrase(f"report.range.{side}", value=amount(row.key, row.low if row.low is not None else row.high))
    within: object = Quantity(None, "text")
    if row.within is not None:
        within = Badge(
            phrase("report.targets.inside" if row.within else "report.targets.outside"), "good" if row.within else "bad"
        )
    status = Badge(Name("report.status", row.status), STATUS_TONES.get(row.status, "derived"))
    return (
        _named(row),
        published,
        amount(row.key, row.simulated),
        signed_share(row.deviation),
        band,
        within,
        status,
    )


def _named(row: Target) -> Name | Noted:
    """The name of a total, with the word on it: a wording id, or text that is shown as it stands."""
    name = Name("report.target", row.key)
    if not row.note:
        return name
    if row.note.startswith("report."):
        return Noted(name, phrase(row.note)) if row.note in known_texts("en") else name
    return Noted(name, verbatim(row.note))


def _deviations(targets: dict[str, Target]) -> Figure | None:
    rows = comparable(targets)
    if not rows:
        return None
    farthest = max(rows, key=lambda row: abs(row.deviation or 0))
    nearest = min(rows, key=lambda row: abs(row.deviation or 0))
    aid = phrase(
        "report.targets.deviations.aid",
        n=count(len(rows)),
        nearest=Name("report.target", nearest.key),
        nearest_by=signed_share(nearest.deviation),
        farthest=Name("report.target", farthest.key),
        farthest_by=signed_share(farthest.deviation),
    )
    values = [
        (
            row.key,
            row.deviation,
            _band(row, row.low),
            _band(row, row.high),
            "unjudged" if row.within is None else "inside" if row.within else "outside",
        )
        for row in rows
    ]
    table = Table(
        (phrase("report.targets.head.total"), phrase("report.targets.head.deviation")),
        [(Name("report.target", row.key), signed_share(row.deviation)) for row in rows],
    )
    chart = Chart(
        "deviations",
        ("key", "deviation", "low", "high", "judged"),
        values,
        partial(_draw_deviations, tuple(row.key for row in rows)),
    )
    return Figure("deviations", phrase("report.targets.deviations.title"), (aid,), (chart,), table)


def _band(row: Target, edge: float | None) -> float | None:
    return edge / row.published - 1 if edge is not None and row.published else None


def _draw_deviations(keys: tuple[str, ...], wording: Wording) -> Spec:
    rows = names(wording, "report.target", keys)
    judged = names(wording, "report.judged", ("inside", "outside", "unjudged"))
    axis = share_axis(
        wording,
        "report.targets.axis.deviation",
        grid=True,
        labelExpr="(datum.value > 0 ? '+' : '') + format(datum.value * 100, '~g') + '%'",
    )
    x: Spec = {"field": "deviation", "type": "quantitative", "axis": axis, "scale": {"padding": 14}}
    y: Spec = {"field": "key_name", "type": "nominal", "sort": unique(rows), "axis": {"title": None, "labelLimit": 230}}
    shown: Spec = {"field": "judged_name", "type": "nominal", "sort": unique(judged)}
    band: Spec = {
        "mark": {"type": "bar", "height": 12, "color": PALE, "cornerRadius": 2},
        "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y},
    }
    dot: Spec = {
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": {
                **shown,
                "scale": {"domain": unique(judged), "range": [BLUE, VERMILION, GREY]},
                "legend": {"title": None, "orient": "top"},
            },
            "shape": {**shown, "scale": {"domain": unique(judged), "range": ["circle", "diamond", "square"]}},
            "tooltip": [
                told("key_name", wording.text("report.targets.head.total"), None, "nominal"),
                told("deviation", wording.text("report.targets.head.deviation"), "+.1%"),
            ],
        },
    }
    return frame(band, zero_line(), dot, height=24 * len(keys), transform=[named("key", rows), named("judged", judged)])
