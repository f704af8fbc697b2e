"""The verdict for machines and for a pull request: JUnit XML, Markdown, and a table with the columns of Locust."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as Xml

import numpy as np

from loadtests.verdict.figures import CLOCKS, OperationFigures, operations_of
from loadtests.verdict.judging import Judged, Verdict
from loadtests.verdict.load_run import NANOSECONDS_A_SECOND, LoadRun
from loadtests.verdict.measured import Measured
from loadtests.verdict.metrics import NANOSECONDS_A_MILLISECOND, statistic
from loadtests.verdict.said import (
    findings_by_layer,
    headline,
    in_unit,
    kind_name,
    metric_name,
    operations_name,
    reason_of,
    rule_sentence,
    told,
    value_of,
    window_name,
)
from sim.report.quantities import phrase, render, wording_of

NOT_XML = re.compile("[^\t\n\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LOCUST_PERCENTILES = (50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100)
LOCUST_COLUMNS = (
    "Type", "Name", "Request Count", "Failure Count", "Median Response Time", "Average Response Time",
    "Min Response Time", "Max Response Time", "Average Content Size", "Requests/s", "Failures/s",
    *(f"{level:g}%" for level in LOCUST_PERCENTILES),
)  # fmt: skip
SHOWN_STATISTICS = ("p50", "p99", "p99.9", "max")


def junit(run: LoadRun, verdict: Verdict, language: str) -> str:
    """One case a gate and one an audit layer: failure, error (not measured, invalid) or skipped (nothing to check)."""
    suite = Xml.Element("testsuite", name=f"mashang load report {_clean(run.path.name)}")
    for judged in verdict.gates:
        case = Xml.SubElement(suite, "testcase", classname="gates", name=_clean(judged.gate.name))
        tag = {"fail": "failure", "invalid": "error", "warn": "system-out"}.get(judged.status)
        if tag is not None:
            element = Xml.SubElement(case, tag)
            element.text = sentence(judged, language)
            if tag != "system-out":
                element.set("message", element.text)
                element.set("type", judged.gate.metric)
    for layer in (run.audit or {}).get("layers", []):
        _layer_case(suite, run, layer, language)
    counted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    totals = {name: str(len(list(suite.iter(tag)))) for name, tag in counted.items()}
    suite.attrib.update({"tests": str(len(suite)), **totals})
    whole = Xml.Element("testsuites")
    whole.append(suite)
    Xml.indent(whole)
    return Xml.tostring(whole, encoding="unicode", xml_declaration=True) + "\n"


def sentence(judged: Judged, language: str) -> str:
    """A gate in one line: what was measured, what was wanted, and why it was not measured."""
    text = render(
        phrase(
            "verdict.gate.sentence",
            metric=metric_name(judged),
            operations=operations_name(judged),
            window=window_name(judged),
            value=value_of(judged),
            wanted=judged.gate.wanted,
        ),
        language,
    )
    return _clean(f"{text} {render(reason_of(judged), language)}".strip())


def _layer_case(suite: Xml.Element, run: LoadRun, layer: Mapping[str, Any], language: str) -> None:
    case = Xml.SubElement(suite, "testcase", classname="audit", name=_clean(str(layer["name"])))
    if findings_by_layer(run).get(str(layer["name"])):
        lines = "\n".join(_clean(line) for line in _findings(run, language, str(layer["name"])))
        Xml.SubElement(case, "failure", message=lines.partition("\n")[0], type="violation").text = lines
    elif layer["status"] != "checked":
        reason = layer["reason"]
        why = render(told(reason, layer.get("values", {})), language) if reason else str(layer["status"])
        Xml.SubElement(case, "skipped", message=_clean(why))


def _findings(run: LoadRun, language: str, layer: str = "") -> Iterator[str]:
    """Findings as lines, of one layer or of all."""
    for finding in (run.audit or {}).get("findings", []):
        if layer in ("", finding["layer"]):
            rule = render(rule_sentence(finding["id"], finding["sentence"]), language)
            seen = render(told(finding["text"], finding["values"]), language)
            yield f"{finding['id']} {rule} {finding['key']}: {seen}"


def _clean(text: str) -> str:
    """Without the characters that no XML may hold."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def markdown(run: LoadRun, measured: Measured, verdict: Verdict, language: str) -> str:
    """A summary for a pull request."""
    wording = wording_of(language)
    lines = [f"## {wording.text('verdict.markdown.title', run=_cell(run.path.name))}", ""]
    lines += [f"**{wording.text(f'verdict.result.{verdict.result}')}** {render(headline(verdict), language)}", ""]
    heads = ("status", "metric", "operations", "window", "value", "wanted", "note")
    lines += _table([wording.text(f"verdict.head.{head}") for head in heads])
    for judged in verdict.gates:
        cells = (metric_name, operations_name, window_name, value_of)
        shown = [render(cell(judged), language) for cell in cells]
        status = wording.text(f"verdict.status.{judged.status}")
        lines.append(_row([status, *shown, judged.gate.wanted, render(reason_of(judged), language)]))
    lines += ["", *_latency_lines(measured, language), ""]
    found = list(_findings(run, language))
    if found:
        lines += [f"### {wording.text('verdict.section.audit')}", "", *(f"- {_cell(line)}" for line in found[:10])]
    return "\n".join(lines).rstrip() + "\n"


def _latency_lines(measured: Measured, language: str) -> list[str]:
    wording = wording_of(language)
    heads = [wording.text("verdict.head.operations"), wording.text("verdict.head.offered")]
    heads += [wording.text(f"verdict.head.{clock}", statistic=name) for clock in CLOCKS for name in SHOWN_STATISTICS]
    lines = _table(heads)
    for each in operations_of(measured):
        times = [
            render(in_unit("ms", each.latency_ms[clock].get(name)), language)
            for clock in CLOCKS
            for name in SHOWN_STATISTICS
        ]
        lines.append(_row([render(kind_name(each.kind), language), f"{each.offered:,}", *times]))
    return lines


def _table(heads: list[str]) -> list[str]:
    return [_row(heads), "|" + "---|" * len(heads)]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    """Text that stays text in Markdown: one line, no markup, no mention of anybody."""
    flat = " ".join(_clean(text).split())
    return re.sub(r"([\\`*\[\]<>|@#])", lambda found: f"&#{ord(found[1])};", flat)


def locust_csv(measured: Measured) -> str:
    """The columns of Locust's `_stats.csv`, times in milliseconds from the send time; a row a type, then the sum."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(LOCUST_COLUMNS)
    every, *types = operations_of(measured)
    for each in [*types, every]:
        writer.writerow(_locust_row(measured, each))
    return out.getvalue()


def _locust_row(measured: Measured, each: OperationFigures) -> list[str | int | float]:
    exchanges = measured.exchanges
    of_kind = np.ones(len(exchanges.op), dtype=bool)
    if each.kind:
        of_kind = measured.exchange_kind == measured.types.index(each.kind)
    seconds = measured.span_ns / NANOSECONDS_A_SECOND
    chosen = of_kind & exchanges.whole
    latency = exchanges.done_ns[chosen] - exchanges.sent_ns[chosen]
    requests, failures = int(of_kind.sum()), min(each.unexpected, int(of_kind.sum()))
    method = ("GET" if each.kind.startswith("read:") else "POST") if each.kind else ""
    row: list[str | int | float] = [method, each.kind or "Aggregated", requests, failures]
    if not len(latency):
        return [*row, 0, 0, 0, 0, 0, requests / seconds, failures / seconds, *([0] * len(LOCUST_PERCENTILES))]
    numbers = [statistic(latency, "p50"), statistic(latency, "mean"), float(latency.min()), float(latency.max())]
    row += [number / NANOSECONDS_A_MILLISECOND for number in numbers]
    row += [float(exchanges.size[chosen].mean()), requests / seconds, failures / seconds]
    levels = [statistic(latency, "max" if level == 100 else f"p{level:g}") for level in LOCUST_PERCENTILES]  # noqa: PLR2004
    return row + [level / NANOSECONDS_A_MILLISECOND for level in levels]
