"""Every command, listed in order. Doors, strategies, load tasks and reference pages are derived from this list."""

from __future__ import annotations

from engine.administration import ChangePolicy, FireDeadline, Purge, SetRule, Sweep
from engine.binding.bindings import RegisterPerson, ScanBind, WorkerBind
from engine.binding.moving import EndBinding, TransferBinding
from engine.binding.places import (
    AddBuilding,
    AddDwelling,
    IssueOutdoorCode,
    IssueQr,
    OpenCommunity,
    OpenGrid,
    RevokeQr,
)
from engine.binding.review import ApproveBinding, RejectBinding
from engine.binding.special_groups import GiveConsent, ReadTags, TagSpecial, UntagSpecial, WithdrawConsent
from engine.binding.workers import AppointWorker, AssignGrid, DismissWorker, IntroduceWorker
from engine.epidemic.contacts import CheckIn, JudgeExposure, ScreenContacts
from engine.epidemic.results import ReadResults, RecordResult, RegisterGuardian
from engine.epidemic.travel import DeclareTravel, SetRiskLevel
from engine.grid.hazards import ClearWarning, JudgeWarning, OpenWarningCase, RaiseWarning, ScanCases
from engine.grid.visits import FinishVisit, StartVisit
from engine.kernel.command import Command
from engine.marketplace.offers import PublishOffer, WithdrawOffer
from engine.marketplace.orders import (
    AcceptOrder,
    CancelOrder,
    ConfirmOrder,
    HandOverOrder,
    ReadyOrder,
    RejectOrder,
)
from engine.marketplace.placing import PlaceOrder
from engine.marketplace.returns import RefundDeliveryFee, RefundOrder
from engine.marketplace.riders import (
    AssignOrder,
    DeliverOrder,
    EndDuty,
    FailDelivery,
    GiveBackOrder,
    PayRiders,
    PickUpOrder,
    RegisterRider,
    StartDuty,
    TrainRider,
)
from engine.merging.persons import MergePersons
from engine.participation.activities import (
    CancelActivity,
    CloseActivity,
    DraftActivity,
    HoldActivity,
    PublishActivity,
    SettleActivity,
)
from engine.participation.news import ExplainArticle, PublishArticle, ReadArticle, WithdrawArticle
from engine.participation.questionnaires import CloseQuestionnaire, DraftQuestionnaire, OpenQuestionnaire
from engine.participation.registrations import CancelRegistration, CheckInRegistration, JoinActivity
from engine.participation.responses import ReviseResponse, SubmitResponse
from engine.participation.reviews import InvalidateResponse, ValidateResponse
from engine.participation.shifts import (
    AbortShift,
    BeginShift,
    EndShift,
    GiveBackShift,
    SignShift,
    VerifyShift,
)
from engine.participation.volunteers import CloseCall, JoinCall, OpenCall, OpenShifts
from engine.participation.votes import AnnulVote, CastBallot, ChangeBallot, CloseVote, DraftVote, OpenVote
from engine.payments.bills import (
    IssueBill,
    PayBill,
    PostBill,
    RegisterBiller,
    ReverseBill,
    SettleBillers,
    WithdrawBill,
)
from engine.payments.channel_refunds import AnswerRefund, PayRefundByHand
from engine.payments.checkouts import CancelCheckout, OpenCheckout, ReportUnpaid, StartPayment
from engine.payments.notices import NotifyPayment
from engine.payments.orders import CheckOutOrder, PayOrder
from engine.payments.purchases import PayPurchase, RegisterMerchant
from engine.payments.refunds import RefundPurchase
from engine.payments.settlement import ReimbursePoints, SettleChannel, SettleMerchants
from engine.payments.statements import FileStatement, ResolveDifference
from engine.points.awards import GrantAward
from engine.points.clawback import RevokeAward
from engine.points.deductions import (
    AppealDeduction,
    ArchiveMoralYear,
    DecideAppeal,
    ProposeDeduction,
    ReviewDeductions,
)
from engine.reporting.closing import ConfirmReport, DisputeReport, RateReport, ReopenReport, ResolveReport
from engine.reporting.deliberation import (
    CloseTopic,
    ConcludeTopic,
    HidePost,
    OpenTopic,
    PostInTopic,
    RetractPost,
)
from engine.reporting.dispatch import AcceptReport, DispatchReport, ReturnReport, TransferReport
from engine.reporting.intake import EnterReport, SubmitReport, TriageReport, WithdrawReport
from engine.reporting.limits import EscalateReport, ResumeReport, SuspendReport
from engine.reporting.outdoor import PraiseByCode, ReportByCode
from engine.reporting.praise import PublishPraise, SubmitPraise, VerifyPraise
from engine.reporting.stages import AcceptSuggestion, AdoptSuggestion, DeclineSuggestion, ImplementSuggestion
from engine.reporting.suggestions import (
    AnswerSuggestion,
    RouteSuggestion,
    ScreenSuggestion,
    SubmitSuggestion,
    WithdrawSuggestion,
)

COMMANDS: tuple[type[Command], ...] = (
    OpenCommunity,
    OpenGrid,
    AddBuilding,
    AddDwelling,
    IssueQr,
    IssueOutdoorCode,
    RevokeQr,
    AppointWorker,
    IntroduceWorker,
    AssignGrid,
    DismissWorker,
    RegisterPerson,
    ScanBind,
    WorkerBind,
    ApproveBinding,
    RejectBinding,
    TransferBinding,
    EndBinding,
    TagSpecial,
    UntagSpecial,
    ReadTags,
    GiveConsent,
    WithdrawConsent,
    MergePersons,
    PublishArticle,
    WithdrawArticle,
    ReadArticle,
    ExplainArticle,
    DraftVote,
    OpenVote,
    CastBallot,
    ChangeBallot,
    CloseVote,
    AnnulVote,
    DraftQuestionnaire,
    OpenQuestionnaire,
    CloseQuestionnaire,
    SubmitResponse,
    ReviseResponse,
    InvalidateResponse,
    ValidateResponse,
    DraftActivity,
    PublishActivity,
    CloseActivity,
    JoinActivity,
    CancelRegistration,
    CheckInRegistration,
    HoldActivity,
    SettleActivity,
    CancelActivity,
    OpenCall,
    JoinCall,
    OpenShifts,
    SignShift,
    GiveBackShift,
    BeginShift,
    EndShift,
    VerifyShift,
    AbortShift,
    CloseCall,
    SubmitReport,
    EnterReport,
    ReportByCode,
    TriageReport,
    WithdrawReport,
    DispatchReport,
    AcceptReport,
    ReturnReport,
    TransferReport,
    SuspendReport,
    ResumeReport,
    EscalateReport,
    ResolveReport,
    ConfirmReport,
    RateReport,
    DisputeReport,
    ReopenReport,
    SubmitPraise,
    PraiseByCode,
    VerifyPraise,
    PublishPraise,
    StartVisit,
    FinishVisit,
    RaiseWarning,
    ScanCases,
    JudgeWarning,
    OpenWarningCase,
    ClearWarning,
    SubmitSuggestion,
    WithdrawSuggestion,
    ScreenSuggestion,
    RouteSuggestion,
    AnswerSuggestion,
    AcceptSuggestion,
    AdoptSuggestion,
    ImplementSuggestion,
    DeclineSuggestion,
    OpenTopic,
    PostInTopic,
    RetractPost,
    HidePost,
    CloseTopic,
    ConcludeTopic,
    GrantAward,
    RevokeAward,
    ProposeDeduction,
    ReviewDeductions,
    AppealDeduction,
    DecideAppeal,
    ArchiveMoralYear,
    RegisterMerchant,
    PayPurchase,
    RefundPurchase,
    OpenCheckout,
    RegisterBiller,
    IssueBill,
    PayBill,
    StartPayment,
    CancelCheckout,
    NotifyPayment,
    ReportUnpaid,
    AnswerRefund,
    PayRefundByHand,
    PostBill,
    ReverseBill,
    WithdrawBill,
    FileStatement,
    ResolveDifference,
    SettleChannel,
    SettleMerchants,
    SettleBillers,
    ReimbursePoints,
    SetRiskLevel,
    RegisterGuardian,
    CheckIn,
    DeclareTravel,
    RecordResult,
    ReadResults,
    ScreenContacts,
    JudgeExposure,
    PublishOffer,
    WithdrawOffer,
    PlaceOrder,
    PayOrder,
    CheckOutOrder,
    AcceptOrder,
    RejectOrder,
    ReadyOrder,
    HandOverOrder,
    ConfirmOrder,
    CancelOrder,
    RefundOrder,
    RefundDeliveryFee,
    RegisterRider,
    TrainRider,
    StartDuty,
    EndDuty,
    AssignOrder,
    GiveBackOrder,
    PickUpOrder,
    DeliverOrder,
    FailDelivery,
    PayRiders,
    ChangePolicy,
    SetRule,
    Purge,
    Sweep,
    FireDeadline,
)
BY_TYPE: dict[str, type[Command]] = {command.type: command for command in COMMANDS}
