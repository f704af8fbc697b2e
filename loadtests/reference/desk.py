"""The desk: one engine over one store. Used by one thread; what it answered counts once `commit` has returned."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine import Command, Engine, Envelope, FileVault, Policy, Rejected
from engine.views.read import Read, Seeing, read_at
from loadtests.reference.answers import OK, Answer, accepted, refused, rejected
from loadtests.reference.opening import opened
from loadtests.reference.saving import Saving
from loadtests.reference.store import Store

Clock = Literal["wall", "driven"]
Actor = tuple[str, str]
Adapt = Callable[[Engine], None]


@dataclass(slots=True)
class Said:
    """A command on its way in; `at` is the instant that its sender proposes, None where the wall clock rules."""

    key: str
    actor: Actor
    command: Command
    at: int | None


class Desk:
    """Answers commands, reads and export pages. Raises what stops the deployment: OSError, sqlite3.Error, a fault."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        policy: Policy | None = None,
        *,
        adapt: Adapt | None = None,
        verify: bool = False,
    ) -> None:
        """Open the store and go on with its journal, or begin one. `adapt` may change the engine: planted faults do.

        `verify` folds and verifies the whole log, whatever snapshot there is. Raises StoreTaken, NotAStore,
        NotAJournal, JournalBroken, OtherPolicy.
        """
        self._driven = clock == "driven"
        snapshot = path.with_name(f"{path.name}.snapshot")
        self.store = Store(path)
        try:
            self.vault = FileVault(path.with_name(f"{path.name}.vault"))
            self.opened = opened(self.store, self.vault, policy, None if verify else snapshot)
        except BaseException:
            self.store.close()
            raise
        self.engine, self._seen = self.opened.engine, self.opened.seen
        self.saving = Saving(snapshot, self.opened)
        self._seen.keeps = True
        if adapt is not None:
            adapt(self.engine)

    def begin(self) -> None:
        """Begin a batch."""
        self.store.begin()

    def commit(self) -> None:
        """Make durable what was answered since `begin`; personal values first, since records refer to them."""
        self.vault.flush()
        self.engine.chain.flush()  # type: ignore[union-attr]  # as above
        self.store.export(self._seen.lines)
        self._seen.lines = []
        self.store.commit()
        self.saving.committed()

    def close(self, *, broken: bool = False) -> None:
        """Let go of the files; what was not committed is dropped. `broken` leaves no snapshot of what may be wrong."""
        try:
            if not broken:
                self.saving.ended()
            self.vault.close()
        finally:
            self.store.close()

    def _instant(self, proposed: int | None) -> int:
        now = (proposed or 0) if self._driven else int(time.time())
        last: int = self.engine.district.at
        return max(last, now)

    def say(self, said: Said) -> Answer:
        """Answer a command at an instant that never falls."""
        engine = self.engine
        before = engine.n
        kind, who = said.actor
        outcome = engine.execute(Envelope(said.key, kind, who, self._instant(said.at), said.command))
        replayed = 0 < outcome.n <= before
        if outcome.code is not None:
            return rejected(outcome, replayed=replayed)
        return accepted(outcome, self._seen.policy_version(outcome.n), replayed=replayed)

    def read(self, read: Read, asked: Any, actor: Actor, at: int | None) -> Answer:
        """Answer a read as of now: what is due by then is fired first."""
        engine = self.engine
        instant = self._instant(at)
        engine.advance(instant)
        try:
            value = read_at(engine.district, read, asked, actor, Seeing(instant, engine.sealing.vault))
        except Rejected as wrong:
            return refused(wrong.code, wrong.details, at=instant)
        return Answer(OK, json.dumps({"at": instant, "n": engine.n, "value": value}, ensure_ascii=False))

    def page(self, after: int, limit: int) -> Answer:
        """A page of the export; `next` is where to go on."""
        lines = self.store.lines(after, limit)
        end = lines[-1][0] if lines else after
        return Answer(OK, f'{{"n":{self.engine.n},"next":{end},"events":[{",".join(text for _, text in lines)}]}}')
