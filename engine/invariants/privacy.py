"""What an exported event must not hold (S27), and which ledgers one event may post in (S13).

Ids of rows that came in earlier were looked at when the row was made, ids that the engine makes hold a counter, so only
free names and texts, evidence from outside and new ids from outside are searched. That a name or an address stands in a
free field cannot be seen by pattern: such fields are personal, and must hold commitments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, get_type_hints

from engine.district.ledger import MORAL_ISS
from engine.invariants.invariant import Look, Watcher
from engine.kernel import ids
from engine.kernel.command import Outcome
from engine.kernel.event import EVENTS, Event
from engine.kernel.units import Name, Text

RAW = re.compile(
    r"(?<![0-9])(?:1[3-9][0-9]{9}"  # mobile phone
    r"|[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx])(?![0-9])"  # identity
)
COMMITMENT = re.compile(r"[0-9a-f]{64}")
SEALED = {
    "binding.special_tagged": ("commitment",),
    "binding.worker_introduced": ("name", "contact"),
    "epidemic.checked_in": ("place",),
    "epidemic.exposure_judged": ("verdict",),
    "epidemic.result_recorded": ("result",),
    "epidemic.travel_declared": ("origin",),
    "grid.warning_raised": ("text",),
    "reporting.praise_submitted": ("text",),
    "reporting.posted": ("text",),
    "reporting.report_submitted": ("text", "place"),
    "reporting.suggestion_submitted": ("text",),
}
"""Event -> fields that stand for a personal value."""
NEW_FROM_OUTSIDE = {
    "binding.building_added": "building",
    "binding.community_opened": "community",
    "binding.dwelling_added": "dwelling",
    "binding.grid_opened": "grid",
    "binding.person_registered": "person",
    "binding.worker_appointed": "worker",
    "marketplace.rider_registered": "rider",
    "payments.merchant_registered": "merchant",
}
"""Event -> its field with an id that somebody outside made."""
KNOWN = {
    "clock.deadline_fired": ("kind", "waiting"),  # a word of ours, an id that waits
    "participation.ballot_cast": ("ballot",),
    "participation.response_validated": ("review",),
    "points.award_granted": ("rule", "evidence"),  # a name of the policy; evidence from outside is looked at by itself
    "points.award_vested": ("rule",),
}
"""Event -> fields that the engine or the policy names."""
GRANT = "points.grant_award"
FREE = (Name, Text, ids.EvidenceId)


class Privacy(Watcher):
    """Strings of events, and ledgers of postings."""

    ids: ClassVar[tuple[str, ...]] = ("S13", "S27")

    def looks(self) -> Mapping[str, Look]:
        """Every event with a field to look at, every event that posts."""
        looks: dict[str, list[Look]] = {}
        for name, kind in EVENTS.items():
            found = _FREE_FIELDS.get(name)
            if found is None:
                found = _FREE_FIELDS[name] = _free_fields(name, kind)
            if found:
                looks.setdefault(name, []).append(self._search(found))
            if name in SEALED:
                looks.setdefault(name, []).append(self._sealed(SEALED[name]))
            if kind.postings is not Event.postings and name != "binding.person_merged":
                looks.setdefault(name, []).append(self._ledgers)
        looks["points.award_granted"] = [self._award]
        looks["payments.purchase_paid"] = [self._purchase]
        return {name: _together(several) for name, several in looks.items()}

    def _search(self, fields: tuple[str, ...]) -> Look:
        def look(event: Any, outcome: Outcome) -> None:
            for field in fields:
                self._plain(getattr(event, field), outcome, event)

        return look

    def _plain(self, text: str | None, outcome: Outcome, event: Event) -> None:
        self.counts["S27"] += 1
        if text and RAW.search(text):
            self.broken("S27", f"{event.type} holds a phone or identity number", outcome, event)

    def _award(self, event: Any, outcome: Outcome) -> None:
        """The rule is the policy's; evidence comes from outside by one command only."""
        self._ledgers(event, outcome)
        if outcome.by.command.type == GRANT:
            self._plain(event.evidence, outcome, event)

    def _sealed(self, fields: tuple[str, ...]) -> Look:
        def look(event: Any, outcome: Outcome) -> None:
            command: Any = outcome.by.command
            values = [(each, getattr(event, each)) for each in fields]
            values += [(each, getattr(command, each)) for each in command.personal]
            for field, value in values:
                self.counts["S27"] += 1
                if value is not None and not COMMITMENT.fullmatch(value):
                    self.broken("S27", f"{field} of {event.type} is no commitment", outcome, event)

        return look

    def _purchase(self, event: Any, outcome: Outcome) -> None:
        """A purchase without points posts money only, and is too frequent to be asked."""
        if event.points:
            self._ledgers(event, outcome)

    def _ledgers(self, event: Any, outcome: Outcome) -> None:
        self.counts["S13"] += 1
        moral: bool | None = None
        for source, _, target, _, _ in event.postings():
            if moral is None:
                moral = source >= MORAL_ISS
            if (source >= MORAL_ISS) is not moral or (target >= MORAL_ISS) is not moral:
                self.broken("S13", f"{event} posts in several ledgers", outcome, event)


_FREE_FIELDS: dict[str, tuple[str, ...]] = {}
"""By event type, once they were asked for: types do not change, and audits attach invariants often."""


def _free_fields(name: str, kind: type[Event]) -> tuple[str, ...]:
    """Fields of an event that may hold what somebody typed."""
    known = (*KNOWN.get(name, ()), *SEALED.get(name, ()))
    hints = get_type_hints(kind, include_extras=True)
    free = [field for field, hint in hints.items() if _is_free(hint) and field not in known]
    return (*free, *((NEW_FROM_OUTSIDE[name],) if name in NEW_FROM_OUTSIDE else ()))


def _is_free(hint: Any) -> bool:
    return hint in FREE or any(each in FREE for each in getattr(hint, "__args__", ()))


def _together(several: list[Look]) -> Look:
    if len(several) == 1:
        return several[0]

    def look(event: Any, outcome: Outcome) -> None:
        for each in several:
            each(event, outcome)

    return look
