"""What people of a random life do, how often, to whom, and with which numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.kernel.command import PERSONAL_FIELDS
from engine.kernel.units import DAY_S, HOUR_S
from tests.engine.invariants import luck_in_epidemics as epidemic
from tests.engine.invariants import luck_of_market as market
from tests.engine.invariants import luck_with_channels as channels
from tests.engine.invariants import luck_with_gatherings as gatherings
from tests.engine.invariants.grid_luck import GRID_VALUES

NEVER_GIVEN = {"clock.fire_deadline"}  # by the engine alone
OFTEN = {
    **market.OFTEN,
    "participation.submit_response": 13,
    "participation.cast_ballot": 8,
    "reporting.submit_report": 4,
    "reporting.triage_report": 8,
    "reporting.dispatch_report": 8,
    "reporting.accept_report": 8,
    "reporting.resolve_report": 8,
    "reporting.rate_report": 5,
    "reporting.reopen_report": 5,
    "binding.scan_bind": 6,
    "binding.issue_qr": 2,
    "binding.tag_special": 2,
    "grid.start_visit": 4,
    "grid.raise_warning": 4,
    "grid.judge_warning": 5,
    "grid.scan_cases": 3,
    "binding.issue_outdoor_code": 2,
    "grid.finish_visit": 4,
    "participation.change_ballot": 4,
    "participation.draft_vote": 2,
    "participation.open_vote": 3,
    "participation.draft_questionnaire": 4,
    "participation.open_questionnaire": 8,
    "participation.revise_response": 3,
    "participation.invalidate_response": 2,
    "participation.validate_response": 2,
    "epidemic.check_in": 4,
    "epidemic.judge_exposure": 4,
    **channels.OFTEN,
    **gatherings.OFTEN,
}
"""How often of all commands; the rest share REST_WEIGHT."""
REST_WEIGHT = 36
RARE = {
    *market.RARE,
    "binding.dismiss_worker",
    "binding.end_binding",
    "binding.merge_persons",
    "binding.revoke_qr",
    "participation.annul_vote",
    "participation.close_questionnaire",
    *gatherings.RARE,
}
PAUSES_S = (0, 0, 0, 0, 0, 1, 60, 600, 600, 600, 600, 600, HOUR_S, HOUR_S, HOUR_S, 5 * HOUR_S, DAY_S)
WANTED: dict[str, tuple[str, ...]] = {
    **market.WANTED,
    "participation.annul_vote": ("DRAFT", "OPEN", "TALLIED"),
    "participation.cast_ballot": ("OPEN",),
    "participation.change_ballot": ("OPEN",),
    "participation.close_questionnaire": ("OPEN",),
    "participation.close_vote": ("OPEN",),
    "participation.open_questionnaire": ("DRAFT",),
    "participation.open_vote": ("DRAFT",),
    "participation.submit_response": ("OPEN",),
    "grid.clear_warning": ("CASE_OPENED",),
    "grid.judge_warning": ("RAISED",),
    "grid.open_warning_case": ("VERIFIED",),
    "reporting.accept_report": ("DISPATCHED",),
    "reporting.confirm_report": ("RESOLVED",),
    "reporting.dispatch_report": ("TRIAGED",),
    "reporting.dispute_report": ("RESOLVED",),
    "reporting.publish_praise": ("VERIFIED",),
    "reporting.rate_report": ("RESOLVED", "CLOSED"),
    "reporting.reopen_report": ("CLOSED",),
    "reporting.resolve_report": ("IN_PROGRESS",),
    "reporting.resume_report": ("SUSPENDED",),
    "reporting.return_report": ("DISPATCHED",),
    "reporting.suspend_report": ("IN_PROGRESS",),
    "reporting.transfer_report": ("IN_PROGRESS",),
    "reporting.triage_report": ("SUBMITTED",),
    "reporting.verify_praise": ("SUBMITTED", "VERIFIED"),
    **channels.WANTED,
    **gatherings.WANTED,
}
"""States in which a command finds what it names, most of the time."""
LIVELY = {
    "points.rules.report.vest_delay_s": 3 * DAY_S,
    "points.rules.service.validity_days": 5,
    "points.rules.vote.budget_month": 3,
    "points.rules.questionnaire.period_cap": 9,
    "points.grace_days": 2,
    "points.revocation_days": 6,
    "participation.ballot_change": True,
    "points.material_daily_cap": 9,
    "grid.warning_cases": 2,
    "grid.warning_deviations_hundredths": 150,
    "grid.warning_window_days": 20,
    "grid.care_days": 3,
    "grid.care_escalate_days": 1,
    "grid.visit_limit_minutes": 90,
    "grid.daily_minutes": 30,
    "reporting.reopen_window_s": 2 * DAY_S,
    "epidemic.last_day": "2021-11-15",
    "epidemic.kept_days": 21,
    "reporting.tiers.general.working_time": True,
    "reporting.tiers.general.limit_s": 30 * HOUR_S,
    **channels.LIVELY,
    **market.LIVELY,
    **gatherings.LIVELY,
}
"""A policy under which much happens within a few weeks."""
CHANGES = (
    ("points.deduction_cap_bp", "2000"),
    ("points.deduction_cap_bp", "3000"),
    ("points.lapsed_restore", '"forfeit"'),
    ("points.lapsed_restore", '"grace"'),
    ("points.material_on", "false"),
    ("points.material_on", "true"),
    ("points.moral_daily_cap", "3"),
    ("points.moral_posting", '"batch"'),
    ("points.moral_posting", '"live"'),
    ("points.value_fen", "7"),
    ("payments.refund_order", '"cash_first"'),
    ("payments.refund_order", '"points_first"'),
    ("payments.refund_order", '"pro_rata"'),
    ("participation.least_answer_s", "10"),
    ("reporting.top_level", "2"),
    ("reporting.top_level", "3"),
    ("reporting.reopen_rounds", "1"),
    ("binding.tag_days", "5"),
    ("idempotency.retention_s", "172800"),
    ("epidemic.last_day", '"2021-10-31"'),
    ("epidemic.last_day", '"2021-11-30"'),
)


def _person(life: Any) -> Any:
    luck, persons = life.luck, life.engine.district.residents.persons
    if luck.random() < 0.04:
        return f"per_{luck.randrange(1, 40)}"
    least = luck.random() < 0.9
    found: list[str] = [each.id for each in persons.values() if each.active_bindings >= least]
    return luck.choice(found or ["per_1"])


def _sheet(life: Any) -> tuple[int, ...]:
    return tuple(life.luck.randrange(0, 4) for _ in range(3)) if life.luck.random() < 0.9 else (0, 0, 0)


def _points(life: Any) -> Any:
    return life.luck.choice((0, 0, 0, 1, 2, 5, 9, 20))


def _choices(life: Any) -> tuple[int, ...]:
    return (life.luck.randrange(3),)


Value = Callable[[Any], Any]  # the life -> a value
NAMED: dict[str, Value] = {
    **epidemic.NAMED,
    **market.NAMED,
    **GRID_VALUES,
    "amount_fen": lambda life: life.luck.choice((1, 100, 1_000)),
    "answers": _sheet,
    "article": lambda life: life.some(life.engine.district.board.articles, "art"),
    "award": lambda life: life.some(life.engine.district.points.awards, "awd"),
    "binding": lambda life: life.some(life.engine.district.residents.bindings, "bnd"),
    "binding.scan_bind.person": lambda life: f"per_{life.luck.randrange(1, 40)}",
    "binding.register_person.person": lambda life: f"per_{life.luck.randrange(1, 40)}",
    "binding.worker_bind.person": lambda life: f"per_{life.luck.randrange(1, 40)}",
    "building": lambda life: life.luck.choice(("bld_1", "bld_2", f"bld_{life.given}")),
    "category": lambda life: life.luck.choice(sorted(life.engine.district.policy.reporting.categories)),
    "choices": _choices,
    "closes_at": lambda life: life.later(12),
    "community": lambda life: life.luck.choice(("com_1", f"com_{life.given}")),
    "duration_s": lambda life: life.luck.choice((5, 19, 20, 60)),
    "dwelling": lambda life: life.some(life.engine.district.grid.dwellings, "dwl"),
    "binding.add_dwelling.dwelling": lambda life: f"dwl_{life.given}",
    "evidence": lambda life: f"ev_{life.luck.randrange(1, 60):08d}",
    "excluded_fen": lambda life: life.luck.choice((0, 0, 0, 1, 50)),
    "from_at": lambda life: life.later(3),
    "goods_fen": lambda life: life.luck.choice((1, 3, 7, 66, 100, 999, 2_000, 12_345)),
    "grid": lambda life: life.luck.choice(sorted(life.engine.district.grid.grids)),
    "binding.open_grid.grid": lambda life: f"grd_{life.given}",
    "guardian": _person,
    "into": _person,
    "items": lambda _life: 3,
    "merchant": lambda life: life.luck.choice(("mer_1", "mer_2")),
    "payments.register_merchant.merchant": lambda life: f"mer_{life.given}",
    "of": lambda life: life.some(list(life.engine.district.cases.reports), "rpt"),
    "options": lambda _life: 3,
    "participation.draft_vote.choices": lambda _life: 1,
    "payment": lambda life: life.some(life.engine.district.trade.payments, "pay"),
    "person": _person,
    "points": _points,
    "points_rate_bp": lambda life: life.luck.choice((0, 1_000, 3_000)),
    "praise": lambda life: life.some(life.engine.district.praises.praises, "prs"),
    "praised": _person,
    "purpose": lambda life: life.luck.choice(("survey", "news")),
    "qr": lambda life: life.some(life.engine.district.grid.codes, "qr"),
    "questionnaire": lambda life: life.some(life.engine.district.board.questionnaires, "qst"),
    "quorum_bp": lambda life: life.luck.choice((0, 2_000, 6_667)),
    "reason": lambda life: life.luck.choice(("no_access", "not_ours")),
    "binding.end_binding.reason": lambda life: life.luck.choice(("moved", "error", "error", "deceased")),
    "participation.invalidate_response.reason": lambda _life: "not_genuine",
    "report": lambda life: life.some(life.engine.district.cases.reports, "rpt"),
    "required_items": lambda _life: 2,
    "response": lambda life: life.some(_responses(life), "rsp"),
    "rule": lambda life: life.luck.choice(sorted(life.engine.district.policy.points.rules)),
    "subdistrict": lambda _life: "subdistrict-1",
    "binding.tag_special.tag": lambda life: life.luck.choice(("elderly_alone", "disabled")),
    "tag": lambda life: life.some(life.engine.district.special_groups.tags, "tag"),
    "tier": lambda life: life.luck.choice((None, *sorted(life.engine.district.policy.reporting.tiers))),
    "until": lambda life: life.later(3),
    "uses": lambda life: life.luck.choice((0, 1, 3)),
    "reporting.triage_report.verdict": lambda life: life.luck.choice(("accept",) * 6 + ("duplicate", "reject")),
    "vote": lambda life: life.some(life.engine.district.board.votes, "vot"),
    "participation.change_ballot.person": lambda life: life.luck.choice(_voters(life) or ["per_1"]),
    "policy.change.changes": lambda life: (life.luck.choice(CHANGES),),
    "effective_from": lambda life: life.later(9),
    "policy.set_rule.rule": lambda _life: "service",
    "policy.set_rule.ledger": lambda _life: "MP",
    "cooldown_s": lambda _life: HOUR_S,
    "vest_delay_s": lambda life: life.luck.choice((0, DAY_S)),
    "before": lambda life: max(0, life.at - 30 * DAY_S),
    "field": lambda life: life.luck.choice(sorted(PERSONAL_FIELDS)),
    "worker": lambda life: life.luck.choice(sorted(life.engine.district.grid.workers)),
    "binding.appoint_worker.worker": lambda life: f"wkr_{life.given}",
    "reporting.dispatch_report.worker": lambda life: (
        None if life.luck.random() < 0.7 else life.luck.choice(sorted(life.engine.district.grid.workers))
    ),
    **channels.NAMED,
    **gatherings.NAMED,
}
"""Field, or `command.field` -> a value for it."""


def _responses(life: Any) -> list[str]:
    sheets = list(life.engine.district.board.questionnaires.values())
    sheets = [each for each in sheets if each.state == "OPEN" and each.responses] or sheets
    return [response for sheet in sheets for response in sheet.responses]


def _voters(life: Any) -> list[str]:
    votes = life.engine.district.board.votes.values()
    return [person for vote in votes for person, unit in vote.entitled.items() if unit in vote.ballots]
