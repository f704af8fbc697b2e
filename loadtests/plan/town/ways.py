"""The way of rows that time has worked on: cases, praises, the board, purchases. They are led there again as they came.

Their commands come at their own instants, so that a target with a driven clock lets the same limits pass, raises the
same cases and closes the same votes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadtests.plan.leading import PREFIXES
from loadtests.plan.rehearsal import made_in
from loadtests.plan.spoken import spoken
from loadtests.plan.story import Said
from loadtests.plan.town.numbering import switched, switched_off
from loadtests.plan.town.steps import Step, office
from loadtests.plan.town.touched import Touched

OWN = ("art", "vot", "qst", "rpt", "prs", "pay", *sorted(PREFIXES))
DESK = "district_desk"


NEEDS_POINTS = frozenset({"points.grant_award", "points.propose_deduction"})
"""What would be refused while points are off."""


def way_steps(found: Touched) -> Iterator[Step]:
    """The commands that led the touched rows to where they stand; points are on for a second where one needs them."""
    for each in _told(found):
        wanted = each.type in NEEDS_POINTS
        if wanted:
            yield from office(each.at - 1, switched(None), each.at)
        yield _step(found, each)
        if wanted:
            yield from office(each.at, switched_off(), each.at + 1)


def _told(found: Touched) -> list[Said]:
    """Each command once, in the order of the log: one may be about several rows, as a statement is."""
    told = {each.n: each for prefix in OWN for name in found.of(prefix) for each in found.story.ways.get(name, ())}
    return [told[n] for n in sorted(told)]


def _step(found: Touched, said: Said) -> Step:
    """A command of the log, by whoever the person is today, and to the member whom the rule chose then."""
    residents = found.district.residents
    data = spoken(said.type, said.data)
    for name in ("person", "praised"):
        if data.get(name) in residents.persons:
            data = {**data, name: residents.root(data[name])}
    kind, _, who = said.actor.partition(":")
    if kind == "resident" and who in residents.persons:
        who = residents.root(who)
    if said.type == "reporting.dispatch_report" and data["worker"] is None:
        chosen = said.view[0]["data"]["worker"]
        data = {**data, "worker": None if chosen == DESK else chosen}
    return Step(said.at, f"{kind}:{who}", said.type, data, made_in(said.view, said.data, said.actor))


def earliest_of(found: Touched) -> int | None:
    """The first instant of all these ways, and of requests under review."""
    names = [name for prefix in (*OWN, "bnd") for name in found.of(prefix)]
    return min((each.at for name in names for each in found.story.ways.get(name, ())), default=None)


def answer_steps(found: Touched, at: int) -> Iterator[Step]:
    """What the persons of the plan have answered, voted and read of what is still open."""
    board = found.district.board
    persons = set(found.of("per"))
    for name in found.of("qst"):
        row = board.questionnaires.get(name)
        if row is not None and row.state == "OPEN":
            yield from _answers(found, row, persons, at)
    for name in found.of("vot"):
        row = board.votes.get(name)
        if row is not None and row.state == "OPEN":
            yield from _ballots(row, persons, at)
    for name in found.of("art"):
        row = board.articles.get(name)
        if row is not None:
            for person in sorted(row.readers & persons):
                data = {"person": person, "article": name}
                yield Step(at, f"resident:{person}", "participation.read_article", data)


def _answers(found: Touched, row: Any, persons: set[str], at: int) -> Iterator[Step]:
    """A sheet that is valid whatever the policy says of haste and straight lines; what was chosen binds nobody."""
    residents, duration_s = found.district.residents, found.district.policy.participation.least_answer_s
    for response in row.answered.values():
        person = residents.root(row.responses[response].person)
        if person in persons:
            sheet = [1 + item % 3 for item in range(row.items)]
            data = {"person": person, "questionnaire": row.id, "answers": sheet, "duration_s": duration_s}
            yield Step(at, f"resident:{person}", "participation.submit_response", data, {"response": response})


def _ballots(row: Any, persons: set[str], at: int) -> Iterator[Step]:
    cast = set()
    for person, unit in row.entitled.items():
        if person in persons and unit in row.ballots and unit not in cast:
            cast.add(unit)
            data = {"person": person, "vote": row.id, "choices": list(row.ballots[unit])}
            yield Step(at, f"resident:{person}", "participation.cast_ballot", data)
