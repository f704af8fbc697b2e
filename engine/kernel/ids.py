"""Ids: opaque strings with a type prefix. New ones come from counters in the state, never from chance."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from pydantic import StringConstraints

from engine.kernel.units import Token

ID_DIGITS = 8  # fixed width, so that the order of strings is the order of creation

CommunityId = Annotated[str, Token, StringConstraints(pattern=r"^com_[A-Za-z0-9-]{1,40}$")]
GridId = Annotated[str, Token, StringConstraints(pattern=r"^grd_[A-Za-z0-9-]{1,40}$")]
BuildingId = Annotated[str, Token, StringConstraints(pattern=r"^bld_[A-Za-z0-9-]{1,40}$")]
DwellingId = Annotated[str, Token, StringConstraints(pattern=r"^dwl_[A-Za-z0-9-]{1,40}$")]
HouseholdId = Annotated[str, Token, StringConstraints(pattern=r"^hh_[A-Za-z0-9-]{1,40}$")]
PersonId = Annotated[str, Token, StringConstraints(pattern=r"^per_[A-Za-z0-9-]{1,40}$")]
BindingId = Annotated[str, Token, StringConstraints(pattern=r"^bnd_[A-Za-z0-9-]{1,40}$")]
QrId = Annotated[str, Token, StringConstraints(pattern=r"^qr_[A-Za-z0-9-]{1,40}$")]
TagId = Annotated[str, Token, StringConstraints(pattern=r"^tag_[A-Za-z0-9-]{1,40}$")]
WorkerId = Annotated[str, Token, StringConstraints(pattern=r"^wkr_[A-Za-z0-9-]{1,40}$")]
ArticleId = Annotated[str, Token, StringConstraints(pattern=r"^art_[A-Za-z0-9-]{1,40}$")]
VoteId = Annotated[str, Token, StringConstraints(pattern=r"^vot_[A-Za-z0-9-]{1,40}$")]
QuestionnaireId = Annotated[str, Token, StringConstraints(pattern=r"^qst_[A-Za-z0-9-]{1,40}$")]
ResponseId = Annotated[str, Token, StringConstraints(pattern=r"^rsp_[A-Za-z0-9-]{1,40}$")]
PraiseId = Annotated[str, Token, StringConstraints(pattern=r"^prs_[A-Za-z0-9-]{1,40}$")]
ReportId = Annotated[str, Token, StringConstraints(pattern=r"^rpt_[A-Za-z0-9-]{1,40}$")]
ActivityId = Annotated[str, Token, StringConstraints(pattern=r"^act_[A-Za-z0-9-]{1,40}$")]
RegistrationId = Annotated[str, Token, StringConstraints(pattern=r"^reg_[A-Za-z0-9-]{1,40}$")]
VisitId = Annotated[str, Token, StringConstraints(pattern=r"^vis_[A-Za-z0-9-]{1,40}$")]
WarningId = Annotated[str, Token, StringConstraints(pattern=r"^wrn_[A-Za-z0-9-]{1,40}$")]
CallId = Annotated[str, Token, StringConstraints(pattern=r"^cal_[A-Za-z0-9-]{1,40}$")]
ShiftId = Annotated[str, Token, StringConstraints(pattern=r"^shf_[A-Za-z0-9-]{1,40}$")]
SuggestionId = Annotated[str, Token, StringConstraints(pattern=r"^sug_[A-Za-z0-9-]{1,40}$")]
TopicId = Annotated[str, Token, StringConstraints(pattern=r"^top_[A-Za-z0-9-]{1,40}$")]
PostId = Annotated[str, Token, StringConstraints(pattern=r"^pst_[A-Za-z0-9-]{1,40}$")]
AwardId = Annotated[str, Token, StringConstraints(pattern=r"^awd_[A-Za-z0-9-]{1,40}$")]
LotId = Annotated[str, Token, StringConstraints(pattern=r"^lot_[A-Za-z0-9-]{1,40}$")]
PaymentId = Annotated[str, Token, StringConstraints(pattern=r"^pay_[A-Za-z0-9-]{1,40}$")]
RefundId = Annotated[str, Token, StringConstraints(pattern=r"^rfd_[A-Za-z0-9-]{1,40}$")]
SettlementId = Annotated[str, Token, StringConstraints(pattern=r"^stl_[A-Za-z0-9-]{1,40}$")]
OfferId = Annotated[str, Token, StringConstraints(pattern=r"^ofr_[A-Za-z0-9-]{1,40}$")]
OrderId = Annotated[str, Token, StringConstraints(pattern=r"^ord_[A-Za-z0-9-]{1,40}$")]
RiderId = Annotated[str, Token, StringConstraints(pattern=r"^rid_[A-Za-z0-9-]{1,40}$")]
MerchantId = Annotated[str, Token, StringConstraints(pattern=r"^mer_[A-Za-z0-9-]{1,40}$")]
GuardianshipId = Annotated[str, Token, StringConstraints(pattern=r"^gua_[A-Za-z0-9-]{1,40}$")]
CheckInId = Annotated[str, Token, StringConstraints(pattern=r"^chk_[A-Za-z0-9-]{1,40}$")]
BillerId = Annotated[str, Token, StringConstraints(pattern=r"^bil_[A-Za-z0-9-]{1,40}$")]
BillId = Annotated[str, Token, StringConstraints(pattern=r"^utb_[A-Za-z0-9-]{1,40}$")]
CheckoutId = Annotated[str, Token, StringConstraints(pattern=r"^cko_[A-Za-z0-9-]{1,40}$")]
ChannelRefundId = Annotated[str, Token, StringConstraints(pattern=r"^crf_[A-Za-z0-9-]{1,40}$")]
StatementId = Annotated[str, Token, StringConstraints(pattern=r"^stm_[A-Za-z0-9-]{1,40}$")]
DifferenceId = Annotated[str, Token, StringConstraints(pattern=r"^dif_[A-Za-z0-9-]{1,40}$")]
DeductionId = Annotated[str, Token, StringConstraints(pattern=r"^ded_[A-Za-z0-9-]{1,40}$")]
PayeeId = Annotated[str, Token, StringConstraints(pattern=r"^(mer|utb|ord)_[A-Za-z0-9-]{1,40}$")]
EvidenceId = Annotated[str, Token, StringConstraints(pattern=r"^[a-z]{2,4}_[A-Za-z0-9-]{1,40}$")]


class Counters:
    """Per-type counters in the state. `new` only reads; the event that writes the row calls `taken`."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        """Nothing issued yet."""
        self.last: defaultdict[str, int] = defaultdict(int)

    def new(self, prefix: str, ahead: int = 0) -> str:
        """The next free id of the type, or the one `ahead` places later for a command that makes several."""
        return f"{prefix}_{str(self.last.get(prefix, 0) + 1 + ahead).zfill(ID_DIGITS)}"

    def taken(self, made: str) -> None:
        """Count an id that an event has just made; ids from outside the counters do not move them."""
        prefix, _, number = made.rpartition("_")
        if len(number) == ID_DIGITS and number.isdecimal():
            self.last[prefix] = max(self.last[prefix], int(number))

    def taken_next(self, prefix: str) -> None:
        """Count the next id of a type whose ids only the engine makes."""
        self.last[prefix] += 1

    def issued(self, claimed: str) -> bool:
        """True if this engine has made the id at some time, even when its row has since been retired."""
        prefix, _, number = claimed.rpartition("_")
        return len(number) == ID_DIGITS and number.isdecimal() and 0 < int(number) <= self.last.get(prefix, 0)
