"""A small town with a notice board, built by commands: three households, somebody at work, a stranger.

per_1 owns dwl_1 and lives there with per_2; per_3 owns dwl_2; per_4 rents dwl_3; per_5 works in dwl_3; per_6 is known
and not bound. The officer and the residents act at `square.at`, which moves only when a test moves it.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from engine import Command, Outcome, Policy, new_engine, seeded_salt
from engine.binding.bindings import RegisterPerson, ScanBind
from engine.binding.places import AddBuilding, AddDwelling, IssueQr, OpenCommunity, OpenGrid
from engine.binding.workers import AppointWorker, AssignGrid
from engine.district.district import District
from engine.invariants import attach
from engine.kernel.command import Envelope
from engine.kernel.journal import Sink
from engine.kernel.units import DAY_S, HOUR_S
from engine.participation.questionnaires import DraftQuestionnaire, OpenQuestionnaire
from engine.participation.responses import SubmitResponse
from engine.participation.votes import CastBallot, DraftVote, OpenVote

NOON = 1_640_000_000 // DAY_S * DAY_S + 4 * HOUR_S  # noon at +08:00 of a day in December 2021
GOOD = (1, 2, 3, 1, 2, 3, 1, 2, 3, 1)
HOMES = {
    "per_1": ("dwl_1", "owner"),
    "per_2": ("dwl_1", "family"),
    "per_3": ("dwl_2", "owner"),
    "per_4": ("dwl_3", "tenant"),
    "per_5": ("dwl_3", "worker"),
}
CALM: dict[str, object] = {  # no cap withholds an award
    "points.rules.questionnaire.daily_cap": 0,
    "points.rules.vote.daily_cap": 0,
    "points.material_daily_cap": 0,
}


class Square:
    """The town, its clock, and short ways to act in it."""

    watched = False

    def __init__(self, sink: Sink | None = None, **changes: object) -> None:
        """`changes` of the policy by path, with `__` for a dot; no journal unless there is a sink for it."""
        named = {path.replace("__", "."): value for path, value in changes.items()}
        self.engine = new_engine(Policy().changed(named), sink=sink, salt=seeded_salt(1))
        if self.watched:
            attach(self.engine)
        self.at = NOON
        self.given = 0
        for command in (
            OpenCommunity("com_1", "north"),
            OpenGrid("grd_1", "com_1"),
            AppointWorker("wkr_1", "community_worker"),
            AssignGrid("wkr_1", "grd_1"),
            AddBuilding("bld_1", "grd_1"),
        ):
            self.office(command)
        for dwelling in ("dwl_1", "dwl_2", "dwl_3"):
            self.office(AddDwelling(dwelling, "bld_1"))
            self.office(IssueQr(dwelling))
        for person, (dwelling, relation) in HOMES.items():
            self.bind(person, dwelling, relation)
        self.office(RegisterPerson("per_6"))

    @property
    def district(self) -> District:
        """The state."""
        found: District = self.engine.district
        return found

    def give(self, command: Command, kind: str, who: str, key: str = "") -> Outcome:
        """Execute a command at the present instant under a fresh key."""
        self.given += 1
        return self.engine.execute(Envelope(key or f"key-{self.given}", kind, who, self.at, command))

    def office(self, command: Command) -> Outcome:
        """An officer acts."""
        return self.give(command, "officer", "office")

    def resident(self, command: Command, key: str = "") -> Outcome:
        """The resident acts whom the command names."""
        return self.give(command, "resident", command.person, key)  # type: ignore[attr-defined]

    def bind(self, person: str, dwelling: str, relation: str) -> Outcome:
        """Bind a person by the code of the dwelling."""
        code = next(each.id for each in self.district.grid.codes.values() if each.place == dwelling)
        return self.resident(ScanBind(person, code, dwelling, relation))  # type: ignore[arg-type]

    def vote(self, unit: str = "person", options: int = 3, choices: int = 1, quorum_bp: int = 0) -> str:
        """An open vote that closes in a week."""
        command = DraftVote(options, choices, unit, self.at + 7 * DAY_S, quorum_bp)  # type: ignore[arg-type]
        made = new_id(self.office(command))
        assert self.office(OpenVote(made)).ok
        return made

    def cast(self, person: str, vote: str, *choices: int) -> Outcome:
        """A person's ballot."""
        return self.resident(CastBallot(person, vote, choices))

    def questionnaire(self, *, rewarded: bool = True, unit: str = "person") -> str:
        """An open questionnaire of ten items, eight of them required, that closes in a week."""
        command = DraftQuestionnaire(10, 8, self.at + 7 * DAY_S, rewarded, unit)  # type: ignore[arg-type]
        made = new_id(self.office(command))
        assert self.office(OpenQuestionnaire(made)).ok
        return made

    def answer(self, person: str, questionnaire: str, answers: tuple[int, ...] = GOOD, duration_s: int = 90) -> Outcome:
        """A person's sheet."""
        return self.resident(SubmitResponse(person, questionnaire, answers, duration_s))


class Watched(Square):
    """A square at which every invariant looks."""

    watched = True


def new_id(outcome: Outcome) -> str:
    """The id that an accepted command made: the first field of its first event."""
    assert outcome.ok, outcome.code
    event: Any = outcome.events[0]
    found: str = getattr(event, fields(event)[0].name)
    return found


def code(outcome: Outcome) -> str:
    """The name of the answer: empty for an accepted command."""
    return "" if outcome.code is None else outcome.code.name


def types(outcome: Outcome) -> list[str]:
    """Names of the events of an outcome."""
    return [event.type for event in outcome.events]
