"""Cases: who reports what, how long it takes, how satisfied people are.

Arrivals are over-dispersed Poisson (day factors) by hour and weekday; a resident whose first report went well reports
again 1.57 times as readily (FixMyStreet, n 399,364: Sjoberg, Mellon & Peixoto 2017). Time beside the queue for a grid
member is lognormal by kind of limit. P(satisfied) = logistic(a - b ln(1 + d/limit) + c fixed).
"""

from __future__ import annotations

from math import log1p

from sim.behaviour.answering import probability
from sim.sourced import Numbers, Parameters, Share, Shares, sourced

MOST_CASES = 10_000_000  # a thousand times the published number


class ReportingBehaviour(Parameters):
    """The section `[behaviour.reporting]`: numbers are expected totals over the whole horizon at scale 1."""

    problem_reports: float = sourced("cases", "Problem reports by residents.", ge=0, le=MOST_CASES)
    suggestions: float = sourced("cases", "Suggestions by residents.", ge=0, le=MOST_CASES)
    complaints: float = sourced("cases", "Complaints by residents.", ge=0, le=MOST_CASES)
    praises: float = sourced("cases", "Praises of good deeds by residents.", ge=0, le=MOST_CASES)
    member_entries: float = sourced("cases", "Entries that have no reporter.", ge=0, le=MOST_CASES)
    entry_door_shares: Shares = sourced(
        "share", "Entries by the grid member, a rider on duty, a merchant of the grid.", min_length=3, max_length=3
    )
    after_success: float = sourced("factor", "How much more readily one reports after a good first case.", ge=1)
    after_failure: float = sourced("factor", "How much less readily after a bad one.", gt=0, le=1)
    tier_shares: Shares = sourced(
        "share", "Cases with urgent, utility, general, hard limit.", min_length=4, max_length=4
    )
    duplicate_share: Share = sourced("share", "Resident cases that report a known problem.")
    refused_share: Share = sourced("share", "Resident cases that are no case for the platform.")
    withdrawn_share: Share = sourced("share", "Residents' cases that are taken back before anybody looks at them.")
    suspended_share: Share = sourced("share", "Cases of members that wait for a day, for a part say.")
    transferred_share: Share = sourced("share", "Cases of members that another member brings to an end.")
    urged_share: Share = sourced("share", "Cases of members that the desk raises by a level before they are late.")
    return_share: Share = sourced("share", "Dispatched cases that the member sends back.")
    praise_verified_share: Share = sourced("share", "Praises that are found true.")


class HandlingBehaviour(Parameters):
    """The section `[behaviour.handling]`: grid members at work."""

    triage_minutes: float = sourced("minutes", "Mean time from intake to triage in office hours (exponential).", gt=0)
    work_minutes: Numbers = sourced(
        "minutes", "A member's own work on a case with urgent ... hard limit.", min_length=4, max_length=4
    )
    elapsed_log_mean: tuple[float, ...] = sourced(
        "log days",
        "Mean of ln(days) that others take for a case with urgent ... hard limit.",
        strict=False,
        min_length=4,
        max_length=4,
    )
    elapsed_log_sd: Numbers = sourced("log days", "Standard deviation of the same.", min_length=4, max_length=4)
    daily_minutes: float = sourced("minutes a day", "A member's working time a day; more is overload.", gt=0)
    fixed_share: Share = sourced("share", "Resolved cases in which the problem is really gone.")


class RatingBehaviour(Parameters):
    """The section `[behaviour.rating]`."""

    rated_share: Share = sourced("share", "Resolved cases that their reporter rates.")
    confirmed_share: Share = sourced("share", "Resolved, unrated cases that their reporter confirms.")
    answer_hours: float = sourced("hours", "Mean time from solution to rating or confirmation (exponential).", gt=0)
    intercept_logits: float = sourced("logits", "a: level of satisfaction.")
    lateness_logits: float = sourced("logits", "b: effect of ln(1 + duration / limit).", ge=0)
    fixed_logits: float = sourced("logits", "c: effect of a real solution.")
    dispute_share: Share = sourced("share", "Reporters of an unfixed case who dispute it.")
    reopen_share: Share = sourced("share", "Reporters of an unfixed, closed case who reopen it.")


def satisfied(duration_s: float, limit_s: float, *, fixed: bool, behaviour: RatingBehaviour) -> float:
    """Probability that a reporter is satisfied with a case that took `duration_s` under a limit of `limit_s`."""
    lateness = behaviour.lateness_logits * log1p(duration_s / limit_s)
    return probability(behaviour.intercept_logits - lateness + (behaviour.fixed_logits if fixed else 0.0))
