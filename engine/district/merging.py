"""The event that makes two rows of one person into one: what the row that goes owns moves to the row that stays.

Other subjects' rows may go on naming the row that went (a payment, an award, a case): `residents.root` leads to the
person. What is keyed by person and binds the future (wallets, caps, cooldowns, praises of the month, tags, consents)
moves here.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from engine.district.care import merge_plans
from engine.district.ledger import AV, DEBT, HELD, MORAL, PEND
from engine.district.lots import LotUse
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import BindingId, PersonId
from engine.kernel.units import Points

if TYPE_CHECKING:

    from engine.district.district import District
    from engine.district.lots import Lot


@event("binding.person_merged")
class PersonMerged(Event):
    """`person` was the same as `into` all along. Available points of the one first pay `netted` debt of the other.

    `moral` may be negative; `primary` is the home of the person from now on.
    """

    person: PersonId
    into: PersonId
    available: Points
    pending: Points
    held: Points
    debt: Points
    moral: int
    netted: Points
    lots: tuple[LotUse, ...]
    primary: BindingId | None

    def postings(self) -> tuple[Posting, ...]:
        """Every balance of the row that goes, to the one that stays; then debt is paid."""
        one, other = self.person, self.into
        moral = (one, other, self.moral) if self.moral >= 0 else (other, one, -self.moral)
        return (
            (AV, one, AV, other, self.available),
            (PEND, one, PEND, other, self.pending),
            (HELD, one, HELD, other, self.held),
            (DEBT, other, DEBT, one, self.debt),
            (MORAL, moral[0], MORAL, moral[1], moral[2]),
            (AV, other, DEBT, other, self.netted),
        )

    def apply(self, district: District) -> None:
        """Move every row."""
        district.ledger.post(self.postings())
        self._move_bindings(district)
        self._move_wallet(district)
        self._move_caps(district)
        self._move_tags(district)

    def _move_bindings(self, district: District) -> None:
        rows = district.residents
        one, other = rows.persons[self.person], rows.persons[self.into]
        rows.bound_count -= bool(one.active_bindings and other.active_bindings)
        for each in one.bindings:
            rows.bindings[each].person = other.id
        other.bindings = tuple(sorted(one.bindings + other.bindings))  # ids in the order in which they were made
        other.active_bindings += one.active_bindings
        other.home = self.primary or ""
        one.bindings, one.active_bindings, one.home = (), 0, ""
        one.state, one.merged_into = "MERGED", other.id
        rows.merged[other.id] = (*rows.merged.get(other.id, ()), one.id, *rows.merged.pop(one.id, ()))

    def _move_wallet(self, district: District) -> None:
        into = district.residents.persons[self.into].id
        points = district.points
        for lot in emptied(district, self.person):
            lot.person = into
        for lot in points.wallets.pop(self.person, []):
            district.deadlines.cancel(lot.expires_at, "lot_expiry", self.person)
            lot.person = into
            points.put(district, lot)
        points.take(district, into, self.lots)

    def _move_caps(self, district: District) -> None:
        for usage in district.points.usages:
            usage.move(self.person, self.into)
        district.praises.merge(self.person, self.into)
        cooled = district.points.cooled_at
        for person, rule in [key for key in cooled if key[0] == self.person]:
            until = max(cooled.pop((person, rule)), cooled.get((self.into, rule), 0))
            cooled[self.into, rule] = until

    def _move_tags(self, district: District) -> None:
        rows = district.special_groups
        rows.read.pop(self.person, None)
        moved = rows.tags_of.pop(self.person, ())
        for tag in moved:
            rows.tags[tag].person = self.into
        if moved:
            rows.tags_of[self.into] = tuple(sorted((*moved, *rows.tags_of.get(self.into, ()))))
        merge_plans(district, self.person, self.into)
        given = rows.consents.pop(self.person, {})
        if given:
            rows.consents[self.into] = {**given, **rows.consents.get(self.into, {})}


def emptied(district: District, person: str) -> list[Lot]:
    """Lots of a person in which nothing is left, but which a refund or a released hold may fill again."""
    used = chain(district.market.lots(), *district.trade.uses.values())
    return [lot for lot in used if lot.person == person and not lot.remaining]
