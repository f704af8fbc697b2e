"""The page of a run: all sections in one file that works offline, under a policy that lets no foreign script run.

The file holds the chart library, the rows of every chart once and its specification twice (Chinese and English).
Scripts are named by their hashes in the content security policy; Vega evaluates expressions with its interpreter, so
nothing needs `unsafe-eval`. `?lang=en` or `#en` opens the page in English, whatever language it was written for.
"""

import base64
import datetime
import hashlib
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from sim.report import (
    basis,
    capabilities,
    cases,
    overview,
    participation,
    points,
    purchases,
    questionnaires,
    residents,
    rhythm,
    stay,
    targets,
    workload,
)
from sim.report.blocks import Badge, Chart, Figure, Note, Noted, Picture, Section, Table
from sim.report.drawing import theme
from sim.report.quantities import Name, Phrase, render, wording_of
from sim.report.run_folder import RunFolder, open_run
from wording import LANGUAGES

HERE = Path(__file__).parent
LIBRARY = ("vega.min.js", "vega-lite.min.js", "vega-embed.min.js")
SECTIONS = (
    targets.section,
    residents.section,
    questionnaires.section,
    questionnaires.vote_section,
    cases.section,
    stay.section,
    rhythm.section,
    points.section,
    purchases.section,
    participation.section,
    workload.section,
    capabilities.section,
    basis.provenance_section,
    basis.checks_section,
)
SCRIPT_TEXTS = ("report.chart.failed", "report.chart.svg", "report.chart.png", "report.chart.menu")


def write_report(run_folder: Path, language: str = "zh") -> Path:
    """Write RUN/report.html and return its path; `language` is the one it opens in, `zh` or `en`.

    Raises:
        MashangError: no readable run folder.
        ValueError: another language.
        OSError: the page cannot be written.
    """
    wording_of(language)
    run = open_run(run_folder)
    page = run_page(run, language)
    path = run_folder / "report.html"
    write_whole(path, page)
    return path


def write_whole(path: Path, page: str) -> None:
    """Write a page in one move: a disk that is full leaves no half of it."""
    draft = path.with_name(f".{path.name}")
    try:
        draft.write_text(page, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def run_page(run: RunFolder, language: str) -> str:
    """The HTML of a run."""
    rows = run.targets()
    return filled(
        "run.html",
        language,
        [build(run) for build in SECTIONS],
        {
            "title": phrase_of_title(run),
            "banners": overview.banners(run),
            "facts": overview.facts(run),
            "tiles": overview.tiles(rows),
            "summary": overview.summary(run, rows),
        },
    )


def phrase_of_title(run: RunFolder) -> Phrase:
    """What stands on the tab and on top of the page."""
    return Phrase("report.title", {"scenario": run.name})


def filled(
    template: str, language: str, sections: Sequence[Section], values: dict[str, Any], more_style: str = ""
) -> str:
    """A page from its template: style, font, charts and scripts go in, and the policy that names their hashes.

    A `product` among the values stands over the title; `more_style` is for the drawings of this kind of page.
    """
    scripts = [HERE.joinpath("vendor", file).read_text(encoding="utf-8") for file in LIBRARY]
    scripts.append(HERE.joinpath("page.js").read_text(encoding="utf-8"))
    style = HERE.joinpath("style.css").read_text(encoding="utf-8").replace("FONT_BASE64", _font()) + more_style
    charts = [chart for section in sections for chart in section.charts()]
    values = {
        **values,
        "texts": embedded({each: {name: wording_of(each).text(name) for name in SCRIPT_TEXTS} for each in LANGUAGES}),
        "charts": embedded({chart.name: drawn(chart) for chart in charts}),
        "theme": embedded(theme()),
        "style": Markup(style),  # noqa: S704 - our own file
        "scripts": [Markup(script) for script in scripts],  # noqa: S704 - files of the package
        "policy": content_policy(scripts, style),
    }
    other = "en" if language == "zh" else "zh"
    page = environment().get_template(template).render(language=language, other=other, sections=sections, **values)
    return page.replace("\r\n", "\n")


def drawn(chart: Chart) -> dict[str, Any]:
    """A chart as the page carries it: columns and rows once, a specification a language."""
    return {
        "columns": chart.columns,
        "rows": [[_plain(value) for value in row] for row in chart.rows],
        "specs": {language: chart.draw(wording_of(language)) for language in LANGUAGES},
    }


def embedded(value: object) -> Markup:
    """JSON that may stand inside a script element: no `<` can end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def content_policy(scripts: Sequence[str], style: str) -> str:
    """Nothing is loaded from anywhere; only these very scripts and this very style sheet count."""
    named = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {named}; style-src 'sha256-{_sha256(style)}'; img-src data: blob:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def environment() -> Environment:
    """The templates, escaping everything, with the filters that say a value in both languages."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["both"] = both
    made.filters["trusted"] = Markup
    made.filters.update({language: partial(render, language=language) for language in LANGUAGES})
    kinds = {"figure": Figure, "table": Table, "note": Note, "badge": Badge, "noted": Noted, "picture": Picture}
    made.tests.update({name: _is(kind) for name, kind in kinds.items()})
    made.globals["say"] = Phrase
    made.globals["name"] = Name
    return made


def both(value: object) -> Markup:
    """A value in both languages; the style sheet shows the chosen one. Once only where both are the same."""
    chinese, english = (escape(render(value, language)) for language in LANGUAGES)
    if chinese == english:
        return chinese
    return Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(chinese, english)


def _is(kind: type) -> Any:
    return lambda value: isinstance(value, kind)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value


def _font() -> str:
    return base64.b64encode(HERE.joinpath("fonts", "mashang-sans-sc.woff2").read_bytes()).decode("ascii")


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
