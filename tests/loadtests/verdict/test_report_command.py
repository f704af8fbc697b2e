"""`mashang load report` as a person calls it."""

import json
from pathlib import Path

import pytest

from tests.front_door.command import mashang
from tests.loadtests.verdict.runs import MadeRun, bad_audit, clean_audit

OUTPUTS = {"report.html", "verdict.json", "junit.xml", "summary.md", "load_stats.csv", "hgrm"}


def test_a_run_passes_its_default_gates(tmp_path: Path) -> None:
    """Exit 0, the result in the language asked for, and every file beside the page; a second time as well."""
    folder = MadeRun(audit=clean_audit()).write(tmp_path / "run")
    for language, word in (("en", "PASS"), ("zh", "合格")):
        done = mashang("--lang", language, "load", "report", str(folder))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(word)
    assert {each.name for each in (folder / "report").iterdir()} == OUTPUTS


def test_a_violation_fails_and_out_moves_the_files(tmp_path: Path) -> None:
    """Exit 1 with the missed gate named; --json prints what verdict.json holds."""
    folder, out = MadeRun(audit=bad_audit()).write(tmp_path / "run"), tmp_path / "out" / "deep"
    done = mashang("load", "report", str(folder), "--out", str(out), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == json.loads((out / "verdict.json").read_text("utf-8"))
    missed = [gate["metric"] for gate in json.loads(done.stdout)["gates"] if gate["status"] == "fail"]
    assert missed == ["audit.violations"]
    assert not (folder / "report").exists()


def test_a_run_that_nobody_audited_does_not_count(tmp_path: Path) -> None:
    """Exit 6, and the sentence says what to do."""
    done = mashang("--lang", "en", "load", "report", str(MadeRun().write(tmp_path / "run")))
    assert done.returncode == 6
    assert "run mashang load audit on this folder first" in done.stdout


def test_a_regression_is_found_by_two_folders(tmp_path: Path) -> None:
    """--baseline names the run to compare with; without one the gate is refused with a sentence."""
    before, after = (MadeRun(median_ms=ms, seed=ms).write(tmp_path / str(ms)) for ms in (20, 40))
    gates = tmp_path / "gates.yaml"
    gates.write_text("gates: [{metric: latency.due.p99, relative: {max_regression: 15%}}]", encoding="utf-8")
    line = ["--lang", "en", "load", "report", str(after), "--gates", str(gates)]
    assert mashang(*line, "--baseline", str(before)).returncode == 1
    assert mashang(*line, "--baseline", str(after)).returncode == 0
    refused = mashang(*line)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "--baseline" in refused.stderr


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (lambda folder: (folder / "manifest.json").write_text("{"), 2),
        (lambda folder: (folder / "manifest.json").write_text("[]"), 2),
        (lambda folder: (folder / "audit" / "audit.json").write_text("{}"), 2),
        (lambda folder: (folder / "faults.jsonl").write_text('{"fault":"delay","window":0}\n'), 2),
        (lambda folder: (folder / "history-0.jsonl").write_text("{}\n{}\n"), 2),
        (lambda folder: (folder / "history-0.jsonl").write_text("{}\nnot json\n"), 2),
        (lambda folder: (folder / "operations.jsonl.gz").unlink(), 2),
        (lambda folder: (folder / "operations.jsonl.gz").write_bytes(b"x"), 2),
        (lambda folder: [each.unlink() for each in folder.glob("history-*")], 2),
        (lambda folder: (folder / "report").write_text("in the way"), 2),
    ],
)
def test_a_broken_folder_gets_one_sentence(tmp_path: Path, break_it: object, code: int) -> None:
    """Whatever is broken in a run folder: exit 2 and one line, no traceback."""
    folder = MadeRun(seconds=1, audit=clean_audit()).write(tmp_path / "run")
    assert callable(break_it)
    break_it(folder)
    done = mashang("--lang", "en", "load", "report", str(folder))
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_no_folder_and_bad_gates(tmp_path: Path) -> None:
    """A folder that is not there is exit 2, a gates file with a slip exit 3."""
    assert mashang("load", "report", str(tmp_path / "none")).returncode == 2
    gates = tmp_path / "gates.yaml"
    gates.write_text("gates: [{metric: speed, max: 1s}]", encoding="utf-8")
    done = mashang("--lang", "en", "load", "report", str(tmp_path), "--gates", str(gates))
    assert done.returncode == 3
    assert "speed" in done.stderr
