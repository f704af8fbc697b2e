"""The head of the page: which run this is, what it must not be taken for, and its results in a few sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.report.blocks import Note
from sim.report.closing import nearest_closing
from sim.report.quantities import (
    Name,
    Phrase,
    Quantity,
    about,
    count,
    day,
    decimal,
    fine_share,
    phrase,
    signed_share,
    verbatim,
)
from sim.report.run_folder import RunFolder, Target
from sim.report.targets import QUALIFIERS, amount, comparable

TILES = ("bound_people", "questionnaire_answers", "votes", "events_handled", "closed_share", "satisfied_share")
HASH_SHOWN = 12
"""Characters of a hash that tell two runs apart at a glance; the manifest holds all."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline total."""

    name: Name
    simulated: Quantity
    beside: Phrase
    tone: str


def banners(run: RunFolder) -> list[Note]:
    """What this run is not: not finished, not at full size, not the whole period."""
    manifest, notes = run.manifest, []
    status = str(manifest.get("status"))
    covered = run.covered_days
    if status != "finished":
        kind = status if status in {"interrupted", "running", "broken"} else "unknown"
        notes.append(
            Note(
                phrase(
                    f"report.banner.{kind}",
                    days=count(covered or 0),
                    planned=count(manifest.get("days") or run.full_days),
                ),
                "alarm",
            )
        )
    elif covered and run.full_days and covered < run.full_days:
        notes.append(Note(phrase("report.banner.short", days=count(covered), full=count(run.full_days)), "warn"))
    if _scale(manifest) != 1:
        kind = "small" if _scale(manifest) < 1 else "large"
        notes.append(Note(phrase(f"report.banner.{kind}", scale=verbatim(f"{_scale(manifest):g}")), "warn"))
    if manifest.get("mode") == "slow":
        notes.append(Note(phrase("report.banner.slow")))
    if run.unreadable:
        notes.append(Note(phrase("report.banner.unreadable", tables=verbatim(", ".join(run.unreadable))), "warn"))
    return notes


def facts(run: RunFolder) -> list[tuple[Phrase, object]]:
    """Name and value of what identifies the run."""
    manifest = run.manifest
    versions = manifest.get("packages")
    packages = (
        ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
        if isinstance(versions, Mapping)
        else ""
    )
    found: list[tuple[str, object]] = [
        (
            "period",
            phrase(
                "report.fact.period_days",
                first=day(run.launch),
                last=day(run.last_planned_day),
                days=count(run.covered_days),
            ),
        ),
        ("seed", _seed(manifest)),
        ("scale", verbatim(f"{_scale(manifest):g}")),
        ("overrides", _overrides(manifest.get("overrides"))),
        ("commands", about(_number(manifest.get("commands")))),
        (
            "cost",
            phrase(
                "report.fact.cost_value",
                cpu=decimal(_number(manifest.get("cpu_s"))),
                wall=decimal(_number(manifest.get("wall_s"))),
                peak=count(_number(manifest.get("peak_mib"))),
            ),
        ),
        ("scenario_hash", verbatim(str(manifest.get("scenario_sha256") or "")[:HASH_SHOWN])),
        ("revision", verbatim(str(manifest.get("revision") or "")[:HASH_SHOWN] or None)),
        ("journal", _journal(manifest.get("journal"))),
        (
            "software",
            verbatim(
                f"mashang {manifest.get('mashang', '')}, Python {manifest.get('python', '')}"
                + (f", {packages}" if packages else "")
            ),
        ),
        ("started", verbatim(str(manifest.get("started") or "")[:19].replace("T", " ") or None)),
    ]
    return [(phrase(f"report.fact.{name}"), value) for name, value in found]


def tiles(targets: Mapping[str, Target]) -> list[Tile]:
    """The headline totals, each beside its published one."""
    shown = []
    for key in TILES:
        row = targets.get(key)
        if row is None or row.simulated is None:
            continue
        beside = phrase("report.tile.unpublished")
        if row.published is not None:
            published: object = amount(key, row.published)
            if row.qualifier in QUALIFIERS:
                published = phrase(f"report.qualifier.{row.qualifier}", value=published)
            beside = phrase("report.tile.published", published=published, deviation=signed_share(row.deviation))
        tone = "plain" if row.within is None else "good" if row.within else "bad"
        shown.append(Tile(Name("report.target", key), amount(key, row.simulated), beside, tone))
    return shown


def summary(run: RunFolder, targets: Mapping[str, Target]) -> list[Phrase]:
    """The run in a few sentences, each computed from its tables."""
    said = []
    rows = comparable(targets)
    if rows:
        close = sum(abs(row.deviation or 0) <= 0.05 for row in rows)  # noqa: PLR2004 - the sentence says five per cent
        farthest = max(rows, key=lambda row: abs(row.deviation or 0))
        said.append(
            phrase(
                "report.summary.totals",
                n=count(len(rows)),
                close=count(close),
                farthest=Name("report.target", farthest.key),
                by=signed_share(farthest.deviation),
            )
        )
    gap = targets.get("events_unexplained")
    if gap and gap.published:
        said.append(phrase("report.summary.unexplained", gap=count(gap.published), simulated=count(gap.simulated)))
    nearest = nearest_closing(targets)
    if nearest:
        said.append(
            phrase("report.summary.closing", word=Name("report.target", nearest[0]), distance=fine_share(nearest[1]))
        )
    issued, redeemed = run.row(
        "SELECT coalesce(sum(points) FILTER (flow = 'issued'), 0), coalesce(sum(points) FILTER (flow = 'spent'), 0) - "
        "coalesce(sum(points) FILTER (flow = 'restored'), 0) FROM points_flows WHERE ledger = 'MP'"
    )
    if issued:
        said.append(phrase("report.summary.points", issued=about(issued), redeemed=about(redeemed)))
    said.append(phrase("report.basis.consequences"))
    return said


def _seed(manifest: Mapping[str, object]) -> object:
    seed = verbatim(manifest.get("seed"))
    if manifest.get("replication"):
        return phrase("report.fact.seed_replication", seed=seed, replication=verbatim(manifest["replication"]))
    return seed


def _scale(manifest: Mapping[str, object]) -> float:
    return _number(manifest.get("scale")) or 1.0


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


def _overrides(value: object) -> object:
    if isinstance(value, Mapping) and value:
        return verbatim(", ".join(f"{key} = {number}" for key, number in value.items()))
    return phrase("report.fact.none")


def _journal(value: object) -> object:
    if not isinstance(value, Mapping):
        return verbatim(None)
    return phrase(
        "report.fact.journal_value",
        records=count(_number(value.get("records"))),
        head=verbatim(str(value.get("head") or "—")[:HASH_SHOWN]),
    )
