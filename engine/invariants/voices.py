"""Suggestions: promised and late answers (T24, H12), and what an outcome of a topic claims to have answered (H12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import DAY_S, civil_day, day_start

ANSWERED = "reporting.suggestion_answered"


@dataclass(slots=True)
class Promise:
    """Until when a suggestion is to be answered, and when it was; 0: not yet."""

    due: int
    answered_at: int = 0
    overdue: bool = False
    owed: bool = True


class Voices(Watcher):
    """Every suggestion from its submission to its answer."""

    ids: ClassVar[tuple[str, ...]] = ("T24", "H12")

    def __init__(self, district: Any, broken: Broken) -> None:
        """Nobody has suggested anything."""
        super().__init__(district, broken)
        self.promises: dict[str, Promise] = {}
        self._touched: set[str] = set()

    def looks(self) -> Mapping[str, Look]:
        """Events of suggestions and outcomes."""
        return {
            "reporting.suggestion_submitted": self.submitted,
            "reporting.suggestion_answered": self.answered,
            "reporting.suggestion_overdue": self.overdue,
            "reporting.suggestion_marked_duplicate": self.left_out,
            "reporting.suggestion_withdrawn": self.left_out,
            "reporting.topic_concluded": self.concluded,
        }

    def submitted(self, event: Any, outcome: Outcome) -> None:
        """The promise is the policy's."""
        self.counts["T24"] += 1
        days = self.district.policy.reporting.suggestion_answer_days
        due = day_start(civil_day(outcome.by.at) + 1) + days * DAY_S
        if event.answer_due != due:
            self.broken("T24", f"{event.suggestion} is due at {event.answer_due}, promised {due}", outcome, event)
        self.promises[event.suggestion] = Promise(event.answer_due)

    def answered(self, event: Any, outcome: Outcome) -> None:
        """One answer, late exactly when the promised instant has come."""
        self.counts["H12"] += 1
        self._touched.add(event.suggestion)
        promise = self.promises[event.suggestion]
        late = outcome.by.at >= promise.due
        if promise.answered_at or event.late is not late:
            seen = f"{event} at {outcome.by.at}, due {promise.due}, answered {promise.answered_at}"
            self.broken("H12", seen, outcome, event)
        promise.answered_at, promise.owed = outcome.by.at, False

    def overdue(self, event: Any, outcome: Outcome) -> None:
        """Nobody has answered in time."""
        self.counts["H12"] += 1
        promise = self.promises[event.suggestion]
        promise.overdue = True
        if not promise.owed or outcome.by.at != promise.due:
            self.broken("H12", f"{event.suggestion} is overdue at {outcome.by.at}: {promise}", outcome, event)

    def left_out(self, event: Any, _outcome: Outcome) -> None:
        """Nobody owes an answer."""
        self.promises[event.suggestion].owed = False

    def concluded(self, event: Any, outcome: Outcome) -> None:
        """Whatever an outcome names has been answered, by it at the latest."""
        self.counts["H12"] += 1
        here = {each.suggestion for each in outcome.events if each.type == ANSWERED}  # type: ignore[attr-defined]
        for each in event.suggestions:
            if each not in here and not self.promises[each].answered_at:
                self.broken("H12", f"{event.topic} names {each}, which nobody has answered", outcome, event)

    def night(self) -> None:
        """Suggestions that were answered."""
        for each in sorted(self._touched):
            self._row(each)
        self._touched.clear()

    def whole(self) -> None:
        """All suggestions: none is past its promise without being counted as late."""
        for each in self.promises:
            self._row(each)

    def _row(self, suggestion: str) -> None:
        promise, row = self.promises[suggestion], self.district.voices.suggestions[suggestion]
        self.counts["H12"] += 1
        if (row.answered_at or 0, row.overdue) != (promise.answered_at, promise.overdue):
            self.broken("H12", f"{suggestion} shows {row.answered_at}, {row.overdue}; the log {promise}", None, None)
        if promise.owed and not promise.overdue and self.district.at > promise.due:
            self.broken("H12", f"{suggestion} was due at {promise.due} and is not counted as late", None, None)
