"""SimPy's own tests and documented examples on StreamEnvironment.

They lie in SimPy's source distribution, not in ours: pip downloads the one of the installed version into pytest's cache
(once, some 30 seconds), or MASHANG_SIMPY_SDIST names a downloaded simpy-*.tar.gz.
"""

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import simpy

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
EXAMPLES = (
    "bank_renege",
    "carwash",
    "gas_station_refuel",
    "latency",
    "machine_shop",
    "movie_renege",
    "process_communication",
)


@pytest.fixture(scope="session")
def simpy_source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked source distribution of the SimPy that is installed."""
    folder = tmp_path_factory.mktemp("simpy")
    given = os.environ.get("MASHANG_SIMPY_SDIST")
    archive = Path(given) if given else request.config.cache.mkdir("simpy") / f"simpy-{simpy.__version__}.tar.gz"
    if not archive.exists():
        download(folder)
        (folder / archive.name).replace(archive)  # at one stroke, for another worker may be at it too
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / f"simpy-{simpy.__version__}"


def download(folder: Path) -> None:
    """Fetch the archive; skip with pip's reason if it cannot be had."""
    wanted = ["--no-deps", "--no-binary", ":all:", "--dest", str(folder), f"simpy=={simpy.__version__}"]
    pip = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--retries", "1", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    if pip.returncode:
        reason = pip.stderr.strip().splitlines()[-1]
        pytest.skip(f"SimPy's source distribution is not to be had ({reason}); set MASHANG_SIMPY_SDIST to its path")


def run(source: Path, *arguments: str) -> tuple[str, int]:
    """Standard output and the number of environments made, of a Python with the replacement in its reach."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=source,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "PYTHONPATH": os.pathsep.join((str(HERE), str(PROJECT))),
            "PYTHONIOENCODING": "utf-8",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = re.search(r"^StreamEnvironments made: (\d+)$", done.stderr, re.MULTILINE)
    assert made, done.stderr
    return done.stdout, int(made.group(1))


def pytest_of_simpy(source: Path, *arguments: str) -> tuple[dict[str, int], int]:
    """What pytest counted (passed, skipped, ...), and the number of environments made."""
    report, made = run(source, "-m", "pytest", "-p", "no:cacheprovider", "-p", "replacement", "-q", *arguments)
    return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", report.splitlines()[-1])}, made


def test_simpys_own_tests_pass_unchanged(simpy_source: Path) -> None:
    """Every test of SimPy but its speed measurements passes, none skipped, with StreamEnvironment as Environment."""
    counts, made = pytest_of_simpy(simpy_source, "tests", "--ignore=tests/test_rt.py")
    assert counts["passed"] >= 130
    assert set(counts) <= {"passed", "deselected", "warnings"}
    assert made >= 100


def test_simpys_tests_of_real_time_pass_unchanged(simpy_source: Path) -> None:
    """RealtimeEnvironment works on StreamEnvironment. Its tests allow 20 ms, so a busy machine gets five attempts."""
    for attempt in range(5):
        try:
            counts, made = pytest_of_simpy(simpy_source, "tests/test_rt.py")
            break
        except AssertionError:
            if attempt == 4:
                raise
    assert counts["passed"] >= 9
    assert made >= 9


WITHOUT_A_STOPWATCH = ("--ignore", "docs/topical_guides/real-time-simulations.rst")
"""That guide prints measured seconds, on a busy machine 0.11 for 0.10, of SimPy's own real-time environment."""


def test_the_examples_of_simpys_guides_pass_unchanged(simpy_source: Path) -> None:
    """The doctests of SimPy's topical guides pass with StreamEnvironment as Environment."""
    counts, made = pytest_of_simpy(simpy_source, "--noconftest", "docs/topical_guides", *WITHOUT_A_STOPWATCH)
    assert counts["passed"] >= 6
    assert made >= 20


@pytest.mark.parametrize("name", EXAMPLES)
def test_simpys_documented_examples_print_the_same(simpy_source: Path, name: str) -> None:
    """Each example of SimPy's manual prints to the letter what the manual says."""
    folder = simpy_source / "docs" / "examples" / "code"
    printed, made = run(simpy_source, str(HERE / "replacement.py"), str(folder / f"{name}.py"))
    assert printed == (folder / f"{name}.out").read_text(encoding="utf-8")
    assert made >= 1


def test_no_example_is_forgotten(simpy_source: Path) -> None:
    """Every example with an expected output is among those that are run."""
    assert {path.stem for path in (simpy_source / "docs" / "examples" / "code").glob("*.out")} == set(EXAMPLES)
