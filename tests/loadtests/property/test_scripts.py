"""Scripts are drawn from the catalogue with an engine beside them, and the same luck makes the same script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from engine import Policy
from engine.catalogue import COMMANDS
from engine.views.catalogue import READS
from loadtests.operations import Operation
from loadtests.property.finding import read_script
from loadtests.property.machine import Leading, machine_of
from loadtests.property.scripting import CLOSING
from loadtests.property.town import CHANGE, town_of, wanted_policy
from wording import ExitCode, MashangError

KINDS = tuple(kind for kind in COMMANDS if kind.actors)
LUCK = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6)


def leading(*subjects: str, reads: bool = True) -> Leading:
    """Over some subjects, or all."""
    kinds = tuple(kind for kind in KINDS if not subjects or kind.type.partition(".")[0] in subjects)
    played: list[Operation] = []
    return Leading(kinds, tuple(READS) if reads else (), wanted_policy(None), played.extend, tells_policy=True)


def drawn(made: Leading, lucks: list[int]) -> list[Operation]:
    """A script of every way to draw."""
    script = made.script()
    script.leave_out(lucks[0])
    for luck in lucks:
        script.with_luck(luck)
        for way in (script.go_on, script.at_an_edge, script.in_parts, script.again, script.under_a_taken_key):
            way()
        script.question()
        script.one_thread()
        script.at_a_moment()
        script.after_all_keys()
        script.wait(luck % 100_000)
    script.close()
    return script.operations


@given(lucks=LUCK)
@settings(max_examples=8)
def test_the_same_luck_makes_the_same_script(lucks: list[int]) -> None:
    """So Hypothesis can shorten, and a script that was played is known."""
    assert drawn(leading(), lucks) == drawn(leading(), lucks)


@given(lucks=LUCK)
@settings(max_examples=8)
def test_a_script_says_only_what_the_target_serves(lucks: list[int]) -> None:
    """Commands of two subjects and no read: nothing else is said, whichever way it is drawn."""
    script = drawn(leading("reporting", "points", reads=False), lucks)
    assert {each.type.partition(".")[0] for each in script} <= {"reporting", "points"}


def test_everything_that_was_touched_is_asked_for_at_the_end() -> None:
    """The balance of who was named, the case that was reported: questions close a script."""
    script = drawn(leading(), [3, 4, 5])
    closing = [each for each in script if each.intent == CLOSING]
    assert "read:points.balance" in {each.type for each in closing}
    assert len({each.type for each in closing}) > 5
    assert script.index(closing[0]) + len(closing) == len(script)


def test_the_machine_covers_the_catalogue() -> None:
    """Every subject of more than a few commands comes up within a few examples, without a rule of its own."""
    said: set[str] = set()
    made = leading()
    heard = Leading(made.kinds, made.reads, made.policy, lambda script: said.update(each.type for each in script))
    run_state_machine_as_test(machine_of(heard), settings=settings(max_examples=25, stateful_step_count=8))
    subjects = {each.removeprefix("read:").partition(".")[0] for each in said}
    assert {kind.type.partition(".")[0] for kind in KINDS} <= subjects | {"clock", "vault", "policy"}
    assert len(said) > 60


def test_the_policy_of_the_town_names_every_number() -> None:
    """Whatever earlier examples have changed, the town's policy holds again."""
    wanted = wanted_policy(None)
    change = next(each for each in town_of(wanted, changes_policy=True) if each.type == CHANGE)
    other = Policy().changed({"points.value_fen": 7, "reporting.auto_close_s": 9, "payments.sponsor_limit_fen": 5})
    made = other.changed_by([(path, text) for path, text in change.data["changes"]], 1)
    assert made.document()["points"] == wanted.document()["points"]
    assert made.document()["reporting"] == wanted.document()["reporting"]
    assert made.document()["payments"] == wanted.document()["payments"]


def test_limits_of_the_whole_district_are_wide() -> None:
    """What earlier examples spent must not bind later ones."""
    wanted = wanted_policy(None)
    assert {rule.budget_month for rule in wanted.points.rules.values()} == {0}
    assert wanted.payments.sponsor_limit_fen > 10**7
    assert wanted_policy({"points.value_fen": 5}).points.value_fen == 5


@pytest.mark.parametrize("text", ["no json", "{}", '{"mashang": "x", "version": 1, "adapter": "", "policy": null}'])
def test_a_broken_script_is_refused(text: str, tmp_path: Path) -> None:
    """One sentence that names the file."""
    (tmp_path / "script.json").write_text(text)
    with pytest.raises(MashangError) as refused:
        read_script(tmp_path)
    assert refused.value.exit_code is ExitCode.CONTENT


def test_a_missing_script_is_refused(tmp_path: Path) -> None:
    """The pytest file without its neighbour."""
    with pytest.raises(MashangError) as refused:
        read_script(tmp_path)
    assert refused.value.exit_code is ExitCode.USAGE


def test_a_script_of_another_format_is_refused(tmp_path: Path) -> None:
    """All entries are there, but another tool has written them."""
    said = {"mashang": "history of commands", "version": 1, "adapter": "reference", "policy": None, "operations": []}
    (tmp_path / "script.json").write_text(json.dumps(said))
    with pytest.raises(MashangError):
        read_script(tmp_path)
