"""`mashang load adapter matrix | schema`: what an adapter file can serve, and what such files look like."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from loadtests.adapter import AdapterTarget, read_adapter
from loadtests.adapter.capability import capabilities
from loadtests.adapter.reading import Unset
from loadtests.adapter.schema import adapter_schema
from wording import ExitCode, Wording

REASONS = {
    "absent": "load.adapter.why.absent",
    "no_operations": "load.adapter.why.no_operations",
    "no_answers": "load.adapter.why.no_answers",
    "no_reads": "load.adapter.why.no_reads",
    "no_export": "load.adapter.why.no_export",
    "export_too_small": "load.adapter.why.export_too_small",
}


def matrix(*, file: Path, as_json: bool, wording: Wording) -> int:
    """Print what can be asked and checked through the adapter; nothing is sent."""
    adapter = read_adapter(file)
    found = capabilities(adapter)
    target = AdapterTarget(adapter, Unset())
    for kind in (*found.served, *found.reads):
        target.steps(kind)  # a template that cannot be read is refused here
    if as_json:
        shown = {"served": found.served, "lacking": found.lacking, "reads": found.reads}
        print(json.dumps({**shown, "invariants": found.invariants}, indent=1))
        return ExitCode.FINE
    total = len(found.served) + len(found.lacking)
    print(wording.text("load.adapter.matrix.commands", served=len(found.served), total=total))
    for kind in found.served if found.lacking else ():
        print(f"  {kind}")
    print(wording.text("load.adapter.matrix.reads", reads=", ".join(found.reads) or "-"))
    print(wording.text("load.adapter.matrix.checkable", n=len(found.checkable), total=len(found.invariants)))
    missing: dict[str, list[str]] = defaultdict(list)
    for name, why in found.invariants.items():
        if why:
            missing[why].append(name)
    for reason, names in missing.items():
        print(f"  {wording.text(REASONS[reason])} {' '.join(names)}")
    print(wording.text("load.adapter.matrix.nothing_sent"))
    return ExitCode.FINE


def schema() -> int:
    """Print the JSON Schema of adapter files."""
    print(adapter_schema(), end="")
    return ExitCode.FINE
