"""Every number that a planner may turn, with its unit, meaning, source, and published | estimated | assumed.

A policy is one immutable, versioned document. Keys are paths (`points.deduction_cap_bp`); a change makes the next
version, which holds from an instant on. One file a section: who needs a number adds it to the section of its subject.
"""

from engine.policy.binding import BindingPolicy
from engine.policy.document import IdempotencyPolicy, Policy, policy_from
from engine.policy.epidemic import EpidemicPolicy
from engine.policy.grid import GridKind, GridPolicy
from engine.policy.marketplace import MarketplacePolicy
from engine.policy.participation import ParticipationPolicy
from engine.policy.payments import PaymentsPolicy
from engine.policy.points import MORAL_SUFFIX, PointRule, PointsPolicy
from engine.policy.provenance import Provenance, provenance
from engine.policy.reporting import Category, ReportingPolicy, Tier

__all__ = [
    "MORAL_SUFFIX",
    "BindingPolicy",
    "Category",
    "EpidemicPolicy",
    "GridKind",
    "GridPolicy",
    "IdempotencyPolicy",
    "MarketplacePolicy",
    "ParticipationPolicy",
    "PaymentsPolicy",
    "PointRule",
    "PointsPolicy",
    "Policy",
    "Provenance",
    "ReportingPolicy",
    "Tier",
    "policy_from",
    "provenance",
]
