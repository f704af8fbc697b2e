"""`mashang run`, `report`, `config show`, `schema`, `replay`, `check` through the real command line."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest

from sim.table_columns import COLUMNS
from tests.cli.calls import TOWN, answered, lines_of, mashang, sentence
from tests.cli.conftest import Whole
from wording import Wording

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def test_a_run_leaves_a_whole_folder(whole: Whole) -> None:
    """Manifest, scenario, journal, vault, tables, workbook and report are there, and nothing half written."""
    folder, printed, _ = whole
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        "scenario.toml",
        "journal.jsonl.gz",
        "vault.sqlite",
        "tables",
        "tables.xlsx",
        "report.html",
    }
    assert {path.stem for path in (folder / "tables").iterdir()} == COLUMNS.keys()
    assert str(folder / "report.html") in printed
    found = manifest(folder)
    assert (found["status"], found["days_done"], found["scale"], found["mode"]) == ("finished", 329, 0.005, "fast")
    assert found["overrides"] == {"points.deduction_cap_bp": 2500}
    assert re.fullmatch("[0-9a-f]{40}", found["revision"])
    assert found["journal"]["records"] == found["commands"] > 5_000
    assert all(row["unit"] and row["source"] for row in found["provenance"])


def test_the_targets_sheet_is_printed_in_chinese_first(whole: Whole) -> None:
    """Every published total has a row, in the language of the place unless another is asked for."""
    wording = Wording("zh")
    for key in ("bound_people", "questionnaires", "problem_reports", "events_unexplained"):
        assert wording.text(f"report.target.{key}") in whole[1]


def test_tables_hold_no_cell_of_fewer_than_ten_people(whole: Whole) -> None:
    """Groups too small to hide anybody are put together, and no one is lost by it."""
    path = str(whole[0] / "tables" / "groups.parquet")
    query = "SELECT dimension, sum(persons), min(persons) FROM read_parquet(?) GROUP BY ALL"
    rows = duckdb.execute(query, [path]).fetchall()
    assert len(rows) == 3
    for dimension, people, smallest in rows:
        assert smallest >= 10, dimension
        assert people == 575, dimension


def test_the_workbook_has_chinese_sheets_and_headers(whole: Whole) -> None:
    """tables.xlsx is sound XML with one sheet a table, its title and the head of each column in Chinese."""
    wording = Wording("zh")
    with zipfile.ZipFile(whole[0] / "tables.xlsx") as book:
        assert book.testzip() is None
        parts = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.endswith(".xml")}  # noqa: S314 - our own
    titles = [sheet.attrib["name"] for sheet in parts["xl/workbook.xml"].iter(f"{SHEET}sheet")]
    assert titles == [wording.text(f"table.{name}") for name in manifest_order(titles, wording)]
    assert len(titles) == len(COLUMNS)
    for number, name in enumerate(manifest_order(titles, wording), start=1):
        first = next(parts[f"xl/worksheets/sheet{number}.xml"].iter(f"{SHEET}row"))
        heads = ["".join(cell.itertext()) for cell in first]
        assert heads == [wording.text(f"column.{column}") for column in COLUMNS[name]], name


def manifest_order(titles: list[str], wording: Wording) -> list[str]:
    """Names of the tables behind the titles of sheets."""
    names = {wording.text(f"table.{name}"): name for name in COLUMNS}
    return [names[title] for title in titles]


def test_json_is_the_manifest(tmp_path: Path) -> None:
    """--json prints one JSON document and nothing else, which is the manifest that was written."""
    done = mashang("run", "--json", "--scale", "0.002", "--days", 3, "--no-report", "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == manifest(tmp_path / "run")
    assert not (tmp_path / "run" / "report.html").exists()
    assert manifest(tmp_path / "run")["days_done"] == 3


def test_the_copy_of_a_scenario_runs_again(tmp_path: Path, whole: Whole) -> None:
    """scenario.toml of a run, run again, gives the same journal to the byte of its records."""
    done = mashang("run", whole[0] / "scenario.toml", *TOWN, "--days", 20, "--no-report", "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    assert manifest(tmp_path / "again")["scenario_sha256"] == manifest(whole[0])["scenario_sha256"]
    records = [lines_of(folder / "journal.jsonl.gz") for folder in (tmp_path / "again", whole[0])]
    assert len(records[0]) > 400
    assert records[0] == records[1][: len(records[0])]


def test_the_slow_mode_runs_by_one_flag(tmp_path: Path) -> None:
    """--slow gives the same kind of folder, and says that it was slow."""
    done = mashang("run", "--slow", "--scale", "0.002", "--days", 10, "--no-report", "--out", tmp_path / "slow")
    assert done.returncode == 0, done.stderr
    assert manifest(tmp_path / "slow")["mode"] == "slow"
    assert mashang("replay", tmp_path / "slow").returncode == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_can_be_written_again(whole: Whole, language: str) -> None:
    """`mashang report` writes the page anew, in the language asked for, and says where."""
    path = whole[0] / "report.html"
    before = path.read_text("utf-8")
    path.unlink()
    done = mashang("report", whole[0], "--lang", language)
    assert done.returncode == 0
    assert str(path) in done.stdout
    after = path.read_text("utf-8")
    assert abs(len(after) - len(before)) < 0.01 * len(before)
    assert f'<html lang="{language}' in after


def test_a_log_is_verified_decided_again_and_checked(whole: Whole) -> None:
    """`replay`, `replay --decide` and `check` of an honest run end with 0; check says what it could not check."""
    assert mashang("replay", whole[0], "--decide").returncode == 0  # verifies and rebuilds first
    done = mashang("check", whole[0], "--json")
    assert done.returncode == 0
    assert {row["status"] for row in json.loads(done.stdout)["invariants"]} >= {"checked", "not checkable"}


@pytest.mark.parametrize("command", ["replay", "check"])
def test_a_tampered_log_ends_with_4_and_the_position(
    tmp_path: Path, whole: Whole, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One flipped byte in the compressed file, or one edited amount in a file packed again, is found and located."""
    content = (whole[0] / "journal.jsonl.gz").read_bytes()
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    text = gzip.decompress(content)
    edited = re.sub(
        rb'"goods_fen":(\d)', lambda found: b'"goods_fen":' + (b"9" if found[1] != b"9" else b"8"), text, count=1
    )
    assert edited != text
    for name, wrong in (("flipped", bytes(flipped)), ("edited", gzip.compress(edited)), ("cut", content[:-2_000])):
        path = tmp_path / f"{name}.jsonl.gz"
        path.write_bytes(wrong)
        said = sentence(answered(capsys, command, path, "--lang", "en"), 4)
        assert re.search(r"at byte \d+", said), said


def test_config_show_lists_every_figure() -> None:
    """Every figure once, with its value; --origin adds unit, status, source and who set it."""
    done = mashang(
        "config",
        "show",
        "cap_20",
        "--origin",
        "--set",
        "board.votes=3",
        MASHANG_SET="horizon.seed=5",
        MASHANG_LANG="en",
    )
    assert done.returncode == 0
    lines = {line.split(" = ")[0]: line for line in done.stdout.splitlines() if " = " in line}
    assert len(lines) > 300
    assert "= 2000" in lines["points.deduction_cap_bp"]
    assert lines["points.deduction_cap_bp"].endswith("<- cap_20.toml")
    assert "= 3" in lines["board.votes"]
    assert lines["board.votes"].endswith("<- --set")
    assert lines["horizon.seed"].endswith("<- MASHANG_SET")
    assert lines["board.questionnaires"].endswith("<- kangbashi_2022.toml")
    assert "published" in lines["board.questionnaires"]
    assert lines["points.value_fen"].endswith("<- kangbashi_2022.toml")
    assert lines["reporting.good_stars"].endswith("<- default")


def test_schema_prints_json() -> None:
    """`mashang schema` prints a JSON Schema."""
    done = mashang("schema")
    assert done.returncode == 0
    assert json.loads(done.stdout)["title"] == "mashang scenario, version 1"
