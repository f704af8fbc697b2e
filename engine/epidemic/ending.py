"""The end of the epidemic functions, and the end of each day's traces.

Rows go by an event, values by a purge of the vault that stands beside it in the same record. A change of the policy
may move the end, put it into the past, or switch the functions on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.clock import VaultPurged
from engine.district.epidemic import DayForgotten, Ended, EndSet
from engine.district.epidemic_looks import GuardianshipEnded
from engine.kernel.units import day_start

if TYPE_CHECKING:
    from engine.district import District
    from engine.kernel.event import Event
    from engine.policy import Policy

SEALED = (
    "epidemic.check_in.place",
    "epidemic.declare_travel.origin",
    "epidemic.judge_exposure.verdict",
    "epidemic.record_result.result",
)
"""Every personal field of the epidemic functions."""


def _purged(before: int) -> list[Event]:
    return [VaultPurged(field, before) for field in SEALED]


def end(_district: District, _policy: Policy, _waiting: str, at: int) -> list[Event]:
    """Deadline `epidemic_end`: nothing is left."""
    return [Ended(), *_purged(at)]


def forget(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `epidemic_forget`: the traces of a day and all older values go."""
    day = int(waiting)
    return [DayForgotten(day), *_purged(day_start(day + 1))]


def of_age(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `epidemic_of_age`: a guardian no longer sees the results."""
    return [GuardianshipEnded(waiting)]


def follow(district: District, policy: Policy, at: int) -> list[Event]:
    """What a policy that comes into force at `at` makes of the end."""
    ends_at = policy.epidemic.ends_at
    if ends_at > at:
        return [EndSet(ends_at)] if ends_at != district.epidemic.ends_at else []
    return end(district, policy, "", at) if district.epidemic.ends_at else []
