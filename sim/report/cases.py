"""Cases: opened, answered, resolved, closed; how long they take; when they come, beside purchases."""

from functools import partial

from sim.report.blocks import Chart, Figure, Note, Section, Spec, Table
from sim.report.drawing import (
    BLUE,
    GREEN,
    ORANGE,
    SKY,
    VERMILION,
    colours,
    dashes,
    day_text,
    frame,
    named,
    names,
    number_axis,
    share_axis,
    time_field,
    told,
)
from sim.report.privacy import REST, SMALLEST
from sim.report.quantities import Name, Phrase, count, day, days, decimal, phrase, share
from sim.report.run_folder import RunFolder
from wording import Wording

STEPS = ("submitted", "answered", "resolved", "closed")
STEP_COLOURS = (VERMILION, ORANGE, GREEN, BLUE)
WAITING = ("unanswered", "unresolved", "unclosed")
WAITING_COLOURS = ("#BFD9EC", "#5A9FCE", "#0B4F7D")
STAY_MARKS_HOURS = (1, 24, 72, 168, 672)
"""Where the table reads the closing curves: an hour, one, three, seven and 28 days, as published city data do."""
CURVE = [round(0.25 * 1.1 ** step, 4) for step in range(93)]
"""Hours from 15 minutes to 67 days, each a tenth more than the last: even steps on the logarithmic axis."""
TIER_COLOURS = (VERMILION, ORANGE, GREEN, BLUE, SKY)


def flow_section(run: RunFolder) -> Section:
    """Cases opened and closed over time, with answered and resolved apart."""
    title = phrase("report.cases.title")
    rows = _by_day(run)
    if not rows:
        return Section("cases", title, (Note(phrase("report.cases.empty")),))
    last = rows[-1]
    peak = max(rows, key=lambda row: row[7])
    aids = (phrase("report.cases.aid", day=day(last[0]), **{step: count(last[place + 1]) for place, step in enumerate(STEPS)},
                   a_day=decimal(round(last[1] / len(rows), 1))),
            phrase("report.cases.aid.waiting", open=count(last[7]), peak=count(peak[7]), peak_day=day(peak[0]),
                   unanswered=count(last[5])))
    charts = (
        Chart("cases", ("day", *STEPS), [row[:5] for row in rows], partial(_draw_steps, len(rows))),
        Chart("cases-waiting", ("day", *WAITING), [(row[0], *row[5:]) for row in rows], partial(_draw_waiting, len(rows))),
    )
    monthly = [row for row, after in zip(rows, [*rows[1:], None], strict=True)
               if after is None or after[0].month != row[0].month]
    heads = (phrase("report.axis.day"), *(phrase(f"report.step.{step}") for step in STEPS),
             *(phrase(f"report.waiting.{step}") for step in WAITING))
    table = Table(heads, [(day(row[0]), *map(count, row[1:])) for row in monthly], phrase("report.table.month_ends"))
    captions = {chart.name: phrase(f"report.{chart.name}.caption") for chart in charts}
    figure = Figure("cases", phrase("report.cases.figure"), aids, charts, table, captions)
    return Section("cases", title, (figure, _by_kind(run)))


def _by_day(run: RunFolder) -> list[tuple]:
    """Day, cases so far by step, and of those not closed: waiting for an answer, for a solution, for closing."""
    first, last = run.launch, run.last_day
    if run.row("SELECT count(*) FROM cases")[0] == 0:
        return []
    bounds = run.row("SELECT min(submitted)::DATE, max(greatest(submitted, closed))::DATE FROM cases")
    first, last = first or bounds[0], last or bounds[1]
    # An open end is a day that never comes, so that "not yet" needs no second rule for nulls.
    return run.rows("""
        WITH calendar AS (SELECT day::DATE AS day FROM generate_series(?::DATE, ?::DATE, INTERVAL 1 DAY) t(day)),
        dated AS (SELECT submitted::DATE AS submitted, coalesce(answered::DATE, DATE '9999-12-31') AS answered,
                  coalesce(resolved::DATE, DATE '9999-12-31') AS resolved,
                  coalesce(closed::DATE, DATE '9999-12-31') AS closed FROM cases)
        SELECT day, count(*) FILTER (submitted <= day), count(*) FILTER (answered <= day),
               count(*) FILTER (resolved <= day), count(*) FILTER (closed <= day),
               count(*) FILTER (submitted <= day AND closed > day AND answered > day),
               count(*) FILTER (submitted <= day AND closed > day AND resolved > day),
               count(*) FILTER (submitted <= day AND closed > day)
        FROM calendar CROSS JOIN dated GROUP BY day ORDER BY day""", first, last)


def _by_kind(run: RunFolder) -> Table:
    heads = tuple(phrase(f"report.cases.head.{head}") for head in (
        "kind", "source", "submitted", "answered", "resolved", "closed", "late", "reopened", "median"))
    rows = run.rows("""
        SELECT coalesce(kind, '—'), coalesce(source, '—'), count(*), count(answered), count(resolved), count(closed),
               count(*) FILTER (late), count(*) FILTER (reopened > 0),
               median(epoch(closed - submitted)) / 86400
        FROM cases GROUP BY ALL ORDER BY 3 DESC, 1, 2""")
    return Table(heads, [(Name("report.case", row[0]), Name("report.source", row[1]), *map(count, row[2:8]), days(row[8]))
                         for row in rows], phrase("report.cases.by_kind"), folded=False)


def _draw_steps(length: int, wording: Wording) -> Spec:
    steps = names(wording, "report.step", STEPS)
    encoding: Spec = {
        "x": time_field(wording, length),
        "y": {"field": "cases", "type": "quantitative", "axis": number_axis(wording, "report.cases.axis")},
        "color": colours("step", steps, STEP_COLOURS, "stroke"), "strokeDash": dashes("step", steps),
        "tooltip": [told("day_text", wording.text("report.axis.day"), None, "nominal"),
                    told("step_name", wording.text("report.cases.legend"), None, "nominal"),
                    told("cases", wording.text("report.cases.axis"))]}
    return frame({"mark": {"type": "line"}, "encoding": encoding}, height=260,
                 transform=[day_text(), {"fold": list(STEPS), "as": ["step", "cases"]}, named("step", steps)])


def _draw_waiting(length: int, wording: Wording) -> Spec:
    """Areas one inside the other: who waits for an answer also waits for a solution and for closing."""
    waiting = names(wording, "report.waiting", reversed(WAITING))
    encoding: Spec = {
        "x": time_field(wording, length),
        "y": {"field": "cases", "type": "quantitative", "stack": None,
              "axis": number_axis(wording, "report.cases.axis.waiting")},
        "color": colours("step", waiting, WAITING_COLOURS),
        "tooltip": [told("day_text", wording.text("report.axis.day"), None, "nominal"),
                    told("step_name", wording.text("report.cases.legend"), None, "nominal"),
                    told("cases", wording.text("report.cases.axis"))]}
    return frame({"mark": {"type": "area", "interpolate": "step-after", "opacity": 1}, "encoding": encoding}, height=200,
                 transform=[day_text(), {"fold": list(reversed(WAITING)), "as": ["step", "cases"]}, named("step", waiting)])


def stay_section(run: RunFolder) -> Section:
    """How long cases stay open, by tier of the time limit."""
    title = phrase("report.stay.title")
    if not run.row("SELECT count(*) FROM cases WHERE closed IS NOT NULL")[0]:
        return Section("stay", title, (Note(phrase("report.stay.empty")),))
    tiers = _tiers(run)
    curve = _closing_curve(run, CURVE)
    chart = Chart("stay", ("tier", "hours", "share"), [(tier, hours / 24, part) for tier, hours, part in curve],
                  partial(_draw_stay, tuple(tier[0] for tier in tiers)))
    marks = {(tier, hours): part for tier, hours, part in _closing_curve(run, STAY_MARKS_HOURS)}
    heads = (*(phrase(f"report.stay.head.{head}") for head in ("tier", "cases", "closed", "late", "median", "p90", "mean")),
             *(phrase("report.stay.head.within", time=days(hours / 24)) for hours in STAY_MARKS_HOURS))
    table = Table(heads, [(Name("report.tier", tier[0]), count(tier[1]), count(tier[2]), share(tier[3]), *map(days, tier[4:]),
                           *(share(marks.get((tier[0], hours))) for hours in STAY_MARKS_HOURS)) for tier in tiers])
    figure = Figure("stay", phrase("report.stay.figure"), _stay_aids(run, tiers), (chart,), table)
    return Section("stay", title, (figure,))


def _stay_aids(run: RunFolder, tiers: list[tuple]) -> tuple[Phrase, ...]:
    number, mid, p90, mean = run.row("SELECT count(*), median(stay), quantile_cont(stay, 0.9), avg(stay) FROM "
                                     "(SELECT epoch(closed - submitted) / 86400 AS stay FROM cases WHERE closed IS NOT NULL)")
    late = max(tiers, key=lambda tier: tier[3] or 0)
    return (phrase("report.stay.aid", n=count(number), median=days(mid), p90=days(p90), mean=days(mean)),
            phrase("report.stay.aid.late", tier=Name("report.tier", late[0]), share=share(late[3])))


def _tiers(run: RunFolder) -> list[tuple]:
    """Tier, cases, closed, late share, and median, p90 and mean stay in days; the tier of the shortest limit first."""
    return run.rows(_TIERED + """
        SELECT tier, count(*), count(closed), avg(late::INT), median(stay), quantile_cont(stay, 0.9), avg(stay)
        FROM tiered GROUP BY tier ORDER BY median(epoch(due - submitted)) NULLS LAST, tier""")


def _closing_curve(run: RunFolder, hours: tuple[int, ...] | list[float]) -> list[tuple]:
    """Tier, hours, and the share of all its cases that were closed within them; open cases count as not closed."""
    return run.rows(_TIERED + """
        SELECT tier, hours, count(*) FILTER (stay * 24 <= hours) / count(*)
        FROM tiered CROSS JOIN (SELECT unnest(?::DOUBLE[]) AS hours) GROUP BY tier, hours ORDER BY tier, hours""",
                    list(hours))


# A tier of fewer than SMALLEST cases joins the others: a curve of three cases is three people's stories.
_TIERED = f"""
    WITH named AS (SELECT *, coalesce(tier, '{REST}') AS its_tier FROM cases),
    sizes AS (SELECT its_tier, count(*) AS size FROM named GROUP BY its_tier),
    tiered AS (SELECT named.* EXCLUDE (tier), CASE WHEN size < {SMALLEST} THEN '{REST}' ELSE its_tier END AS tier,
               epoch(closed - submitted) / 86400 AS stay FROM named JOIN sizes USING (its_tier))
"""


def _draw_stay(tiers: tuple[str, ...], wording: Wording) -> Spec:
    named_tiers = names(wording, "report.tier", tiers)
    minute, hour, one_day = (wording.text(f"report.unit.short.{unit}") for unit in ("minute", "hour", "day"))
    label = (f"datum.value < 1 / 24 ? round(datum.value * 1440) + '{minute}' : datum.value < 1 ? "
             f"round(datum.value * 24) + '{hour}' : datum.value + '{one_day}'")
    encoding: Spec = {
        "x": {"field": "hours", "type": "quantitative", "scale": {"type": "log", "domain": [0.25 / 24, 60]},
              "axis": {"title": wording.text("report.stay.axis.time"), "labelExpr": label, "grid": True,
                       "values": [0.5 / 24, 2 / 24, 6 / 24, 1, 3, 7, 15, 30, 60]}},
        "y": {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1]},
              "axis": share_axis(wording, "report.stay.axis.share")},
        "color": colours("tier", named_tiers, TIER_COLOURS, "stroke"), "strokeDash": dashes("tier", named_tiers),
        "tooltip": [told("tier_name", wording.text("report.stay.head.tier"), None, "nominal"),
                    told("hours", wording.text("report.stay.axis.days"), ",.2f"),
                    told("share", wording.text("report.stay.axis.share"), ".1%")]}
    return frame({"mark": {"type": "line", "clip": True}, "encoding": encoding}, height=280,
                 transform=[named("tier", named_tiers)])
