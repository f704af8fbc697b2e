"""How long cases stay open, by tier of the time limit."""

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

STAY_MARKS_HOURS = (1, 24, 72, 168, 672)
"""Where the table reads the closing curves: an hour, one, three, seven and 28 days, as published city data do."""
CURVE = [round(0.25 * 1.1**step, 4) for step in range(93)]
"""Hours from 15 minutes to 67 days, each a tenth more than the last: even steps on the logarithmic axis."""
TIER_COLOURS = (VERMILION, ORANGE, GREEN, BLUE, SKY)


def section(run: RunFolder) -> Section:
    """How long cases stay open, by tier of the time limit."""
    title = phrase("report.stay.title")
    if not run.row("SELECT count(*) FROM counted_cases WHERE closed IS NOT NULL")[0]:
        return Section("stay", title, (Note(phrase("report.stay.empty")),))
    tiers = _tiers(run)
    curve = _closing_curve(run, CURVE)
    chart = Chart(
        "stay",
        ("tier", "hours", "share"),
        [(tier, hours / 24, part) for tier, hours, part in curve],
        partial(_draw_stay, tuple(tier[0] for tier in tiers)),
    )
    marks = {(tier, hours): part for tier, hours, part in _closing_curve(run, STAY_MARKS_HOURS)}
    heads = (
        *(phrase(f"report.stay.head.{head}") for head in ("tier", "cases", "closed", "late", "median", "p90", "mean")),
        *(phrase("report.stay.head.within", time=days(hours / 24)) for hours in STAY_MARKS_HOURS),
    )
    table = Table(
        heads,
        [
            (
                Name("report.tier", tier[0]),
                count(tier[1]),
                count(tier[2]),
                share(tier[3]),
                *map(days, tier[4:]),
                *(share(marks.get((tier[0], hours))) for hours in STAY_MARKS_HOURS),
            )
            for tier in tiers
        ],
    )
    figure = Figure("stay", phrase("report.stay.figure"), _stay_aids(run, tiers), (chart,), table)
    return Section("stay", title, (figure,))


def _stay_aids(run: RunFolder, tiers: list[Row]) -> tuple[Phrase, ...]:
    number, mid, p90, mean = run.row(
        "SELECT count(*), median(stay), quantile_cont(stay, 0.9), avg(stay) FROM "
        "(SELECT epoch(closed - submitted) / 86400 AS stay FROM counted_cases WHERE closed IS NOT NULL)"
    )
    late = max(tiers, key=lambda tier: tier[3] or 0)
    return (
        phrase("report.stay.aid", n=count(number), median=days(mid), p90=days(p90), mean=days(mean)),
        phrase("report.stay.aid.late", tier=Name("report.tier", late[0]), share=share(late[3])),
    )


def _tiers(run: RunFolder) -> list[Row]:
    """Tier, cases, closed, late share, and median, p90 and mean stay in days; the tier of the shortest limit first."""
    return run.rows(
        _TIERED
        + """
        SELECT tier, count(*), count(closed), avg(late::INT), median(stay), quantile_cont(stay, 0.9), avg(stay)
        FROM tiered GROUP BY tier ORDER BY median(epoch(due - submitted)) NULLS LAST, tier"""
    )


def _closing_curve(run: RunFolder, hours: tuple[int, ...] | list[float]) -> list[Row]:
    """Tier, hours, and the share of all its cases that were closed within them; open cases count as not closed."""
    return run.rows(
        _TIERED
        + """
        SELECT tier, hours, count(*) FILTER (stay * 24 <= hours) / count(*)
        FROM tiered CROSS JOIN (SELECT unnest(?::DOUBLE[]) AS hours) GROUP BY tier, hours ORDER BY tier, hours""",
        list(hours),
    )


# A tier of fewer than SMALLEST cases joins the others: a curve of three cases is three people's stories.
_TIERED = f"""
    WITH named AS (SELECT *, coalesce(tier, '{REST}') AS its_tier FROM counted_cases),
    sizes AS (SELECT its_tier, count(*) AS size FROM named GROUP BY its_tier),
    tiered AS (SELECT named.* EXCLUDE (tier), CASE WHEN size < {SMALLEST} THEN '{REST}' ELSE its_tier END AS tier,
               epoch(closed - submitted) / 86400 AS stay FROM named JOIN sizes USING (its_tier))
"""


def _draw_stay(tiers: tuple[str, ...], wording: Wording) -> Spec:
    named_tiers = names(wording, "report.tier", tiers)
    minute, hour, one_day = (wording.text(f"report.unit.short.{unit}") for unit in ("minute", "hour", "day"))
    label = (
        f"datum.value < 1 / 24 ? round(datum.value * 1440) + '{minute}' : datum.value < 1 ? "
        f"round(datum.value * 24) + '{hour}' : datum.value + '{one_day}'"
    )
    encoding: Spec = {
        "x": {
            "field": "hours",
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
            "axis": share_axis(wording, "report.stay.axis.share"),
        },
        "color": colours("tier", named_tiers, TIER_COLOURS, "stroke"),
        "strokeDash": dashes("tier", named_tiers),
        "tooltip": [
            told("tier_name", wording.text("report.stay.head.tier"), None, "nominal"),
            told("hours", wording.text("report.stay.axis.days"), ",.2f"),
            told("share", wording.text("report.stay.axis.share"), ".1%"),
        ],
    }
    return frame(
        {"mark": {"type": "line", "clip": True}, "encoding": encoding},
        height=280,
        transform=[named("tier", named_tiers)],
    )
