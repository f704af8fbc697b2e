"""What the pages carry along: the chart library, the Chinese font, their licences, and the texts."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sim.report
from sim.report.page import LIBRARY
from tests.report.page_reader import Page
from wording import Wording

PACKAGE = Path(sim.report.__file__).parent
VENDOR, FONTS = PACKAGE / "vendor", PACKAGE / "fonts"
FONT = FONTS / "mashang-sans-sc.woff2"
DRAWN = set(FONTS.joinpath("characters.txt").read_text("utf-8").rstrip("\n"))
REFETCH = VENDOR / "refetch.py"


def test_the_library_is_the_one_that_was_fetched() -> None:
    """Every vendored script has the sum that VERSIONS gives, so nobody edited it by hand."""
    assert subprocess.run([sys.executable, REFETCH, "--check"], check=False).returncode == 0
    listed = VENDOR.joinpath("VERSIONS").read_text("utf-8").splitlines()
    assert [line.split()[2] for line in listed] == list(LIBRARY)


def test_a_changed_library_is_found(tmp_path: Path) -> None:
    """A script that differs from VERSIONS by one character fails the check."""
    for path in VENDOR.iterdir():
        if path.is_file():
            tmp_path.joinpath(path.name).write_bytes(path.read_bytes())
    tmp_path.joinpath("vega.min.js").write_bytes(VENDOR.joinpath("vega.min.js").read_bytes() + b" ")
    done = subprocess.run([sys.executable, tmp_path / "refetch.py", "--check"], check=False, capture_output=True)
    assert done.returncode == 1


@pytest.mark.parametrize("name", LIBRARY)
def test_a_script_can_stand_inline(name: str) -> None:
    """No script holds what would end its element or hide its end."""
    text = VENDOR.joinpath(name).read_text("utf-8").lower()
    assert "</script" not in text
    assert "<!--" not in text


def test_everything_carried_along_has_its_licence() -> None:
    """Each script, what is bundled inside the scripts, and the font lie beside their licence."""
    for name in ("vega", "vega-lite", "vega-embed"):
        assert "Redistribution and use" in VENDOR.joinpath(f"{name}.LICENSE.txt").read_text("utf-8")
    carried = VENDOR.joinpath("carried.LICENSES.txt").read_text("utf-8")
    assert {"d3-array", "topojson-client", "semver", "vega-interpreter"} <= set(re.findall(r"===== (\S+),", carried))
    assert "SIL Open Font License, Version 1.1" in FONTS.joinpath("OFL.txt").read_text("utf-8")


def test_the_font_draws_every_text() -> None:
    """No character of a Chinese text of the report lacks a glyph."""
    texts = [text for text_id, text in Wording("zh").all().items() if text_id.startswith("report.")]
    missing = sorted(set("".join(texts)) - DRAWN - {"\n"})
    assert not missing, f"cut the font again, it lacks: {''.join(missing)}"


@pytest.mark.parametrize("name", ["page", "short_page", "comparison_page"])
def test_the_font_draws_every_page(name: str, request: pytest.FixtureRequest) -> None:
    """No character that the pages show lacks a glyph, those in charts included."""
    page: Page = request.getfixturevalue(name)
    charts = json.dumps(page.json("charts"), ensure_ascii=False)
    shown = re.sub(r"<script\b.*?</script>|<style\b.*?</style>", "", page.text, flags=re.DOTALL)
    assert not sorted(set(shown + charts) - DRAWN - set("\n\\"))


def test_the_list_of_characters_is_that_of_the_font() -> None:
    """Where fontTools is at hand: the font draws exactly the characters that the list names."""
    fonts = pytest.importorskip("fontTools.ttLib", reason="fontTools is not installed: the list is taken on trust")
    assert set(map(chr, fonts.TTFont(FONT).getBestCmap())) == DRAWN


def test_the_font_is_small() -> None:
    """The subset stays below 150 kB."""
    assert FONT.stat().st_size < 150_000
    assert FONT.read_bytes()[:4] == b"wOF2"


def asked_for() -> tuple[set[str], set[str]]:
    """Ids that the package asks for by their whole name, and beginnings of ids that it completes from a code."""
    whole, beginnings = set(), set()
    for path in PACKAGE.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    for path in PACKAGE.joinpath("templates").iterdir():
        whole |= set(re.findall(r"report\.[\w.]+\w", path.read_text("utf-8")))
    return whole, {text for text in beginnings if text.startswith("report.")}


def test_every_text_of_the_report_is_used() -> None:
    """No text of report.json is left over: each is named in the package, or begins with what the package completes."""
    whole, beginnings = asked_for()
    prefixes = (*beginnings, *(f"{text}." for text in whole if text.startswith("report.")))
    texts = [text_id for text_id in Wording("en").all() if text_id.startswith("report.")]
    assert not [text_id for text_id in texts if text_id not in whole and not text_id.startswith(prefixes)]


def test_every_text_that_is_named_exists() -> None:
    """An id written out in the package has a text, or is the beginning of ids that have one."""
    texts = Wording("en").all()
    whole, beginnings = asked_for()
    named = {text for text in whole - beginnings if re.fullmatch(r"report\.[\w.-]+", text)} - {"report.html"}
    assert len(named) > 150
    assert not [text for text in named if text not in texts and not any(each.startswith(f"{text}.") for each in texts)]
