"""What a line declares beside its event, compared: numbers and instants, states, lots, postings, balances, repeats.

These are the same invariants that the watchers have, seen where only a foreign log can break them: an engine's journal
numbers itself, and its events post for themselves.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from engine.district.ledger import AV, DEBT, HELD, MORAL, PEND
from engine.export import EDGES, LOTS, Export
from engine.foreign.entry import Entry, View
from engine.foreign.posted import one_sided, several
from engine.foreign.terms import Terms
from engine.invariants import Watchers
from engine.invariants.fingerprints import Fingerprints, fingerprint
from engine.invariants.keys import PROFILES
from engine.kernel.command import Outcome
from engine.kernel.event import Event

MERGED = "binding.person_merged"  # the one event that moves accounts of every ledger
ACCOUNTS = (("available", AV, 1), ("pending", PEND, 1), ("debt", DEBT, -1), ("moral", MORAL, 1), ("held", HELD, 1))
MASK = 2**32 - 1
ANSWERS = ("A0", "A1")


class Declared:
    """Comparisons, counted by invariant."""

    def __init__(self, watchers: Watchers, export: Export, terms: Terms) -> None:
        """Nothing declared yet."""
        self.counts: Counter[str] = Counter()
        self._watchers = watchers
        self._balances = watchers.balances.district.ledger.balances
        self._export = export
        self._terms = terms
        self._last: Entry | None = None
        self._seq: int | None = None
        self._answers = Fingerprints()
        self._answers_only = terms.level in ANSWERS

    def _broken(self, name: str, seen: str, outcome: Outcome | None = None, event: Event | None = None) -> None:
        self._watchers.broken(name, seen, outcome, event)

    def numbered(self, entry: Entry, *, begins: bool) -> None:
        """Numbers of events have no gap, nor have those of records; one record has one instant."""
        before, self._last = self._last, entry
        if entry.seq is not None:
            name = "H01" if begins else "T03"
            self.counts["H01"] += 1
            if self._seq is not None and (entry.seq <= self._seq or (self._terms.dense and entry.seq > self._seq + 1)):
                self._broken(name, f"event {entry.seq} behind event {self._seq}")
            self._seq = entry.seq
        if before is None:
            return
        if not begins and before.at != entry.at:
            self._broken("T03", f"a record has events of {before.at} and of {entry.at}")
        if entry.n is not None and before.n is not None:
            gap = entry.n - before.n
            if gap < 0 or (self._terms.dense and gap > 1):
                self._broken("H01", f"record {entry.n} behind record {before.n}")

    def unsaid(self, event: Event) -> None:
        """An event that no line tells: what it retires need not be remembered."""
        self._export.move(event)

    def beside(self, entry: Entry, event: Event, outcome: Outcome) -> None:
        """An entry against its event, once the record stands in the rows."""
        self._moved(entry, event, outcome)
        if entry.lots is not None and event.type in LOTS:
            self.counts["S05"] += 1
            own = LOTS[event.type](event)
            if entry.lots != own and sorted(entry.lots) != sorted(own):
                self._broken("S05", f"the line moves {entry.lots}, its fields {own}", outcome, event)
        if entry.odd_postings is not None:
            self.counts["S13"] += 1
            if entry.odd_postings and several(entry.postings or ()) and event.type != MERGED:
                self._broken("S13", f"{entry.postings} are in several ledgers", outcome, event)
            if entry.odd_postings and one_sided(entry.postings or ()):
                self._broken("S01", f"{entry.postings} come from nowhere or go nowhere", outcome, event)
        for view in entry.views:
            self._read(view, event, outcome)

    def _moved(self, entry: Entry, event: Event, outcome: Outcome) -> None:
        """The states that a line states are an edge, and where its event leads."""
        move = self._export.move(event)
        if entry.to is None:
            return
        self.counts["T01"] += 1
        _, origin, to = move
        if (entry.origin or "", entry.to) not in EDGES:
            self._broken("T01", f"{entry.entity} goes from {entry.origin} to {entry.to}", outcome, event)
        elif entry.to != to or (entry.origin != origin and self._terms.complete):
            seen = f"{entry.entity} goes from {entry.origin} to {entry.to}, its events say from {origin} to {to}"
            self._broken("T01", seen, outcome, event)

    def _read(self, view: View, event: Event, outcome: Outcome) -> None:
        """Balances that somebody read are those of the log."""
        person = view.person if view.person.startswith("per_") else f"per_{view.person}"
        self.counts["H05"] += 1
        for name, account, sign in ACCOUNTS:
            shown = getattr(view, name)
            has = sign * self._balances[account].get(person, 0)
            if shown is not None and shown != has:
                self._broken("H05", f"{view.person} was shown {shown} {name}, the log gives {has}", outcome, event)
        if view.available is not None and view.available < 0:
            self._broken("S02", f"{view.person} was shown {view.available} available", outcome, event)
        if view.debt and view.available:
            seen = f"{view.person} was shown {view.available} available and {view.debt} debt"
            self._broken("S06", seen, outcome, event)

    def answered(self, entries: list[Entry]) -> None:
        """Keep what was answered under a key, in a log of answers."""
        entry = entries[0]
        self._answers_only |= entry.seq is None and entry.code is None
        if self._answers_only:
            self._answers.put(f"{entry.kind} {entry.key}", _content(entry))

    def replayed(self, entry: Entry) -> None:
        """An answer that was given again is the one that was given (H04)."""
        if entry.seq is not None and not self._answers_only:
            return
        self.counts["H04"] += 1
        before = self._answers.get(f"{entry.kind} {entry.key}")
        refused = entry.code is not None and PROFILES[self._terms.profile].for_ever
        if before is None:
            if self._terms.complete:
                self._broken("H04", f"key {entry.key} is answered again, and never was before")
        elif before != _content(entry) and not refused:
            self._broken("H04", f"key {entry.key} is answered in another way than before")


def _content(entry: Entry) -> int:
    """A number for what an answer says: type, fields, code, number of its event."""
    said: Any = sorted(entry.fields.items(), key=lambda pair: pair[0])
    return fingerprint(f"{entry.type} {said} {entry.code} {entry.seq}") & MASK
