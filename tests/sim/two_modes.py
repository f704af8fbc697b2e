"""Two sets of runs side by side: do they come from one distribution? Each test at a level of one in 100,000."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.profiles import DAY_S, HOUR_S, ZONE_OFFSET_S
from tests.sim.lives import Life

LEVEL = 1e-5
"""Of one test; some fifty tests a comparison then raise a false alarm once in two thousand choices of seeds."""
NORMAL = NormalDist().inv_cdf(1 - LEVEL / 2)
LEAST = 60  # fewer of a kind tell nothing about a distribution
Column = npt.NDArray[Any]


@dataclass
class Acts:
    """What people did, over several runs: instants and persons by kind of act."""

    at: dict[str, list[int]] = field(default_factory=dict)
    who: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    people: int = 0

    def add(self, kind: str, replication: int, envelope: Mapping[str, Any]) -> None:
        """One act more."""
        self.at.setdefault(kind, []).append(envelope["at"])
        self.who.setdefault(kind, []).append((replication, envelope["actor"]))


def acts_of(lives: Sequence[Life]) -> Acts:
    """The accepted commands of residents and what cases and purchases came of them."""
    found = Acts()
    for replication, life in enumerate(lives):
        found.people += len(life.run.world.town.people)
        for record in life.records:
            envelope = record["envelope"]
            if record["code"] is not None:
                continue
            kind = envelope["type"]
            if envelope["actor"].startswith("resident") or kind in FOLLOWING:
                found.add(kind, replication, envelope)
            if kind == "payments.pay_purchase" and envelope["data"]["points"]:
                found.add("redemption", replication, envelope)
            if kind == "participation.submit_response" and record["events"][0]["data"]["reason"]:
                found.add("invalid answer", replication, envelope)
            if kind == "reporting.submit_report":
                found.add(envelope["data"]["kind"], replication, envelope)
    return found


FOLLOWING = ("payments.refund_purchase", "reporting.resolve_report", "binding.worker_bind", "reporting.enter_report")


def complaints(one: Acts, other: Acts) -> list[str]:
    """Where two sets of acts differ more than luck allows; empty: they look like one."""
    found = []
    for kind in sorted(one.at.keys() | other.at.keys()):
        first, second = np.array(one.at.get(kind, [])), np.array(other.at.get(kind, []))
        n, m = len(first), len(second)
        if abs(n - m) > NORMAL * sqrt(n + m):  # as independent Poisson counts: answers and ballots spread less
            found.append(f"{kind}: {n} and {m} times")
        if min(n, m) >= LEAST:
            found += [f"{kind}: {what}" for what in _shapes(first, second)]
            counts = [_per_person(acts.who[kind], acts.people) for acts in (one, other)]
            if kolmogorov(*counts) > limit(len(counts[0]), len(counts[1])):
                found.append(f"{kind}: counts a person")
    return found


def _shapes(first: Column, second: Column) -> Iterable[str]:
    if kolmogorov(first, second) > limit(len(first), len(second)):
        yield "times"
    hours = [np.bincount((at + ZONE_OFFSET_S) % DAY_S // HOUR_S, minlength=24) for at in (first, second)]
    if chi_square(*hours) > chi_square_limit(int(np.count_nonzero(hours[0] + hours[1])) - 1):
        yield "hours of the day"


def _per_person(who: Sequence[tuple[int, str]], people: int) -> Column:
    """How often each person did it, those who never did included."""
    counts = np.unique(np.array([f"{replication}{actor}" for replication, actor in who]), return_counts=True)[1]
    return np.concatenate([counts, np.zeros(people - len(counts), dtype=counts.dtype)])


def kolmogorov(one: Column, other: Column) -> float:
    """The largest distance of two empirical distribution functions."""
    values = np.sort(np.concatenate([one, other]))
    reach = [np.searchsorted(np.sort(column), values, side="right") / len(column) for column in (one, other)]
    return float(np.abs(reach[0] - reach[1]).max())


def limit(n: int, m: int) -> float:
    """Smirnov's limit for that distance (asymptotic; conservative where values tie)."""
    return sqrt(-log(LEVEL / 2) / 2) * sqrt((n + m) / (n * m))


def chi_square(one: Column, other: Column) -> float:
    """Pearson's statistic that two rows of counts have the same shares."""
    whole = one + other
    share = one.sum() / whole.sum()
    kept = whole > 0
    return float((((one - whole * share)[kept]) ** 2 / (whole[kept] * share * (1 - share))).sum())


def chi_square_limit(degrees: int) -> float:
    """Its quantile at the level, by Wilson and Hilferty's cube."""
    if degrees < 1:
        return 0.0
    z = NormalDist().inv_cdf(1 - LEVEL)
    return degrees * (1 - 2 / (9 * degrees) + z * sqrt(2 / (9 * degrees))) ** 3
