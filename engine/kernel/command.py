"""Commands: what somebody wants. A command decides by reading only; who may give it is declared beside its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, dataclass_transform

from pydantic import ConfigDict

from engine.kernel.encoding import encoder, envelope_writer
from engine.kernel.event import Event
from engine.kernel.rejection import FORBIDDEN, Code
from engine.kernel.units import Personal
from engine.kernel.vault import personal_fields

Authority = Callable[[Any, Any, str], Code | None]
STRICT = ConfigDict(extra="forbid", strict=True)
PERSONAL_FIELDS: dict[str, Personal] = {}
"""The registry of personal fields, as `wire name of the command.field`: filled as commands are declared."""


class Command:
    """One intention. `decide` reads the district and the policy, returns events, or raises `Rejected`."""

    __slots__ = ()
    type: ClassVar[str]
    version: ClassVar[int] = 1
    actors: ClassVar[Mapping[str, Authority]]
    codes: ClassVar[tuple[Code, ...]]
    personal: ClassVar[tuple[str, ...]]
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    def encode(self) -> str:
        """Canonical JSON of the fields; compiled when the class is declared."""
        raise NotImplementedError

    def envelope(self, by: Any) -> str:
        """The envelope `by` around this command in a journal record; compiled when the class is declared."""
        raise NotImplementedError

    def decide(self, district: Any, policy: Any, by: Any) -> Sequence[Event]:
        """Events that follow from this command given by the envelope `by`."""
        raise NotImplementedError


@dataclass(slots=True)
class Envelope:
    """A command on its way: idempotency key, actor (kind and id), instant in seconds UTC.

    `sealed` says that personal fields already hold commitments, as they do in a journal record.
    """

    key: str
    kind: str
    who: str
    at: int
    command: Command
    sealed: bool = False


@dataclass(slots=True)
class Outcome:
    """The answer to an envelope. `n` is the number of its journal record, 0 where it leaves no record."""

    by: Envelope
    code: Code | None
    n: int
    first_seq: int
    events: Sequence[Event] = ()
    details: Mapping[str, int | str] | None = None

    @property
    def ok(self) -> bool:
        """True if the command was accepted."""
        return self.code is None


def anyone(_command: object, _district: object, _who: str) -> Code | None:
    """Authority of an actor kind that may give the command for everybody."""
    return None


def own(name: str) -> Authority:
    """Authority of an actor who may act only for oneself: the field `name` must hold the actor's id."""

    def authorise(command: object, _district: object, who: str) -> Code | None:
        return None if getattr(command, name) == who else FORBIDDEN

    return authorise


@dataclass_transform()
def command(wire: str, actors: Mapping[str, Authority], codes: Sequence[Code]) -> Callable[[type], Any]:
    """Declare a command: its wire name, who may give it, and its rejections in order of precedence."""

    def declare(kind: type) -> Any:
        made: Any = dataclass(slots=True)(kind)
        made.type = wire
        made.actors = dict(actors)
        made.codes = tuple(codes)
        personal = personal_fields(made)
        made.personal = tuple(personal)
        PERSONAL_FIELDS.update({f"{wire}.{name}": mark for name, mark in personal.items()})
        made.encode = encoder(made)
        made.envelope = envelope_writer(made, wire, made.version)
        return made

    return declare
