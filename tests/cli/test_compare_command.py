"""`mashang compare` through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.calls import mashang, sentence

SMALL = ("--reps", "2", "--scale", "0.003", "--days", "40")


def test_a_comparison_leaves_its_results(tmp_path: Path) -> None:
    """Two policies against the baseline: every run kept, differences as JSON, a page, a table at the terminal."""
    folder = tmp_path / "out"
    names = ("kangbashi_2022", "cap_20", "no_points")
    done = mashang("compare", *names, *SMALL, "--out", folder, "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert str(folder / "comparison.html") in done.stdout
    kept = [json.loads(line) for line in (folder / "results.jsonl").read_text("utf-8").splitlines()]
    assert {(row["scenario"], row["replication"]) for row in kept} == {(name, rep) for name in names for rep in (0, 1)}
    found = json.loads((folder / "comparison.json").read_text("utf-8"))
    assert (found["reps"], found["scale"], found["days"]) == (2, 0.003, 40)
    by_name = {variant["name"]: variant for variant in found["variants"]}
    assert by_name["cap_20"]["overrides"] == {"points.deduction_cap_bp": 2000}
    issued = {row["key"]: row for row in by_name["no_points"]["outcomes"]}["points_issued"]
    assert issued["variant_mean"] == 0 < issued["base_mean"]
    answers = {row["key"]: row for row in by_name["cap_20"]["outcomes"]}["questionnaire_answers"]
    assert (answers["difference"], answers["low"], answers["high"]) == (0, 0, 0)


def test_json_prints_the_comparison(tmp_path: Path) -> None:
    """--json prints one document, the same that is kept."""
    done = mashang(
        "compare", "kangbashi_2022", "fewer_members", *SMALL, "--json", "--lang", "zh", "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "comparison.json").read_text("utf-8"))


def test_two_of_one_name_end_with_3(tmp_path: Path) -> None:
    """A scenario compared with itself cannot be told apart."""
    done = mashang("compare", "cap_20", "cap_20", "--out", tmp_path / "out", "--lang", "en")
    assert "cap_20" in sentence(done, 3)
    assert not (tmp_path / "out").exists()


def test_other_luck_ends_with_3(tmp_path: Path) -> None:
    """A variant with a seed of its own would be compared on other luck; --seed gives one to all."""
    path = tmp_path / "mine.toml"
    path.write_text('extends = "kangbashi_2022"\n[horizon]\nseed = 7\n', "utf-8")
    done = mashang("compare", "kangbashi_2022", path, "--lang", "en", "--out", tmp_path / "out")
    assert "--seed" in sentence(done, 3)
    assert not (tmp_path / "out").exists()


def test_an_unknown_policy_ends_with_2(tmp_path: Path) -> None:
    """The bundled names are told."""
    assert "no_points" in sentence(mashang("compare", "kangbashi_2022", "no_pionts", "--lang", "en"), 2)


def test_a_figure_can_be_turned_in_place_of_a_file(tmp_path: Path) -> None:
    """Each --set is the base with one figure turned, compared like any other scenario."""
    figures = ("points.deduction_cap_bp=2000", "points.rules.questionnaire.points=5")
    turned = [part for each in figures for part in ("--set", each)]
    done = mashang("compare", "kangbashi_2022", *turned, *SMALL, "--json", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [each["overrides"] for each in found["variants"]] == [
        {"points.deduction_cap_bp": 2000}, {"points.rules.questionnaire.points": 5},
    ]  # fmt: skip
    assert len({each["name"] for each in found["variants"]}) == len(figures)


def test_nothing_to_compare_with_ends_with_2(tmp_path: Path) -> None:
    """Without a variant there is no question."""
    assert "--set" in sentence(mashang("compare", "kangbashi_2022", "--out", tmp_path / "out", "--lang", "en"), 2)
    assert not (tmp_path / "out").exists()
