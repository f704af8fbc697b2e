"""The small town behind the door: commands as envelopes, reads by name, every invariant looking on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import Policy, Rejected, new_engine, seeded_salt
from engine.contract import envelope_from
from engine.invariants import attach
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import read_now
from tests.towns import Town, small_town

OFFICER = "officer:off_1"


class Door:
    """A town that is spoken to as a stranger would: `says` gives a command, `asks` a read."""

    def __init__(self, policy: Mapping[str, object] | None = None) -> None:
        """The small town under the platform's policy, with some numbers changed by path."""
        self.engine = new_engine(Policy().changed(policy or {}), salt=seeded_salt(1))
        self.watchers = attach(self.engine)
        self.town: Town = small_town(self.engine)
        self.at = self.town.clock
        self.said = 0

    def answer(self, actor: str, wire: str, **data: Any) -> Any:
        """The outcome of a command; `after_s` is the time since the one before."""
        self.at += data.pop("after_s", 0)
        self.said += 1
        envelope = {"type": wire, "v": 1, "key": f"d-{self.said}", "actor": actor, "at": self.at, "data": data}
        return self.engine.execute(envelope_from(envelope))

    def code(self, actor: str, wire: str, **data: Any) -> str:
        """The name of the code that a command is answered by, `ok` for an accepted one."""
        outcome = self.answer(actor, wire, **data)
        return outcome.code.name if outcome.code is not None else "ok"

    def says(self, actor: str, wire: str, **data: Any) -> list[Any]:
        """The events of a command that must be accepted."""
        outcome = self.answer(actor, wire, **data)
        assert outcome.ok, (wire, outcome.code, outcome.details)
        return list(outcome.events)

    def made(self, field: str, actor: str, wire: str, **data: Any) -> str:
        """An id that the first event of an accepted command names."""
        return str(getattr(self.says(actor, wire, **data)[0], field))

    def asks(self, actor: str, name: str, **values: Any) -> Any:
        """The answer of a read, or the name of the code that refuses it."""
        read, (kind, _, who) = READ_BY_NAME[name], actor.partition(":")
        try:
            asked = read.parameters(**values)
            return read_now(self.engine.district, read, asked, (kind, who), self.engine.sealing.vault)
        except Rejected as refused:
            return refused.code.name

    def wait(self, seconds: int) -> None:
        """Time passes, and what is due happens."""
        self.says("system:clock", "clock.sweep", after_s=seconds)

    def close(self) -> None:
        """Every invariant looks at everything once more."""
        self.watchers.whole()
