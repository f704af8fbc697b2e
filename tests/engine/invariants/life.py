"""A seeded random life of the small town: every command of the catalogue, mostly possible, in any order.

Values come from what is there: an id of a living row most of the time, of a past or unknown one at times. Who gives a
command is whoever may, most of the time. So a walk of a few thousand commands reaches every event.
"""

from __future__ import annotations

from dataclasses import fields
from random import Random
from typing import Any, Literal, get_args, get_origin, get_type_hints

from engine import Engine, Envelope, Policy, new_engine, seeded_salt
from engine.administration import Sweep
from engine.catalogue import COMMANDS
from engine.kernel.command import Command
from engine.kernel.ids import ID_DIGITS
from engine.kernel.units import DAY_S, Personal, civil_day, day_start
from tests.engine.invariants.luck import LIVELY, NAMED, NEVER_GIVEN, OFTEN, PAUSES_S, RARE, REST_WEIGHT, WANTED
from tests.towns import Town, small_town
from tests.witness import Witness

DEFAULTS = {"merchant": "mer_1", "channel": "alipay", "biller": "bil_1"}
"""Companies of each kind that speak when a command names none."""
OFFICES = {"officer": "off_1", "system": "clock", "visitor": "v-1"}
STRETCH, EAGER = 100, 3  # for so many commands people care so much more for one subject
VALUE = ("points", "payments")  # worth nothing without each other
THEMES = tuple(sorted({each.type.partition(".")[0] for each in COMMANDS} - {"clock", "policy", "vault", *VALUE}))


def lively(**more: object) -> Policy:
    """The lively policy, with other numbers by path (`__` for a dot)."""
    return Policy().changed({**LIVELY, **{name.replace("__", "."): value for name, value in more.items()}})


class Life:
    """A town, its luck, and the commands that it gives."""

    def __init__(self, seed: int, engine: Engine | None = None, policy: Policy | None = None) -> None:
        """A small town with a fourth worker kind and nobody else's business yet, and no witness: luck knows no door."""
        self.seed, self.luck = seed, Random(seed)  # noqa: S311 - a test, the same in every run
        self.engine = engine or new_engine(policy or lively(), salt=seeded_salt(seed))
        self.town: Town = small_town(self.engine)
        self.engine.observers = [each for each in self.engine.observers if not isinstance(each, Witness)]
        self.at = self.town.clock
        self.given = 0
        self.wanted: tuple[str, ...] = ()
        self.named: dict[str, Any] = {}  # values of the command in the making, first fields first
        self.offered: str | None = None
        self._kinds = [each for each in COMMANDS if each.type not in NEVER_GIVEN]
        self._turn()

    def live(self, commands: int) -> None:
        """Give some commands, one after the other."""
        for _ in range(commands):
            self.step()

    def _turn(self) -> None:
        """Some subject is what people talk about for a while: what takes many steps is then seen to its end."""
        theme = self.luck.choice((VALUE, *[(each, "points") for each in THEMES]))
        rest = [each for each in self._kinds if each.type not in RARE and each.type not in OFTEN]
        usual = REST_WEIGHT / len(rest)  # so that a longer catalogue does not crowd out what happens most
        often = {each.type: 0.2 if each.type in RARE else OFTEN.get(each.type, usual) for each in self._kinds}
        self._weights = [often[each.type] * (EAGER if each.type.startswith(theme) else 1) for each in self._kinds]

    def rest(self, days: int) -> None:
        """Nobody does anything for some days, but for the clock."""
        self.at += days * DAY_S
        self.engine.execute(Envelope(f"rest-{self.given}", "system", "clock", self.at, Sweep()))

    def step(self) -> Any:
        """Give one command; its answer."""
        self.at = max(self.at + self.luck.choice(PAUSES_S), self.engine.district.at)
        if self.luck.random() < 0.02:  # the last second of a day, or the first
            self.at = max(self.at, day_start(civil_day(self.at) + 1) - self.luck.randrange(2))
        if self.given % STRETCH == 0:
            self._turn()
        (kind,) = self.luck.choices(self._kinds, self._weights)
        command = self.command(kind)
        self.given += 1
        actor, who = self.actor(command)
        by = Envelope(f"life-{self.given}", actor, who, self.at, command)
        outcome = self.engine.execute(by)
        if self.luck.random() < 0.02:
            assert self.engine.execute(by).code is outcome.code
        return outcome

    def command(self, kind: type[Command]) -> Command:
        """A command with values from the town."""
        hints = get_type_hints(kind, include_extras=True)
        self.wanted = WANTED.get(kind.type, ()) if self.luck.random() < 0.9 else ()
        self.named = {}
        for each in fields(kind):  # type: ignore[arg-type]
            self.named[each.name] = self.value(kind.type, each.name, hints[each.name])
        made: Command = kind(**self.named)
        return made

    def actor(self, command: Command) -> tuple[str, str]:
        """Who may give it, of one of its kinds of actors."""
        kind = self.luck.choice(sorted(command.actors))
        if "visitor" in command.actors:
            kind = "visitor" if getattr(command, "person", None) is None else "resident"
        if kind in OFFICES:
            return kind, OFFICES[kind]
        if kind in DEFAULTS:
            return kind, self._company(kind, command)
        named = {"resident": self._resident, "rider": self._rider, "grid": self._member}
        return kind, named[kind](command)

    def _resident(self, command: Any) -> str:
        """Who acts for oneself, or on what is one's own."""
        return getattr(command, "person", "") or self._owner(command)

    def _rider(self, command: Any) -> str:
        """The rider whom a command names, or who has the order that it names."""
        order = self.engine.district.market.orders.get(getattr(command, "order", ""))
        return getattr(command, "rider", "") or (order.rider if order is not None else "") or "rid_1"

    def _member(self, command: Any) -> str:
        """A grid member, mostly one in whose hands something is, or who covers the grid that a command names."""
        rows = self.engine.district.grid
        row = self.engine.district.cases.reports.get(getattr(command, "report", ""))
        if row is not None and row.assignee and self.luck.random() < 0.8:
            return str(row.assignee)
        visit = self.engine.district.visits.under_way.get(getattr(command, "visit", ""))
        if visit is not None and self.luck.random() < 0.9:
            return str(visit.visitor)
        grid = rows.grids.get(getattr(command, "grid", ""))
        near = grid.workers if grid is not None and self.luck.random() < 0.8 else ()
        return str(self.luck.choice(sorted(near or rows.workers)))

    def _company(self, kind: str, command: Any) -> str:
        """The company of a kind that a command names, itself or through what it is about."""
        district = self.engine.district
        named = {"checkout": district.checkouts.checkouts, "channel_refund": district.channel_refunds,
                 "bill": district.bills.bills, "payment": district.trade.payments,
                 "order": district.market.orders, "offer": district.market.offers}  # fmt: skip
        rows = [rows[each] for name, rows in named.items() if (each := getattr(command, name, "")) in rows]
        found = getattr(command, kind, "") or next((getattr(row, kind) for row in rows), "")
        return found or DEFAULTS[kind]

    def _owner(self, command: Any) -> str:
        """The person whose case, response or binding a command names."""
        district = self.engine.district
        sheets = district.board.questionnaires.values()
        rows = {
            **{each: row.reporter for each, row in district.cases.reports.items()},
            **{each: row.person for sheet in sheets for each, row in sheet.responses.items()},
            **{each: row.person for each, row in district.residents.bindings.items()},
            **{each: row.person for each, row in district.voices.suggestions.items()},
            **{each: row.person for each, row in district.voices.posts.items()},
            **{each: district.residents.root(row.person) for each, row in district.checkouts.checkouts.items()},
            **{each: district.residents.root(row.person) for each, row in district.deductions.deductions.items()},
            **{each: district.residents.root(row.person) for each, row in district.market.orders.items()},
        }
        things = ("report", "response", "binding", "checkout", "deduction", "order", "suggestion", "post")
        named = (getattr(command, name, "") for name in things)
        return next((rows[each] for each in named if rows.get(each)), "per_1")

    def value(self, wire: str, name: str, hint: Any) -> Any:
        """A value for one field."""
        named = NAMED.get(f"{wire}.{name}") or NAMED.get(name)
        if named is not None:
            return named(self)
        marks, plain = getattr(hint, "__metadata__", ()), hint
        while hasattr(plain, "__metadata__"):
            marks, plain = plain.__metadata__, get_args(plain)[0]
        if type(None) in get_args(plain):
            inner = next(each for each in get_args(plain) if each is not type(None))
            return None if self.luck.random() < 0.5 else self.value(wire, name, inner)
        if get_origin(plain) is Literal:
            return self.luck.choice(get_args(plain))
        if plain is bool:
            return self.luck.random() < 0.5
        if plain is int:
            return self.luck.randrange(1, 6)
        if any(isinstance(mark, Personal) for mark in marks):
            return "broken lamp"
        raise TypeError(f"no value for {wire}.{name}: add it to NAMED in tests/engine/invariants/life.py")

    def some(self, rows: Any, prefix: str) -> str:
        """An id of one of the rows, the newest ones first; at times one that is retired or was never made."""
        names = list(rows)
        if self.wanted and isinstance(rows, dict) and hasattr(next(iter(rows.values()), None), "state"):
            names = [name for name, row in rows.items() if row.state in self.wanted]
        if names and self.luck.random() < 0.97:
            return str(self.luck.choice(names[-4:] if self.luck.random() < 0.5 else names))
        last = self.engine.district.ids.last.get(prefix, 0)
        return f"{prefix}_{self.luck.randrange(1, last + 2):0{ID_DIGITS}d}"

    def later(self, days: int) -> int:
        """An instant within some days."""
        return self.at + self.luck.randrange(1, days * DAY_S)
