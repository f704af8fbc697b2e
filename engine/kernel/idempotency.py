"""Keys: a command is done at most once, and a repeat gets the same answer again (profile `sticky`, section A1).

An answer is kept for the retention that the policy promises when it is given; afterwards its key is free. Answers stand
in generations that are forgotten as a whole, so that forgetting costs nothing; what decides whether an answer still
binds is its own instant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from engine.kernel.command import Outcome

Answers = defaultdict[str, dict[str, Outcome]]  # by kind of actor (the tenant), then by key


@dataclass(slots=True)
class Generation:
    """Answers given under one policy, for one retention at most; the last one not after `last_at`."""

    policy: Any
    retention_s: int
    ends_at: int
    last_at: int = 0
    answers: Answers = field(default_factory=lambda: defaultdict(dict))


class Keys:
    """The answers that still bind; the newest generation first."""

    __slots__ = ("_district", "_generations")

    def __init__(self, district: Any) -> None:
        """Nothing answered yet. The policy of the district says how long answers are kept."""
        self._district = district
        self._generations: list[Generation] = []
        self._turn(0)

    def find(self, kind: str, key: str, at: int) -> Outcome | None:
        """The answer under a key if it still binds at the instant `at`, or now for an instant that is over."""
        for generation in self._generations:
            found = generation.answers[kind].get(key)
            if found is not None:
                return found if max(at, self._district.at) < found.by.at + generation.retention_s else None
        return None

    def keep(self, outcome: Outcome) -> None:
        """Keep an answer."""
        by = outcome.by
        newest = self._generations[0]
        if by.at >= newest.ends_at or self._district.policy is not newest.policy:
            newest = self._turn(by.at)
        newest.answers[by.kind][by.key] = outcome

    def _turn(self, at: int) -> Generation:
        """Begin a generation and forget those whose last answer binds no more."""
        if self._generations:
            self._generations[0].last_at = at
        policy = self._district.policy
        retention_s = policy.idempotency.retention_s
        newest = Generation(policy, retention_s, at + retention_s)
        self._generations = [newest, *(each for each in self._generations if at < each.last_at + each.retention_s)]
        return newest

    def living(self, at: int) -> list[Outcome]:
        """Answers that still bind at the instant `at`, by kind and key; for the digest."""
        found = {
            (kind, key): outcome
            for generation in reversed(self._generations)
            for kind, answers in generation.answers.items()
            for key, outcome in answers.items()
            if at < outcome.by.at + generation.retention_s
        }
        return [found[scope] for scope in sorted(found)]
