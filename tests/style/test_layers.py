"""What may import what: the contracts hold, they can fail, and packages are loaded only when they are needed."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.style.sources import PRODUCT, ROOT, Source, report, sources

ENGINE_MAY_IMPORT = {"engine", "pydantic", "pydantic_core", *sys.stdlib_module_names}
LOCUST_FILE = "loadtests/locustfile.py"
TOOLS = {"sim.report.fonts.cut"}
"""Scripts that make a file of the package, once, with packages of their own."""
FRONT_DOOR = {"mashang", "mashang_load", "mashang_doctor"}

ONLY_PYDANTIC = """
import importlib.abc, sys
allowed = set(sys.stdlib_module_names) | {%s}
class Gate(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in allowed and not name.startswith("_sysconfigdata"):
            raise ImportError(f"import engine asked for {name}")
sys.meta_path.insert(0, Gate())
import pkgutil, engine
for module in pkgutil.walk_packages(engine.__path__, "engine."):
    __import__(module.name)
print("whole engine imported")
"""
PYDANTIC_AND_WHAT_IT_NEEDS = (
    "engine", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection",
)  # fmt: skip


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs code in a new interpreter at the root of the project."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def imported_by(source: Source) -> list[tuple[int, str]]:
    """Line and full name of every import of a file, wherever it stands."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, node.module or ""))
    return found


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter on the packages in a folder, by the contracts of the project."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", code, "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "300"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A project of empty modules with the names that the contracts speak of."""
    for name in ("engine", "sim", "loadtests", "wording", "engine/invariants", "loadtests/zoo"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    for name in (
        "views",
        "participation",
        "reporting",
        "payments",
        "points",
        "binding",
        "policy",
        "district",
        "kernel",
    ):
        (tmp_path / "engine" / f"{name}.py").touch()
    of_loadtests = ("loadtests/linearizability", "loadtests/generator", LOCUST_FILE.removesuffix(".py"))
    for name in ("sim/stream_environment", "sim/run", *of_loadtests):
        (tmp_path / f"{name}.py").touch()
    told = ("tokens", "till", "by_hand", "witness", "ballots_heard", "sheets_heard", "cases_heard", "services_heard")
    for name in told:
        (tmp_path / "loadtests" / "zoo" / f"{name}.py").touch()
    return tmp_path


def test_the_contracts_hold() -> None:
    """The layers that pyproject.toml states hold for the project."""
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_hold_for_empty_modules(town: Path) -> None:
    """A project that imports nothing forbidden keeps every contract: what must be allowed is allowed."""
    (town / "sim" / "run.py").write_text("import engine, wording, simpy, numpy\nimport engine.policy\n")
    (town / "engine" / "__init__.py").write_text("import engine.invariants, engine.views\n")
    (town / "engine" / "invariants" / "__init__.py").write_text("import engine.district\n")
    (town / LOCUST_FILE).write_text("import locust, engine\n")
    done = lint_imports(town)
    assert done.returncode == 0, done.stdout + done.stderr


BREACHES = [
    ("engine/kernel.py", "engine.district", "Inside engine a module imports only"),
    ("engine/participation.py", "engine.reporting", "Inside engine a module imports only"),
    ("engine/invariants/__init__.py", "engine.points", "An oracle calls no rule"),
    ("engine/binding.py", "engine.invariants", "No rule knows the invariants"),
    ("engine/policy.py", "numpy", "import engine works with the standard library"),
    ("engine/views.py", "sim", "loadtests > sim > engine"),
    ("wording/__init__.py", "engine", "loadtests > sim > engine"),
    ("sim/run.py", "engine.kernel", "sim reaches the kernel only"),
    ("sim/stream_environment.py", "sim.run", "sim.stream_environment imports nothing"),
    ("sim/trace.py", "locust", "Only loadtests/locustfile.py"),
    ("loadtests/zoo/till.py", "engine.points", "What is told by hand shares no rule"),
    ("loadtests/generator.py", "engine", "A process that sends load starts without the engine"),
    ("loadtests/linearizability.py", "wording", "loadtests.linearizability imports nothing"),
]


def test_each_breach_of_a_contract_is_found(town: Path) -> None:
    """Each contract can fail, says which one it is, and names the import; a module without a layer is found too."""
    for path, imported, _ in BREACHES:
        (town / path).write_text(f"import {imported}\n")
    (town / "engine" / "gossip.py").touch()
    done = lint_imports(town)
    assert done.returncode == 1
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    for path, imported, contract in BREACHES:
        importer = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert any(line.startswith(contract) for line in broken), f"{contract} did not fail"
        assert f"{importer} -> {imported} (l.1)" in done.stdout, f"{path}: import {imported} was not found"
    assert "engine.gossip" in done.stdout


def test_the_engine_imports_only_pydantic() -> None:
    """No file of the engine names another package than pydantic and the standard library."""
    findings = [
        source.finding(line, f"import of {name}", "the standard library; packages belong to sim and loadtests")
        for source in sources("engine")
        for line, name in imported_by(source)
        if name.partition(".")[0] not in ENGINE_MAY_IMPORT
    ]
    assert not findings, report(findings)


def test_the_engine_works_with_pydantic_alone() -> None:
    """Every module of the engine can be imported where no other package exists."""
    done = python(ONLY_PYDANTIC % ", ".join(map(repr, PYDANTIC_AND_WHAT_IT_NEEDS)))
    assert done.stdout == "whole engine imported\n", done.stderr


def test_the_gate_shuts() -> None:
    """The same gate stops an engine whose pydantic is missing: it does keep packages out."""
    done = python(ONLY_PYDANTIC % "'engine'")
    assert done.returncode != 0
    assert "asked for pydantic" in done.stderr


def test_locust_stands_in_one_file() -> None:
    """Only the locustfile imports locust, and nothing imports the locustfile or the front door."""
    findings = []
    for source in sources(*PRODUCT, "tests", "benchmarks"):
        for line, name in imported_by(source):
            first = name.partition(".")[0]
            if first in {"locust", "gevent"} and source.path != LOCUST_FILE:
                findings.append(source.finding(line, f"import of {first}", "run the locustfile as a child process"))
            if name == "loadtests.locustfile":
                findings.append(source.finding(line, "import of the locustfile", "run it as a child process"))
            if first in FRONT_DOOR and not source.path.startswith(("mashang", "tests/")):
                findings.append(source.finding(line, f"import of {first}", "the front door calls, it is not called"))
    assert not findings, report(findings)


def test_a_load_test_shadows_no_standard_module() -> None:
    """Locust puts the folder of the locustfile first on the path: no module there is named like a standard one."""
    shadows = [
        source.path
        for source in sources("loadtests")
        if source.path.rpartition("/")[2].removesuffix(".py") in sys.stdlib_module_names
    ]
    assert not shadows, f"give these another name: {shadows}"


def test_only_the_engine_applies_events() -> None:
    """Only the engine writes: sim and loadtests go through execute, and neither calls apply."""
    findings = [
        source.finding(node, "calls .apply()", "engine.execute with a command")
        for source in sources("sim", "loadtests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply"
    ]
    assert not findings, report(findings)


LOADED = "import sys, mashang; sys.argv = sys.argv[:1]; code = mashang.answer({line}); print(code, *sys.modules)"


@pytest.mark.parametrize("line", [["--help"], ["--version"], ["run", "--help"], ["run", "--days", "-1"], ["doctor"]])
def test_the_front_door_loads_little(line: list[str]) -> None:
    """Help, version, a refused line and the doctor load neither numpy nor locust nor a package of the project."""
    done = python(LOADED.format(line=line))
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "typer" in loaded, done.stderr
    heavy = {"numpy", "locust", "gevent", "simpy", "duckdb", "hypothesis", "engine", "sim", "loadtests"}
    assert not loaded & heavy


def test_everything_but_the_locustfile_stays_free_of_gevent() -> None:
    """Importing every module of the product leaves the process unpatched: gevent is not loaded."""
    names = [source.path.removesuffix(".py").replace("/", ".") for source in sources(*PRODUCT)]
    names = [name.removesuffix(".__init__") for name in names if name not in {"loadtests.locustfile", *TOOLS}]
    code = "import sys, importlib\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    done = python(code, *names)
    assert names[0].split(".")[0] in done.stdout.split(), done.stderr
    assert "gevent" not in done.stdout.split()
