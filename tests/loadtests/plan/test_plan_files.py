"""The folder of a plan: read as it was written, and refused in one sentence when it is something else."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from loadtests.plan import plan_schema, read_plan
from loadtests.plan.hunt import plan_of_hunt
from tests.sim.schemas import complaints
from tests.style.sources import ROOT
from wording import LANGUAGES, ExitCode, MashangError, Wording


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small plan."""
    path = tmp_path_factory.mktemp("plan")
    plan_of_hunt(1, 60, 50.0, path)
    return path


def test_a_plan_is_read_as_it_was_written(folder: Path) -> None:
    """What the manifest counts is there, line by line."""
    plan = read_plan(folder)
    assert len(list(plan.operations())) == plan.manifest.operations == 60
    assert len(list(plan.town())) == plan.manifest.town_commands == 30
    assert sum(plan.manifest.intents.values()) == 60


def test_the_schema_in_the_repository_is_fresh(folder: Path) -> None:
    """schemas/plan-1.json is what the code says (`make schemas`), and a plan is what the schema says."""
    schema = plan_schema()
    assert json.loads((ROOT / "schemas" / "plan-1.json").read_text("utf-8")) == json.loads(json.dumps(schema))
    manifest = json.loads((folder / "plan.json").read_text("utf-8"))
    assert not list(complaints(manifest, schema, schema))
    assert list(complaints({**manifest, "profile": "walk"}, schema, schema))


def without_manifest(folder: Path) -> None:
    """Somebody's folder of something else."""
    (folder / "plan.json").unlink()


def foreign(folder: Path) -> None:
    """Another tool's plan.json."""
    (folder / "plan.json").write_text('{"steps": []}', encoding="utf-8")


def no_json(folder: Path) -> None:
    """A manifest that was cut off."""
    text = (folder / "plan.json").read_text("utf-8")
    (folder / "plan.json").write_text(text[: len(text) // 2], encoding="utf-8")


def newer(folder: Path) -> None:
    """A plan of a later version."""
    text = (folder / "plan.json").read_text("utf-8")
    (folder / "plan.json").write_text(text.replace("mashang-plan-1", "mashang-plan-2"), encoding="utf-8")


def more_told(folder: Path) -> None:
    """A manifest with an entry that nobody knows."""
    manifest = json.loads((folder / "plan.json").read_text("utf-8"))
    (folder / "plan.json").write_text(json.dumps({**manifest, "speedup": 3}), encoding="utf-8")


def cut(folder: Path) -> None:
    """Operations that were cut off."""
    path = folder / "operations.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-20])


def edited(folder: Path) -> None:
    """A town of which somebody took a line."""
    path = folder / "town.jsonl.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).split(b"\n", 1)[1]))


def gone(folder: Path) -> None:
    """A town that is not there."""
    (folder / "town.jsonl.gz").unlink()


@pytest.mark.parametrize("spoil", [without_manifest, foreign, no_json, newer, more_told, cut, edited, gone])
def test_what_is_no_plan_is_refused(spoil: Callable[[Path], None], folder: Path, tmp_path: Path) -> None:
    """Foreign, cut, edited and incomplete plans are refused with exit 2 and one sentence in each language."""
    mine = tmp_path / "plan"
    shutil.copytree(folder, mine)
    spoil(mine)
    with pytest.raises(MashangError) as refused:
        read_plan(mine)
    assert refused.value.exit_code is ExitCode.USAGE
    for language in LANGUAGES:
        sentence = Wording(language).text(refused.value.wording_id, **refused.value.values)
        assert "\n" not in sentence
        assert str(mine) in sentence
