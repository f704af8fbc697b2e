"""Bugs of sums and rules: books that drift, refunds that do not add up, counts that are one off."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug
from loadtests.bugs.patching import after, before, forgotten, put, replaced, wrapped

PAID, REFUNDED = "payments.purchase_paid", "payments.purchase_refunded"
GRANTED, REVOKED = "points.award_granted", "points.award_revoked"
TALLIED = "participation.vote_tallied"


def _latest_first(right: Any, wallet: Any, points: int, at: int) -> Any:
    return right(wallet[::-1], points, at)


def _cash_first(right: Any, payment: Any, returned: Any, goods_fen: int, order: str) -> Any:
    return right(payment, returned, goods_fen, "points_first" if order == "cash_first" else "cash_first")


def _only_last_part(event: Any, district: Any) -> None:
    """Of what came back in parts only the last part is remembered."""
    district.trade.returned[event.payment].goods_fen = event.goods_fen


def _one_more_restored(event: Any, _district: Any) -> None:
    if event.restored:
        lot, points, into, expires_at = event.restored[0]
        event.restored = ((lot, points + 1, into, expires_at), *event.restored[1:])


def _first_used_first(event: Any, _district: Any) -> None:
    event.restored = event.restored[::-1]


def _two_fen_more(event: Any, _district: Any) -> None:
    event.cash_fen += 1


def _back(right: Any, *given: Any) -> Any:
    """Every point into the lot that it came from, lapsed or not."""
    district, owner, parts, at, grace_days = given
    earlier = min((lot.expires_at - 1 for lot, _ in parts), default=at)
    return right(district, owner, parts, min(at, earlier), grace_days)


def _debt_twice(event: Any, _district: Any) -> None:
    if event.ledger == "MP" and event.debt:
        event.debt *= 2


def _without_a_line(event: Any, _district: Any) -> None:
    if len(event.lines) > 1:
        event.lines = event.lines[1:]
        event.total_fen = sum(amount for _, amount in event.lines)


def _counted_twice(event: Any, _district: Any) -> None:
    event.counts = (event.counts[0] + 1, *event.counts[1:])


def _most_of_all(event: Any, _district: Any) -> None:
    event.valid = True
    event.leading = tuple(place for place, count in enumerate(event.counts) if count == max(event.counts))


def _refund_not_deducted(event: Any, district: Any) -> None:
    account = resolve_name("engine.district.ledger.MER")
    district.ledger.balances[account][event.merchant] += event.goods_fen


def _valid_stays(event: Any, district: Any) -> None:
    if event.questionnaire in district.board.questionnaires:
        district.board.questionnaires[event.questionnaire].valid += 1


def _moral_left_behind(event: Any, district: Any) -> None:
    account = resolve_name("engine.district.ledger.MORAL")
    scores = district.ledger.balances[account]
    moved = min(1, scores[event.into])
    scores[event.person] += moved
    scores[event.into] -= moved


def _moral_spent(event: Any, district: Any) -> None:
    """Moral points go along when material ones are spent."""
    account = resolve_name("engine.district.ledger.MORAL")
    if event.points:
        district.ledger.balances[account][event.person] -= 1


def _one_point_more(event: Any, district: Any) -> None:
    """A lot holds a point more than its award says, and so does the balance."""
    account = resolve_name("engine.district.ledger.AV")
    if event.ledger == "MP" and event.lot is not None:
        district.ledger.balances[account][event.person] += 1
        next(each for each in district.points.wallets[event.person] if each.id == event.lot).remaining += 1


def _twice(right: Any, command: Any, district: Any, questionnaire: Any) -> bool:
    """The own answer is no obstacle to another one."""
    try:
        return bool(right(command, district, questionnaire))
    except resolve_name("engine.Rejected") as wrong:
        if wrong.code.name != "QST_ALREADY_ANSWERED":
            raise
        return False


def _household_votes_twice(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
    """A second member of a household votes as well."""
    vote = district.board.votes.get(command.vote)
    if vote is None or vote.state != "OPEN":
        return right(command, district, policy, by)
    unit = vote.entitled.get(command.person)
    if unit is None or unit == command.person or unit not in vote.ballots:
        return right(command, district, policy, by)
    mine = vote.ballots.pop(unit)
    try:
        return right(command, district, policy, by)
    finally:
        vote.ballots.setdefault(unit, mine)


def _too_much(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
    """The sponsor can pay more than is due."""
    try:
        return right(command, district, policy, by)
    except resolve_name("engine.Rejected") as wrong:
        if wrong.code.name != "REIMBURSE_EXCEEDS_DUE":
            raise
    return (resolve_name("engine.district.merchants.SponsorReimbursed")(command.amount_fen, False),)  # noqa: FBT003


def _first_limit(event: Any, district: Any) -> None:
    event.due = district.cases.reports[event.report].due


BUGS = (
    Bug(
        "lots-used-newest-first",
        "aggregate",
        ("T04",),
        "Points that expire last are spent first.",
        wrapped("engine.payments.purchases.draw", _latest_first),
    ),
    Bug(
        "refunds-cash-first",
        "aggregate",
        ("T08",),
        "Refunds give cash first, not the share of points that the policy says.",
        wrapped("engine.payments.refunds.split", _cash_first),
    ),
    Bug(
        "refunds-forget-parts",
        "aggregate",
        ("S08", "T08"),
        "Of refunds in parts only the last one is remembered.",
        after(REFUNDED, _only_last_part),
    ),
    Bug(
        "refunds-a-fen-more",
        "aggregate",
        ("S08", "T08", "S10"),
        "Each refund pays a fen more.",
        before(REFUNDED, _two_fen_more),
    ),
    Bug(
        "refunds-restore-a-point-more",
        "aggregate",
        ("T07", "S08", "S05"),
        "A refund gives a lot one point more than it took.",
        before(REFUNDED, _one_more_restored),
    ),
    Bug(
        "refunds-restore-expired-points",
        "aggregate",
        ("T07",),
        "A refund gives points back into a lot that has lapsed.",
        wrapped("engine.payments.refunds.restore", _back),
    ),
    Bug(
        "credit-pays-no-debt",
        "aggregate",
        ("T10", "S06"),
        "Points that come in pay no debt.",
        replaced("engine.points.awards.debt", lambda *_: 0),
    ),
    Bug(
        "clawback-books-debt-twice",
        "aggregate",
        ("T09",),
        "A clawback books the debt twice.",
        before(REVOKED, _debt_twice),
    ),
    Bug(
        "awards-taken-back-twice",
        "aggregate",
        ("T09", "T01"),
        "An award can be taken back again.",
        replaced("engine.district.points.PointsRows.state", lambda *_: "VESTED"),
    ),
    Bug(
        "awards-give-a-point-more",
        "aggregate",
        ("H05", "H10", "S03", "S05"),
        "An award puts a point more into the balance than it says.",
        after(GRANTED, _one_point_more),
    ),
    Bug(
        "facts-earn-again",
        "aggregate",
        ("T22",),
        "A fact that has earned by a rule earns again.",
        replaced("engine.district.evidence.Evidence.used", lambda *_: False),
    ),
    Bug(
        "moral-points-are-spent",
        "aggregate",
        ("H05", "S13"),
        "Moral points go along when material ones are spent.",
        after(PAID, _moral_spent),
    ),
    Bug(
        "refunds-stay-owed",
        "aggregate",
        ("S14", "T14"),
        "What a merchant gave back is still owed to the merchant.",
        after(REFUNDED, _refund_not_deducted),
    ),
    Bug(
        "settlement-leaves-one-out",
        "aggregate",
        ("T14", "S14"),
        "A settlement leaves a merchant out.",
        before("payments.merchants_settled", _without_a_line),
    ),
    Bug(
        "sponsor-pays-twice",
        "aggregate",
        ("H09", "S15"),
        "The sponsor can pay more than is due.",
        wrapped("engine.payments.settlement.ReimbursePoints.decide", _too_much),
    ),
    Bug("ballots-counted-twice", "aggregate", ("S20",), "A ballot is counted twice.", before(TALLIED, _counted_twice)),
    Bug(
        "two-ballots-of-a-household",
        "aggregate",
        ("S20",),
        "A second member of a household votes as well.",
        wrapped("engine.participation.votes.CastBallot.decide", _household_votes_twice),
    ),
    Bug(
        "votes-need-no-quorum",
        "aggregate",
        ("T21",),
        "A vote has a result without a quorum.",
        before(TALLIED, _most_of_all),
    ),
    Bug(
        "electorate-one-too-many",
        "aggregate",
        ("T20",),
        "The electorate is counted one too many.",
        before("participation.vote_opened", put(electorate=lambda event: event.electorate + 1)),
    ),
    Bug(
        "second-answers-count",
        "aggregate",
        ("S21", "T22"),
        "A second sheet of one person is valid.",
        wrapped("engine.participation.responses.SubmitResponse._taken", _twice),
    ),
    Bug(
        "invalid-answers-stay-counted",
        "aggregate",
        ("H14", "H12"),
        "An answer that was found invalid is still counted as valid.",
        after("participation.response_invalidated", _valid_stays),
    ),
    Bug(
        "invalid-answers-keep-points",
        "aggregate",
        ("H14", "L09", "T09"),
        "What an invalid answer earned is not taken back.",
        replaced("engine.participation.reviews.take_back", lambda *_: []),
    ),
    Bug(
        "valid-answers-earn-nothing",
        "aggregate",
        ("L09", "H14"),
        "A valid answer earns nothing.",
        replaced("engine.participation.responses.earn", lambda *_: []),
    ),
    Bug(
        "merge-leaves-a-point",
        "aggregate",
        ("H11", "H05"),
        "When two records of a person become one, a moral point stays behind.",
        after("binding.person_merged", _moral_left_behind),
    ),
    Bug(
        "cases-go-to-anybody",
        "aggregate",
        ("T15",),
        "A case goes to whoever is named.",
        replaced("engine.reporting.dispatch.fit", lambda *_: True),
    ),
    Bug(
        "cases-are-accepted-twice",
        "aggregate",
        ("T01",),
        "A case is accepted whatever its state.",
        replaced("engine.reporting.dispatch.standing", lambda *_: None),
    ),
    Bug(
        "breaches-raise-two-levels",
        "aggregate",
        ("T18",),
        "A case that is late is raised by two levels.",
        before("reporting.sla_breached", put(level=lambda event: event.level + 1)),
    ),
    Bug(
        "pauses-give-a-second-more",
        "aggregate",
        ("T19",),
        "A case that was suspended is due a second later than it should be.",
        before("reporting.report_resumed", put(due=lambda event: event.due + 1)),
    ),
    Bug(
        "reopened-cases-keep-their-limit",
        "aggregate",
        ("T19",),
        "A reopened case keeps the limit of its first round.",
        before("reporting.report_reopened", _first_limit),
    ),
    Bug(
        "limits-are-forgotten",
        "aggregate",
        ("L01", "L02", "T18"),
        "Nobody is told that a case is late.",
        forgotten("report_due"),
    ),
    Bug("lots-never-lapse", "aggregate", ("L08", "T05", "T06"), "Points never lapse.", forgotten("lot_expiry")),
    Bug("tags-never-lapse", "aggregate", ("S19",), "A special tag outlives its day.", forgotten("special_tag")),
    Bug("votes-never-close", "aggregate", ("T20", "L09"), "A vote stays open.", forgotten("vote_close")),
)
