"""The page of a verdict: one file that opens without a network, in Chinese and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from hdrh.histogram import HdrHistogram

from loadtests.verdict import audit_section, ends_section, gate_section, latency_section, time_section
from loadtests.verdict.figures import ends_of, late_ms, operations_of, step_s, steps_of
from loadtests.verdict.judging import Verdict
from loadtests.verdict.load_run import NANOSECONDS_A_SECOND, LoadRun
from loadtests.verdict.measured import Measured
from loadtests.verdict.said import headline, in_unit
from sim.report.blocks import Note
from sim.report.page import filled
from sim.report.quantities import Name, Phrase, Quantity, count, decimal, fine_share, phrase, verbatim

TEMPLATE = "run.html"
TONES = {"pass": "good", "fail": "bad", "invalid": "bad"}
BANNERS = {"pass": "strong", "fail": "alarm", "invalid": "alarm"}


class Tile(NamedTuple):
    """One figure on top of the page; the template's names are those of a simulation's tiles."""

    name: Phrase
    simulated: Phrase | Name | Quantity
    beside: Phrase | Quantity
    tone: str


def verdict_page(
    run: LoadRun,
    measured: Measured,
    verdict: Verdict,
    histograms: Mapping[tuple[str, str], HdrHistogram],
    language: str,
) -> str:
    """The HTML of a verdict."""
    operations, steps = operations_of(measured), steps_of(measured)
    sections = [
        gate_section.section(verdict),
        time_section.section(steps, step_s(measured), measured.faults),
        latency_section.section(operations, histograms),
        ends_section.section(ends_of(measured)),
        ends_section.generator_section(run, late_ms(measured)),
        audit_section.section(run),
    ]
    values: dict[str, Any] = {
        "product": phrase("verdict.product"),
        "title": phrase("verdict.title", run=verbatim(run.path.resolve().name)),
        "banners": _banners(run, verdict),
        "facts": _facts(run, measured),
        "tiles": _tiles(run, measured, verdict),
        "summary": _summary(measured),
    }
    return filled(TEMPLATE, language, sections, values, audit_section.PAGE_STYLE)


def _banners(run: LoadRun, verdict: Verdict) -> list[Note]:
    found = [Note(headline(verdict), BANNERS[verdict.result])]
    if run.stopped:
        found.append(Note(phrase("verdict.stopped", why=Name("verdict.stop", run.stopped)), "warn"))
    return found


def _told(run: LoadRun) -> dict[str, object]:
    """What the manifest says of the run; what it does not say is left out."""
    workers, started_s = run.manifest.get("workers"), run.manifest.get("started_s")
    began = dt.datetime.fromtimestamp(started_s, dt.UTC) if isinstance(started_s, int | float) else None
    return {
        "target": verbatim(run.manifest["target"]) if run.manifest.get("target") else None,
        "transport": verbatim(run.settings["transport"]) if run.settings.get("transport") else None,
        "workers": count(len(workers)) if isinstance(workers, list) else None,
        "started": verbatim(f"{began:%Y-%m-%d %H:%M} UTC") if began is not None else None,
    }


def _facts(run: LoadRun, measured: Measured) -> list[tuple[Phrase, object]]:
    seconds = measured.span_ns / NANOSECONDS_A_SECOND
    facts = [(name, value) for name, value in _told(run).items() if value not in (None, "")]
    facts += [
        ("seconds", decimal(round(seconds, 1))),
        ("operations", count(int(measured.offered.sum()))),
        ("exchanges", count(len(measured.exchanges.op))),
    ]
    if "seed" in run.folder.plan:
        facts.append(("seed", verbatim(run.folder.plan["seed"])))
    return [(phrase(f"verdict.fact.{name}"), value) for name, value in facts]


def _tiles(run: LoadRun, measured: Measured, verdict: Verdict) -> list[Tile]:
    every = operations_of(measured)[0]
    answered = every.answered / every.offered if every.offered else None
    unexpected = every.unexpected / every.offered if every.offered else None
    violations = None if run.audit is None else sum(run.audit["violations"].values())
    missed = verdict.counted("fail") + verdict.counted("invalid")
    beside_gates = phrase("verdict.tile.gates", n=len(verdict.gates), missed=missed, warned=verdict.counted("warn"))
    p99 = in_unit("ms", _rounded(every.latency_ms["due"].get("p99")))
    sent = in_unit("ms", _rounded(every.latency_ms["sent"].get("p99")))
    audited = phrase("verdict.tile.audited" if run.audit else "verdict.tile.not_audited")
    return [
        Tile(
            phrase("verdict.tile.result"), Name("verdict.result", verdict.result), beside_gates, TONES[verdict.result]
        ),
        Tile(phrase("verdict.tile.violations"), count(violations), audited, _tone(violations)),
        Tile(phrase("verdict.tile.p99"), p99, phrase("verdict.tile.sent", value=sent), "plain"),
        Tile(
            phrase("verdict.tile.answered"),
            fine_share(answered),
            phrase("verdict.tile.of", n=count(every.offered)),
            "plain",
        ),
        Tile(
            phrase("verdict.tile.unexpected"),
            fine_share(unexpected),
            phrase("verdict.tile.of", n=count(every.offered)),
            _tone(every.unexpected),
        ),
        Tile(
            phrase("verdict.tile.lag"),
            in_unit("ms", run.lag.get("p99_ms")),
            phrase("verdict.tile.lag_said" if run.lag else "verdict.tile.lag_unsaid"),
            "plain",
        ),
    ]


def _tone(wrong: int | None) -> str:
    return "plain" if wrong is None else "bad" if wrong else "good"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _summary(measured: Measured) -> list[Phrase]:
    """What differs most between the clocks, and which operation is slowest."""
    every, *kinds = operations_of(measured)
    found = [phrase("verdict.summary.open", n=count(every.offered))]
    timed = [each for each in kinds if each.latency_ms["due"]]
    if timed:
        slowest = max(timed, key=lambda each: each.latency_ms["due"]["p99"])
        value = in_unit("ms", _rounded(slowest.latency_ms["due"]["p99"]))
        found.append(phrase("verdict.summary.slowest", kind=verbatim(slowest.kind), value=value))
    due, sent = (every.latency_ms[clock].get("p99") for clock in ("due", "sent"))
    if due is not None and sent is not None and due > 2 * sent:
        times = decimal(round(due / sent, 1))
        found.append(phrase("verdict.summary.waited", times=times))
    return found
