"""The folder of a load run: made before, completed after. What lies in it is listed in `docs/load_generator.md`."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hdrh.histogram import HdrHistogram

from loadtests.generator.health import is_valid
from loadtests.generator.histograms import DUE, SENT, Latencies, figures, new_histogram, percentiles_text
from loadtests.generator.settings import Plan, Settings
from wording import ExitCode, MashangError

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1
PLAN_FILES = ("plan.json", "operations.jsonl.gz", "town.jsonl.gz")
COUNTS = (
    "planned", "incapable", "sent", "operations", "exchanges", "tries_again", "faults", "server_errors", "unresolved",
)  # fmt: skip
ALL = "all"
ENDS = ("errors", "stopped", "cut", "done")
"""How a worker ended, the gravest first."""


def make_folder(out: Path, plan: Plan, settings: Settings, started_s: float) -> None:
    """A new folder with a copy of the plan; raises MashangError (2) if something lies there or it cannot be written."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise MashangError(ExitCode.USAGE, "load.run.out_not_empty", path=out)
    try:
        (out / "plan").mkdir(parents=True)
        for name in PLAN_FILES:
            if (plan.folder / name).is_file():
                shutil.copyfile(plan.folder / name, out / "plan" / name)
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "load.run.bad_out", path=out) from wrong
    write_manifest(out, {"ended": "running", **told(plan, settings, started_s)})


def told(plan: Plan, settings: Settings, started_s: float) -> dict[str, Any]:
    """What is known of a run before it starts."""
    return {
        "mashang": "load-run",
        "version": MANIFEST_VERSION,
        "started_s": started_s,
        "target": settings.host,
        "plan_sha256": hashlib.sha256(plan.operations.read_bytes()).hexdigest(),
        "settings": settings.told(),
    }


def write_manifest(out: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest; the old one stays until the new one is whole."""
    half = out / (MANIFEST + ".new")
    half.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    half.replace(out / MANIFEST)


def read_manifest(out: Path) -> dict[str, Any]:
    """The manifest of a folder."""
    found: dict[str, Any] = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    return found


def complete(out: Path, *, interrupted: bool = False) -> dict[str, Any]:
    """Sum up what the workers left: the final manifest and the latency files. Returns the manifest."""
    workers = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.glob("worker-*.json"))]
    latencies = Latencies()
    lag = new_histogram()
    for worker in workers:
        latencies.add_encoded(worker.pop("latencies"))
        lag.decode_and_add(worker.pop("lag_hdr").encode())
    manifest = read_manifest(out)
    manifest |= {name: sum(worker[name] for worker in workers) for name in COUNTS}
    ends = [worker["ended"] for worker in workers]
    ended = next((each for each in ENDS if each in ends), "lost")
    manifest |= {
        "ended": "interrupted" if interrupted else ended,
        "valid": validity(workers, lag, manifest["settings"]["lag_limit_ms"]),
        "lag": figures(lag),
        "latency": write_latencies(out, latencies),
        "workers": workers,
    }
    write_manifest(out, manifest)
    return manifest


def validity(workers: Iterable[dict[str, Any]], lag: HdrHistogram, limit_ms: float) -> bool:
    """A run counts only if every worker kept up and none was stopped by errors or lost."""
    found = list(workers)
    whole = bool(found) and len(found) == found[0]["workers"]
    return whole and all(worker["valid"] for worker in found) and is_valid(lag, limit_ms)


def write_latencies(out: Path, latencies: Latencies) -> dict[str, Any]:
    """`latency.hgrm` (all types, from the due time), two files a type below `latency/`, the encoded ones; figures."""
    folder = out / "latency"
    folder.mkdir(exist_ok=True)
    together = latencies.all_types()
    (out / "latency.hgrm").write_text(percentiles_text(together[DUE]), encoding="utf-8")
    everything = {ALL: together, **latencies.by_type}
    for kind, clocks in everything.items():
        for clock in (DUE, SENT):
            name = f"{kind.replace(':', '-').replace('/', '-')}.{clock}.hgrm"
            (folder / name).write_text(percentiles_text(clocks[clock]), encoding="utf-8")
    (out / "latency.json").write_text(json.dumps(latencies.encoded(), indent=1) + "\n", encoding="utf-8")
    return {
        kind: {clock: figures(clocks[clock]) for clock in (DUE, SENT)} for kind, clocks in sorted(everything.items())
    }
