"""Every number that a planner may turn, with its unit, meaning, source, and published | estimated | assumed.

A policy is one immutable, versioned document. Keys are paths (`points.deduction_cap_bp`); a change makes the next
version, which holds from an instant on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from engine.calendar import CalendarPolicy
from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, ESTIMATED, PUBLISHED, Status, number
from engine.kernel.units import DAY_S, HOUR_S, MINUTE_S, BasisPoints, Count, Fen, Name, Points, Seconds

DISTRICT_TOTALS = "China Community News, 2022-08-09: totals published by the district"
HOTLINE_12345 = "Beijing 12345 hotline, draft standard of December 2021"


@dataclass(frozen=True, slots=True)
class IdempotencyPolicy:
    """How long a repeat gets the same answer."""

    __pydantic_config__ = STRICT
    retention_s: Annotated[int, Field(ge=DAY_S, le=366 * DAY_S)] = number(
        DAY_S,
        "seconds",
        "how long the answer under a key is kept; afterwards the key is free",
        "field practice: payment interfaces keep keys for 24 hours",
        ASSUMED,
    )


@dataclass(frozen=True, slots=True)
class PointRule:
    """One way to earn points. A cap of 0 means no cap."""

    __pydantic_config__ = STRICT
    ledger: Literal["MP", "MO"]
    points: Points
    daily_cap: Points = 0
    period_cap: Points = 0
    cooldown_s: Seconds = 0
    validity_days: Count = 0
    vest_delay_s: Seconds = 0
    budget_month: Points = 0
    source: str = "no source given"
    status: Status = ASSUMED


RULE_UNITS = {
    "points": ("points", "what one fact earns"),
    "daily_cap": ("points a person and civil day; 0: none", "most that the rule gives a person on one civil day"),
    "period_cap": ("points a person and month; 0: none", "most that the rule gives a person in one calendar month"),
    "cooldown_s": ("seconds", "least time between two awards of the rule to one person"),
    "validity_days": ("civil days", "how long material points can be used after the day on which they came"),
    "vest_delay_s": ("seconds", "how long material points wait before they can be used"),
    "budget_month": ("points a month; 0: none", "most that the rule gives all persons together in one month"),
    "limit_s": ("seconds", "time in which a case of this class must be resolved"),
    "working_time": ("switch", "the limit counts office hours only"),
    "kinds": ("kinds of grid members", "who handles cases of this category, any of them"),
    "tier": ("class of time limit", "the class of a case of this category unless triage says otherwise"),
    "route": ("choice", "who answers suggestions and complaints of this category"),
    "first": ("civil date", "first day off"),
    "last": ("civil date", "last day off"),
    "make_up_days": ("civil dates", "weekend days worked instead"),
}
_SIBLING = "assumed; village schemes of the same city give 2 points for a clean-up or a mediation"
_SCALE_2023 = "assumed, within the moral scale reported in September 2023 (good deed 2 to 100 points)"


def _material(points: int, daily_cap: int = 0, source: str = _SIBLING) -> PointRule:
    return PointRule("MP", points, daily_cap=daily_cap, validity_days=180, source=source)


def _moral(points: int, source: str = _SCALE_2023) -> PointRule:
    return PointRule("MO", points, source=source)


def _rules() -> dict[str, PointRule]:
    return {
        "questionnaire": _material(2, daily_cap=10),
        "questionnaire_moral": _moral(1),
        "suggestion": _material(5, daily_cap=10),
        "suggestion_moral": _moral(2),
        "report": _material(5, daily_cap=10),
        "report_moral": _moral(2),
        "praised_moral": _moral(5),
        "vote": _material(1, daily_cap=4),
        "service": _material(10, daily_cap=30),
        "service_moral": _moral(5),
    }


@dataclass(frozen=True, slots=True)
class PointsPolicy:
    """Material and moral points."""

    __pydantic_config__ = STRICT
    value_fen: Annotated[int, Field(ge=1, le=10_000)] = number(
        10, "fen a point", "what one material point is worth at a till", "assumed; siblings use 1 to 100 fen", ASSUMED
    )
    deduction_cap_bp: BasisPoints = number(
        3_000,
        "basis points of eligible goods",
        "largest share of a purchase that points may pay, at any merchant",
        f"{DISTRICT_TOTALS} (up to 30 %)",
        PUBLISHED,
    )
    material_daily_cap: Points = number(
        50, "points a person and civil day; 0: none", "most material points of all rules together", "assumed", ASSUMED
    )
    moral_daily_cap: Points = number(
        0, "points a person and civil day; 0: none", "most moral points of all rules together", "assumed", ASSUMED
    )
    revocation_days: Count = number(
        30, "civil days", "how long an award can be taken back after the day on which it was given", "assumed", ASSUMED
    )
    lapsed_restore: Literal["grace", "forfeit"] = number(
        "grace",
        "choice",
        "what a refund does with points whose lot has lapsed: a new lot with days of grace, or nothing",
        "assumed; a Japanese point-of-sale provider forfeits them",
        ASSUMED,
    )
    grace_days: Count = number(
        30, "civil days", "life of points that a refund restores after their lot has lapsed", "assumed", ASSUMED
    )
    breakage_bp: BasisPoints = number(
        5_000,
        "basis points of points outstanding",
        "share of material points that is never redeemed, for the liability in yuan",
        "loyalty industry survey 2023: 48.6 % of earned points redeemed",
        ESTIMATED,
    )
    material_on: bool = number(True, "switch", "material points are given at all", "what planners ask first", ASSUMED)
    moral_on: bool = number(True, "switch", "moral points are given at all", "what planners ask first", ASSUMED)
    rules: dict[Name, PointRule] = field(default_factory=_rules)


@dataclass(frozen=True, slots=True)
class PaymentsPolicy:
    """Purchases by the platform's code, refunds, settlement."""

    __pydantic_config__ = STRICT
    refund_window_days: Count = number(
        7, "civil days", "how long a purchase can be refunded after the day of payment", "assumed", ASSUMED
    )
    refund_order: Literal["pro_rata", "cash_first", "points_first"] = number(
        "pro_rata",
        "choice",
        "which part of a purchase comes back first; pro rata is the only one that turns neither points into cash "
        "nor cash into points",
        "assumed; all three are in use",
        ASSUMED,
    )
    merchant_limit_fen: Fen = number(
        100_000, "fen", "how far refunds may drive what a merchant is owed below zero", "assumed", ASSUMED
    )
    channel_fee_bp: BasisPoints = number(
        38, "basis points of the amount", "fee that a payment channel keeps", "assumed; usual rate of QR payments", ASSUMED
    )
    sponsor_limit_fen: Fen = number(
        5_000_000, "fen", "what the sponsor of points may owe before an alarm is raised", "assumed", ASSUMED
    )


@dataclass(frozen=True, slots=True)
class BindingPolicy:
    """Binding of persons to dwellings."""

    __pydantic_config__ = STRICT
    household_limit: Annotated[int, Field(ge=1)] = number(
        12, "persons", "most persons actively bound to one dwelling as owner, tenant or family", "assumed", ASSUMED
    )
    household_code_days: Count = number(
        730, "civil days", "life of a household's printed code", "assumed", ASSUMED
    )
    household_code_uses: Count = number(
        0, "scans a code; 0: no limit", "how often a household's printed code binds", "assumed; it hangs at the door", ASSUMED
    )
    review_days: Count = number(
        3, "civil days", "how long a binding that does not match may wait for review before it lapses", "assumed", ASSUMED
    )
    tag_days: Annotated[int, Field(ge=1, le=365)] = number(
        365, "civil days", "life of a special-group tag before it must be confirmed again", "assumed", ASSUMED
    )


@dataclass(frozen=True, slots=True)
class ParticipationPolicy:
    """News, votes, questionnaires."""

    __pydantic_config__ = STRICT
    least_answer_s: Seconds = number(
        20, "seconds", "an answer given faster is not valid (too_fast)", "assumed; survey practice", ASSUMED
    )
    straight_line_items: Annotated[int, Field(ge=2)] = number(
        8,
        "items",
        "from that many answers on, a sheet on which all answers are the same is not valid (straight_line)",
        "assumed; survey practice looks for it on long sheets only",
        ASSUMED,
    )
    read_receipt_days: Count = number(
        30, "civil days", "how long after its day an article counts its readers; later only their number is kept",
        "assumed; news are read within days", ASSUMED,
    )
    ballot_change: bool = number(False, "switch", "a ballot may be changed until the vote closes", "assumed", ASSUMED)


@dataclass(frozen=True, slots=True)
class Tier:
    """A class of time limit: how long until the case must be resolved, in natural or working time."""

    __pydantic_config__ = STRICT
    limit_s: Annotated[int, Field(ge=MINUTE_S)]
    working_time: bool = False
    source: str = HOTLINE_12345
    status: Status = ASSUMED


def _tiers() -> dict[str, Tier]:
    return {
        "urgent": Tier(2 * HOUR_S),
        "utility": Tier(24 * HOUR_S),
        "general": Tier(7 * DAY_S),
        "hard": Tier(15 * DAY_S),
    }


@dataclass(frozen=True, slots=True)
class Category:
    """What a case is about: which kinds of grid members handle it, its class of time limit, who answers for it."""

    __pydantic_config__ = STRICT
    kinds: tuple[Name, ...]
    tier: Name = "general"
    route: Literal["community", "property"] = "community"
    source: str = "assumed; the four kinds are published, a dispute goes to the mediator and a fever to the doctor"
    status: Status = ASSUMED


def _categories() -> dict[str, Category]:
    worker = ("community_worker",)
    return {
        "facilities": Category((*worker, "other")),
        "sanitation": Category((*worker, "other")),
        "greening": Category((*worker, "other")),
        "utilities": Category((*worker, "other"), "utility", "property"),
        "property_service": Category((*worker, "other"), "general", "property"),
        "parking": Category((*worker, "police_officer"), "general", "property"),
        "noise": Category(("police_officer", *worker)),
        "safety": Category(("police_officer",), "urgent"),
        "dispute": Category(("mediator",)),
        "fever": Category(("family_doctor",), "urgent"),
        "health": Category(("family_doctor",)),
        "benefits": Category(worker, "hard"),
        "community_service": Category(worker),
        "other": Category((*worker, "other")),
    }


@dataclass(frozen=True, slots=True)
class ReportingPolicy:
    """Cases: problem reports, complaints, suggestions, praise, grid members' own entries."""

    __pydantic_config__ = STRICT
    auto_close_s: Seconds = number(
        72 * HOUR_S, "seconds", "a resolved case that nobody confirms, rates or disputes closes", "assumed", ASSUMED
    )
    reopen_window_s: Seconds = number(
        7 * DAY_S, "seconds", "how long after closing the reporter may reopen a case", "assumed", ASSUMED
    )
    reopen_rounds: Count = number(2, "rounds", "how often a case may be reopened or disputed", "assumed", ASSUMED)
    return_limit: Count = number(
        2, "returns a round", "how often a case may be sent back before the supervisor must decide", "assumed", ASSUMED
    )
    pause_limit_s: Seconds = number(
        5 * DAY_S,
        "seconds a case",
        "most time that suspensions may add to the limit, else suspending hides late cases",
        "assumed",
        ASSUMED,
    )
    escalate_after_s: Seconds = number(
        24 * HOUR_S, "seconds", "a breached case still open is raised one level further after this time", "assumed", ASSUMED
    )
    praise_pair_month: Count = number(
        1, "praises a month", "most praises of one person by one other person", "assumed", ASSUMED
    )
    top_level: Annotated[int, Field(ge=1)] = number(
        3, "level", "highest level that a case is raised to: grid 0, community 1, sub-district 2, district 3", "assumed", ASSUMED
    )
    good_stars: Annotated[int, Field(ge=1, le=5)] = number(
        4, "stars of 5", "a rating from here on counts as satisfied", "assumed; the district defines no scale", ASSUMED
    )
    overload_cases: Count = number(
        20, "open cases", "a grid member with more open cases than this is flagged as overloaded", "assumed", ASSUMED
    )
    tiers: dict[Name, Tier] = field(default_factory=_tiers)
    categories: dict[Name, Category] = field(default_factory=_categories)

    def __post_init__(self) -> None:
        """Refuse a category whose class of time limit is not in the table: its cases would have no due instant."""
        for name, category in self.categories.items():
            if category.tier not in self.tiers:
                raise ValueError(f"category {name} names the time limit {category.tier}, which the table lacks")


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole document; `version` counts from 1, `effective_from` is seconds UTC."""

    __pydantic_config__ = STRICT
    version: Annotated[int, Field(ge=1)] = 1
    effective_from: Annotated[int, Field(ge=0)] = 0
    idempotency: IdempotencyPolicy = field(default_factory=IdempotencyPolicy)
    calendar: CalendarPolicy = field(default_factory=CalendarPolicy)
    binding: BindingPolicy = field(default_factory=BindingPolicy)
    participation: ParticipationPolicy = field(default_factory=ParticipationPolicy)
    reporting: ReportingPolicy = field(default_factory=ReportingPolicy)
    points: PointsPolicy = field(default_factory=PointsPolicy)
    payments: PaymentsPolicy = field(default_factory=PaymentsPolicy)

    def document(self) -> dict[str, Any]:
        """The policy as plain values, as it stands in a journal header."""
        return asdict(self)

    def changed(self, changes: Mapping[str, object]) -> Policy:
        """The policy with values replaced by path, same version; raises ValueError for a path or value not valid."""
        document = self.document()
        for path, value in changes.items():
            place = document
            *parents, last = path.split(".")
            for name in parents:
                place = _inside(place, name, path)
            if parents != RULES and isinstance(_inside(place, last, path), dict):
                raise ValueError(f"{path} is a group of numbers; give the path of one number")
            place[last] = value
        return policy_from(document)

    def changed_by(self, changes: Iterable[tuple[str, str]], effective_from: int) -> Policy:
        """The next version: values are JSON texts, as they stand in a command."""
        made = self.changed({path: json.loads(text) for path, text in changes})
        return replace(made, version=self.version + 1, effective_from=effective_from)


RULES = ["points", "rules"]  # rules may be added, other numbers only changed


def _inside(place: Any, name: str, path: str) -> Any:
    if not isinstance(place, dict) or name not in place:
        raise ValueError(f"the policy has no number {path}")
    return place[name]


_POLICY = TypeAdapter(Policy)


def policy_from(document: Mapping[str, Any]) -> Policy:
    """Validate a plain document; raises pydantic.ValidationError, which names the path and what is wrong."""
    return _POLICY.validate_json(json.dumps(document))


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one number of the policy comes from."""

    path: str
    value: int | str | bool
    unit: str
    meaning: str
    source: str
    status: Status


def provenance(policy: Policy) -> Iterator[Provenance]:
    """Every number of the policy with its unit, meaning, source and status."""
    for section in fields(policy):
        rows = getattr(policy, section.name)
        if is_dataclass(rows):
            for each in fields(rows):
                yield from _provenance(f"{section.name}.{each.name}", getattr(rows, each.name), each.metadata)


def _provenance(path: str, value: Any, marks: Mapping[str, Any]) -> Iterator[Provenance]:
    if not isinstance(value, dict):
        yield Provenance(path, _shown(value), marks["unit"], marks["meaning"], marks["source"], marks["status"])
        return
    for name, row in value.items():
        for each in fields(row):
            if each.name in RULE_UNITS:
                unit, meaning = RULE_UNITS[each.name]
                yield Provenance(
                    f"{path}.{name}.{each.name}", _shown(getattr(row, each.name)), unit, meaning, row.source, row.status
                )


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


