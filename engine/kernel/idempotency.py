"""Keys: a command is done at most once, and a repeat gets the same answer again (profile `sticky`, section A1).

An answer is kept for the retention that the policy promises when it is given; afterwards its key is free. Answers stand
in generations that are forgotten as a whole, so that forgetting costs nothing; what decides whether an answer still
binds is its own instant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.kernel.command import Outcome

Answers = defaultdict[str, dict[str, Outcome | int]]
"""By kind of actor (the tenant), then by key. A number is that of a record written before a restart: a day of answers
is millions of objects, of which hardly any is asked for again, so that the log is asked when one is."""
Recall = Callable[[int], Outcome]
"""The outcome of a record that stands in the log, by its number."""
Numbers = list[tuple[Any, int, int, int, dict[str, dict[str, int]]]]
"""Generations as policy, retention, end, last instant, and by kind and key the number of the record."""


@dataclass(slots=True)
class Generation:
    """Answers given under one policy, for one retention at most; the last one not after `last_at`."""

    policy: Any
    retention_s: int
    ends_at: int
    last_at: int = 0
    answers: Answers = field(default_factory=lambda: defaultdict(dict))

    def numbers(self) -> dict[str, dict[str, int]]:
        """By kind and key the number of the record."""
        return {
            kind: {key: each if isinstance(each, int) else each.n for key, each in answers.items()}
            for kind, answers in self.answers.items()
        }


class Keys:
    """The answers that still bind; the newest generation first."""

    __slots__ = ("_district", "_generations", "_recall")

    def __init__(self, district: Any) -> None:
        """Nothing answered yet. The policy of the district says how long answers are kept."""
        self._district = district
        self._generations: list[Generation] = []
        self._recall: Recall | None = None
        self._turn(0)

    def find(self, kind: str, key: str, at: int) -> Outcome | None:
        """The answer under a key if it still binds at the instant `at`, or now for an instant that is over."""
        for generation in self._generations:
            found = generation.answers[kind].get(key)
            if found is not None:
                found = self._told(found)
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
            for key, each in answers.items()
            for outcome in [self._told(each)]
            if at < outcome.by.at + generation.retention_s
        }
        return [found[scope] for scope in sorted(found)]

    def _told(self, found: Outcome | int) -> Outcome:
        return self._recall(found) if isinstance(found, int) else found  # type: ignore[misc]  # `restore` set it

    def numbers(self) -> Numbers:
        """What is kept, as plain values: for whoever goes on from here later, with the log at hand."""
        return [
            (each.policy, each.retention_s, each.ends_at, each.last_at, each.numbers()) for each in self._generations
        ]

    def restore(self, numbers: Numbers, recall: Recall) -> None:
        """Go on from what `numbers` gave; an answer is recalled from the log when it is asked for."""
        self._recall = recall
        self._generations = [
            Generation(policy, retention_s, ends_at, last_at, defaultdict(dict, answers))  # type: ignore[arg-type]
            for policy, retention_s, ends_at, last_at, answers in numbers
        ]
