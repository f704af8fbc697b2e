"""What every capability F01 to F41 of the platform was used for in this run, and six of them month by month."""

from collections import defaultdict
from functools import partial

from sim.capability_map import CAPABILITIES, WITHOUT_COMMAND, commands_by_capability
from sim.report.blocks import Chart, Figure, Note, Noted, Row, Section, Spec, Table
from sim.report.drawing import BLUE, GREEN, ORANGE, colours, dashes, frame, labels, named, names, number_axis, told
from sim.report.quantities import Name, Phrase, count, decimal, phrase, share
from sim.report.run_folder import RunFolder
from wording import Wording

PALETTE = (BLUE, ORANGE, GREEN)
MONTHLY = {
    "deliveries": ("deliveries", "delivery_failed"),
    "care": ("care_done", "care_overdue"),
    "warnings": ("warning_raised", "warning_verified", "warning_dismissed"),
    "volunteers": ("volunteer_hours",),
    "bills": ("bill_issued", "bill_paid"),
    "moral": ("moral_given", "moral_taken"),
}
"""Six pictures by month with their lines."""
EVENTS = {
    "marketplace.delivery_failed": "delivery_failed",
    "grid.care_overdue": "care_overdue",
    "grid.warning_raised": "warning_raised",
    "grid.warning_verified": "warning_verified",
    "grid.warning_dismissed": "warning_dismissed",
    "payments.bill_issued": "bill_issued",
    "payments.bill_paid": "bill_paid",
}
SERVICES = {"deliveries": ("deliveries", 1.0), "care_visits": ("care_done", 1.0)}
SERVICES |= {"volunteer_minutes": ("volunteer_hours", 1 / 60)}
MORAL = {"issued": "moral_given", "clawed_back": "moral_taken"}
BAR, HEIGHT = 12, 15

Months = dict[str, dict[str, float]]
"""Month (2021-09) -> line -> amount."""


def section(run: RunFolder) -> Section:
    """Commands by capability, then what six of them did each month."""
    title = phrase("report.capabilities.title")
    said = {kind: (int(n), int(refused)) for kind, n, refused in _commands(run)}
    if not said:
        return Section("capabilities", title, (Note(phrase("report.capabilities.empty")),))
    months = _months(run)
    blocks = (_used(said), *((_by_month(months),) if months else ()))
    return Section("capabilities", title, blocks)


def _commands(run: RunFolder) -> list[Row]:
    """Accepted and refused commands of each kind."""
    return run.rows("SELECT kind, sum(n)::BIGINT, sum(rejected)::BIGINT FROM commands_by_hour GROUP BY ALL")


def _used(said: dict[str, tuple[int, int]]) -> Figure:
    """One row a capability: how much, and how many of its commands came up."""
    whole = sum(accepted for accepted, _ in said.values())
    rows = []
    for capability in CAPABILITIES:
        kinds = commands_by_capability()[capability]
        accepted = [said.get(kind, (0, 0))[0] for kind in kinds]
        refused = sum(said.get(kind, (0, 0))[1] for kind in kinds)
        total = whole if capability == WITHOUT_COMMAND[0] else sum(accepted)
        rows.append((capability, total, refused, sum(each > 0 for each in accepted), len(kinds)))
    used = [(capability, total) for capability, total, *_ in rows if capability not in WITHOUT_COMMAND]
    asleep = [capability for capability, total in used if not total]
    aid = phrase(
        "report.capabilities.aid",
        used=count(sum(total > 0 for _, total in used)),
        all=count(len(used)),
        most=Name("report.capability", max(used, key=lambda each: each[1])[0]),
    )
    quiet = phrase("report.capabilities.aid.asleep", names=", ".join(asleep)) if asleep else None
    chart = Chart("capabilities", ("capability", "n"), used, partial(_draw_used, tuple(each for each, _ in used)))
    table = Table(tuple(phrase(f"report.capabilities.head.{head}") for head in HEADS), [_row(*row) for row in rows])
    aids = tuple(each for each in (aid, quiet, phrase("report.capabilities.aid.points")) if each is not None)
    return Figure("capabilities", phrase("report.capabilities.figure"), aids, (chart,), table)


HEADS = ("capability", "accepted", "refused", "kinds")


def _row(capability: str, accepted: int, refused: int, came: int, kinds: int) -> tuple[object, ...]:
    known = Name("report.capability", capability)
    if capability in WITHOUT_COMMAND:
        note = Name("report.capabilities.without", capability)
        return (Noted(known, note), count(accepted or None), count(None), phrase("report.capabilities.none"))
    came_up = phrase("report.capabilities.kinds", came=count(came), kinds=count(kinds))
    return (known, count(accepted), count(refused), came_up)


def _months(run: RunFolder) -> Months:
    """Every line, by month."""
    months: Months = defaultdict(lambda: defaultdict(float))
    by = "GROUP BY ALL ORDER BY 1"
    for month, kind, n in run.rows(f"SELECT strftime(day, '%Y-%m'), kind, sum(n) FROM events_by_day {by}"):
        if kind in EVENTS:
            months[month][EVENTS[kind]] += float(n)
        else:
            months[month].setdefault("", 0.0)  # a month in which something happened is shown, even if none of these did
    for month, what, n in run.rows(f"SELECT strftime(day, '%Y-%m'), service, sum(n) FROM services_by_day {by}"):
        line, factor = SERVICES.get(what, ("", 0.0))
        months[month][line] += float(n) * factor
    flows = f"SELECT strftime(day, '%Y-%m'), flow, sum(points) FROM points_flows WHERE ledger = 'MO' {by}"
    for month, flow, n in run.rows(flows):
        months[month][MORAL.get(flow, "")] += float(n)
    return {month: dict(found) for month, found in sorted(months.items())}


def _by_month(months: Months) -> Figure:
    """Six small pictures and their table."""
    charts = tuple(_chart(name, lines, months) for name, lines in MONTHLY.items())
    columns = [line for lines in MONTHLY.values() for line in lines]
    sums = {line: sum(found.get(line, 0.0) for found in months.values()) for line in columns}
    heads: tuple[Phrase | Name, ...] = (
        phrase("report.axis.month_head"),
        *(Name("report.service", each) for each in columns),
    )
    table = Table(
        heads,
        [
            (
                phrase("report.capabilities.month", month=month),
                *(decimal(round(found.get(line, 0.0), 1)) for line in columns),
            )
            for month, found in months.items()
        ],
    )
    due = sums["care_done"] + sums["care_overdue"]
    aids = [
        phrase(
            "report.capabilities.aid.months",
            deliveries=count(sums["deliveries"]),
            visits=count(sums["care_done"]),
            overdue=share(sums["care_overdue"] / due if due else None),
            warnings=count(sums["warning_raised"]),
            real=share(sums["warning_verified"] / sums["warning_raised"] if sums["warning_raised"] else None),
            hours=count(sums["volunteer_hours"]),
            bills=count(sums["bill_paid"]),
        )
    ]
    captions = {chart.name: phrase(f"report.capabilities.{chart.name}") for chart in charts}
    return Figure("services", phrase("report.capabilities.months"), tuple(aids), charts, table, captions)


def _chart(name: str, lines: tuple[str, ...], months: Months) -> Chart:
    rows = [(month, line, found.get(line, 0.0)) for month, found in months.items() for line in lines]
    return Chart(name, ("month", "line", "n"), rows, partial(_draw_months, lines, name))


def _draw_used(codes: tuple[str, ...], wording: Wording) -> Spec:
    known = {code: f"{code} {name}" for code, name in names(wording, "report.capability", codes).items()}
    title = wording.text("report.capabilities.head.accepted")
    y: Spec = {
        "field": "capability_name",
        "type": "nominal",
        "sort": list(known.values()),
        "axis": {"title": None, "labelLimit": 230, "labelFontSize": 11},
    }
    x: Spec = {
        "field": "n",
        "type": "quantitative",
        "scale": {"type": "symlog", "constant": 10},
        "axis": number_axis(
            wording, "report.capabilities.axis", grid=True, values=[10, 100, 1_000, 10_000, 100_000, 1_000_000]
        ),
    }
    tooltip = [
        told("capability_name", wording.text("report.capabilities.head.capability"), None, "nominal"),
        told("n", title),
    ]
    bars: Spec = {"mark": {"type": "bar", "height": BAR}, "encoding": {"x": x, "y": y, "tooltip": tooltip}}
    text = labels("n_text", {"x": x, "y": y}, align="left", baseline="middle", dx=4, fontSize=11)
    transform = [named("capability", known), {"calculate": "format(datum.n, ',')", "as": "n_text"}]
    return frame(bars, *text, height=HEIGHT * len(codes), transform=transform)


def _draw_months(codes: tuple[str, ...], name: str, wording: Wording) -> Spec:
    lines = names(wording, "report.service", codes)
    encoding: Spec = {
        "x": {
            "field": "month",
            "type": "ordinal",
            "sort": "ascending",
            "axis": {
                "title": None,
                "labelAngle": 0,
                "labelExpr": "datum.index == 0 || slice(datum.label, 5) == '01' "
                "? [slice(datum.label, 5), slice(datum.label, 0, 4)] : slice(datum.label, 5)",
            },
        },
        "y": {
            "field": "n",
            "type": "quantitative",
            "scale": {"domainMin": 0},
            "axis": number_axis(wording, f"report.capabilities.axis.{name}", tickCount=4),
        },
        "color": colours("line", lines, PALETTE, "stroke"),
        "strokeDash": dashes("line", lines),
        "tooltip": [
            told("month", wording.text("report.axis.month_head"), None, "nominal"),
            told("line_name", wording.text("report.capabilities.line"), None, "nominal"),
            told("n", wording.text(f"report.capabilities.axis.{name}"), ",.0f"),
        ],
    }
    mark = {"type": "line", "point": {"size": 26}}
    return frame({"mark": mark, "encoding": encoding}, height=150, transform=[named("line", lines)])
