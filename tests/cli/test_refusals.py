"""What cannot be done is refused in one sentence, with the right exit code, before anything is written."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.calls import TOWN, answered, mashang, sentence

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
WRONG_CONTENT = [
    ("points.deduction_cap=1", "deduction_cap_bp"),
    ("points.deduction_cap_bp=-1", "points.deduction_cap_bp"),
    ("horizon.as_of_date=2021-01-01", "2021-01-01"),
    ("population.bound_people=0", "bound_people"),
]


@pytest.mark.parametrize(("setting", "names"), WRONG_CONTENT)
def test_wrong_content_ends_with_3(
    tmp_path: Path, setting: str, names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown key, negative cap, a date before the launch, nobody: named in one sentence, and no folder is left."""
    line = ("run", "--set", setting, "--out", tmp_path / "run")
    assert names in sentence(mashang(*line, "--lang", "en"), 3)
    assert names in sentence(answered(capsys, *line, "--lang", "zh"), 3)
    assert not (tmp_path / "run").exists()


def test_a_wrong_variable_ends_with_3(tmp_path: Path) -> None:
    """MASHANG_SET is read, and refused by its name."""
    done = mashang("run", "--out", tmp_path / "run", "--lang", "en", MASHANG_SET="board.vots=3")
    assert "board.votes" in sentence(done, 3)


def test_a_wrong_file_ends_with_3_a_missing_one_with_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A file that is no TOML is wrong content; a name that nothing has is a wrong word on the line."""
    path = tmp_path / "bad.toml"
    path.write_text("= 1", "utf-8")
    assert "bad.toml" in sentence(answered(capsys, "run", path), 3)
    assert "kangbashi_2022" in sentence(answered(capsys, "run", "no_such_scenario"), 2)
    assert "gone.toml" in sentence(answered(capsys, "run", tmp_path / "gone.toml"), 2)
    (tmp_path / "folder.toml").mkdir()
    assert "folder.toml" in sentence(answered(capsys, "run", tmp_path / "folder.toml"), 2)


@pytest.mark.parametrize("command", ["run", "compare"])
@pytest.mark.parametrize("scale", ["0.000001", "51"])
def test_an_impossible_scale_ends_with_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, scale: str
) -> None:
    """Nobody left, or more than the columns hold: refused before a folder is made."""
    names = ["kangbashi_2022", "cap_20"] if command == "compare" else []
    done = answered(capsys, command, *names, "--scale", scale, "--out", tmp_path / "out", "--lang", "en")
    assert "scale" in sentence(done, 3)
    assert not (tmp_path / "out").exists()


@LANGUAGES
def test_a_folder_that_cannot_be_used_ends_with_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str
) -> None:
    """A file in its place, a file above it, or something in it."""
    (tmp_path / "file").write_text("x", "utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("x", "utf-8")
    for place in ("file", "file/run", "full"):
        said = sentence(answered(capsys, "run", *TOWN, "--lang", language, "--out", tmp_path / place), 2)
        assert str(tmp_path / place) in said
        assert "--out" in said
    assert (tmp_path / "full" / "notes.txt").read_text("utf-8") == "x"


@LANGUAGES
@pytest.mark.parametrize("command", ["report", "replay", "check"])
def test_what_is_no_run_ends_with_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, language: str
) -> None:
    """An empty folder and nothing at all are no runs."""
    for place in (tmp_path, tmp_path / "nothing"):
        assert str(place) in sentence(answered(capsys, command, place, "--lang", language), 2)


def small_files() -> None:
    """A child that may write no file beyond 500 kB: a disk that fills up in the middle of a run."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))


def test_a_file_that_cannot_grow_ends_with_2(tmp_path: Path) -> None:
    """Writing that fails in the middle of a run: one sentence, and a log whose beginning can be trusted."""
    folder = tmp_path / "run"
    done = mashang("run", *TOWN, "--out", folder, "--lang", "en", "--progress", "none", before=small_files)
    assert done.returncode == 2
    said = done.stderr.splitlines()[-1]
    assert os.strerror(errno.EFBIG) in said
    assert str(folder) in said
    assert '"status": "broken"' in (folder / "manifest.json").read_text("utf-8")
    assert "what stands before can be trusted" in sentence(mashang("replay", folder, "--lang", "en"), 4)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of 700 kB, for those who may mount one."""
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", place],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a file system takes rights that this user has not")
    yield place
    subprocess.run(["/bin/umount", place], check=True)


def test_a_full_disk_ends_with_2(tiny: Path) -> None:
    """A disk that is full in the middle: one sentence, and a manifest that still says how it ended."""
    done = mashang("run", "--scale", "0.01", "--out", tiny / "run", "--lang", "en", "--progress", "none")
    assert done.returncode == 2
    assert os.strerror(errno.ENOSPC) in done.stderr.splitlines()[-1]
    assert '"status": "broken"' in (tiny / "run" / "manifest.json").read_text("utf-8")
    assert not list((tiny / "run").glob(".*"))
