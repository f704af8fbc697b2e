"""Test results (F23): the person, the family doctor of the community and the guardian of a minor see them, nobody else.

The result stands sealed in the vault. Reading is a command, since every reading is logged: after an accepted
ReadResults the view `results` answers this reader at this instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.authority import covers_person
from engine.binding.bindings import living
from engine.binding.codes import PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.epidemic import Result, ResultRecorded
from engine.district.epidemic_looks import Asker, GuardianRegistered, ResultsRead
from engine.epidemic.codes import EPI_GUARDIAN_ITSELF, EPI_IN_FUTURE, EPI_IN_PAST, EPI_SAMPLE_KNOWN, EPI_TOO_OLD
from engine.epidemic.standing import family_doctor, oneself_or_guardian, recent, while_on
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import PersonId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Instant

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

LIVING = (PERSON_NOT_FOUND, PERSON_MERGED)
MEDICAL = {"grid": while_on(family_doctor), "officer": while_on(anyone)}


def asker(kind: str) -> Asker:
    """How the access log names a kind of actor."""
    return "grid" if kind == "grid" else "resident" if kind == "resident" else "officer"


@command(
    "epidemic.record_result", MEDICAL, (PERSON_NOT_FOUND, PERSON_MERGED, EPI_IN_FUTURE, EPI_TOO_OLD, EPI_SAMPLE_KNOWN)
)
class RecordResult(Command):
    """The result of a sample taken at `sample_at`; the health code (F20) follows from it."""

    person: PersonId
    sample_at: Instant
    result: Result

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A sample with its result."""
        person = living(district, self.person)
        recent(self.sample_at, by.at)
        rows = district.residents.rows_of(person.id)
        known = [each.sample_at for row in rows for each in district.epidemic.samples.get(row, ())]
        if self.sample_at in known:
            raise Rejected(EPI_SAMPLE_KNOWN)
        return (ResultRecorded(person.id, self.sample_at, self.result),)


@command(
    "epidemic.read_results",
    {"grid": while_on(family_doctor), "resident": while_on(oneself_or_guardian)},
    LIVING,
)
class ReadResults(Command):
    """Ask for a person's test results. The answer is in the view, the reading in the log."""

    person: PersonId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The reading, logged even where there is no result, so that the log does not tell who has one."""
        person = living(district, self.person)
        return (ResultsRead(person.id, asker(by.kind), by.who),)


@command(
    "epidemic.register_guardian",
    {"grid": while_on(covers_person("person")), "officer": while_on(anyone)},
    (PERSON_NOT_FOUND, PERSON_MERGED, EPI_GUARDIAN_ITSELF, EPI_IN_PAST),
)
class RegisterGuardian(Command):
    """Let `guardian` see the test results of a minor until the minor is of age."""

    person: PersonId
    guardian: PersonId
    until: Instant

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A guardian."""
        for each in (self.person, self.guardian):
            if each not in district.residents.persons:
                raise Rejected(PERSON_NOT_FOUND, person=each)
        person, guardian = living(district, self.person), living(district, self.guardian)
        if person.id == guardian.id:
            raise Rejected(EPI_GUARDIAN_ITSELF)
        if self.until <= by.at:
            raise Rejected(EPI_IN_PAST, now=by.at)
        return (GuardianRegistered(district.ids.new("gua"), person.id, guardian.id, self.until),)
