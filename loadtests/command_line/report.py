"""`mashang load report`: 0 every gate held, 1 one was missed, 6 the run does not count."""

from __future__ import annotations

import json
from pathlib import Path

from loadtests.command_line.audit import interpreter_of
from loadtests.verdict.files import sentence
from loadtests.verdict.gates import DEFAULT_FILE, read_gates
from loadtests.verdict.judging import Baselines, judge
from loadtests.verdict.load_run import open_run
from loadtests.verdict.measured import measure
from loadtests.verdict.plain import plain
from loadtests.verdict.said import headline
from loadtests.verdict.writing import Outcome, write_verdict
from sim.report.quantities import render
from wording import ExitCode, MashangError, Wording


def report(
    *,
    run: Path,
    gates: Path | None,
    baseline: Path | None,
    adapter: Path | None,
    faults: Path | None,
    out: Path | None,
    as_json: bool,
    wording: Wording,
) -> int:
    """Judge a run folder by its gates, write page and files to `out` or RUN/report, and print what the gates say."""
    listed = read_gates(gates)
    interpreter = interpreter_of(adapter)
    opened = open_run(run, [faults] if faults is not None else [])
    measured = measure(opened, interpreter)
    baselines = Baselines(baseline, (gates or DEFAULT_FILE).parent, interpreter)
    verdict = judge(opened, measured, listed, baselines)
    folder = out if out is not None else run / "report"
    try:
        page = write_verdict(Outcome(opened, measured, verdict), folder, wording.language, wording.page_language)
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "verdict.not_writable", folder=folder, reason=wrong.strerror) from wrong
    if as_json:
        print(json.dumps(plain(opened, measured, verdict), ensure_ascii=False, indent=1))
    else:
        print(wording.text(f"verdict.result.{verdict.result}"), render(headline(verdict), wording.language))
        for judged in verdict.gates:
            print(f"  {wording.text(f'verdict.mark.{judged.status}')} {sentence(judged, wording.language)}")
        print(wording.text("verdict.written", page=page))
    return verdict.exit_code
