"""The deployment against its own OpenAPI document, by a fuzzer that others wrote (https://schemathesis.io)."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loadtests.reference.served import Served

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
"""All that judge an answer by the document. Left out: that what fits the schema is accepted; the town may say no."""
QUICK = "/v1/(payments/pay_purchase|reporting/submit_report|read/points.balance|read/reporting.case|tokens|events)$"


def fuzzed(folder: Path, actor: str, *words: str, clock: str = "driven") -> None:
    """Fuzz a new deployment as one actor."""
    served = Served(folder / "town.db", clock=clock)
    url = f"http://127.0.0.1:{served.ready['port']}/openapi.json"
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", url, "--seed", "1", "--no-color"]
    command += ["--header", f"Authorization: Bearer {served.token(actor)}", "--checks", ",".join(CHECKS)]
    command += ["--generation-database", "none", "--request-timeout", "60", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]
    assert served.end(signal.SIGTERM) == 0


def test_answers_are_what_the_document_says(tmp_path: Path) -> None:
    """Each kind of route, with good and bad values, headers and methods: no 5xx, no other status, type or schema."""
    fuzzed(tmp_path, "officer:off_1", "--phases", "coverage", "--max-examples", "1", "--include-path-regex", QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("clock", ["driven", "wall"])
@pytest.mark.parametrize("actor", ["officer:off_1", "resident:per_1", "grid:wkr_1"])
def test_every_answer_is_what_the_document_says(actor: str, clock: str, tmp_path: Path) -> None:
    """As above: every route, as each of several actors, on both clocks."""
    fuzzed(tmp_path, actor, "--phases", "coverage,fuzzing", "--max-examples", "8", clock=clock)
