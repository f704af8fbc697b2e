"""Ctrl-C, a second Ctrl-C, a kill: whatever ends a run or a comparison, what was done can be read."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from tests.cli.calls import (
    PATIENCE_S,
    TOWN,
    begun,
    begun_anew,
    children,
    ended,
    lines_of,
    mashang,
    read_until,
    sentence,
    sound,
)
from tests.cli.test_run_command import manifest

SLOWLY = ("--scale", "0.02", "--progress", "json", "--lang", "en")


def test_ctrl_c_ends_a_run_with_130_and_a_whole_folder(tmp_path: Path) -> None:
    """The day is lived to its end; manifest, tables, report and journal say what was done, and the log verifies."""
    folder = tmp_path / "run"
    process = begun_anew("run", *SLOWLY, "--out", folder)
    read_until(process, '"day": 40,')
    process.send_signal(signal.SIGINT)
    _, talk = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, talk
    sound(talk)
    assert str(folder) in talk.splitlines()[-1]
    found = manifest(folder)
    assert found["status"] == "interrupted"
    assert 40 <= found["days_done"] < 329
    assert (folder / "report.html").stat().st_size > 100_000
    assert mashang("replay", folder).returncode == 0
    assert len(lines_of(folder / "journal.jsonl.gz")) == found["journal"]["records"]


def test_a_second_ctrl_c_stops_at_once(tmp_path: Path) -> None:
    """Without a whole day or a report, but with a manifest that says so and a log that verifies as far as it goes."""
    folder = tmp_path / "run"
    process = begun("run", "--scale", "0.2", "--progress", "json", "--lang", "en", "--days", 59, "--out", folder)
    read_until(process, '"day": 3,')
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    _, talk = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, talk
    sound(talk)
    assert manifest(folder)["status"] == "interrupted"
    assert mashang("replay", folder).returncode == 0
    assert not list(folder.glob(".*"))


def test_a_kill_leaves_a_readable_beginning(tmp_path: Path) -> None:
    """After kill -9 the log's whole frames are the beginning of what the same run writes when it is left alone."""
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = begun("run", *SLOWLY, "--out", killed)
    read_until(process, '"day": 60,')
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    assert manifest(killed)["status"] == "running"
    said = sentence(mashang("replay", killed, "--lang", "en"), 4)
    assert "what stands before can be trusted" in said
    assert mashang("report", killed, "--lang", "en").returncode == 0
    done = mashang("run", *SLOWLY, "--days", 70, "--no-report", "--out", whole)
    assert done.returncode == 0
    beginning, all_of_it = (lines_of(each / "journal.jsonl.gz") for each in (killed, whole))
    assert 1_000 < len(beginning) < len(all_of_it)
    assert beginning == all_of_it[: len(beginning)]


def test_ctrl_c_ends_a_comparison_and_its_processes(tmp_path: Path) -> None:
    """130, the finished runs are kept, those under way are ended, and nothing of Python's inside is shown."""
    folder = tmp_path / "comparison"
    names = ("kangbashi_2022", "no_points")
    process = begun("compare", *names, "--reps", 50, "--scale", "0.004", "--days", 100, "--lang", "en", "--out", folder)
    read_until(process, "[1/100]")
    below = children(process.pid)
    assert below
    for each in (process.pid, *below):  # as a terminal does: to everybody in the foreground
        os.kill(each, signal.SIGINT)
    _, talk = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, talk
    sound(talk)
    assert str(folder) in talk.splitlines()[-1]
    kept = [json.loads(line) for line in (folder / "results.jsonl").read_text("utf-8").splitlines()]
    assert 1 <= len(kept) < 100
    assert all(map(ended, below))


def test_a_comparison_that_got_far_enough_is_shown(tmp_path: Path) -> None:
    """Stopped after two whole replications it still compares them: page, numbers, and 130."""
    folder = tmp_path / "comparison"
    names = ("kangbashi_2022", "no_points")
    process = begun("compare", *names, "--reps", 50, "--scale", "0.002", "--days", 5, "--lang", "en", "--out", folder)
    workers = min(os.cpu_count() or 1, 8)
    read_until(process, f"[{workers + 4}/100]")  # whatever is still under way, two replications are whole then
    process.send_signal(signal.SIGINT)
    printed, talk = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, talk
    found = json.loads((folder / "comparison.json").read_text("utf-8"))
    assert 2 <= found["reps"] < 50
    assert found["variants"][0]["overrides"] == {"points.material_on": False, "points.moral_on": False}
    assert (folder / "comparison.html").exists()
    assert f"{found['reps']} paired replications" in printed


def test_a_polite_kill_is_a_wish_to_stop(tmp_path: Path) -> None:
    """SIGTERM ends like Ctrl-C."""
    folder = tmp_path / "run"
    process = begun("run", *TOWN, "--progress", "json", "--no-report", "--out", folder)
    read_until(process, '"day": 30,')
    process.terminate()
    _, talk = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, talk
    assert manifest(folder)["status"] == "interrupted"
