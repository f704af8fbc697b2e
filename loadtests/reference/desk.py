"""The desk: one engine over one store. Used by one thread; what it answered counts once `commit` has returned."""

from __future__ import annotations

import bisect
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine import Command, Engine, Envelope, FileVault, Outcome, Policy, Rejected, new_engine
from engine.export import Export
from engine.invariants import attach
from engine.replay import Journal, fresh_engine, go_on, steps
from engine.views.read import Read, read_now
from loadtests.reference.answers import OK, Answer, accepted, refused, rejected
from loadtests.reference.store import Store

Clock = Literal["wall", "driven"]
Actor = tuple[str, str]
Adapt = Callable[[Engine], None]


class OtherPolicy(Exception):
    """The journal began under another policy than the one that was asked for."""


@dataclass(slots=True)
class Said:
    """A command on its way in; `at` is the instant that its sender proposes, None where the wall clock rules."""

    key: str
    actor: Actor
    command: Command
    at: int | None


class Recorded:
    """An observer: lines for export, and the policy version of each record."""

    def __init__(self, engine: Engine) -> None:
        self._district = engine.district
        self._export = Export(engine.district)
        self.lines: list[tuple[int, str]] = []
        self.keeps = False
        self._since = [0]
        self._versions = [engine.district.policy.version]

    def observe(self, outcome: Outcome) -> None:
        """One record; the export follows all of them, since it remembers states."""
        if self._district.policy.version != self._versions[-1]:
            self._since.append(outcome.n)
            self._versions.append(self._district.policy.version)
        made = [text for text in self._export.lines(outcome) if outcome.code is None]
        if self.keeps:
            self.lines += enumerate(made, outcome.first_seq)

    def policy_version(self, n: int) -> int:
        """Under which version a record was written."""
        version: int = self._versions[bisect.bisect_right(self._since, n) - 1]
        return version


class Desk:
    """Answers commands, reads and export pages. Raises what stops the deployment: OSError, sqlite3.Error, a fault."""

    def __init__(self, path: Path, clock: Clock, policy: Policy | None = None, adapt: Adapt | None = None) -> None:
        """Open the store and fold its journal, or begin one. `adapt` may change the engine: planted faults do.

        Raises StoreTaken, NotAStore, NotAJournal, JournalBroken, OtherPolicy.
        """
        self.store = Store(path)
        try:
            self.vault = FileVault(path.with_name(f"{path.name}.vault"))
            self._driven = clock == "driven"
            source = self.store.journal()
            self.engine = self._begun(policy) if source is None else self._folded(Journal(source), policy)
        except BaseException:
            self.store.close()
            raise
        self._seen.keeps = True
        if adapt is not None:
            adapt(self.engine)

    def _begun(self, policy: Policy | None) -> Engine:
        engine = new_engine(policy, self.store, self.vault)
        self._watch(engine)
        self.store.begin()
        engine.chain.flush()  # type: ignore[union-attr]  # it was given a sink
        self.store.commit()
        return engine

    def _folded(self, journal: Journal, policy: Policy | None) -> Engine:
        if policy is not None and json.loads(json.dumps(policy.document())) != journal.header["policy"]:
            raise OtherPolicy
        engine = fresh_engine(journal)
        self._watch(engine)
        for _ in steps(engine, journal):
            pass
        go_on(engine, journal, self.store, self.vault)
        return engine

    def _watch(self, engine: Engine) -> None:
        attach(engine)
        self._seen = Recorded(engine)
        engine.observers.append(self._seen)

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

    def close(self) -> None:
        """Let go of the files; what was not committed is dropped."""
        try:
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
            value = read_now(engine.district, read, asked, actor, engine.sealing.vault)
        except Rejected as wrong:
            return refused(wrong.code, wrong.details, at=instant)
        return Answer(OK, json.dumps({"at": instant, "n": engine.n, "value": value}, ensure_ascii=False))

    def page(self, after: int, limit: int) -> Answer:
        """A page of the export; `next` is where to go on."""
        lines = self.store.lines(after, limit)
        end = lines[-1][0] if lines else after
        return Answer(OK, f'{{"n":{self.engine.n},"next":{end},"events":[{",".join(text for _, text in lines)}]}}')
