"""Documents say what is so: links, examples, names, state machines, codes, tables of a run."""

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import typer

import engine.district
import mashang
from engine import Policy
from engine.administration import DEADLINES
from engine.catalogue import BY_TYPE, COMMANDS
from engine.district.ledger import ACCOUNTS
from engine.kernel.command import PERSONAL_FIELDS
from engine.kernel.event import EVENTS
from engine.policy import provenance
from engine.views.catalogue import READ_BY_NAME
from sim.scenario import load_scenario
from sim.table_columns import COLUMNS
from tests.docs.codes_table import rows
from tests.docs.reading import CODE, Document, document, documents
from tests.front_door.command import mashang as call
from tests.style.sources import ROOT, project_files, sources
from wording import ExitCode, MashangError, Wording

DOTTED = re.compile(r"[a-z]+(\.[a-z0-9_]+)+(=.*)?")
CAMEL = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")
PLACE = re.compile(r"(engine|sim|tests|docs|wording|schemas|benchmarks)(/[\w.-]+)+/?")
SECTIONS = {"horizon", "board", "population", "profiles", "behaviour", *Policy.__dataclass_fields__}
OUTSIDE = {"PascalCase", "CamelCase", "CommandRejected"}
DOCUMENTS = [pytest.param(each, id=each.path) for each in documents()]


@pytest.mark.parametrize("read", DOCUMENTS)
def test_every_link_leads_somewhere(read: Document) -> None:
    """A link inside the project leads to a file that is there, and its anchor to a heading."""
    for link in read.links():
        target, _, anchor = link.partition("#")
        path = str(PurePosixPath(read.path).parent / target) if target else read.path
        assert (ROOT / path).exists(), f"{read.path} links to {link}, which is not there"
        assert not anchor or anchor in document(path).anchors(), f"{read.path} links to {link}: no such heading"


@pytest.mark.parametrize("read", DOCUMENTS)
def test_every_example_can_be_called(read: Document) -> None:
    """Each call of `mashang` in a document has a known command and known options with values that can be read."""
    for line in read.examples():
        parse(typer.main.get_command(mashang.app), list(line))


def parse(command: Any, line: list[str]) -> None:
    """Read a command line without carrying it out; raises what the front door would turn into a sentence.

    A command alone (`mashang replay`) is named, not called: its arguments may be missing.
    """
    words = [word for word in line if word not in ("--lang", "zh", "en", "--debug", "--help")]
    named = "--help" in line or (words == line and all(word.isalpha() for word in words))
    context = command.make_context("mashang", words or ["--version"], obj=Wording("en"))
    while hasattr(command, "commands") and (rest := [*context._protected_args, *context.args]):
        _, command, words = command.resolve_command(context, rest)
        named_here = named and not hasattr(command, "commands")
        context = command.make_context(command.name, words, parent=context, resilient_parsing=named_here)


def test_an_example_that_cannot_be_called_is_found() -> None:
    """The reader of examples takes no unknown command, option or value."""
    for wrong in (
        ["ran"],
        ["run", "--dayz", "3"],
        ["run", "--days", "-1"],
        ["run", "--set", "x"],
        ["replay", "--decide"],
    ):
        with pytest.raises((mashang.USAGE_ERROR, MashangError)):
            parse(typer.main.get_command(mashang.app), wrong)


@pytest.mark.parametrize("read", DOCUMENTS)
def test_every_number_turned_in_an_example_exists(read: Document) -> None:
    """The scenario and the settings of an example load together."""
    for line in read.examples():
        settings = [word for before, word in pairwise(line) if before == "--set"]
        if settings and "key=value" not in settings:
            assert load_scenario(settings=settings).settings


def test_the_scenario_of_the_guides_loads_as_written(tmp_path: Path) -> None:
    """What the guides tell a planner to write into a file is a scenario that turns what they say."""
    for path in ("docs/planners.md", "docs/planners.zh.md", "docs/formats.md"):
        (text,) = document(path).fenced("toml")
        file = tmp_path / "five_points.toml"
        file.write_text(text, encoding="utf-8")
        assert load_scenario(str(file)).policy.points.rules["questionnaire"].points == 5


def test_the_baseline_of_the_guides_is_the_baseline() -> None:
    """Values in the guides' tables of numbers are those of the bundled baseline."""
    figures = {row.path: row.value for row in load_scenario().provenance}
    for path in ("docs/planners.md", "docs/planners.zh.md"):
        for row in document(path).rows(r"`[a-z_.]+`(\W+`[a-z_.]+`)?"):
            names, values = CODE.findall(row[0]), re.split(r", |、", row[2])
            for name, value in zip(names, values if len(values) > 1 else values * len(names), strict=True):
                known = figures[name]
                if isinstance(known, (bool, int)):
                    assert re.split(r"[ （]", value)[0] == str(known).lower(), f"{path}: {name}"


def known_paths() -> set[str]:
    """Every dotted name that a document may use, with all groups above it."""
    figures = [row.path for row in provenance(Policy())] + [row.path for row in load_scenario().provenance]
    names = {*figures, *BY_TYPE, *READ_BY_NAME, *EVENTS, *PERSONAL_FIELDS}
    return {".".join(name.split(".")[:length]) for name in names for length in range(1, name.count(".") + 2)}


@pytest.mark.parametrize("read", DOCUMENTS)
def test_every_dotted_name_exists(read: Document) -> None:
    """A command, a read, an event or a number named in a document is one of the engine or of the baseline scenario."""
    known = known_paths()
    for word in read.code():
        if DOTTED.fullmatch(word) and word.split(".")[0] in SECTIONS | {"vault", "clock", "policy"}:
            name = word.partition("=")[0]
            is_file = PurePosixPath(name).suffix in (".py", ".toml", ".md", ".sqlite")
            assert is_file or name in known, f"{read.path} names {word}, which nothing is called"


@pytest.mark.parametrize("read", DOCUMENTS)
def test_every_class_named_exists(read: Document) -> None:
    """A name in CamelCase is a class of the project."""
    classes = {
        node.name for source in sources("engine", "sim", "wording") for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }  # fmt: skip
    for word in read.code():
        name = word.split(".")[0]
        if CAMEL.fullmatch(name):
            assert name in classes | OUTSIDE, f"{read.path} names {word}, which no class is called"


@pytest.mark.parametrize("read", DOCUMENTS)
def test_every_file_named_exists(read: Document) -> None:
    """A path in code type is a file or folder of the project."""
    files = project_files()
    for word in read.code():
        if PLACE.fullmatch(word) and "*" not in word:
            path = word.rstrip("/")
            assert any(file == path or file.startswith(f"{path}/") for file in files), (
                f"{read.path} names {word}, which is not there"
            )


def test_the_state_machines_are_those_of_the_code() -> None:
    """The tables of docs/domain.md hold exactly the edges of engine/district, and name commands and deadlines."""
    written: dict[str, set[tuple[str, str]]] = defaultdict(set)
    names = {command.__name__ for command in COMMANDS} | set(DEADLINES)
    for machine, origins, targets, by in document("docs/domain.md").rows(r"`\w+_EDGES`"):
        for origin in origins.split(", "):
            written[machine.strip("`")] |= {("" if origin == "–" else origin, to) for to in targets.split(", ")}
        assert set(CODE.findall(by)) <= names, f"{machine}: {by}"
    assert dict(written) == edges()


def edges() -> dict[str, set[tuple[str, str]]]:
    """Every table of edges in engine/district."""
    modules = [
        importlib.import_module(f"engine.district.{each.name}")
        for each in pkgutil.iter_modules(engine.district.__path__)
    ]
    found = [(name, value) for module in modules for name, value in vars(module).items() if name.endswith("_EDGES")]
    return {name: set(value) for name, value in found}


def test_the_codes_are_those_of_the_code() -> None:
    """Section A9 lists what `engine.contract.codes()` gives, in its order, with its meanings."""
    shown = re.search(r"<!-- codes:.*?-->\n(.*?)\n<!-- codes end -->", document("docs/domain.md").text, re.DOTALL)
    assert shown is not None
    assert shown[1].splitlines() == rows(), "run python -m tests.docs.codes_table and put the rows into section A9"


def test_the_accounts_are_those_of_the_ledger() -> None:
    """Section A7 lists the accounts of the ledger, and its postings use no other."""
    written = document("docs/domain.md").rows("CNY|MP|MO")
    assert [(ledger, account.strip("`").partition(":")[0]) for ledger, account, _ in written] == list(ACCOUNTS)
    kinds = {kind for _, kind in ACCOUNTS}
    section = document("docs/domain.md").text.split("## A7")[1].split("## A8")[0]
    used = {end for one, other in re.findall(r"`(\w+)(?::\w)? > (\w+)", section) for end in (one, other)}
    assert used == kinds


def test_the_tables_of_a_run_are_those_of_the_code() -> None:
    """docs/formats.md lists every table of a run folder with its columns."""
    written = {name.strip("`"): CODE.findall(columns) for name, columns in document("docs/formats.md").rows(r"`\w+`")
               if name.strip("`") in COLUMNS}  # fmt: skip
    assert written == {name: list(columns) for name, columns in COLUMNS.items()}


def test_the_exit_codes_are_those_of_the_code() -> None:
    """docs/formats.md lists every exit code once."""
    assert [int(row[0]) for row in document("docs/formats.md").rows(r"\d+")] == [int(code) for code in ExitCode]


@pytest.mark.parametrize("line", [("config", "show", "--origin"), ("schema",), ("--help",), ("run", "--help")])
def test_cheap_examples_answer(line: tuple[str, ...]) -> None:
    """Examples that only print do so and end well."""
    done = call(*line)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.slow
def test_the_first_steps_of_the_guide_work(tmp_path: Path) -> None:
    """Run with a number turned, report, replay, check, compare: at the smallest size, in the order of the README."""
    (tmp_path / "five_points.toml").write_text(document("docs/planners.md").fenced("toml")[0], encoding="utf-8")
    tiny = ("--days", "12", "--scale", "0.004")
    for line in (
        ("run", *tiny, "--set", "points.deduction_cap_bp=2000", "--out", "runs/base"),
        ("report", "runs/base"),
        ("replay", "runs/base", "--decide"),
        ("check", "runs/base"),
        ("compare", "kangbashi_2022", "five_points.toml", *tiny, "--reps", "2", "--out", "runs/compared"),
    ):
        done = call(*line, cwd=tmp_path)
        assert done.returncode == 0, f"mashang {' '.join(line)}: {done.stderr}"
    assert (tmp_path / "runs/compared/comparison.html").exists()
