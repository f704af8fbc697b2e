"""Each command is one call of one function, with the options as keyword arguments."""

import sys
import types
from pathlib import Path
from typing import Any

import pytest

import mashang as front_door
from wording import Wording

RUN: dict[str, Any] = {
    "scenario": None,
    "days": None,
    "scale": None,
    "seed": None,
    "settings": [],
    "out": None,
    "as_json": False,
    "excel": False,
    "slow": False,
    "no_report": False,
    "progress": None,
}
COMPARE: dict[str, Any] = {"settings": []} | {
    "reps": None, "seed": None, "days": None, "scale": None, "out": None, "as_json": False,
}  # fmt: skip
AS_IT_SAYS = dict.fromkeys(("level", "profile", "policy", "mapping", "out"))
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("run", "sim.command_line.run", RUN),
    (
        "run x --days=9 --scale 2 --seed 7 --set a=1 --set=b= --out x --json --excel --slow --no-report --progress bar",
        "sim.command_line.run",
        {
            "scenario": "x",
            "days": 9,
            "scale": 2.0,
            "seed": 7,
            "settings": ["a=1", "b="],
            "out": Path("x"),
            "as_json": True,
            "excel": True,
            "slow": True,
            "no_report": True,
            "progress": "bar",
        },
    ),
    ("compare a b", "sim.command_line.compare", {"base": "a", "variants": ["b"], **COMPARE}),
    (
        "compare a b c --reps 4 --seed 1 --days 9 --scale 2 --out x --json",
        "sim.command_line.compare",
        {
            "base": "a",
            "variants": ["b", "c"],
            "settings": [],
            "reps": 4,
            "seed": 1,
            "days": 9,
            "scale": 2.0,
            "out": Path("x"),
            "as_json": True,
        },
    ),
    ("report runs/x", "sim.command_line.report", {"run": Path("runs/x")}),
    (
        "replay runs/x",
        "sim.log_command_line.replay",
        {"run": Path("runs/x"), "decide": False, "export": None, "as_json": False},
    ),
    (
        "replay runs/x --decide --export x.jsonl --json",
        "sim.log_command_line.replay",
        {"run": Path("runs/x"), "decide": True, "export": Path("x.jsonl"), "as_json": True},
    ),
    ("check a.log", "sim.check_command_line.check", {"log": Path("a.log"), "as_json": False, **AS_IT_SAYS}),
    (
        "check a.log --json --level E1 --profile ref_unique --policy p.json --mapping m.toml --out o",
        "sim.check_command_line.check",
        {
            "log": Path("a.log"),
            "as_json": True,
            "level": "E1",
            "profile": "ref_unique",
            "policy": Path("p.json"),
            "mapping": Path("m.toml"),
            "out": Path("o"),
        },
    ),
    ("config show", "sim.command_line.config_show", {"scenario": None, "origin": False, "settings": []}),
    (
        "config show x --origin --set a=1",
        "sim.command_line.config_show",
        {"scenario": "x", "origin": True, "settings": ["a=1"]},
    ),
    ("schema", "sim.command_line.schema", {}),
    ("doctor", "mashang_doctor.examine", {"out": None, "as_json": False}),
    ("doctor --json --out x", "mashang_doctor.examine", {"out": Path("x"), "as_json": True}),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("line", "function", "arguments"), CALLS, ids=[line for line, _, _ in CALLS])
def test_a_command_is_one_call(
    line: str, function: str, arguments: dict[str, Any], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function gets the options by name and the wording in the language, and its answer is the exit code."""
    module, _, name = function.rpartition(".")
    calls: list[dict[str, Any]] = []

    def called(**given: object) -> int:
        calls.append(given)
        return 1

    fake = types.ModuleType(module)
    setattr(fake, name, called)
    monkeypatch.setitem(sys.modules, module, fake)
    assert front_door.answer([*line.split(), "--lang", language]) == 1
    (given,) = calls
    wording = given.pop("wording")
    assert isinstance(wording, Wording)
    assert wording.language == language
    assert given == arguments


@pytest.mark.parametrize("line", ["--lang zh schema", "schema --lang zh", "schema --lang=zh", "--lang=zh schema"])
def test_the_language_stands_anywhere(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """--lang is understood before and after the command."""
    fake = types.ModuleType("sim.command_line")
    monkeypatch.setattr(fake, "schema", lambda wording: 0 if wording.language == "zh" else 9, raising=False)
    monkeypatch.setitem(sys.modules, "sim.command_line", fake)
    assert front_door.answer(line.split()) == 0


def test_two_dashes_end_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """After `--` nothing is an option any more, not even --lang."""
    fake = types.ModuleType("sim.command_line")
    monkeypatch.setattr(fake, "report", lambda run, wording: 0 if run == Path("--lang") else 9, raising=False)
    monkeypatch.setitem(sys.modules, "sim.command_line", fake)
    assert front_door.answer(["report", "--", "--lang"]) == 0
