"""Scenario files: what they may say, who wins, and one sentence for everything that is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.run_folder import toml_of
from sim.scenario import Scenario, load_scenario
from sim.scenario_file import BASELINE, ScenarioError, bundled_names, find
from sim.sourced import STATUSES

FIGURE = '{value = %s, unit = "people", source = "a count", status = "estimated"}'


def refusal(*settings: str) -> str:
    """The sentence with which the baseline refuses settings."""
    with pytest.raises(ScenarioError) as wrong:
        load_scenario(settings=settings)
    return str(wrong.value)


def written(folder: Path, name: str, text: str) -> Path:
    """A scenario file in a folder."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def value_of(scenario: Scenario, path: str) -> Any:
    """The value that a scenario's provenance shows for a figure."""
    return next(row.value for row in scenario.provenance if row.path == path)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("horizn.seed=1", r"unknown key horizn: did you mean horizon\?"),
        ("horizon.sede=1", r"horizon\.sede is not a known parameter: remove it, or write horizon\.seed\."),
        ("points.deduction_cap=2000", r"no number points\.deduction_cap: did you mean points\.deduction_cap_bp\?"),
        ("board.zzz=2", r"board\.zzz is not a known parameter: remove it, or use one of questionnaires, "),
        ("points.deduction_cap_bp=-1", r"points\.deduction_cap_bp: .* greater than or equal to 0 \(given: -1\)"),
        ("points.deduction_cap_bp=3.5", r"points\.deduction_cap_bp: .* integer"),
        ("points.deduction_cap_bp=many", r"points\.deduction_cap_bp: .* integer"),
        ("points.deduction_cap_bp=true", r"points\.deduction_cap_bp: .* integer"),
        ("points.deduction_cap_bp=2021-01-01", r"points\.deduction_cap_bp: .* integer"),
        ("points.deduction_cap_bp=12:30:00", r"points\.deduction_cap_bp is given a time of day"),
        ("points.deduction_cap_bp={}", r"points\.deduction_cap_bp has no value: every figure needs value"),
        ("points.deduction_cap_bp=1e300", r"points\.deduction_cap_bp is beyond all bounds"),
        ("points=5", r"points is a group of numbers: set one of them, such as points\.value_fen"),
        ("points.rules.vote=5", r"points\.rules\.vote is a group of numbers: set one of them, such as points\.rules"),
        ("population=5", r"population is a section: set one of its figures, such as population\.seed"),
        ("population.places=5", r"population\.places is a section: set one of its figures"),
        ("population.bound_people=0", r"bound_people is 0: a town needs people, give 1 or more"),
        ("population.bound_people=-5", r"bound_people is -5: a town needs people"),
        ("population.bound_people=1e30", r"population\.bound_people is beyond all bounds: give a number of at most"),
        ("population.bound_people=999_999_999", r"population\.bound_people: .* less than or equal to 6000000"),
        ("population.bound_people={}", r"population\.bound_people has no value"),
        ("board.questionnaires=99_999", r"board\.questionnaires: .* less than or equal to 10000"),
        ("horizon.as_of_date=2021-09-14", r"as_of_date 2021-09-14 lies before launch_date 2021-09-15: give a later"),
        ("horizon.as_of_date=2051-09-14", r"the horizon is 10957 days long: give at most 3660"),
        ("horizon.launch_date=1960-01-01", r"the horizon is 22867 days long"),
        ("horizon.launch_date=soon", r"horizon\.launch_date: .* date"),
        ("horizon.seed=-1", r"horizon\.seed: .* greater than or equal to 0"),
        ("horizon.seed=1" + "0" * 30, r"horizon\.seed: .* less than or equal to 9223372036854775807"),
        ("horizon.seed=1" + "0" * 5_000, r"The value of horizon\.seed is no value: give a number or a word"),
        ("horizon.seed=" + "[" * 5_000, r"(horizon\.seed: .* integer|The value of horizon\.seed is no value)"),
        ("behaviour.shopping.near_share=1.5", r"behaviour\.shopping\.near_share: .* less than or equal to 1"),
        ("behaviour.shopping.near_share=nan", r"behaviour\.shopping\.near_share: .* finite"),
        ("behaviour.handling.work_minutes=[1.0]", r"behaviour\.handling\.work_minutes: .* at least 4 items"),
        ("behaviour.answering.age_logits=[1.0, 2.0]", r"behaviour\.answering\.age_logits: .* at least 6 items"),
        ("profiles.shop_weekdays=[1.0]", r"profiles: shop_weekdays needs 7 values, 1 were given"),
        ("reporting.tiers.hard.limit_s=0", r"reporting\.tiers\.hard\.limit_s: .* greater"),
        ("reporting.categories.noise.tier=slow", r"reporting\.categories\.noise\.tier: .* which the table lacks"),
        ("schema_version=2", r"schema_version 2 is not read here: write 1"),
        ("name=../x", r"The name '../x' names folders: give 1 to 60 of the characters"),
        ("title_zh=5", r"title_zh must be a text, not 5"),
        ("horizon..seed=1", r"horizon\.\.seed=1 in --set is no setting: write section\.name=value"),
        ("version=2", r"unknown key version"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence(setting: str, sentence: str) -> None:
    """Each kind of slip is named with the figure and what to do, on one line that a person can read at a glance."""
    said = refusal(setting)
    assert re.search(sentence, said), said
    assert "\n" not in said
    assert len(said) < 420


@given(
    st.sampled_from([row.path for row in load_scenario().provenance]),
    st.sampled_from(["'x'", "''", "-1", "0", "true", "1.5", "[]", "{}", "[[1]]", "2021-01-01", "inf", "nan", "1e13"])
    | st.integers().map(str)
    | st.floats().map(str),
)
def test_no_value_of_any_figure_ends_in_a_traceback(path: str, value: str) -> None:
    """Whatever is set to whatever: the scenario takes it, or says in one line why not."""
    try:
        load_scenario(settings=[f"{path}={value}"])
    except ScenarioError as wrong:
        assert "\n" not in str(wrong)  # noqa: PT017 - both ends are fine, a third is not


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("schema_version = ", r"wrong\.toml is not TOML: "),
        ("a = 1\na = 2", r"wrong\.toml is not TOML: "),
        ("a = " + "1" * 5_000, r"wrong\.toml is not TOML: "),
        ("a = " + "[" * 5_000, r"wrong\.toml is nested too deeply"),
        ("schema_version = 1", r"has no section \[horizon\]: add it, or extend kangbashi_2022"),
        ("extends = 5", r"extends in wrong\.toml must name a scenario or a file, not 5"),
        (
            'extends = "wrong"',
            r"wrong\.toml extends itself through wrong: take one|extends wrong, which does not exist",
        ),
        ('extends = "nowhere"', r"wrong\.toml extends nowhere, which does not exist: give a bundled name or a path"),
        (f'extends = "{BASELINE}"\n[populaton]\na = 1', r"unknown key populaton: did you mean population\?"),
        (f'extends = "{BASELINE}"\n[population]\nbound_people = {FIGURE % -2}', r"bound_people is -2: a town needs"),
        (
            f'extends = "{BASELINE}"\n[population]\npayees = {FIGURE % 5}',
            r"population\.payees is not a known parameter",
        ),
        (
            f'extends = "{BASELINE}"\n[horizon]\nseed = {FIGURE % 5}',
            r"horizon\.seed is given in 'people': give it in 's",
        ),
        (
            f'extends = "{BASELINE}"\n[points]\ndeduction_cap_bp = {FIGURE % 5}',
            r"points\.deduction_cap_bp is given in 'people': give it in ",
        ),
        (
            f'extends = "{BASELINE}"\n[points]\ndeduction_cap_bp = {{value = 5}}',
            r"points\.deduction_cap_bp has no unit: every figure needs value, unit, source, status",
        ),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """Files that are no TOML, extend nothing or themselves, or hold figures in another unit are named as such."""
    path = written(tmp_path, "wrong", text)
    with pytest.raises(ScenarioError, match=sentence) as wrong:
        load_scenario(str(path))
    assert "\n" not in str(wrong.value)


def test_a_bare_value_in_a_file_of_its_own_is_refused(tmp_path: Path) -> None:
    """Only what stands on another file may leave unit and source to it."""
    text = find(BASELINE).read_text("utf-8")
    bare = re.sub(r"^seed = \{value = 1,.*$", "seed = 1", text, flags=re.MULTILINE)
    assert bare != text
    with pytest.raises(ScenarioError, match=r"horizon\.seed is a bare value: write \{value = \.\.\., unit"):
        load_scenario(str(written(tmp_path, "bare", bare)))


def test_a_missing_file_is_an_error_of_the_file_system(tmp_path: Path) -> None:
    """The command line tells a missing file (exit 2) from a wrong one (exit 3)."""
    for name in ("no_such_scenario", str(tmp_path / "none.toml")):
        with pytest.raises(FileNotFoundError):
            load_scenario(name)


@pytest.mark.parametrize("through", ["two", "../folder/two", "two.toml"])
def test_files_that_extend_each_other_are_refused(tmp_path: Path, through: str) -> None:
    """A loop ends in a sentence, however its paths are spelled."""
    folder = tmp_path / "folder"
    folder.mkdir()
    one = written(folder, "one", f'extends = "{through}"')
    written(folder, "two", 'extends = "../folder/one"')
    with pytest.raises(ScenarioError, match="extends itself through"):
        load_scenario(str(one))


def test_a_file_may_have_the_name_of_the_bundled_one_that_it_extends(tmp_path: Path) -> None:
    """A planner's own kangbashi_2022.toml extends the bundled kangbashi_2022."""
    path = written(tmp_path, BASELINE, f'extends = "{BASELINE}"\n[horizon]\nseed = 9')
    assert load_scenario(str(path)).horizon.seed == 9


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    """A byte order mark at the beginning is no error."""
    path = written(tmp_path, "marked", f'\ufeffextends = "{BASELINE}"')
    assert load_scenario(str(path)).days == load_scenario().days


def test_the_later_source_wins(tmp_path: Path) -> None:
    """Base file, file, MASHANG_SET, --set, --seed: each overrides those before it, and is named as the source."""
    grandparent = written(tmp_path, "one", f'extends = "{BASELINE}"\n[points]\nvalue_fen = 1\ngrace_days = 1')
    assert value_of(load_scenario(str(grandparent)), "points.value_fen") == 1
    path = written(tmp_path, "two", 'extends = "one"\n[points]\nvalue_fen = 2\n[board]\nvotes = 3\nvote_days = 3')
    found = load_scenario(
        str(path),
        ["board.votes = 5", "horizon.seed=6"],
        seed=7,
        environment={"MASHANG_SET": "board.votes=4; points.breakage_bp=4;; horizon.seed=4 ;"},
    )
    expected = {
        "points.grace_days": (1, "one.toml"),
        "points.value_fen": (2, "two.toml"),
        "board.vote_days": (3, "two.toml"),
        "points.breakage_bp": (4, "MASHANG_SET"),
        "board.votes": (5, "--set"),
        "horizon.seed": (7, "--seed"),
        "board.questionnaires": (81, f"{BASELINE}.toml"),
    }
    rows = {row.path: row for row in found.provenance}
    assert {path: (rows[path].value, found.origins[path]) for path in expected} == expected
    for figure in list(expected)[:6]:
        assert (rows[figure].source, rows[figure].status) == (f"set by {expected[figure][1]}", "assumed"), figure
    assert rows["board.questionnaires"].status == "published"
    assert found.settings == {"points.breakage_bp": 4, "board.votes": 5}
    assert found.policy.points.value_fen == 2
    assert found.board.votes == 5


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    """MASHANG_SET is refused like --set, and says that it was MASHANG_SET."""
    with pytest.raises(ScenarioError, match="nonsense in MASHANG_SET is no setting: write section"):
        load_scenario(environment={"MASHANG_SET": "nonsense"})


def test_a_whole_figure_brings_its_own_source(tmp_path: Path) -> None:
    """A file that gives unit, source and status is believed; a setting on top takes them away again."""
    figure = '{value = 20, unit = "votes", source = "a plan", status = "estimated"}'
    path = written(tmp_path, "own", f'extends = "{BASELINE}"\n[board]\nvotes = {figure}')
    for settings, expected in ((), ("a plan", "estimated")), (("board.votes=3",), ("set by --set", "assumed")):
        row = next(row for row in load_scenario(str(path), settings).provenance if row.path == "board.votes")
        assert (row.source, row.status) == expected
        assert row.unit == "votes"


def test_a_file_without_name_or_title_goes_by_its_own(tmp_path: Path) -> None:
    """It does not pass for the scenario that it extends."""
    found = load_scenario(str(written(tmp_path, "my_plan", f'extends = "{BASELINE}"')))
    assert (found.name, dict(found.title)) == ("my_plan", {"zh": "my_plan", "en": "my_plan"})


@pytest.mark.parametrize("name", bundled_names())
def test_every_figure_says_where_it_comes_from(name: str) -> None:
    """Every number of the policy and of every section has unit, meaning, source and status, once."""
    found = load_scenario(name)
    assert len({row.path for row in found.provenance}) == len(found.provenance) > 300
    for row in found.provenance:
        assert row.unit, row.path
        assert row.meaning.strip(), row.path
        assert row.source.strip(), row.path
        assert row.status in STATUSES, row.path
    assert {row.path.split(".")[0] for row in found.provenance} >= {"points", "horizon", "behaviour", "calendar"}
    assert found.title["zh"] != found.title["en"]


def test_the_hash_names_the_numbers_and_nothing_else(tmp_path: Path) -> None:
    """Other words, the same numbers: the same hash; one other number, of scenario or policy: another hash."""
    plain = load_scenario()
    renamed = load_scenario(str(written(tmp_path, "renamed", f'extends = "{BASELINE}"\ntitle_zh = "别名"')))
    assert renamed.sha256 == plain.sha256
    others = {load_scenario(settings=[s]).sha256 for s in ("horizon.seed=2", "board.votes=15", "points.value_fen=9")}
    assert len(others | {plain.sha256}) == 4


@pytest.mark.parametrize("settings", [(), ("points.deduction_cap_bp=1000", "horizon.seed=5", "reporting.good_stars=5")])
@pytest.mark.parametrize("name", bundled_names())
def test_the_copy_in_a_run_folder_is_the_same_scenario(tmp_path: Path, name: str, settings: tuple[str, ...]) -> None:
    """The resolved scenario, written as TOML without its base, reads back to the same numbers."""
    found = load_scenario(name, settings)
    again = load_scenario(str(written(tmp_path, "copy", toml_of(found.document))))
    assert again.sha256 == found.sha256
    assert again.name == found.name
    assert "extends" not in again.document
    assert (again.horizon, again.board, again.population, again.policy) == (
        found.horizon,
        found.board,
        found.population,
        found.policy,
    )
