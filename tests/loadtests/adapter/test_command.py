"""`mashang load adapter` on the real command line."""

import json
from pathlib import Path

import pytest

from loadtests.adapter.schema import adapter_schema
from mashang import answer


def test_the_matrix_says_what_and_why_not(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Text and JSON name the served commands and the reason of each invariant that cannot be checked."""
    assert answer(["--lang", "en", "load", "adapter", "matrix", "open311"]) == 0
    text = capsys.readouterr().out
    assert "reporting.submit_report" in text
    assert "No command of their subjects has an entry: " in text
    assert answer(["load", "adapter", "matrix", "open311", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["served"] == ["reporting.submit_report", "reporting.submit_praise"]
    assert found["invariants"]["S08"] == "no_operations"


def test_the_matrix_of_a_missing_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence on stderr, exit code 2."""
    assert answer(["--lang", "en", "load", "adapter", "matrix", "absent.yaml"]) == 2
    assert "absent.yaml" in capsys.readouterr().err


def test_a_template_that_cannot_be_read_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The matrix reads templates, too: exit code 3 and the operation's name."""
    path = tmp_path / "bad.yaml"
    path.write_text(
        "mashang: '1'\ntarget: {base_url: 'http://127.0.0.1:1'}\n"
        "operations: {points.grant_award: {steps: [{call: 'POST /{{a b}}'}]}}\n",
        encoding="utf-8",
    )
    assert answer(["--lang", "en", "load", "adapter", "matrix", str(path)]) == 3
    assert "points.grant_award" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As it is published."""
    assert answer(["load", "adapter", "schema"]) == 0
    assert capsys.readouterr().out == adapter_schema()
