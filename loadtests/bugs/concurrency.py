"""Bugs of concurrency: requests that are under way at once are decided without each other's effects.

A batch of the deployment's writer stands for what is under way at once: within it the wrong code decides on what it
read when the batch began.
"""

from __future__ import annotations

from dataclasses import replace
from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug, Patches
from loadtests.bugs.patching import batch_memory, wrapped

PAY = "engine.payments.purchases.PayPurchase.decide"
GRANT, USE = "engine.points.awards.GrantAward.decide", "engine.district.evidence.Evidence.use"
REFUND = "engine.payments.refunds.RefundPurchase.decide"


def _of(lots: Any, wallet: list[Any]) -> None:
    for lot, remaining in lots:
        lot.remaining = remaining
    wallet[:] = [lot for lot, _ in lots]


def _purse_read_early(patches: Patches, memory: dict[Any, Any]) -> None:
    """Each purchase of a batch writes the purse that it read when the batch began: the last one wins."""
    account = resolve_name("engine.district.ledger.AV")

    def decide(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
        if command.points:
            person = command.person
            wallet = district.points.wallets.setdefault(person, [])
            if person in memory:
                lots, available = memory[person]
                _of(lots, wallet)
                district.ledger.balances[account][person] = available
            else:
                lots = [(lot, lot.remaining) for lot in wallet]
                memory[person] = lots, district.ledger.balances[account][person]
        return right(command, district, policy, by)

    wrapped(PAY, decide)(patches)


def _granted_fact_unseen(patches: Patches, memory: dict[Any, Any]) -> None:
    def used(right: Any, evidence: Any, rule: str, fact: str) -> bool:
        return (rule, fact) not in memory and right(evidence, rule, fact)

    def use(right: Any, evidence: Any, rule: str, fact: str) -> None:
        memory[rule, fact] = True
        right(evidence, rule, fact)

    wrapped("engine.district.evidence.Evidence.used", used)(patches)
    wrapped(USE, use)(patches)


def _ballot_unseen(patches: Patches, memory: dict[Any, Any]) -> None:
    """Whether a unit has voted is read when the batch begins."""

    def decide(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
        vote = district.board.votes.get(command.vote)
        unit = vote.entitled.get(command.person) if vote is not None else None
        mine = vote.ballots.pop(unit) if (command.vote, unit) in memory and unit in vote.ballots else None
        try:
            found = right(command, district, policy, by)
        except BaseException:
            if mine is not None:
                vote.ballots[unit] = mine
            raise
        memory[command.vote, unit] = True
        return found

    wrapped("engine.participation.votes.CastBallot.decide", decide)(patches)


def _answer_unseen(patches: Patches, memory: dict[Any, Any]) -> None:
    rejected = resolve_name("engine.Rejected")

    def taken(right: Any, command: Any, district: Any, questionnaire: Any) -> bool:
        fact = command.questionnaire, command.person
        try:
            found = bool(right(command, district, questionnaire))
        except rejected as wrong:
            if wrong.code.name != "QST_ALREADY_ANSWERED" or fact not in memory:
                raise
            return False
        memory[fact] = True
        return found

    wrapped("engine.participation.responses.SubmitResponse._taken", taken)(patches)


def _refund_unseen(patches: Patches, memory: dict[Any, Any]) -> None:
    """What came back of a purchase is read when the batch begins."""

    def decide(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
        returned = district.trade.returned
        now = returned.get(command.payment)
        if command.payment not in memory:
            memory[command.payment] = replace(now) if now is not None else None
        early = memory[command.payment]
        if early is None:
            returned.pop(command.payment, None)
        else:
            returned[command.payment] = early
        try:
            return right(command, district, policy, by)
        finally:
            if now is not None:
                returned[command.payment] = now

    wrapped(REFUND, decide)(patches)


def _caps_unseen(patches: Patches, memory: dict[Any, Any]) -> None:
    """How much of a cap is used up is read when the batch begins."""

    def of(right: Any, usage: Any, what: str, who: str, period: int) -> int:
        place = id(usage), what, who, period
        return int(memory.setdefault(place, right(usage, what, who, period)))

    wrapped("engine.district.lots.Usage.of", of)(patches)


def _key_unseen(patches: Patches, memory: dict[Any, Any]) -> None:
    """An answer is kept when its batch is over: a second request that comes before is carried out, too."""

    def find(right: Any, keys: Any, kind: str, key: str, at: int) -> Any:
        return None if (kind, key) in memory else right(keys, kind, key, at)

    def keep(right: Any, keys: Any, outcome: Any) -> None:
        memory[outcome.by.kind, outcome.by.key] = True
        right(keys, outcome)

    wrapped("engine.kernel.idempotency.Keys.find", find)(patches)
    wrapped("engine.kernel.idempotency.Keys.keep", keep)(patches)


def _revoked_twice(patches: Patches, memory: dict[Any, Any]) -> None:
    """Whether an award still stands is read when the batch begins."""

    def state(right: Any, rows: Any, award: str) -> str:
        return str(memory.setdefault(award, right(rows, award)))

    wrapped("engine.district.points.PointsRows.state", state)(patches)


PURSE = ("H05", "S02", "T04", "S03", "T05", "S05", "H06", "H07")
BUGS = (
    Bug(
        "purses-read-early",
        "concurrency",
        PURSE,
        "Purchases of one person at once are decided on one balance, and the last write wins.",
        batch_memory(_purse_read_early),
    ),
    Bug(
        "facts-earn-at-once",
        "concurrency",
        ("T22",),
        "Two awards for one fact at once are both given.",
        batch_memory(_granted_fact_unseen),
    ),
    Bug(
        "ballots-at-once",
        "concurrency",
        ("S20",),
        "Two ballots of one unit at once are both taken.",
        batch_memory(_ballot_unseen),
    ),
    Bug(
        "answers-at-once",
        "concurrency",
        ("S21", "T22"),
        "Two sheets of one person at once are both valid.",
        batch_memory(_answer_unseen),
    ),
    Bug(
        "refunds-at-once",
        "concurrency",
        ("S08", "T08", "T07"),
        "Two refunds of one purchase at once do not see each other.",
        batch_memory(_refund_unseen),
    ),
    Bug(
        "caps-at-once",
        "concurrency",
        ("S11", "S12"),
        "Awards at once do not see how much of a cap the others use up.",
        batch_memory(_caps_unseen),
    ),
    Bug(
        "keys-at-once",
        "concurrency",
        ("H03", "H04"),
        "A repeat that comes while the first is under way is carried out, too.",
        batch_memory(_key_unseen),
    ),
    Bug(
        "awards-revoked-at-once",
        "concurrency",
        ("T09", "T01"),
        "An award that two officers take back at once is taken back twice.",
        batch_memory(_revoked_twice),
    ),
)
