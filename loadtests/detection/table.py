"""The detection table as Markdown: a row a bug, and what all rows say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from loadtests.bugs import BUGS

Row = Mapping[str, Any]
RIGHT = "-"
HUNTS = "hunts"
"""The tool of lines that name none."""
MOST_IN_SEEDS = 0.8
"""A bug counts as found if it was found in so many of its seeds: four of five."""
HEAD = "| Bug | Kind | Found | Operations | Named | Script | Revision |\n|---|---|---|---|---|---|---|"


def table(rows: Iterable[Row]) -> str:
    """The table of hunts; of two lines about one bug and seed the later counts."""
    latest = {(row["bug"], row["seed"]): row for row in rows if row.get("tool", HUNTS) == HUNTS}
    by_bug: dict[str, list[Row]] = defaultdict(list)
    for row in latest.values():
        by_bug[row["bug"]].append(row)
    right = by_bug.pop(RIGHT, [])
    known = [name for name in BUGS if name in by_bug]
    lines = [HEAD, *(_line(name, by_bug[name]) for name in known), "", *_sums([by_bug[name] for name in known], right)]
    return "\n".join(lines) + "\n"


def _line(name: str, rows: Sequence[Row]) -> str:
    found = [row for row in rows if row["found"]]
    operations = f"{median(row['operations'] for row in found):,.0f}" if found else "-"
    names: dict[str, int] = defaultdict(int)
    for row in found:
        names[row["invariant"] if row["right"] else f"({row['invariant']})"] += 1
    named = ", ".join(f"{each} {count}" for each, count in sorted(names.items(), key=lambda pair: -pair[1])) or "-"
    scripts = [row["script"] for row in found if row["script"] is not None]
    script = f"{median(scripts):.0f}" if scripts else "-"
    told = ", ".join(sorted({row["revision"] for row in rows}))
    return f"| `{name}` | {BUGS[name].kind} | {len(found)}/{len(rows)} | {operations} | {named} | {script} | {told} |"


def _sums(bugs: Sequence[Sequence[Row]], right: Sequence[Row]) -> Iterator[str]:
    rows = [row for each in bugs for row in each]
    found = [row for row in rows if row["found"]]
    often = sum(sum(row["found"] for row in each) >= MOST_IN_SEEDS * len(each) for each in bugs)
    named = sum(row["right"] for row in found)
    scripts = [row["script"] for row in found if row["script"] is not None]
    yield f"- {len(bugs)} bugs, {len(rows)} cases; found in at least four of five seeds: {_share(often, len(bugs))}."
    yield f"- Cases in which something was found: {_share(len(found), len(rows))}."
    yield f"- Of these the first finding names an invariant that the bug breaks: {_share(named, len(found))}."
    if scripts:
        yield f"- Median script: {median(scripts):.0f} steps after the town."
    if found:
        sooner = median(row["operations"] for row in found)
        yield f"- Median of operations until an audit found something: {sooner:,.0f}."
    if right:
        alarms = sum(row["found"] for row in right)
        sent = sum(row["operations"] for row in right)
        yield f"- The right deployment, {len(right)} times, {sent:,} operations: {alarms} false alarms."


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "0"
