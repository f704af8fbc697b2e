"""Keys: a command is done at most once, and a repeat gets the same answer again (profile `sticky`, section A1).

An answer is kept for `retention_s` from its instant; afterwards its key is free. Two dicts take turns so that
forgetting costs nothing: an entry is looked up in both and judged by its own instant.
"""

from __future__ import annotations

from engine.kernel.command import Outcome

Scope = tuple[str, str]  # kind of actor (the tenant), key


class Keys:
    """The answers of the last `retention_s` seconds by scope and key."""

    __slots__ = ("_newer", "_older", "_turned_at", "retention_s")

    def __init__(self, retention_s: int) -> None:
        """Nothing answered yet."""
        self.retention_s = retention_s
        self._newer: dict[Scope, Outcome] = {}
        self._older: dict[Scope, Outcome] = {}
        self._turned_at = 0

    def find(self, scope: Scope, at: int) -> Outcome | None:
        """The answer under the key, if it is not older than the retention at the instant `at`."""
        found = self._newer.get(scope)
        if found is None:
            found = self._older.get(scope)
            if found is None:
                return None
        return found if at < found.by.at + self.retention_s else None

    def keep(self, outcome: Outcome) -> None:
        """Keep an answer; once a retention, the older half is forgotten."""
        by = outcome.by
        if by.at >= self._turned_at + self.retention_s:
            self._older, self._newer = self._newer, {}
            self._turned_at = by.at
        self._newer[by.kind, by.key] = outcome

    def living(self, at: int) -> list[Outcome]:
        """Answers that still bind at the instant `at`, by scope; for the digest."""
        both = {**self._older, **self._newer}
        return [both[scope] for scope in sorted(both) if at < both[scope].by.at + self.retention_s]
