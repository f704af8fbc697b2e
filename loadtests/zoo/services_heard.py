"""What people do for each other, by hand: places and who waits, shifts, riders, offers, topics, checkouts, appeals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from loadtests.zoo.witness import Seen, Told, Witness


@dataclass(slots=True)
class Gathering:
    """An activity: how many places, who has one, who waits in which order."""

    places: int
    closes: int
    placed: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)
    unclear: bool = False


@dataclass(slots=True)
class Services(Witness):
    """Walks along all of them."""

    gatherings: dict[str, Gathering] = field(default_factory=dict)
    shifts: dict[str, tuple[int, int]] = field(default_factory=dict)
    signed: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    trained: set[str] = field(default_factory=set)
    carried: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ends: dict[str, int] = field(default_factory=dict)
    holds: dict[str, int] = field(default_factory=dict)
    fulfilled: dict[str, int] = field(default_factory=dict)
    began: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)

    def hear(self, told: Told) -> None:
        """One answer."""
        if told.value is not None:
            self._shown(told)
        for wire, said in told.events:
            if wire == "binding.person_merged":
                self._unclear(said)
            elif wire in WAYS:
                WAYS[wire](self, said, told)

    def _unclear(self, said: Seen) -> None:
        """Of two records of one person, doubled places and shifts are given back by themselves."""
        for gathering in self.gatherings.values():
            gathering.unclear = True
        for who in (said["person"], said["into"]):
            self.signed.pop(who, None)

    def _shown(self, told: Told) -> None:
        """Nothing that is over is shown as if it went on."""
        for read, (name, going) in OVER.items():
            if told.type == read and told.value.get("state") in going:
                end = (self.holds if name == "order" else self.ends).get(told.asked[name])
                if end is not None:
                    self.must(f"{told.asked[name]} goes on", told.at < end)
        self._listed(told)
        row = (
            self.gatherings.get(told.asked.get("activity", "")) if told.type == "read:participation.activity" else None
        )
        if row is not None and not row.unclear and told.value["state"] in ("OPEN", "FULL"):
            said = told.value["confirmed"], told.value["waiting"]
            self.same(f"places of {told.asked['activity']}", said, (len(row.placed), len(row.waiting)))

    def _listed(self, told: Told) -> None:
        """No offer, tag or warning is shown that should be over, sold or dealt with."""
        if told.type == "read:marketplace.offers":
            gone = [each["offer"] for each in told.value if told.at >= each["closes_at"] or each["left"] < 0]
            self.same("offers that are over or sold out", gone, [])
        elif told.type == "read:district.own_record":
            self.same("tags that are over", [each for each in told.value["tags"] if each["valid_to"] <= told.at], [])
        elif told.type == "read:grid.warning" and told.at >= self.ends.get(told.asked["warning"], told.at + 1):
            self.must(f"{told.asked['warning']} has a case", bool(told.value["case"]))

    def drafted(self, said: Seen, _told: Told) -> None:
        """An activity."""
        self.gatherings[said["activity"]] = Gathering(said["places"], said["closes_at"])

    def registered(self, said: Seen, _told: Told) -> None:
        """A place while there is one."""
        row = self.gatherings[said["activity"]]
        if not row.unclear:
            self.same(f"{said['registration']} waits", said["waits"], len(row.placed) >= row.places)
        if said["waits"]:
            row.waiting.append(said["registration"])
        else:
            row.placed.add(said["registration"])

    def cancelled(self, said: Seen, told: Told) -> None:
        """A place given back goes to the first who waits."""
        row = self.gatherings[said["activity"]]
        name = said["registration"]
        promoted = [each["registration"] for wire, each in told.events if wire == PROMOTED]
        given_back = told.type == "participation.cancel_registration" and told.at < row.closes
        if name in row.placed and given_back and not row.unclear:
            self.same(f"who gets the place of {name}", promoted, row.waiting[:1])
        row.placed.discard(name)
        row.waiting = [each for each in row.waiting if each != name]

    def promoted(self, said: Seen, _told: Told) -> None:
        """Somebody who waited has a place."""
        row = self.gatherings[said["activity"]]
        row.waiting = [each for each in row.waiting if each != said["registration"]]
        row.placed.add(said["registration"])

    def shift(self, said: Seen, _told: Told) -> None:
        """When a shift is."""
        self.shifts[said["shift"]] = said["starts_at"], said["ends_at"]

    def sign(self, said: Seen, told: Told) -> None:
        """Nobody is in two places at once."""
        starts, ends = self.shifts[said["shift"]]
        mine = [self.shifts[each] for each in self.signed[said["person"]]]
        clash = [each for each in mine if told.at < each[0] < ends and starts < each[1]]
        self.same(f"shifts of {said['person']} at once", clash, [])
        self.signed[said["person"]].add(said["shift"])

    def unsign(self, said: Seen, _told: Told) -> None:
        """Somebody else may take it."""
        for shifts in self.signed.values():
            shifts.discard(said["shift"])

    def verified(self, said: Seen, _told: Told) -> None:
        """At most the minutes of the shift count."""
        starts, ends = self.shifts[said["shift"]]
        self.must(f"minutes of {said['shift']}", 0 <= said["minutes"] * 60 <= ends - starts)

    def train(self, said: Seen, _told: Told) -> None:
        """Who may ride."""
        self.trained.add(said["rider"])

    def rides(self, said: Seen, _told: Told) -> None:
        """Only who was trained."""
        self.must(f"{said['rider']} was trained", said["rider"] in self.trained)

    def visit(self, said: Seen, told: Told) -> None:
        """When a visit began."""
        self.began[said["visit"]] = told.at

    def visited(self, said: Seen, told: Told) -> None:
        """The minutes between its two words."""
        self.same(f"minutes of {said['visit']}", said["minutes"], -((self.began[said["visit"]] - told.at) // 60))

    def verified_warning(self, said: Seen, _told: Told) -> None:
        """It has a case by then."""
        self.ends[said["warning"]] = said["case_due"]

    def assigned(self, said: Seen, told: Told) -> None:
        """A trained rider with a free hand."""
        mine = {each for each in self.carried[said["rider"]] if told.at < self.fulfilled.get(each, 0)}
        free = len(mine) < told.policy.marketplace.rider_orders
        self.same(f"{said['rider']} may ride and has a hand free", (said["rider"] in self.trained, free), (True, True))
        self.carried[said["rider"]].add(said["order"])

    def unassigned(self, said: Seen, _told: Told) -> None:
        """An order is no rider's any more."""
        for orders in self.carried.values():
            orders.discard(said["order"])

    def paid(self, said: Seen, _told: Told) -> None:
        """How long a rider may carry an order."""
        self.fulfilled[said["order"]] = said["fulfil_by"]

    def closes(self, said: Seen, _told: Told) -> None:
        """Something that ends at an instant."""
        name = next(said[each] for each in ("offer", "topic", "checkout") if each in said)
        self.ends[name] = said["closes_at"]

    def posted(self, said: Seen, told: Told) -> None:
        """Only while the topic is open."""
        self.must(f"post in {said['topic']}", told.at < self.ends[said["topic"]])

    def placed(self, said: Seen, told: Told) -> None:
        """Only while the offer goes on; unpaid it holds for a while."""
        if said["offer"] is not None:
            self.must(f"order of {said['offer']}", told.at < self.ends[said["offer"]])
        self.holds[said["order"]] = said["hold_expires"]
        self.same(f"hold of {said['order']}", said["hold_expires"], told.at + told.policy.marketplace.hold_s)

    def deducted(self, said: Seen, _told: Told) -> None:
        """Points that are taken."""
        self.taken[said["deduction"]] = said["points"]

    def upheld(self, said: Seen, _told: Told) -> None:
        """The same points come back."""
        self.same(f"what {said['deduction']} gives back", said["points"], self.taken.get(said["deduction"]))


PROMOTED = "participation.registration_promoted"
OVER = {
    "read:payments.checkout": ("checkout", ("CREATED",)),
    "read:reporting.topic": ("topic", ("OPEN",)),
    "read:marketplace.order": ("order", ("PLACED",)),
}
"""Questions about what ends by itself, and the states from which it does."""
WAYS: dict[str, Any] = {
    "participation.activity_drafted": Services.drafted,
    "participation.registration_made": Services.registered,
    "participation.registration_cancelled": Services.cancelled,
    PROMOTED: Services.promoted,
    "participation.shift_opened": Services.shift,
    "participation.shift_signed": Services.sign,
    "participation.shift_given_back": Services.unsign,
    "participation.shift_aborted": Services.unsign,
    "participation.shift_verified": Services.verified,
    "marketplace.rider_trained": Services.train,
    "marketplace.duty_started": Services.rides,
    "grid.visit_started": Services.visit,
    "grid.visit_done": Services.visited,
    "grid.warning_verified": Services.verified_warning,
    "marketplace.order_assigned": Services.assigned,
    "marketplace.order_given_back": Services.unassigned,
    "marketplace.order_delivered": Services.unassigned,
    "marketplace.order_cancelled": Services.unassigned,
    "marketplace.delivery_failed": Services.unassigned,
    "marketplace.order_paid": Services.paid,
    "marketplace.order_placed": Services.placed,
    "marketplace.offer_published": Services.closes,
    "reporting.topic_opened": Services.closes,
    "reporting.posted": Services.posted,
    "payments.checkout_opened": Services.closes,
    "points.deduction_posted": Services.deducted,
    "points.deduction_upheld": Services.upheld,
}
