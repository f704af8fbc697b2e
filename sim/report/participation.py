"""Who takes part, by age and by special group."""

from functools import partial

from sim.report.blocks import Chart, Figure, Note, Section, Spec, Table
from sim.report.drawing import (
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
    charts = tuple(
        _act_chart(dimension, act, {grp: parts[place] for grp, parts in shares.items()})
        for place, act in enumerate(ACTS)
    )
    captions = {chart.name: phrase(f"report.act.{act}") for chart, act in zip(charts, ACTS, strict=True)}
    return Figure(
        f"by-{dimension}",
        phrase(f"report.participation.{dimension}"),
        _aids(dimension, shares),
        charts,
        _table(groups, shares, dimension),
        captions,
    )


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


def _aids(dimension: str, shares: dict[str, list[float | None]]) -> tuple[Phrase, ...]:
    """Who binds most and least, and the same of the act on which the groups differ most."""
    gaps = {act: gap for place, act in enumerate(ACTS) if (gap := _gap(shares, place))}
    widest = max((act for act in gaps if act != "bound"), key=lambda act: _ratio(gaps[act]), default=None)
    return tuple(
        phrase(
            f"report.participation.aid{'' if act == 'bound' else '.widest'}",
            act=phrase(f"report.act.{act}"),
            most=Name(f"report.{dimension}", gaps[act][0]),
            most_share=share(gaps[act][1]),
            least=Name(f"report.{dimension}", gaps[act][2]),
            least_share=share(gaps[act][3]),
        )
        for act in ("bound", widest)
        if act in gaps
    )


def _gap(shares: dict[str, list[float | None]], place: int) -> tuple[str, float, str, float] | None:
    """The group that takes part most and the one that does least, with their shares; None where all are alike."""
    known = {grp: part for grp, parts in shares.items() if grp != REST and (part := parts[place]) is not None}
    if not known or max(known.values()) == min(known.values()):
        return None
    most, least = max(known, key=lambda grp: known[grp]), min(known, key=lambda grp: known[grp])
    return most, known[most], least, known[least]


def _ratio(gap: tuple[str, float, str, float]) -> float:
    return gap[1] / gap[3] if gap[3] else float("inf")


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
    at_end: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
        "encoding": {"x": x, "y": y, "text": {"field": "share_text"}},
    }
    few: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "color": GREY},
        "transform": [{"filter": "!isValid(datum.share)"}],
        "encoding": {"x": {"value": 0}, "y": y, "text": {"value": wording.text("report.fewer", k=SMALLEST)}},
    }
    return frame(bars, at_end, few, height=22 * len(codes), transform=[named("grp", groups), percent("share")])
