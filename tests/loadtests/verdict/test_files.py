"""The verdict for machines: JUnit, JSON, Markdown, Locust's columns, histograms."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram

from loadtests.verdict.files import LOCUST_COLUMNS
from loadtests.verdict.histograms import histogram_of, plotted
from tests.loadtests.verdict.conftest import HOSTILE, Written
from tests.sim.schemas import complaints

ROOT = Path(__file__).parents[3]


def test_junit_has_a_case_a_gate_and_a_layer(hostile: Written) -> None:
    """JUnit parses though the run is full of markup; failures, errors and skipped cases are counted right."""
    (suite,) = Xml.fromstring(hostile.text("junit.xml"))  # noqa: S314 - our own file
    cases = {(case.get("classname"), case.get("name")): case for case in suite}
    assert len(cases) == len(hostile.outcome.verdict.gates) + 6 == int(suite.get("tests", 0))
    kinds = {name: len(suite.findall(f".//{name}")) for name in ("failure", "error", "skipped")}
    assert {name: int(suite.get(f"{name}s".replace("skippeds", "skipped"), -1)) for name in kinds} == kinds
    assert cases["gates", "latency.due.p99"].find("failure") is not None
    assert len(cases["gates", "generator.lag.p99"]) == 0
    assert cases["audit", "linearizability"].find("failure") is not None
    skipped = cases["audit", "final_state"].find("skipped")
    assert skipped is not None
    assert "events.jsonl" in skipped.get("message", "")
    assert len(cases["gates", f"latency.due.p99 {HOSTILE.replace(chr(11), chr(0xFFFD))}"]) == 1


def test_a_gate_that_was_not_measured_is_an_error(plain_run: Written) -> None:
    """A run that passes has no failure and no error."""
    (suite,) = Xml.fromstring(plain_run.text("junit.xml"))  # noqa: S314 - our own file
    assert (suite.get("failures"), suite.get("errors"), suite.get("tests")) == ("0", "0", "1")


@pytest.mark.parametrize("name", ["hostile", "plain_run"])
def test_the_json_fits_its_schema(name: str, request: pytest.FixtureRequest) -> None:
    """verdict.json is what schemas/verdict-1.json says, with the verdict and its exit code."""
    written: Written = request.getfixturevalue(name)
    found = json.loads(written.text("verdict.json"))
    schema = json.loads((ROOT / "schemas" / "verdict-1.json").read_text("utf-8"))
    assert not list(complaints(found, schema, schema))
    assert (found["verdict"], found["exit_code"]) == {"hostile": ("fail", 1), "plain_run": ("pass", 0)}[name]
    assert list(complaints(found | {"verdict": "fine"}, schema, schema))
    assert sum(each["count"] for each in found["ends"]) == found["operations"][0]["offered"]


def test_markdown_is_a_table_and_no_markup_of_others(hostile: Written) -> None:
    """Every row of a table has the cells of its head; foreign markup, mentions and pipes are escaped."""
    text = hostile.text("summary.md")
    assert text.startswith("## Load run run\n\n**FAIL** ")
    assert "<script" not in text
    assert "<img" not in text
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if line.startswith("|---"):
            width = lines[place - 1].count("|")
            after = place + 1
            while after < len(lines) and lines[after].startswith("|"):
                assert lines[after].count("|") == width
                after += 1
            assert after > place + 1
    assert "H03 A command has at most one effect" in text


def test_markdown_speaks_chinese(plain_run: Written) -> None:
    """The language is that of whoever asks."""
    assert "**合格**" in plain_run.text("summary.md")


def test_the_table_has_the_columns_of_locust() -> None:
    """The columns are those that the installed Locust writes."""
    ask = (
        "from locust.env import Environment; from locust.stats import StatsCSV, PERCENTILES_TO_REPORT as P; "
        "import json; print(json.dumps(StatsCSV(Environment(), P).requests_csv_columns))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    wanted = json.loads(done.stdout.splitlines()[-1])
    assert [each for each in wanted if each in LOCUST_COLUMNS] == list(LOCUST_COLUMNS)
    assert set(wanted) - set(LOCUST_COLUMNS) <= {"99.999%"}


def test_the_table_sums_up(hostile: Written) -> None:
    """A row a type of operation, then the sum; numbers are numbers."""
    rows = list(csv.DictReader(io.StringIO((hostile.folder / "load_stats.csv").read_bytes().decode())))
    *types, total = rows
    assert total["Name"] == "Aggregated"
    assert sum(int(row["Request Count"]) for row in types) == int(total["Request Count"]) == 899
    assert sum(int(row["Failure Count"]) for row in types) <= int(total["Failure Count"])
    for row in rows:
        levels = [float(row[name]) for name in LOCUST_COLUMNS[11:]]
        assert levels == sorted(levels)
        assert float(row["Min Response Time"]) <= float(row["50%"]) <= levels[-1] == float(row["Max Response Time"])


def test_histogram_files_hold_every_value(plain_run: Written) -> None:
    """A file a clock and type; percentiles rise, and the total is the number of operations."""
    files = sorted(each.name for each in (plain_run.folder / "hgrm").iterdir())
    assert len(files) == 8
    assert {"due-all.hgrm", "sent-read_points.balance.hgrm"} <= set(files)
    lines = plain_run.text("hgrm/due-all.hgrm").splitlines()
    rows = [line.split() for line in lines if line[:1].isspace() and line.split()[0][0].isdigit()]
    values = [float(row[0]) for row in rows]
    assert values == sorted(values)
    assert int(rows[-1][2]) == 120


def test_a_histogram_is_that_of_hdrhistogram() -> None:
    """Recording by counts equals recording one by one; plotted points end where the count tells no further nine."""
    luck = np.random.default_rng(3)
    values = (luck.lognormal(10, 2, 5_000) * 1_000).astype(np.int64)
    single = HdrHistogram(1, 3_600_000_000, 3)
    for value in values:
        single.record_value(max(1, -(-int(value) // 1_000)))
    made = histogram_of(values)
    for level in (0, 50, 90, 99, 99.9, 100):
        assert made.get_value_at_percentile(level) == single.get_value_at_percentile(level)
    shares = [share for share, _ in plotted(made)]
    assert 0.999 < max(shares) <= 1 - 1 / 5_000 + 1e-9
    assert plotted(histogram_of(values[:0])) == []
