"""`mashang load linearize`: is a history of calls linearizable? With the shortest history that shows that it is not."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from loadtests.linearizability import (
    MODELS,
    BadCall,
    BadHistory,
    Call,
    Header,
    Model,
    Verdict,
    Violation,
    check,
    check_file,
    read_calls,
    write_calls,
)
from loadtests.linearizability.jepsen import as_edn, as_json, from_edn, from_json
from loadtests.linearizability.timeline import label, timeline_text
from loadtests.linearizability.verdict import BUDGET
from wording import ExitCode, MashangError, Wording


def linearize(
    *,
    history: Path,
    model: str | None,
    initial: str | None,
    budget: int | None,
    keyed: bool,
    export: Path | None,
    as_json: bool,
    wording: Wording,
) -> int:
    """Judge a history: 0 linearizable, 1 a violation, or not known within the budget."""
    try:
        header, foreign = _read(history, Header(model, _parsed(initial)), keyed=keyed)
        if export is not None:
            _export(export, header, history, foreign)
        judge = _model(header)
        limit = budget or BUDGET
        verdict = check(foreign, judge, limit) if foreign is not None else check_file(history, judge, limit)
    except BadHistory as wrong:
        raise MashangError(
            ExitCode.USAGE, "linearize.bad_line", file=history, line=wrong.line, problem=wrong.problem
        ) from wrong
    except BadCall as wrong:
        raise MashangError(
            ExitCode.USAGE, "linearize.bad_call", file=history, line=wrong.number, problem=wrong.problem
        ) from wrong
    except (OSError, UnicodeDecodeError) as wrong:
        reason = getattr(wrong, "strerror", None) or "UTF-8"
        raise MashangError(ExitCode.USAGE, "linearize.not_readable", file=history, reason=reason) from wrong
    if as_json:
        print(json.dumps(_plain(verdict, judge), ensure_ascii=False, indent=1))
    else:
        _print(verdict, judge, wording)
    return ExitCode.FINE if verdict.status == "ok" else ExitCode.FINDINGS


def _parsed(initial: str | None) -> Any:
    try:
        return None if initial is None else json.loads(initial)
    except ValueError:
        raise MashangError(ExitCode.USAGE, "linearize.bad_initial", value=initial) from None


def _read(history: Path, asked: Header, *, keyed: bool) -> tuple[Header, list[Call] | None]:
    """What the history says of itself, where the line does not say otherwise; the calls if they are Jepsen's."""
    with history.open(encoding="utf-8") as file:
        first = next((line for line in file if line.strip()), "").lstrip()
    if history.suffix == ".edn" or first.startswith(("{:", "[{:", ";")):
        return asked, from_edn(history.read_text("utf-8"), keyed=keyed)
    if first.startswith("[") or '"invoke"' in first:
        return asked, from_json(history.read_text("utf-8"), keyed=keyed)
    with history.open(encoding="utf-8") as file:
        said, _ = read_calls(file)
    return Header(asked.model or said.model, said.initial if asked.initial is None else asked.initial), None


def _model(header: Header) -> Model:
    name = header.model
    if name not in MODELS:
        raise MashangError(ExitCode.USAGE, "linearize.no_model", name=name or "–", models=" | ".join(sorted(MODELS)))
    return MODELS[name](header.initial)


def _export(path: Path, header: Header, history: Path, foreign: list[Call] | None) -> None:
    """Write the history as Jepsen's EDN (.edn) or JSON (.json), otherwise in our own format; the file must be new."""
    if path.exists():
        raise MashangError(ExitCode.USAGE, "linearize.export_exists", file=path)
    with history.open(encoding="utf-8") as file:
        calls = list(read_calls(file)[1]) if foreign is None else foreign
    if path.suffix in (".edn", ".json"):
        lines = as_edn(calls) if path.suffix == ".edn" else as_json(calls)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    else:
        write_calls(path, header, calls)


def _plain(verdict: Verdict, model: Model) -> dict[str, Any]:
    return {
        "status": verdict.status,
        "model": model.name,
        "calls": verdict.calls,
        "keys": verdict.keys,
        "ambiguous": verdict.ambiguous,
        "configurations": verdict.seen,
        "unknown": verdict.unknown,
        "violated": verdict.violated,
        "violations": [violation_as_plain(each, model) for each in verdict.violations],
    }


def violation_as_plain(violation: Violation, model: Model) -> dict[str, Any]:
    """A violation as plain values: its key, the state it begins in, the calls, the impossible one, explanations."""
    return {
        "key": violation.key,
        "begin": model.shown(violation.begin),
        "impossible": violation.impossible.number,
        "history": [asdict(each) for each in violation.history],
        "explanations": [{"why": each.why, "call": each.call.number} for each in violation.explanations],
        "calls_of_key": violation.calls_of_key,
    }


def _print(verdict: Verdict, model: Model, wording: Wording) -> None:
    print(wording.text(f"linearize.status.{verdict.status}"))
    print(
        wording.text(
            "linearize.counts",
            calls=f"{verdict.calls:,}",
            keys=f"{verdict.keys:,}",
            ambiguous=f"{verdict.ambiguous:,}",
            seen=f"{verdict.seen:,}",
            model=model.name,
        )
    )
    if verdict.unknown:
        print(wording.text("linearize.unknown", keys=", ".join(map(str, verdict.unknown[:10]))))
    for violation in verdict.violations:
        print()
        for line in violation_lines(violation, model, wording):
            print(line)
    if more := len(verdict.violated) - len(verdict.violations):
        print(wording.text("linearize.more", count=more))


def violation_lines(violation: Violation, model: Model, wording: Wording) -> list[str]:
    """A violation for a person: what is impossible, what would explain it, and the calls as bars."""
    begin = json.dumps(model.shown(violation.begin), ensure_ascii=False)
    count = len(violation.history)
    head = "linearize.violation" if violation.key is not None else "linearize.violation_of_all"
    lines = [wording.text(head, key=violation.key, call=label(violation.impossible), begin=begin, count=count)]
    lines += [
        wording.text(f"linearize.why.{each.why}", call=label(each.call), process=each.call.process)
        for each in violation.explanations
    ]
    return lines + [f"  {line}" for line in timeline_text(violation.history, violation.impossible)]
