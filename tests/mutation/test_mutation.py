"""The runner of mutants, on a package of a few lines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.mutants import Function, functions_of
from tests.mutation.records import FOLDER, Result, reasons, written
from tests.mutation.report import share
from tests.mutation.sitting import mine
from tests.mutation.subjects import SUBJECTS
from tests.style.sources import ROOT

TILL = '''"""A till."""

from functools import cache
from typing import cast


def _named(name):
    return "child " + name


CHILD = _named("ticket")


class Till:
    """Sells tickets."""

    def __init__(self, limit):
        self.limit = limit

    @property
    def open(self):
        """Words."""
        return self.limit > 0


@cache
def fare(age):
    if age < 7:
        return 0
    return cast("int", 10)


def steps(left):
    while left > 0:
        left -= 1
    return left


def forgotten(age):
    return age + 1


def refuse(age):
    raise ValueError(f"no fare for {age}")
'''
CHECKS = """from tillhouse.till import CHILD, Till, fare, steps


def test_fare():
    assert (fare(6), fare(8)) == (0, 10)  # 7, the boundary, is not asked about


def test_till():
    assert Till(1).open and not Till(0).open


def test_steps():
    assert steps(3) == 0


def test_child():
    assert CHILD == "child ticket"
"""
SITTING = """
import sys
from pathlib import Path
from tests.mutation.__main__ import sit
from tests.mutation.sitting import Plan
from tests.mutation.subjects import Subject
here = Path(sys.argv[1])
plan = Plan(here, Subject("till", ("tillhouse",), ("checks",)), again=len(sys.argv) > 2)
plan.results, plan.kept, plan.packages = here / "results", here / "kept", ("tillhouse",)
sys.exit(sit(plan))
"""


@pytest.fixture(name="house", scope="module")
def small_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a rule or two and its tests, after one sitting."""
    house = tmp_path_factory.mktemp("house")
    for name, text in {"tillhouse/__init__.py": "", "tillhouse/till.py": TILL, "checks/test_till.py": CHECKS}.items():
        (house / name).parent.mkdir(exist_ok=True)
        (house / name).write_text(text)
    (house / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow: slow\n")
    assert sit(house).returncode == 0
    return house


def sit(house: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """A sitting in a process of its own, as from the command line."""
    line = [sys.executable, "-c", SITTING, str(house), *more]
    paths = {**os.environ, "PYTHONPATH": f"{ROOT}:{house}"}
    return subprocess.run(line, cwd=house, env=paths, capture_output=True, text=True, check=False)


def verdicts(house: Path) -> dict[str, Result]:
    """Results by the name of the function."""
    return {name.partition(":")[2]: each for name, each in written("till", house / "results").items()}


def test_what_a_test_notices_is_killed(house: Path) -> None:
    """The boundary that no test asks about survives, whatever else is changed in the function is noticed."""
    fare = verdicts(house)["fare"]
    assert set(fare.survivors.values()) == {"if age < 7: -> if age <= 7:", "if age < 7: -> if age < 8:"}
    assert fare.verdicts.count("k") == len(fare.verdicts) - 2 > 0


def test_a_property_is_mutated_in_place(house: Path) -> None:
    """A decorated function is no hiding place."""
    assert set(verdicts(house)["Till.open"].verdicts) == {"k"}


def test_a_loop_without_end_is_ended_by_cpu_time(house: Path) -> None:
    """`left += 1` never comes to an end, which counts as noticed; `left = 1` neither."""
    steps = verdicts(house)["steps"]
    assert "t" in steps.verdicts
    assert set(steps.verdicts) <= {"k", "t", "s"}


def test_what_runs_at_import_is_tried_from_the_import_on(house: Path) -> None:
    """A name that is made while the module is imported is noticed, though no body can be exchanged in time."""
    assert set(verdicts(house)["_named"].verdicts) == {"k"}


def test_what_no_test_runs_is_said(house: Path) -> None:
    """A function that nobody calls has no verdict of tests."""
    assert set(verdicts(house)["forgotten"].verdicts) == {"u"}


def test_a_second_sitting_goes_on_where_the_first_stopped(house: Path) -> None:
    """Nothing is tried twice, until the text of a function changes or somebody asks for survivors again."""
    file = house / "results/till.jsonl"
    before = file.read_text().splitlines()
    assert sit(house).returncode == 0
    assert file.read_text().splitlines() == before
    (house / "checks/test_till.py").write_text(CHECKS.replace("(fare(6), fare(8)) == (0,", "(fare(6), fare(7)) == (0,"))
    assert sit(house, "again").returncode == 0
    added = file.read_text().splitlines()[len(before) :]
    assert [verdicts(house)["fare"].verdicts.strip("k")] == [""]
    assert any('"tillhouse/till.py:fare"' in each for each in added)
    assert not any('"tillhouse/till.py:Till.open"' in each for each in added)


def made(tmp_path: Path, text: str) -> list[Function]:
    """Functions of a text."""
    (tmp_path / "a.py").write_text(text)
    return functions_of(tmp_path, "a.py")


def test_a_string_is_spoilt_once(tmp_path: Path) -> None:
    """Of mutmut's three ways one is enough, and the type in a cast is none of the program."""
    (function,) = made(tmp_path, 'def f(x):\n    """Say."""\n    return cast("Name", x) == "No"\n')
    assert [each.change for each in function.mutants if '"XX' in each.change] == [
        'return cast("Name", x) == "No" -> return cast("Name", x) == "XXNoXX"'
    ]
    assert not any("cast(None" in each.change for each in function.mutants)


def test_answers_are_mutated_and_words_of_our_own_faults_are_not(tmp_path: Path) -> None:
    """`raise Rejected` is a rule, `raise ValueError` is a crash."""
    assert made(tmp_path, "def f(x):\n    raise ValueError(x)\n") == []
    assert made(tmp_path, "def f(x):\n    raise Rejected(x)\n")[0].mutants


def test_shards_are_disjoint_and_whole() -> None:
    """Each function belongs to exactly one of four shards, and none of them is empty."""
    functions = functions_of(ROOT, "engine/points/awards.py") + functions_of(ROOT, "engine/points/deductions.py")
    parts = [[each.id for each in functions if mine(each, (which, 4))] for which in (1, 2, 3, 4)]
    assert sorted(each for part in parts for each in part) == sorted(each.id for each in functions)
    assert all(parts)


def test_every_file_of_the_engine_belongs_to_one_subject() -> None:
    """Nothing of the engine is left out, and nothing is mutated twice."""
    files = [file for subject in SUBJECTS.values() for file in subject.files(ROOT)]
    assert sorted(files) == sorted(str(each.relative_to(ROOT)) for each in (ROOT / "engine").rglob("*.py"))
    assert all((ROOT / each).exists() for subject in SUBJECTS.values() for each in subject.tests)


def test_results_and_reasons_can_be_read() -> None:
    """Each line names its revision and has a change for each survivor; a reason is about a change that survived."""
    survived: dict[str, set[str]] = {}
    for file in FOLDER.glob("*.jsonl"):
        for function, result in written(file.stem).items():
            assert result.revision
            assert len(result.survivors) == sum(result.verdicts.count(letter) for letter in "su")
            survived[function] = set(result.survivors.values())
    for function, why in reasons().items():
        assert set(why) <= survived.get(function, set()), function


def test_a_share_is_never_rounded_up() -> None:
    """949.9 of 1000 is not 95 per cent."""
    assert (share(18_999, 20_000), share(0, 0), share(3, 3)) == ("94.9 %", "–", "100.0 %")
