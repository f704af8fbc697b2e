import base64
import hashlib
import html
import re
from pathlib import Path

import pytest

from sim.report import write_report
from sim.report.page import LIBRARY, SECTIONS
from tests.report.page_reader import Page, read_page
from tests.report.synthetic import write_run

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}"
LOADS = re.compile(r"""(?:src|href|action|data|poster|srcset)\s*=\s*["']?([^"'\s>]+)|url\(\s*["']?([^"')]+)""")


def sha256(text: str) -> str:
    """The hash of an inline script or style sheet as a content policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def outside_scripts(page: Page) -> str:
    """The page without its scripts and their JSON."""
    return re.sub(r"<script\b.*?</script>", "", page.text, flags=re.DOTALL)


@pytest.fixture(params=["page", "short_page", "comparison_page"])
def any_page(request: pytest.FixtureRequest) -> Page:
    """Each kind of page."""
    found: Page = request.getfixturevalue(request.param)
    return found


def test_every_section_is_on_the_page(page: Page) -> None:
    """All sections are there in their order, each in the navigation, titled in both languages."""
    ids = [each.attributes["id"] for each in page.all("section") if each.attributes["id"] != "section-summary"]
    assert len(ids) == len(SECTIONS) == len(set(ids))
    assert [each.attributes["href"] for each in page.all("a")] == [f"#{name}" for name in ids]
    assert page.section("targets").zh.strip().startswith("公布总数与模拟总数")
    assert page.section("targets").en.strip().startswith("Published and simulated totals")


def test_nothing_is_loaded_from_anywhere(any_page: Page) -> None:
    """Outside the scripts no attribute and no style names an address but an anchor of the page or embedded bytes."""
    around = outside_scripts(any_page)
    found = [first or second for first, second in LOADS.findall(around)]
    assert found
    assert all(each.startswith(("#", "data:font/woff2;base64,")) for each in found), found
    assert "http" not in around.replace("http-equiv", "")
    own = any_page.scripts[-1]
    assert not re.search(r"\b(fetch|XMLHttpRequest|importScripts|WebSocket|eval|Function)\b\s*\(", own)


def test_no_specification_asks_for_an_address(any_page: Page) -> None:
    """Charts take their rows from the page: no specification has a url."""
    for chart in any_page.charts.values():
        for spec in chart["specs"].values():
            assert '"url"' not in str(spec).replace("'", '"')


def test_the_content_policy_names_these_scripts_and_no_others(any_page: Page) -> None:
    """Each script and the style sheet run by their hashes; nothing unsafe is allowed."""
    directives = dict(part.strip().split(" ", 1) for part in any_page.policy.split(";"))
    (style,) = any_page.all("style")
    assert directives["default-src"] == "'none'"
    assert directives["script-src"].split() == [sha256(script) for script in any_page.scripts]
    assert directives["style-src"] == sha256(style.zh)
    assert len(any_page.scripts) == len(LIBRARY) + 1
    assert "unsafe" not in any_page.policy
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", outside_scripts(any_page))


def test_the_page_is_small_enough_to_mail(page: Page, comparison_page: Page) -> None:
    """A report of a full run stays below 1.5 MB, a comparison too."""
    assert len(page.text.encode()) < 1_500_000
    assert len(comparison_page.text.encode()) < 1_500_000


def test_both_languages_are_there_and_a_button_switches(any_page: Page) -> None:
    """The button is named in the other language; every paragraph, head and cell says something in both."""
    (button,) = any_page.all("button", id="switch")
    assert (button.zh, button.en) == ("English", "中文")
    spoken = [each for tag in ("p", "h1", "h2", "h3", "th", "li", "dt", "summary") for each in any_page.all(tag)]
    assert len(spoken) > 50
    assert not [each for each in spoken if not each.zh.strip() or not each.en.strip()]
    english = [each.en for each in spoken]
    assert not [text for text in english if re.search(r"[一-鿿]", text.replace("中文", ""))]
    assert sum(bool(re.search(r"[一-鿿]", each.zh)) for each in spoken) > 0.9 * len(spoken)


def test_the_page_opens_in_the_language_it_was_written_for(page: Page, short_page: Page) -> None:
    """Chinese is the default; `en` opens in English, with an English title."""
    assert page.all("html")[0].attributes["lang"] == "zh"
    assert short_page.all("html")[0].attributes["lang"] == "en"
    assert page.all("title")[0].zh == "kangbashi_2022：一次运行的结果"
    assert short_page.all("title")[0].zh == "kangbashi_2022: results of one run"


def test_every_figure_has_sentences_charts_and_a_table(any_page: Page) -> None:
    """No chart without its numbers and without a sentence on how to read it."""
    blocks = re.findall(r"<figure\b.*?</figure>", any_page.text, flags=re.DOTALL)
    assert len(blocks) >= 5
    shown = []
    for block in blocks:
        assert re.search(r'<div class="aids">\s*<p>|data-chart="weekdays"', block), block[:200]
        assert len(re.findall("<table[ >]", block)) == block.count("<details>") == 1
        assert "<tbody>\n<tr>" in block
        shown += re.findall(r'data-chart="([^"]+)"', block)
    assert sorted(shown) == sorted(any_page.charts)


def test_a_hostile_name_stays_text(tmp_path: Path) -> None:
    """Markup in the scenario, its overrides, its sources or its tables is shown as text, never as an element."""
    folder = write_run(
        tmp_path / "hostile",
        days=20,
        scenario=HOSTILE,
        overrides={HOSTILE: HOSTILE},
        revision=HOSTILE,
        rejected={HOSTILE: 3},
        provenance=[{"path": HOSTILE, "value": HOSTILE, "unit": HOSTILE, "source": HOSTILE, "status": HOSTILE}],
    )
    hostile = read_page(write_report(folder))
    assert not hostile.all("img")
    assert len(hostile.scripts) == len(LIBRARY) + 1
    assert hostile.all("h1")[0].zh.startswith(HOSTILE)
    assert hostile.text.count(html.escape(HOSTILE, quote=False).split("<img")[0][:20]) >= 4
    assert "49" not in hostile.all("h1")[0].zh


def test_writing_again_gives_the_same_page(run_folder: Path, page: Page) -> None:
    """The page is a function of the run folder: no clock and no chance is in it."""
    assert read_page(write_report(run_folder)).text == page.text


def test_another_language_is_refused(run_folder: Path) -> None:
    """Only languages with a wording are offered."""
    with pytest.raises(ValueError, match="choose one of"):
        write_report(run_folder, "fr")
