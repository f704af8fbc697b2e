"""What the audit found: layers and how far they saw, invariants, and each violation with its timeline and scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from loadtests.linearizability import Call
from loadtests.linearizability.timeline import STYLE, timeline_svg
from loadtests.verdict.load_run import LoadRun
from loadtests.verdict.said import rule_sentence, told
from sim.report.blocks import Badge, Listing, Note, Noted, Picture, Section, Table
from sim.report.quantities import Name, Phrase, count, phrase, verbatim

TONES = {
    "checked": "good",
    "vacuous": "assumed",
    "not_checkable": "assumed",
    "violated": "bad",
    "not_checked": "derived",
}
MOST_FINDINGS = 20
NAMESPACE = re.compile(r' xmlns="[^"]*"')
OWN_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
PAGE_STYLE = re.sub(r"([.\w-]+)\{", r".picture \1{", STYLE)
"""The style of timelines, for them alone: the page's policy lets no picture bring its own."""

Block = Note | Table | Picture


def section(run: LoadRun) -> Section:
    """The audit, or the sentence that there is none."""
    blocks: list[Block] = []
    if run.audit is None:
        blocks.append(Note(phrase("verdict.audit.none"), "warn"))
    else:
        blocks += _summary(run.audit)
        for number, finding in enumerate(run.audit["findings"][:MOST_FINDINGS], 1):
            blocks.append(_finding(run, number, finding))
        blocks.append(_invariants(run.audit))
    return Section("audit", phrase("verdict.section.audit"), tuple(blocks))


def _summary(audit: Mapping[str, Any]) -> Iterator[Block]:
    total = sum(audit["violations"].values())
    tone = "alarm" if total else "strong"
    yield Note(phrase("verdict.audit.violations" if total else "verdict.audit.clean", n=count(total)), tone)
    yield Table(
        tuple(phrase(f"verdict.head.{head}") for head in ("layer", "status", "checked", "unknown", "note")),
        [_layer(layer, audit) for layer in audit["layers"]],
        folded=False,
    )
    if total:
        yield Table(
            tuple(phrase(f"verdict.head.{head}") for head in ("invariant", "violations")),
            [(_rule(name, audit), count(found)) for name, found in audit["violations"].items()],
            folded=False,
        )
    shown = min(len(audit["findings"]), MOST_FINDINGS)
    if shown < total:
        yield Note(phrase("verdict.audit.shown", n=count(shown), total=count(total)))


def _layer(layer: Mapping[str, Any], audit: Mapping[str, Any]) -> tuple[object, ...]:
    violated = any(finding["layer"] == layer["name"] for finding in audit["findings"])
    status = "violated" if violated else str(layer["status"])
    return (
        Name("verdict.layer", layer["name"]),
        Badge(Name("verdict.checked", status), TONES.get(status, "derived")),
        count(layer["checked"]),
        count(layer["unknown"]),
        told(layer["reason"], layer.get("values", {})) if layer["reason"] else verbatim(""),
    )


def _rule(name: str, audit: Mapping[str, Any]) -> Noted:
    sentences = {each["id"]: each["sentence"] for each in [*audit["invariants"], *audit["findings"]]}
    return Noted(phrase("verdict.as_it_is", text=verbatim(name)), rule_sentence(name, sentences.get(name, "")))


def _finding(run: LoadRun, number: int, finding: Mapping[str, Any]) -> Picture:
    """One violation: rule, what was seen, the shortest history as bars, and how to repeat it."""
    title = phrase("verdict.finding.title", number=number, id=verbatim(finding["id"]), key=verbatim(finding["key"]))
    aids: list[Any] = [
        rule_sentence(finding["id"], finding["sentence"]),
        phrase("verdict.finding.seen", seen=told(finding["text"], finding["values"])),
        phrase("verdict.finding.layer", layer=Name("verdict.layer", finding["layer"])),
    ]
    aids += [_why(each) for each in finding["explanations"]]
    scripts = run.scripts_of(number, finding["id"])
    listings = [Listing(phrase("verdict.finding.calls"), "\n".join(_call_line(step) for step in finding["history"]))]
    listings += [Listing(Name("verdict.script", name), text) for name, text in scripts.items()]
    return Picture(f"finding-{number}", title, tuple(aids), _timeline(finding), tuple(listings))


def _call_line(step: Mapping[str, Any]) -> str:
    """A call in full: the bars have room for its beginning only."""
    asked, answered = (json.dumps(step[name], ensure_ascii=False) for name in ("value", "result"))
    until = "?" if step["end"] is None else step["end"]
    call = f"{step['op']:>7} {step['actor']} {step['f']} {asked}"
    return f"{call} -> {step['type']} {answered} [{step['start']}, {until}] ns"


def _why(explanation: Mapping[str, Any]) -> Phrase | Any:
    return told(f"audit.why.{explanation['why']}", {"op": explanation["op"]})


def _timeline(finding: Mapping[str, Any]) -> str:
    """The calls of a finding as bars; the drawing escapes what they say."""
    calls = [
        Call(
            step["f"], step["value"], step["start"], step["end"], step["type"], step["result"], None, step["actor"],
            step["op"],
        )
        for step in finding["history"]
    ]  # fmt: skip
    if not calls:
        return ""
    impossible = next((call for call in reversed(calls) if call.number == finding["impossible"]), None)
    return NAMESPACE.sub("", OWN_STYLE.sub("", timeline_svg(calls, impossible), count=1), count=1)


def _invariants(audit: Mapping[str, Any]) -> Table:
    """Every invariant: was it checked, was it violated, or not looked at?"""
    order = ("violated", "checked", "not_checked")
    found = sorted(audit["invariants"], key=lambda each: order.index(each["status"]))
    heads = tuple(phrase(f"verdict.head.{head}") for head in ("invariant", "status", "checked"))
    rows = [
        (
            _rule(each["id"], audit),
            Badge(Name("verdict.checked", each["status"]), TONES[each["status"]]),
            count(each["checked"]),
        )
        for each in found
    ]
    return Table(heads, rows, phrase("verdict.audit.invariants", n=count(sum(each["checked"] > 0 for each in found))))
