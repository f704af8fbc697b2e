"""How the work falls on the kinds of grid members."""

from functools import partial

from sim.report.blocks import Chart, Figure, Note, Section, Spec, Table
from sim.report.drawing import BLUE, GREEN, ORANGE, frame, named, names, number_axis, told, unique
from sim.report.privacy import Group, merge_small
from sim.report.quantities import Name, Phrase, count, decimal, phrase, signed_share
from sim.report.run_folder import RunFolder
from wording import Wording

HEADS = ("kind", "members", "cases", "visits", "entries", "minutes", "overloaded")
SUMS = ("cases", "visits", "entries", "busy_minutes", "overloaded_days")
MINUTES, OVERLOADED = SUMS.index("busy_minutes"), SUMS.index("overloaded_days")
COLOURS = {"minutes": BLUE, "handled": GREEN, "overloaded": ORANGE}


def section(run: RunFolder) -> Section:
    """Busy minutes, cases and visits of each kind of grid member."""
    title = phrase("report.workload.title")
    groups = _groups(run)
    length = run.covered_days
    if not groups or not length:
        return Section("workload", title, (Note(phrase("report.workload.empty")),))
    each = {group.name: tuple(number / group.people for number in group.counts) for group in groups}
    minutes = {kind: sums[MINUTES] / length for kind, sums in each.items()}
    charts = (
        _chart("minutes", minutes),
        _chart("handled", {kind: sums[0] for kind, sums in each.items()}),
        _chart("overloaded", {kind: sums[OVERLOADED] for kind, sums in each.items()}),
    )
    table = Table(
        tuple(phrase(f"report.workload.head.{head}") for head in HEADS),
        [
            (
                Name("report.member", group.name),
                count(group.people),
                *map(decimal, each[group.name][:MINUTES]),
                decimal(minutes[group.name]),
                decimal(each[group.name][OVERLOADED]),
            )
            for group in groups
        ],
    )
    captions = {chart.name: phrase(f"report.workload.{chart.name}") for chart in charts}
    figure = Figure(
        "workload", phrase("report.workload.figure"), (_aid(groups, minutes, length),), charts, table, captions
    )
    return Section("workload", title, (figure,))


def _groups(run: RunFolder) -> list[Group]:
    """Kinds of members with their sums; no kind of fewer than ten."""
    sums = ", ".join(f"coalesce(sum({column}), 0)::BIGINT" for column in ("members", *SUMS))
    rows = run.rows(f"SELECT coalesce(kind, 'other'), {sums} FROM grid_members GROUP BY ALL ORDER BY 2 DESC, 1")
    return merge_small([Group(row[0], row[1], row[2:]) for row in rows])


def _aid(groups: list[Group], minutes: dict[str, float], length: int) -> Phrase:
    members = sum(group.people for group in groups)
    mean = sum(group.counts[MINUTES] for group in groups) / members / length
    most = max(minutes, key=lambda kind: minutes[kind])
    return phrase(
        "report.workload.aid",
        members=count(members),
        mean=decimal(mean),
        kind=Name("report.member", most),
        minutes=decimal(minutes[most]),
        above=signed_share(minutes[most] / mean - 1 if mean else None),
        overloaded=count(sum(group.counts[OVERLOADED] for group in groups)),
    )


def _chart(what: str, amounts: dict[str, float]) -> Chart:
    return Chart(
        what, ("kind", "amount"), list(amounts.items()), partial(_draw, tuple(amounts), what, max(amounts.values()))
    )


def _draw(codes: tuple[str, ...], what: str, most: float, wording: Wording) -> Spec:
    kinds = names(wording, "report.member", codes)
    title_id = f"report.workload.axis.{what}"
    return frame(
        {
            "mark": {"type": "bar", "height": 16, "color": COLOURS[what]},
            "encoding": {
                "x": {
                    "field": "amount",
                    "type": "quantitative",
                    "scale": {"domainMin": 0} if most else {"domain": [0, 1]},
                    "axis": number_axis(wording, title_id, grid=True, tickCount=4),
                },
                "y": {
                    "field": "kind_name",
                    "type": "nominal",
                    "sort": unique(kinds),
                    "axis": {"title": None, "labelLimit": 130},
                },
                "tooltip": [
                    told("kind_name", wording.text("report.workload.head.kind"), None, "nominal"),
                    told("amount", wording.text(title_id), ",.2f"),
                ],
            },
        },
        height=27 * len(codes),
        transform=[named("kind", kinds)],
    )
