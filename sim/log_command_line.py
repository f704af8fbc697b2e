"""What `mashang replay` does: does a log still say what happened?"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.export import Export
from engine.foreign import Terms
from engine.foreign.history import header
from engine.replay import Difference, Journal, Outcome, decide_again, fresh_engine, state_digest, steps
from sim.log_file import ExportFile, LogFile, find
from wording import ExitCode, MashangError, Wording

FIRE_DEADLINE = "clock.fire_deadline"
CONTEXT_CHARACTERS = 60
SAY_EVERY_RECORDS = 50_000
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@dataclass(slots=True)
class Story:
    """What a log holds; instants in seconds UTC."""

    records: int = 0
    events: int = 0
    deadlines: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    started_at: int | None = None
    ended_at: int = 0
    head: str = ""
    digest: str = ""

    def count(self, outcome: Outcome) -> None:
        """One record more."""
        self.deadlines += outcome.by.command.type == FIRE_DEADLINE
        if outcome.code is not None:
            self.rejected[outcome.code.name] += 1

    def finish(self, journal: Journal, digest: str) -> None:
        """What the journal knows at its end."""
        self.records, self.events, self.head = journal.n, journal.seq, journal.head.hex()
        self.started_at, self.ended_at, self.digest = journal.started_at, journal.at, digest


def replay(*, run: Path, decide: bool, export: Path | None, as_json: bool, wording: Wording) -> int:
    """Verify a log, rebuild its state, compare with the manifest, and with `decide` carry out every command again."""
    log = find(run)
    lines = ExportFile(export) if export is not None else None
    operated = log.manifest is not None  # a run settles and claims, a test may not
    try:
        story: Story = log.read(lambda journal: _tell(journal, lines, wording, operated=operated), wording)
    finally:
        if lines is not None:
            lines.close()
    _compare(log, story)
    if decide:
        difference: Difference | None = log.read(decide_again, wording)
        if difference is not None:
            raise _differs(log, difference, wording)
    if as_json:
        print(json.dumps(_plain(log, story, decided=decide), ensure_ascii=False, indent=1))
    else:
        _print_story(log, story, decided=decide, wording=wording)
    return ExitCode.FINE


def _tell(journal: Journal, lines: ExportFile | None, wording: Wording, *, operated: bool) -> Story:
    story = Story()
    engine = fresh_engine(journal)
    export = Export(engine.district)
    if lines is not None:
        lines.head(header(Terms(own_ids=True, operated=operated), engine.district.policy))
    for outcome in said(steps(engine, journal), wording):
        story.count(outcome)
        if lines is not None:
            lines.write(export.lines(outcome))
    story.finish(journal, state_digest(engine))
    return story


def said(outcomes: Iterator[Outcome], wording: Wording) -> Iterator[Outcome]:
    """The same outcomes; a line at a terminal says how far it is."""
    terminal = sys.stderr.isatty()
    for outcome in outcomes:
        if terminal and outcome.n % SAY_EVERY_RECORDS == 0:
            date = dt.datetime.fromtimestamp(outcome.by.at, SHANGHAI).date().isoformat()
            print(f"\r{wording.text('log.progress', n=f'{outcome.n:,}', date=date)}", end="", file=sys.stderr)
        yield outcome
    if terminal:
        print("\r\033[K", end="", file=sys.stderr)


def _compare(log: LogFile, story: Story) -> None:
    """The manifest of a run states records, head and digest; a run that was cut off states less."""
    for name, found in (("records", story.records), ("head", story.head), ("digest", story.digest)):
        promised = log.promised(name)
        if promised is not None and promised != found:
            raise MashangError(
                ExitCode.BROKEN, f"log.manifest_differs.{name}", file=log.path, promised=promised, found=found
            )


def _differs(log: LogFile, difference: Difference, wording: Wording) -> MashangError:
    made = difference.made
    recorded, again = _around(difference.recorded, made) if made is not None else (difference.recorded, "")
    if made is None:
        recorded, again = _cut(recorded, 0), wording.text("log.no_record")
    return MashangError(ExitCode.BROKEN, "log.difference", file=log.path, n=difference.n, recorded=recorded, made=again)


def _around(one: str, other: str) -> tuple[str, str]:
    """Two texts, shortened to what stands around the first place where they differ."""
    same = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(other))
    return _cut(one, same), _cut(other, same)


def _cut(text: str, place: int) -> str:
    start = max(place - CONTEXT_CHARACTERS, 0)
    piece = text[start : place + CONTEXT_CHARACTERS]
    return f"{'…' if start else ''}{piece}{'…' if start + len(piece) < len(text) else ''}"


def _instant(at: int | None) -> str | None:
    return dt.datetime.fromtimestamp(at, SHANGHAI).isoformat(sep=" ") if at is not None else None


def _plain(log: LogFile, story: Story, *, decided: bool) -> dict[str, Any]:
    return {
        "file": str(log.path),
        "records": story.records,
        "commands": story.records - story.deadlines,
        "deadlines": story.deadlines,
        "events": story.events,
        "rejected": dict(sorted(story.rejected.items())),
        "from": _instant(story.started_at),
        "to": _instant(story.ended_at if story.started_at is not None else None),
        "head": story.head,
        "digest": story.digest,
        "digest_in_manifest": log.promised("digest"),
        "decided_again": decided,
    }


def _print_story(log: LogFile, story: Story, *, decided: bool, wording: Wording) -> None:
    print(wording.text("log.holds", file=log.path))
    rows = {
        "records": f"{story.records:,}",
        "commands": f"{story.records - story.deadlines:,}",
        "deadlines": f"{story.deadlines:,}",
        "rejected": f"{story.rejected.total():,}",
        "events": f"{story.events:,}",
        "from": _instant(story.started_at) or "–",
        "to": _instant(story.ended_at) if story.started_at is not None else "–",
        "head": story.head,
        "digest": story.digest,
    }
    for name, value in rows.items():
        print(f"  {wording.text(f'log.row.{name}')}  {value}")
    print(wording.text("log.same_as_manifest" if log.promised("digest") else "log.no_manifest"))
    if decided:
        print(wording.text("log.decided"))
