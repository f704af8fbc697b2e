"""Cases by hand: a card for each, on which every limit, pause and level is written down as time goes by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loadtests.zoo.witness import Seen, Told, Witness

OPEN = ("SUBMITTED", "TRIAGED", "DISPATCHED", "IN_PROGRESS")
DESK = "district_desk"
LEADS_TO = {
    "reporting.report_dispatched": "DISPATCHED",
    "reporting.report_accepted": "IN_PROGRESS",
    "reporting.report_returned": "TRIAGED",
    "reporting.report_transferred": "DISPATCHED",
    "reporting.report_rejected": "REJECTED",
    "reporting.report_marked_duplicate": "DUPLICATE",
    "reporting.report_withdrawn": "WITHDRAWN",
}


@dataclass(slots=True)
class Card:
    """One case; instants that have not come are None."""

    category: str
    grid: str
    tier: str
    due: int
    state: str = "SUBMITTED"
    round: int = 1
    level: int = 0
    breached: bool = False
    paused: int = 0
    since: int = 0
    until: int = 0
    rises: int | None = None
    closes: int = 0
    closed: int = 0

    def _next(self) -> Iterator[tuple[int, str]]:
        if self.state == "SUSPENDED":
            yield self.until, "resume"
        if self.state in OPEN and not self.breached:
            yield self.due, "breach"
        if self.rises is not None and self.state in (*OPEN, "SUSPENDED"):
            yield self.rises, "rise"
        if self.state == "RESOLVED":
            yield self.closes, "close"

    def go_to(self, told: Told) -> None:
        """Whatever is due by an answer has happened."""
        while (soon := min(self._next(), default=None)) is not None and soon[0] <= told.at:
            at, what = soon
            rules = told.numbers(at).reporting
            if what == "resume":
                self.resume(at)
            elif what == "close":
                self.state, self.closed = "CLOSED", at
            else:
                self.breached |= what == "breach"
                self.level = max(self.level, min(self.level + 1, rules.top_level))
                self.rises = at + rules.escalate_after_s if self.level < rules.top_level else None

    def resume(self, at: int) -> None:
        """A pause is over; the limit moves unless it had passed before."""
        self.state = "IN_PROGRESS"
        self.paused += at - self.since
        self.due += 0 if self.breached else at - self.since


@dataclass(slots=True)
class Cases(Witness):
    """Walks along all cases, and knows who serves where."""

    cards: dict[str, Card] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    grids: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def hear(self, told: Told) -> None:
        """One answer."""
        if told.type == "read:reporting.case" and told.value is not None:
            self._shown(told)
        for wire, said in told.events:
            if wire == "binding.worker_appointed":
                self.kinds[said["worker"]] = said["kind"]
            elif wire == "binding.grid_assigned":
                self.grids[said["worker"]].add(said["grid"])
            elif wire == "binding.worker_dismissed":
                self.kinds.pop(said["worker"], None)
            elif wire == "reporting.report_submitted":
                card = Card(said["category"], said["grid"], said["tier"], said["due"])
                self.cards[said["report"]] = card
                self._limit(card, said["report"], told)
            elif said.get("report") in self.cards:
                self._step(self.cards[said["report"]], wire, said, told)

    def _limit(self, card: Card, name: str, told: Told) -> None:
        """A limit that begins now."""
        limit = told.policy.reporting.tiers[card.tier].limit_s
        self.same(f"limit of {name}", card.due, told.at + limit)

    def _shown(self, told: Told) -> None:
        card = self.cards.get(told.asked["report"])
        if card is None:
            return
        card.go_to(told)
        said = tuple(told.value[name] for name in ("state", "due", "level", "round"))
        self.same(f"case {told.asked['report']}", said, (card.state, card.due, card.level, card.round))

    def _step(self, card: Card, wire: str, said: Seen, told: Told) -> None:
        if wire != "reporting.sla_breached":  # that follows from the triage beside it
            card.go_to(told)
        if wire in ("reporting.report_dispatched", "reporting.report_transferred"):
            self._fit(card, said["worker"], told)
        if wire == "reporting.report_accepted":
            self.same("late answer", said["late"], told.at >= card.due)
        card.state = LEADS_TO.get(wire, card.state)
        if wire in WAYS:
            WAYS[wire](self, card, said, told)

    def _fit(self, card: Card, worker: str, told: Told) -> None:
        """Whoever gets a case serves in its grid, and handles such cases."""
        if worker != DESK:
            kinds = told.policy.reporting.categories[card.category].kinds
            serves = card.grid in self.grids[worker] and self.kinds.get(worker) in kinds
            self.must(f"{worker} handles a case of {card.grid}", serves)

    def triaged(self, card: Card, said: Seen, _told: Told) -> None:
        """Another class of limit, perhaps."""
        card.state, card.tier = "TRIAGED", said["tier"]
        card.due = card.due if card.breached else said["due"]

    def breached(self, card: Card, said: Seen, told: Told) -> None:
        """At once, by a stricter class."""
        right = max(card.level, min(card.level + 1, told.policy.reporting.top_level))
        self.same(f"level of {said['report']}", said["level"], right)
        card.breached, card.level, card.rises = True, said["level"], said["escalates_at"]

    def escalated(self, card: Card, said: Seen, _told: Told) -> None:
        """By hand."""
        self.same(f"level of {said['report']}", said["level"], card.level + 1)
        card.level, card.rises = said["level"], said["escalates_at"]

    def suspended(self, card: Card, said: Seen, told: Told) -> None:
        """A pause that fits into what the case has left."""
        left = told.policy.reporting.pause_limit_s - card.paused
        self.must(f"pause of {said['report']} fits", said["until"] - told.at <= left)
        card.state, card.since, card.until = "SUSPENDED", told.at, said["until"]

    def resumed(self, card: Card, said: Seen, told: Told) -> None:
        """Before its time."""
        paused = told.at - card.since
        card.resume(told.at)
        self.same(f"pause of {said['report']}", (said["paused_s"], said["due"]), (paused, card.due))

    def resolved(self, card: Card, said: Seen, told: Told) -> None:
        """Done, unless somebody speaks."""
        self.same(f"{said['report']} closes", said["closes_at"], told.at + told.policy.reporting.auto_close_s)
        card.state, card.closes, card.rises = "RESOLVED", said["closes_at"], None

    def closed(self, card: Card, said: Seen, told: Told) -> None:
        """By its reporter."""
        self.same(f"{said['report']} is closed from", card.state, "RESOLVED")
        card.state, card.closed = "CLOSED", told.at

    def _in_window(self, card: Card, name: str, told: Told) -> None:
        if card.state == "CLOSED":
            over = card.closed + told.policy.reporting.reopen_window_s
            self.must(f"{name} in its window", told.at < over)

    def rated(self, card: Card, said: Seen, told: Told) -> None:
        """Stars, while the window is open."""
        self._in_window(card, said["report"], told)

    def reopened(self, card: Card, said: Seen, told: Told) -> None:
        """Another round with a limit of its own."""
        self._in_window(card, said["report"], told)
        self.same(f"round of {said['report']}", said["round"], card.round + 1)
        card.state, card.round, card.due, card.breached = "DISPATCHED", said["round"], said["due"], False
        card.rises = None
        self._limit(card, said["report"], told)


WAYS: dict[str, Any] = {
    "reporting.report_triaged": Cases.triaged,
    "reporting.sla_breached": Cases.breached,
    "reporting.report_escalated": Cases.escalated,
    "reporting.report_suspended": Cases.suspended,
    "reporting.report_resumed": Cases.resumed,
    "reporting.report_resolved": Cases.resolved,
    "reporting.report_closed": Cases.closed,
    "reporting.report_rated": Cases.rated,
    "reporting.report_reopened": Cases.reopened,
}
