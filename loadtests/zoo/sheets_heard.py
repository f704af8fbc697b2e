"""Questionnaires by hand: each sheet judged by reading it, one valid sheet a unit, and what it earns beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from loadtests.zoo.witness import Homes, Seen, Told, Witness


@dataclass(slots=True)
class Sheet:
    """A sheet handed in, why it does not count, and the awards that it has earned, with the instant of their end."""

    person: str
    unit: str
    duration: int
    reason: str
    awards: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Pile:
    """A questionnaire and its sheets."""

    items: int
    required: int
    closes: int
    rewarded: bool
    unit: str
    state: str = "DRAFT"
    sheets: dict[str, Sheet] = field(default_factory=dict)
    unclear: bool = False

    def until(self, at: int) -> None:
        """The time may be over."""
        if self.state == "OPEN" and at >= self.closes:
            self.state = "CLOSED"

    def valid_of(self, unit: str) -> list[Sheet]:
        """The sheets of a unit that count."""
        return [each for each in self.sheets.values() if each.unit == unit and not each.reason]

    def judged(self, answers: list[int], duration: int, policy: Any) -> str:
        """Why a sheet does not count in itself."""
        given = [each for each in answers if each]
        if len(given) < self.required:
            return "incomplete"
        if duration < policy.participation.least_answer_s:
            return "too_fast"
        long = len(given) >= policy.participation.straight_line_items
        return "straight_line" if long and len(set(given)) == 1 else ""


@dataclass(slots=True)
class Sheets(Witness):
    """Walks along all questionnaires."""

    homes: Homes = field(default_factory=Homes)
    piles: dict[str, Pile] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)

    def hear(self, told: Told) -> None:
        """One answer."""
        if told.type == "read:participation.questionnaire" and told.value is not None:
            self._shown(told)
        self.revoked |= {said["award"] for wire, said in told.events if wire == "points.award_revoked"}
        for wire, said in told.events:
            if wire == "participation.questionnaire_drafted":
                self.piles[said["questionnaire"]] = Pile(
                    said["items"], said["required_items"], said["closes_at"], said["rewarded"], said["unit"]
                )
            elif wire == "binding.person_merged":
                for pile in self.piles.values():
                    pile.unclear = True
            elif wire in WAYS and said["questionnaire"] in self.piles:
                pile = self.piles[said["questionnaire"]]
                pile.until(told.at)
                WAYS[wire](self, pile, said, told)

    def _shown(self, told: Told) -> None:
        pile = self.piles.get(told.asked["questionnaire"])
        if pile is None or pile.unclear:
            return
        pile.until(told.at)
        state = "CLOSED" if told.value["state"] == "FINAL" else told.value["state"]
        self.same(f"state of {told.asked['questionnaire']}", state, pile.state)
        counts = told.value["counts"]
        if counts is not None and pile.state == "CLOSED":
            reasons = Counter(each.reason for each in pile.sheets.values())
            said = {"": counts["valid"], **counts["invalid"]}
            self.same("counts", {name: n for name, n in said.items() if n}, dict(reasons))

    def opened(self, pile: Pile, _said: Seen, _told: Told) -> None:
        """Sheets may come."""
        pile.state = "OPEN"

    def closed(self, pile: Pile, _said: Seen, _told: Told) -> None:
        """No more sheets."""
        pile.state = "CLOSED"

    def submitted(self, pile: Pile, said: Seen, told: Told) -> None:
        """A sheet with its verdict, and what it earns."""
        person = said["person"]
        unit = person if pile.unit == "person" else self.homes.household(person)
        before = pile.valid_of(unit)
        reason = pile.judged(told.asked["answers"], told.asked["duration_s"], told.policy)
        if before and not reason:
            reason = "duplicate"
        if not pile.unclear:
            own = any(each.person == person for each in before)
            self.same(f"sheet of {person}", (pile.state, own, said["reason"]), ("OPEN", False, reason))
        sheet = Sheet(person, unit, said["duration_s"], said["reason"])
        pile.sheets[said["response"]] = sheet
        self._earned(pile, sheet, said["response"], told)

    def _earned(self, pile: Pile, sheet: Sheet, fact: str, told: Told) -> None:
        """A sheet that counts earns, or it is said why not; no other does."""
        about = [(wire, said) for wire, said in told.events if said.get("evidence") == fact]
        self.same(f"{fact} earns", bool(about), pile.rewarded and not sheet.reason)
        given = (said for wire, said in about if wire == "points.award_granted")
        sheet.awards |= {said["award"]: said["final_at"] for said in given}

    def _taken_back(self, pile: Pile, sheet: Sheet, told: Told) -> None:
        """What a sheet has earned goes when it no longer counts."""
        now = {said["award"] for wire, said in told.events if wire == "points.award_revoked"}
        owed = {award for award in sheet.awards if award not in self.revoked - now}
        if not pile.unclear:
            self.same("awards taken back", sorted(owed & now), sorted(owed))
        sheet.awards.clear()

    def invalidated(self, pile: Pile, said: Seen, told: Told) -> None:
        """An officer takes a sheet out."""
        sheet = pile.sheets.get(said["response"])
        if sheet is not None:
            sheet.reason = said["reason"]
            self._taken_back(pile, sheet, told)

    def validated(self, pile: Pile, said: Seen, told: Told) -> None:
        """An officer puts a sheet back."""
        sheet = pile.sheets.get(said["response"])
        if sheet is None:
            return
        if not pile.unclear:
            self.same(f"others beside {said['response']}", len(pile.valid_of(sheet.unit)), 0)
        sheet.reason = ""
        self._earned(pile, sheet, said["review"], told)

    def revised(self, pile: Pile, said: Seen, told: Told) -> None:
        """A sheet is filled in anew."""
        sheet = pile.sheets.get(said["response"])
        if sheet is None:
            return
        duration = sheet.duration + told.asked["duration_s"]
        reason = pile.judged(told.asked["answers"], duration, told.policy)
        self.same(f"revised {said['response']}", (said["reason"], said["duration_s"]), (reason, duration))
        sheet.duration, sheet.reason = duration, said["reason"]
        if sheet.reason:
            self._taken_back(pile, sheet, told)


WAYS = {
    "participation.questionnaire_opened": Sheets.opened,
    "participation.questionnaire_closed": Sheets.closed,
    "participation.response_submitted": Sheets.submitted,
    "participation.response_invalidated": Sheets.invalidated,
    "participation.response_validated": Sheets.validated,
    "participation.response_revised": Sheets.revised,
}
