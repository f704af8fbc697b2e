"""One visit to the target: accounts, logins, seed before it, teardown after it, and the limits that it keeps.

Everything on a visit has a mark of its own: ids that somebody says end with it, keys and `{{fresh_id}}` begin with the
run of that name. So an example finds nothing of an earlier one, on a target that nobody can reset.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from loadtests.adapter import Adapter, AdapterTarget, Answer
from loadtests.generator.adapter_target import LiveTarget
from loadtests.generator.door import Door
from loadtests.generator.guards import Alarm
from loadtests.generator.reception import Reception
from loadtests.generator.session import Session
from loadtests.generator.settings import Settings
from loadtests.generator.trying import Trying
from loadtests.history import Exchange
from loadtests.operations import Operation
from loadtests.plan.hunt.small_town import MORNING
from loadtests.plan.instants import shifted
from loadtests.property.naming import marked, marked_actor
from loadtests.property.town import BUILT_S, CHANGE

TRIES = 3
LONGEST_PAUSE_S = 0.5


class Ended(BaseException):
    """A limit is reached: nothing more is sent. Not an Exception, so that Hypothesis takes it for no failure."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(slots=True)
class Guard:
    """The way to the target; operations, seconds, a rate and a share of server errors that a run does not exceed."""

    settings: Settings
    door: Door
    sent: int = 0
    began_s: float = field(default_factory=time.monotonic)
    last_s: float = 0.0
    alarm: Alarm = field(init=False)

    def __post_init__(self) -> None:
        """Nothing was sent."""
        self.alarm = Alarm(self.settings.max_errors)

    def before(self) -> None:
        """One operation more; raises Ended."""
        settings, now_s = self.settings, time.monotonic()
        if self.sent >= settings.max_ops:
            raise Ended("max_ops")
        if now_s - self.began_s > settings.max_seconds:
            raise Ended("max_seconds")
        self.sent += 1
        wait_s = self.last_s + 1 / settings.max_rate - now_s
        if wait_s > 0:
            time.sleep(wait_s)
        self.last_s = time.monotonic()

    def after(self, exchanges: Sequence[Exchange]) -> None:
        """What came back; raises Ended where too much of it was errors of the server."""
        for each in exchanges:
            if self.alarm.rings(each.status):
                raise Ended("errors")


class Visit:
    """A context: inside it operations can be carried out. `told`: number, start (seconds UTC), is the clock driven."""

    def __init__(self, adapter: Adapter, guard: Guard, actors: set[str], told: tuple[int, int, bool]) -> None:
        number, self.start_s, self.driven = told
        self._adapter = adapter
        self._guard = guard
        self.run = f"{guard.settings.run_id}-{number}"
        self.mark = "" if adapter.accounts is not None else f"-{self.run}"
        self.last_s = self.start_s
        self._by = AdapterTarget(adapter)
        session = Session(self.run, self.start_s if self.driven else None)
        self._reception = Reception(self._by, guard.door, session, os.environ, guard.settings.allow_host)
        self._actors = {marked_actor(each, self.mark) for each in actors}

    def __enter__(self) -> Self:
        """Logins and seed."""
        try:
            session = self._reception.prepare(self._actors)
        except BaseException:
            self._reception.close()
            raise
        self._live = LiveTarget(self._by, session)
        self._trying = Trying(self._live, self._guard.door)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Teardown, whatever happened."""
        self._trying.close()
        try:
            self._reception.teardown()
        finally:
            self._reception.close()

    def serves(self, kind: str) -> bool:
        """Whether the file has an entry for operations of this type."""
        return self._live.serves(kind)

    def exact(self, kind: str) -> bool:
        """Whether the file says that views of this type are the engine's events."""
        entry = self._adapter.entry(kind)
        rules = (*entry.outcome, *self._adapter.outcome) if entry is not None else ()
        return any(rule.ok is not None and rule.ok.events for rule in rules)

    def said(self, operation: Operation) -> Operation:
        """The operation under the names of this visit, its instants from the start of this visit on."""
        moved = shifted(operation, MORNING, self.start_s + (operation.at_s or 0), self.start_s)
        actor = marked_actor(operation.actor, self.mark)
        return replace(moved, data=marked(moved.data, self.mark), actor=actor)

    def carry_out(self, sent: Operation) -> tuple[list[Exchange], Mapping[str, Any]]:
        """Send it; raises Ended for a limit that is reached."""
        self._guard.before()
        exchanges, made = self._trying.carry_out(sent)
        self._guard.after(exchanges)
        return exchanges, made

    def understood(self, sent: Operation, exchanges: Sequence[Exchange]) -> Answer:
        """What the answers mean."""
        return self._live.by.interpret(sent, exchanges)

    def tries(self, sent: Operation) -> int:
        """How often an outcome that nobody knows is asked for: once, unless a key makes a repeat harmless."""
        keyed = self._adapter.idempotency is not None and bool(sent.key)
        return TRIES if sent.is_read or (keyed and self._by.resolve(sent.type).by == "retry_same_key") else 1

    def pause_s(self, kind: str) -> float:
        """Before it is asked for again."""
        return min(self._by.resolve(kind).pause_ms / 1_000, LONGEST_PAUSE_S)

    def instant(self, operation: Operation, answer: Answer | None) -> int:
        """The instant at which the engines decide: the one that was told, on a target with its own clock its own."""
        if self.driven:
            at = 0 if operation.is_read else self.start_s + (operation.at_s or 0)
            self.last_s = max(self.last_s, at)
            return at
        return answer.at if answer is not None and answer.at is not None else int(time.time())

    def settle(self) -> None:
        """Behind the town: on a target with its own clock the policy of the town holds from the next second on."""
        if not self.driven and self._live.serves(CHANGE):
            time.sleep(BUILT_S + 0.1)
