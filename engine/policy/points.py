"""Numbers of material and moral points: rules of earning, caps, validity, what a point is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, ESTIMATED, PUBLISHED, Status, number
from engine.kernel.units import BasisPoints, Days, Fen, Name, Points, Seconds

DISTRICT_TOTALS = "China Community News, 2022-08-09: totals published by the district"
MORAL_SUFFIX = "_moral"
_SIBLING = "assumed; village schemes of the same city give 2 points for a clean-up or a mediation"
_SCALE_2023 = "assumed, within the moral scale reported in September 2023 (good deed 2 to 100 points)"


@dataclass(frozen=True, slots=True)
class PointRule:
    """One way to earn points. A cap of 0 means no cap, 0 points that the rule is switched off."""

    __pydantic_config__ = STRICT
    ledger: Literal["MP", "MO"]
    points: Points
    daily_cap: Points = 0
    period_cap: Points = 0
    cooldown_s: Seconds = 0
    validity_days: Days = 0
    vest_delay_s: Seconds = 0
    budget_month: Points = 0
    source: str = "no source given"
    status: Status = ASSUMED


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
        "suggestion_adopted": _material(10),
        "suggestion_adopted_moral": _moral(5),
        "suggestion_implemented": _material(10),
        "suggestion_implemented_moral": _moral(5),
        "report": _material(5, daily_cap=10),
        "report_moral": _moral(2),
        "praised_moral": _moral(5),
        "vote": _material(1, daily_cap=4),
        "activity": _material(3, daily_cap=6),
        "activity_moral": _moral(1),
        "service": _material(10, daily_cap=30),
        "service_moral": _moral(5),
    }


@dataclass(frozen=True, slots=True)
class DeductionRule:
    """One way to lose moral points; 0 switches it off."""

    __pydantic_config__ = STRICT
    taken: Points
    source: str = "no source given"
    status: Status = ASSUMED


def _deductions() -> dict[str, DeductionRule]:
    return {
        "littering": DeductionRule(5, _SCALE_2023),
        "disturbance": DeductionRule(5, _SCALE_2023),
        "sham_report": DeductionRule(10, _SCALE_2023),
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
    revocation_days: Days = number(
        30, "civil days", "how long an award can be taken back after the day on which it was given", "assumed", ASSUMED
    )
    lapsed_restore: Literal["grace", "forfeit"] = number(
        "grace",
        "choice",
        "what a refund does with points whose lot has lapsed: a new lot with days of grace, or nothing",
        "assumed; a Japanese point-of-sale provider forfeits them",
        ASSUMED,
    )
    grace_days: Days = number(
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
    purchase_fen_a_point: Fen = number(
        0, "fen", "goods that earn their buyer one material point; 0: purchases earn nothing", "assumed", ASSUMED
    )
    purchase_validity_days: Days = number(
        180, "civil days", "how long points that a purchase earned can be used", "assumed, as other points", ASSUMED
    )
    moral_posting: Literal["live", "batch"] = number(
        "live", "choice", "moral deductions are posted as they are proposed, or after a review", "assumed", ASSUMED
    )
    moral_appeal_days: Days = number(
        15, "civil days", "how long a moral deduction can be appealed after the day it was posted", "assumed", ASSUMED
    )
    moral_bands: tuple[Points, ...] = number(
        (10, 50, 100, 200),
        "points",
        "least moral scores of the bands above the lowest one",
        "assumed; communities publish three to five stars",
        ASSUMED,
    )
    moral_year_end: Literal["carry", "reset"] = number(
        "carry", "choice", "moral scores go on after a year is archived, or begin again from zero", "assumed", ASSUMED
    )
    deductions: dict[Name, DeductionRule] = field(default_factory=_deductions)
    rules: dict[Name, PointRule] = field(default_factory=_rules)

    def __post_init__(self) -> None:
        """Refuse a rule whose name hides its ledger: an act earns by its material rule and by `act_moral`."""
        for name, rule in self.rules.items():
            if name.endswith(MORAL_SUFFIX) != (rule.ledger == "MO"):
                raise ValueError(f"rule {name}: rules of moral points (MO), and only these, end in {MORAL_SUFFIX}")
        if list(self.moral_bands) != sorted(set(self.moral_bands)):
            raise ValueError("points.moral_bands: give rising scores, each once")
