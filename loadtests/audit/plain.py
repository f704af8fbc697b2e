"""An audit as plain values (`audit.json`, schemas/audit-1.json) and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.invariants import BY_ID
from loadtests.audit.findings import CONTRACT, OBJECT, Audit, Finding
from loadtests.linearizability import Call as Step
from loadtests.linearizability.timeline import timeline_text
from wording import Wording

VERSION = 1
OWN = {CONTRACT: "audit.contract", OBJECT: "audit.object"}
"""Texts of the findings that are no invariant of the engine."""


def verdict_of(audit: Audit) -> str:
    """Violation | unknown | ok | invalid: nothing was checked at all."""
    if audit.violated:
        return "violation"
    if not any(layer.checked for layer in audit.layers.values()):
        return "invalid"
    return "unknown" if audit.unknown else "ok"


def plain(audit: Audit) -> dict[str, Any]:
    """As plain values."""
    return {
        "audit": VERSION,
        "verdict": verdict_of(audit),
        "calls": dict(sorted(audit.calls.items())),
        "town_refused": audit.town_refused,
        "layers": [
            {
                "name": layer.name,
                "status": layer.status,
                "checked": layer.checked,
                "unknown": layer.unknown,
                "reason": layer.reason,
                "values": _values(layer.values),
                "cpu_s": round(audit.seconds.get(layer.name, 0.0), 3),
            }
            for layer in audit.layers.values()
        ],
        "cheap_cpu_s": round(audit.seconds.get("cheap", 0.0), 3),
        "invariants": [_invariant(name, audit) for name in BY_ID],
        "violations": dict(sorted(audit.counts.items())),
        "findings": [_finding(finding) for finding in audit.findings],
    }


def _values(found: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a text: whole numbers, and the rest as text."""
    return {name: value if isinstance(value, int) else str(value) for name, value in found.items()}


def _invariant(name: str, audit: Audit) -> dict[str, Any]:
    checked, violated = audit.invariants.get(name, 0), audit.counts.get(name, 0)
    status = "violated" if violated else "checked" if checked else "not_checked"
    known = BY_ID[name]
    return {"id": name, "sentence": known.sentence, "level": known.level, "status": status, "checked": checked}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "sentence": finding.sentence,
        "layer": finding.layer,
        "key": finding.key,
        "text": finding.text,
        "values": _values(finding.values),
        "begin": finding.begin,
        "history": [_step(step) for step in finding.steps],
        "impossible": finding.impossible.number if finding.impossible is not None else None,
        "explanations": [{"why": why, "op": number} for why, number in finding.explanations],
        "operations": [operation.n for operation in finding.operations],
        "expected": finding.expected,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "op": step.number,
        "actor": str(step.process),
        "f": step.f,
        "value": step.value,
        "type": step.type,
        "result": step.result,
        "start": step.start,
        "end": step.end,
    }


def sentence(finding_id: str, wording: Wording) -> str:
    """The invariant in the language of the reader."""
    known = BY_ID.get(finding_id)
    other = known.sentence if known is not None else wording.text(OWN[finding_id])
    return wording.all().get(f"invariant.{finding_id}", other)


def lines(audit: Audit, wording: Wording) -> Iterator[str]:
    """For a person: verdict, layers, and each kept finding with its calls as bars."""
    counts = {name: f"{audit.calls.get(name, 0):,}" for name in ("ok", "rejected", "unknown", "not_done")}
    yield wording.text(f"audit.verdict.{verdict_of(audit)}")
    yield wording.text("audit.calls", **counts)
    if audit.town_refused:
        yield wording.text("audit.town_refused", n=f"{audit.town_refused:,}")
    for layer in audit.layers.values():
        status = wording.text(f"audit.status.{layer.status}", n=f"{layer.checked:,}")
        reason = wording.text(layer.reason, **layer.values) if layer.reason else ""
        unsettled = wording.text("audit.unsettled", n=f"{layer.unknown:,}") if layer.unknown else ""
        yield f"  {wording.text(f'audit.layer.{layer.name}')}  {' '.join(filter(None, [status, unsettled, reason]))}"
    for name, count in sorted(audit.counts.items(), key=lambda each: (each[0] == CONTRACT, each[0])):
        yield wording.text("audit.violated", id=name, n=f"{count:,}", sentence=sentence(name, wording))
    for number, finding in enumerate(audit.findings, 1):
        yield ""
        yield from finding_lines(number, finding, wording)


def finding_lines(number: int, finding: Finding, wording: Wording) -> Iterator[str]:
    """One finding."""
    seen = wording.text(finding.text, **finding.values)
    head = {"number": number, "id": finding.id, "sentence": sentence(finding.id, wording)}
    yield wording.text("audit.finding", **head, key=finding.key, seen=seen)
    for why, operation in finding.explanations:
        yield wording.text(f"audit.why.{why}", op=operation)
    for line in timeline_text(finding.steps, finding.impossible):
        yield f"    {line}"
