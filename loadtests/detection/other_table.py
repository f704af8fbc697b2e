"""What other means see of the planted bugs, as Markdown: a row a bug, a column a tool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from loadtests.bugs import BUGS, KINDS
from loadtests.detection.other_tools import TOOLS
from loadtests.detection.table import HUNTS, RIGHT

Row = Mapping[str, Any]
COLUMNS = ("Bug", "Kind", "property", "Operations", "Named", "Script", "schemathesis", "statuses")
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def other_table(rows: Iterable[Row]) -> str:
    """The table; of two lines about one tool, bug and seed the later counts. Empty where only hunts have lines."""
    latest = {(row["tool"], row["bug"], row["seed"]): row for row in rows if row.get("tool", HUNTS) != HUNTS}
    cells: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in latest.values():
        cells[row["bug"]][row["tool"]].append(row)
    right = cells.pop(RIGHT, {})
    known = [name for name in BUGS if name in cells]
    if not known:
        return ""
    lines = [HEAD, *(_line(name, cells[name]) for name in known), "", *_sums(cells)]
    lines += [_alarms(tool, right[tool]) for tool in TOOLS if right.get(tool)]
    return "\n".join(lines) + "\n"


def _line(name: str, by_tool: Mapping[str, Sequence[Row]]) -> str:
    property_rows = by_tool.get("property", ())
    found = [row for row in property_rows if row["found"]]
    operations = f"{median(row['operations'] for row in found):,.0f}" if found else "-"
    named = ", ".join(sorted({row["invariant"] if row["right"] else f"({row['invariant']})" for row in found})) or "-"
    script = f"{median(row['script'] for row in found):.0f}" if found else "-"
    shares = [_share(by_tool.get(tool, ())) for tool in TOOLS]
    head = f"| `{name}` | {BUGS[name].kind} | {shares[0]} | {operations} | {named} | {script} |"
    return f"{head} {' | '.join(shares[1:])} |"


def _share(rows: Sequence[Row]) -> str:
    return f"{sum(row['found'] for row in rows)}/{len(rows)}" if rows else ""


def _sums(cells: Mapping[str, Mapping[str, Sequence[Row]]]) -> Iterator[str]:
    """By tool and kind: cases in which something was found, and how the property tests name and shorten it."""
    for tool in TOOLS:
        rows = [row for by_tool in cells.values() for row in by_tool.get(tool, ())]
        if rows:
            kinds = [(kind, [row for row in rows if row["kind"] == kind]) for kind in KINDS]
            told = ", ".join(f"{kind} {_share(some)}" for kind, some in kinds if some)
            yield f"- {tool}: {_share(rows)} cases found ({told})."
    found = [row for by_tool in cells.values() for row in by_tool.get("property", ()) if row["found"]]
    if found:
        named = sum(row["right"] for row in found)
        yield f"- Property tests name an invariant that the bug breaks in {named} of {len(found)} cases found."
        yield f"- Their median script: {median(row['script'] for row in found):.0f} steps after the town."


def _alarms(tool: str, rows: Sequence[Row]) -> str:
    sent = sum(row["operations"] for row in rows)
    return f"- {tool} on the right deployment, {sent:,} operations: {sum(row['found'] for row in rows)} false alarms."
