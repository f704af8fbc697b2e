"""Every read that a deployment offers, listed once: its name, parameters, who may ask, and the answer.

Doors derive their routes and schemas from this list, as they do from the list of commands.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from engine.binding.codes import PERSON_NOT_FOUND
from engine.kernel.command import own
from engine.kernel.rejection import FORBIDDEN, OUT_OF_GRID, Code, Rejected
from engine.participation.codes import QUESTIONNAIRE_NOT_FOUND, VOTE_NOT_FOUND
from engine.payments.codes import MERCHANT_NOT_FOUND, PAYMENT_NOT_FOUND
from engine.reporting.codes import REPORT_NOT_FOUND
from engine.views.board import open_questionnaires, open_votes, response_counts, vote_result
from engine.views.cases import case_story, closed_cases, story_of, tasks
from engine.views.channels import CHANNEL_READS
from engine.views.epidemic_reads import EPIDEMIC_READS
from engine.views.gatherings import GATHERING_READS, open_activities, open_calls
from engine.views.grid_reads import GRID_READS
from engine.views.market import MARKET_READS
from engine.views.own_record import own_record
from engine.views.payments import payable_fen, payment_seen
from engine.views.points import available, bands, debt, moral, moral_account, pending
from engine.views.read import (
    ANYBODY,
    OFFICE,
    NoParameters,
    OfMerchant,
    OfPayment,
    OfPerson,
    OfQuestionnaire,
    OfReport,
    OfVote,
    OfWorker,
    Read,
    Value,
)
from engine.views.residents import totals
from engine.views.voices import VOICE_READS, open_topics

if TYPE_CHECKING:
    from engine.district import District
    from engine.kernel.vault import Vault


def _balance(district: District, asked: OfPerson) -> Value:
    person = asked.person
    return {
        "available": available(district, person),
        "pending": pending(district, person),
        "debt": debt(district, person),
        "moral": moral(district, person),
    }


def _reporter(asked: OfReport, district: District, who: str) -> Code | None:
    return None if case_story(district, asked.report, who) is not None else FORBIDDEN


def _covering(asked: OfReport, district: District, who: str) -> Code | None:
    row = district.cases.reports.get(asked.report)
    if row is None or not district.grid.active(who):
        return FORBIDDEN
    return None if row.assignee == who or district.grid.covers(who, row.grid) else OUT_OF_GRID


def _buyer(asked: OfPayment, district: District, who: str) -> Code | None:
    paid = district.trade.payments.get(asked.payment)
    return None if paid is not None and paid.person == who else FORBIDDEN


def _seller(asked: OfPayment, district: District, who: str) -> Code | None:
    paid = district.trade.payments.get(asked.payment)
    return None if paid is not None and paid.merchant == who else FORBIDDEN


def _payment(district: District, asked: OfPayment) -> Value:
    found = payment_seen(district, asked.payment)
    if found is None:
        raise Rejected(PAYMENT_NOT_FOUND)
    return found


def _payable(district: District, asked: OfMerchant) -> Value:
    if asked.merchant not in district.trade.merchants:
        raise Rejected(MERCHANT_NOT_FOUND)
    return payable_fen(district, asked.merchant)


def _vote(district: District, asked: OfVote) -> Value:
    row = district.board.votes.get(asked.vote)
    if row is None:
        raise Rejected(VOTE_NOT_FOUND)
    result = vote_result(district, asked.vote)
    return {"state": row.state, "closes_at": row.closes_at, "result": None if result is None else asdict(result)}


def _questionnaire(district: District, asked: OfQuestionnaire) -> Value:
    counts = response_counts(district, asked.questionnaire)
    if counts is None:
        raise Rejected(QUESTIONNAIRE_NOT_FOUND)
    row = district.board.questionnaires[asked.questionnaire]
    shown = row.state in ("CLOSED", "FINAL")  # how it stands would sway who still answers
    return {"state": row.state, "closes_at": row.closes_at, "counts": asdict(counts) if shown else None}


def _board(district: District, _asked: NoParameters) -> Value:
    return {
        "votes": open_votes(district),
        "questionnaires": open_questionnaires(district),
        "activities": open_activities(district),
        "calls": open_calls(district),
        "topics": open_topics(district),
    }


def _story(district: District, asked: OfReport, vault: Vault | None) -> Value:
    found = story_of(district, asked.report, vault)
    if found is None:
        raise Rejected(REPORT_NOT_FOUND)
    return asdict(found)


def _own_record(district: District, asked: OfPerson, vault: Vault | None) -> Value:
    found = own_record(district, asked.person, vault)
    if found is None:
        raise Rejected(PERSON_NOT_FOUND)
    return found


READS: tuple[Read, ...] = (
    Read("points.balance", "What a person has.", OfPerson, {"resident": own("person"), **OFFICE}, (), _balance),
    Read(
        "points.moral",
        "A person's moral points: score, band, deductions.",
        OfPerson,
        {"resident": own("person"), **OFFICE},
        (),
        lambda district, asked: moral_account(district, asked.person),
    ),
    Read(
        "points.moral_bands",
        "People by band of their moral score.",
        NoParameters,
        ANYBODY,
        (),
        lambda district, _asked: bands(district),
    ),
    Read(
        "reporting.case",
        "A case step by step, for its reporter, the members of its grid and officers.",
        OfReport,
        {"resident": _reporter, "grid": _covering, **OFFICE},
        (REPORT_NOT_FOUND,),
        _story,
        opens=True,
    ),
    Read(
        "reporting.closed_cases",
        "Closed cases without personal data.",
        NoParameters,
        ANYBODY,
        (),
        lambda district, _asked: [asdict(each) for each in closed_cases(district)],
    ),
    Read(
        "reporting.tasks",
        "A member's unresolved cases, the most urgent first.",
        OfWorker,
        {"grid": own("worker"), **OFFICE},
        (),
        lambda district, asked: [asdict(each) for each in tasks(district, asked.worker)],
    ),
    Read("participation.board", "What people may take part in now.", NoParameters, ANYBODY, (), _board),
    Read("participation.vote", "A vote; its result once tallied.", OfVote, ANYBODY, (VOTE_NOT_FOUND,), _vote),
    Read(
        "participation.questionnaire",
        "A questionnaire; its counts once closed.",
        OfQuestionnaire,
        ANYBODY,
        (QUESTIONNAIRE_NOT_FOUND,),
        _questionnaire,
    ),
    Read(
        "payments.payment",
        "A purchase within its refund window.",
        OfPayment,
        {"resident": _buyer, "merchant": _seller, **OFFICE},
        (PAYMENT_NOT_FOUND,),
        _payment,
    ),
    Read(
        "payments.payable",
        "What a merchant is owed, in fen.",
        OfMerchant,
        {"merchant": own("merchant"), **OFFICE},
        (MERCHANT_NOT_FOUND,),
        _payable,
    ),
    *GRID_READS,
    Read("district.totals", "Counts of the district.", NoParameters, OFFICE, (), lambda district, _: totals(district)),
    *GATHERING_READS,
    *EPIDEMIC_READS,
    Read(
        "district.own_record",
        "What the platform holds of the person who asks.",
        OfPerson,
        {"resident": own("person")},
        (PERSON_NOT_FOUND,),
        _own_record,
        opens=True,
    ),
    *CHANNEL_READS,
    *MARKET_READS,
    *VOICE_READS,
)
READ_BY_NAME: dict[str, Read] = {read.name: read for read in READS}
