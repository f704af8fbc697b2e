"""All outputs of a verdict, in one folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from loadtests.verdict.files import junit, locust_csv, markdown
from loadtests.verdict.histograms import every, write_histograms
from loadtests.verdict.judging import Verdict
from loadtests.verdict.load_run import LoadRun
from loadtests.verdict.measured import Measured
from loadtests.verdict.page import verdict_page
from loadtests.verdict.plain import plain
from sim.report.page import write_whole

PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run, what was measured in it, and what its gates say."""

    run: LoadRun
    measured: Measured
    verdict: Verdict


def write_verdict(outcome: Outcome, folder: Path, language: str, page_language: str) -> Path:
    """Write page, JSON, JUnit, Markdown, table and histograms into `folder`; the page's path. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    run, measured, verdict = outcome.run, outcome.measured, outcome.verdict
    histograms = every(measured)
    texts = {
        "verdict.json": json.dumps(plain(run, measured, verdict), ensure_ascii=False, indent=1) + "\n",
        "junit.xml": junit(run, verdict, language),
        "summary.md": markdown(run, measured, verdict, language),
        PAGE: verdict_page(run, measured, verdict, histograms, page_language),
    }
    for name, text in texts.items():
        write_whole(folder / name, text)
    (folder / "load_stats.csv").write_text(locust_csv(measured), encoding="utf-8", newline="")
    write_histograms(folder / "hgrm", histograms)
    return folder / PAGE
