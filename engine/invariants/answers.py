"""What only a client can see: that a rejection changes nothing (T02), and that a repeat is answered alike (H04).

Neither leaves a record, so no log shows it. Whoever drives an engine (fuzz, a test of a door) gives the commands
through `Answers`. Comparing states costs a digest of the whole town a rejection: for small towns only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.invariants.catalogue import BY_ID
from engine.invariants.invariant import Report, Violation, stop
from engine.kernel.command import Envelope, Outcome
from engine.kernel.digest import digest
from engine.kernel.rejection import CLOCK_REGRESSION, IDEMPOTENCY_MISMATCH, Precedence

Asked = tuple[str, Any]  # who gave the command, and what it says


class Answers:
    """An engine behind a door that remembers what was asked and what was answered."""

    def __init__(self, engine: Any, report: Report = stop) -> None:
        """Nothing asked yet."""
        self.engine = engine
        self.report = report
        self.checked = {"T02": 0, "H04": 0}
        self._known: dict[tuple[str, str], tuple[Asked, Outcome, int]] = {}

    def execute(self, by: Envelope) -> Outcome:
        """Give a command; what is due before it happens first, so that it is not taken for its effect."""
        engine = self.engine
        if by.at >= engine.district.at:
            engine.advance(by.at)
        before, records = self._state(), engine.n
        outcome: Outcome = engine.execute(by)
        if outcome.code is not None:
            self.checked["T02"] += 1
            if self._state() != before:
                self._broken("T02", f"{by} was answered by {outcome.code.name}")
        self._repeat(by, outcome, records)
        return outcome

    def _state(self) -> str:
        """Digest of all rows; the clock moves with a rejection too."""
        district = self.engine.district
        return digest({name: getattr(district, name) for name in district.__slots__ if name != "at"})

    def _repeat(self, by: Envelope, outcome: Outcome, records: int) -> None:
        scope, asked = (by.kind, by.key), (by.who, by.command)
        known = self._known.get(scope)
        if outcome.code is not None and outcome.code.precedence is Precedence.AUTH:
            return  # asked before the key is looked up
        if known is not None and max(by.at, self.engine.district.at) < known[2]:
            self.checked["H04"] += 1
            code = outcome.code
            alike = outcome is known[1] if self._same(asked, known) else code is IDEMPOTENCY_MISMATCH
            if not alike or self.engine.n != records:
                self._broken("H04", f"key {by.key} was answered by {known[1].code} and now by {code}")
        elif outcome.code is not CLOCK_REGRESSION and outcome.n:
            self._known[scope] = asked, outcome, by.at + self.engine.district.policy.idempotency.retention_s

    def _same(self, asked: Asked, known: tuple[Asked, Outcome, int]) -> bool:
        """Whether two say the same, as far as anybody can still tell: personal values that were purged are left out."""
        first: Any = known[1].by.command
        vault, kept = self.engine.sealing.vault, [getattr(first, name) for name in first.personal]
        gone = [name for name, value in zip(first.personal, kept, strict=True) if value and vault.get(value) is None]
        if not gone or type(asked[1]) is not type(first):
            return asked == known[0]
        unsaid = dict.fromkeys(gone)
        both_say = all(getattr(asked[1], name) is not None for name in gone)
        return both_say and asked[0] == known[0][0] and replace(asked[1], **unsaid) == replace(known[0][1], **unsaid)

    def _broken(self, name: str, detail: str) -> None:
        self.report(Violation(name, BY_ID[name].sentence, self.engine.n, 0, detail))
