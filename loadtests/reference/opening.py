"""How a desk gets its engine: begun anew, folded from the whole log, or gone on with from a snapshot."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from engine import Engine, Policy, Vault, new_engine
from engine.invariants import Watchers, attach, look_on
from engine.replay import Journal, JournalBroken, Position, engine_over, fresh_engine, go_on, outcome_in, steps
from loadtests.reference.recorded import Recorded
from loadtests.reference.snapshot import Unusable, head_of, packed, read_snapshot, unpacked, write_snapshot
from loadtests.reference.store import Store

logger = logging.getLogger(__name__)


class OtherPolicy(Exception):
    """The journal began under another policy than the one that was asked for."""


@dataclass(slots=True)
class Opened:
    """An engine at work, and what sees its records. `from_n`: up to which record a snapshot had it, 0 without one."""

    engine: Engine
    watchers: Watchers
    seen: Recorded
    from_n: int = 0

    @classmethod
    def over(cls, engine: Engine) -> Opened:
        """A new engine, watched from its first record on."""
        watchers, seen = attach(engine), Recorded(engine)
        engine.observers.append(seen)
        return cls(engine, watchers, seen)

    def follow(self, journal: Journal) -> None:
        """Take a journal over. Raises JournalBroken."""
        for _ in steps(self.engine, journal):
            pass

    def position(self) -> Position:
        """Where the log ends, all of it committed."""
        engine, chain = self.engine, self.engine.chain
        assert chain is not None  # noqa: S101 - a desk has one
        return Position(chain.head, chain.n, engine.seq, engine.district.at)


def begun(policy: Policy | None, store: Store, vault: Vault) -> Opened:
    """A new log."""
    opened = Opened.over(new_engine(policy, store, vault))
    store.begin()
    opened.engine.chain.flush()  # type: ignore[union-attr]  # it was given a sink
    store.commit()
    return opened


def opened(store: Store, vault: Vault, policy: Policy | None, snapshot: Path | None) -> Opened:
    """The engine over a store: as it was left, from the last snapshot if there is one that fits.

    Raises NotAJournal, JournalBroken, OtherPolicy.
    """
    source = store.journal()
    if source is None:
        return begun(policy, store, vault)
    journal = Journal(source)
    if policy is not None and json.loads(json.dumps(policy.document())) != journal.header["policy"]:
        raise OtherPolicy
    found = gone_on(store, vault, snapshot) if snapshot is not None else None
    return found or folded(store, vault, journal)


def folded(store: Store, vault: Vault, journal: Journal) -> Opened:
    """From the first record on."""
    found = Opened.over(fresh_engine(journal))
    found.follow(journal)
    go_on(found.engine, journal, store, vault)
    return found


def gone_on(store: Store, vault: Vault, path: Path) -> Opened | None:
    """From a snapshot on; None where it cannot be used, so that the log must tell everything."""
    try:
        head, content = read_snapshot(path)
        if not store.ends_with(head.n, bytes.fromhex(head.chain)):
            raise Unusable(path.name)  # noqa: TRY301 - as one that cannot be read
        found = restored(store, content)
    except Unusable:
        return None
    except Exception:
        logger.warning("a snapshot could not be read; the whole log is folded", exc_info=True)
        return None
    engine = found.engine
    engine.n, engine.seq, found.from_n = head.n, head.seq, head.n
    source = store.journal(head.n)
    assert source is not None  # noqa: S101 - it has a frame that ends with record n
    journal = Journal(source, Position(bytes.fromhex(head.chain), head.n, head.seq, head.at))
    try:
        found.follow(journal)
    except JournalBroken:
        return None  # the whole log says where, or shows that only the snapshot was wrong
    go_on(engine, journal, store, vault)
    return found


def restored(store: Store, content: bytes) -> Opened:
    """What was packed, at work again."""
    state = unpacked(content)
    engine = engine_over(state["district"])
    engine.keys.restore(state["keys"], lambda n: outcome_in(store.record(n)))
    look_on(engine, state["watchers"])
    engine.observers.append(state["seen"])
    return Opened(engine, state["watchers"], state["seen"])


def save(opened: Opened, path: Path) -> None:
    """Write a snapshot of a state that is committed. Raises OSError, and what a state makes of itself."""
    district, keys = opened.engine.district, opened.engine.keys.numbers()
    content = packed({"district": district, "keys": keys, "watchers": opened.watchers, "seen": opened.seen})
    write_snapshot(path, head_of(opened.position(), content), content)
