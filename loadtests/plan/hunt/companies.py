"""Companies: stretches in which several hands have to meet, which steps one after the other hardly ever do.

Riders who have their hands full, an offer that is sold out, money that comes too late, owners with much and with little
to their name, cases that make a pattern, a case that comes back in the last second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.catalogue import BY_TYPE
from engine.views.catalogue import READ_BY_NAME
from loadtests.plan.hunt.drawing import Candidate
from loadtests.plan.hunt.moments import DAY_S
from loadtests.plan.hunt.purses import STRETCHES, Purses

WAY_OF_ORDERS = (
    "payments.pay_order",
    "marketplace.accept_order",
    "marketplace.ready_order",
    "marketplace.assign_order",
    "marketplace.pick_up_order",
    "marketplace.deliver_order",
    "marketplace.confirm_order",
)
GUESTS = 4
"""Persons who order at once; a rider of the lively policy carries two."""
HOUR_S = 3_600


@dataclass(slots=True)
class Companies(Purses):
    """A hunt in which people have to do with each other."""

    stretches: list[Callable[[Any, str], None]] = field(default_factory=list)

    def company(self) -> None:
        """The next stretch; each comes up before one comes again."""
        if not self.stretches:
            self.stretches = self.all_stretches()
            self.luck.shuffle(self.stretches)
        self.stretches.pop()(self, self.somebody())

    def all_stretches(self) -> list[Callable[[Any, str], None]]:
        """Every stretch once."""
        return [*STRETCHES, *MEETINGS]

    def as_said(self, wire: str, who: tuple[str, str], **said: Any) -> Candidate:
        """A command as it stands here, and what the model would answer."""
        return self.drawing.asked(Candidate(BY_TYPE[wire](**said), *who))

    def bound_at_home(self) -> list[str]:
        """Persons who live somewhere, in any order."""
        there = [each.id for each in self.district.residents.persons.values() if each.active_bindings and each.home]
        self.luck.shuffle(there)
        return there

    def _way(self, wires: tuple[str, ...], **forced: list[str]) -> None:
        """Steps one after the other, possible or not."""
        for wire in wires:
            self.tell(self.found(BY_TYPE[wire], **forced))

    def _rider(self) -> str:
        """A rider who is trained and on duty."""
        rider = next(iter(self.drawing.pools.ids("rid")), "rid_1")
        for wire in ("marketplace.register_rider", "marketplace.train_rider", "marketplace.start_duty"):
            found = self.found(BY_TYPE[wire], rid=[rider])
            if found.accepted:
                self.tell(found)
        return rider

    def _merchant(self) -> str:
        return str(self.luck.choice(list(self.district.trade.merchants)[:2]))

    def _order(self, person: str, **said: Any) -> Candidate:
        usual = {"goods_fen": 2_000, "excluded_fen": 0, "offer": None, "quantity": 0, "points": 0, "delivery": True}
        return self.as_said("marketplace.place_order", ("resident", person), person=person, **{**usual, **said})

    def market(self, person: str) -> None:
        """Several orders for one rider, one of them more than a rider carries; one is never paid."""
        rider, merchant = self._rider(), self._merchant()
        self.tell(self.award(person, "gift"))
        reserved = self.tell(self._order(person, merchant=merchant, points=2))
        orders = [self.tell(self._order(each, merchant=merchant)) for each in self.bound_at_home()[:GUESTS]]
        orders = [each for each in orders if each]
        for wire in WAY_OF_ORDERS:
            for order in orders:
                self.tell(self.found(BY_TYPE[wire], ord=[order], rid=[rider]))
        row = self.district.market.orders.get(reserved)
        if row is not None and row.state == "PLACED":
            self.turn_to(row.due_at - 1)
            self.tell(self._order(person, merchant=merchant, points=1))
            self.turn_to(self.at + 1)
            self.ask_about([reserved])

    def offer(self, person: str) -> None:
        """An offer of two items: three persons come, and one when it is over."""
        merchant, ends = self._merchant(), self.at + HOUR_S
        published = self.as_said(
            "marketplace.publish_offer",
            ("merchant", merchant),
            merchant=merchant,
            price_fen=500,
            stock=2,
            opens_at=self.at,
            closes_at=ends,
        )
        offer = self.tell(published)
        if not offer:
            return
        for each in (*self.bound_at_home()[:2], person):
            self.tell(self._order(each, merchant=merchant, goods_fen=0, offer=offer, quantity=1, delivery=False))
        for at in (ends - 1, ends):
            self.turn_to(at)
            for each in (*self.drawing.pools.ids("ord")[-2:-1], *self.bound_at_home()[:1]):
                if each.startswith("ord_"):
                    self.tell(self.found(BY_TYPE["marketplace.cancel_order"], ord=[each]))
                else:
                    late = self._order(each, merchant=merchant, goods_fen=0, offer=offer, quantity=1, delivery=False)
                    self.tell(late, "boundary")
            self.put_question(READ_BY_NAME["marketplace.offers"])

    def bill(self, person: str) -> None:
        """A bill is paid by a channel, in time or too late, and the money goes where it belongs."""
        biller = next(iter(self.drawing.pools.ids("bil")), "bil_1")
        if not self.drawing.pools.ids("bil"):
            self.tell(self.found(BY_TYPE["payments.register_biller"], bil=[biller]))
        home = self.district.residents.home(person)
        bill = self.tell(self.found(BY_TYPE["payments.issue_bill"], bil=[biller], dwl=[home.dwelling])) if home else ""
        checkout = self.tell(self.found(BY_TYPE["payments.pay_bill"], utb=[bill], per=[person])) if bill else ""
        row = self.district.checkouts.checkouts.get(checkout)
        if row is None:
            return
        self.tell(self.found(BY_TYPE["payments.start_payment"], cko=[checkout]))
        if self.luck.random() < 0.5:  # noqa: PLR2004 - a coin
            self.turn_to(row.closes_at + self.luck.choice((0, HOUR_S)))
            self.ask_about([checkout])
        notice = {"checkout": checkout, "trade": f"trade-{checkout}", "amount_fen": row.amount_fen}
        self.tell(self.as_said("payments.notify_payment", ("channel", row.channel or "bank"), **notice))
        for wire in ("payments.post_bill", "payments.settle_billers", "payments.answer_refund"):
            found = self.found(BY_TYPE[wire], utb=[bill])
            if found.accepted:
                self.tell(found)
        self.ask_about([bill, checkout])

    def owners(self, _person: str) -> None:
        """Owners vote: all but the one to whom most belongs take part."""
        names = []
        for area in (1_000_000, 100, 100):
            dwelling = f"dwl_h{self.drawing.fresh()}"
            self.tell(self.as_said("binding.add_dwelling", OFFICER, dwelling=dwelling, building="bld_1", area_dm2=area))
            name = self.drawing.newcomer()
            said = {"person": name, "dwelling": dwelling, "relation": "owner"}
            self.tell(self.as_said("binding.worker_bind", ("grid", "wkr_1"), **said))
            names.append(name)
        ends = self.at + DAY_S
        terms = {"options": 2, "choices": 1, "unit": "owner", "quorum_bp": 5_000, "closes_at": ends}
        vote = self.tell(self.as_said("participation.draft_vote", OFFICER, matter="ordinary", **terms))
        if not vote:
            return
        self.tell(self.as_said("participation.open_vote", OFFICER, vote=vote))
        for each in sorted(set(self.district.board.votes[vote].entitled) - {names[0]}):
            self.tell(
                self.as_said("participation.cast_ballot", ("resident", each), person=each, vote=vote, choices=(0,))
            )
        self.turn_to(ends)
        self.ask_about([vote])

    def hazard(self, person: str) -> None:
        """Cases of one kind at one place make a warning, which is judged and has a case in time."""
        said = {"person": person, "category": "noise", "grid": "grd_1", "kind": "problem", "place": None, "text": None}
        for _ in range(3):
            self.tell(self.as_said("reporting.submit_report", ("resident", person), **said))
        warning = self.tell(self.as_said("grid.scan_cases", OFFICER, rule="count"))
        if not warning:
            return
        self.tell(self.as_said("grid.judge_warning", OFFICER, warning=warning, real=True))
        self.turn_to(self.at + self.district.policy.grid.warning_case_s)
        self.ask_about([warning])

    def comeback(self, person: str) -> None:
        """A case goes its way, is resolved and closes; it is opened again in the last second, or too late."""
        case = self.case_under_way(person)
        if not case:
            return
        self._way(("reporting.resolve_report",), rpt=[case])
        row = self.district.cases.reports[case]
        if row.state == "RESOLVED":
            ends = row.waits_until
            for at in (ends - 1, ends):
                self.turn_to(at)
                self.ask_about([case])
        if row.closed_at is None:
            return
        self.turn_to(row.closed_at + self.district.policy.reporting.reopen_window_s - self.luck.choice((0, 0, 1)))
        self._way(("reporting.reopen_report",), rpt=[case])
        self.ask_about([case])

    def case_under_way(self, person: str) -> str:
        """A case that a member of its grid has accepted; members of another grid and trade do not get it."""
        said = {"person": person, "category": "noise", "grid": "grd_1", "kind": "complaint"}
        case = self.tell(self.as_said("reporting.submit_report", ("resident", person), place=None, text=None, **said))
        if not case:
            return ""
        triaged = {"report": case, "verdict": "accept", "tier": None, "of": None, "reason": None}
        self.tell(self.as_said("reporting.triage_report", OFFICER, **triaged))
        for worker in ("wkr_2", "wkr_3", "wkr_1"):  # of another grid, of another trade, fit
            self.tell(self.as_said("reporting.dispatch_report", OFFICER, report=case, worker=worker), "boundary")
        self._way(("reporting.accept_report",), rpt=[case])
        return case


OFFICER = ("officer", "off_1")
MEETINGS: tuple[Callable[[Companies, str], None], ...] = (
    Companies.market,
    Companies.market,
    Companies.offer,
    Companies.offer,
    Companies.bill,
    Companies.bill,
    Companies.bill,
    Companies.owners,
    Companies.hazard,
    Companies.hazard,
    Companies.comeback,
    Companies.comeback,
    Companies.comeback,
)
