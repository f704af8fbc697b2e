"""The district: all rows of one town, the ledger, the deadlines, the counters, and the policy in force."""

from __future__ import annotations

from typing import Any

from engine.district.bills import BillRows
from engine.district.board import BoardRows
from engine.district.care import CareRows
from engine.district.cases import CaseRows
from engine.district.channel_refunds import ChannelRefund
from engine.district.checkouts import CheckoutRows
from engine.district.deductions import DeductionRows
from engine.district.epidemic import EpidemicRows, switch_on
from engine.district.grid import GridRows
from engine.district.hazards import HazardRows
from engine.district.ledger import Ledger
from engine.district.market import MarketRows
from engine.district.merchants import MerchantRows
from engine.district.points import PointsRows
from engine.district.praises import PraiseRows
from engine.district.residents import ResidentRows
from engine.district.special_groups import SpecialGroupRows
from engine.district.statements import StatementRows
from engine.district.topics import VoiceRows
from engine.district.visits import VisitRows
from engine.district.volunteers import VolunteerRows
from engine.district.work import WorkRows
from engine.kernel.deadlines import Deadlines
from engine.kernel.ids import Counters


class District:
    """State of one district at the instant `at` (seconds UTC of the last command). Written by events only."""

    __slots__ = (
        "announced",
        "at",
        "bills",
        "board",
        "care",
        "cases",
        "changes_announced",
        "channel_refunds",
        "checkouts",
        "deadlines",
        "deductions",
        "epidemic",
        "grid",
        "hazards",
        "ids",
        "ledger",
        "market",
        "points",
        "policy",
        "praises",
        "residents",
        "special_groups",
        "statements",
        "trade",
        "visits",
        "voices",
        "volunteers",
        "work",
    )

    def __init__(self, policy: Any) -> None:
        """An empty town under a policy."""
        self.at = 0
        self.policy = policy
        self.changes_announced = 0
        self.announced: dict[int, tuple[int, tuple[tuple[str, str], ...]]] = {}  # from when, paths and values
        self.ids = Counters()
        self.deadlines = Deadlines()
        self.ledger = Ledger()
        self.residents = ResidentRows()
        self.grid = GridRows()
        self.special_groups = SpecialGroupRows()
        self.board = BoardRows()
        self.points = PointsRows()
        self.cases = CaseRows()
        self.praises = PraiseRows()
        self.care = CareRows()
        self.hazards = HazardRows()
        self.visits = VisitRows()
        self.work = WorkRows()
        self.trade = MerchantRows()
        self.market = MarketRows()
        self.epidemic = EpidemicRows()
        if policy.epidemic.ends_at:
            switch_on(self, policy.epidemic.ends_at)
        self.checkouts = CheckoutRows()
        self.channel_refunds: dict[str, ChannelRefund] = {}
        self.bills = BillRows()
        self.deductions = DeductionRows()
        self.statements = StatementRows()
        self.volunteers = VolunteerRows()
        self.voices = VoiceRows()
