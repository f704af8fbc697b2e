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
from collections.abc import Iterable
from operator import index
from typing import SupportsIndex

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

# Part of every key: a later change in how keys are made takes a new label here, so that old runs stay reproducible by
# version.
_KEY_LABEL = "mashang-stream-1"


class _Key(ISeedSequence):
    """Hands Philox its key. Given as `key=`, numpy would first ask the system for luck that it then does not use."""

    def __init__(self, digest: bytes) -> None:
        """The first 16 bytes of a digest, read as one little-endian number."""
        self._words = np.frombuffer(digest[:16], "<u8")

    def generate_state(self, _n_words: int, _dtype: object = np.uint32) -> NDArray[np.uint64]:
        """Both words of the key, which is what Philox asks for."""
        return self._words


class RandomStreams:
    """All the luck of one replication, by name.

    `seed` and `replication` are integers of any size; a town is built from `RandomStreams(population_seed)`, a run
    draws from `RandomStreams(seed, replication)`.
    """

    __slots__ = ("_named", "replication", "seed")

    def __init__(self, seed: SupportsIndex, replication: SupportsIndex = 0) -> None:
        """Raises TypeError for anything but integers (numpy integers are accepted)."""
        self.seed = index(seed)
        self.replication = index(replication)
        self._named: dict[str, str] = {}  # beginnings of the texts that are hashed

    def generator(self, name: str, *numbers: SupportsIndex) -> np.random.Generator:
        """A fresh generator at the start of a stream, such as `generator("reports", day)`; takes about 5 microseconds.

        Raises ValueError for an empty name, TypeError for a number that is not an integer.
        """
        return np.random.Generator(np.random.Philox(_Key(self._digest(name, numbers))))  # type: ignore[arg-type]  # numpy takes any ISeedSequence

    def key(self, name: str, *numbers: SupportsIndex) -> int:
        """The 128-bit Philox key of a stream; independent of platform, Python version and PYTHONHASHSEED."""
        return int.from_bytes(self._digest(name, numbers)[:16], "little")

    def _digest(self, name: str, numbers: Iterable[SupportsIndex]) -> bytes:
        """SHA-256 of the JSON array of all that names a stream: it keeps ("a", 1, 2) and ("a1", 2) apart."""
        start = self._named.get(name)
        if start is None:
            if not name:
                raise ValueError("A random stream needs a name: give the purpose it serves, such as 'reports'.")
            start = self._named[name] = json.dumps([_KEY_LABEL, self.seed, self.replication, name])[:-1]
        text = ", ".join([start, *[str(index(number)) for number in numbers]])
        return hashlib.sha256(f"{text}]".encode("ascii")).digest()

    def __repr__(self) -> str:
        """As it was made, for messages that name the seed of a failed run."""
        return f"RandomStreams(seed={self.seed}, replication={self.replication})"
