"""A gates file: what it may say, and one sentence for every slip."""

import json
from pathlib import Path

import pytest
import yaml

from loadtests.verdict.gates import DEFAULT_FILE, Gate, read_gates
from loadtests.verdict.gates_schema import gates_schema
from tests.sim.schemas import complaints
from wording import LANGUAGES, ExitCode, MashangError, Wording

ROOT = Path(__file__).parents[3]
GOOD = [
    "{metric: latency.due.p99, max: 250ms}",
    "{metric: latency.sent.p99.9, op: payments.*, window: 10s, max: 1.5s, level: warn}",
    "{metric: latency.due.max, max: 900us}",
    "{metric: throughput.achieved_over_offered, min: 0.99}",
    "{metric: errors.unexpected.ratio, max: 0.1%}",
    "{metric: audit.violations, max: 0}",
    "{metric: generator.lag.p99, max: 5ms}",
    "{metric: latency.due.p99, relative: {max_regression: 15%, baseline: ../old, test: bootstrap 95 %}}",
]
SLIPS = [
    ("gates: []", "too_short"),
    ("gates: 3", "list_type"),
    ("gates: [3]", "model_type"),
    ("- a", "model_type"),
    ("{}", "missing"),
    ("gates: [{max: 3}]", "missing"),
    ("gates: [{metric: latency.due.p99, max: 1s, mx: 3}]", "extra_forbidden"),
    ("gates: [{metric: latency.p99, max: 1s}]", "string_pattern_mismatch"),
    ("gates: [{metric: latency.due.p100, max: 1s}]", "string_pattern_mismatch"),
    ("gates: [{metric: latency.due.p99, max: 1s, window: 10}]", "other"),
    ("gates: [{metric: latency.due.p99, max: 1s, window: 0s}]", "string_pattern_mismatch"),
    ("gates: [{metric: latency.due.p99, max: 1s, level: error}]", "literal_error"),
    ("gates: [{metric: latency.due.p99}]", "no_bound"),
    ("gates: [{metric: latency.due.p99, max: 1s, min: 2s}]", "two_bounds"),
    ("gates: [{metric: latency.due.p99, max: 1s, relative: {max_regression: 1%}}]", "two_bounds"),
    ("gates: [{metric: latency.due.p99, max: 250}]", "bound_unit"),
    ("gates: [{metric: latency.due.p99, max: 250 min}]", "bound_unit"),
    ("gates: [{metric: errors.unexpected.ratio, max: 5ms}]", "bound_unit"),
    ("gates: [{metric: audit.violations, max: -1}]", "bound_unit"),
    ("gates: [{metric: audit.violations, max: 1%}]", "bound_unit"),
    ("gates: [{metric: audit.violations, max: 0, window: 10s}]", "no_windows"),
    ("gates: [{metric: latency.due.p99, window: 10s, relative: {max_regression: 1%}}]", "no_windows"),
    ("gates: [{metric: generator.lag.p99, max: 5ms, op: a.b}]", "no_operations"),
    ("gates: [{metric: latency.due.max, relative: {max_regression: 1%}}]", "only_percentiles"),
    ("gates: [{metric: errors.unexpected.ratio, relative: {max_regression: 1%}}]", "only_percentiles"),
    ("gates: [{metric: latency.due.p99, relative: {max_regression: 15}}]", "other"),
    ("gates: [{metric: latency.due.p99, relative: {max_regression: 15%, test: t}}]", "string_pattern_mismatch"),
    ("gates: [{metric: latency.due.p99, max: 1s, max: 2s}]", "no_yaml"),
    ("gates: [{metric: latency", "no_yaml"),
    ("gates: !!python/object/apply:os.getcwd []", "no_yaml"),
]


def read(tmp_path: Path, text: str) -> list[Gate]:
    """The gates of a text."""
    path = tmp_path / "gates.yaml"
    path.write_text(text, encoding="utf-8")
    return read_gates(path)


@pytest.mark.parametrize("gate", GOOD)
def test_a_gate_is_read(tmp_path: Path, gate: str) -> None:
    """Every kind of gate is read, has a name and says what it wants."""
    (found,) = read(tmp_path, f"gates: [{gate}]")
    assert found.metric in found.name
    assert found.wanted[0] in "≤≥"


@pytest.mark.parametrize(("text", "kind"), SLIPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_gets_one_sentence(tmp_path: Path, text: str, kind: str, language: str) -> None:
    """A slip ends with exit code 3 and one line that names file and place, in both languages."""
    with pytest.raises(MashangError) as refused:
        read(tmp_path, text)
    assert (refused.value.exit_code, refused.value.wording_id) == (ExitCode.CONTENT, f"verdict.gates.{kind}")
    said = Wording(language).text(refused.value.wording_id, **refused.value.values)
    assert "gates.yaml" in said
    assert "\n" not in said


def test_a_file_that_is_not_there_is_a_slip_of_the_command_line(tmp_path: Path) -> None:
    """A gates file that cannot be read ends with exit code 2, whether it is missing or no text."""
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("none.yaml", "binary.yaml"):
        with pytest.raises(MashangError) as refused:
            read_gates(tmp_path / name)
        assert refused.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("bound", "metric", "limit"),
    [
        ("250ms", "latency.due.p99", 250.0),
        ("1.5s", "latency.due.p99", 1500.0),
        ("900us", "latency.due.p99", 0.9),
        ("0.1%", "errors.unexpected.ratio", 0.001),
        ("0.01", "errors.unexpected.ratio", 0.01),
        ("0", "audit.violations", 0.0),
    ],
)
def test_a_bound_has_the_unit_of_its_metric(tmp_path: Path, bound: str, metric: str, limit: float) -> None:
    """Times become milliseconds, percentages ratios."""
    (gate,) = read(tmp_path, f"gates: [{{metric: {metric}, max: {bound}}}]")
    assert gate.limit == pytest.approx(limit)
    assert gate.holds(limit)
    assert not gate.holds(limit * 1.01 + 0.001)


def test_the_gates_that_come_along_are_valid() -> None:
    """The default file is read, watches the generator, and no gate of it bounds a latency."""
    metrics = [gate.metric for gate in read_gates(None)]
    assert "generator.lag.p99" in metrics
    assert "audit.violations" in metrics
    assert not [metric for metric in metrics if metric.startswith("latency")]


def test_the_committed_schema_is_that_of_the_code() -> None:
    """schemas/gates-1.json is what the code says; `make schemas` writes it again."""
    assert json.loads((ROOT / "schemas" / "gates-1.json").read_text("utf-8")) == gates_schema()


def test_schema_and_code_agree(tmp_path: Path) -> None:
    """What the code reads fits the schema, and what breaks the shape of a file does not."""
    schema = gates_schema()
    for text in [DEFAULT_FILE.read_text("utf-8"), *(f"gates: [{gate}]" for gate in GOOD)]:
        assert not list(complaints(yaml.safe_load(text), schema, schema))
    shapes = {"list_type", "missing", "extra_forbidden", "string_pattern_mismatch", "literal_error", "too_short"}
    for text, kind in SLIPS:
        if kind in shapes:
            assert list(complaints(yaml.safe_load(text), schema, schema)), text
