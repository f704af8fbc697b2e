"""Bound people over time."""

from functools import partial

from sim.report.blocks import Chart, Figure, Note, Row, Section, Spec, Table
from sim.report.drawing import (
    colours,
    day_text,
    frame,
    named,
    names,
    number_axis,
    published_line,
    time_field,
    told,
)
from sim.report.quantities import Phrase, Quantity, count, day, phrase, share
from sim.report.run_folder import RunFolder
from wording import Wording

BINDINGS = ("community_self", "community_grid", "other_self", "other_grid")
BINDING_COLOURS = ("#0072B2", "#8CC4E6", "#C97B00", "#F5D08A")


def section(run: RunFolder) -> Section:
    """Who is bound, how they were bound, and when."""
    title = phrase("report.bound.title")
    rows = run.rows(f"SELECT day, {', '.join(BINDINGS)} FROM bound_by_day ORDER BY day")
    if not rows:
        return Section("bound", title, (Note(phrase("report.bound.empty")),))
    target = run.targets().get("bound_people")
    published = target.published if target else None
    if published and sum(rows[-1][1:]) * 2 < published:
        published = None  # far above a run of few days the line would flatten all that there is to see
    chart = Chart("bound", ("day", *BINDINGS), rows, partial(_draw_bound, len(rows), published))
    figure = Figure("bound", phrase("report.bound.figure"), _bound_aids(run, rows), (chart,), _bound_table(run))
    return Section("bound", title, (figure,))


def _bound_aids(run: RunFolder, rows: list[Row]) -> tuple[Phrase, ...]:
    last = rows[-1]
    total = sum(last[1:])
    half = next(row[0] for row in rows if sum(row[1:]) * 2 >= total)
    aids = [
        phrase(
            "report.bound.aid",
            day=day(last[0]),
            total=count(total),
            half=day(half),
            after=count((half - rows[0][0]).days + 1),
            by_grid=share((last[2] + last[4]) / total if total else None),
        )
    ]
    community, households = run.row(
        "SELECT arg_max(community_self + community_grid, day), arg_max(households, day) FROM bound_by_day"
    )
    if households and community:
        aids.append(
            phrase(
                "report.bound.aid.households",
                people=count(community),
                households=count(households),
                ratio=Quantity(f"{community / households:.2f}", "text"),
            )
        )
    return tuple(aids)


def _bound_table(run: RunFolder) -> Table:
    heads = (
        phrase("report.axis.day"),
        *(phrase(f"report.binding.{code}") for code in BINDINGS),
        phrase("report.bound.head.total"),
        phrase("report.bound.head.households"),
    )
    total = " + ".join(BINDINGS)
    monthly = run.rows(
        f"SELECT day, {', '.join(BINDINGS)}, {total}, households FROM bound_by_day "
        "QUALIFY row_number() OVER (PARTITION BY date_trunc('month', day) ORDER BY day DESC) = 1 ORDER BY day"
    )
    return Table(heads, [(day(row[0]), *map(count, row[1:])) for row in monthly], phrase("report.table.month_ends"))


def _draw_bound(days: int, published: float | None, wording: Wording) -> Spec:
    who = names(wording, "report.binding", BINDINGS)
    transform = [
        day_text(),
        {"fold": list(BINDINGS), "as": ["who", "people"]},
        named("who", who),
        {"calculate": f"indexof({list(BINDINGS)}, datum.who)", "as": "place"},
    ]
    area: Spec = {
        "mark": {"type": "area", "line": False},
        "encoding": {
            "x": time_field(wording, days),
            "y": {
                "field": "people",
                "type": "quantitative",
                "stack": "zero",
                "axis": number_axis(wording, "report.bound.axis"),
            },
            "color": colours("who", who, BINDING_COLOURS),
            "order": {"field": "place", "type": "quantitative"},
            "tooltip": [
                told("day_text", wording.text("report.axis.day"), None, "nominal"),
                told("who_name", wording.text("report.bound.legend"), None, "nominal"),
                told("people", wording.text("report.bound.axis")),
            ],
        },
    }
    lines = (
        published_line(published, wording.text("report.published.total", value=f"{published:,.0f}"))
        if published
        else []
    )
    return frame({**area, "transform": transform}, *lines, height=300)
