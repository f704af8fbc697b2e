"""What a read is: a name, parameters, who may ask, the answer. `engine.views.catalogue` lists all of them.

Who is not named may not ask; what does not exist is refused to whoever may not know that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import ConfigDict

from engine.kernel.command import Authority, anyone
from engine.kernel.ids import MerchantId, PaymentId, PersonId, QuestionnaireId, ReportId, VoteId, WorkerId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected

if TYPE_CHECKING:
    from engine.district import District
    from engine.kernel.vault import Vault

Value = Any
"""Plain JSON: objects, arrays, strings, whole numbers, booleans, null."""
ANYBODY: Mapping[str, Authority] = dict.fromkeys(("officer", "system", "resident", "grid", "merchant", "rider"), anyone)
OFFICE: Mapping[str, Authority] = {"officer": anyone, "system": anyone}


class Parameters:
    """What a read is asked for; a dataclass that pydantic validates at the door."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)


@dataclass(slots=True)
class NoParameters(Parameters):
    """Nothing to say."""


@dataclass(slots=True)
class OfPerson(Parameters):
    """A person."""

    person: PersonId


@dataclass(slots=True)
class OfReport(Parameters):
    """A case."""

    report: ReportId


@dataclass(slots=True)
class OfWorker(Parameters):
    """A grid member."""

    worker: WorkerId


@dataclass(slots=True)
class OfVote(Parameters):
    """A vote."""

    vote: VoteId


@dataclass(slots=True)
class OfQuestionnaire(Parameters):
    """A questionnaire."""

    questionnaire: QuestionnaireId


@dataclass(slots=True)
class OfPayment(Parameters):
    """A purchase."""

    payment: PaymentId


@dataclass(slots=True)
class OfMerchant(Parameters):
    """A merchant."""

    merchant: MerchantId


@dataclass(frozen=True, slots=True)
class Read:
    """One read. `answer` may raise Rejected with a code of class not found; it writes nothing.

    `opens` says that the answer shows personal values to those whom they concern: `answer` gets the vault as well;
    `timed` that it changes with time alone: `answer` also gets the instant of the question.
    """

    name: str
    meaning: str
    parameters: type[Parameters]
    actors: Mapping[str, Authority]
    codes: tuple[Code, ...]
    answer: Callable[..., Value]
    opens: bool = False
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Seeing:
    """With what a question is answered: the instant (seconds UTC, not before the last record), and the vault."""

    at: int
    vault: Vault | None = None


def read_now(district: District, read: Read, asked: Any, actor: tuple[str, str], vault: Vault | None = None) -> Value:
    """The answer to an actor (kind, id) at the instant of the last record; raises as `read_at`."""
    return read_at(district, read, asked, actor, Seeing(district.at, vault))


def read_at(district: District, read: Read, asked: Any, actor: tuple[str, str], seeing: Seeing) -> Value:
    """The answer to an actor (kind, id); what is due by the instant has been fired.

    Raises Rejected: who may not ask learns nothing else. Without a vault, and for what was purged from it, personal
    values are empty.
    """
    kind, who = actor
    authority = read.actors.get(kind)
    refusal = FORBIDDEN if authority is None else authority(asked, district, who)
    if refusal is not None:
        raise Rejected(refusal)
    opened = (seeing.vault,) if read.opens else ()
    return read.answer(district, asked, *opened, *((seeing.at,) if read.timed else ()))
