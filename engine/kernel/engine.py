"""The one way of a command: known key, clock, deadlines, decide, apply, journal, observe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from json.encoder import encode_basestring
from typing import Any, Protocol

from engine.kernel.command import Command, Envelope, Outcome
from engine.kernel.idempotency import Keys
from engine.kernel.journal import Chain
from engine.kernel.rejection import CLOCK_REGRESSION, FORBIDDEN, IDEMPOTENCY_MISMATCH, Rejected
from engine.kernel.vault import Sealing

Firing = Callable[[str, str], Command]  # (kind of deadline, id that waits) -> the command that fires it
Watcher = Callable[[Any, Outcome], None]  # looks at one event just applied; raises to stop the engine


class Observer(Protocol):
    """Sees every journalled command after its events were applied; an invariant is one."""

    def observe(self, outcome: Outcome) -> None:
        """Look at one step; raise to stop the engine."""


class EngineStopped(RuntimeError):
    """An earlier command stopped half way (a full disk, a broken invariant): fold the journal into a new engine."""


class Engine:
    """One writer over one district. Not safe for several threads: a server puts a queue before it."""

    def __init__(self, district: Any, chain: Chain | None, sealing: Sealing, firing: Firing) -> None:
        """`chain` is None for an engine that keeps no journal."""
        self.district = district
        self.keys = Keys(district)
        self.chain = chain
        self.sealing = sealing
        self.n = 0
        self.seq = 0
        self.observers: list[Observer] = []
        self.watch: dict[str, list[Watcher]] = {}
        self.stopped = False
        self._firing = firing

    def execute(self, by: Envelope) -> Outcome:
        """Answer one command. Returns the same outcome for a repeat; raises only for a fault of ours.

        What is due is fired first: even who may give a command is judged as it stands at its instant. A refusal
        (class auth) and a mismatch leave no record; every other answer moves the clock, a rejection too.
        """
        district = self.district
        command = by.command
        if self.stopped:
            raise EngineStopped
        if by.at >= district.deadlines.next_due:
            self.advance(by.at)
        authority = command.actors.get(by.kind)
        refusal = FORBIDDEN if authority is None else authority(command, district, by.who)
        if refusal is not None:
            return Outcome(by, refusal, 0, self.seq)
        known = self.keys.find(by.kind, by.key, by.at)
        if known is not None:
            return self._again(by, known)
        if command.personal and not by.sealed:
            by = replace(by, command=self.sealing.seal(command, command.personal, by.at), sealed=True)
        if by.at < district.at:
            return self._settle(Outcome(by, CLOCK_REGRESSION, 0, self.seq, (), {"earliest": district.at}))
        outcome = self._decide(by)
        self.keys.keep(outcome)
        return outcome

    def _again(self, by: Envelope, known: Outcome) -> Outcome:
        command, before = by.command, known.by.command
        if command.personal and not by.sealed and type(command) is type(before):
            command = self.sealing.seal_again(command, command.personal, before)
        if by.who == known.by.who and command == before:
            return known
        return Outcome(by, IDEMPOTENCY_MISMATCH, 0, self.seq)

    def advance(self, at: int) -> None:
        """Fire every deadline up to the instant `at`, each at its own instant and in order."""
        deadlines = self.district.deadlines
        while deadlines.next_due <= at:
            due, kind, waiting = deadlines.first()
            self._decide(Envelope(f"due:{kind}:{waiting}:{due}", "system", "clock", due, self._firing(kind, waiting)))

    def _decide(self, by: Envelope) -> Outcome:
        district = self.district
        try:
            events = by.command.decide(district, district.policy, by)
        except Rejected as rejected:
            return self._settle(Outcome(by, rejected.code, 0, self.seq, (), rejected.details))
        return self._settle(Outcome(by, None, 0, self.seq + 1, events))

    def _settle(self, outcome: Outcome) -> Outcome:
        try:
            self.write(outcome)
            return self.record(outcome)
        except BaseException:  # an interrupt too: rows may be half written, or written and not journalled
            self.stopped = True
            raise

    def write(self, outcome: Outcome) -> None:
        """Leave the district as an outcome says; `record` follows. Replay writes records so, without deciding again."""
        district = self.district
        if outcome.code is not CLOCK_REGRESSION:
            district.at = outcome.by.at
        for event in outcome.events:
            event.apply(district)

    def record(self, outcome: Outcome) -> Outcome:
        """Number an outcome whose events are written, journal it and let everybody see it."""
        self.n = outcome.n = self.n + 1
        events = outcome.events
        if self.chain is not None:
            self.chain.append(record_text(outcome, self.district.policy.version))
        self.seq += len(events)
        if self.watch:
            watch = self.watch
            for event in events:
                for look in watch.get(event.type, ()):
                    look(event, outcome)
        for observer in self.observers:
            observer.observe(outcome)
        return outcome


def record_text(outcome: Outcome, policy_version: int) -> str:
    """The canonical text of the journal record of an outcome (section A1 of docs/domain.md)."""
    by, events = outcome.by, outcome.events
    said = by.command.envelope(by)
    if outcome.code is not None:
        start = f'"code":"{outcome.code.name}",{_details(outcome.details)}'
        end = f'"n":{outcome.n},"policy":{policy_version},"status":"rejected"'
        return f'{{{start}"envelope":{said},"events":[],{end}}}'
    if len(events) == 1:
        told = events[0].entry(outcome.first_seq)
    else:
        told = ",".join([event.entry(seq) for seq, event in enumerate(events, outcome.first_seq)])
    end = f'"n":{outcome.n},"policy":{policy_version},"status":"ok"'
    return f'{{"code":null,"envelope":{said},"events":[{told}],{end}}}'


def _details(details: Mapping[str, int | str] | None) -> str:
    """What a rejection says besides its code, in canonical JSON."""
    if not details:
        return ""
    shown = [f'"{name}":{_shown(details[name])}' for name in sorted(details)]
    return f'"details":{{{",".join(shown)}}},'


def _shown(value: int | str) -> str:
    return encode_basestring(value) if isinstance(value, str) else str(int(value))
