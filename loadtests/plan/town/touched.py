"""What the operations of a plan need to find: the rows that they name, and the rows that these lean on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from loadtests.plan.ids import ids_in
from loadtests.plan.leading import PREFIXES, SCAN
from loadtests.plan.story import Said, Story
from sim.profiles import DAY_S

ACTORS = {"merchant": "mer", "rider": "rid"}
"""Kinds of actors that have to be registered, with the prefix of their ids."""
PAID_SINCE = {"payments.settle_billers": ("utb", 2 * DAY_S), "marketplace.pay_riders": ("ord", 9 * DAY_S)}
"""Who is paid from what: companies are settled every night, riders every week; a day more does no harm."""
MET_S = 15 * DAY_S  # check-ins are kept for two weeks


@dataclass(slots=True)
class Touched:
    """Ids by prefix, in the order in which they were met."""

    story: Story
    ids: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, prefix: str, name: str) -> None:
        """One id more."""
        if name:
            self.ids[prefix][name] = None

    def of(self, prefix: str) -> list[str]:
        """The ids of a prefix."""
        return list(self.ids[prefix])

    @property
    def district(self) -> Any:
        """The state at the start."""
        return self.story.engine.district

    def person(self, name: str) -> None:
        """A person, under the row that stands for them at the start."""
        residents = self.district.residents
        self.add("per", residents.root(name) if name in residents.persons else name)

    def said(self, day: Iterable[Said]) -> None:
        """Everything that the operations name, in their answers too."""
        for each in day:
            kind, _, who = each.actor.partition(":")
            if kind == "resident":
                self.add("per", who)
            elif kind in ACTORS:
                self.add(ACTORS[kind], who)
            self.named(each)

    def named(self, each: Said) -> None:
        """What a command and its answer name; persons under the rows that stand for them."""
        for part in (each.data, [event["data"] for event in each.view]):
            for prefix, name in ids_in(part):
                if prefix == "per":
                    self.person(name)
                self.add(prefix, name)


def touched_by(story: Story) -> Touched:
    """The rows that a plan's operations need."""
    found = Touched(story)
    found.said(story.day)
    _visits(found)
    _scanned(found)
    _unsettled(found)
    _met(found)
    _owned(found)
    before = -1
    while before != (before := sum(map(len, found.ids.values()))):
        _cases(found)
        _led(found)
    _payments(found)
    _board(found)
    _crowds(found)
    _codes(found)
    if not found.of("dwl"):
        found.add("dwl", next(iter(story.engine.district.grid.dwellings), ""))  # the town's own till stands somewhere
    return found


def _visits(found: Touched) -> None:
    """Whom and what visits under way are for, since who is on one can begin no other."""
    for visit in found.district.visits.under_way.values():
        found.add("per", visit.person)
        found.add("rpt", visit.report)
        for order in found.district.market.riders[visit.visitor].orders if visit.visitor.startswith("rid_") else ():
            found.add("ord", order)


def _scanned(found: Touched) -> None:
    """A rule looks at the cases of its window, and passes over those that an earlier warning lists: two windows."""
    district = found.district
    if any(each.type == SCAN for each in found.story.day):
        since = district.at - 2 * district.policy.grid.warning_window_days * DAY_S
        for name, row in district.cases.reports.items():
            if row.submitted_at >= since:
                found.add("rpt", name)


def _unsettled(found: Touched) -> None:
    """Bills and orders that moved since companies and riders were paid last, where the plan pays them."""
    rows = {"utb": found.district.bills.bills, "ord": found.district.market.orders}
    for wire, (prefix, since_s) in PAID_SINCE.items():
        if any(each.type == wire for each in found.story.day):
            for name in rows[prefix]:
                way = found.story.ways.get(name)
                if way and way[-1].at > found.district.at - since_s:
                    found.add(prefix, name)


def _met(found: Touched) -> None:
    """Whoever looks for contacts finds everybody who was there."""
    if any(each.type == "epidemic.screen_contacts" for each in found.story.day):
        for name in found.story.ways:
            if name.startswith("chk_") and found.story.ways[name][-1].at > found.district.at - MET_S:
                found.add("chk", name)


def _owned(found: Touched) -> None:
    """A vote of owners opens only where somebody owns a home of a known area."""
    if any(each.type == "participation.open_vote" for each in found.story.day):
        grid, residents = found.district.grid, found.district.residents
        rows = (each for each in residents.bindings.values() if each.state == "ACTIVE" and each.relation == "owner")
        owner = next((each.person for each in rows if grid.dwellings[each.dwelling].area_dm2), "")
        found.add("per", owner)


def _led(found: Touched) -> None:
    """Rows that are led command by command, and whatever those commands name, until nothing new comes."""
    district, seen = found.district, set[str]()
    while True:
        for name in found.of("rpt"):
            found.add("wrn", district.hazards.listed.get(name, ""))
            row = district.cases.reports.get(name)
            found.add("wrn", row.warning if row is not None else "")
        new = [name for prefix in sorted(PREFIXES) for name in found.of(prefix) if name not in seen]
        if not new:
            return
        seen.update(new)
        for name in new:
            for each in found.story.ways.get(name, ()):
                _actor(found, each)
                found.named(each)


def _cases(found: Touched) -> None:
    """Every open case, since the next one goes to whoever has the fewest; the cases named and what they point to."""
    district, story = found.district, found.story
    for name, row in district.cases.reports.items():
        if row.state not in {"CLOSED", "REJECTED", "DUPLICATE", "WITHDRAWN"}:
            found.add("rpt", name)
    for name in found.of("rpt"):
        row = district.cases.reports.get(name)
        if row is not None:
            found.add("rpt", row.root)
    for name in found.of("rpt"):
        for each in story.ways.get(name, ()):
            _actor(found, each)
            found.add("qr", str(each.data.get("qr") or ""))
    _praises(found)


def _praises(found: Touched) -> None:
    """Praises that are named, and earlier ones of the same pair, which a month's limit counts."""
    district, story = found.district, found.story
    pairs = {
        (each.data["person"], each.data["praised"]) for each in story.day if each.type == "reporting.submit_praise"
    }
    for name, row in district.praises.praises.items():
        if (row.person, row.praised) in pairs:
            found.add("prs", name)
    for name in found.of("prs"):
        row = district.praises.praises.get(name)
        if row is not None:
            found.person(row.person)
            found.person(row.praised)


def _actor(found: Touched, each: Said) -> None:
    kind, _, who = each.actor.partition(":")
    if kind == "resident":
        found.person(who)
    elif kind in ACTORS:
        found.add(ACTORS[kind], who)


def _payments(found: Touched) -> None:
    """Purchases that are refunded, and who bought and sold."""
    trade = found.district.trade
    for name in found.of("pay"):
        row = trade.payments.get(name)
        if row is not None:
            found.person(row.person)
            found.add("mer", row.merchant)


def _board(found: Touched) -> None:
    """Instruments that a response names, and who has answered for a household."""
    for name, row in found.district.board.questionnaires.items():
        named = [each for each in found.of("rsp") if each in row.responses]
        if named:
            found.add("qst", name)
        for each in named:
            found.person(row.responses[each].person)


def _crowds(found: Touched) -> None:
    """Members of homes that somebody moves into, and of everybody's home where an open instrument counts by home."""
    district = found.district
    board = [*district.board.questionnaires.values(), *district.board.votes.values()]
    by_home = any(each.state == "OPEN" and each.unit == "household" for each in board)
    homes = {each.data["dwelling"] for each in found.story.day if "dwelling" in each.data}
    if by_home:
        homes |= {each.dwelling for name in found.of("per") if (each := district.residents.home(name)) is not None}
    for binding in district.residents.bindings.values() if homes else ():
        if binding.dwelling in homes and binding.state == "ACTIVE":
            found.person(binding.person)
    for name in found.of("bnd"):
        row = district.residents.bindings.get(name)
        if row is not None:
            found.person(row.person)
    for name in found.of("per"):
        person = district.residents.persons.get(name)
        for each in person.bindings if person is not None else ():
            found.add("dwl", district.residents.bindings[each].dwelling)


def _codes(found: Touched) -> None:
    """Codes that are scanned, those of requests under review too, and where they hang."""
    district = found.district
    for name in found.of("per"):
        person = district.residents.persons.get(name)
        for each in person.bindings if person is not None else ():
            for step in found.story.ways.get(each, ()):
                found.add("qr", step.data["qr"])
    for name in found.of("qr"):
        row = district.grid.codes.get(name)
        if row is not None:
            found.add("dwl", row.place)
