"""From an entry to the event that it tells: ids as the rows have them, and fields that it leaves out filled in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from engine.foreign.commands import FIRED
from engine.foreign.entry import Entry, event_of, event_or_none
from engine.foreign.filling import LOT_FIELDS, fill
from engine.foreign.numbering import Numbering, Rename
from engine.kernel.event import EVENTS, Event


class Telling:
    """Entries of one log, in their order. `filled` counts what they left out, `lots_filled` says if that was lots."""

    def __init__(self, district: Any, *, own_ids: bool) -> None:
        """Nothing told; `own_ids` leaves every id as it is."""
        self._district = district
        self.numbering = None if own_ids else Numbering()
        self.filled: Counter[str] = Counter()
        self.lots_filled = False
        self._renamers: dict[str, tuple[tuple[str, Rename], ...]] = {}
        self._lots_made = 0

    def begin(self) -> None:
        """A new record: ids of the last one are forgotten."""
        if self.numbering is not None:
            self.numbering.renamed = {}

    def event(self, entry: Entry) -> Event:
        """The event of an entry. Raises Unreadable, or Absent for what follows from a row that is not there."""
        if self.numbering is not None:
            self._rename(entry, self.numbering)
        event = event_or_none(entry)
        if event is not None:
            return event
        filled = fill(entry, self._district, self._new_lot)
        self.filled.update(f"{entry.type}.{name}" for name in filled)
        if entry.lots is None and any(entry.fields[name] for name in LOT_FIELDS.intersection(filled)):
            self.lots_filled = True
        return event_of(entry)

    def _rename(self, entry: Entry, numbering: Numbering) -> None:
        renamers = self._renamers.get(entry.type)
        if renamers is None:
            renamers = self._renamers[entry.type] = numbering.renamer(EVENTS[entry.type])
        given = told = entry.fields
        for name, rename in renamers:
            value = given.get(name)
            if value is None:
                continue
            ours = rename(value)
            if ours != value:
                told = dict(given) if told is given else told
                told[name] = ours
        if entry.type == FIRED and isinstance(given.get("waiting"), str):
            told = {**told, "waiting": numbering.told(given["waiting"])}
        entry.fields = told
        if entry.lots:
            entry.lots = [(numbering.of("lot", lot), points) for lot, points in entry.lots]

    def _new_lot(self) -> str:
        self._lots_made += 1
        if self.numbering is None:
            made: str = self._district.ids.new("lot")
            return made
        return self.numbering.of("lot", f"filled in {self._lots_made}")

    def theirs(self, text: str) -> str:
        """A text about the present record, with ids as the log has them."""
        if self.numbering is not None:
            for ours, other in self.numbering.renamed.items():
                text = text.replace(ours, other)
        return text
