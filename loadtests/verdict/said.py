"""Gates, ends and findings as phrases of the wording, for the page, the terminal and the summary alike."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

from loadtests.audit.plain import OWN
from loadtests.verdict.gates import EVERY_OPERATION, WHOLE
from loadtests.verdict.judging import Judged, Verdict
from loadtests.verdict.load_run import LoadRun
from loadtests.verdict.outcomes import KNOWN
from sim.report.quantities import ABSENT, Name, Phrase, Quantity, decimal, known_texts, phrase, verbatim


def metric_name(judged: Judged) -> Phrase | Name:
    """What a gate measures: the percentile stands outside the name."""
    parts = judged.gate.metric.split(".", 2)
    if parts[0] == "latency":
        return phrase(f"verdict.metric.{parts[1]}", statistic=verbatim(parts[2]))
    if parts[0] == "generator":
        return phrase("verdict.metric.lag", statistic=verbatim(parts[2]))
    return Name("verdict.metric", judged.gate.metric)


def operations_name(judged: Judged) -> Phrase | Quantity:
    """Which operations a gate looks at."""
    return kind_name("" if judged.gate.op == EVERY_OPERATION else judged.gate.op)


def kind_name(kind: str) -> Phrase | Quantity:
    """A type of operation; empty for all."""
    return verbatim(kind) if kind else phrase("verdict.all_operations")


def window_name(judged: Judged) -> Phrase:
    """Over what a gate looks, and which window was worst."""
    gate, worst = judged.gate, judged.worst
    if gate.window == WHOLE:
        return phrase("verdict.window.whole")
    if worst is None or worst.at_s is None:
        return phrase("verdict.window.each", length=verbatim(gate.window_s))
    return phrase("verdict.window.worst", length=verbatim(gate.window_s), at=verbatim(worst.at_s))


def value_of(judged: Judged) -> Phrase | Quantity:
    """What was measured, with its unit."""
    if judged.interval is not None:
        found = judged.interval
        change, low, high = (Quantity(each, "signed_share") for each in (found.change, found.low, found.high))
        return phrase("verdict.value.change", change=change, low=low, high=high)
    if judged.worst is None:
        return verbatim(ABSENT)
    return in_unit(judged.gate.unit, judged.worst.value)


def in_unit(unit: str, value: float | None) -> Phrase | Quantity:
    """A number of milliseconds, a share or a count."""
    if value is None:
        return verbatim(ABSENT)
    if unit == "ms":
        return phrase("verdict.value.ms", n=decimal(round(value, 3)))
    return Quantity(value, "fine_share") if unit == "ratio" else Quantity(value, "count")


def reason_of(judged: Judged) -> Phrase | Quantity:
    """Why a gate was not measured, or is not settled."""
    return phrase(f"verdict.reason.{judged.reason}") if judged.reason else verbatim("")


def headline(verdict: Verdict) -> Phrase:
    """The result in one sentence."""
    if verdict.broken:
        return phrase("verdict.headline.broken", why=Name("verdict.stop", verdict.broken))
    numbers = {status: verdict.counted(status) for status in ("pass", "warn", "fail", "invalid")}
    return phrase(
        f"verdict.headline.{verdict.result}", n=len(verdict.gates), **{f"of_{k}": v for k, v in numbers.items()}
    )


def end_name(name: str) -> Phrase | Name:
    """The end of an operation: `ok`, a fault of the wire, an HTTP status, or the code of the platform."""
    if name.startswith("http_"):
        return phrase("verdict.end.http", status=verbatim(name[5:]))
    return Name("verdict.end", name)


def end_note(name: str) -> Quantity:
    """What the platform's contract says of a code."""
    return verbatim(KNOWN[name].meaning if name in KNOWN else "")


def rule_sentence(finding_id: str, sentence: str) -> Phrase | Name | Quantity:
    """The invariant that was violated, in the language of the reader where it is one of ours."""
    if finding_id in OWN:
        return phrase(OWN[finding_id])
    known = f"invariant.{finding_id}" in known_texts("en")
    return Name("invariant", finding_id) if known else verbatim(sentence)


def told(text_id: str, values: Mapping[str, Any]) -> Phrase | Quantity:
    """A text of the audit with its values; the id itself if there is no such text, a dash for a missing value."""
    text = known_texts("en").get(text_id)
    if text is None:
        return verbatim(text_id)
    wanted = [name for _, name, _, _ in string.Formatter().parse(text) if name]
    return phrase(text_id, **{name: verbatim(values.get(name, ABSENT)) for name in wanted})


def findings_by_layer(run: LoadRun) -> dict[str, int]:
    """How many findings of each layer are told in full."""
    found: dict[str, int] = {}
    for finding in (run.audit or {}).get("findings", []):
        found[finding["layer"]] = found.get(finding["layer"], 0) + 1
    return found
