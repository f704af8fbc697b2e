"""A journal tells its town again: from its events alone (`fold`), or by deciding every command (`decide_again`).

Folding believes no decision: it writes the events and so reaches the state, the keys and the counters of the engine
that wrote the log. Each record must be the exact text that the engine would write for its content, under the policy
that is in force there: that finds a field of the wrong type, a name twice, and a policy that the record did not have.
Deciding gives every envelope to a fresh engine under the policy of the header and compares the records one by one.
Deadlines are not given: the engine fires them itself. Personal fields hold commitments (`sealed`).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.administration import FireDeadline
from engine.catalogue import BY_TYPE
from engine.contract import codes
from engine.district import District
from engine.kernel.command import Envelope, Outcome
from engine.kernel.digest import state_digest
from engine.kernel.encoding import canonical, decoder
from engine.kernel.engine import Engine, record_text
from engine.kernel.event import EVENTS
from engine.kernel.journal import Chain, Sink
from engine.kernel.journal_reader import Journal, JournalBroken, NotAJournal, Position, Record
from engine.kernel.rejection import CLOCK_REGRESSION
from engine.kernel.vault import MemoryVault, Sealing, Vault, random_salt, seeded_salt
from engine.policy import Policy

__all__ = [
    "UNFIT",
    "Difference",
    "Journal",
    "JournalBroken",
    "NotAJournal",
    "Outcome",
    "Position",
    "Record",
    "decide_again",
    "engine_over",
    "fold",
    "fresh_engine",
    "go_on",
    "outcome_in",
    "outcome_of",
    "state_digest",
    "steps",
]
CODES = {code.name: code for code in codes()}
UNFIT = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError, AssertionError)
"""What writing or deciding a record raises that no engine wrote: the record is at fault, whatever the line was."""
_POLICY = TypeAdapter(Policy)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first record that a fresh engine writes in another way; `made` is None where it writes none."""

    n: int
    recorded: str
    made: str | None


def fresh_engine(journal: Journal) -> Engine:
    """An engine over an empty district under the policy of the header; raises JournalBroken if that is not valid.

    It keeps no journal and no personal values: a log holds commitments only.
    """
    try:
        policy = _POLICY.validate_json(canonical(journal.header["policy"]))
    except (ValidationError, KeyError, TypeError, RecursionError):
        raise JournalBroken(0, "policy", 0, 0) from None
    return engine_over(District(policy))


def engine_over(district: Any) -> Engine:
    """An engine over a district, with no key, no journal and no personal value."""
    return Engine(district, None, Sealing(MemoryVault(), seeded_salt(0)), FireDeadline)


def fold(journal: Journal) -> Engine:
    """The engine that wrote a journal, as its events leave it. Raises JournalBroken."""
    engine = fresh_engine(journal)
    for _ in steps(engine, journal):
        pass
    return engine


def go_on(engine: Engine, journal: Journal, sink: Sink, vault: Vault) -> None:
    """Let an engine that has taken a whole journal over go on writing it, with the vault that belongs to it."""
    engine.chain = Chain(sink, None, after=(journal.head, journal.n))
    engine.sealing = Sealing(vault, random_salt)
    purges = engine.watch.setdefault("vault.purged", [])
    purges.append(lambda purged, _outcome: vault.purge(purged.field, purged.before))


def steps(engine: Engine, journal: Journal) -> Iterator[Outcome]:
    """Each outcome of a journal, once the engine has taken it over. Raises JournalBroken."""
    for record in journal:
        try:
            outcome = outcome_of(record, engine.seq)
            engine.write(outcome)
            text = record_text(outcome, engine.district.policy.version)
        except UNFIT:
            raise JournalBroken(record.position, "unfit", record.n, record.n) from None
        if text != record.text:
            raise JournalBroken(record.position, "not_canonical", record.n, record.n)
        engine.record(outcome)
        if type(outcome.by.command) is not FireDeadline and outcome.code is not CLOCK_REGRESSION:
            engine.keys.keep(outcome)
        yield outcome


def envelope_of(record: Record) -> Envelope:
    """The envelope of a record. Raises KeyError or TypeError for what is no command of this version."""
    found = record.found["envelope"]
    kind, _, who = found["actor"].partition(":")
    return Envelope(found["key"], kind, who, found["at"], _read(BY_TYPE, found), sealed=True)


def outcome_of(record: Record, seq: int) -> Outcome:
    """The outcome of a record after event number `seq`. Raises as `envelope_of`."""
    found = record.found
    events = [_read(EVENTS, each) for each in found["events"]]
    code = None if found["code"] is None else CODES[found["code"]]
    return Outcome(envelope_of(record), code, record.n, seq if code else seq + 1, events, found.get("details"))


def outcome_in(text: str) -> Outcome:
    """The outcome of a record that a verified journal holds, given as its text."""
    found = json.loads(text)
    seq = found["events"][0]["seq"] - 1 if found["events"] else 0
    return outcome_of(Record(found["n"], text, found, 0), seq)


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {}
"""Decoders by wire name; commands and events share no name."""


def _read(kinds: Mapping[str, Any], found: dict[str, Any]) -> Any:
    """The command or event of an entry `type`, `data`; its decoder is looked up once."""
    wire = found["type"]
    read = _READERS.get(wire)
    if read is None or wire not in kinds:
        read = _READERS[wire] = decoder(kinds[wire])
    return read(found["data"])


def decide_again(journal: Journal) -> Difference | None:
    """Carry out every command of a journal again; the first difference, or None. Raises JournalBroken."""
    engine = fresh_engine(journal)
    writer = _Writer(engine)
    engine.observers.append(writer)
    for record in journal:
        if not writer.texts:
            try:
                _carry_out(engine, record)
            except UNFIT:
                raise JournalBroken(record.position, "unfit", record.n, record.n) from None
        made = writer.texts.popleft() if writer.texts else None
        if made != record.text:
            return Difference(record.n, record.text, made)
    return None


def _carry_out(engine: Engine, record: Record) -> None:
    by = envelope_of(record)
    if type(by.command) is FireDeadline:
        engine.advance(by.at)
    else:
        engine.execute(by)


class _Writer:
    """An observer that writes the record of each outcome, as the journal does."""

    def __init__(self, engine: Engine) -> None:
        self._district = engine.district
        self.texts: deque[str] = deque()

    def observe(self, outcome: Outcome) -> None:
        self.texts.append(record_text(outcome, self._district.policy.version))
