"""`mashang load demo`: one command from a target to a report, with and without a planted bug."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loadtests.bugs import BUGS
from mashang import answer


@pytest.mark.slow
def test_a_planted_bug_is_found_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1; the sentence of the bug, the violation, and where plan, run, audit and report lie."""
    bug = BUGS["keys-forgotten"]
    out = tmp_path / "demo"
    assert answer(["--lang", "en", "load", "demo", "--bug", bug.name, "--out", str(out)]) == 1
    said = capsys.readouterr().out
    assert bug.sentence in said
    audit = json.loads((out / "run" / "audit" / "audit.json").read_text("utf-8"))
    assert audit["verdict"] == "violation"
    assert set(audit["violations"]) & set(bug.breaks)
    assert list((out / "run").rglob("*.html"))
    assert list((out / "run" / "audit").rglob("replay.sh"))


def test_a_bug_that_is_none_is_refused_with_all_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit 2, nothing begun."""
    assert answer(["--lang", "en", "load", "demo", "--bug", "no-such-bug", "--out", str(tmp_path / "demo")]) == 2
    assert "refunds-a-fen-more" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_a_folder_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody's files are mixed with those of a demonstration."""
    (tmp_path / "kept.txt").touch()
    assert answer(["--lang", "en", "load", "demo", "--bug", "keys-forgotten", "--out", str(tmp_path)]) == 2
    assert "--out" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["kept.txt"]
