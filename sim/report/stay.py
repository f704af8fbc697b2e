"""How long cases stay open, by tier of the time limit."""

from collections.abc import Sequence
from functools import partial

from sim.report.blocks import Chart, Figure, Note, Row, Section, Spec, Table
from sim.report.drawing import (
    BLUE,
    GREEN,
    ORANGE,
    SKY,
    VERMILION,
    colours,
    dashes,
    frame,
    named,
    names,
    share_axis,
    told,
)
from sim.report.privacy import REST, SMALLEST
from sim.report.quantities import Name, Phrase, count, days, phrase, share
from sim.report.run_folder import RunFolder
from wording import Wording

STEPS = ("resolved", "closed")
MARKS_HOURS = (1, 24, 72, 168, 672)
"""Where the table reads the curves: an hour, one, three, seven and 28 days, as published city data do."""
CURVE = [round(0.25 * 1.1**step, 4) for step in range(93)]
"""Hours from 15 minutes to 67 days, each a tenth more than the last: even steps on the logarithmic axis."""
TIER_COLOURS = (VERMILION, ORANGE, GREEN, BLUE, SKY)


def section(run: RunFolder) -> Section:
    """How long cases take to be resolved and to be closed, by tier of the time limit."""
    title = phrase("report.stay.title")
    figures = tuple(figure for step in STEPS if (figure := _figure(run, step)))
    return Section("stay", title, figures or (Note(phrase("report.stay.empty")),))


def _figure(run: RunFolder, step: str) -> Figure | None:
    if not run.row(f"SELECT count({step}) FROM counted_cases")[0]:
        return None
    tiers = _tiers(run, step)
    rows = [(tier, hours / 24, part) for tier, hours, part in _curve(run, step, CURVE)]
    drawing = partial(_draw, step, tuple(tier[0] for tier in tiers))
    chart = Chart(f"stay-{step}", ("tier", "days", "share"), rows, drawing)
    marks = {(tier, hours): part for tier, hours, part in _curve(run, step, MARKS_HOURS)}
    heads = (
        *(phrase(f"report.stay.head.{head}") for head in ("tier", "cases", step, "late", "median", "p90", "mean")),
        *(phrase("report.stay.head.within", time=days(hours / 24)) for hours in MARKS_HOURS),
    )
    table = Table(heads, [_table_row(tier, marks) for tier in tiers])
    return Figure(chart.name, phrase(f"report.stay.figure.{step}"), _aids(run, step, tiers), (chart,), table)


def _table_row(tier: Row, marks: dict[tuple[str, float], float]) -> tuple[object, ...]:
    name, cases, done, late, *stays = tier
    within = (share(marks.get((name, hours))) for hours in MARKS_HOURS)
    return (Name("report.tier", name), count(cases), count(done), share(late), *map(days, stays), *within)


def _aids(run: RunFolder, step: str, tiers: list[Row]) -> tuple[Phrase, ...]:
    """Median, p90 and mean; and beside the resolved, on which limits are judged, the tier with most late cases."""
    number, mid, p90, mean = run.row(
        "SELECT count(*), median(stay), quantile_cont(stay, 0.9), avg(stay) FROM "
        f"(SELECT epoch({step} - submitted) / 86400 AS stay FROM counted_cases WHERE {step} IS NOT NULL)"
    )
    aid = phrase(f"report.stay.aid.{step}", n=count(number), median=days(mid), p90=days(p90), mean=days(mean))
    if step != "resolved":
        return (aid,)
    late = max(tiers, key=lambda tier: tier[3] or 0)
    return aid, phrase("report.stay.aid.late", tier=Name("report.tier", late[0]), share=share(late[3]))


def _tiers(run: RunFolder, step: str) -> list[Row]:
    """Tier, cases, cases done, late share, and median, p90 and mean stay in days; the shortest limit first."""
    return run.rows(f"""
        {_tiered(step)}
        SELECT tier, count(*), count(stay), avg(late::INT), median(stay), quantile_cont(stay, 0.9), avg(stay)
        FROM tiered GROUP BY tier ORDER BY median(epoch(due - submitted)) NULLS LAST, tier""")


def _curve(run: RunFolder, step: str, hours: Sequence[float]) -> list[Row]:
    """Tier, hours, and the share of all its cases that were done within them; the others count as not done."""
    return run.rows(
        f"""
        {_tiered(step)}
        SELECT tier, hours, count(*) FILTER (stay * 24 <= hours) / count(*)
        FROM tiered CROSS JOIN (SELECT unnest(?::DOUBLE[]) AS hours) GROUP BY tier, hours ORDER BY tier, hours""",
        list(hours),
    )


def _tiered(step: str) -> str:
    """Cases with their stay in days; a tier of few joins the others: a curve of three cases tells three stories."""
    return f"""
    WITH named AS (SELECT *, coalesce(tier, '{REST}') AS its_tier FROM counted_cases),
    sizes AS (SELECT its_tier, count(*) AS size FROM named GROUP BY its_tier),
    tiered AS (SELECT named.* EXCLUDE (tier), CASE WHEN size < {SMALLEST} THEN '{REST}' ELSE its_tier END AS tier,
               epoch({step} - submitted) / 86400 AS stay FROM named JOIN sizes USING (its_tier))"""


def _draw(step: str, tiers: tuple[str, ...], wording: Wording) -> Spec:
    named_tiers = names(wording, "report.tier", tiers)
    minute, hour, one_day = (wording.text(f"report.unit.short.{unit}") for unit in ("minute", "hour", "day"))
    label = (
        f"datum.value < 1 / 24 ? round(datum.value * 1440) + '{minute}' : datum.value < 1 ? "
        f"round(datum.value * 24) + '{hour}' : datum.value + '{one_day}'"
    )
    encoding: Spec = {
        "x": {
            "field": "days",
            "type": "quantitative",
            "scale": {"type": "log", "domain": [0.25 / 24, 60]},
            "axis": {
                "title": wording.text("report.stay.axis.time"),
                "labelExpr": label,
                "grid": True,
                "values": [0.5 / 24, 2 / 24, 6 / 24, 1, 3, 7, 15, 30, 60],
            },
        },
        "y": {
            "field": "share",
            "type": "quantitative",
            "scale": {"domain": [0, 1]},
            "axis": share_axis(wording, f"report.stay.axis.{step}"),
        },
        "color": colours("tier", named_tiers, TIER_COLOURS, "stroke"),
        "strokeDash": dashes("tier", named_tiers),
        "tooltip": [
            told("tier_name", wording.text("report.stay.head.tier"), None, "nominal"),
            told("days", wording.text("report.stay.axis.days"), ",.2f"),
            told("share", wording.text(f"report.stay.axis.{step}"), ".1%"),
        ],
    }
    return frame(
        {"mark": {"type": "line", "clip": True}, "encoding": encoding},
        height=280,
        transform=[named("tier", named_tiers)],
    )
