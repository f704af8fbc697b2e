"""The town of a hunt: one street, the same in every hunt, and a policy under which much happens within days.

The street is that of the project's own tests, command by command: two grids with three members, five dwellings, six
bound persons, two merchants. What a hunt finds can therefore be told in a few commands after a town that has a name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from loadtests.operations import Operation
from loadtests.references import TOWN, Reference

NAME = "small town, lively policy"
MORNING = 1_631_664_000  # 2021-09-15 08:00 at +08:00, a Wednesday
DAY_S, HOUR_S = 86_400, 3_600
OFFICER = "officer:off_1"
Line = tuple[str, str, dict[str, Any]]  # actor, type, data

LIVELY: dict[str, Any] = {
    "points.rules.gift": {"ledger": "MP", "points": 97, "validity_days": 2},
    "points.rules.hourly": {"ledger": "MP", "points": 3, "cooldown_s": HOUR_S, "validity_days": 1},
    "points.rules.service.validity_days": 3,
    "points.rules.report.vest_delay_s": DAY_S,
    "points.rules.vote.budget_month": 9,
    "points.rules.questionnaire.period_cap": 9,
    "points.material_daily_cap": 100,
    "points.moral_daily_cap": 12,
    "points.value_fen": 100,
    "points.grace_days": 1,
    "points.revocation_days": 2,
    "payments.refund_window_days": 1,
    "payments.merchant_limit_fen": 50_000,
    "payments.sponsor_limit_fen": 3_000,
    "marketplace.hold_s": 6 * HOUR_S,
    "marketplace.accept_s": 12 * HOUR_S,
    "marketplace.fulfil_s": 2 * DAY_S,
    "marketplace.confirm_s": 12 * HOUR_S,
    "marketplace.rider_orders": 2,
    "participation.ballot_change": True,
    "participation.read_receipt_days": 2,
    "binding.household_code_days": 6,
    "binding.review_days": 1,
    "binding.tag_days": 3,
    "reporting.auto_close_s": 6 * HOUR_S,
    "reporting.reopen_window_s": 12 * HOUR_S,
    "reporting.tiers.general.limit_s": 10 * HOUR_S,
    "reporting.escalate_after_s": 4 * HOUR_S,
    "reporting.praise_pair_month": 2,
    "reporting.suggestion_answer_days": 2,
    "grid.care_days": 2,
    "grid.warning_cases": 2,
    "epidemic.last_day": "2024-12-31",
}
"""Short windows, so that a hunt of days meets their ends; caps that one account reaches; a gift without a cap."""


def street() -> Iterator[Line]:
    """The commands of the street."""
    yield _office("binding.open_community", community="com_1", subdistrict="subdistrict-1")
    for number in (1, 2):
        yield _office("binding.open_grid", grid=f"grd_{number}", community="com_1")
        yield _office("binding.add_building", building=f"bld_{number}", grid=f"grd_{number}")
    for dwelling, building in ((1, 1), (2, 1), (3, 2), (4, 2), (5, 1)):
        yield _office("binding.add_dwelling", dwelling=f"dwl_{dwelling}", building=f"bld_{building}")
        yield _office("binding.issue_qr", dwelling=f"dwl_{dwelling}")
    for number, kind, grid in ((1, "community_worker", 1), (2, "community_worker", 2), (3, "family_doctor", 1)):
        yield _office("binding.appoint_worker", worker=f"wkr_{number}", kind=kind)
        yield _office("binding.assign_grid", worker=f"wkr_{number}", grid=f"grd_{grid}")
    for person, dwelling, relation in (
        (1, 1, "owner"),
        (2, 1, "family"),
        (3, 2, "tenant"),
        (4, 3, "owner"),
        (5, 5, "worker"),
        (6, 5, "visitor"),
    ):
        yield _bound(f"per_{person}", dwelling, relation)
    for number, grid, trade, rate in ((1, 1, "catering", 3_000), (2, 2, "retail", 1_000)):
        yield _office(
            "payments.register_merchant", merchant=f"mer_{number}", grid=f"grd_{grid}", trade=trade, points_rate_bp=rate
        )


def _office(wire: str, **data: Any) -> Line:
    return OFFICER, wire, data


def _bound(person: str, dwelling: int, relation: str) -> Line:
    """By the person's own scan; one of them is entered by a grid member."""
    if person == "per_4":
        return "grid:wkr_2", "binding.worker_bind", _home(person, dwelling, relation)
    issued = Reference(TOWN, 4 + 2 * dwelling, "qr").text()
    return f"resident:{person}", "binding.scan_bind", {**_home(person, dwelling, relation), "qr": issued}


def _home(person: str, dwelling: int, relation: str) -> dict[str, str]:
    return {"person": person, "dwelling": f"dwl_{dwelling}", "relation": relation}


def town() -> Iterator[Operation]:
    """The street, and the lively policy from the next second on."""
    changes = [[path, json.dumps(value, separators=(",", ":"))] for path, value in LIVELY.items()]
    policy = _office("policy.change", changes=changes, effective_from=MORNING + 1)
    for n, (actor, wire, said) in enumerate([*street(), policy]):
        yield Operation(n, 0, wire, actor, f"key-{n + 1}", said, "town", "town", 0)
