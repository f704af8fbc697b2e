"""A scripted month of the small town, told by every subject: what the golden log is made of.

    python -m tests.golden.history > tests/golden/records.jsonl       (make golden)

Run it again only when a change of the log is meant, and read the difference line by line before committing it: each
line is one record as a run writes it, the first one the header with the policy, the last one the digest of the state.
"""

from __future__ import annotations

from engine import MemorySink, Policy, new_engine, seeded_salt, state_digest
from engine.administration import ChangePolicy, Purge, SetRule, Sweep
from engine.binding.bindings import RegisterPerson, ScanBind
from engine.binding.moving import EndBinding
from engine.binding.places import IssueOutdoorCode
from engine.binding.special_groups import GiveConsent, ReadTags, TagSpecial
from engine.binding.workers import IntroduceWorker
from engine.epidemic.contacts import CheckIn, JudgeExposure, ScreenContacts
from engine.epidemic.results import ReadResults, RecordResult, RegisterGuardian
from engine.epidemic.travel import DeclareTravel, SetRiskLevel
from engine.grid.hazards import JudgeWarning, RaiseWarning, ScanCases
from engine.grid.visits import FinishVisit, StartVisit
from engine.kernel.command import Command
from engine.marketplace.offers import PublishOffer, WithdrawOffer
from engine.marketplace.orders import AcceptOrder, CancelOrder, ConfirmOrder, HandOverOrder, ReadyOrder, RejectOrder
from engine.marketplace.placing import PlaceOrder
from engine.marketplace.returns import RefundDeliveryFee, RefundOrder
from engine.marketplace.riders import (
    AssignOrder,
    DeliverOrder,
    EndDuty,
    PayRiders,
    PickUpOrder,
    RegisterRider,
    StartDuty,
    TrainRider,
)
from engine.merging.persons import MergePersons
from engine.participation.news import PublishArticle, ReadArticle, WithdrawArticle
from engine.participation.questionnaires import DraftQuestionnaire, OpenQuestionnaire
from engine.participation.responses import ReviseResponse, SubmitResponse
from engine.participation.reviews import InvalidateResponse
from engine.participation.votes import CastBallot, DraftVote, OpenVote
from engine.payments.orders import PayOrder
from engine.payments.purchases import PayPurchase
from engine.payments.refunds import RefundPurchase
from engine.payments.settlement import ReimbursePoints, SettleChannel, SettleMerchants
from engine.points.awards import GrantAward
from engine.points.clawback import RevokeAward
from engine.reporting.closing import DisputeReport, RateReport, ReopenReport, ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport
from engine.reporting.intake import EnterReport, SubmitReport, TriageReport
from engine.reporting.limits import ResumeReport, SuspendReport
from engine.reporting.outdoor import PraiseByCode, ReportByCode
from engine.reporting.praise import PublishPraise, SubmitPraise, VerifyPraise
from tests.golden.channel_days import CHANNELS
from tests.golden.gathering_days import GATHERINGS, HELD, SERVED, SERVICE, VOICES
from tests.purses import DAY_S
from tests.towns import MORNING, small_town

HOUR_S = 3_600
Said = tuple[int, str, Command]  # seconds since the one before, actor as kind:id, command
NUMBERS = {  # small, so that a month meets caps, expiry and vesting
    "points.rules.service": {"ledger": "MP", "points": 30, "daily_cap": 50, "validity_days": 12},
    "points.rules.service_moral": {"ledger": "MO", "points": 5, "daily_cap": 5},
    "points.rules.slow": {"ledger": "MP", "points": 8, "validity_days": 90, "vest_delay_s": 5 * DAY_S},
    "points.value_fen": 10,
    "points.revocation_days": 20,
    "payments.sponsor_limit_fen": 250,
    "payments.merchant_limit_fen": 200,
    "epidemic.last_day": "2021-12-15",
}


def office(command: Command, after_s: int = 60) -> Said:
    """An officer says something."""
    return after_s, "officer:off_1", command


def person(number: int, command: Command, after_s: int = 60) -> Said:
    """A resident says something."""
    return after_s, f"resident:per_{number}", command


def sells(command: Command, after_s: int = 60) -> Said:
    """The merchant mer_1 says something."""
    return after_s, "merchant:mer_1", command


def rides(command: Command, after_s: int = 60) -> Said:
    """The rider rid_1 says something."""
    return after_s, "rider:rid_1", command


def pay(number: int, goods_fen: int, points: int) -> Said:
    """A resident buys at mer_1."""
    return person(number, PayPurchase(f"per_{number}", "mer_1", "wechat", goods_fen, 0, points))


BOARD = [
    office(PublishArticle("community")),
    person(1, ReadArticle("per_1", "art_00000001")),
    person(1, ReadArticle("per_1", "art_00000001")),
    office(WithdrawArticle("art_00000001")),
    office(DraftVote(2, 1, "person", MORNING + 3 * DAY_S, 0)),
    office(OpenVote("vot_00000001")),
    person(1, CastBallot("per_1", "vot_00000001", (0,))),
    person(1, CastBallot("per_1", "vot_00000001", (1,))),
    person(6, CastBallot("per_6", "vot_00000001", (1,))),
    person(4, CastBallot("per_4", "vot_00000001", (1,))),
    office(DraftQuestionnaire(3, 2, MORNING + 8 * DAY_S, rewarded=True)),
    office(OpenQuestionnaire("qst_00000001")),
    person(1, SubmitResponse("per_1", "qst_00000001", (1, 2, 3), 45)),
    person(2, SubmitResponse("per_2", "qst_00000001", (1, 2, 3), 3)),
    person(2, SubmitResponse("per_2", "qst_00000001", (2, 2, 0), 50)),
    person(2, ReviseResponse("rsp_00000003", (2, 2, 1), 9)),
    person(3, SubmitResponse("per_3", "qst_00000001", (1,), 40)),
    office(InvalidateResponse("rsp_00000001", "not_genuine")),
]
CASES = [
    person(1, SubmitReport("per_1", "problem", "facilities", "grd_1", "码头的灯坏了", "by the gate")),
    office(TriageReport("rpt_00000001", "accept", None, None, None)),
    office(DispatchReport("rpt_00000001", None)),
    (HOUR_S, "grid:wkr_1", AcceptReport("rpt_00000001")),
    (HOUR_S, "grid:wkr_1", SuspendReport("rpt_00000001", MORNING + 2 * DAY_S, "part_ordered")),
    (HOUR_S, "grid:wkr_1", ResumeReport("rpt_00000001")),
    (HOUR_S, "grid:wkr_1", ResolveReport("rpt_00000001", "ev_photo-1")),
    person(1, DisputeReport("rpt_00000001"), HOUR_S),
    (HOUR_S, "grid:wkr_1", AcceptReport("rpt_00000001")),
    (HOUR_S, "grid:wkr_1", ResolveReport("rpt_00000001", "ev_photo-2")),
    person(1, RateReport("rpt_00000001", 5), HOUR_S),
    person(1, ReopenReport("rpt_00000001"), HOUR_S),
    (HOUR_S, "grid:wkr_2", EnterReport("problem", "sanitation", "grd_2", None)),
    (HOUR_S, "grid:wkr_2", EnterReport("problem", "sanitation", "grd_1", None)),
    person(2, SubmitPraise("per_2", "per_3", "grd_1", None)),
    office(VerifyPraise("prs_00000001", ok=True)),
    office(PublishPraise("prs_00000001")),
]
GRID = [
    office(IntroduceWorker("wkr_1", "王一", "room 1")),
    office(IssueOutdoorCode("grd_1", "bld_1", "square")),
    (60, "visitor:v-1", ReportByCode("qr_00000006", None, "problem", "sanitation", "垃圾", None)),
    person(1, PraiseByCode("qr_00000006", "per_1", "per_4", None)),
    (60, "grid:wkr_1", TagSpecial("per_1", "disabled", "ev_visit-2")),
    (60, "grid:wkr_1", StartVisit("grd_1", "care", "per_1", None)),
    (1_830, "grid:wkr_1", FinishVisit("vis_00000001", done=True)),
    (60, "grid:wkr_1", StartVisit("grd_1", "round", None, None)),
    (60, "grid:wkr_1", StartVisit("grd_1", "round", None, None)),
    (60, "grid:wkr_1", EnterReport("problem", "sanitation", "grd_1", None, "bld_1")),
    (60, "grid:wkr_1", EnterReport("problem", "sanitation", "grd_1", None, "bld_1")),
    office(ScanCases("count")),
    office(JudgeWarning("wrn_00000001", real=True)),
    (60, "grid:wkr_1", RaiseWarning("grd_1", None, "facilities", "loose tiles")),
    office(JudgeWarning("wrn_00000002", real=False)),
]
VALUE = [
    office(GrantAward("per_1", "service", "ev_1"), DAY_S),
    office(GrantAward("per_1", "service", "ev_2")),
    office(GrantAward("per_1", "service", "ev_3")),
    office(GrantAward("per_1", "service", "ev_1")),
    office(GrantAward("per_1", "service_moral", "ev_1")),
    office(GrantAward("per_2", "slow", "ev_4")),
    office(GrantAward("per_3", "service", "ev_5")),
    pay(1, 700, 22),
    pay(1, 700, 21),
    pay(1, 1_001, 29),
    pay(1, 700, 21),
    (60, "merchant:mer_2", RefundPurchase("pay_00000001", 100)),
    (60, "merchant:mer_1", RefundPurchase("pay_00000001", 100)),
    (60, "merchant:mer_1", RefundPurchase("pay_00000001", 5)),
    office(RevokeAward("awd_00000009")),
    office(GrantAward("per_1", "service", "ev_6"), DAY_S),
    office(SettleMerchants()),
    office(SettleChannel("wechat")),
    (60, "merchant:mer_1", RefundPurchase("pay_00000002", 201)),
    (60, "merchant:mer_1", RefundPurchase("pay_00000002", 199)),
    office(ReimbursePoints(10_000)),
    office(ReimbursePoints(150)),
]
MARKET = [
    sells(PublishOffer("mer_1", 500, 2, MORNING, MORNING + 30 * DAY_S)),
    office(RegisterRider("rid_1")),
    office(TrainRider("rid_1")),
    rides(StartDuty("rid_1")),
    office(GrantAward("per_4", "service", "ev_40")),
    person(4, PlaceOrder("per_4", "mer_1", 200, 0, "ofr_00000001", 2, 21, delivery=True)),
    person(1, PlaceOrder("per_1", "mer_1", 0, 0, "ofr_00000001", 1, 0, delivery=False)),
    person(4, PayOrder("ord_00000001", "alipay")),
    sells(AcceptOrder("ord_00000001")),
    sells(ReadyOrder("ord_00000001")),
    rides(AssignOrder("ord_00000001", "rid_1")),
    rides(PickUpOrder("ord_00000001")),
    rides(EndDuty("rid_1")),
    rides(DeliverOrder("ord_00000001"), 1_500),
    person(4, ConfirmOrder("ord_00000001")),
    sells(RefundOrder("ord_00000001", 600)),
    office(RefundDeliveryFee("ord_00000001")),
    rides(EndDuty("rid_1")),
    person(2, PlaceOrder("per_2", "mer_1", 900, 0, None, 0, 0, delivery=True)),
    person(2, CancelOrder("ord_00000002")),
    person(4, PlaceOrder("per_4", "mer_1", 900, 0, None, 0, 9, delivery=False)),
    person(4, PayOrder("ord_00000003", "wechat"), HOUR_S),
    person(4, PlaceOrder("per_4", "mer_1", 900, 0, None, 0, 3, delivery=False)),
    person(4, PayOrder("ord_00000004", "wechat")),
    sells(RejectOrder("ord_00000004")),
    person(2, PlaceOrder("per_2", "mer_1", 900, 0, None, 0, 0, delivery=False)),
    person(2, PayOrder("ord_00000005", "bank")),
    sells(AcceptOrder("ord_00000005")),
    sells(ReadyOrder("ord_00000005")),
    sells(HandOverOrder("ord_00000005")),
    sells(WithdrawOffer("ofr_00000001"), 2 * DAY_S),
    office(PayRiders()),
]
OFFICE = [
    (60, "grid:wkr_1", TagSpecial("per_3", "elderly_alone", "ev_visit-1")),
    person(3, GiveConsent("per_3", "care_visits")),
    (60, "grid:wkr_1", ReadTags("per_3")),
    office(RegisterPerson("per_7")),
    person(7, ScanBind("per_7", "qr_00000002", "dwl_2", "family")),
    office(MergePersons("per_7", "per_3")),
    person(6, EndBinding("bnd_00000006", "moved")),
    office(ChangePolicy((("points.deduction_cap_bp", "2000"),), MORNING + 12 * DAY_S)),
    office(ChangePolicy((("points.deduction_cap_bp", "20 %"),), MORNING + 12 * DAY_S)),
    office(SetRule("clean_up", "MP", 4, 8, 40, HOUR_S, 30, 0, 400, MORNING + 9 * DAY_S)),
    office(GrantAward("per_3", "clean_up", "ev_7"), 7 * DAY_S),
    office(GrantAward("per_3", "clean_up", "ev_8")),
    pay(3, 100, 3),
    office(Purge("binding.tag_special.tag", MORNING + 6 * DAY_S)),
    (-HOUR_S, "system:clock", Sweep()),
    (30 * DAY_S, "system:clock", Sweep()),
]

WARD = [
    office(SetRiskLevel("area-7", "high", MORNING + 100 * DAY_S)),
    office(RegisterGuardian("per_2", "per_1", MORNING + 90 * DAY_S)),
    person(2, DeclareTravel("per_2", "area-7", MORNING)),
    person(2, DeclareTravel("per_2", "area-7", MORNING + 40 * DAY_S)),
    person(1, CheckIn("per_1", "market")),
    person(2, CheckIn("per_2", "market")),
    (60, "grid:wkr_3", RecordResult("per_2", MORNING + 42 * DAY_S, "positive")),
    person(1, ReadResults("per_2")),
    person(3, ReadResults("per_2")),
    (60, "grid:wkr_3", ScreenContacts("per_2")),
    (60, "grid:wkr_3", JudgeExposure("per_1", "chk_00000001", "close_contact")),
    (60 * DAY_S, "system:clock", Sweep()),
]


def told() -> list[str]:
    """The lines of the golden log."""
    sink = MemorySink()
    engine = new_engine(Policy().changed(NUMBERS), sink, salt=seeded_salt(1))
    town = small_town(engine)
    months = (*BOARD, *GATHERINGS, *SERVICE, *VOICES, *CASES, *GRID, *SERVED, *VALUE, *MARKET)
    days = (*months, *HELD, *CHANNELS, *OFFICE, *WARD)
    for after_s, actor, command in days:
        kind, _, who = actor.partition(":")
        town.say(command, kind, who, at=max(town.clock, engine.district.at) + after_s)
    assert engine.chain is not None
    engine.chain.flush()
    records = [line for line in sink.lines() if not line.startswith('{"head"')]
    return [*records, f'{{"digest":"{state_digest(engine)}"}}']


if __name__ == "__main__":
    print("\n".join(told()))  # noqa: T201 - what it is for
