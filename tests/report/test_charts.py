"""Every specification is one that Vega-Lite draws, with titled axes, in both languages."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.report.blocks import Chart
from tests.report.page_reader import Page
from tests.report.test_assets import VENDOR

NODE = shutil.which("node")
DRAW = Path(__file__).parent / "draw.js"
PAGES = ["page", "short_page", "comparison_page"]
ORDERED = {"x", "y", "xOffset", "yOffset", "color", "shape", "strokeDash"}
Spec = dict[str, Any]


@pytest.fixture(params=PAGES)
def charts(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """The charts of a page."""
    found: Page = request.getfixturevalue(request.param)
    assert found.charts
    return found.charts


def encodings(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """Every channel of a specification and of its layers."""
    for layer in spec.get("layer", [spec]):
        yield from layer.get("encoding", {}).items()


def test_axes_of_numbers_are_titled(charts: dict[str, dict[str, Any]]) -> None:
    """A quantitative or temporal axis that is drawn has a title in the language of the specification."""
    for name, chart in charts.items():
        titles = {}
        for language, spec in chart["specs"].items():
            found = [
                channel["axis"]["title"]
                for place, channel in encodings(spec)
                if place in {"x", "y"} and channel.get("type") in {"quantitative", "temporal"} and "axis" in channel
            ]
            assert found, f"{name}: no titled axis"
            assert all(found), f"{name} in {language}: an axis without a title"
            titles[language] = found
        assert any(re.search(r"[一-鿿]", title) for title in titles["zh"]), name
        assert not any(re.search(r"[一-鿿]", title) for title in titles["en"]), name


def test_nominal_channels_say_their_order(charts: dict[str, dict[str, Any]]) -> None:
    """Without `sort` Vega orders Chinese names by code point: every nominal position and colour has one."""
    for name, chart in charts.items():
        for spec in chart["specs"].values():
            for place, channel in encodings(spec):
                if place in ORDERED and channel.get("type") in {"nominal", "ordinal"}:
                    assert "sort" in channel, f"{name}: {place} has no sort"


def test_charts_fit_their_container_and_stay_light(charts: dict[str, dict[str, Any]]) -> None:
    """A chart is as wide as its place on the page and carries at most ten thousand rows."""
    for chart in charts.values():
        assert len(chart["rows"]) <= 10_000
        assert all(len(row) == len(chart["columns"]) for row in chart["rows"])
        assert all(spec["width"] == "container" for spec in chart["specs"].values())


def test_specifications_use_the_columns_that_are_there(charts: dict[str, dict[str, Any]]) -> None:
    """Each field is a column, or made by a transform, or stands in the layer's own values."""
    for name, chart in charts.items():
        for spec in chart["specs"].values():
            made = {*chart["columns"], "at", "label", "from", "to"}
            text = json.dumps(spec)
            made |= set(re.findall(r'"as": "(\w+)"', text))
            made |= {
                field for pair in re.findall(r'"as": \[("\w+", "\w+")\]', text) for field in json.loads(f"[{pair}]")
            }
            assert not set(re.findall(r'"field": "(\w+)"', text)) - made, name


def test_a_chart_of_too_many_marks_is_refused() -> None:
    """More rows than a browser draws at once are a fault of the query."""
    with pytest.raises(ValueError, match="aggregate"):
        Chart("huge", ("n",), [(1,)] * 10_001, lambda _: {})


@pytest.fixture(scope="module")
def drawn(request: pytest.FixtureRequest) -> dict[str, dict[str, dict[str, Any]]]:
    """Every chart of every page as the library draws it."""
    if NODE is None:
        pytest.skip("node is not installed: specifications are checked by their structure only")
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name in PAGES:
        page: Page = request.getfixturevalue(name)
        command = [NODE, str(DRAW), str(VENDOR / "vega.min.js"), str(VENDOR / "vega-lite.min.js")]
        done = subprocess.run(command, input=json.dumps(page.charts), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found |= {f"{name} {chart}": languages for chart, languages in json.loads(done.stdout).items()}
    return found


def test_the_library_draws_every_chart(drawn: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Vega-Lite compiles each specification without a warning, and marks appear."""
    assert len(drawn) > 60
    for name, languages in drawn.items():
        for language, picture in languages.items():
            assert not picture["warnings"], f"{name} in {language}: {picture['warnings']}"
            assert sum(picture["marks"].values()) > 0, f"{name} in {language} is empty"
        assert languages["zh"]["marks"] == languages["en"]["marks"], name


def test_as_many_marks_as_rows(drawn: dict[str, dict[str, dict[str, Any]]], page: Page) -> None:
    """Nothing is lost between rows and picture: a bar for each questionnaire, tenth, weekday and group."""
    for name in ("questionnaires", "votes", "deciles", "weekdays", "invalid", "age-voters", "minutes"):
        assert drawn[f"page {name}"]["zh"]["marks"]["rect"] == len(page.rows(name)), name


def test_pictures_speak_one_language(drawn: dict[str, dict[str, dict[str, Any]]]) -> None:
    """No Chinese in an English picture; Chinese names in a Chinese one."""
    for name, languages in drawn.items():
        assert not [text for text in languages["en"]["texts"] if re.search(r"[一-鿿]", text)], name
        assert [text for text in languages["zh"]["texts"] if re.search(r"[一-鿿]", text)], name
        for picture in languages.values():
            assert not {"undefined", "null", "NaN", "Infinity"} & set(picture["texts"]), name


def test_axes_count_as_readers_do(drawn: dict[str, dict[str, dict[str, Any]]]) -> None:
    """A hundred thousand people are 10万 in Chinese and 100k in English; months have their names."""
    chinese, english = (drawn["page bound"][language]["texts"] for language in ("zh", "en"))
    assert {"10万", "10月", "2021年", "公布 115,000"} <= set(chinese)
    assert {"100k", "Oct", "2021", "published 115,000"} <= set(english)
