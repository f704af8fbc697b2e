"""Headline outcomes of a run: the simulated side of the targets sheet, and what comparisons compare."""

from __future__ import annotations

from math import isnan, nan
from typing import Any

import numpy as np

from engine.district.cases import NOT_COUNTED
from engine.views.case_indicators import Share, indicators
from engine.views.gatherings import recruits
from sim.behaviour.quarrels import expected_quarrels
from sim.population.parameters import AGE_GROUPS
from sim.profiles import DAY_S
from sim.run import Run

FEN_A_YUAN = 100


def simulated_totals(run: Run) -> dict[str, float]:
    """The simulated figure of each row of the targets sheet."""
    world, measures, district = run.world, run.measures, run.engine.district
    reports = district.cases.reports.values()
    by_kind = {kind: sum(row.kind == kind and row.source == "resident" for row in reports) for kind in KINDS}
    suggestions = len(district.voices.suggestions)
    praises = sum(bool(row.person) for row in district.praises.praises.values())  # others came by an outdoor code
    boards = sum(by_kind.values()) + praises + suggestions
    events = len(reports) + len(district.praises.praises) + suggestions
    bound = run.residents.bound_column.astype(bool)
    purchases, _, _, redeemed, _, _ = measures.sales.sum(axis=(0, 1)).tolist()
    return {
        "bound_people": int(bound.sum()),
        "community_households": district.residents.household_count,
        "community_people": int((bound & (world.town.people.kind == 0)).sum()),
        "news_sections": len(NEWS_SECTIONS),
        "votes": len(board_votes(district)),
        "activities": sum(row.state not in ("DRAFT", "CANCELLED") for row in district.board.activities.values()),
        "questionnaires": len(district.board.questionnaires),
        "questionnaire_answers": sum(row.valid for row in district.board.questionnaires.values()),
        "suggestions_and_complaints": suggestions + by_kind["complaint"],
        "volunteers": recruits(district),
        "problem_reports": by_kind["problem"],
        "good_deed_praises": praises,
        "boards_sum": boards,
        "events_handled": events,
        "events_unexplained": events - boards,
        **_case_shares(run),
        "grid_members": len(world.town.members),
        "merchants_payment": len(district.trade.merchants),
        "deduction_rate_max": measures.highest_deduction,
        "ballots": sum(row.cast for row in board_votes(district)),
        "purchases": purchases,
        "points_issued": _flow(run, "issued"),
        "points_redeemed": redeemed,
    }


def board_votes(district: Any) -> list[Any]:
    """Votes of the board; those of owners by area and heads are no part of the published number."""
    return [row for row in district.board.votes.values() if not row.matter]


KINDS = ("problem", "complaint")
NEWS_SECTIONS = range(6)


def _flow(run: Run, wanted: str) -> int:
    return sum(n for (_, ledger, _, flow), n in run.measures.flows.items() if ledger == "MP" and flow == wanted)


def _case_shares(run: Run) -> dict[str, float]:
    """Shares of cases by the three words, and what raters said; the denominators stand with the indicators."""
    district = run.engine.district
    good = district.policy.reporting.good_stars
    found = indicators(district.cases.reports.values(), district.at, good)
    return {
        "answered_share": _share(found.answered),
        "resolved_share": _share(found.resolved),
        "closed_share": _share(found.closed),
        "satisfied_share": _share(found.satisfied),
        "satisfied_share_low": _share(found.satisfied_at_least),
        "rated_share": _share(found.rated),
    }


def _share(found: Share) -> float:
    return found.part / found.whole if found.whole else nan


HEADLINES = {
    "bound_people": "count",
    "questionnaire_answers": "count",
    "answerers": "count",
    "ballots": "count",
    "events_handled": "count",
    "closed_share": "share",
    "satisfied_share": "share",
    "late_share": "share",
    "hours_to_resolve": "hours",
    "member_hours": "hours",
    "quarrels": "count",
    "purchases": "count",
    "points_issued": "points",
    "points_redeemed": "points",
    "points_outstanding": "points",
    "sponsor_cost_yuan": "yuan",
    "cash_share": "share",
}
"""Outcomes that every comparison shows, with their unit."""
BY_AGE = ("questionnaire_answers", "answerers", "bound_people", "redeemers", "points_redeemed")


def headline_outcomes(run: Run) -> dict[str, float]:
    """Each headline outcome of a run."""
    totals = simulated_totals(run)
    measures, district = run.measures, run.engine.district
    resolved = [row for row in district.cases.reports.values() if row.resolved_at is not None]
    _, goods, cash, *_ = measures.sales.sum(axis=(0, 1)).tolist()
    found = {name: float(totals[name]) for name in HEADLINES if name in totals}
    found |= {
        "answerers": float(sum(n > 0 for n in measures.people.answers)),
        "late_share": sum(row.late for row in resolved) / max(len(resolved), 1),
        "hours_to_resolve": _median_hours(resolved),
        "member_hours": sum(run.members.busy_s) / 3_600,
        "quarrels": _quarrels(run),
        "points_outstanding": float(measures.point_days[-1][1]) if measures.point_days else 0.0,
        "sponsor_cost_yuan": totals["points_redeemed"] * run.scenario.policy.points.value_fen / FEN_A_YUAN,
        "cash_share": cash / goods if goods else 1.0,
    }
    return {name: value for name, value in found.items() if not isnan(value)}


def _quarrels(run: Run) -> float:
    """Expected quarrels over problems that stand open; a result of the model."""
    district = run.engine.district
    rows = [row for row in district.cases.reports.values() if row.state not in NOT_COUNTED]
    ends = [district.at if row.resolved_at is None else row.resolved_at for row in rows]
    open_days = ((end - row.submitted_at) / DAY_S for row, end in zip(rows, ends, strict=True))
    part = run.world.scale * run.days_done / run.scenario.days
    return expected_quarrels(open_days, run.scenario.behaviour.quarrels, part)


def _median_hours(resolved: list[Any]) -> float:
    hours = [(row.resolved_at - row.submitted_at) / 3_600 for row in resolved]
    return float(np.median(hours)) if hours else 0.0


def outcomes_by_age(run: Run) -> dict[str, dict[str, float]]:
    """The outcomes that are shown by age group: outcome -> group -> value."""
    counts = run.measures.people
    group = run.world.town.people.age_group
    columns = {
        "questionnaire_answers": np.asarray(counts.answers),
        "answerers": np.asarray(counts.answers) > 0,
        "bound_people": run.residents.bound_column,
        "redeemers": np.asarray(counts.redemptions) > 0,
        "points_redeemed": np.asarray(counts.redeemed),
    }
    return {
        name: {label: float(column[group == code].sum()) for code, label in enumerate(AGE_GROUPS)}
        for name, column in columns.items()
    }
