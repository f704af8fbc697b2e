"""The page of a verdict: one file, no network, both languages, everything foreign shown as text."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

import sim.report
from sim.report.page import LIBRARY
from tests.loadtests.verdict.conftest import HOSTILE, Written
from tests.report.page_reader import Page
from tests.report.test_browser import BROWSER, check, opened

DRAWN = set((Path(sim.report.__file__).parent / "fonts" / "characters.txt").read_text("utf-8").rstrip("\n"))
SECTIONS = ("gates", "time", "latency", "ends", "generator", "audit")
LOADS = re.compile(r"""<[^>]+\s(?:src|href|action|data|poster|srcset)\s*=\s*["']?([^"'\s>]+)|url\(\s*["']?([^"')]+)""")
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(params=["hostile", "plain_run"])
def page(request: pytest.FixtureRequest) -> Page:
    """Each page."""
    written: Written = request.getfixturevalue(request.param)
    return written.page


def around(page: Page) -> str:
    """The page without its scripts."""
    return re.sub(r"<script\b.*?</script>", "", page.text, flags=re.DOTALL)


def test_every_section_is_there(page: Page) -> None:
    """Sections stand in their order and in the navigation."""
    found = [each.attributes["id"].removeprefix("section-") for each in page.all("section")]
    assert found == ["summary", *SECTIONS]
    assert [each.attributes["href"] for each in page.all("a")] == [f"#section-{name}" for name in SECTIONS]


def test_nothing_is_loaded_and_only_own_scripts_run(page: Page) -> None:
    """No element names an address; scripts and style run by their hashes, and nothing unsafe is allowed."""
    found = [first or second for first, second in LOADS.findall(around(page))]
    assert found
    assert all(each.startswith(("#", "data:font/woff2;base64,")) for each in found), found
    directives = dict(part.strip().split(" ", 1) for part in page.policy.split(";"))
    (style,) = page.all("style")
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in [*page.scripts, style.zh]]
    assert directives["default-src"] == "'none'"
    assert directives["script-src"].split() == [f"'sha256-{each}'" for each in hashes[:-1]]
    assert directives["style-src"] == f"'sha256-{hashes[-1]}'"
    assert len(page.scripts) == len(LIBRARY) + 1
    assert "unsafe" not in page.policy
    assert not re.search(r"<[a-z][^>]*\s(?:style|on\w+)=", re.sub(r'"[^"]*"', '""', around(page)))


def test_foreign_text_stays_text(hostile: Written) -> None:
    """Markup from target, plan, faults and audit makes no element, and is shown as it is."""
    page = hostile.page
    assert not page.all("img")
    assert len(page.scripts) == len(LIBRARY) + 1
    body = page.all("main")[0]
    for text in (body.zh, body.en):
        assert text.count(HOSTILE.replace("\x0b", "")[:60]) >= 8
    assert "<script>alert" not in page.text
    assert "<img" not in around(page)
    assert "49" not in body.en.split("{{")[1][:10]


def test_both_languages_say_something(page: Page) -> None:
    """Every head, sentence and cell of a head is there in both languages; our own English has no Chinese in it."""
    spoken = [each for tag in ("h1", "h2", "h3", "th", "dt", "summary", "li") for each in page.all(tag)]
    assert len(spoken) > 40
    assert not [each for each in spoken if not each.zh.strip() or not each.en.strip()]
    assert not [each.en for each in spoken if CHINESE.search(each.en)]
    assert sum(bool(CHINESE.search(each.zh)) for each in spoken) > 0.7 * len(spoken)


def test_every_chart_has_its_numbers(page: Page) -> None:
    """No chart without a table of its numbers and a sentence on how to read it; no empty chart."""
    blocks = [each for each in re.findall(r"<figure\b.*?</figure>", page.text, flags=re.DOTALL) if "data-chart" in each]
    assert len(blocks) == len(page.charts) == 5
    for block in blocks:
        assert '<div class="aids"><p>' in block
        assert "<tbody>\n<tr>" in block
    assert all(chart["rows"] for chart in page.charts.values())


def test_every_violation_is_shown_with_its_calls(hostile: Written) -> None:
    """A violation has the rule in both languages, what was seen, a timeline in the page's own style, and its script."""
    page = hostile.page
    audit = page.section("audit")
    assert "One effect" not in audit.zh
    assert around(page).count("<svg viewBox") == 3
    assert "<style>" not in page.text.split("</head>")[1].split("<script")[0]
    assert "xmlns" not in around(page)
    assert page.text.count('class="call') >= 5
    assert ".picture .call{" in page.all("style")[0].zh
    assert "curl " in audit.en
    assert "one key was answered by pay_1 and by pay_2" in audit.en
    assert "shown was" in audit.en


def test_a_run_without_audit_says_so(plain_run: Written) -> None:
    """Nobody reads silence as a clean bill."""
    assert "has not been audited" in plain_run.page.section("audit").en


def test_faults_are_marked_on_the_charts_over_time(hostile: Written) -> None:
    """Both charts over time have a band a fault, named in the language of the chart."""
    charts = hostile.page.charts
    for name in ("rates", "latencies"):
        for language, kind in (("zh", "延迟"), ("en", "delay")):
            bands = charts[name]["specs"][language]["layer"][0]["data"]["values"]
            assert [band["kind"] for band in bands] == [kind, HOSTILE]


def test_offered_and_achieved_sum_to_the_run(hostile: Written) -> None:
    """The chart of rates holds every operation that was due, and every one that was answered."""
    page, measured = hostile.page, hostile.outcome.measured
    rows = page.rows("rates")
    length = rows[2][0] - rows[0][0]
    offered, achieved = (sum(row[2] for row in rows if row[1] == name) * length for name in ("offered", "achieved"))
    assert offered == pytest.approx(measured.offered.sum(), rel=0.02)
    assert achieved == pytest.approx(measured.answered.sum(), rel=0.02)


def test_the_font_draws_the_page(plain_run: Written) -> None:
    """No character of a page without foreign text lacks a glyph."""
    page = plain_run.page
    shown = re.sub(r"<script\b.*?</script>|<style\b.*?</style>", "", page.text, flags=re.DOTALL)
    assert not sorted(set(shown + json.dumps(page.json("charts"), ensure_ascii=False)) - DRAWN - set("\n\\"))


@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine: pages were not opened")
@pytest.mark.parametrize(("where", "language", "width"), [("", "zh", 1200), ("?lang=en", "en", 700)])
def test_a_browser_draws_every_chart(hostile: Written, tmp_path: Path, where: str, language: str, width: int) -> None:
    """A real browser draws all charts under the policy, silently, in both languages, on a small screen too."""
    dom, console = opened(hostile.folder / "report.html", where, tmp_path, width)
    check(dom, console, language, len(hostile.page.charts))
