"""Operations that are due and must not go yet: they need a value of an answer to come, or their shard keeps order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from loadtests.generator.feed import Feed
from loadtests.generator.transport import Job


class Fate(Enum):
    """What becomes of an operation that refers to others."""

    GOES = "goes"
    WAITS = "waits"
    NEVER = "never"


class Holding:
    """Keeps them, and gives them back when they may go. `unresolved` counts those whose value never came."""

    def __init__(self, feed: Feed, *, keep_order: bool = False) -> None:
        """`keep_order`: an operation waits until the one before it of the same shard is over."""
        self._feed = feed
        self.keep_order = keep_order
        self._behind: dict[str, deque[Job]] = {}  # by shard with an operation under way
        self._parked: dict[int, list[Job]] = {}  # by the number of the operation that they wait for
        self._concluded: set[int] = set()
        self.count = self.unresolved = 0

    def lets_go(self, job: Job) -> bool:
        """True if the job may be sent now; else it is kept here, or left out because its value cannot come any more."""
        if self.keep_order:
            if (behind := self._behind.get(job.shard)) is not None:
                behind.append(job)
                self.count += 1
                return False
            self._behind[job.shard] = deque()
        fate = self._fate(job)
        if fate is Fate.NEVER:
            self._behind.pop(job.shard, None)
        return fate is Fate.GOES

    def _fate(self, job: Job) -> Fate:
        """Whether the values that it needs are there, will be, or will not."""
        missing = self._feed.try_to_resolve(job) if job.n in self._feed.open else []
        if not missing:
            return Fate.GOES
        if any(
            source != self._feed.source or n in self._concluded for source, n, _ in missing
        ):  # answered, without that value
            self.unresolved += 1
            return Fate.NEVER
        self.count += 1
        self._parked.setdefault(missing[0][1], []).append(job)
        return Fate.WAITS

    def told(self, n: int, found: Mapping[str, Any]) -> Iterator[Job]:
        """Operation `n` was answered, here or on another worker, and made these values: who waited for them may go."""
        self._feed.tell(n, found)
        self._concluded.add(n)
        for job in self._parked.pop(n, ()):
            self.count -= 1
            fate = self._fate(job)
            if fate is Fate.GOES:
                yield job
            elif fate is Fate.NEVER:
                yield from self.over(job.shard)

    def over(self, shard: str) -> Iterator[Job]:
        """An operation of the shard is over: the next one may go."""
        behind = self._behind.get(shard)
        while behind:
            job = behind.popleft()
            self.count -= 1
            fate = self._fate(job)
            if fate is Fate.GOES:
                yield job
            if fate is not Fate.NEVER:
                return
        self._behind.pop(shard, None)
