"""`mashang load plan` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loadtests.plan import read_plan
from tests.cli.calls import answered, mashang_anew

FILES = ("plan.json", "town.jsonl.gz", "operations.jsonl.gz")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("", 2, "--from"),
        ("--from LOG --speed 2 --rate 5", 2, "--speed and --rate"),
        ("--from LOG --speed 0", 2, "above 0"),
        ("--from LOG --rate many", 2, "above 0"),
        ("--from LOG --ops 0", 2, "at least 1"),
        ("--from LOG --scale 2", 2, "--scale"),
        ("--from LOG --day 2019-01-01", 2, "2021-09-15"),
        ("--from LOG --day 0", 2, "2021-09-15"),
        ("--from LOG --day soon", 2, "2021-09-15"),
        ("--from nowhere", 2, "nowhere"),
        ("--from nowhere.toml", 2, "nowhere.toml"),
        ("--from BAD", 3, "nonsense"),
        ("--from FOREIGN", 2, "no log of mashang"),
        ("--profile walk", 2, "day | hunt"),
        ("--profile hunt --peak", 2, "--peak"),
        ("--profile hunt --from LOG", 2, "--from"),
        ("--profile hunt --speed 4", 2, "--speed"),
        ("--profile hunt --out FULL", 2, "not empty"),
    ],
)
def test_what_cannot_be_is_refused(
    line: str, code: int, said: str, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence that says what to do, and the exit code of its kind; nothing is written."""
    places = {name: tmp_path / name.lower() for name in ("FULL", "FOREIGN")}
    places["FULL"].mkdir()
    (places["FULL"] / "x").touch()
    places["FOREIGN"].write_bytes(b"\x1f\x8bnothing")
    bad = tmp_path / "bad.toml"
    bad.write_text('extends = "kangbashi_2022"\nnonsense = 1\n', encoding="utf-8")
    words = [str({"LOG": log, "BAD": bad, **places}.get(word, word)) for word in line.split()]
    out = [] if "--out" in words else ["--out", str(tmp_path / "made")]
    answer = answered(capsys, "load", "plan", *words, *out, "--lang", "en")
    assert answer.returncode == code, answer.stderr
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "made" / "plan.json").exists()


def test_a_plan_of_a_day_says_what_is_in_it(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer counts operations and town, says that the simulation's answers come back, and where the plan is."""
    folder = tmp_path / "plan"
    answer = answered(capsys, "load", "plan", "--from", log, "--rate", "50", "--out", folder, "--lang", "zh")
    assert answer.returncode == 0, answer.stderr
    plan = read_plan(folder)
    count = plan.manifest.operations
    assert f"{count} 个操作，每秒 50 个" in answer.stdout
    assert f"{count} 个操作中有 {count} 个得到与模拟相同的回答" in answer.stdout
    assert str(folder) in answer.stdout
    last = list(plan.operations())[-1]
    assert last.due_ns / 1e9 <= count / 50


def test_the_answer_can_be_read_by_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints the manifest that lies in the folder."""
    folder = tmp_path / "plan"
    answer = answered(capsys, "load", "plan", "--profile", "hunt", "--ops", "50", "--out", folder, "--json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == json.loads((folder / "plan.json").read_text("utf-8"))


def test_a_scenario_is_simulated_for_its_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--from with the name of a scenario runs it at the wished scale, no longer than the day needs."""
    folder = tmp_path / "plan"
    line = ("load", "plan", "--from", "kangbashi_2022", "--scale", "0.005", "--day", "60", "--out", folder)
    assert answered(capsys, *line, "--lang", "en").returncode == 0
    manifest = read_plan(folder).manifest
    assert (manifest.source.kind, manifest.source.scale, manifest.source.first_day) == ("scenario", 0.005, "2021-11-13")
    assert manifest.expected.same_as_source == manifest.operations > 0


@pytest.mark.parametrize("line", [("--from", "LOG", "--day", "120"), ("--profile", "hunt", "--ops", "300")])
def test_no_chance_but_the_seed(line: tuple[str, ...], log: Path, tmp_path: Path) -> None:
    """Two processes with other hashes of texts write the same bytes."""
    words = [str(log) if word == "LOG" else word for word in line]
    for name in ("1", "2"):
        done = mashang_anew("load", "plan", *words, "--out", tmp_path / name, PYTHONHASHSEED=name)
        assert done.returncode == 0, done.stderr
    for name in FILES:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name
