"""Order of records (H01, T03), keys (H03), versions of the policy (T24).

Looked at for every record, so it is one function. The hash chain itself is verified by whoever reads the log back. A
key is free again after its retention, so two dicts that take turns remember enough: about two days of keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.invariants.invariant import Broken, Look, Watcher
from engine.invariants.keys import KeyUses, Profile
from engine.kernel.command import Envelope, Outcome
from engine.kernel.rejection import CLOCK_REGRESSION
from engine.kernel.units import NEVER

FIRED = "clock.fire_deadline"  # the engine gives it under keys that bind nobody


class Order(Watcher):
    """Everything that holds from one record to the next."""

    ids: ClassVar[tuple[str, ...]] = ("H01", "H03", "T03", "T24")

    def __init__(self, district: Any, broken: Broken, profile: Profile | None = None) -> None:
        """Nothing recorded yet. Without a profile keys are this engine's own: sticky, and a deadline's bind nobody."""
        super().__init__(district, broken)
        self.n = 0
        self.seq = 0
        self.at = 0
        self._newer: dict[str | tuple[str, str], Envelope] = {}  # the engine keeps these answers for as long
        self._older: dict[str | tuple[str, str], Envelope] = {}
        self._turn_at = self._wake_at = self._retention_s = 0
        self._version = self.district.policy.version
        self._uses = KeyUses(profile) if profile is not None else None
        self._announced: dict[int, int] = {}
        self._policy_due = NEVER

    def record(self, outcome: Outcome) -> None:
        """One record."""
        by = outcome.by
        at = by.at
        self.n += 1
        if outcome.n != self.n:
            self.broken("H01", f"record {outcome.n} where {self.n} should stand", outcome, None)
        if at < self.at:
            if outcome.code is not CLOCK_REGRESSION:
                self.broken("H01", f"instant {at} after {self.at}", outcome, None)
            return
        self.at = at
        count = len(outcome.events)
        if outcome.code is None:
            if outcome.first_seq != self.seq + 1 or not count:
                self.broken("T03", f"{count} events from {outcome.first_seq} on after event {self.seq}", outcome, None)
            self.seq += count
        elif outcome.first_seq != self.seq or count:
            self.broken("T03", f"rejected with {count} events at {outcome.first_seq}, not {self.seq}", outcome, None)
        if at >= self._wake_at:
            self._wake(at, outcome)
        if self._uses is not None:
            self._used(outcome, self._uses)
            return
        key = by.key
        if key in self._newer or key in self._older:
            self._again(by, outcome)
        self._newer[key] = by

    def _wake(self, at: int, outcome: Outcome) -> None:
        """A policy should have taken effect before, or keys older than a retention can be forgotten."""
        if at > self._policy_due:
            self.broken("T24", f"an announced policy should hold since {self._policy_due}", outcome, None)
        if at >= self._turn_at:
            self._retention_s = self.district.policy.idempotency.retention_s
            self._older, self._newer, self._turn_at = self._newer, {}, at + self._retention_s
        self._wake_at = min(self._turn_at, self._policy_due + 1)

    def _used(self, outcome: Outcome, uses: KeyUses) -> None:
        """What uses a key up was not used up before, as far as the profile says."""
        by = outcome.by
        if by.command.type == FIRED or not uses.profile.binds(outcome):
            return
        before = uses.use(by, self._retention_s)
        if before is not None:
            self.broken("H03", f"key {by.key} of {by.kind} has a record of {before} already", outcome, None)

    def _again(self, by: Envelope, outcome: Outcome) -> None:
        """The key was used before: by another tenant, by the engine's own clock, or too long ago to bind?

        A key that two tenants use stands under both, so that neither hides the other.
        """
        key = by.key
        before = self._newer.get((by.kind, key)) or self._newer.get(key) or self._older[key]
        if before.kind == by.kind:
            if by.at < before.at + self._retention_s and by.command.type != FIRED:
                self.broken("H03", f"key {key} of {by.kind} has a record of {before.at} already", outcome, None)
        else:
            self._newer[before.kind, key] = before
            self._newer[by.kind, key] = by

    def looks(self) -> Mapping[str, Look]:
        """Changes of the policy."""
        return {"policy.change_announced": self._announce, "policy.took_effect": self._take_effect}

    def _announce(self, event: Any, _outcome: Outcome) -> None:
        self._announced[event.change] = event.effective_from
        self._policy_due = min(self._announced.values())
        self._wake_at = 0

    def _take_effect(self, event: Any, outcome: Outcome) -> None:
        due = self._announced.pop(event.change, None)
        self._policy_due = min(self._announced.values(), default=NEVER)
        in_force = self.district.policy
        if due != outcome.by.at or in_force.effective_from != due:
            self.broken("T24", f"{event} took effect at {outcome.by.at}, announced for {due}", outcome, event)
        if not self._version < in_force.version == event.version:
            self.broken("T24", f"version {in_force.version} after {self._version}", outcome, None)
        self._version = in_force.version
        self.counts["T24"] += 1

    def checked(self) -> Mapping[str, int]:
        """Every record counts."""
        return {**self.counts, "H01": self.n, "T03": self.n, "H03": self.n}
