"""Reads of the epidemic functions; while they are off, nobody may ask."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engine.binding.codes import PERSON_NOT_FOUND
from engine.epidemic.standing import family_doctor, oneself_or_guardian, while_on
from engine.kernel.command import Authority, anyone
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import Instant
from engine.views.epidemic import close_contacts, health_code, logged, results, risk_areas
from engine.views.read import ANYBODY, OfPerson, Parameters, Read, Value

if TYPE_CHECKING:
    from engine.district import District
    from engine.kernel.vault import Vault


@dataclass(slots=True)
class OfInstant(Parameters):
    """An instant, seconds UTC."""

    at: Instant


def _after_look(looks: str, kind: str, authority: Authority) -> Authority:
    """The authority of an actor kind whose look at the person is logged."""

    def authorise(asked: Any, district: District, who: str) -> Code | None:
        refusal = authority(asked, district, who)
        known = logged(getattr(district.epidemic, looks), district, asked.person, (kind, who))
        return refusal if refusal is not None or known else FORBIDDEN

    return while_on(authorise)


def _code(district: District, asked: OfPerson, vault: Vault | None, at: int) -> Value:
    found = health_code(district, asked.person, vault, at)
    if found is None:
        raise Rejected(PERSON_NOT_FOUND)
    return asdict(found)


def _results(district: District, asked: OfPerson, vault: Vault | None) -> Value:
    if asked.person not in district.residents.persons:
        raise Rejected(PERSON_NOT_FOUND)
    return [asdict(each) for each in results(district, asked.person, vault)]


def _contacts(district: District, asked: OfPerson, vault: Vault | None) -> Value:
    if asked.person not in district.residents.persons:
        raise Rejected(PERSON_NOT_FOUND)
    return [asdict(each) for each in close_contacts(district, asked.person, vault)]


EPIDEMIC_READS: tuple[Read, ...] = (
    Read(
        "epidemic.health_code",
        "The health code of a person, what it follows from, and until when it holds.",
        OfPerson,
        {"resident": while_on(oneself_or_guardian), "grid": while_on(family_doctor)},
        (PERSON_NOT_FOUND,),
        _code,
        opens=True,
        timed=True,
    ),
    Read(
        "epidemic.results",
        "Test results, for whoever has just logged reading them.",
        OfPerson,
        {
            "resident": _after_look("seen", "resident", oneself_or_guardian),
            "grid": _after_look("seen", "grid", family_doctor),
        },
        (PERSON_NOT_FOUND,),
        _results,
        opens=True,
    ),
    Read(
        "epidemic.close_contacts",
        "Close contacts of a person, for whoever has just logged looking for them.",
        OfPerson,
        {
            "grid": _after_look("screened", "grid", family_doctor),
            "officer": _after_look("screened", "officer", anyone),
        },
        (PERSON_NOT_FOUND,),
        _contacts,
        opens=True,
    ),
    Read(
        "epidemic.risk_areas",
        "Areas whose level at an instant is above low.",
        OfInstant,
        {kind: while_on(authority) for kind, authority in ANYBODY.items()},
        (),
        lambda district, asked: risk_areas(district, asked.at),
    ),
)
