"""Questionnaires and votes: what each brought, and why some answers do not count."""

from functools import partial
from statistics import fmean, median

from sim.report.blocks import Chart, Figure, Note, Row, Section, Spec, Table
from sim.report.drawing import (
    BLUE,
    frame,
    named,
    names,
    narrow_bar,
    number_axis,
    published_line,
    share_axis,
    told,
    unique,
)
from sim.report.quantities import Name, Phrase, count, day, phrase, share, verbatim
from sim.report.run_folder import RunFolder
from wording import Wording

INVALID = ("too_fast", "straight_line", "duplicate", "incomplete")
POINTS_COLOURS = ("#B7D9EE", "#6FB1DA", "#2F86BE", "#0B5A91", "#083A5E", "#041F33")
DRIFT = 0.03
"""Early and late questionnaires within three per cent of each other hold."""


def section(run: RunFolder) -> Section:
    """Valid answers of each questionnaire, and why the others do not count."""
    title = phrase("report.questionnaires.title")
    rows = run.rows(
        "SELECT row_number() OVER (ORDER BY opened, questionnaire) AS place, questionnaire, opened, closed, points, "
        f"reached, submitted, valid, {', '.join(INVALID)} FROM questionnaires ORDER BY place"
    )
    if not rows:
        return Section("questionnaires", title, (Note(phrase("report.questionnaires.empty")),))
    figures = [_answers(run, rows)]
    if sum(row[6] or 0 for row in rows):
        figures.append(_invalid(rows))
    return Section("questionnaires", title, tuple(figures))


def published_mean(run: RunFolder) -> float | None:
    """Published answers a questionnaire, at the scale of the run: 200,000 / 81 = 2,469 at full size."""
    targets = run.targets()
    answers, calls = (
        targets[key].published if key in targets else None for key in ("questionnaire_answers", "questionnaires")
    )
    return answers / calls if answers and calls else None


def _answers(run: RunFolder, rows: list[Row]) -> Figure:
    mean = published_mean(run)
    points = tuple(sorted({row[4] for row in rows if row[4] is not None}))
    chart = Chart(
        "questionnaires",
        ("place", "questionnaire", "points", "valid"),
        [(row[0], row[1], row[4], row[7]) for row in rows],
        partial(_draw_answers, len(rows), points, mean),
    )
    heads = tuple(
        phrase(f"report.questionnaires.head.{head}")
        for head in ("place", "questionnaire", "opened", "closed", "points", "reached", "submitted", "valid", *INVALID)
    )
    table = Table(heads, [_table_row(row) for row in rows])
    return Figure("questionnaires", phrase("report.questionnaires.figure"), _aids(rows, mean), (chart,), table)


def _table_row(row: Row) -> tuple[object, ...]:
    closed = day(row[3]) if row[3] else phrase("report.still_open")
    return (count(row[0]), verbatim(row[1]), day(row[2]), closed, *map(count, row[4:]))


def _aids(rows: list[Row], mean: float | None) -> tuple[Phrase, ...]:
    """Sizes, the published mean beside them, and the drift from the first to the last third."""
    # One that is still open has not had all its answers: it counts in the sum, not in the mean.
    valid = [row[7] or 0 for row in rows if row[3]] or [row[7] or 0 for row in rows]
    sizes = {
        "total": sum(row[7] or 0 for row in rows),
        "mean": fmean(valid),
        "median": median(valid),
        "low": min(valid),
        "high": max(valid),
    }
    written = {name: count(size) for name, size in sizes.items()}
    aids = [phrase("report.questionnaires.aid", n=count(len(rows)), **written)]
    if mean:
        above = count(sum(number >= mean for number in valid))
        aids.append(
            phrase("report.questionnaires.aid.published", published=count(mean), above=above, n=count(len(valid)))
        )
    part = len(valid) // 3
    if part >= 3:  # noqa: PLR2004 - thirds of fewer than three questionnaires show chance only
        early, late = fmean(valid[:part]), fmean(valid[-part:])
        drift = "falls" if late < early * (1 - DRIFT) else "rises" if late > early * (1 + DRIFT) else "holds"
        drifted = f"report.questionnaires.aid.{drift}"
        aids.append(phrase(drifted, part=count(part), early=count(early), late=count(late)))
    return tuple(aids)


def _draw_answers(size: int, points: tuple[int, ...], mean: float | None, wording: Wording) -> Spec:
    few = 1 < len(points) <= len(POINTS_COLOURS)
    encoding: Spec = {
        "x": {
            "field": "place",
            "type": "ordinal",
            "sort": "ascending",
            "scale": {"paddingInner": 0.25},
            "axis": {
                "title": wording.text("report.questionnaires.axis.place"),
                "labelAngle": 0,
                "labelExpr": f"{size} <= 20 || datum.value == 1 || datum.value % 10 == 0 ? datum.value : ''",
                "ticks": False,
            },
        },
        "y": {
            "field": "valid",
            "type": "quantitative",
            "axis": number_axis(wording, "report.questionnaires.axis.valid"),
        },
        "tooltip": [
            told("questionnaire", wording.text("report.questionnaires.head.questionnaire"), None, "nominal"),
            told("valid", wording.text("report.questionnaires.head.valid")),
            told("points", wording.text("report.questionnaires.head.points")),
        ],
    }
    if few:
        chosen = POINTS_COLOURS if len(points) > 4 else POINTS_COLOURS[1:]  # noqa: PLR2004 - palest only when needed
        encoding["color"] = {
            "field": "points",
            "type": "ordinal",
            "scale": {"domain": list(points), "range": list(chosen[: len(points)])},
            "sort": "ascending",
            "legend": {
                "title": wording.text("report.questionnaires.legend"),
                "orient": "top",
                "direction": "horizontal",
                "titleOrient": "left",
            },
        }
    bars: Spec = {"mark": narrow_bar("x", 60, color=BLUE), "encoding": encoding}
    lines = published_line(mean, wording.text("report.published.mean", value=f"{mean:,.0f}")) if mean else []
    return frame(bars, *lines, height=260)


def _invalid(rows: list[Row]) -> Figure:
    submitted, valid = (sum(row[place] or 0 for row in rows) for place in (6, 7))
    reasons = [(code, sum(row[8 + place] or 0 for row in rows)) for place, code in enumerate(INVALID)]
    reasons.sort(key=lambda item: -item[1])
    values = [(code, number, number / submitted) for code, number in reasons]
    top = reasons[0]
    refused = sum(number for _, number in reasons)
    aid = phrase(
        "report.invalid.aid" if refused else "report.invalid.aid.none",
        submitted=count(submitted),
        valid=count(valid),
        share=share(1 - valid / submitted),
        reason=Name("report.invalid", top[0]),
        reason_share=share(top[1] / refused if refused else None),
    )
    heads = tuple(phrase(f"report.invalid.head.{head}") for head in ("reason", "answers", "share"))
    table = Table(heads, [(Name("report.invalid", code), count(number), share(part)) for code, number, part in values])
    chart = Chart(
        "invalid", ("reason", "answers", "share"), values, partial(_draw_invalid, tuple(c for c, _ in reasons))
    )
    return Figure("invalid", phrase("report.invalid.title"), (aid,), (chart,), table)


def _draw_invalid(codes: tuple[str, ...], wording: Wording) -> Spec:
    reasons = names(wording, "report.invalid", codes)
    tooltip = [
        told("reason_name", wording.text("report.invalid.head.reason"), None, "nominal"),
        told("answers", wording.text("report.invalid.head.answers")),
        told("share", wording.text("report.invalid.head.share"), ".2%"),
    ]
    bars: Spec = {
        "mark": {"type": "bar", "height": 18},
        "encoding": {
            "x": {
                "field": "answers",
                "type": "quantitative",
                "axis": number_axis(wording, "report.invalid.axis", grid=True),
            },
            "y": {"field": "reason_name", "type": "nominal", "sort": unique(reasons), "axis": {"title": None}},
            "tooltip": tooltip,
        },
    }
    return frame({**bars, "transform": [named("reason", reasons)]}, height=30 * len(codes))


def vote_section(run: RunFolder) -> Section:
    """Turnout of each vote."""
    title = phrase("report.votes.title")
    rows = run.rows(
        "SELECT row_number() OVER (ORDER BY opened, vote) AS place, vote, opened, closed, electorate, ballots, "
        "ballots / nullif(electorate, 0), winner, top_share FROM votes ORDER BY place"
    )
    if not rows:
        return Section("votes", title, (Note(phrase("report.votes.empty")),))
    turnouts = [row[6] for row in rows if row[6] is not None]
    aids = [
        phrase(
            "report.votes.aid",
            n=count(len(rows)),
            ballots=count(sum(row[5] or 0 for row in rows)),
            low=share(min(turnouts, default=None)),
            high=share(max(turnouts, default=None)),
        )
    ]
    narrow = min((row for row in rows if row[8] is not None), key=lambda row: row[8], default=None)
    if narrow:
        aids.append(phrase("report.votes.aid.narrow", place=count(narrow[0]), share=share(narrow[8])))
    heads = tuple(
        phrase(f"report.votes.head.{head}")
        for head in ("place", "vote", "opened", "closed", "electorate", "ballots", "turnout", "winner", "top_share")
    )
    table = Table(
        heads,
        [
            (
                count(row[0]),
                verbatim(row[1]),
                day(row[2]),
                day(row[3]) if row[3] else phrase("report.still_open"),
                count(row[4]),
                count(row[5]),
                share(row[6]),
                verbatim(row[7]),
                share(row[8]),
            )
            for row in rows
        ],
    )
    chart = Chart(
        "votes",
        ("place", "vote", "ballots", "turnout"),
        [(row[0], row[1], row[5], row[6]) for row in rows],
        _draw_votes,
    )
    return Section("votes", title, (Figure("votes", phrase("report.votes.figure"), tuple(aids), (chart,), table),))


def _draw_votes(wording: Wording) -> Spec:
    return frame(
        {
            "mark": narrow_bar("x", 60),
            "encoding": {
                "x": {
                    "field": "place",
                    "type": "ordinal",
                    "sort": "ascending",
                    "scale": {"paddingInner": 0.35},
                    "axis": {"title": wording.text("report.votes.axis.place"), "labelAngle": 0, "labelOverlap": True},
                },
                "y": {
                    "field": "turnout",
                    "type": "quantitative",
                    "axis": share_axis(wording, "report.votes.axis.turnout"),
                },
                "tooltip": [
                    told("vote", wording.text("report.votes.head.vote"), None, "nominal"),
                    told("ballots", wording.text("report.votes.head.ballots")),
                    told("turnout", wording.text("report.votes.head.turnout"), ".1%"),
                ],
            },
        },
        height=220,
    )
