"""Tells a foreign log to a district of its own and lets every watcher look: one pass, no line is kept.

The events write the rows as in a fold; what lines declare beside them (postings, lots, states, balances that somebody
read) is compared or takes the place of what the events would do. Nothing is decided, and nothing is believed: an event
that its rows cannot take, since it names what never was, breaks T01 and is left out. A log without deadlines of its own
gets those that only retire rows, so that memory stays with what lives.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.administration import FireDeadline
from engine.district import District
from engine.export import REJECTED, Export
from engine.foreign.commands import FIRED, told
from engine.foreign.declared import Declared
from engine.foreign.entry import Entry
from engine.foreign.filling import Absent
from engine.foreign.implied import Implied
from engine.foreign.lines import Unreadable
from engine.foreign.posted import DeclaredLedger, UnknownAccount
from engine.foreign.telling import Telling
from engine.foreign.terms import PROFILES, Terms
from engine.foreign.verdict import SENTENCES, Found, Verdict
from engine.invariants import Violation, Watchers
from engine.invariants.invariant import LEVELS, Level
from engine.kernel.command import Envelope, Outcome
from engine.kernel.event import EVENTS, Event
from engine.kernel.units import NEVER
from engine.policy import Policy
from engine.replay import UNFIT, engine_over

RETIRING = {"payments_finish", "awards_final", "checkouts_finish", "orders_finish"}
"""Deadlines that drop rows which nothing may change any more."""
SYSTEM, CLOCK = "system", "clock"


class Used:
    """Evidence in the rows of the district: nobody decides here, and watchers keep their own."""

    def use(self, rule: str, fact: str) -> None:
        """Forget it."""


class Checker:
    """One log. `take` its entries in order, then `finish`."""

    def __init__(self, policy: Policy, terms: Terms) -> None:
        """Nothing told yet; `policy` is what holds at the beginning."""
        self.terms = terms
        self.district = District(policy)
        self.district.ledger = self.ledger = DeclaredLedger()
        self.district.points.evidence = Used()  # type: ignore[assignment]
        self.engine = engine_over(self.district)
        profile = PROFILES[terms.profile]
        self.watchers = Watchers(self.district, self._report, operated=terms.operated, profile=profile)
        self._looks: dict[str, list[Any]] = {}
        for watcher in self.watchers.watchers:
            for name, look in watcher.looks().items():
                self._looks.setdefault(name, []).append(look)
        self.verdict = Verdict()
        self.telling = Telling(self.district, own_ids=terms.own_ids)
        self.verdict.filled = self.telling.filled
        self.declared = Declared(self.watchers, Export(self.district), terms)
        self._owners = self.telling.numbering.told if self.telling.numbering is not None else None
        self._implied = Implied(self.district, complete=terms.complete)
        self._open: list[Entry] = []
        self._told: list[tuple[Entry, Event]] = []
        self._unposted = self._unnumbered = self._viewed = False
        self._fires = False

    def take(self, entry: Entry) -> None:
        """One entry more. Raises Unreadable."""
        verdict = self.verdict
        verdict.lines = entry.line
        if entry.replayed:
            self._flush()
            self.declared.replayed(entry)
            return
        if entry.type != REJECTED and entry.type not in EVENTS:
            self.declared.numbered(entry, begins=True)
            verdict.ignored[entry.type] += 1
            return
        begins = not self._open or not _together(self._open[-1], entry)
        if begins:
            self._flush()
        self._open.append(entry)
        self.declared.numbered(entry, begins=begins)

    def _flush(self) -> None:
        """Tell the record whose entries have come."""
        entries = self._open
        if not entries:
            return
        first = entries[0]
        if self.district.deadlines.next_due < first.at and not self._fires:
            self._retire(first.at)
        regression = first.at < self.district.at
        if not regression:
            self.district.at = first.at
        self._told = []
        self.declared.answered(entries)
        self.telling.begin()
        if first.code is None:
            for entry in entries:
                self._apply(entry)
        events = [event for _, event in self._told]
        by = Envelope(first.key, first.kind, first.who, first.at, told(events))
        if first.code is not None or events:
            self._seen(Outcome(by, first.code, 0, self.engine.seq + (first.code is None), events))
        self._open = []

    def _apply(self, entry: Entry) -> None:
        try:
            event = self.telling.event(entry)
        except Absent as wrong:
            self._unfit(entry, wrong)
            return
        self.district.at = max(self.district.at, entry.at)
        for implied in self._implied.by(event):
            self._inside(implied)
        ledger = self.ledger
        try:
            if entry.postings is not None:
                ledger.declare(entry.postings, self._owners)
            elif not self._unposted and any(each[-1] for each in event.postings()):
                self._unposted = True
            event.apply(self.district)
        except UnknownAccount as wrong:
            raise Unreadable(entry.line, "account", found=str(wrong)) from None
        except UNFIT as wrong:
            self._unfit(entry, wrong)
            return
        finally:
            ledger.declared = False
        self._unnumbered |= entry.seq is None
        self._fires |= entry.type == FIRED
        self._told.append((entry, event))

    def _seen(self, outcome: Outcome) -> None:
        """Number a record, and let every watcher look at it."""
        engine = self.engine
        outcome.n = engine.n = engine.n + 1
        engine.seq += len(outcome.events)
        self.verdict.records += 1
        self.verdict.events += len(outcome.events)
        looks = self._looks
        for place, event in enumerate(outcome.events):
            for look in looks.get(event.type, ()):
                try:
                    look(event, outcome)
                except UNFIT as wrong:
                    if place < len(self._told):
                        self._unfit(self._told[place][0], wrong)
        for entry, event in self._told:
            self.declared.beside(entry, event, outcome)
            self._viewed |= bool(entry.views)
        try:
            self.watchers.observe(outcome)
        except UNFIT as wrong:
            self._unfit(self._open[-1], wrong)

    def _inside(self, event: Event) -> None:
        """An event that no line tells, in a record of the system's own."""
        told_before, self._told = self._told, []
        event.apply(self.district)
        at = self.district.at
        by = Envelope(f"implied-{self.engine.n}", SYSTEM, CLOCK, at, told([event]))
        self._seen(Outcome(by, None, 0, self.engine.seq + 1, [event]))
        self.verdict.records, self.verdict.events = self.verdict.records - 1, self.verdict.events - 1
        self.verdict.implied[event.type] += 1
        self.declared.unsaid(event)
        self._told = told_before

    def _retire(self, at: int) -> None:
        """Drop rows that nothing may change any more, where the log does not say so itself."""
        deadlines = self.district.deadlines
        while deadlines.next_due < at:
            due, kind, waiting = deadlines.first()
            deadlines.cancel(due, kind, waiting)
            if kind not in RETIRING:
                continue
            self.district.at = max(self.district.at, due)
            by = Envelope(f"due:{kind}:{waiting}:{due}", SYSTEM, CLOCK, self.district.at, FireDeadline(kind, waiting))
            try:
                for event in FireDeadline(kind, waiting).decide(self.district, self.district.policy, by)[1:]:
                    self._inside(event)
            except UNFIT:
                continue

    def _unfit(self, entry: Entry, wrong: Exception) -> None:
        """An event that cannot follow from the events before."""
        if not self.terms.complete:
            self.verdict.left_out += 1
            return
        missing = wrong.args[0] if isinstance(wrong, LookupError) and wrong.args else ""
        seen = f"{entry.type} names {missing!r}, which is not there" if missing else f"{entry.type} cannot follow"
        self._note("T01", seen, entry)

    def _note(self, name: str, seen: str, entry: Entry) -> None:
        violation = Violation(name, SENTENCES[name], self.engine.n, entry.seq or 0, self.telling.theirs(seen))
        self.verdict.note(Found(violation, entry.line, self._open[0].line if self._open else entry.line, entry.raw))

    def _report(self, violation: Violation) -> None:
        """A watcher's finding, at the line of its event, or at the last line of the record."""
        place = violation.seq - (self.engine.seq - len(self._told)) - 1
        if violation.seq and 0 <= place < len(self._told):
            entry = self._told[place][0]
        elif self._open:
            entry = self._open[-1]
        else:
            entry = Entry(self.verdict.lines, self.district.at, "", "", "", "", {})
        self._note(violation.id, violation.detail, entry)

    def level(self) -> Level:
        """The evidence that there was, and no more than the terms say."""
        shown: Level = "E3"
        if self._unposted:
            shown = "E2"
        if self.telling.lots_filled:
            shown = "E1"
        if self._unnumbered:
            shown = "A1" if self._viewed else "A0"
        most = self.terms.level or shown
        return shown if self.terms.level is None or LEVELS.index(shown) < LEVELS.index(most) else most

    def finish(self) -> Verdict:
        """The last record, everything once more, and the verdict."""
        self._flush()
        if not self._fires and self.district.deadlines.next_due is not NEVER:
            self._retire(self.district.at)
        self._told, self._open = [], []
        try:
            self.watchers.whole()
        except UNFIT as wrong:
            self._unfit(Entry(self.verdict.lines, self.district.at, "end of the log", "", "", "", {}), wrong)
        self.verdict.close(self.level(), self.watchers.findings(), self.declared.counts)
        return self.verdict

    def check(self, entries: Iterable[Entry]) -> Verdict:
        """All entries of a log, and the verdict. Raises Unreadable."""
        for entry in entries:
            self.take(entry)
        return self.finish()


def _together(before: Entry, entry: Entry) -> bool:
    """Whether two entries belong to one record."""
    if before.n is not None and entry.n is not None:
        return before.n == entry.n
    same = (before.key, before.kind, before.who, before.at) == (entry.key, entry.kind, entry.who, entry.at)
    return same and before.code is None and entry.code is None
