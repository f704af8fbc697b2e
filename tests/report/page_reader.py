"""A written page, taken apart: elements, texts by language, charts, scripts and the content policy."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

VOID = {"meta", "br", "img", "input", "link", "hr"}


@dataclass
class Element:
    """A tag with its attributes and all text inside it that is shown in a language."""

    tag: str
    attributes: dict[str, str]
    zh: str = ""
    en: str = ""


@dataclass
class Page(HTMLParser):
    """What a reader and a browser find on a page."""

    text: str
    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Parse at once; an element closed by the wrong tag fails."""
        super().__init__(convert_charrefs=True)
        self.feed(self.text)
        self.close()
        assert not self._open, f"never closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which has to be this one."""
        closed = self._open.pop()
        assert closed.tag == tag, f"<{closed.tag}> is closed by </{tag}>"

    def hear(self, data: str) -> None:
        """Give text to every element around it, in the language in which it is shown."""
        spoken = [each.attributes["lang"] for each in self._open if each.tag == "span" and "lang" in each.attributes]
        for element in self._open:
            element.zh += data if "en" not in spoken else ""
            element.en += data if "zh" not in spoken else ""

    handle_data = hear  # the standard library's name for it

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a tag that have these attributes."""
        wanted = {name.replace("_", "-").strip("-"): value for name, value in attributes.items()}
        return [each for each in self.elements if each.tag == tag and wanted.items() <= each.attributes.items()]

    def section(self, name: str) -> Element:
        """A section by its name."""
        (found,) = self.all("section", id=f"section-{name}")
        return found

    def json(self, element_id: str) -> Any:
        """An embedded JSON block."""
        (block,) = self.all("script", id=element_id)
        return json.loads(block.zh)

    @property
    def charts(self) -> dict[str, dict[str, Any]]:
        """Charts by name, as the page carries them."""
        charts: dict[str, dict[str, Any]] = self.json("charts")
        return charts

    def rows(self, chart: str) -> list[tuple[Any, ...]]:
        """The rows of a chart."""
        return [tuple(row) for row in self.charts[chart]["rows"]]

    @property
    def scripts(self) -> list[str]:
        """Texts of the scripts that run."""
        return [each.zh for each in self.all("script") if "type" not in each.attributes]

    @property
    def policy(self) -> str:
        """The content security policy."""
        (meta,) = [each for each in self.all("meta") if "http-equiv" in each.attributes]
        assert meta.attributes["http-equiv"] == "Content-Security-Policy"
        return meta.attributes["content"]


def read_page(path: Path) -> Page:
    """Take a file apart."""
    return Page(path.read_text(encoding="utf-8"))
