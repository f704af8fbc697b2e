"""What a key binds, by profile (H03, H04): interfaces differ, and a log is judged by what its owner promises.

    sticky        a repeat gets the same answer, a rejection too; a key is free after its retention
    replay_all    so do answers that say the service failed
    success_only  only what succeeded binds; what was rejected may be tried again under its key
    ref_unique    as success_only, and a key is never free again: a repeat is refused as a duplicate

Keys stand as fingerprints, since those of a busy day would weigh more than everything that lives.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.invariants.fingerprints import Fingerprints, mark_of
from engine.kernel.command import Envelope, Outcome
from engine.kernel.rejection import INTERNAL, Precedence

UNBOUND = {Precedence.MALFORMED, Precedence.AUTH, Precedence.IDEMPOTENCY, Precedence.CLOCK}
"""Classes of rejections that bind no key under any profile: the key was not looked at, or belongs to another answer."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One promise about keys."""

    name: str
    rejections: bool = False
    """A rejection binds its key."""
    failures: bool = False
    """So does a failure of the service."""
    for_ever: bool = False
    """A key is never free again."""

    def binds(self, outcome: Outcome) -> bool:
        """Whether an answer uses its key up."""
        if outcome.code is None:
            return True
        if outcome.code.precedence in UNBOUND:
            return False
        return self.failures if outcome.code.name == INTERNAL.name else self.rejections


PROFILES: dict[str, Profile] = {
    each.name: each
    for each in (
        Profile("sticky", rejections=True),
        Profile("replay_all", rejections=True, failures=True),
        Profile("success_only"),
        Profile("ref_unique", for_ever=True),
    )
}


class KeyUses:
    """Which keys are used up under a profile."""

    __slots__ = ("_newer", "_older", "_turn_at", "profile")

    def __init__(self, profile: Profile) -> None:
        """No key used."""
        self.profile = profile
        self._newer, self._older = Fingerprints(), Fingerprints()
        self._turn_at = 0

    def use(self, by: Envelope, retention_s: int) -> int | None:
        """Use a key up; the instant at which it was used before, None if it was free."""
        if not self.profile.for_ever and by.at >= self._turn_at:
            self._older, self._newer, self._turn_at = self._newer, Fingerprints(), by.at + retention_s
        mark = mark_of(f"{by.kind} {by.key}")
        before = self._newer.put_mark(mark, by.at)
        if before is None and self._older.count:
            before = self._older.get_mark(mark)
        if before is None or self.profile.for_ever or by.at < before + retention_s:
            return before
        return None
