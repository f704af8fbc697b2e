"""Bound people over time, questionnaires and votes."""

from functools import partial
from statistics import fmean, median

from sim.report.blocks import Chart, Figure, Note, Section, Spec, Table
from sim.report.drawing import (
    BLUE,
    colours,
    day_text,
    frame,
    named,
    names,
    narrow_bar,
    number_axis,
    published_line,
    share_axis,
    time_field,
    told,
    unique,
)
from sim.report.quantities import Name, Phrase, Quantity, count, day, decimal, phrase, share, verbatim
from sim.report.run_folder import RunFolder
from wording import Wording

BINDINGS = ("community_self", "community_grid", "other_self", "other_grid")
BINDING_COLOURS = ("#0072B2", "#8CC4E6", "#C97B00", "#F5D08A")
INVALID = ("too_fast", "straight_line", "duplicate", "incomplete")
POINTS_COLOURS = ("#B7D9EE", "#6FB1DA", "#2F86BE", "#0B5A91", "#083A5E", "#041F33")


def binding_section(run: RunFolder) -> Section:
    """Who is bound, how they were bound, and when."""
    title = phrase("report.bound.title")
    rows = run.rows(f"SELECT day, {', '.join(BINDINGS)} FROM bound_by_day ORDER BY day")
    if not rows:
        return Section("bound", title, (Note(phrase("report.bound.empty")),))
    target = run.targets().get("bound_people")
    published = target.published if target else None
    if published and sum(rows[-1][1:]) * 2 < published:
        published = None  # far above a run of few days the line would flatten all that there is to see
    chart = Chart("bound", ("day", *BINDINGS), rows, partial(_draw_bound, len(rows), published))
    figure = Figure("bound", phrase("report.bound.figure"), _bound_aids(run, rows), (chart,), _bound_table(run))
    return Section("bound", title, (figure,))


def _bound_aids(run: RunFolder, rows: list[tuple]) -> tuple[Phrase, ...]:
    last = rows[-1]
    total = sum(last[1:])
    half = next(row[0] for row in rows if sum(row[1:]) * 2 >= total)
    aids = [phrase("report.bound.aid", day=day(last[0]), total=count(total), half=day(half),
                   after=count((half - rows[0][0]).days + 1),
                   by_grid=share((last[2] + last[4]) / total if total else None))]
    community, households = run.row("SELECT arg_max(community_self + community_grid, day), arg_max(households, day) "
                                    "FROM bound_by_day")
    if households and community:
        aids.append(phrase("report.bound.aid.households", people=count(community), households=count(households),
                           ratio=Quantity(f"{community / households:.2f}", "text")))
    return tuple(aids)


def _bound_table(run: RunFolder) -> Table:
    heads = (phrase("report.axis.day"), *(phrase(f"report.binding.{code}") for code in BINDINGS),
             phrase("report.bound.head.total"), phrase("report.bound.head.households"))
    total = " + ".join(BINDINGS)
    monthly = run.rows(f"SELECT day, {', '.join(BINDINGS)}, {total}, households FROM bound_by_day "
                       "QUALIFY row_number() OVER (PARTITION BY date_trunc('month', day) ORDER BY day DESC) = 1 ORDER BY day")
    return Table(heads, [(day(row[0]), *map(count, row[1:])) for row in monthly], phrase("report.table.month_ends"))


def _draw_bound(days: int, published: float | None, wording: Wording) -> Spec:
    who = names(wording, "report.binding", BINDINGS)
    transform = [day_text(), {"fold": list(BINDINGS), "as": ["who", "people"]}, named("who", who),
                 {"calculate": f"indexof({list(BINDINGS)}, datum.who)", "as": "place"}]
    area: Spec = {"mark": {"type": "area", "line": False}, "encoding": {
        "x": time_field(wording, days),
        "y": {"field": "people", "type": "quantitative", "stack": "zero",
              "axis": number_axis(wording, "report.bound.axis")},
        "color": colours("who", who, BINDING_COLOURS), "order": {"field": "place", "type": "quantitative"},
        "tooltip": [told("day_text", wording.text("report.axis.day"), None, "nominal"),
                    told("who_name", wording.text("report.bound.legend"), None, "nominal"),
                    told("people", wording.text("report.bound.axis"))]}}
    lines = published_line(published, wording.text("report.published.total", value=f"{published:,.0f}")) if published else []
    return frame({**area, "transform": transform}, *lines, height=300)


def questionnaire_section(run: RunFolder) -> Section:
    """Valid answers of each questionnaire, and why the others do not count."""
    title = phrase("report.questionnaires.title")
    rows = run.rows(
        "SELECT row_number() OVER (ORDER BY opened, questionnaire) AS place, questionnaire, opened, closed, points, "
        f"reached, submitted, valid, {', '.join(INVALID)} FROM questionnaires ORDER BY place")
    if not rows:
        return Section("questionnaires", title, (Note(phrase("report.questionnaires.empty")),))
    figures = [_answers(run, rows)]
    if sum(row[6] or 0 for row in rows):
        figures.append(_invalid(rows))
    return Section("questionnaires", title, tuple(figures))


def published_mean(run: RunFolder) -> float | None:
    """Published answers a questionnaire, at the scale of the run: 200,000 / 81 = 2,469 at full size."""
    targets = run.targets()
    answers, calls = (targets[key].published if key in targets else None
                      for key in ("questionnaire_answers", "questionnaires"))
    return answers / calls if answers and calls else None


def _answers(run: RunFolder, rows: list[tuple]) -> Figure:
    valid = [row[7] or 0 for row in rows]
    mean = published_mean(run)
    aids = [phrase("report.questionnaires.aid", n=count(len(rows)), total=count(sum(valid)), mean=count(fmean(valid)),
                   median=count(median(valid)), low=count(min(valid)), high=count(max(valid)))]
    if mean:
        aids.append(phrase("report.questionnaires.aid.published", published=count(mean),
                           above=count(sum(number >= mean for number in valid)), n=count(len(rows))))
    part = len(rows) // 3
    if part >= 3:  # noqa: PLR2004 - thirds of fewer than three questionnaires show chance only
        early, late = fmean(valid[:part]), fmean(valid[-part:])
        drift = "falls" if late < early * 0.97 else "rises" if late > early * 1.03 else "holds"
        aids.append(phrase(f"report.questionnaires.aid.{drift}", part=count(part), early=count(early), late=count(late)))
    points = tuple(sorted({row[4] for row in rows if row[4] is not None}))
    chart = Chart("questionnaires", ("place", "questionnaire", "points", "valid"),
                  [(row[0], row[1], row[4], row[7]) for row in rows], partial(_draw_answers, len(rows), points, mean))
    heads = tuple(phrase(f"report.questionnaires.head.{head}") for head in (
        "place", "questionnaire", "opened", "closed", "points", "reached", "submitted", "valid", *INVALID))
    table = Table(heads, [(count(row[0]), verbatim(row[1]), day(row[2]),
                           day(row[3]) if row[3] else phrase("report.still_open"), *map(count, row[4:])) for row in rows])
    return Figure("questionnaires", phrase("report.questionnaires.figure"), tuple(aids), (chart,), table)


def _draw_answers(size: int, points: tuple[int, ...], mean: float | None, wording: Wording) -> Spec:
    few = 1 < len(points) <= len(POINTS_COLOURS)
    encoding: Spec = {
        "x": {"field": "place", "type": "ordinal", "sort": "ascending", "scale": {"paddingInner": 0.25},
              "axis": {"title": wording.text("report.questionnaires.axis.place"), "labelAngle": 0,
                       "labelExpr": f"{size} <= 20 || datum.value == 1 || datum.value % 10 == 0 ? datum.value : ''", "ticks": False}},
        "y": {"field": "valid", "type": "quantitative", "axis": number_axis(wording, "report.questionnaires.axis.valid")},
        "tooltip": [told("questionnaire", wording.text("report.questionnaires.head.questionnaire"), None, "nominal"),
                    told("valid", wording.text("report.questionnaires.head.valid")),
                    told("points", wording.text("report.questionnaires.head.points"))]}
    if few:
        chosen = POINTS_COLOURS if len(points) > 4 else POINTS_COLOURS[1:]  # noqa: PLR2004 - palest only when needed
        encoding["color"] = {
            "field": "points", "type": "ordinal", "scale": {"domain": list(points), "range": list(chosen[:len(points)])},
            "sort": "ascending", "legend": {"title": wording.text("report.questionnaires.legend"), "orient": "top",
                                            "direction": "horizontal", "titleOrient": "left"}}
    bars: Spec = {"mark": narrow_bar("x", 60, color=BLUE), "encoding": encoding}
    lines = published_line(mean, wording.text("report.published.mean", value=f"{mean:,.0f}")) if mean else []
    return frame(bars, *lines, height=260)


def _invalid(rows: list[tuple]) -> Figure:
    submitted, valid = (sum(row[place] or 0 for row in rows) for place in (6, 7))
    reasons = [(code, sum(row[8 + place] or 0 for row in rows)) for place, code in enumerate(INVALID)]
    reasons.sort(key=lambda item: -item[1])
    values = [(code, number, number / submitted) for code, number in reasons]
    top = reasons[0]
    refused = sum(number for _, number in reasons)
    aid = phrase("report.invalid.aid" if refused else "report.invalid.aid.none", submitted=count(submitted),
                 valid=count(valid), share=share(1 - valid / submitted), reason=Name("report.invalid", top[0]),
                 reason_share=share(top[1] / refused if refused else None))
    heads = tuple(phrase(f"report.invalid.head.{head}") for head in ("reason", "answers", "share"))
    table = Table(heads, [(Name("report.invalid", code), count(number), share(part)) for code, number, part in values])
    chart = Chart("invalid", ("reason", "answers", "share"), values, partial(_draw_invalid, tuple(c for c, _ in reasons)))
    return Figure("invalid", phrase("report.invalid.title"), (aid,), (chart,), table)


def _draw_invalid(codes: tuple[str, ...], wording: Wording) -> Spec:
    reasons = names(wording, "report.invalid", codes)
    tooltip = [told("reason_name", wording.text("report.invalid.head.reason"), None, "nominal"),
               told("answers", wording.text("report.invalid.head.answers")),
               told("share", wording.text("report.invalid.head.share"), ".2%")]
    bars: Spec = {"mark": {"type": "bar", "height": 18}, "encoding": {
        "x": {"field": "answers", "type": "quantitative", "axis": number_axis(wording, "report.invalid.axis", grid=True)},
        "y": {"field": "reason_name", "type": "nominal", "sort": unique(reasons), "axis": {"title": None}},
        "tooltip": tooltip}}
    return frame({**bars, "transform": [named("reason", reasons)]}, height=30 * len(codes))


def vote_section(run: RunFolder) -> Section:
    """Turnout of each vote."""
    title = phrase("report.votes.title")
    rows = run.rows("SELECT row_number() OVER (ORDER BY opened, vote) AS place, vote, opened, closed, electorate, ballots, "
                    "ballots / nullif(electorate, 0), winner, top_share FROM votes ORDER BY place")
    if not rows:
        return Section("votes", title, (Note(phrase("report.votes.empty")),))
    turnouts = [row[6] for row in rows if row[6] is not None]
    aids = [phrase("report.votes.aid", n=count(len(rows)), ballots=count(sum(row[5] or 0 for row in rows)),
                   low=share(min(turnouts, default=None)), high=share(max(turnouts, default=None)))]
    narrow = min((row for row in rows if row[8] is not None), key=lambda row: row[8], default=None)
    if narrow:
        aids.append(phrase("report.votes.aid.narrow", place=count(narrow[0]), share=share(narrow[8])))
    heads = tuple(phrase(f"report.votes.head.{head}") for head in (
        "place", "vote", "opened", "closed", "electorate", "ballots", "turnout", "winner", "top_share"))
    table = Table(heads, [(count(row[0]), verbatim(row[1]), day(row[2]),
                           day(row[3]) if row[3] else phrase("report.still_open"), count(row[4]), count(row[5]),
                           share(row[6]), verbatim(row[7]), share(row[8])) for row in rows])
    chart = Chart("votes", ("place", "vote", "ballots", "turnout"), [(row[0], row[1], row[5], row[6]) for row in rows],
                  _draw_votes)
    return Section("votes", title, (Figure("votes", phrase("report.votes.figure"), tuple(aids), (chart,), table),))


def _draw_votes(wording: Wording) -> Spec:
    return frame({"mark": narrow_bar("x", 60), "encoding": {
        "x": {"field": "place", "type": "ordinal", "sort": "ascending", "scale": {"paddingInner": 0.35},
              "axis": {"title": wording.text("report.votes.axis.place"), "labelAngle": 0, "labelOverlap": True}},
        "y": {"field": "turnout", "type": "quantitative", "axis": share_axis(wording, "report.votes.axis.turnout")},
        "tooltip": [told("vote", wording.text("report.votes.head.vote"), None, "nominal"),
                    told("ballots", wording.text("report.votes.head.ballots")),
                    told("turnout", wording.text("report.votes.head.turnout"), ".1%")]}}, height=220)
