"""Scenario files and settings as plain documents: reading TOML, extending, overlaying, and who set which figure.

A document is what `tomllib` gives: sections of figures, a figure being `{value, unit, source, status}`. Later sources
win: the file that is extended, the file, `MASHANG_SET`, `--set`. A bare value replaces the value of a figure that is
there already, and is marked as assumed by whoever set it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BUNDLED = Path(__file__).parent / "scenarios"
BASELINE = "kangbashi_2022"
SET_BY_ENVIRONMENT, SET_BY_LINE, SEED_BY_LINE = "MASHANG_SET", "--set", "--seed"
TITLES = ("title_zh", "title_en")

Document = dict[str, Any]


class ScenarioError(ValueError):
    """What is wrong with a scenario, in one sentence that says what to do."""


def find(name: str) -> Path:
    """The file of a scenario: a path, or the name of a bundled one."""
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return path
    return BUNDLED / f"{name}.toml"


def bundled_names() -> list[str]:
    """Names of the scenarios that come with the project."""
    return sorted(path.stem for path in BUNDLED.glob("*.toml"))


def read(path: Path, above: tuple[Path, ...] = ()) -> tuple[Document, dict[str, str]]:
    """A file with all that it extends, and who set which figure (path of the figure -> file name).

    Raises OSError for a file that cannot be read, ScenarioError for one that is no TOML or extends itself.
    """
    found = _toml(path)
    found.setdefault("name", path.stem)  # not the name and titles of the file that it extends
    for title in TITLES:
        found.setdefault(title, found["name"])
    if "extends" not in found:
        return found, figures_of(found, path.name)
    parent = _extended(path, found["extends"], above)
    document, origins = read(parent, (*above, path.resolve()))
    overlay(document, found, path.name, origins)
    return document, origins


def _toml(path: Path) -> Document:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError as deep:
        raise ScenarioError(f"{path.name} is nested too deeply: a scenario has sections and figures.") from deep
    except ValueError as wrong:  # not TOML, not UTF-8, or a number of thousands of digits
        raise ScenarioError(f"{path.name} is not TOML: {str(wrong).splitlines()[0]}.") from wrong


def _extended(path: Path, name: object, above: tuple[Path, ...]) -> Path:
    """The file that `path` extends: one of this name beside it, else a path or a bundled one."""
    if not isinstance(name, str):
        raise ScenarioError(f"extends in {path.name} must name a scenario or a file, not {name!r}.")
    below = (*above, path.resolve())
    beside = path.parent / f"{name.removesuffix('.toml')}.toml"
    parent = beside if beside.is_file() and beside.resolve() != below[-1] else find(name)
    if parent.resolve() in below:
        raise ScenarioError(f"{path.name} extends itself through {name}: take one of these lines out.")
    if not parent.is_file():
        raise ScenarioError(f"{path.name} extends {name}, which does not exist: give a bundled name or a path.")
    return parent


def is_figure(entry: object) -> bool:
    """Whether an entry of a document is a figure and no section."""
    return isinstance(entry, Mapping) and "value" in entry


def figures_of(document: Mapping[str, Any], origin: str, path: str = "") -> dict[str, str]:
    """Path of each figure in a document -> `origin`."""
    found: dict[str, str] = {}
    for name, entry in document.items():
        where = f"{path}.{name}" if path else name
        if isinstance(entry, Mapping) and not is_figure(entry):
            found |= figures_of(entry, origin, where)
        else:
            found[where] = origin
    return found


def overlay(document: Document, over: Mapping[str, Any], origin: str, origins: dict[str, str]) -> None:
    """Put the entries of `over` into the document; a bare value keeps the unit of the figure that it replaces."""
    origins |= figures_of(over, origin)
    for name, entry in over.items():
        before = document.get(name)
        if isinstance(entry, Mapping) and not is_figure(entry) and isinstance(before, dict) and not is_figure(before):
            overlay(before, entry, origin, {})
        elif isinstance(before, dict) and is_figure(before) and not isinstance(entry, Mapping):
            document[name] = {
                "value": entry,
                "unit": before.get("unit"),
                "source": f"set by {origin}",
                "status": "assumed",
            }
        else:
            document[name] = entry


def apply_setting(document: Document, text: str, origin: str, origins: dict[str, str]) -> None:
    """Apply one `key=value` to a document; raises ScenarioError for a key that is none."""
    key, equals, value = text.partition("=")
    names = [name.strip() for name in key.split(".")]
    if not equals or not all(names):
        raise ScenarioError(f"{text} in {origin} is no setting: write section.name=value, as in horizon.seed=2.")
    nested = _value(value.strip(), text)
    for name in reversed(names):
        nested = {name: nested}
    overlay(document, nested, origin, origins)


def _value(text: str, setting: str) -> Any:
    """A setting's value as TOML reads it; bare words are text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    except (ValueError, RecursionError) as wrong:
        raise ScenarioError(
            f"The value of {setting.partition('=')[0]} is no value: give a number or a word."
        ) from wrong


def settings_of(environment: Mapping[str, str]) -> list[str]:
    """The settings of the variable MASHANG_SET, divided by semicolons: `points.value_fen=8; horizon.seed=2`."""
    return [part.strip() for part in environment.get(SET_BY_ENVIRONMENT, "").split(";") if part.strip()]
