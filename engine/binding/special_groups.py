"""Special groups (F04): a grid member tags a person on evidence, so that service can be aimed at them.

Which group it is stands sealed in the vault. Reading is a command, since every reading is logged: after an accepted
ReadTags the view `special_tags` answers this reader at this instant. Merchants and riders have no such command.
Refusing an optional purpose (consents) never blocks anything here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.authority import cares_for, covers_person, person_covered
from engine.binding.bindings import living
from engine.binding.codes import (
    CONSENT_NOT_GIVEN,
    CONSENT_STANDS,
    PERSON_MERGED,
    PERSON_NOT_FOUND,
    TAG_ENDED,
    TAG_NO_EVIDENCE,
    TAG_NOT_FOUND,
)
from engine.district.care import CarePlanned
from engine.district.special_groups import (
    ConsentGiven,
    ConsentWithdrawn,
    Group,
    ReaderKind,
    SpecialTagged,
    SpecialUntagged,
    TagsRead,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import EvidenceId, PersonId, TagId
from engine.kernel.rejection import Code, Rejected
from engine.kernel.units import Name, after_days, civil_day, day_start

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

LIVING = (PERSON_NOT_FOUND, PERSON_MERGED)


@command(
    "binding.tag_special",
    {"grid": covers_person("person")},
    (PERSON_NOT_FOUND, TAG_NO_EVIDENCE, PERSON_MERGED),
)
class TagSpecial(Command):
    """Tag a person on evidence (a record, an assessment, a visit) that stands behind no other tag."""

    person: PersonId
    tag: Group
    evidence: EvidenceId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A tag in force until the policy's days are over, and with the first one a plan of care visits."""
        rows = district.special_groups
        if self.person in district.residents.persons and self.evidence in rows.evidence:
            raise Rejected(TAG_NO_EVIDENCE)
        person = living(district, self.person)
        valid_to = day_start(civil_day(by.at) + 1 + policy.binding.tag_days)
        tagged = SpecialTagged(district.ids.new("tag"), person.id, self.tag, self.evidence, by.who, valid_to)
        if person.id in district.care.plans:
            return (tagged,)
        return (tagged, CarePlanned(person.id, after_days(by.at, policy.grid.care_days)))


def _covers_tagged(command: UntagSpecial, district: District, who: str) -> Code | None:
    tag = district.special_groups.tags.get(command.tag)
    return person_covered(district, tag.person, who) if tag is not None else None


@command("binding.untag_special", {"grid": _covers_tagged, "officer": anyone}, (TAG_NOT_FOUND, TAG_ENDED))
class UntagSpecial(Command):
    """Take a tag off before it lapses."""

    tag: TagId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A tag that is no longer in force."""
        tag = district.special_groups.tags.get(self.tag)
        if tag is None:
            raise Rejected(TAG_ENDED if district.ids.issued(self.tag) else TAG_NOT_FOUND)
        return (SpecialUntagged(tag.id, tag.person, "withdrawn"),)


def lapse(district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `special_tag`: a tag that nobody confirmed by a new one is no longer in force."""
    return [SpecialUntagged(waiting, district.special_groups.tags[waiting].person, "lapsed")]


def may_read(district: District, person: str, kind: ReaderKind, who: str) -> Code | None:
    """Why a reader may not see a person's tags: own ones, covered persons, and for care roles their community."""
    return own("person")(ReadTags(person), district, who) if kind == "resident" else cares_for(district, person, who)


def _grid_reads(command: ReadTags, district: District, who: str) -> Code | None:
    return may_read(district, command.person, "grid", who)


@command("binding.read_tags", {"grid": _grid_reads, "resident": own("person")}, LIVING)
class ReadTags(Command):
    """Ask for a person's tags; a person may read the own ones. The answer is in the view, the reading in the log."""

    person: PersonId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The reading, logged even where there is no tag, so that the log does not tell who has one."""
        person = living(district, self.person)
        return (TagsRead(person.id, "grid" if by.kind == "grid" else "resident", by.who),)


@command("binding.give_consent", {"resident": own("person")}, (*LIVING, CONSENT_STANDS))
class GiveConsent(Command):
    """Agree to one optional purpose."""

    person: PersonId
    purpose: Name

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A consent."""
        person = living(district, self.person)
        if self.purpose in district.special_groups.consents.get(person.id, {}):
            raise Rejected(CONSENT_STANDS)
        return (ConsentGiven(person.id, self.purpose),)


@command("binding.withdraw_consent", {"resident": own("person")}, (*LIVING, CONSENT_NOT_GIVEN))
class WithdrawConsent(Command):
    """No longer agree to a purpose; nothing that the person may otherwise do depends on it."""

    person: PersonId
    purpose: Name

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A withdrawn consent."""
        living(district, self.person)
        if self.purpose not in district.special_groups.consents.get(self.person, {}):
            raise Rejected(CONSENT_NOT_GIVEN)
        return (ConsentWithdrawn(self.person, self.purpose),)
