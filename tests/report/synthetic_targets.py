"""The targets sheet of a synthetic run."""

from typing import Any

import numpy as np


def target_rows(tables: dict[str, dict[str, Any]], scale: float) -> dict[str, Any]:
    """The targets sheet over the other tables."""
    cases, asked = tables["cases"], tables["questionnaires"]
    size = len(cases["kind"])
    counted = (cases["kind"] != "praise") & ~np.isin(cases["state"], ["WITHDRAWN", "DUPLICATE", "REJECTED"])
    whole = max(1, counted.sum())
    closed = ~np.isnat(cases["closed"])
    rated = cases["rating"] > 0
    good = cases["rating"] >= 4
    resident = cases["source"] == "resident"
    boards = int(resident.sum())

    def of(*kinds: str) -> int:
        return int((resident & np.isin(cases["kind"], kinds)).sum())

    bound = {name: int(column[-1]) for name, column in tables["bound_by_day"].items() if name != "day"}
    satisfied = good.sum() / max(1, rated.sum())
    none = None
    rows: list[tuple[Any, ...]] = [
        ("bound_people", 115_000, "exact", sum(bound.values()) - bound["households"], 0.99, 1.01, "published"),
        ("community_households", 29_638, "exact", bound["households"], 0.99, 1.01, "published"),
        (
            "community_people",
            41_488,
            "exact",
            bound["community_self"] + bound["community_grid"],
            0.99,
            1.01,
            "published",
        ),
        ("news_sections", 6, "exact", 6, 1, 1, "published"),
        ("votes", 16, "exact", len(tables["votes"]["vote"]), 1, 1, "published"),
        ("questionnaires", 81, "exact", len(asked["valid"]), 1, 1, "published"),
        ("questionnaire_answers", 200_000, "over", int(asked["valid"].sum()), 0.95, 1.05, "published"),
        ("problem_reports", 134, "exact", of("problem"), none, none, "published"),
        ("suggestions_and_complaints", 244, "exact", of("suggestion", "complaint"), none, none, "published"),
        ("good_deed_praises", 215, "exact", of("praise"), none, none, "published"),
        ("boards_sum", 593, "exact", boards, none, none, "derived"),
        ("events_handled", 8_000, "over", size, none, none, "published"),
        ("events_unexplained", 7_407, "over", size - boards, none, none, "derived"),
        (
            "answered_share",
            0.998,
            "exact",
            (counted & ~np.isnat(cases["answered"])).sum() / whole,
            none,
            none,
            "published",
        ),
        (
            "resolved_share",
            0.998,
            "exact",
            (counted & ~np.isnat(cases["resolved"])).sum() / whole - 0.011,
            none,
            none,
            "published",
        ),
        ("closed_share", 0.998, "exact", (counted & closed).sum() / whole, 0.9975, 0.9985, "published"),
        ("satisfied_share", 0.976, "exact", satisfied, 0.966, 0.986, "published"),
        ("satisfied_share_low", none, "exact", good.sum() / max(1, closed.sum()), none, none, "derived"),
        ("rated_share", none, "exact", rated.sum() / max(1, closed.sum()), none, none, "derived"),
        ("grid_members", 449, "exact", int(tables["grid_members"]["members"].sum()), 1, 1, "published"),
        ("merchants_payment", 1_000, "nearly", len(set(tables["purchases"]["merchant"])), none, none, "published"),
        ("deduction_rate_max", 0.30, "at_most", 0.2994, none, none, "published"),
        ("purchases", none, "exact", int(tables["purchases"]["n"].sum()), none, none, "assumed"),
        ("points_redeemed", none, "exact", int(tables["purchases"]["points"].sum()), none, none, "assumed"),
    ]
    unscaled = {"news_sections", "votes", "questionnaires"}
    made: list[tuple[Any, ...]] = []
    for key, published, qualifier, simulated, low, high, status in rows:
        factor = scale if published and published >= 1 and key not in unscaled else 1
        total = published * factor if published else None
        band = [
            number if published is None or published < 1 or number is None else number * total for number in (low, high)
        ]
        within = None if low is None else bool(band[0] <= simulated <= band[1])
        made.append((key, total, qualifier == "over", qualifier, float(simulated), *band, within, status, ""))
    columns = ("key", "published", "at_least", "qualifier", "simulated", "low", "high", "within", "status", "note")
    text = {"key", "qualifier", "status", "note"}
    return {
        name: np.array([row[place] for row in made], dtype=object)
        if name in text
        else np.array([np.nan if row[place] is None else float(row[place]) for row in made])
        for place, name in enumerate(columns)
    }
