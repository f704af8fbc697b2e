"""Cases over time: submitted, answered, resolved and closed, apart."""

from functools import partial

from sim.report.blocks import Chart, Figure, Note, Row, Section, Spec, Table
from sim.report.drawing import (
    BLUE,
    GREEN,
    ORANGE,
    VERMILION,
    colours,
    dashes,
    day_text,
    frame,
    named,
    names,
    number_axis,
    time_field,
    told,
)
from sim.report.quantities import Name, count, day, days, decimal, phrase
from sim.report.run_folder import RunFolder
from wording import Wording

STEPS = ("submitted", "answered", "resolved", "closed")
KIND_COUNTS = ("submitted", "dropped", "answered", "resolved", "closed", "late", "reopened")
STEP_COLOURS = (VERMILION, ORANGE, GREEN, BLUE)
WAITING = ("unanswered", "unresolved", "unclosed")
WAITING_COLOURS = ("#BFD9EC", "#5A9FCE", "#0B4F7D")


def section(run: RunFolder) -> Section:
    """Cases opened and closed over time, with answered and resolved apart."""
    title = phrase("report.cases.title")
    rows = _by_day(run)
    if not rows:
        return Section("cases", title, (Note(phrase("report.cases.empty")),))
    last = rows[-1]
    peak = max(rows, key=lambda row: row[7])
    aids = (
        phrase(
            "report.cases.aid",
            day=day(last[0]),
            **{step: count(last[place + 1]) for place, step in enumerate(STEPS)},
            a_day=decimal(round(last[1] / len(rows), 1)),
        ),
        phrase(
            "report.cases.aid.waiting",
            open=count(last[7]),
            peak=count(peak[7]),
            peak_day=day(peak[0]),
            unanswered=count(last[5]),
        ),
    )
    charts = (
        Chart("cases", ("day", *STEPS), [row[:5] for row in rows], partial(_draw_steps, len(rows))),
        Chart(
            "cases-waiting", ("day", *WAITING), [(row[0], *row[5:]) for row in rows], partial(_draw_waiting, len(rows))
        ),
    )
    monthly = [
        row
        for row, after in zip(rows, [*rows[1:], None], strict=True)
        if after is None or after[0].month != row[0].month
    ]
    heads = (
        phrase("report.axis.day"),
        *(phrase(f"report.step.{step}") for step in STEPS),
        *(phrase(f"report.waiting.{step}") for step in WAITING),
    )
    table = Table(heads, [(day(row[0]), *map(count, row[1:])) for row in monthly], phrase("report.table.month_ends"))
    captions = {chart.name: phrase(f"report.{chart.name}.caption") for chart in charts}
    figure = Figure("cases", phrase("report.cases.figure"), aids, charts, table, captions)
    return Section("cases", title, (*_left_out(run), figure, _by_kind(run)))


def _left_out(run: RunFolder) -> tuple[Note, ...]:
    """What the curves do not count, so that nobody takes it for cases that were lost."""
    praise, ended = run.row("SELECT count(*) FILTER (kind = 'praise'), count(*) FROM cases")
    counted = run.row("SELECT count(*) FROM counted_cases")[0]
    dropped = ended - praise - counted
    if not praise and not dropped:
        return ()
    return (Note(phrase("report.cases.left_out", praise=count(praise), dropped=count(dropped))),)


def _by_day(run: RunFolder) -> list[Row]:
    """Day, cases so far by step, and of those not closed: waiting for an answer, for a solution, for closing."""
    first, last = run.launch, run.last_day
    if run.row("SELECT count(*) FROM counted_cases")[0] == 0:
        return []
    bounds = run.row("SELECT min(submitted)::DATE, max(greatest(submitted, closed))::DATE FROM counted_cases")
    first, last = first or bounds[0], last or bounds[1]
    # An open end is a day that never comes, so that "not yet" needs no second rule for nulls.
    return run.rows(
        """
        WITH calendar AS (SELECT day::DATE AS day FROM generate_series(?::DATE, ?::DATE, INTERVAL 1 DAY) t(day)),
        dated AS (SELECT submitted::DATE AS submitted, coalesce(answered::DATE, DATE '9999-12-31') AS answered,
                  coalesce(resolved::DATE, DATE '9999-12-31') AS resolved,
                  coalesce(closed::DATE, DATE '9999-12-31') AS closed FROM counted_cases)
        SELECT day, count(*) FILTER (submitted <= day), count(*) FILTER (answered <= day),
               count(*) FILTER (resolved <= day), count(*) FILTER (closed <= day),
               count(*) FILTER (submitted <= day AND closed > day AND answered > day),
               count(*) FILTER (submitted <= day AND closed > day AND resolved > day),
               count(*) FILTER (submitted <= day AND closed > day)
        FROM calendar CROSS JOIN dated GROUP BY day ORDER BY day""",
        first,
        last,
    )


def _by_kind(run: RunFolder) -> Table:
    heads = tuple(phrase(f"report.cases.head.{head}") for head in ("kind", "source", *KIND_COUNTS, "median"))
    rows = run.rows("""
        SELECT coalesce(kind, '—'), coalesce(source, '—'), count(*),
               count(*) FILTER (state IN ('WITHDRAWN', 'DUPLICATE', 'REJECTED')),
               count(answered), count(resolved), count(closed),
               count(*) FILTER (late), count(*) FILTER (reopened > 0),
               median(epoch(closed - submitted)) / 86400
        FROM cases GROUP BY ALL ORDER BY 3 DESC, 1, 2""")
    return Table(
        heads,
        [
            (Name("report.case", row[0]), Name("report.source", row[1]), *map(count, row[2:9]), days(row[9]))
            for row in rows
        ],
        phrase("report.cases.by_kind"),
        folded=False,
    )


def _draw_steps(length: int, wording: Wording) -> Spec:
    steps = names(wording, "report.step", STEPS)
    encoding: Spec = {
        "x": time_field(wording, length),
        "y": {"field": "cases", "type": "quantitative", "axis": number_axis(wording, "report.cases.axis")},
        "color": colours("step", steps, STEP_COLOURS, "stroke"),
        "strokeDash": dashes("step", steps),
        "tooltip": [
            told("day_text", wording.text("report.axis.day"), None, "nominal"),
            told("step_name", wording.text("report.cases.legend"), None, "nominal"),
            told("cases", wording.text("report.cases.axis")),
        ],
    }
    return frame(
        {"mark": {"type": "line"}, "encoding": encoding},
        height=260,
        transform=[day_text(), {"fold": list(STEPS), "as": ["step", "cases"]}, named("step", steps)],
    )


def _draw_waiting(length: int, wording: Wording) -> Spec:
    """Areas one inside the other: who waits for an answer also waits for a solution and for closing."""
    waiting = names(wording, "report.waiting", reversed(WAITING))
    encoding: Spec = {
        "x": time_field(wording, length),
        "y": {
            "field": "cases",
            "type": "quantitative",
            "stack": None,
            "axis": number_axis(wording, "report.cases.axis.waiting"),
        },
        "color": colours("step", waiting, WAITING_COLOURS),
        "tooltip": [
            told("day_text", wording.text("report.axis.day"), None, "nominal"),
            told("step_name", wording.text("report.cases.legend"), None, "nominal"),
            told("cases", wording.text("report.cases.axis")),
        ],
    }
    return frame(
        {"mark": {"type": "area", "interpolate": "step-after", "opacity": 1}, "encoding": encoding},
        height=200,
        transform=[day_text(), {"fold": list(reversed(WAITING)), "as": ["step", "cases"]}, named("step", waiting)],
    )
