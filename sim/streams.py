"""Named random streams: the same name meets the same luck, whatever else happens in the run.

A stream is a Philox generator whose 128-bit key is a SHA-256 of (seed, replication, name, numbers). Two runs that ask
for the same stream therefore draw the same numbers, in whatever order, and however often other streams were used. This
is what makes two policies comparable from few runs (common random numbers), under one rule that the caller must keep:

    candidates and their marks come from streams named for (purpose, day), never from policy.

A stream that is named or consumed differently because a policy differs would shift the luck of everyone after it. So
draw a candidate with all the marks it may ever need, then let the policy accept or reject it (thinning); never draw
inside an `if policy ...`.

Every call of `generator` starts the stream again at its beginning: one purpose, one name. Two purposes under one name
are correlated.

Stability: Philox and `random_raw()` are fixed by numpy's compatibility promise for bit generators (NEP 19), and
`Generator.random()` takes their upper 53 bits; tests pin both to known answers. Other distributions (gamma,
exponential ...) may change with numpy itself.
"""

from __future__ import annotations

import hashlib
import json
from operator import index
from typing import SupportsIndex

import numpy as np

# Part of every key: a later change in how keys are made takes a new label here, so that old runs stay reproducible by
# version.
_KEY_LABEL = "mashang-stream-1"


class RandomStreams:
    """All the luck of one replication, by name.

    `seed` and `replication` are integers of any size; a town is built from `RandomStreams(population_seed)`, a run
    draws from `RandomStreams(seed, replication)`.
    """

    __slots__ = ("replication", "seed")

    def __init__(self, seed: SupportsIndex, replication: SupportsIndex = 0) -> None:
        """Raises TypeError for anything but integers (numpy integers are accepted)."""
        self.seed = index(seed)
        self.replication = index(replication)

    def generator(self, name: str, *numbers: SupportsIndex) -> np.random.Generator:
        """A fresh generator at the start of a stream, such as `generator("reports", day)`; takes about 20 microseconds.

        Raises ValueError for an empty name, TypeError for a number that is not an integer.
        """
        return np.random.Generator(np.random.Philox(key=self.key(name, *numbers)))

    def key(self, name: str, *numbers: SupportsIndex) -> int:
        """The 128-bit Philox key of a stream; independent of platform, Python version and PYTHONHASHSEED."""
        if not name:
            raise ValueError("A random stream needs a name: give the purpose it serves, such as 'reports'.")
        # JSON keeps apart what joined text would not: ("a", 1, 2) and ("a1", 2).
        text = json.dumps([_KEY_LABEL, self.seed, self.replication, name, *map(index, numbers)])
        return int.from_bytes(hashlib.sha256(text.encode("ascii")).digest()[:16], "little")

    def __repr__(self) -> str:
        """As it was made, for messages that name the seed of a failed run."""
        return f"RandomStreams(seed={self.seed}, replication={self.replication})"
