"""Who takes part, by age and by special group."""

from collections.abc import Mapping
from functools import partial

from sim.report.blocks import Chart, Figure, Note, Section, Spec, Table
from sim.report.drawing import (
    BLUE,
    GREY,
    frame,
    named,
    names,
    percent,
    share_axis,
    told,
    unique,
)
from sim.report.privacy import REST, SMALLEST, Group, hidden, merge_small
from sim.report.quantities import Name, Phrase, Quantity, count, decimal, phrase, share
from sim.report.run_folder import RunFolder
from wording import Wording

ACTS = ("bound", "answerers", "voters", "reporters", "buyers", "redeemers")
COUNTS = (*ACTS, "bound_by_grid", "answers", "points_earned", "points_redeemed")
AGES = ("0-14", "15-24", "25-44", "45-59", "60-69", "70+", REST)
SPECIAL = ("none", "elderly_alone", "disabled", "low_income", "veteran", REST)
ROOM_FOR_LABEL = 1.32
BY_GRID_COLOUR = "#8CC4E6"
Gap = tuple[str, float, str, float]
"""The group with the highest share, its share, the group with the lowest, its share."""
ORDERS = {"age": AGES, "special": SPECIAL}


def section(run: RunFolder) -> Section:
    """Shares of each group that take part, by age and by special group."""
    title = phrase("report.participation.title")
    figures = [figure for dimension in ORDERS if (figure := _figure(run, dimension))]
    if not figures:
        return Section("participation", title, (Note(phrase("report.participation.empty")),))
    return Section("participation", title, (Note(phrase("report.participation.lead", k=count(SMALLEST))), *figures))


def groups_of(run: RunFolder, dimension: str) -> list[Group]:
    """The groups of a dimension in their order, none of fewer than ten people; counts as in `COUNTS`."""
    sums = ", ".join(f"coalesce(sum({column}), 0)::BIGINT" for column in ("persons", *COUNTS))
    found = run.rows(f"SELECT coalesce(grp, '{REST}'), {sums} FROM groups WHERE dimension = ? GROUP BY ALL", dimension)
    order = ORDERS[dimension]
    found.sort(key=lambda row: (order.index(row[0]) if row[0] in order else len(order), row[0]))
    return merge_small([Group(row[0], row[1], row[2:]) for row in found])


def _shares(group: Group) -> list[float | None]:
    """Bound among all, every other act among the bound; None where the count is too small to show."""
    acts = group.counts[: len(ACTS)]
    wholes = [group.people, *[acts[0]] * (len(ACTS) - 1)]
    return [None if hidden(act) or not whole else act / whole for act, whole in zip(acts, wholes, strict=True)]


def _figure(run: RunFolder, dimension: str) -> Figure | None:
    groups = groups_of(run, dimension)
    if not groups:
        return None
    shares = {group.name: _shares(group) for group in groups}
    bound = {group.name: (shares[group.name][0], _alone(group)) for group in groups}
    charts = (
        _bound_chart(dimension, bound),
        *(
            _act_chart(dimension, act, {grp: parts[place] for grp, parts in shares.items()})
            for place, act in enumerate(ACTS)
            if place
        ),
    )
    captions = {chart.name: phrase(f"report.act.{act}") for chart, act in zip(charts, ACTS, strict=True)}
    captions[charts[0].name] = phrase("report.act.bound.caption")
    table = _table(groups, shares, dimension)
    title = phrase(f"report.participation.{dimension}")
    return Figure(f"by-{dimension}", title, _aids(dimension, groups, shares), charts, table, captions)


def _alone(group: Group) -> float | None:
    """Bound by an own scan, among all; None where the others, whom a grid member entered, are too few to show."""
    bound, by_grid = group.counts[0], group.counts[len(ACTS)]
    return None if hidden(by_grid) or hidden(bound - by_grid) else (bound - by_grid) / group.people


def _table(groups: list[Group], shares: dict[str, list[float | None]], dimension: str) -> Table:
    heads = (
        phrase(f"report.participation.head.{dimension}"),
        phrase("report.participation.head.persons"),
        *(phrase(f"report.act.{act}") for act in ACTS),
        *(phrase(f"report.participation.head.{head}") for head in ("by_grid", "answers", "earned", "redeemed")),
    )
    rows = [_table_row(group, shares[group.name], dimension) for group in groups]
    return Table(heads, rows, phrase("report.participation.table", k=count(SMALLEST)))


def _table_row(group: Group, shares: list[float | None], dimension: str) -> tuple[object, ...]:
    bound = group.counts[0]
    by_grid, *sums = group.counts[len(ACTS) :]
    acts = [_shown(act, part) for act, part in zip(group.counts[: len(ACTS)], shares, strict=True)]
    each = [decimal(number / bound if bound and not hidden(bound) else None) for number in sums]
    by_grid_share = by_grid / bound if bound else None
    return (Name(f"report.{dimension}", group.name), count(group.people), *acts, _shown(by_grid, by_grid_share), *each)


def _shown(number: int, part: float | None) -> Phrase | Quantity:
    return phrase("report.fewer", k=count(SMALLEST)) if hidden(number) else share(part)


def _aids(dimension: str, groups: list[Group], shares: dict[str, list[float | None]]) -> tuple[Phrase, ...]:
    """Who binds, who is entered by a grid member, and the act on which the groups differ most."""
    gaps = {act: _gap({grp: parts[place] for grp, parts in shares.items()}) for place, act in enumerate(ACTS)}
    widest = max((act for act in ACTS[1:] if gaps[act]), key=lambda act: _ratio(gaps[act]), default=None)
    by_grid = {
        group.name: None
        if hidden(group.counts[len(ACTS)]) or not group.counts[0]
        else group.counts[len(ACTS)] / group.counts[0]
        for group in groups
    }
    told = (
        ("aid", "bound", gaps["bound"]),
        ("aid", "by_grid", _gap(by_grid)),
        ("aid.widest", widest, gaps.get(widest or "")),
    )
    return tuple(
        phrase(
            f"report.participation.{aid}",
            act=phrase(f"report.act.{act}"),
            most=Name(f"report.{dimension}", gap[0]),
            most_share=share(gap[1]),
            least=Name(f"report.{dimension}", gap[2]),
            least_share=share(gap[3]),
        )
        for aid, act, gap in told
        if gap
    )


def _gap(shares: Mapping[str, float | None]) -> Gap | None:
    """The group that takes part most and the one that does least, with their shares; None where all are alike."""
    known = {grp: part for grp, part in shares.items() if grp != REST and part is not None}
    if not known or max(known.values()) == min(known.values()):
        return None
    most, least = max(known, key=lambda grp: known[grp]), min(known, key=lambda grp: known[grp])
    return most, known[most], least, known[least]


def _ratio(gap: Gap | None) -> float:
    return 0.0 if gap is None else gap[1] / gap[3] if gap[3] else float("inf")


def _bound_chart(dimension: str, shares: dict[str, tuple[float | None, float | None]]) -> Chart:
    rows = [(grp, *parts) for grp, parts in shares.items()]
    drawing = partial(_draw_act, dimension, "bound", tuple(shares), 1.0)
    return Chart(f"{dimension}-bound", ("grp", "share", "alone"), rows, drawing)


def _act_chart(dimension: str, act: str, shares: dict[str, float | None]) -> Chart:
    longest = max((part for part in shares.values() if part), default=1.0)
    return Chart(
        f"{dimension}-{act}",
        ("grp", "share"),
        list(shares.items()),
        partial(_draw_act, dimension, act, tuple(shares), longest),
    )


def _draw_act(dimension: str, act: str, codes: tuple[str, ...], longest: float, wording: Wording) -> Spec:
    """Bars with their numbers at the end; the scale leaves room for them, so it needs no ticks."""
    groups = names(wording, f"report.{dimension}", codes)
    axis = share_axis(
        wording,
        "report.act.axis.bound" if act == "bound" else "report.act.axis",
        grid=False,
        labels=False,
        ticks=False,
        domain=False,
    )
    x: Spec = {
        "field": "share",
        "type": "quantitative",
        "axis": axis,
        "scale": {"domain": [0, longest * ROOM_FOR_LABEL], "nice": False},
    }
    y: Spec = {
        "field": "grp_name",
        "type": "nominal",
        "sort": unique(groups),
        "scale": {"domain": unique(groups)},
        "axis": {"title": None, "labelLimit": 130},
    }
    bars: Spec = {
        "mark": {"type": "bar", "height": 14},
        "encoding": {
            "x": x,
            "y": y,
            "tooltip": [
                told("grp_name", wording.text(f"report.participation.head.{dimension}"), None, "nominal"),
                told("share", wording.text(f"report.act.{act}"), ".2%"),
            ],
        },
    }
    layers = _split_by_door(bars) if act == "bound" else [bars]
    at_end: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
        "encoding": {"x": x, "y": y, "text": {"field": "share_text"}},
    }
    few: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "color": GREY},
        "transform": [{"filter": "!isValid(datum.share)"}],
        "encoding": {"x": {"value": 0}, "y": y, "text": {"value": wording.text("report.fewer", k=SMALLEST)}},
    }
    return frame(*layers, at_end, few, height=22 * len(codes), transform=[named("grp", groups), percent("share")])


def _split_by_door(bars: Spec) -> list[Spec]:
    """The bound in two shades: own scans over all, what stays pale was entered by a grid member."""
    shade = {"condition": {"test": "isValid(datum.alone)", "value": BY_GRID_COLOUR}, "value": BLUE}
    encoding = bars["encoding"]
    own_scan = {**encoding, "x": {**encoding["x"], "field": "alone"}}
    return [
        {**bars, "encoding": {**encoding, "color": shade}},
        {"mark": {"type": "bar", "height": 14, "color": BLUE}, "encoding": own_scan},
    ]
