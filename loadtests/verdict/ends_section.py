"""How operations ended, in the words of the platform, and whether the generator itself kept up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from loadtests.verdict.figures import STATISTICS, EndFigures
from loadtests.verdict.load_run import LoadRun
from loadtests.verdict.outcomes import End
from loadtests.verdict.said import end_name, end_note
from sim.report.blocks import Badge, Chart, Figure, Note, Noted, Section, Spec, Table
from sim.report.drawing import BLUE, VERMILION, colours, frame, named, names, narrow_bar, number_axis, told
from sim.report.quantities import Name, count, decimal, phrase, render, share, verbatim
from wording import Wording

MOST_ENDS = 30
ROW_HEIGHT = 26
EXPECTED = ("expected", "unexpected")


def section(ends: Sequence[EndFigures]) -> Section:
    """A bar an end over all operations, and a table by type of operation."""
    by_end: Counter[End] = Counter()
    for each in ends:
        by_end[each.end] += each.count
    total = by_end.total()
    shown = [end for end, _ in by_end.most_common(MOST_ENDS)]
    rows: list[tuple[object, ...]] = [
        (place, EXPECTED[not end.expected], by_end[end]) for place, end in enumerate(shown)
    ]
    chart = Chart("ends", ("end", "expected", "count"), rows, partial(_draw, [end.name for end in shown]))
    heads = tuple(phrase(f"verdict.head.{head}") for head in ("end", "expected", "operations", "count", "share"))
    table = Table(heads, [_row(each, total) for each in ends])
    unexpected = sum(found for end, found in by_end.items() if not end.expected)
    aids = (
        phrase("verdict.ends.aid", n=count(unexpected), share=share(unexpected / total if total else None)),
        phrase("verdict.ends.rule"),
    )
    figure = Figure("ends", phrase("verdict.ends.title"), aids, (chart,), table)
    return Section("ends", phrase("verdict.section.ends"), (figure,))


def _row(each: EndFigures, total: int) -> tuple[object, ...]:
    note = end_note(each.end.name)
    return (
        Noted(end_name(each.end.name), note) if note.value else end_name(each.end.name),
        Badge(Name("verdict.expected", EXPECTED[not each.end.expected]), "good" if each.end.expected else "bad"),
        verbatim(each.kind),
        count(each.count),
        share(each.count / total),
    )


def _draw(ends: list[str], wording: Wording) -> Spec:
    shown = {str(place): render(end_name(end), wording.language) for place, end in enumerate(ends)}
    expected = names(wording, "verdict.expected", EXPECTED)
    bars: Spec = {
        "mark": narrow_bar("y", 20),
        "encoding": {
            "x": {"field": "count", "type": "quantitative", "axis": number_axis(wording, "verdict.head.count")},
            "y": {
                "field": "end_name",
                "type": "nominal",
                "sort": list(shown.values()),
                "axis": {"title": None, "labelLimit": 240},
            },
            "color": colours("expected", expected, (BLUE, VERMILION)),
            "tooltip": [
                told("end_name", wording.text("verdict.head.end"), None, "nominal"),
                told("expected_name", wording.text("verdict.head.expected"), None, "nominal"),
                told("count", wording.text("verdict.head.count")),
            ],
        },
    }
    return frame(bars, height=ROW_HEIGHT * len(ends) + 10, transform=[named("end", shown), named("expected", expected)])


def generator_section(run: LoadRun, late_ms: Mapping[str, float]) -> Section:
    """The lag that the generator measured of itself, beside how late operations were sent for any reason."""
    lag = run.lag
    heads = (phrase("verdict.head.statistic"), phrase("verdict.head.lag"), phrase("verdict.head.late"))
    rows = [
        (verbatim(name), decimal(_rounded(lag.get(f"{name}_ms"))), decimal(_rounded(late_ms.get(name))))
        for name in STATISTICS
    ]
    told_by = "verdict.generator.lead" if lag else "verdict.generator.no_lag"
    blocks = (Note(phrase(told_by), "plain" if lag else "warn"), Table(heads, rows, folded=False))
    return Section("generator", phrase("verdict.section.generator"), blocks)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
