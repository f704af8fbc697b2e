"""What a run rests on: where its numbers come from, which invariants were checked, what was refused."""

from collections.abc import Mapping
from typing import Any

from engine.invariants import BY_ANSWERS
from sim.report.blocks import Badge, Note, Section, Table
from sim.report.quantities import Name, count, phrase, verbatim
from sim.report.run_folder import RunFolder

PROVENANCE = ("path", "value", "unit", "meaning", "source")
STATUSES = ("published", "estimated", "assumed")
INVARIANT_TONES = {"checked": "good", "vacuous": "assumed", "not checkable": "derived"}


def provenance_section(run: RunFolder) -> Section:
    """Every number of the scenario with its source, grouped by how well it is known."""
    blocks: list[Note | Table] = [Note(phrase("report.basis.consequences"), "strong")]
    rows = [row for row in _rows(run.manifest.get("provenance")) if row.get("path")]
    if not rows:
        blocks.append(Note(phrase("report.provenance.empty")))
    else:
        sizes = {status: sum(row.get("status") == status for row in rows) for status in STATUSES}
        blocks.append(
            Note(
                phrase(
                    "report.provenance.aid",
                    n=count(len(rows)),
                    **{status: count(size) for status, size in sizes.items()},
                )
            )
        )
    heads = tuple(phrase(f"report.provenance.head.{head}") for head in PROVENANCE)
    others = sorted({str(row.get("status")) for row in rows} - set(STATUSES))
    for status in (*STATUSES, *others):
        listed = [
            tuple(verbatim(_short(row.get(column))) for column in PROVENANCE)
            for row in rows
            if str(row.get("status")) == status
        ]
        if listed:
            blocks.append(
                Table(
                    heads,
                    listed,
                    phrase("report.provenance.group", status=Name("report.status", status), n=count(len(listed))),
                )
            )
    return Section("provenance", phrase("report.provenance.title"), tuple(blocks))


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _short(value: object) -> str:
    """Lists of many numbers (a profile of 24 hours) with single spaces, everything else as it stands."""
    if isinstance(value, list):
        return ", ".join(map(_short, value))
    return "" if value is None else str(value)


def checks_section(run: RunFolder) -> Section:
    """Invariants checked during the run, commands refused, events by kind."""
    blocks: list[Note | Table] = []
    invariants = _rows(run.manifest.get("invariants"))
    if invariants:
        checked = [row for row in invariants if row.get("status") == "checked"]
        broken = ".broken" if run.manifest.get("status") == "broken" else ""
        blocks.append(
            Note(
                phrase(
                    f"report.invariants.aid{broken}",
                    n=count(len(invariants)),
                    checked=count(len(checked)),
                    times=count(sum(_number(row.get("checked")) for row in checked)),
                )
            )
        )
        heads = tuple(phrase(f"report.invariants.head.{head}") for head in ("id", "status", "checked", "sentence"))
        blocks.append(Table(heads, [_invariant(row) for row in invariants], phrase("report.invariants.caption")))
    else:
        blocks.append(Note(phrase("report.invariants.empty")))
    blocks += _boundaries(run)
    refused = run.manifest.get("rejected")
    if isinstance(refused, Mapping) and refused:
        ranked = sorted(refused.items(), key=lambda item: (-_number(item[1]), item[0]))
        blocks.append(
            Table(
                (phrase("report.refused.head.code"), phrase("report.refused.head.commands")),
                [(verbatim(code), count(_number(number))) for code, number in ranked],
                phrase("report.refused.caption", n=count(sum(_number(number) for _, number in ranked))),
            )
        )
    events = run.rows("SELECT kind, sum(n) FROM events_by_day GROUP BY kind ORDER BY 2 DESC, 1")
    if events:
        blocks.append(
            Table(
                (phrase("report.events.head.kind"), phrase("report.events.head.n")),
                [(verbatim(kind), count(number)) for kind, number in events],
                phrase("report.events.caption", n=count(sum(number for _, number in events))),
            )
        )
    return Section("checks", phrase("report.checks.title"), tuple(blocks))


def _boundaries(run: RunFolder) -> list[Note | Table]:
    """Boundary cases that a log can show: which this run has met."""
    rows = [row for row in _rows(run.manifest.get("boundaries")) if row.get("id") not in BY_ANSWERS]
    if not rows:
        return []
    met = sum(row.get("n") is not None for row in rows)
    heads = tuple(phrase(f"report.boundaries.head.{head}") for head in ("id", "n", "sentence"))
    cells = [(verbatim(row.get("id")), count(row.get("n")), Name("boundary", str(row.get("id")))) for row in rows]
    aid = Note(phrase("report.boundaries.aid", met=count(met), all=count(len(rows))))
    return [aid, Table(heads, cells, phrase("report.boundaries.caption"))]


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


def _invariant(row: Mapping[str, Any]) -> tuple[object, ...]:
    status = str(row.get("status"))
    return (
        verbatim(row.get("id")),
        Badge(Name("report.invariant", status.replace(" ", "_")), INVARIANT_TONES.get(status, "bad")),
        count(_number(row.get("checked"))),
        verbatim(row.get("sentence") or ""),
    )
