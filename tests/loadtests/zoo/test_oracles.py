"""The four oracles: silent about a right engine, each finds what it can see, and proofs are short."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from loadtests.operations import Operation
from loadtests.plan.hunt.hunting import Hunt
from loadtests.zoo.oracles import ORACLES
from loadtests.zoo.table import RATE, RIGHT, Sitting, engine_bugs, judged, lived, rows_of, summary, verdicts
from tests.front_door.command import mashang

COMMANDS = 1_000
SAMPLE = {
    "keys-of-rejections-forgotten": {"state", "trace", "answers"},
    "other-content-gets-the-first-answer": {"answers"},
    "repeat-posts-again": {"state", "answers", "lockstep"},
    "refunds-cash-first": {"state", "trace", "answers", "lockstep"},
}
"""Bugs that a short hunt shows, and the oracles that must see them."""


@cache
def hunted(seed: int = 0, commands: int = COMMANDS) -> list[Operation]:
    """A hunt; it is made once for all who only look at it."""
    return Hunt(seed, RATE).go(commands)


@pytest.mark.parametrize(
    ("seed", "commands"),
    [(0, COMMANDS), *(pytest.param(seed, 3 * COMMANDS, marks=pytest.mark.slow) for seed in (1, 31, 32))],
)
def test_no_oracle_accuses_a_right_engine(seed: int, commands: int) -> None:
    """A hunt on a right engine: nothing is found, and the oracles did look."""
    life = lived(RIGHT, hunted(seed, commands))
    assert {name: each for name, each in verdicts(life) if each is not None} == {}
    assert life.lockstep.hand.compared > commands / 3


@pytest.mark.parametrize("bug", SAMPLE)
def test_a_bug_is_caught_by_whoever_can_see_it(bug: str) -> None:
    """Each oracle that can see a bug sees it, within a thousand commands."""
    found = dict(verdicts(lived(bug, hunted())))
    assert {name for name, each in found.items() if each is not None} >= SAMPLE[bug]


def test_a_proof_is_short_and_needs_every_command() -> None:
    """The shortest history of a planted bug has a handful of commands, and none can be spared."""
    row, short = judged("repeat-posts-again", hunted(), shrink=True)
    assert short is not None
    assert row.shrunk == len(short) <= 8
    for spared in range(len(short)):
        rest = short[:spared] + short[spared + 1 :]
        left = dict(verdicts(lived("repeat-posts-again", rest)))
        assert row.first is not None
        oracle = next(name for name in ORACLES if row.catches[name] is row.first)
        assert left[oracle] is None


def test_a_sitting_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Lines that stand are not made again, half a line is, and shards share the cases without overlap."""
    path = tmp_path / "zoo.jsonl"
    bugs = [RIGHT, "keys-forgotten", "repeat-has-another-instant"]
    halves = [Sitting(bugs, range(2), 60, path, "r1", (part, 2)) for part in (1, 2)]
    assert sorted(halves[0].cases() + halves[1].cases()) == sorted((seed, bug) for seed in range(2) for bug in bugs)
    first = list(halves[0].rows())
    with path.open("a", encoding="utf-8") as file:
        file.write('{"bug": "keys-')
    assert [row.bug for row in rows_of(path)] == [row.bug for row in first]
    path.write_text("".join(f"{row.line()}\n" for row in first), encoding="utf-8")
    assert len(list(Sitting(bugs, range(2), 60, path, "r2").rows())) == 3
    said = summary(rows_of(path))
    assert (said["bugs"], said["false_alarms"], said["right_commands"]) == (2, 0, 120)


def test_every_bug_can_be_planted() -> None:
    """A patch names what it changes by its path: after a rename it must be told."""
    for bug in engine_bugs():
        lived(bug, [])


def test_the_command_makes_the_table_and_replay_runs_a_proof(tmp_path: Path) -> None:
    """`mashang zoo` ends with 0 where everything is caught; its history is data that `mashang replay` runs."""
    out = tmp_path / "zoo"
    line = ["--lang", "en", "zoo", "--bug", "keys-forgotten", "--seeds", "1", "--commands", "300", "--out", str(out)]
    done = mashang(*line)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 bugs" in done.stdout
    again = mashang(*line, "--json")
    assert json.loads(again.stdout)["caught_in_every_seed"] == 1
    shown = mashang("--lang", "en", "replay", str(out / "keys-forgotten.json"))
    assert shown.returncode == 1
    assert "H03" in shown.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("zoo", "--bug", "no-such-bug"), "no planted bug"),
        (("zoo", "--shard", "3/2"), "--shard"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(line: tuple[str, ...], said: str) -> None:
    """Exit code 2, one line, no traceback."""
    done = mashang("--lang", "en", *line)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


HEAD = '{"mashang":"history of commands","version":1,"operations":'


@pytest.mark.parametrize("text", ["", "[]", "{", HEAD + '[{"n":1}]}', HEAD + '[{"n":1,"data":[]}]}'])
def test_a_foreign_history_is_refused(tmp_path: Path, text: str) -> None:
    """A JSON file of another kind is refused with a sentence."""
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    done = mashang("--lang", "en", "replay", str(path))
    assert done.returncode == 2
    assert "holds no history" in done.stderr
