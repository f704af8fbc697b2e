"""The gates of a run: a table that shows what was measured, what was wanted and what follows."""

from __future__ import annotations

from loadtests.verdict.judging import Judged, Verdict
from loadtests.verdict.said import metric_name, operations_name, reason_of, value_of, window_name
from sim.report.blocks import Badge, Note, Noted, Section, Table
from sim.report.quantities import Name, phrase, verbatim

TONES = {"pass": "good", "warn": "assumed", "fail": "bad", "invalid": "bad"}
HEADS = ("status", "metric", "operations", "window", "value", "wanted", "level")


def section(verdict: Verdict) -> Section:
    """All gates, those that speak against the run first."""
    order = ("invalid", "fail", "warn", "pass")
    rows = [_row(judged) for judged in sorted(verdict.gates, key=lambda judged: order.index(judged.status))]
    heads = tuple(phrase(f"verdict.head.{head}") for head in HEADS)
    lead = Note(phrase("verdict.gates.lead"))
    return Section("gates", phrase("verdict.section.gates"), (lead, Table(heads, rows, folded=False)))


def _row(judged: Judged) -> tuple[object, ...]:
    return (
        Badge(Name("verdict.status", judged.status), TONES[judged.status]),
        Noted(metric_name(judged), reason_of(judged)) if judged.reason else metric_name(judged),
        operations_name(judged),
        window_name(judged),
        value_of(judged),
        verbatim(judged.gate.wanted.replace(" ", "\N{NO-BREAK SPACE}")),
        Name("verdict.level", judged.gate.level),
    )
