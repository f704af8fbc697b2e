"""The doctor finds what keeps a run from working, and says what to do."""

import importlib.util
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

import mashang_doctor
from mashang_doctor import Finding
from tests.front_door.command import mashang_anew
from wording import LANGUAGES, Wording

ENGLISH = Wording("en")


def test_the_doctor_says_yes_here(tmp_path: Path) -> None:
    """Where the tests run, a run works too: the doctor ends with 0 and leaves nothing behind."""
    done = mashang_anew("doctor", "--lang", "en", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.rstrip().endswith("Ready: mashang run")
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_speaks_json(tmp_path: Path) -> None:
    """With --json the same findings come as one object."""
    done = mashang_anew("doctor", "--json", "--lang", "zh", cwd=tmp_path)
    answer = json.loads(done.stdout)
    assert answer["ready"] is (done.returncode == 0)
    assert {"what", "level", "found", "remedy"} == set(answer["findings"][0])
    assert {"Python", "输出文件夹", "git"} <= {each["what"] for each in answer["findings"]}


@pytest.mark.parametrize(
    ("finding", "level"),
    [
        (mashang_doctor.python(ENGLISH, (3, 10, 9)), "bad"),
        (mashang_doctor.python(ENGLISH, (3, 11, 0)), "fine"),
        (mashang_doctor.packages(ENGLISH, "core", ("no_such_package",)), "bad"),
        (mashang_doctor.packages(ENGLISH, "report", ("no_such_package",)), "bad"),
        (mashang_doctor.packages(ENGLISH, "excel", ("no_such_package",)), "note"),
        (mashang_doctor.packages(ENGLISH, "core", ("json",)), "fine"),
        (mashang_doctor.terminal(ENGLISH, "ascii"), "note"),
        (mashang_doctor.terminal(ENGLISH, None), "note"),
        (mashang_doctor.terminal(ENGLISH, "no-such-encoding"), "note"),
        (mashang_doctor.terminal(ENGLISH, "gb18030"), "fine"),
    ],
)
def test_a_finding_has_its_level(finding: Finding, level: str) -> None:
    """What keeps a run from working is bad, what is only missed is a note, and each but `fine` says what to do."""
    assert finding.level == level
    assert bool(finding.remedy) is (level != "fine")


def test_a_folder_that_cannot_be_written_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that refuses a file is found by trying, and the remedy names --out."""

    def refuse(**_given: object) -> None:
        raise PermissionError

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    finding = mashang_doctor.output_folder(ENGLISH, tmp_path / "new" / "folder")
    assert finding.level == "bad"
    assert "--out" in finding.remedy


def test_a_full_disk_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less room than a run needs is found, also for a folder that does not exist yet."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=2**20))
    finding = mashang_doctor.disk(ENGLISH, tmp_path / "new")
    assert (finding.level, finding.found) == ("bad", "1 MB")
    assert "Free at least" in finding.remedy


@pytest.mark.parametrize(("memory", "level"), [(100, "note"), (4096, "fine"), (None, "note")])
def test_memory_is_weighed(memory: int | None, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little memory is a note that names --scale; a system that does not tell is a note too."""
    monkeypatch.setattr(mashang_doctor, "memory_mb", lambda: memory)
    finding = mashang_doctor.machine(ENGLISH)
    assert finding.level == level
    assert ("--scale" in finding.remedy) is (memory == 100)


def test_missing_programs_are_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither git nor fc-list is needed for a run."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert mashang_doctor.git(ENGLISH).level == "note"
    assert mashang_doctor.fonts(ENGLISH).level == "note"


@pytest.mark.parametrize(("listed", "level"), [("#!/bin/sh\necho Noto\n", "fine"), ("#!/bin/sh\n", "note")])
def test_fonts_are_counted(listed: str, level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fonts that fc-list names for Chinese are counted; none is a note with a package to install."""
    program = tmp_path / "fc-list"
    program.write_text(listed)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    finding = mashang_doctor.fonts(ENGLISH)
    assert finding.level == level
    assert ("fonts-noto-cjk" in finding.remedy) is (level == "note")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_finding_makes_the_answer_no(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bad finding ends with 1, and the table shows it with its remedy even where Rich is missing."""
    bad = Finding("folder", "bad", "refused", "choose another")
    monkeypatch.setattr(mashang_doctor, "findings", lambda _out, _wording: iter([bad]))
    for rich_is_there in (True, False):
        found = object() if rich_is_there else None
        monkeypatch.setattr(importlib.util, "find_spec", lambda _name, found=found: found)
        assert mashang_doctor.examine(out=None, as_json=False, wording=Wording(language)) == 1
        shown = capsys.readouterr().out
        assert "choose another" in shown
        assert "×" in shown
