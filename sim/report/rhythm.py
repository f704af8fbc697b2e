"""Hour and weekday profiles: residents' reports, grid members' entries, and purchases."""

import datetime
from functools import partial

from sim.report.blocks import Chart, Figure, Note, Row, Section, Spec, Table
from sim.report.drawing import BLUE, GREEN, ORANGE, colours, dashes, frame, named, names, share_axis, told, unique
from sim.report.quantities import Name, Phrase, count, decimal, phrase, share
from sim.report.run_folder import RunFolder
from wording import Wording

STREAMS = ("resident", "grid", "purchase")
STREAM_COLOURS = (BLUE, GREEN, ORANGE)
WEEKEND = 5
"""Saturday, when Monday is 0."""
PURCHASE_COMMANDS = "payments.pay"
"""How the wire names of commands that pay a merchant begin."""
EVEN = 0.03
"""A weekend within three per cent of the working days counts as the same."""

Counts = dict[str, list[float]]
Heads = tuple[Phrase | Name, ...]


def section(run: RunFolder) -> Section:
    """When people report, when members enter, when people buy."""
    title = phrase("report.rhythm.title")
    hours, weekdays = _by_hour(run), _by_weekday(run)
    if not any(sum(counts) for counts in (*hours.values(), *weekdays.values())):
        return Section("rhythm", title, (Note(phrase("report.rhythm.empty")),))
    figures = [figure for figure in (_hours(hours), _weekdays(run, weekdays)) if figure]
    return Section("rhythm", title, tuple(figures))


def _by_hour(run: RunFolder) -> Counts:
    """Cases and purchases by hour of the day; residents report by outdoor codes too, the rest is entered."""
    found = run.rows(
        """
        SELECT CASE WHEN source IN ('resident', 'code') THEN 'resident' ELSE 'grid' END, hour(submitted), count(*)
        FROM cases
        WHERE submitted IS NOT NULL GROUP BY ALL
        UNION ALL
        SELECT 'purchase', hour, sum(n) FROM commands_by_hour WHERE starts_with(kind, ?)
        GROUP BY hour""",
        PURCHASE_COMMANDS,
    )
    return _filled(found, 24)


def _by_weekday(run: RunFolder) -> Counts:
    """Cases and purchases by weekday, Monday first."""
    found = run.rows("""
        SELECT CASE WHEN source IN ('resident', 'code') THEN 'resident' ELSE 'grid' END, isodow(submitted) - 1, count(*)
        FROM cases
        WHERE submitted IS NOT NULL GROUP BY ALL
        UNION ALL SELECT 'purchase', isodow(day) - 1, sum(n) FROM purchases GROUP BY ALL""")
    return _filled(found, 7)


def _filled(found: list[Row], size: int) -> Counts:
    counts: Counts = {stream: [0.0] * size for stream in STREAMS}
    for stream, place, number in found:
        counts[stream][int(place)] = float(number)
    return {stream: numbers for stream, numbers in counts.items() if sum(numbers)}


def _hours(counts: Counts) -> Figure | None:
    if not counts:
        return None
    shares = {stream: [number / sum(numbers) for number in numbers] for stream, numbers in counts.items()}
    aids = [
        phrase(
            "report.rhythm.aid.hour",
            stream=Name("report.stream", stream),
            hour=count(_peak(parts)),
            share=share(max(parts)),
            office=share(sum(parts[8:18])),
        )
        for stream, parts in shares.items()
    ]
    rows = [(stream, hour, part) for stream, parts in shares.items() for hour, part in enumerate(parts)]
    chart = Chart("hours", ("stream", "hour", "share"), rows, partial(_draw_hours, tuple(shares)))
    heads: Heads = (phrase("report.rhythm.axis.hour"), *(Name("report.stream", stream) for stream in shares))
    table = Table(heads, [(_hour(hour), *(share(parts[hour]) for parts in shares.values())) for hour in range(24)])
    return Figure("hours", phrase("report.rhythm.hours"), tuple(aids), (chart,), table)


def _hour(hour: int) -> Phrase:
    return phrase("report.rhythm.hour", start=f"{hour:02d}", end=f"{hour + 1:02d}")


def _peak(parts: list[float]) -> int:
    return parts.index(max(parts))


def _weekdays(run: RunFolder, counts: Counts) -> Figure | None:
    if not counts or not run.launch or not run.last_day:
        return None
    there = calendar_days(run.launch, run.last_day)
    # Mean a calendar day, so that a run that is no whole number of weeks does not favour its first weekdays.
    means = {
        stream: [number / there[place] if there[place] else 0.0 for place, number in enumerate(numbers)]
        for stream, numbers in counts.items()
    }
    relative = {
        stream: [part * sum(map(bool, there)) / sum(parts) for part in parts] for stream, parts in means.items()
    }
    rows = [
        (stream, place, part) for stream, parts in relative.items() for place, part in enumerate(parts) if there[place]
    ]
    chart = Chart("weekdays", ("stream", "weekday", "relative"), rows, partial(_draw_weekdays, tuple(relative)))
    heads: Heads = (phrase("report.rhythm.axis.weekday"), *(Name("report.stream", stream) for stream in relative))
    table = Table(
        heads,
        [
            (Name("report.weekday", str(place)), *(decimal(round(parts[place], 2)) for parts in relative.values()))
            for place in range(7)
            if there[place]
        ],
    )
    return Figure("weekdays", phrase("report.rhythm.weekdays"), _weekend_aids(means, there), (chart,), table)


def weekend_index(means: list[float], there: list[int]) -> float | None:
    """A weekend day beside a working day (1 = the same); None where the run has no weekend or no working day."""
    weekend = [mean for mean, days in zip(means[WEEKEND:], there[WEEKEND:], strict=True) if days]
    working = [mean for mean, days in zip(means[:WEEKEND], there[:WEEKEND], strict=True) if days]
    if not weekend or not working or not sum(working):
        return None
    return sum(weekend) / len(weekend) / (sum(working) / len(working))


def _weekend_aids(means: Counts, there: list[int]) -> tuple[Phrase, ...]:
    index = {stream: value for stream, parts in means.items() if (value := weekend_index(parts, there)) is not None}
    aids = [
        phrase("report.rhythm.aid.weekend", stream=Name("report.stream", stream), index=share(value))
        for stream, value in index.items()
    ]
    if {"resident", "purchase"} <= index.keys():
        reports, purchases = index["resident"] - 1, index["purchase"] - 1
        verdict = "opposite" if reports * purchases < 0 and min(abs(reports), abs(purchases)) > EVEN else "alike"
        aids.append(phrase(f"report.rhythm.aid.{verdict}"))
    return tuple(aids)


def _draw_hours(codes: tuple[str, ...], wording: Wording) -> Spec:
    streams = names(wording, "report.stream", codes)
    encoding: Spec = {
        "x": {
            "field": "hour",
            "type": "quantitative",
            "scale": {"domain": [0, 23], "nice": False},
            "axis": {"title": wording.text("report.rhythm.axis.hour"), "values": list(range(0, 24, 3)), "format": "d"},
        },
        "y": {"field": "share", "type": "quantitative", "axis": share_axis(wording, "report.rhythm.axis.share")},
        "color": _stream_colours(streams, codes, "stroke"),
        "strokeDash": dashes("stream", streams),
        "tooltip": [
            told("stream_name", wording.text("report.rhythm.legend"), None, "nominal"),
            told("hour", wording.text("report.rhythm.axis.hour"), "d"),
            told("share", wording.text("report.rhythm.axis.share"), ".1%"),
        ],
    }
    return frame(
        {"mark": {"type": "line", "point": {"size": 26}}, "encoding": encoding},
        height=240,
        transform=[named("stream", streams)],
    )


def _draw_weekdays(codes: tuple[str, ...], wording: Wording) -> Spec:
    streams = names(wording, "report.stream", codes)
    weekdays = names(wording, "report.weekday", map(str, range(7)))
    encoding: Spec = {
        "x": {
            "field": "weekday_name",
            "type": "nominal",
            "sort": unique(weekdays),
            "axis": {"title": wording.text("report.rhythm.axis.weekday"), "labelAngle": 0},
        },
        "xOffset": {"field": "stream_name", "type": "nominal", "sort": unique(streams)},
        "y": {"field": "relative", "type": "quantitative", "axis": share_axis(wording, "report.rhythm.axis.relative")},
        "color": _stream_colours(streams, codes),
        "tooltip": [
            told("stream_name", wording.text("report.rhythm.legend"), None, "nominal"),
            told("weekday_name", wording.text("report.rhythm.axis.weekday"), None, "nominal"),
            told("relative", wording.text("report.rhythm.axis.relative"), ".0%"),
        ],
    }
    even: Spec = {
        "data": {"values": [{"at": 1}]},
        "mark": {"type": "rule", "strokeDash": [4, 3]},
        "encoding": {"y": {"field": "at", "type": "quantitative"}},
    }
    return frame(
        {
            "mark": {"type": "bar"},
            "encoding": encoding,
            "transform": [named("stream", streams), named("weekday", weekdays)],
        },
        even,
        height=240,
    )


def _stream_colours(streams: dict[str, str], codes: tuple[str, ...], symbol: str = "square") -> Spec:
    return colours("stream", streams, [STREAM_COLOURS[STREAMS.index(code)] for code in codes], symbol)


def calendar_days(first: datetime.date, last: datetime.date) -> list[int]:
    """How often each weekday, Monday first, comes from `first` to `last`, both counted."""
    length = (last - first).days + 1
    return [length // 7 + (1 if (weekday - first.weekday()) % 7 < length % 7 else 0) for weekday in range(7)]
