"""Responses: one valid one a unit (S21), what they earn (L09, H14), the counts that are published (H12).

One byte a response says whether it is valid and whether an award was given, or withheld by a cap, for it.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any, ClassVar

from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.ids import ID_DIGITS

VALID, EARNED = 1, 2
ACT = "questionnaire"
TAKEN_BACK = ("REVOKED", "CANCELLED")
DOUBLE = "response_double"  # deadline of a response that a merge of two persons made one too many


class Sheet:
    """A questionnaire as drafted: its valid responses, and those of them that earned."""

    __slots__ = ("earned", "rewarded", "unit", "valid")

    def __init__(self, terms: Any) -> None:
        """No response."""
        self.rewarded: bool = terms.rewarded
        self.unit: str = terms.unit
        self.valid = 0
        self.earned = 0


class Responses(Watcher):
    """Every response from its first verdict to the last."""

    ids: ClassVar[tuple[str, ...]] = ("S21", "T24", "L09", "H12", "H14")

    def __init__(self, district: Any, broken: Broken) -> None:
        """No questionnaire."""
        super().__init__(district, broken)
        self.sheets: dict[str, Sheet] = {}
        self.submitted_count = 0
        self._marks = bytearray(1)
        self._awards = bytearray(1)  # how many awards a response has earned
        self._first = array("q", (0,))  # number of the first of them
        self._touched: set[str] = set()
        self._policy: Any = None
        self._promised: tuple[str, ...] = ()
        self._least_s = 0

    def looks(self) -> Mapping[str, Look]:
        """Events of questionnaires."""
        return {
            "participation.questionnaire_drafted": self.drafted,
            "participation.response_submitted": self.submitted,
            "participation.response_revised": self.judged,
            "participation.response_invalidated": self.judged,
            "participation.response_validated": self.validated,
            "participation.questionnaire_final": self.final,
            "clock.deadline_fired": self.doubled,
        }

    def drafted(self, event: Any, _outcome: Outcome) -> None:
        """The terms of a questionnaire."""
        self.sheets[event.questionnaire] = Sheet(event)

    def _terms(self) -> None:
        """Rules by which a valid response earns under this policy."""
        policy = self._policy = self.district.policy
        self._least_s = policy.participation.least_answer_s
        points = policy.points
        named = [(name, points.rules.get(name)) for name in (ACT, f"{ACT}_moral")]
        self._promised = tuple(
            name
            for name, rule in named
            if rule is not None and rule.points and (points.material_on if rule.ledger == "MP" else points.moral_on)
        )

    def submitted(self, event: Any, outcome: Outcome) -> None:
        """A new response; a valid one earns in the same record."""
        if self.district.policy is not self._policy:
            self._terms()
        self.submitted_count += 1
        self._touched.add(event.questionnaire)
        if event.valid is not (event.reason == "") or (event.valid and event.duration_s < self._least_s):
            self.broken("T24", f"{event}, least {self._least_s} s", outcome, event)
        self._marks.append(0)
        self._awards.append(0)
        self._first.append(0)
        if event.valid:
            self._count(event, event.response, outcome)

    def _count(self, event: Any, evidence: str, outcome: Outcome) -> None:
        """A response is valid from now on, and earns by `evidence`."""
        sheet = self.sheets[event.questionnaire]
        number = int(event.response[-ID_DIGITS:])
        sheet.valid += 1
        mark = VALID
        if sheet.rewarded:
            events = outcome.events
            earned = [each.rule for each in events[1:] if getattr(each, "evidence", "") == evidence]  # type: ignore[attr-defined]
            if earned == list(self._promised):
                mark, sheet.earned = VALID + EARNED, sheet.earned + 1
            else:
                self.broken("L09", f"{event} earned {earned} of {self._promised}", outcome, event)
            awards = [each.award for each in events if each.type == "points.award_granted"]  # type: ignore[attr-defined]
            if awards:
                self._awards[number], self._first[number] = len(awards), int(awards[0][-ID_DIGITS:])
        elif len(outcome.events) > 1:
            self.broken("L09", f"{event} earned where nothing was promised", outcome, event)
        self._marks[number] = mark

    def _discount(self, response: str, questionnaire: str) -> None:
        number = int(response[-ID_DIGITS:])
        mark, self._marks[number] = self._marks[number], 0
        sheet = self.sheets[questionnaire]
        sheet.valid -= bool(mark & VALID)
        sheet.earned -= bool(mark & EARNED)

    def judged(self, event: Any, outcome: Outcome) -> None:
        """Another verdict on a response; one that is no longer valid loses what it earned in the same record."""
        self._touched.add(event.questionnaire)
        if event.reason:
            self._discount(event.response, event.questionnaire)
            self._taken_back(event.response, outcome, event)

    def _taken_back(self, response: str, outcome: Outcome, event: Any) -> None:
        """No award that a response earned is in force, unless it was final before."""
        self.counts["H14"] += 1
        points = self.district.points
        number = int(response[-ID_DIGITS:])
        first, count = self._first[number], self._awards[number]
        self._awards[number] = 0
        for award in (f"awd_{each:0{ID_DIGITS}d}" for each in range(first, first + count)):
            if award in points.awards and points.state(award) not in TAKEN_BACK:
                self.broken("H14", f"{response} is not valid, {award} stays", outcome, event)

    def validated(self, event: Any, outcome: Outcome) -> None:
        """A response counts after all, and earns by the review."""
        if self.district.policy is not self._policy:
            self._terms()
        self._touched.add(event.questionnaire)
        self._discount(event.response, event.questionnaire)
        self._count(event, event.review, outcome)

    def doubled(self, event: Any, outcome: Outcome) -> None:
        """A merge left its person with two valid responses: this one is none any more."""
        if event.kind == DOUBLE:
            sheets = self.district.board.questionnaires.values()
            found = next((each.id for each in sheets if event.waiting in each.responses), None)
            if found is not None:
                self._touched.add(found)
                self._discount(event.waiting, found)
                self._taken_back(event.waiting, outcome, event)

    def final(self, event: Any, _outcome: Outcome) -> None:
        """The counts stand for ever."""
        self._touched.add(event.questionnaire)

    def night(self) -> None:
        """Questionnaires that got or lost a response."""
        if self.district.deadlines.next_due <= self.district.at:  # a merge of this instant has not been settled yet
            return
        for questionnaire in sorted(self._touched):
            self._sheet(questionnaire)
        self._touched.clear()

    def whole(self) -> None:
        """All questionnaires."""
        self._touched.update(self.sheets)
        self.night()

    def _sheet(self, questionnaire: str) -> None:
        sheet, row = self.sheets[questionnaire], self.district.board.questionnaires[questionnaire]
        self.counts["H12"] += 1
        if row.valid != sheet.valid:
            self.broken("H12", f"{questionnaire} shows {row.valid} valid responses, the log {sheet.valid}", None, None)
        if sheet.rewarded:
            self.counts["H14"] += 1
            if sheet.earned != row.valid:
                self.broken("H14", f"{questionnaire}: {row.valid} valid responses, {sheet.earned} earned", None, None)
        if row.state != "FINAL":
            self._units(questionnaire, row)

    def _units(self, questionnaire: str, row: Any) -> None:
        """Valid responses by unit; a person stands for all rows merged into it."""
        root = self.district.residents.root
        valid = {name: each for name, each in row.responses.items() if not each.reason}
        units = {each.unit if row.unit == "household" else root(each.person) for each in valid.values()}
        self.counts["S21"] += len(valid)
        if len(units) != len(valid) or row.valid != len(valid):
            seen = f"{questionnaire}: {len(valid)} valid responses of {len(units)} units, shown {row.valid}"
            self.broken("S21", seen, None, None)

    def checked(self) -> Mapping[str, int]:
        """Every response counts for its verdict and for what it earned."""
        more = {"T24": self.submitted_count, "L09": self.submitted_count}
        return {**self.counts, **more}
