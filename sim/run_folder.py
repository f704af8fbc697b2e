"""The folder of a run: manifest, scenario copy, journal, vault, tables, report."""

from __future__ import annotations

import datetime as dt
import json
import platform
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from engine import state_digest
from sim.run import Run, peak_mib
from sim.scenario import Scenario
from wording import ExitCode, MashangError

JOURNAL, VAULT, MANIFEST, SCENARIO, TABLES, REPORT = (
    "journal.jsonl.gz",
    "vault.sqlite",
    "manifest.json",
    "scenario.toml",
    "tables",
    "report.html",
)
PACKAGES = ("numpy", "simpy", "pydantic", "duckdb", "hypothesis", "locust")
SCHEMA = "mashang-run-1"
RESERVE, RESERVE_BYTES = ".room_for_the_end", 1 << 18  # a manifest takes 110 kB


@dataclass(frozen=True, slots=True)
class Folder:
    """Paths of one run."""

    path: Path

    @property
    def journal(self) -> Path:
        """The log of every command."""
        return self.path / JOURNAL

    @property
    def vault(self) -> Path:
        """Personal values beside the log."""
        return self.path / VAULT

    @property
    def tables(self) -> Path:
        """Folder of the Parquet tables."""
        return self.path / TABLES


def new_folder(wanted: Path | None, name: str) -> Folder:
    """A new, empty folder: the one wanted, or one of its own under `runs/`; raises MashangError when it cannot be."""
    path = wanted or _unused(Path("runs") / f"{name}-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}")
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise MashangError(ExitCode.USAGE, "run.folder_not_empty", folder=str(path))
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".writable"
        probe.write_text("x", encoding="utf-8")
        probe.unlink()
    except OSError as wrong:
        raise MashangError(
            ExitCode.USAGE, "run.folder_not_writable", folder=str(path), reason=wrong.strerror or str(wrong)
        ) from wrong
    return Folder(path)


def _unused(path: Path) -> Path:
    """The path, or one with a number behind it: two runs may begin in the same second."""
    tries = (path, *(path.with_name(f"{path.name}-{n}") for n in range(2, 100)))
    return next(each for each in tries if not each.exists())


def manifest_of(run: Run, status: str, overrides: Mapping[str, Any], *, sealed: bool = True) -> dict[str, Any]:
    """Everything that a reader needs to trust and to repeat a run.

    `sealed`: the journal holds all that the run did, so its length, last hash and state may be promised.
    """
    scenario = run.scenario
    engine = run.engine
    chain = engine.chain
    return {
        "schema": SCHEMA,
        "mashang": metadata.version("mashang") if _installed("mashang") else "0.1.0",
        "scenario": scenario.name,
        "scenario_title": dict(scenario.title),
        "scenario_sha256": scenario.sha256,
        "seed": scenario.horizon.seed,
        "replication": run.options.replication,
        "scale": run.options.scale,
        "days": run.days,
        "days_done": run.days_done,
        "launch_date": scenario.horizon.launch_date.isoformat(),
        "as_of_date": scenario.horizon.as_of_date.isoformat(),
        "overrides": dict(overrides),
        "mode": "slow" if run.options.slow else "fast",
        "revision": revision(),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {platform.system()}",
        "packages": {name: metadata.version(name) for name in PACKAGES if _installed(name)},
        "started": _iso(run.started),
        "finished": None if status == "running" else _iso(time.time()),
        "status": status,
        "commands": run.measures.commands,
        "events": engine.seq,
        "rejected": dict(sorted(run.measures.rejections.items())),
        "cpu_s": round(run.cpu_s, 2),
        "wall_s": round(time.time() - run.started, 2),
        "peak_mib": round(peak_mib(), 1),
        "journal": {
            "file": JOURNAL,
            "records": engine.n if sealed else None,
            "head": chain.head.hex() if chain is not None and sealed else None,
            "digest": state_digest(engine) if sealed else None,
        },
        "invariants": run.findings(),
        "boundaries": run.boundaries(),
        "news_miss_days": run.news_miss_days() if status != "running" else None,
        "provenance": [
            {name: getattr(row, name) for name in ("path", "value", "unit", "meaning", "source", "status")}
            for row in scenario.provenance
        ],
    }


def _installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def _iso(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="seconds")


def revision() -> str | None:
    """The commit of the code that runs, if it runs from a checkout."""
    git = shutil.which("git")
    if git is None:
        return None
    asked = [git, "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words, no shell
    return found.stdout.strip() or None


@contextmanager
def reserved(folder: Folder) -> Iterator[None]:
    """Set room aside for the last manifest, so that a run that fills the disk can still say how it ended."""
    try:
        (folder.path / RESERVE).write_bytes(bytes(RESERVE_BYTES))
        yield
    finally:
        release(folder)


def release(folder: Folder) -> None:
    """Give that room back."""
    (folder.path / RESERVE).unlink(missing_ok=True)


def write_manifest(folder: Folder, manifest: Mapping[str, Any]) -> None:
    """Write the manifest in one move, so that a reader never meets half of it."""
    draft = folder.path / f".{MANIFEST}"
    try:
        draft.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
        draft.replace(folder.path / MANIFEST)
    finally:
        draft.unlink(missing_ok=True)


def write_scenario(folder: Folder, scenario: Scenario) -> None:
    """The resolved scenario, base and settings included, as a file that can be run again."""
    (folder.path / SCENARIO).write_text(toml_of(scenario.document), encoding="utf-8")


def toml_of(document: Mapping[str, Any]) -> str:
    """A scenario's document as TOML: tables by section, a figure on one line."""
    lines = [f"{name} = {_literal(value)}" for name, value in document.items() if not isinstance(value, Mapping)]
    lines = [line for line in lines if not line.startswith("extends ")]
    for name, value in document.items():
        if isinstance(value, Mapping):
            lines += ["", *_table(name, value)]
    return "\n".join(lines) + "\n"


def _table(path: str, table: Mapping[str, Any]) -> list[str]:
    own = {name: value for name, value in table.items() if not _is_table(value)}
    lines = [f"[{path}]", *(f"{name} = {_literal(value)}" for name, value in own.items())]
    for name, value in table.items():
        if _is_table(value):
            lines += ["", *_table(f"{path}.{name}", value)]
    return lines


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and "value" not in value


def _literal(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {_literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_literal(each) for each in value) + "]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
