"""Close contacts (F22): two check-ins at one place within the policy's window.

Places are sealed, so no rule compares them. A doctor or an officer looks for the contacts of a person (a command,
since every look is logged), the view `close_contacts` opens the vault for that look, and what a check-in was is said
by JudgeExposure, whose verdict is sealed as well. The last verdict about a check-in counts, so one can be taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.bindings import living
from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.epidemic import CheckedIn, ExposureJudged, Place, Verdict
from engine.district.epidemic_looks import ContactsScreened
from engine.epidemic.codes import CHECK_IN_NOT_FOUND, EPI_FORGOTTEN, EPI_NOT_OWN
from engine.epidemic.results import LIVING, MEDICAL, asker
from engine.epidemic.standing import while_on
from engine.kernel.command import Command, Envelope, command, own
from engine.kernel.event import Event
from engine.kernel.ids import CheckInId, PersonId
from engine.kernel.rejection import Rejected

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


@command(
    "epidemic.check_in",
    {"resident": while_on(own("person"))},
    (PERSON_NOT_FOUND, PERSON_MERGED, PERSON_NOT_BOUND),
)
class CheckIn(Command):
    """Scan the code of a place on entering it."""

    person: PersonId
    place: Place

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A check-in."""
        person = living(district, self.person)
        if not person.active_bindings:
            raise Rejected(PERSON_NOT_BOUND)
        return (CheckedIn(district.ids.new("chk"), person.id, self.place),)


@command("epidemic.screen_contacts", MEDICAL, LIVING)
class ScreenContacts(Command):
    """Look for the close contacts of a person. The answer is in the view, the look in the log."""

    person: PersonId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The look."""
        person = living(district, self.person)
        return (ContactsScreened(person.id, asker(by.kind), by.who),)


@command(
    "epidemic.judge_exposure",
    MEDICAL,
    (PERSON_NOT_FOUND, CHECK_IN_NOT_FOUND, PERSON_MERGED, EPI_NOT_OWN, EPI_FORGOTTEN),
)
class JudgeExposure(Command):
    """Say that a check-in of a person was a close contact, or that it was none after all."""

    person: PersonId
    check_in: CheckInId
    verdict: Verdict

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A verdict about the person's own check-in."""
        if self.person not in district.residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        found = district.epidemic.check_ins.get(self.check_in)
        if found is None and not district.ids.issued(self.check_in):
            raise Rejected(CHECK_IN_NOT_FOUND)
        person = living(district, self.person)
        if found is not None and district.residents.root(found.person) != person.id:
            raise Rejected(EPI_NOT_OWN)
        if found is None:
            raise Rejected(EPI_FORGOTTEN)
        return (ExposureJudged(person.id, found.id, found.at, self.verdict),)
