"""`mashang doctor`: is this machine ready for `mashang run`? Each finding comes with what to do.

Imports nothing that could be missing, so that it can say what is missing.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from wording import ExitCode, Wording

OLDEST_PYTHON = (3, 11)
PACKAGES = {
    "core": ("simpy", "hypothesis", "locust", "numpy", "pydantic", "typer", "rich", "isal"),
    "report": ("duckdb", "jinja2"),
    "excel": ("xlsxwriter",),
    "load": ("hdrh", "yaml", "jsonpath", "jmespath"),
    "serve": ("fastapi", "uvicorn"),
    "dev": ("schemathesis", "httpx", "pytest", "xdist", "ruff", "mypy", "importlinter", "mutmut", "hatchling"),
}
"""Packages by the extra that installs them, under the names by which they are imported."""
NEEDED_GROUPS = ("core", "report")
NEEDED_DISK_MB = 1000  # assumed: a full run with its report, and room to write it twice
NEEDED_MEMORY_MB = 600  # the aim for a full run is 400 MiB at most; the rest is for the report and the system
MEBIBYTE = 2**20
DEFAULT_OUT = Path("runs")
MARKS = {"fine": "✓", "note": "–", "bad": "×"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `note` does not keep `mashang run` from working; `bad` does."""

    what: str
    level: Literal["fine", "note", "bad"]
    found: str
    remedy: str = ""


def examine(*, out: Path | None, as_json: bool, wording: Wording) -> int:
    """Prints the findings and gives 0 when `mashang run` can work here, else 1.

    Args:
        out: the folder that a run would write to; None for the default.
        as_json: print `{"ready": ..., "findings": [...]}` in place of the table.
        wording: the language of the findings.
    """
    found = list(findings(out or DEFAULT_OUT, wording))
    ready = all(each.level != "bad" for each in found)
    if as_json:
        print(json.dumps({"ready": ready, "findings": [asdict(each) for each in found]}, ensure_ascii=False))
    else:
        print_table(found, wording)
        print(wording.text("doctor.ready" if ready else "doctor.not_ready"))
    return ExitCode.FINE if ready else ExitCode.FINDINGS


def findings(out: Path, wording: Wording) -> Iterator[Finding]:
    """Everything looked at, in the order of the table."""
    yield python(wording, sys.version_info[:3])
    for group, names in PACKAGES.items():
        yield packages(wording, group, names)
    yield output_folder(wording, out)
    yield disk(wording, out)
    yield machine(wording)
    yield terminal(wording, sys.stdout.encoding)
    yield fonts(wording)
    yield git(wording)


def python(wording: Wording, version: tuple[int, ...]) -> Finding:
    """Whether Python is new enough."""
    shown = ".".join(map(str, version))
    if version >= OLDEST_PYTHON:
        return Finding(wording.text("doctor.python"), "fine", shown)
    minimum = ".".join(map(str, OLDEST_PYTHON))
    return Finding(
        wording.text("doctor.python"), "bad", shown, wording.text("doctor.python.remedy", minimum=minimum)
    )


def packages(wording: Wording, group: str, names: tuple[str, ...]) -> Finding:
    """Whether the packages of one extra can be imported; none is imported."""
    what = wording.text("doctor.packages", group=group)
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if not missing:
        return Finding(what, "fine", wording.text("doctor.packages.all", count=len(names)))
    target = "mashang" if group == "core" else f"mashang[{group}]"
    return Finding(
        what,
        "bad" if group in NEEDED_GROUPS else "note",
        wording.text("doctor.packages.missing", names=", ".join(missing)),
        wording.text("doctor.packages.remedy", target=target),
    )


def standing_folder(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.is_dir())


def output_folder(wording: Wording, out: Path) -> Finding:
    """Whether a file can be written where a run would make its folder; tried, since permissions do not tell all."""
    what = wording.text("doctor.folder")
    try:
        with tempfile.TemporaryFile(dir=standing_folder(out)):
            return Finding(what, "fine", wording.text("doctor.folder.writable", path=out))
    except OSError:
        refused = wording.text("doctor.folder.refused", path=out)
        return Finding(what, "bad", refused, wording.text("doctor.folder.remedy"))


def disk(wording: Wording, out: Path) -> Finding:
    """Whether there is room for a run."""
    free_mb = shutil.disk_usage(standing_folder(out)).free // MEBIBYTE
    shown = wording.text("doctor.disk.free", free_mb=free_mb)
    if free_mb >= NEEDED_DISK_MB:
        return Finding(wording.text("doctor.disk"), "fine", shown)
    remedy = wording.text("doctor.disk.remedy", needed_mb=NEEDED_DISK_MB)
    return Finding(wording.text("doctor.disk"), "bad", shown, remedy)


def memory_mb() -> int | None:
    """Physical memory in MiB, where the system tells it."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEBIBYTE
    except (AttributeError, OSError, ValueError):
        return None


def machine(wording: Wording) -> Finding:
    """Cores and memory."""
    what, cores, memory = wording.text("doctor.machine"), os.cpu_count(), memory_mb()
    if memory is None:
        return Finding(what, "note", wording.text("doctor.machine.unknown", cores=cores))
    shown = wording.text("doctor.machine.found", cores=cores, memory_mb=memory)
    if memory >= NEEDED_MEMORY_MB:
        return Finding(what, "fine", shown)
    return Finding(what, "note", shown, wording.text("doctor.machine.remedy", needed_mb=NEEDED_MEMORY_MB))


def terminal(wording: Wording, encoding: str | None) -> Finding:
    """Whether Chinese can be printed."""
    what, shown = wording.text("doctor.terminal"), str(encoding)
    try:
        "码".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return Finding(what, "note", shown, wording.text("doctor.terminal.remedy"))
    return Finding(what, "fine", shown)


def fonts(wording: Wording) -> Finding:
    """Whether the system has fonts for Chinese; the report brings its own."""
    what = wording.text("doctor.fonts")
    lister = shutil.which("fc-list")
    if lister is None:
        return Finding(what, "note", wording.text("doctor.fonts.unknown"))
    listed = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False)  # noqa: S603
    count = len(set(listed.stdout.splitlines()))
    if count:
        return Finding(what, "fine", wording.text("doctor.fonts.found", count=count))
    return Finding(what, "note", wording.text("doctor.fonts.none"), wording.text("doctor.fonts.remedy"))


def git(wording: Wording) -> Finding:
    """Whether a run folder can record the revision of the code."""
    what, found = wording.text("doctor.git"), shutil.which("git")
    if found:
        return Finding(what, "fine", found)
    return Finding(what, "note", wording.text("doctor.git.none"), wording.text("doctor.git.remedy"))


def print_table(found: list[Finding], wording: Wording) -> None:
    """The findings for the eye; plain lines where Rich itself is missing."""
    columns = [wording.text(f"doctor.column.{name}") for name in ("what", "found", "remedy")]
    rows = [[MARKS[each.level], each.what, each.found, each.remedy] for each in found]
    if importlib.util.find_spec("rich") is None:
        print("\n".join("  ".join(row) for row in rows))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", *columns, title=wording.text("doctor.title"), title_justify="left")
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*map(Text, row))
    Console(highlight=False).print(table)
