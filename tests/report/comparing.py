"""A comparison without runs: three policies on ten seeds, with results that are clear, open and unchanged."""

from typing import Any

import numpy as np

OUTCOMES = (
    ("questionnaire_answers", "count", 201_000, 3_000, (0, -61_000, -2_400)),
    ("points_redeemed", "points", 178_000, 2_200, (-46_000, -178_000, 150)),
    ("turnover_yuan", "yuan", 29_400_000, 40_000, (-12_000, -95_000, 3_000)),
    ("closed_share", "share", 0.9968, 0.0006, (0.0, 0.0001, -0.0112)),
    ("late_share", "share", 0.021, 0.002, (0.0, -0.0004, 0.047)),
)
POLICIES = (
    ("deduction_20", {"points.deduction_cap_bp": 2_000}),
    ("no_points", {"points.material_on": False, "points.moral_on": False}),
    ("third_fewer_members", {"population.grid_members": 299}),
)
AGES = ("0-14", "15-24", "25-44", "45-59", "60-69", "70+")


def comparison(reps: int = 10) -> dict[str, Any]:
    """What `mashang compare` hands to the page."""
    rng = np.random.default_rng(3)
    return {
        "base": "kangbashi_2022",
        "scenario": "kangbashi_2022",
        "seeds": list(range(1, reps + 1)),
        "reps": reps,
        "variants": [_variant(rng, place, reps) for place in range(len(POLICIES))],
    }


def _variant(rng: np.random.Generator, place: int, reps: int) -> dict[str, Any]:
    name, overrides = POLICIES[place]
    outcomes = []
    for key, unit, mean, spread, effects in OUTCOMES:
        unchanged = effects[place] == 0
        per_seed = [0.0] * reps if unchanged else list(rng.normal(effects[place], spread, reps))
        outcomes.append(
            {
                "key": key,
                "unit": unit,
                "base_mean": mean,
                "variant_mean": mean + float(np.mean(per_seed)),
                **_interval(per_seed),
                "per_seed": [float(number) for number in per_seed],
            }
        )
    ages = []
    for age, group in enumerate(AGES):
        for key, scale in (("questionnaire_answers", 1 / 6), ("points_redeemed", 1 / 6)):
            effect = next(row[4][place] for row in OUTCOMES if row[0] == key) * scale * (1.6 - age / 4)
            ages.append({"group": group, "key": key, **_interval(list(rng.normal(effect, 500, reps)))})
    return {"name": name, "overrides": overrides, "outcomes": outcomes, "by_age": ages}


def _interval(per_seed: list[float]) -> dict[str, Any]:
    mean = float(np.mean(per_seed))
    half = 2.26 * float(np.std(per_seed, ddof=1)) / len(per_seed) ** 0.5 if len(per_seed) > 1 else 0.0
    open_ = half > abs(mean) > 0
    return {
        "difference": mean,
        "low": mean - half if len(per_seed) > 1 else None,
        "high": mean + half if len(per_seed) > 1 else None,
        "level": 0.95,
        "needs_more": int(len(per_seed) * ((half / mean) ** 2 - 1)) + 1 if open_ else None,
    }
