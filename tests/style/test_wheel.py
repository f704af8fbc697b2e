"""What is installed is whole: every file that the packages need, and nothing that they do not."""

import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import mashang
import mashang_doctor
from tests.style.sources import PRODUCT, ROOT, inside, project_files

OLD_AND_NEWEST = {"jinja2", "pytest-xdist"}
"""Their newest release was more than a year old when the floor was written."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built as `pip install` builds it, but with the build backend that is already here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def missing_from(packed: set[str]) -> list[str]:
    """Files of our packages that a wheel lacks."""
    return [name for name in project_files() if inside(name, *PRODUCT) and name not in packed]


def test_the_wheel_is_whole(wheel: zipfile.ZipFile) -> None:
    """Every file of the packages is in the wheel: scenarios, chart library, fonts, templates, texts and schemas too."""
    packed = set(wheel.namelist())
    assert not missing_from(packed)
    assert {PurePosixPath(name).suffix for name in packed} >= {".py", ".json"}


def test_a_missing_file_is_found(wheel: zipfile.ZipFile) -> None:
    """A wheel without the Chinese texts is found out."""
    assert missing_from(set(wheel.namelist()) - {"wording/zh/cli.json"}) == ["wording/zh/cli.json"]


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    """No test, benchmark, run folder or tool setting is installed into the top level of somebody's Python."""
    others = {name.split("/")[0] for name in wheel.namelist() if not inside(name, *PRODUCT)}
    assert others == {f"mashang-{mashang.__version__}.dist-info"}


def test_the_wheel_says_who_made_it(wheel: zipfile.ZipFile) -> None:
    """Licence and notice travel along, and the command `mashang` is the front door."""
    information = f"mashang-{mashang.__version__}.dist-info"
    assert {f"{information}/licenses/LICENSE", f"{information}/licenses/NOTICE"} <= set(wheel.namelist())
    assert "mashang = mashang:main" in wheel.read(f"{information}/entry_points.txt").decode()


def test_the_version_is_said_once() -> None:
    """The version of the front door is that of the citation file."""
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {mashang.__version__}\n" in citation


def test_the_doctor_asks_for_what_is_declared() -> None:
    """The doctor looks for the packages that pyproject.toml declares, in the same groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    imported_as = {
        "pytest-xdist": "xdist",
        "import-linter": "importlinter",
        "hdrhistogram": "hdrh",
        "pyyaml": "yaml",
        "python-jsonpath": "jsonpath",
    }
    declared = {"core": project["dependencies"], **project["optional-dependencies"]}
    for group, requirements in declared.items():
        names = [requirement.split(">=")[0].lower() for requirement in requirements if "[" not in requirement]
        assert mashang_doctor.PACKAGES[group] == tuple(imported_as.get(name, name) for name in names)


def test_no_floor_is_the_newest_release() -> None:
    """What was tested lies above every declared floor, but for packages whose newest release is old."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (ROOT / "requirements-dev.lock").read_text("utf-8")
    pins = {name: Version(version) for name, version in re.findall(r"(?m)^([a-z0-9-]+)==([\w.]+)", lock)}
    for text in chain(project["dependencies"], *project["optional-dependencies"].values()):
        requirement = Requirement(text)
        name = requirement.name.lower()
        floors = [Version(each.version) for each in requirement.specifier if each.operator == ">="]
        assert not floors or pins[name] > floors[0] or name in OLD_AND_NEWEST, f"lower the floor of {text}"
        assert not floors or pins[name] in requirement.specifier, f"{text} is not what the lock pins: run make lock"
