"""Points: what is owed, what is issued and redeemed, and by which rule."""

import datetime
from functools import partial

from sim.report.blocks import Chart, Figure, Note, Section, Spec, Table
from sim.report.drawing import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    colours,
    dashes,
    day_text,
    frame,
    named,
    names,
    number_axis,
    time_field,
    told,
    unique,
)
from sim.report.quantities import Name, Phrase, about, count, day, decimal, phrase, share
from sim.report.run_folder import RunFolder
from wording import Wording

FLOWS = ("issued", "spent", "restored", "expired", "clawed_back", "debt")
FEN_A_YUAN = 100
FEW_DAYS = 28
"""A line over so few days is marked at each of its points: a single one would not be seen."""
WEEKLY = ("issued", "redeemed", "expired")


def section(run: RunFolder) -> Section:
    """Points outstanding and redeemed over time, and flows by rule."""
    title = phrase("report.points.title")
    figures = [figure for figure in (_outstanding(run), _weekly(run), _rules(run)) if figure]
    if not figures:
        return Section("points", title, (Note(phrase("report.points.empty")),))
    return Section("points", title, (Note(phrase("report.points.lead")), *figures))


def _outstanding(run: RunFolder) -> Figure | None:
    rows = run.rows("SELECT day, outstanding, debt, moral FROM points_outstanding ORDER BY day")
    if not rows:
        return None
    last = rows[-1]
    peak = max(rows, key=lambda row: row[1] or 0)
    aid = phrase(
        "report.outstanding.aid",
        day=day(last[0]),
        outstanding=about(last[1]),
        debt=about(last[2]),
        peak=about(peak[1]),
        peak_day=day(peak[0]),
    )
    value_fen = run.number("points.value_fen")
    aids = [aid]
    if value_fen is not None:
        aids.append(
            phrase(
                "report.outstanding.aid.yuan",
                fen=decimal(value_fen),
                yuan=about((last[1] or 0) * value_fen / FEN_A_YUAN),
            )
        )
    monthly = run.rows(
        "SELECT day, outstanding, debt, moral FROM points_outstanding "
        "QUALIFY row_number() OVER (PARTITION BY date_trunc('month', day) ORDER BY day DESC) = 1 ORDER BY day"
    )
    heads = (
        phrase("report.axis.day"),
        *(phrase(f"report.outstanding.head.{head}") for head in ("outstanding", "debt", "moral")),
    )
    table = Table(heads, [(day(row[0]), *map(count, row[1:])) for row in monthly], phrase("report.table.month_ends"))
    chart = Chart(
        "outstanding", ("day", "outstanding"), [row[:2] for row in rows], partial(_draw_outstanding, len(rows))
    )
    return Figure("outstanding", phrase("report.outstanding.title"), tuple(aids), (chart,), table)


def _draw_outstanding(length: int, wording: Wording) -> Spec:
    return frame(
        {
            "mark": {"type": "area", "line": {"color": BLUE, "strokeWidth": 2}, "color": "#CBE2F2"},
            "encoding": {
                "x": time_field(wording, length),
                "y": {
                    "field": "outstanding",
                    "type": "quantitative",
                    "axis": number_axis(wording, "report.outstanding.axis"),
                },
                "tooltip": [
                    told("day_text", wording.text("report.axis.day"), None, "nominal"),
                    told("outstanding", wording.text("report.outstanding.head.outstanding")),
                ],
            },
        },
        height=230,
        transform=[day_text()],
    )


def _weekly(run: RunFolder) -> Figure | None:
    """Material points a week; the chart leaves out weeks that the run covers in part only, the table has them."""
    rows = run.rows("""
        SELECT date_trunc('week', day)::DATE AS day,
               coalesce(sum(points) FILTER (flow = 'issued'), 0),
               coalesce(sum(points) FILTER (flow = 'spent'), 0) - coalesce(sum(points) FILTER (flow = 'restored'), 0),
               coalesce(sum(points) FILTER (flow = 'expired'), 0)
        FROM points_flows WHERE ledger = 'MP' GROUP BY ALL ORDER BY 1""")
    issued, redeemed, expired = (sum(row[place] for row in rows) for place in (1, 2, 3))
    if not issued and not redeemed:
        return None
    aid = phrase(
        "report.weekly.aid",
        issued=about(issued),
        redeemed=about(redeemed),
        expired=about(expired),
        share=share(redeemed / issued if issued else None),
    )
    table = Table(
        (phrase("report.weekly.head.week"), *(phrase(f"report.weekly.{flow}") for flow in WEEKLY)),
        [(day(row[0]), *map(count, row[1:])) for row in rows],
    )
    first, last = run.launch or rows[0][0], run.last_day or rows[-1][0]
    week = datetime.timedelta(days=6)
    whole = [row for row in rows if first <= row[0] and row[0] + week <= last] or rows
    chart = Chart("weekly", ("day", *WEEKLY), whole, partial(_draw_weekly, len(whole) * 7))
    return Figure("weekly", phrase("report.weekly.title"), (aid,), (chart,), table)


def _draw_weekly(length: int, wording: Wording) -> Spec:
    flows = names(wording, "report.weekly", WEEKLY)
    encoding: Spec = {
        "x": time_field(wording, length, "report.axis.week"),
        "y": {"field": "points", "type": "quantitative", "axis": number_axis(wording, "report.weekly.axis")},
        "color": colours("flow", flows, (BLUE, ORANGE, GREY), "stroke"),
        "strokeDash": dashes("flow", flows),
        "tooltip": [
            told("day_text", wording.text("report.weekly.head.week"), None, "nominal"),
            told("flow_name", wording.text("report.weekly.legend"), None, "nominal"),
            told("points", wording.text("report.weekly.axis")),
        ],
    }
    return frame(
        {"mark": {"type": "line", "point": length < FEW_DAYS}, "encoding": encoding},
        height=230,
        transform=[day_text(), {"fold": list(WEEKLY), "as": ["flow", "points"]}, named("flow", flows)],
    )


def _rules(run: RunFolder) -> Figure | None:
    """Issued points by rule in both ledgers, and every flow of a rule in the table."""
    flows = ", ".join(f"coalesce(sum(points) FILTER (flow = '{flow}'), 0)" for flow in FLOWS)
    rows = run.rows(
        f"SELECT ledger, coalesce(nullif(rule, ''), 'none'), {flows} FROM points_flows "
        "GROUP BY ALL ORDER BY ledger, 3 DESC, 2"
    )
    issued = {
        ledger: [(rule, points) for its, rule, points, *_ in rows if its == ledger and points > 0]
        for ledger in ("MP", "MO")
    }
    if not any(issued.values()):
        return None
    charts = tuple(
        Chart(
            f"rules-{ledger}",
            ("rule", "points"),
            by_rule,
            partial(_draw_rules, ledger, tuple(rule for rule, _ in by_rule)),
        )
        for ledger, by_rule in issued.items()
        if by_rule
    )
    heads = (
        phrase("report.rules.head.ledger"),
        phrase("report.rules.head.rule"),
        *(phrase(f"report.flow.{flow}") for flow in FLOWS),
    )
    table = Table(
        heads, [(Name("report.ledger", row[0]), Name("report.rule", row[1]), *map(count, row[2:])) for row in rows]
    )
    captions = {chart.name: phrase(f"report.{chart.name}.caption") for chart in charts}
    return Figure("rules", phrase("report.rules.title"), tuple(_rule_aids(issued)), charts, table, captions)


def _rule_aids(issued: dict[str, list[tuple[str, int]]]) -> list[Phrase]:
    return [
        phrase(
            f"report.rules.aid.{ledger}",
            rule=Name("report.rule", by_rule[0][0]),
            points=about(by_rule[0][1]),
            share=share(by_rule[0][1] / sum(points for _, points in by_rule)),
            total=about(sum(points for _, points in by_rule)),
        )
        for ledger, by_rule in issued.items()
        if by_rule
    ]


def _draw_rules(ledger: str, codes: tuple[str, ...], wording: Wording) -> Spec:
    rules = names(wording, "report.rule", codes)
    axis = number_axis(wording, f"report.rules-{ledger}.axis", grid=True)
    return frame(
        {
            "mark": {"type": "bar", "height": 16, "color": BLUE if ledger == "MP" else GREEN},
            "encoding": {
                "x": {"field": "points", "type": "quantitative", "axis": axis},
                "y": {"field": "rule_name", "type": "nominal", "sort": unique(rules), "axis": {"title": None}},
                "tooltip": [
                    told("rule_name", wording.text("report.rules.head.rule"), None, "nominal"),
                    told("points", wording.text("report.flow.issued")),
                ],
            },
        },
        height=27 * len(codes),
        transform=[named("rule", rules)],
    )
