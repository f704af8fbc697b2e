"""Is a run slower than its baseline? A percentile's ratio with an interval, by bootstrap over blocks of time.

Latencies that lie close in time resemble each other: a stall slows hundreds of operations at once. Single values drawn
anew would pretend to know far more than there is; whole blocks of time keep what hangs together together. Resamples are
drawn from a seed, so that the same two runs always get the same answer. With a few dozen blocks the plain interval of
the resamples is too narrow; it is expanded as in Hesterberg, "What teachers should know about the bootstrap" (2015).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from loadtests.verdict.load_run import NANOSECONDS_A_SECOND
from loadtests.verdict.measured import Whole

BLOCKS = 30
FEWEST_BLOCKS = 8
SHORTEST_BLOCK_NS = NANOSECONDS_A_SECOND // 4
RESAMPLES = 2_000
AT_ONCE = 250
STEPS_A_FACTOR = 1_000
"""Steps of a logarithmic scale within a factor of e: values are kept to one in a thousand."""
SEED = 20_220_801

Samples = tuple[Whole, Whole]
"""Due instants and latencies, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Interval:
    """By how much a percentile is larger than the baseline's, as a ratio: 0.1 is 10 % slower."""

    change: float
    low: float
    high: float


def compared(baseline: Samples, run: Samples, percentile: float, confidence: float = 0.95) -> Interval | None:
    """The change of a percentile (0 to 100) with its interval; None if a run is too short for blocks."""
    luck = np.random.default_rng(SEED)
    blocks = [_counted(samples) for samples in (baseline, run)]
    if min(len(counts) for counts, _ in blocks) < FEWEST_BLOCKS:
        return None
    share = percentile / 100
    logs = [_resampled(counts, levels, share, luck) for counts, levels in blocks]
    before, after = (_quantile(counts.sum(axis=0)[None, :], levels, share)[0] for counts, levels in blocks)
    difference = logs[1] - logs[0]
    edge = _expanded(1 - (1 - confidence) / 2, min(len(counts) for counts, _ in blocks))
    low, high = np.quantile(difference, [edge, 1 - edge])
    return Interval(*(math.expm1(float(each)) for each in (after - before, low, high)))


def _expanded(upper: float, blocks: int) -> float:
    """The share of resamples to leave out at each end: Student's quantile for so few blocks, and their bias."""
    normal, freedom = NormalDist(), blocks - 1
    z = normal.inv_cdf(upper)
    student = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return normal.cdf(-math.sqrt(blocks / freedom) * student)


def _counted(samples: Samples) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts by block of time and level, and the logarithm that each level stands for."""
    due_ns, latency_ns = samples
    if not len(due_ns):
        return np.zeros((0, 0)), np.zeros(0)
    start = int(due_ns.min())
    length = max((int(due_ns.max()) - start + 1) / BLOCKS, SHORTEST_BLOCK_NS)
    steps = np.rint(np.log(np.maximum(latency_ns, 1)) * STEPS_A_FACTOR).astype(np.int64)
    levels, level = np.unique(steps, return_inverse=True)
    times, block = np.unique(((due_ns - start) // length).astype(np.int64), return_inverse=True)
    counts = np.zeros((len(times), len(levels)))
    np.add.at(counts, (block, level), 1)
    return counts, levels / STEPS_A_FACTOR


def _resampled(
    counts: NDArray[np.float64], levels: NDArray[np.float64], share: float, luck: np.random.Generator
) -> NDArray[np.float64]:
    """The logarithm of the percentile in each resample of the blocks.

    The percentile of blocks together lies between the smallest and the largest of theirs: only levels in between are
    told apart.
    """
    number = len(counts)
    own = _places(counts, share)
    first, last = int(own.min()), int(own.max())
    below, above = (part.sum(axis=1, keepdims=True) for part in (counts[:, :first], counts[:, last + 1 :]))
    band = np.hstack([below, counts[:, first : last + 1], above])
    names = np.concatenate([levels[[first]], levels[first : last + 1], levels[[last]]])
    weights = luck.multinomial(number, np.full(number, 1 / number), size=RESAMPLES).astype(np.float64)
    parts = [_quantile(weights[at : at + AT_ONCE] @ band, names, share) for at in range(0, RESAMPLES, AT_ONCE)]
    return np.concatenate(parts)


def _quantile(counts: NDArray[np.float64], levels: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """For each row of counts the level with at least this share at or below it."""
    return np.asarray(levels[_places(counts, share)], dtype=np.float64)


def _places(counts: NDArray[np.float64], share: float) -> NDArray[np.intp]:
    below = np.cumsum(counts, axis=1)
    wanted = np.ceil(below[:, -1:] * share - 1e-9)
    return np.asarray(np.argmax(below >= wanted, axis=1), dtype=np.intp)
