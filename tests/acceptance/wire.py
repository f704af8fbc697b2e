"""The small town, spoken to as a stranger does: by wire names and plain JSON, with every invariant looking on."""

from __future__ import annotations

from typing import Any

from engine import Outcome, Policy, new_engine, seeded_salt
from engine.catalogue import BY_TYPE
from engine.contract import envelope_from
from engine.invariants import attach
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import Seeing, read_at
from tests.towns import small_town


class Wire:
    """A door to the small town of `tests/towns.py`; `at` is the instant of what is said next (seconds UTC)."""

    def __init__(self, **changes: object) -> None:
        """`changes` of the policy by path, with `__` for a dot."""
        named = {path.replace("__", "."): value for path, value in changes.items()}
        self.engine = new_engine(Policy().changed(named), salt=seeded_salt(1))
        self.watchers = attach(self.engine)
        self.at = small_town(self.engine).clock
        self.said = 0

    def say(self, wire: str, actor: str, **fields: Any) -> Outcome:
        """Give a command under a new key."""
        self.said += 1
        found = {"type": wire, "v": BY_TYPE[wire].version, "key": f"say-{self.said}", "actor": actor, "at": self.at}
        return self.engine.execute(envelope_from({**found, "data": fields}))

    def must(self, wire: str, actor: str, **fields: Any) -> list[Any]:
        """Give a command that must be accepted; its events."""
        done = self.say(wire, actor, **fields)
        assert done.code is None, f"{wire} was answered by {done.code.name} {done.details}"
        return list(done.events)

    def refused(self, wire: str, actor: str, **fields: Any) -> str:
        """Give a command that must be refused; the name of the code."""
        done = self.say(wire, actor, **fields)
        assert done.code is not None, f"{wire} was accepted"
        return done.code.name

    def read(self, name: str, actor: str, **asked: Any) -> Any:
        """The answer to a read at the present instant."""
        self.engine.advance(self.at)
        read = READ_BY_NAME[name]
        kind, _, who = actor.partition(":")
        seeing = Seeing(self.at, self.engine.sealing.vault)
        return read_at(self.engine.district, read, read.parameters(**asked), (kind, who), seeing)

    def close(self) -> None:
        """Everything is looked at once more."""
        self.watchers.whole()
