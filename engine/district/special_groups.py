"""Rows and events of special-group tags, of who read them, and of consents.

Rows and events hold commitments only: which group a tag names stands in the vault, and is read through a view.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from engine.district.care import end_plan
from engine.kernel.event import Event, event
from engine.kernel.ids import EvidenceId, PersonId, TagId, WorkerId
from engine.kernel.units import Instant, Name, Personal

if TYPE_CHECKING:
    from engine.district.district import District

TAG_EDGES = frozenset({("", "SET"), ("SET", "ENDED")})
TagEnd = Literal["withdrawn", "lapsed", "deceased"]
TAG_RETENTION_DAYS = 366  # a tag's longest life: a year of policy and the day on which it was set
Group = Annotated[
    Literal["elderly_alone", "disabled", "low_income", "veteran"],
    Personal("care for people of special groups", TAG_RETENTION_DAYS),
]
ReaderKind = Literal["grid", "resident"]


@dataclass(slots=True)
class SpecialTag:
    """A tag of a person, in force before `valid_to`; `commitment` is the key of its group in the vault."""

    id: str
    person: str
    commitment: str
    evidence: str
    set_by: str
    valid_to: int


class SpecialGroupRows:
    """Tags in force, evidence ever used, the last logged reading of a person's tags, consents by person."""

    __slots__ = ("consents", "evidence", "read", "tags", "tags_of")

    def __init__(self) -> None:
        """No tag."""
        self.tags: dict[str, SpecialTag] = {}
        self.tags_of: dict[str, tuple[str, ...]] = {}
        self.evidence: dict[str, str] = {}
        self.read: dict[str, tuple[str, str, int]] = {}
        self.consents: dict[str, dict[str, int]] = {}


@event("binding.special_tagged")
class SpecialTagged(Event):
    """A grid member found that a person belongs to a special group; the group is a commitment."""

    tag: TagId
    person: PersonId
    commitment: Name
    evidence: EvidenceId
    set_by: WorkerId
    valid_to: Instant

    def apply(self, district: District) -> None:
        """Write the tag and let it lapse in time."""
        rows = district.special_groups
        district.ids.taken_next("tag")
        district.deadlines.add(self.valid_to, "special_tag", self.tag)
        rows.evidence[self.evidence] = self.tag
        rows.tags_of[self.person] = (*rows.tags_of.get(self.person, ()), self.tag)
        rows.tags[self.tag] = SpecialTag(
            self.tag, self.person, self.commitment, self.evidence, self.set_by, self.valid_to
        )


@event("binding.special_untagged")
class SpecialUntagged(Event):
    """A tag is no longer in force; its row is retired, its evidence stays used. With the last one care visits end."""

    tag: TagId
    person: PersonId
    reason: TagEnd

    def apply(self, district: District) -> None:
        """Drop the row."""
        rows = district.special_groups
        tag = rows.tags.pop(self.tag)
        district.deadlines.cancel(tag.valid_to, "special_tag", self.tag)
        left = tuple(each for each in rows.tags_of.pop(self.person) if each != self.tag)
        if left:
            rows.tags_of[self.person] = left
        else:
            end_plan(district, self.person)


@event("binding.tags_read")
class TagsRead(Event):
    """The access log: somebody reads the special-group tags of a person."""

    person: PersonId
    reader_kind: ReaderKind
    reader: Name

    def apply(self, district: District) -> None:
        """Let the view answer this reader at this instant."""
        district.special_groups.read[self.person] = (self.reader_kind, self.reader, district.at)


@event("binding.consent_given")
class ConsentGiven(Event):
    """A person agrees to one optional purpose."""

    person: PersonId
    purpose: Name

    def apply(self, district: District) -> None:
        """Write the consent with its instant."""
        district.special_groups.consents.setdefault(self.person, {})[self.purpose] = district.at


@event("binding.consent_withdrawn")
class ConsentWithdrawn(Event):
    """A person no longer agrees to a purpose."""

    person: PersonId
    purpose: Name

    def apply(self, district: District) -> None:
        """Drop the consent."""
        given = district.special_groups.consents[self.person]
        del given[self.purpose]
        if not given:
            del district.special_groups.consents[self.person]
