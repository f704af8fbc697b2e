"""What a section is made of: sentences, figures (charts with their table and their reading aid) and tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.report.quantities import Name, Phrase, Quantity, is_number
from wording import Wording

Row = tuple[Any, ...]
"""One row of a query."""
Spec = dict[str, Any]
"""A Vega-Lite specification; its data stand in the named source `rows`."""
MARKS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture: rows in the codes of the run, and the specification, drawn up once a language.

    Rows are shared by both languages; names of codes are put in by the specification.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    draw: Callable[[Wording], Spec]

    def __post_init__(self) -> None:
        """A chart of more marks than a browser draws at once is a fault of its query."""
        if len(self.rows) > MARKS_MAX:
            raise ValueError(f"chart {self.name} has {len(self.rows)} rows; aggregate to at most {MARKS_MAX}")


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows; cells are quantities, names, phrases or badges."""

    heads: tuple[Phrase | Name, ...]
    rows: Sequence[Sequence[object]]
    caption: Phrase | None = None
    folded: bool = True

    @property
    def flush(self) -> tuple[bool, ...]:
        """Which columns hold numbers and are set flush right."""
        return tuple(any(is_number(row[place]) for row in self.rows) for place in range(len(self.heads)))


@dataclass(frozen=True, slots=True)
class Badge:
    """A short marked word in a cell: published, assumed, inside the band."""

    text: Phrase | Name
    tone: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A name in a cell with a word of explanation below it."""

    name: Phrase | Name
    note: Phrase | Name | Quantity


@dataclass(frozen=True, slots=True)
class Figure:
    """Charts under one title, with sentences computed from the numbers, and the table of those numbers."""

    name: str
    title: Phrase | Name
    aids: tuple[Phrase, ...]
    charts: tuple[Chart, ...]
    table: Table
    captions: Mapping[str, Phrase] = field(default_factory=dict)
    """A caption over a chart, by the chart's name, where a figure holds several."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A text that is set as it stands, folded: a script, a log."""

    title: Phrase | Name
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing that is no chart, with sentences and listings. `svg` is trusted: whoever draws it escapes its texts."""

    name: str
    title: Phrase | Name
    aids: tuple[Phrase | Name | Quantity, ...]
    svg: str
    listings: tuple[Listing, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence between figures."""

    text: Phrase
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the page."""

    name: str
    title: Phrase
    blocks: tuple[Figure | Table | Note | Picture, ...]

    def charts(self) -> list[Chart]:
        """All charts of the section."""
        return [chart for block in self.blocks if isinstance(block, Figure) for chart in block.charts]
