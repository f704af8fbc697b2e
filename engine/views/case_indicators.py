"""Indicators of cases as pure functions of their rows, each with its denominator stated.

`answered`, `resolved` and `closed` are three different words and stand side by side: the published share of 99.8 %
says which one it means nowhere. A share is two counts, so that counts of grids add up to those of the district.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.district.cases import NOT_COUNTED, Report
from engine.kernel.units import BASIS

DENOMINATORS = {
    "answered": "submitted less withdrawn, duplicate and rejected cases",
    "resolved": "submitted less withdrawn, duplicate and rejected cases",
    "closed": "submitted less withdrawn, duplicate and rejected cases",
    "in_time": "cases of which every round so far is resolved or past its limit",
    "answered_late": "cases that were answered, or whose limit has passed without an answer",
    "satisfied": "closed cases that their reporter rated",
    "rated": "closed cases that have a reporter",
    "satisfied_at_least": "closed cases that have a reporter, as if everybody who kept silent were unhappy",
}


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, both counts of cases."""

    part: int
    whole: int

    @property
    def bp(self) -> int | None:
        """Basis points, rounded down; None when there is nothing to divide by."""
        return self.part * BASIS // self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Indicators:
    """Counts of cases, and the shares whose denominators `DENOMINATORS` states by name."""

    submitted: int
    withdrawn: int
    duplicate: int
    rejected: int
    unresolved: int
    reopened: int
    closed_by_clock_unrated: int
    answered: Share
    resolved: Share
    closed: Share
    in_time: Share
    answered_late: Share
    satisfied: Share
    rated: Share
    satisfied_at_least: Share


def indicators(reports: Iterable[Report], at: int, good_stars: int) -> Indicators:
    """The indicators of some cases (of a kind, a source, a grid ...) at the instant `at`.

    A rating of `good_stars` or more counts as satisfied.
    """
    rows = list(reports)
    states = [row.state for row in rows]
    counted = [row for row in rows if row.state not in NOT_COUNTED]
    closed = [row for row in counted if row.state == "CLOSED"]
    ratable = [row for row in closed if row.reporter]
    rated = [row for row in ratable if row.stars]
    good = sum(row.stars >= good_stars for row in rated)
    return Indicators(
        submitted=len(rows),
        withdrawn=states.count("WITHDRAWN"),
        duplicate=states.count("DUPLICATE"),
        rejected=states.count("REJECTED"),
        unresolved=sum(row.state not in ("RESOLVED", "CLOSED") for row in counted),
        reopened=sum(row.round > 1 for row in counted),
        closed_by_clock_unrated=sum(row.closed_by == "auto" and not row.stars for row in closed),
        answered=answered(counted),
        resolved=resolved(counted),
        closed=Share(len(closed), len(counted)),
        in_time=in_time(counted),
        answered_late=answered_late(counted, at),
        satisfied=Share(good, len(rated)),
        rated=Share(len(rated), len(ratable)),
        satisfied_at_least=Share(good, len(ratable)),
    )


def answered(counted: list[Report]) -> Share:
    """Cases with a first answer: some member accepted them at some time."""
    return Share(sum(row.answered_at is not None for row in counted), len(counted))


def resolved(counted: list[Report]) -> Share:
    """Cases that stand resolved or closed and were never disputed or reopened."""
    done = sum(row.state in ("RESOLVED", "CLOSED") and row.round == 1 for row in counted)
    return Share(done, len(counted))


def in_time(counted: list[Report]) -> Share:
    """Cases no round of which missed its limit, among those that are done or late."""
    judged = [row for row in counted if row.late or row.state in ("RESOLVED", "CLOSED")]
    return Share(sum(not row.late for row in judged), len(judged))


def answered_late(counted: list[Report], at: int) -> Share:
    """Cases whose first answer came at the due instant or later, or is still missing then (F13)."""
    missing = sum(row.answered_at is None and at >= row.due for row in counted)
    given = [row for row in counted if row.answered_at is not None]
    return Share(sum(row.answered_late for row in given) + missing, len(given) + missing)
