"""What moves without an answer that says so: by deadlines of the town or of an answer, by commands that got lost.

A suggestion that is declined gives its awards back right afterwards, each in a record of its own; whoever was at an
activity earns when it is settled, a volunteer when the minutes stand; the points of an order come back if nobody pays
it. Nobody is answered when that happens. The accounts that it may touch are known in part: they are judged, but what
does not fit counts as unknown, never as a violation. The replay and the export know them whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from loadtests.audit.calls import Call

Data = dict[str, Any]
OWNED = ("shift", "suggestion", "report")
"""Things that earn for the person who made them: an event about one that names a person says whose it is."""
MAY_EARN = frozenset(
    {
        "points.grant_award",
        "points.revoke_award",
        "participation.submit_response",
        "participation.revise_response",
        "participation.validate_response",
        "participation.invalidate_response",
        "participation.cast_ballot",
        "participation.check_in_registration",
        "participation.verify_shift",
        "marketplace.place_order",
        "marketplace.refund_order",
        "binding.merge_persons",
        "reporting.accept_suggestion",
        "reporting.adopt_suggestion",
        "reporting.implement_suggestion",
        "reporting.decline_suggestion",
        "reporting.resolve_report",
        "reporting.publish_praise",
        "points.propose_deduction",
        "points.review_deductions",
        "points.decide_appeal",
        "points.archive_moral_year",
    }
)
"""Commands after which points of a person may move, now or later; apart from purchases, which are judged as such."""
ONLY_MORAL = ("reporting.publish_praise", "points.propose", "points.review", "points.decide", "points.archive")


class Unseen:
    """Gathers whose points and which merchants' money may move unseen. Ask when every call was seen."""

    def __init__(self, district: Any) -> None:
        """`district`: the town as the run found it, and the deadlines that wait in it."""
        self.merchants: set[str] = set()
        self.taken_back: set[str] = set()
        self.anybody = self.anybody_moral = False
        self._purses: set[str] = set()
        self._both: set[str] = set()
        self._given: dict[str, str] = {}
        self._of: dict[str, str] = {}
        self._gave_back: set[str] = set()
        self._purchases_earn = bool(district.policy.points.purchase_fen_a_point or district.trade.earned)
        self._lost: list[tuple[str, Data]] = []
        self._district = district
        self._by_event: Mapping[str, Callable[[Data, Call], None]] = {
            "points.award_granted": self._granted,
            "reporting.suggestion_declined": self._declined,
            "participation.registration_checked_in": self._checked_in,
            "participation.shift_verified": self._verified,
            "marketplace.order_placed": self._ordered,
            "payments.checkout_opened": self._opened,
            "payments.purchase_refunded": self._gave,
            "points.purchase_earned": self._earned,
            "binding.person_merged": self._merged,
            "participation.shift_signed": self._owned,
            "reporting.suggestion_submitted": self._owned,
            "reporting.report_submitted": self._owned,
        }
        self._begin(district)

    def _begin(self, district: Any) -> None:
        """What waits in the town."""
        for order in district.market.orders.values():
            self.merchants.add(order.merchant)
            self._purses.update([order.person] if order.points else [])
        self.merchants.update(row.payee for row in district.checkouts.checkouts.values())
        self._purses.update(award.person for award in district.points.awards.values() if award.vests_at is not None)
        self._both.update(_earning(district))

    def see(self, call: Call) -> None:
        """One call with one effect."""
        if call.outcome == "ok" and not call.is_read:
            for event in call.answer.view or ():
                look = self._by_event.get(event["type"])
                if look is not None:
                    look(event["data"], call)
        elif call.outcome == "unknown" and call.operation.type in MAY_EARN:
            self._lost.append((call.operation.type, call.operation.data))

    def _granted(self, data: Data, _call: Call) -> None:
        if data["vests_at"] is not None:
            self._purses.add(data["person"])
        elif data["evidence"].startswith("sug_"):
            self._given[data["award"]] = data["person"]

    def _declined(self, data: Data, _call: Call) -> None:
        self.taken_back.update(data["awards"])

    def _checked_in(self, _data: Data, call: Call) -> None:
        if "person" in call.operation.data:
            self._both.add(call.operation.data["person"])
        else:
            self.anybody = self.anybody_moral = True

    def _verified(self, data: Data, _call: Call) -> None:
        self._both.add(data["person"])

    def _ordered(self, data: Data, _call: Call) -> None:
        self.merchants.add(data["merchant"])
        if data["points"]:
            self._purses.add(data["person"])

    def _gave(self, data: Data, _call: Call) -> None:
        """What the goods had earned goes back right after them."""
        self._gave_back.add(data["person"])

    def _earned(self, _data: Data, _call: Call) -> None:
        self._purchases_earn = True

    def _opened(self, data: Data, _call: Call) -> None:
        self.merchants.add(data["payee"])

    def _merged(self, data: Data, _call: Call) -> None:
        self._both.update((data["person"], data["into"]))

    def _owned(self, data: Data, _call: Call) -> None:
        for name in OWNED:
            if name in data and data["person"]:
                self._of[data[name]] = data["person"]

    def settle(self) -> None:
        """Every call was seen: say whose the things are that got lost or are taken back."""
        for award in self.taken_back:
            self._both.update(self._owner_of_award(award))
        for wire, data in self._lost:
            owners = list(self._owners(data))
            self._both.update(owners)
            if not owners:
                self.anybody_moral = True
                self.anybody = self.anybody or not wire.startswith(ONLY_MORAL)
        self._lost.clear()

    def _owner_of_award(self, award: str) -> Iterator[str]:
        row = self._district.points.awards.get(award)
        if row is not None:
            yield row.person
        elif award in self._given:
            yield self._given[award]

    def _owners(self, data: Data) -> Iterator[str]:
        """Whose points a lost command may have moved; nobody if that is not known."""
        yield from (data[name] for name in ("person", "into") if isinstance(data.get(name), str))
        yield from (self._of[data[name]] for name in OWNED if data.get(name) in self._of)
        if "award" in data:
            yield from self._owner_of_award(data["award"])

    def purse(self, person: str) -> bool:
        """True if points that can be spent may have moved unseen."""
        if self._purchases_earn and person in self._gave_back:
            return True
        return self.anybody or person in self._purses or person in self._both

    def moral(self, person: str) -> bool:
        """True if moral points may have moved unseen."""
        return self.anybody_moral or person in self._both


def _earning(district: Any) -> Iterator[str]:
    """Who earns soon: volunteers whose minutes are verified, people who are at an activity."""
    yield from (row.person for row in district.volunteers.shifts.values() if row.state == "VERIFIED")
    for activity in district.board.activities.values():
        yield from (row.person for row in activity.registrations.values() if row.state == "CHECKED_IN")
