"""What `mashang check` does: which invariants does a log keep, one of ours or one that somebody else wrote?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.foreign import Judged, Verdict
from engine.invariants import BY_ANSWERS, Finding, Invariant, Violation, Watchers, attach
from engine.replay import Journal, fresh_engine, steps
from sim.foreign_file import ForeignLog, Wishes, foreign_log, is_foreign, write_histories
from sim.log_command_line import said
from sim.log_file import LogFile, find
from wording import ExitCode, MashangError, Wording

SHOWN_VIOLATIONS = 20


def check(
    *,
    log: Path,
    as_json: bool,
    level: str | None,
    profile: str | None,
    policy: Path | None,
    mapping: Path | None,
    out: Path | None,
    wording: Wording,
) -> int:
    """Run the invariants over a log: each is checked, vacuous or not checkable. A broken one ends with 4, or with 1."""
    wishes = Wishes(level, profile, policy, mapping)
    if log.is_file() and is_foreign(log):
        return _check_foreign(foreign_log(log, wishes, wording), out, as_json=as_json, wording=wording)
    if wishes != Wishes():
        raise MashangError(ExitCode.USAGE, "foreign.own_log", file=log)
    return _check_own(find(log), as_json=as_json, wording=wording)


def _check_own(found: LogFile, *, as_json: bool, wording: Wording) -> int:
    wrong = Wrong()
    watchers: Watchers = found.read(lambda journal: _watched(journal, found, wrong, wording), wording)
    if as_json:
        print(json.dumps(_plain_check(found, watchers, wrong), ensure_ascii=False, indent=1))
    else:
        _print_findings(watchers.findings(), wrong, wording)
        _print_boundaries(watchers, wording)
    if wrong.first:
        ids, n = ", ".join(wrong.counts), wrong.first[0].n
        raise MashangError(
            ExitCode.BROKEN, "log.violated", file=found.path, n=n, ids=ids, count=f"{wrong.counts.total():,}"
        )
    return ExitCode.FINE


@dataclass(slots=True)
class Wrong:
    """Violations: how many of each invariant, and the first few in full."""

    counts: Counter[str] = field(default_factory=Counter)
    first: list[Violation] = field(default_factory=list)

    def note(self, violation: Violation) -> None:
        """One more."""
        self.counts[violation.id] += 1
        if len(self.first) < SHOWN_VIOLATIONS:
            self.first.append(violation)


def _watched(journal: Journal, log: LogFile, wrong: Wrong, wording: Wording) -> Watchers:
    engine = fresh_engine(journal)
    watchers = attach(engine, wrong.note, operated=log.manifest is not None)  # a run settles and claims, a test may not
    for _ in said(steps(engine, journal), wording):
        pass
    watchers.whole()
    return watchers


def _sentence(invariant: Invariant | Violation, wording: Wording) -> str:
    return wording.all().get(f"invariant.{invariant.id}", invariant.sentence)


def _violation(violation: Violation, wording: Wording) -> str:
    sentence = _sentence(violation, wording)
    return wording.text(
        "log.violation", id=violation.id, sentence=sentence, n=violation.n, seq=violation.seq, detail=violation.detail
    )


def _print_findings(findings: list[Finding], wrong: Wrong, wording: Wording) -> None:
    for each in findings:
        name = each.invariant.id
        status = wording.text(f"log.status.{each.status.replace(' ', '_')}", n=f"{each.checked:,}")
        if wrong.counts[name]:
            status = wording.text("log.status.broken", n=f"{wrong.counts[name]:,}")
        print(f"{name}  {status}  {_sentence(each.invariant, wording)}")
    for violation in wrong.first:
        print(_violation(violation, wording))


def _print_boundaries(watchers: Watchers, wording: Wording) -> None:
    """Boundary cases, and which of them this history never met."""
    rows = watchers.boundaries.summary()
    shown = [row for row in rows if row["id"] not in BY_ANSWERS]
    met = sum(row["n"] is not None for row in shown)
    print(wording.text("boundaries.met", met=met, all=len(shown)))
    for row in rows:
        how = "answers" if row["id"] in BY_ANSWERS else "never" if row["n"] is None else "met"
        sentence = wording.all()[f"boundary.{row['id']}"]
        print(wording.text(f"boundaries.row.{how}", id=row["id"], n=f"{row['n'] or 0:,}", sentence=sentence))


def _plain_check(log: LogFile, watchers: Watchers, wrong: Wrong) -> dict[str, Any]:
    return {
        "file": str(log.path),
        "records": watchers.n,
        "invariants": watchers.summary(),
        "boundaries": watchers.boundaries.summary(),
        "violations": dict(wrong.counts),
        "first_violations": [asdict(each) for each in wrong.first],
    }


def _check_foreign(log: ForeignLog, out: Path | None, *, as_json: bool, wording: Wording) -> int:
    verdict = log.check(wording)
    folder = out or log.path.with_name(f"{log.path.name}.findings")
    files = write_histories(log, verdict, folder) if verdict.counts else {}
    if as_json:
        print(json.dumps(_plain_foreign(log, verdict, files), ensure_ascii=False, indent=1))
    else:
        _print_verdict(log, verdict, files, wording)
    return ExitCode.FINDINGS if verdict.counts else ExitCode.FINE


def _why(judged: Judged, wording: Wording) -> str:
    if not judged.needs:
        return ""
    absent = f"foreign.absent.{judged.invariant.id}"
    return wording.text(absent if judged.needs == "absent" else f"foreign.needs.{judged.needs}")


def _print_verdict(log: ForeignLog, verdict: Verdict, files: dict[str, Path], wording: Wording) -> None:
    numbers = {name: f"{getattr(verdict, name):,}" for name in ("lines", "records", "events")}
    print(wording.text("foreign.told", file=log.path, level=verdict.level, profile=log.terms.profile, **numbers))
    for name, counts in (("ignored", verdict.ignored), ("filled", verdict.filled), ("implied", verdict.implied)):
        if counts:
            print(wording.text(f"foreign.{name}", what=_listed(counts.most_common())))
    if verdict.left_out:
        print(wording.text("foreign.left_out", n=f"{verdict.left_out:,}"))
    for judged in verdict.judged:
        status = wording.text(f"log.status.{judged.status.replace(' ', '_')}", n=f"{judged.checked:,}")
        if judged.broken:
            status = wording.text("log.status.broken", n=f"{judged.broken:,}")
        why = _why(judged, wording)
        print(f"{judged.invariant.id}  {status}{f': {why}' if why else ''}  {_sentence(judged.invariant, wording)}")
    for found in verdict.found[:SHOWN_VIOLATIONS]:
        violation = found.violation
        told = {"id": violation.id, "seq": violation.seq or "–", "detail": violation.detail, "line": found.line}
        print(wording.text("foreign.violation", sentence=_sentence(violation, wording), **told))
    for name, path in files.items():
        print(wording.text("foreign.shown_by", id=name, file=path))
    total = f"{verdict.counts.total():,}"
    print(wording.text("foreign.broken" if verdict.counts else "foreign.kept", n=total, ids=", ".join(verdict.counts)))


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} ({n:,})" for name, n in counts)


def _plain_foreign(log: ForeignLog, verdict: Verdict, files: dict[str, Path]) -> dict[str, Any]:
    return {
        "file": str(log.path),
        "level": verdict.level,
        "profile": log.terms.profile,
        "lines": verdict.lines,
        "records": verdict.records,
        "events": verdict.events,
        "invariants": [
            {
                "id": each.invariant.id,
                "sentence": each.invariant.sentence,
                "level": each.invariant.level,
                "status": each.status,
                "checked": each.checked,
                "broken": each.broken,
                "needs": each.needs,
            }
            for each in verdict.judged
        ],
        "violations": dict(verdict.counts),
        "first_violations": [
            {
                "id": each.violation.id,
                "line": each.line,
                "seq": each.violation.seq,
                "detail": each.violation.detail,
                "shown_by": str(files[each.violation.id]) if each.violation.id in files else None,
            }
            for each in verdict.found[:SHOWN_VIOLATIONS]
        ],
        "ignored_types": dict(verdict.ignored),
        "filled_in": dict(verdict.filled),
        "implied": dict(verdict.implied),
        "left_out": verdict.left_out,
    }
