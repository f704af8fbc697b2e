"""Tables of people: bound, asked, voting, by group, and grid members."""

from typing import Any

import numpy as np

from tests.report.synthetic_days import FULL_DAYS, calendar

AGES = (("0-14", 0.17), ("15-24", 0.16), ("25-44", 0.37), ("45-59", 0.21), ("60-69", 0.06), ("70+", 0.03))
SPECIAL = (("none", 0.975), ("elderly_alone", 0.009), ("disabled", 0.007), ("low_income", 0.006), ("veteran", 0.003))


def bound_rows(days: int, scale: float) -> dict[str, Any]:
    """S-shaped growth to 115,000."""
    place = np.arange(1, days + 1)
    grown = 1 / (1 + np.exp(-(place - 150) / 45)) - 1 / (1 + np.exp(150 / 45))
    grown /= 1 / (1 + np.exp(-(FULL_DAYS - 150) / 45)) - 1 / (1 + np.exp(150 / 45))
    community, other = 41_488 * scale * grown, 73_512 * scale * grown
    return {
        "day": calendar(days),
        "community_self": (community * 0.72).astype(int),
        "community_grid": (community * 0.28).round().astype(int),
        "other_self": (other * 0.94).astype(int),
        "other_grid": (other * 0.06).round().astype(int),
        "households": (29_638 * scale * grown).round().astype(int),
    }


def questionnaire_rows(rng: np.random.Generator, days: int, scale: float) -> dict[str, Any]:
    """81 over the whole period, more of them later."""
    opened = np.sort((FULL_DAYS - 8) * rng.beta(1.6, 1.0, 81)).astype(int)
    opened = opened[opened < days]
    size = len(opened)
    points = rng.choice([0, 1, 2, 5], size, p=[0.1, 0.3, 0.4, 0.2])
    reached = (bound_rows(FULL_DAYS, scale)["community_self"][opened] * 1.1 + 500 * scale).astype(int)
    valid = (2_469 * scale * rng.gamma(14, 1 / 14, size) * (0.75 + 0.16 * points)).astype(int) + 1
    reasons = {"too_fast": 0.031, "straight_line": 0.018, "duplicate": 0.006, "incomplete": 0.024}
    refused = {reason: rng.poisson(valid * share) for reason, share in reasons.items()}
    closed = calendar(FULL_DAYS)[np.minimum(opened + 7, FULL_DAYS - 1)]
    closed[opened + 7 >= days] = np.datetime64("NaT")
    return {
        "questionnaire": np.array([f"qst_{place:06d}" for place in range(1, size + 1)], dtype=object),
        "opened": calendar(FULL_DAYS)[opened],
        "closed": closed,
        "points": points,
        "reached": reached,
        "submitted": valid + sum(refused.values()),
        "valid": valid,
        **refused,
    }


def vote_rows(rng: np.random.Generator, days: int, scale: float) -> dict[str, Any]:
    """16 votes."""
    opened = np.linspace(20, FULL_DAYS - 12, 16).astype(int)
    opened = opened[opened < days]
    size = len(opened)
    electorate = (bound_rows(FULL_DAYS, scale)["community_self"][opened] * 1.3).astype(int) + 1
    closed = calendar(FULL_DAYS)[np.minimum(opened + 10, FULL_DAYS - 1)]
    closed[opened + 10 >= days] = np.datetime64("NaT")
    return {
        "vote": np.array([f"vot_{place:06d}" for place in range(1, size + 1)], dtype=object),
        "opened": calendar(FULL_DAYS)[opened],
        "closed": closed,
        "electorate": electorate,
        "ballots": (electorate * rng.uniform(0.05, 0.13, size)).astype(int),
        "winner": np.array([f"option_{number}" for number in rng.integers(1, 7, size)], dtype=object),
        "top_share": rng.uniform(0.21, 0.48, size),
    }


def group_rows(rng: np.random.Generator, scale: float) -> dict[str, Any]:
    """Participation that falls with age."""
    rows: list[tuple[Any, ...]] = []
    lift = {
        "0-14": (0.93, 0.01, 0.02, 0.0004, 0.1, 0.01),
        "15-24": (0.97, 0.19, 0.14, 0.002, 0.55, 0.17),
        "25-44": (0.98, 0.24, 0.19, 0.006, 0.72, 0.24),
        "45-59": (0.95, 0.2, 0.17, 0.005, 0.58, 0.19),
        "60-69": (0.82, 0.11, 0.12, 0.003, 0.31, 0.08),
        "70+": (0.71, 0.05, 0.07, 0.001, 0.15, 0.03),
    }
    people = round(121_000 * scale)
    for dimension, groups in (("age", AGES), ("special", SPECIAL)):
        for grp, part in groups:
            persons = round(people * part)
            acts = lift.get(grp, tuple(number * rng.uniform(0.6, 1.1) for number in lift["45-59"]))
            bound = int(persons * min(1, acts[0]))
            numbers = [int(bound * number) for number in acts[1:]]
            rows.append(
                (
                    dimension,
                    grp,
                    persons,
                    bound,
                    int(bound * 0.14),
                    numbers[0],
                    numbers[0] * 9,
                    *numbers[1:],
                    numbers[0] * 14,
                    numbers[0] * 6,
                    numbers[0] * 7,
                )
            )
    columns = (
        "dimension",
        "grp",
        "persons",
        "bound",
        "bound_by_grid",
        "answerers",
        "answers",
        "voters",
        "reporters",
        "buyers",
        "redeemers",
        "points_earned",
        "points_redeemed",
        "moral",
    )
    return {
        name: np.array([row[place] for row in rows], dtype=object if place < 2 else int)
        for place, name in enumerate(columns)
    }


def member_rows(rng: np.random.Generator, days: int, scale: float) -> dict[str, Any]:
    """449 members of five kinds."""
    kinds = (
        ("community_worker", 224, 95),
        ("police_officer", 54, 61),
        ("family_doctor", 72, 48),
        ("mediator", 63, 52),
        ("other", 36, 30),
    )
    members = np.array([max(1, round(number * scale)) for _, number, _ in kinds])
    minutes = np.array([minutes for *_, minutes in kinds])
    return {
        "kind": np.array([kind for kind, *_ in kinds], dtype=object),
        "members": members,
        "cases": (members * np.array([24, 11, 6, 9, 4]) * days / FULL_DAYS).astype(int),
        "visits": (members * np.array([160, 30, 90, 40, 20]) * days / FULL_DAYS).astype(int),
        "entries": (members * np.array([29, 3, 2, 1, 1]) * days / FULL_DAYS).astype(int),
        "busy_minutes": members * minutes * days,
        "overloaded_days": rng.poisson(members * np.array([3.1, 0.6, 0.4, 0.3, 0]) * days / FULL_DAYS),
    }
