"""Whole numbers that keep a total: how exact counts come out of shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]


def apportion(
    total: int, weights: Sequence[float] | npt.NDArray[np.float64], minimum: int | npt.NDArray[np.int64] = 0
) -> Counts:
    """`total` split into whole numbers in proportion to `weights`, each at least `minimum` (one, or one a weight).

    Largest remainders; ties go to the earlier entry. Who falls below the minimum gets it, and the rest is split
    again among the others. Raises ValueError if the minimums alone exceed the total, or if no weight is above 0 and
    something is left to give.
    """
    shares = np.asarray(weights, dtype=np.float64)
    floor = np.broadcast_to(np.asarray(minimum, dtype=np.int64), shares.shape)
    if floor.sum() > total:
        raise ValueError(f"{total} cannot be split into {len(shares)} parts of at least {minimum}.")
    fixed = np.zeros(len(shares), dtype=bool)
    while True:
        left = total - int(floor[fixed].sum())
        quota = _quota(left, np.where(fixed, 0.0, shares))
        low = ~fixed & (quota < floor)
        if not low.any():
            break
        fixed |= low
    counts = np.where(fixed, floor, np.floor(quota).astype(np.int64))
    remainder = np.where(fixed | (shares <= 0), -1.0, quota - np.floor(quota))
    counts[np.argsort(-remainder, kind="stable")[: total - int(counts.sum())]] += 1
    return counts


def _quota(left: int, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    whole = float(shares.sum())
    if whole > 0:
        return left * shares / whole
    if left:
        raise ValueError(f"{left} are left to split and no weight is above 0.")
    return np.zeros_like(shares)


def lognormal_weights(count: int, log_sd: float, generator: np.random.Generator) -> npt.NDArray[np.float64]:
    """`count` weights with mean 1 in expectation and the given standard deviation of their logarithm."""
    return np.exp(generator.normal(-0.5 * log_sd**2, log_sd, count))


def labels_of(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """0 repeated counts[0] times, 1 repeated counts[1] times, and so on."""
    return np.repeat(np.arange(len(counts)), counts)
