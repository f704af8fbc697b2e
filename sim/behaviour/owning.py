"""What homes measure: floor areas by which owners vote, drawn once for a town."""

from __future__ import annotations

import numpy as np

from sim.behaviour.occasions import OccasionsBehaviour
from sim.streams import RandomStreams

DM2_A_M2 = 100
SMALLEST_DM2 = 1_000


def home_areas_dm2(behaviour: OccasionsBehaviour, homes: int, streams: RandomStreams) -> list[int]:
    """Floor area of each home in 0.01 m2, lognormal and never below 10 m2; `streams` are those of the town."""
    median_m2, log_sd = behaviour.home_area_m2
    drawn = median_m2 * DM2_A_M2 * np.exp(log_sd * streams.generator("areas").standard_normal(homes))
    areas: list[int] = np.maximum(drawn, SMALLEST_DM2).astype(int).tolist()
    return areas
