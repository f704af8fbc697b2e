"""Running the platform: deadlines that fire, policy changes, purging of personal values.

Deadlines belong to every subject, so their table stands here, above the subjects.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from engine.binding import review, special_groups
from engine.district.clock import (
    ANNOUNCED_POLICY,
    ClockAdvanced,
    DeadlineFired,
    PolicyChangeAnnounced,
    PolicyTookEffect,
    VaultPurged,
)
from engine.district.epidemic import END, FORGET, OF_AGE
from engine.epidemic import ending
from engine.grid import care, hazards, visits
from engine.kernel.command import PERSONAL_FIELDS, Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.rejection import Code, Precedence, Rejected
from engine.kernel.units import Days, Instant, Name, Points, Seconds, Text
from engine.marketplace import offers, orders
from engine.participation import activities, merges, news, questionnaires, registrations, shifts, volunteers, votes
from engine.payments import bills, channel_refunds, checkouts, refunds
from engine.points import awards, clawback, purchase_points
from engine.reporting import closing, deliberation, limits, suggestions

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

POLICY_NOT_VALID = Code("POLICY_NOT_VALID", Precedence.STATE, "A path or a value of the change is not valid.")
POLICY_IN_THE_PAST = Code("POLICY_IN_THE_PAST", Precedence.STATE, "A policy can hold only from a later instant on.")
PERSONAL_FIELD_NOT_FOUND = Code(
    "PERSONAL_FIELD_NOT_FOUND", Precedence.NOT_FOUND, "No command has this personal field; give `command type.field`."
)
PURGE_IN_FUTURE = Code("PURGE_IN_FUTURE", Precedence.STATE, "Values that are still to come cannot be purged.")
OPERATORS = {"officer": anyone, "system": anyone}


def _take_effect(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `announced_policy`: the change holds from now on, and may switch the epidemic functions on or off."""
    _, changes = district.announced[int(waiting)]
    return [
        PolicyTookEffect(int(waiting), policy.version + 1),
        *ending.follow(district, policy.changed_by(changes, at), at),
    ]


Fired = Callable[["District", "Policy", str, int], list[Event]]
DEADLINES: dict[str, Fired] = {
    ANNOUNCED_POLICY: _take_effect,
    "article_archive": news.archive,
    "award_take_back": clawback.take_back,
    "award_vest": awards.vest,
    "awards_final": clawback.finalise,
    "care_due": care.overdue,
    "bill_final": bills.final,
    "binding_review": review.lapse,
    END: ending.end,
    FORGET: ending.forget,
    OF_AGE: ending.of_age,
    "channel_refund_due": channel_refunds.overdue,
    "checkout_close": checkouts.close,
    "checkouts_finish": checkouts.finish,
    "call_close": volunteers.closes,
    "lot_expiry": awards.expire,
    "offer_close": offers.close,
    "order_end": orders.lapse,
    "orders_finish": orders.finish,
    "payments_finish": refunds.finish,
    "purchase_unearn": purchase_points.unearn,
    "report_close": closing.close,
    "report_due": limits.breach,
    "report_escalate": limits.escalate,
    "report_resume": limits.resume,
    "questionnaire_close": questionnaires.close,
    "questionnaire_final": questionnaires.finalise,
    "registration_close": activities.closes,
    "registration_complete": registrations.complete,
    "registration_double": registrations.cancel_double,
    "registration_open": activities.opens,
    "response_double": merges.take_back_double,
    "shift_begin": shifts.begin,
    "shift_double": shifts.abort_double,
    "shift_end": shifts.end,
    "shift_lapse": shifts.lapse,
    "shift_settle": shifts.settle,
    "special_tag": special_groups.lapse,
    "visit_lapse": visits.lapse,
    "warning_case": hazards.open_case,
    "suggestion_due": suggestions.overdue,
    "topic_close": deliberation.close,
    "vote_close": votes.close,
}


@command("clock.sweep", OPERATORS, ())
class Sweep(Command):
    """Let everything happen that is due; the engine does so before any command, so this only moves the clock."""

    def decide(self, _district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The clock advanced."""
        return (ClockAdvanced(),)


@command("clock.fire_deadline", {}, ())
class FireDeadline(Command):
    """One deadline at its own instant. The engine alone gives it, before the next command is decided."""

    kind: Name
    waiting: Name

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The deadline, and what follows from it."""
        return (DeadlineFired(self.kind, self.waiting), *DEADLINES[self.kind](district, policy, self.waiting, by.at))


@command("policy.change", {"officer": anyone}, (POLICY_NOT_VALID, POLICY_IN_THE_PAST))
class ChangePolicy(Command):
    """Change numbers of the policy from an instant on: pairs of path and JSON text of the value."""

    changes: tuple[tuple[Name, Text], ...]
    effective_from: Instant

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The announced change; all that is announced is tried in its order, so that taking effect cannot fail."""
        return _announce(district, policy, self, by)


def _announce(district: District, policy: Policy, change: ChangePolicy, by: Envelope) -> tuple[Event, ...]:
    if not change.changes:
        raise Rejected(POLICY_NOT_VALID, why="no change is given")
    number = district.changes_announced + 1
    announced = {**district.announced, number: (change.effective_from, change.changes)}
    try:
        for effective_from, changes in sorted(announced.values(), key=lambda each: each[0]):  # stable: then by number
            policy = policy.changed_by(changes, effective_from)
    except ValueError as wrong:
        raise Rejected(POLICY_NOT_VALID, why=_why(wrong)) from None
    if change.effective_from <= by.at:
        raise Rejected(POLICY_IN_THE_PAST, now=by.at)
    return (PolicyChangeAnnounced(number, change.effective_from, change.changes),)


def _why(wrong: ValueError) -> str:
    """What is not valid, without words of a library that may change: a record must be the same with every version."""
    if isinstance(wrong, ValidationError):
        first = wrong.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['type']}"
    return "not JSON" if isinstance(wrong, json.JSONDecodeError) else str(wrong)


@command("policy.set_rule", {"officer": anyone}, (POLICY_NOT_VALID, POLICY_IN_THE_PAST))
class SetRule(Command):
    """Add or replace one rule of earning points from an instant on."""

    rule: Name
    ledger: Literal["MP", "MO"]
    points: Points
    daily_cap: Points
    period_cap: Points
    cooldown_s: Seconds
    validity_days: Days
    vest_delay_s: Seconds
    budget_month: Points
    effective_from: Instant

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The announced change of policy that holds the whole rule."""
        names = ("ledger", "points", "daily_cap", "period_cap", "cooldown_s", "validity_days", "vest_delay_s")
        row = {name: getattr(self, name) for name in (*names, "budget_month")}
        change = ChangePolicy(((f"points.rules.{self.rule}", json.dumps(row)),), self.effective_from)
        return _announce(district, policy, change, by)


@command("vault.purge", OPERATORS, (PERSONAL_FIELD_NOT_FOUND, PURGE_IN_FUTURE))
class Purge(Command):
    """Delete the personal values of one field (`command type.field`) that came before an instant."""

    field: Name
    before: Instant

    def decide(self, _district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The purge; the vault deletes the rows when it sees the event."""
        if self.field not in PERSONAL_FIELDS:
            raise Rejected(PERSONAL_FIELD_NOT_FOUND)
        if self.before > by.at:
            raise Rejected(PURGE_IN_FUTURE, now=by.at)
        return (VaultPurged(self.field, self.before),)
