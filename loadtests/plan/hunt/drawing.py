"""Drawing commands by the types of their fields, and asking the model what it would answer.

A decision reads only, so the model can be asked without being changed. That takes the place of a table of which command
is possible when: a few draws are tried, and the model says which of them it would accept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from random import Random
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo
from pydantic.types import StringConstraints

from engine import Command, Engine, Envelope, Rejected
from engine.contract import codes
from engine.district.merchants import Channel
from loadtests.plan.hunt.pools import Pools, leaves
from loadtests.plan.instants import INSTANT, instant_fields
from loadtests.plan.rehearsal import ACCEPTED
from loadtests.plan.spoken import WORDS

NUMBERS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("fen", (0, 1, 2, 3, 4, 7, 9, 10, 33, 66, 100, 333, 1_000, 2_000, 10_000, 100_000)),
    ("points", (0, 0, 1, 1, 2, 3, 5, 9, 20, 97)),
    ("bp", (0, 1_000, 3_000, 5_000, 5_001, 10_000)),
    ("_s", (0, 19, 20, 60, 3_600)),
    ("days", (0, 1, 2, 180)),
    ("cap", (0, 5, 100)),
    ("", (0, 1, 1, 2, 2, 3, 3, 4)),
)
"""Values by the unit, which stands last in a field's name; what has none counts things that people see at a glance."""
AHEAD_S = (1, 60, 3_600, 6 * 3_600, 6 * 3_600, 86_400, 86_400, 86_400, 2 * 86_400, 4 * 86_400)
LONGEST_LIST = 3
LATEST_FEW = 8
LARGEST = 2**53 - 1
HELD_SHARE = 0.8
PREFIXES = {"grid": "wkr", "merchant": "mer", "rider": "rid", "biller": "bil"}
"""Kinds of actors whose ids stand in rows, by the prefix of the ids."""
UNMADE = "_99999999"
"""Ends ids that no target makes by itself; somebody may register under one all the same."""
UNKNOWN_SHARE, FRESH_SHARE, REUSED_SHARE = 0.02, 0.25, 0.15
ANY_NAME = "^[A-Za-z0-9._:-]{1,80}$"
LIMITS = frozenset(code.name for code in codes() if code.precedence.name in {"LIMIT", "BALANCE"})
DESKS = {"officer": ("off_1",), "system": ("clock",), "channel": get_args(Channel), "visitor": ("passer",)}
"""Actors that have no row."""
LONG_AGO = {"vault.purge.before"}
"""Other content cannot be told from a repeat any more once its values are purged, and gets the answer again."""
STEADY = ("points", "payments", "idempotency")
KEYS = {"points.propose_deduction.rule": ("points", "deductions")}
"""Names that stand in a table of the policy which is not called as the field is."""
NEW_NAMES = {"policy.set_rule.rule": "hunted"}
"""Fields that would spoil the hunt if they named what is there: a rule without points ends all awards by it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A command and who gives it; `answer` is what the model would say, ACCEPTED or the name of a code."""

    command: Command
    kind: str
    who: str
    answer: str = ACCEPTED

    @property
    def accepted(self) -> bool:
        """True if the model would accept it."""
        return self.answer == ACCEPTED


@dataclass(slots=True)
class Drawing:
    """Draws commands for a model engine at the instant `now`. `forced` narrows ids of a prefix to some."""

    engine: Engine
    luck: Random
    seed: int = 0
    forced: dict[str, list[str]] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    made: int = 0
    now: int = 0
    limited: Candidate | None = None
    pools: Pools = field(init=False)

    def __post_init__(self) -> None:
        """Look where rows are."""
        self.pools = Pools(self.engine.district)

    def best(self, kind: type[Command], tries: int) -> Candidate:
        """The first draw that the model would accept, else one that was rejected by a rule, not by rank.

        What a limit or a balance refused on the way is kept in `limited`: only some state says no to it.
        """
        refused: Candidate | None = None
        for _ in range(tries):
            found = self.asked(self.drawn(kind))
            if found.accepted:
                return found
            if found.answer in LIMITS:
                self.limited = found
            if refused is None or found.answer not in {"FORBIDDEN", "OUT_OF_GRID"}:
                refused = found
        assert refused is not None  # noqa: S101 - tries is at least 1
        return refused

    def take_limited(self) -> Candidate | None:
        """What a limit has refused since this was asked for last."""
        found, self.limited = self.limited, None
        return found

    def asked(self, given: Candidate) -> Candidate:
        """What the model would answer now."""
        engine = self.engine
        authority = given.command.actors.get(given.kind)
        refusal = authority(given.command, engine.district, given.who) if authority is not None else None
        if authority is None or refusal is not None:
            return replace(given, answer=refusal.name if refusal is not None else "FORBIDDEN")
        by = Envelope("asked", given.kind, given.who, self.now, given.command)
        try:
            given.command.decide(engine.district, engine.district.policy, by)
        except Rejected as rejected:
            return replace(given, answer=rejected.code.name)
        return replace(given, answer=ACCEPTED)

    def drawn(self, kind: type[Command]) -> Candidate:
        """A command with values of the types of its fields, and somebody who may give it as a rule."""
        values = {name: self.value(f"{kind.type}.{name}", hint) for name, hint in types_of(kind).items()}
        instants = instant_fields(kind.type)
        if len(instants) > 1:  # what opens, closes, begins and ends does so in this order
            values |= dict(zip(instants, sorted(values[each] for each in instants), strict=True))
        command = kind(**values)
        actor = self.luck.choice(sorted(kind.actors))
        return Candidate(command, actor, self._who(actor, values))

    def _who(self, actor: str, values: Mapping[str, Any]) -> str:
        if actor == "resident":
            if "person" in values:
                return str(values["person"])
            named = [each for each in values.values() if isinstance(each, str)]
            owned = [who for each in named for who in self.pools.owners(each)]
            return self.luck.choice(owned) if owned else self._id("per")
        if actor in PREFIXES:
            return self._holder(PREFIXES[actor], values)
        return str(self.luck.choice(DESKS[actor]))

    def _holder(self, prefix: str, values: Mapping[str, Any]) -> str:
        """Mostly somebody whom the values name, or in whose hands is what they name."""
        named = [each for each in values.values() if isinstance(each, str)]
        held = [each for each in named if each.startswith(f"{prefix}_")]
        held += [who for each in named for who in self.pools.holders(each, prefix)]
        return self.luck.choice(held) if held and self.luck.random() < HELD_SHARE else self._id(prefix)

    def value(self, where: str, hint: Any) -> Any:
        """A value of a type; `where` is `command.field`."""
        plain = get_args(hint)[0] if getattr(hint, "__metadata__", ()) else hint
        origin, parts = get_origin(plain), get_args(plain)
        if origin in (Union, UnionType):
            return self._optional(where, parts)
        if origin is Literal:
            return self.luck.choice(parts)
        if origin is tuple:
            return self._several(where, parts)
        if plain is bool:
            return self.luck.random() < 0.5  # noqa: PLR2004 - a coin
        if plain is int:
            return self._long_ago() if where in LONG_AGO else self._number(where, hint)
        if plain is str:
            return self._text(where, hint)
        raise TypeError(f"no value for {where}: say in loadtests/plan/hunt/drawing.py how a {hint!r} is drawn")

    def _optional(self, where: str, parts: tuple[Any, ...]) -> Any:
        inner = next(each for each in parts if each is not NoneType)
        return None if self.luck.random() < 0.5 else self.value(where, inner)  # noqa: PLR2004 - a coin

    def _several(self, where: str, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        if where == "policy.change.changes":
            return (self._change(),)
        if parts[-1] is Ellipsis:
            length = self.luck.randint(1, LONGEST_LIST)
            if get_args(parts[0])[:1] == (int,) and self.luck.random() < 0.5:  # noqa: PLR2004 - a coin
                return tuple(self.luck.sample(range(length), length))  # a choice of options names each one once
            return tuple(self.value(where, parts[0]) for _ in range(length))
        return tuple(self.value(where, each) for each in parts)

    def _change(self) -> tuple[str, str]:
        """One number of the policy, one up: whatever it is, the town stays one in which much happens.

        Numbers of value stay, since an audit states the arithmetic of points and payments on its own, under one policy.
        """
        numbers = leaves(self.engine.district.policy.document())
        path, number = self.luck.choice([each for each in numbers if each[0].partition(".")[0] not in STEADY])
        return path, str(number + 1)

    def _long_ago(self) -> int:
        """An instant before the life of any living key."""
        kept_s: int = self.engine.district.policy.idempotency.retention_s
        return max(0, self.now - kept_s - self.luck.choice(AHEAD_S))

    def _number(self, where: str, hint: Any) -> int:
        if hint == INSTANT:
            return max(0, self.now + self.luck.choice(AHEAD_S) * self.luck.choice((1, 1, 1, 1, -1)))
        least, most = bounds_of(hint)
        usual = next(numbers for unit, numbers in NUMBERS if where.endswith(unit))
        return min(most, max(least, self.luck.choice(usual)))

    def _text(self, where: str, hint: Any) -> str:
        pattern = next((mark.pattern for mark in marks_of(hint) if isinstance(mark, StringConstraints)), None)
        if pattern is None:
            return self.luck.choice(WORDS)
        if pattern == ANY_NAME:
            if where in KEYS:
                part, table = KEYS[where]
                names: list[str] = list(getattr(getattr(self.engine.district.policy, part), table))
                return self.luck.choice(names)
            if where in NEW_NAMES:
                return f"{NEW_NAMES[where]}{self.fresh()}"
            return self.luck.choice(self.pools.names(where.rpartition(".")[2]))
        prefix = str(pattern).removeprefix("^").partition("_")[0]
        return self._id(prefix) if prefix.isalpha() else self._evidence()

    def _id(self, prefix: str) -> str:
        """An id of a row that is there, often of a new one; at times a fresh one, or one that was never made."""
        there = self.forced.get(prefix)
        if there is not None:
            return self.luck.choice(there)
        there = self.pools.ids(prefix)
        roll = self.luck.random()
        if roll < UNKNOWN_SHARE:
            return f"{prefix}{UNMADE}"
        if not there or roll < (FRESH_SHARE if len(there) < LATEST_FEW else UNKNOWN_SHARE * 2):
            return f"{prefix}_h{self.fresh()}"
        return self.luck.choice(there[-LATEST_FEW:] if self.luck.random() < 0.5 else there)  # noqa: PLR2004 - a coin

    def newcomer(self) -> str:
        """The id of a person whom nobody knows."""
        return f"per_h{self.fresh()}"

    def _evidence(self) -> str:
        if self.evidence and self.luck.random() < REUSED_SHARE:
            return self.luck.choice(self.evidence[-LATEST_FEW:])
        self.evidence.append(f"ev_h{self.seed}-{self.fresh()}")
        return self.evidence[-1]

    def with_evidence(self, candidate: Candidate) -> Candidate:
        """The same with evidence that nobody has cited, where it cites some."""
        command = candidate.command
        hints = types_of(type(command))
        cited = [name for name, hint in hints.items() if getattr(command, name) and _is_evidence(hint)]
        if not cited:
            return candidate
        self.evidence.append(f"ev_h{self.seed}-{self.fresh()}")
        return replace(candidate, command=replace(command, **dict.fromkeys(cited, self.evidence[-1])))  # type: ignore[type-var]

    def fresh(self) -> int:
        """A number that was not used before."""
        self.made += 1
        return self.made


def _is_evidence(hint: Any) -> bool:
    """Whether values of a type are ids that come from outside, of whatever kind."""
    patterns = (mark.pattern for mark in marks_of(hint) if isinstance(mark, StringConstraints))
    found = str(next(patterns, ANY_NAME) or ANY_NAME)
    return found != ANY_NAME and not found.removeprefix("^").partition("_")[0].isalpha()


def types_of(kind: Any) -> dict[str, Any]:
    """The fields of a command with their annotated types."""
    return _types_of(kind)


@cache
def _types_of(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {each.name: hints[each.name] for each in fields(kind)}


def marks_of(hint: Any) -> Iterator[Any]:
    """What an annotation says about a value, pydantic's bundles opened."""
    for mark in getattr(hint, "__metadata__", ()):
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)


def bounds_of(hint: Any) -> tuple[int, int]:
    """The least and the largest value of a whole number's type."""
    said = {type(mark): mark for mark in marks_of(hint)}
    least = said[Ge].ge if Ge in said else said[Gt].gt + 1 if Gt in said else 0
    most = said[Le].le if Le in said else said[Lt].lt - 1 if Lt in said else LARGEST
    return least, most
