"""Answers of the epidemic functions: health code, results, contacts, risk areas.

Values come from the vault; what was purged from it no longer counts. Results and contacts are answered for a while to
whoever has logged the look (`epidemic.read_results`, `epidemic.screen_contacts`) and may still look.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from engine.district.epidemic import CheckIn, Exposure, Level, Sample, Travel
from engine.epidemic.health_code import LEVELS, Colour, LastTest, colour
from engine.kernel.units import DAY_S

if TYPE_CHECKING:
    from engine.district import District
    from engine.kernel.vault import Vault

Trace = TypeVar("Trace", Sample, Exposure, Travel)


@dataclass(frozen=True, slots=True)
class HealthCode:
    """What a person shows (F20): the colour, what it follows from, and until when it holds if nothing new happens."""

    colour: Colour
    test: LastTest
    exposed: bool
    area: Level
    expires_at: int


@dataclass(frozen=True, slots=True)
class ResultSeen:
    """A test as its reader sees it; `result` is None once the value was purged."""

    sample_at: int
    result: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A check-in of somebody else close to one of the person asked for."""

    person: str
    check_in: str
    at: int


def opened(vault: Vault | None, commitment: str) -> str | None:
    """The value behind a commitment, None without a vault or after a purge."""
    found = vault.get(commitment) if vault is not None else None
    return found.value if found is not None else None


def health_code(district: District, person: str, vault: Vault | None, at: int) -> HealthCode | None:
    """The health code of a person at an instant, if nothing new has happened by then since the last record.

    None while the functions are off, and for strangers.
    """
    rows = district.epidemic
    if not rows.ends_at or person not in district.residents.persons:
        return None
    test, test_until = _last_test(district, person, vault, at)
    exposed_until = max(_exposures(district, person, vault), default=0)
    area, area_until = _area(district, person, vault, at)
    exposed = at < exposed_until
    until = [each for each in (test_until, exposed_until, *area_until, rows.ends_at) if each > at]
    return HealthCode(colour(test, exposed=exposed, area=area), test, exposed, area, min(until))


def _last_test(district: District, person: str, vault: Vault | None, at: int) -> tuple[LastTest, int]:
    """The last sample of a person that still counts, and until when."""
    policy = district.policy.epidemic
    samples = [each for each in _of(district.epidemic.samples, district, person) if opened(vault, each.result)]
    last = max(samples, key=lambda each: (each.sample_at, each.at), default=None)
    if last is None:
        return "none", 0
    positive = opened(vault, last.result) == "positive"
    until = last.sample_at + (policy.positive_days * DAY_S if positive else policy.test_valid_s)
    if at >= until:
        return "none", 0
    return "positive" if positive else "negative", until


def _exposures(district: District, person: str, vault: Vault | None) -> Iterator[int]:
    """Until when each close contact of a person counts; of several verdicts about one check-in the last one does."""
    last = {each.check_in: each for each in _of(district.epidemic.exposures, district, person)}
    for each in last.values():
        if opened(vault, each.verdict) == "close_contact":
            yield each.contact_at + district.policy.epidemic.exposure_days * DAY_S


def _area(district: District, person: str, vault: Vault | None, at: int) -> tuple[Level, list[int]]:
    """The highest level of the areas that a person has left within the window, and when it may change by itself."""
    changes: list[int] = []
    found: Level = "low"
    for each in _of(district.epidemic.travels, district, person):
        until = each.left_at + district.policy.epidemic.travel_days * DAY_S
        origin = opened(vault, each.origin)
        if origin is None or at >= until:
            continue
        changes += [until, *(from_at for from_at, _ in district.epidemic.levels.get(origin, ()))]
        found = max(found, _highest(district, origin, each.left_at, at), key=LEVELS.index)
    return found, changes


def _highest(district: District, origin: str, left_at: int, at: int) -> Level:
    """The highest level of an area from leaving it until an instant: danger that was found later counts as well."""
    rows = district.epidemic
    later = [level for from_at, level in rows.levels.get(origin, ()) if left_at < from_at <= at]
    return max([rows.level(origin, left_at), *later], key=LEVELS.index)


def _of(held: dict[str, tuple[Trace, ...]], district: District, person: str) -> list[Trace]:
    """Traces of a person under any row, the oldest first."""
    found = [each for row in district.residents.rows_of(person) for each in held.get(row, ())]
    return sorted(found, key=lambda each: each.at)


def logged(looks: dict[str, tuple[str, str, int]], district: District, person: str, who: tuple[str, str]) -> bool:
    """True if the last logged look at a person is by this actor (kind, id) and not too long ago."""
    kind, name, at = looks.get(person, ("", "", 0))
    return (kind, name) == who and district.at <= at + district.policy.epidemic.look_s


def results(district: District, person: str, vault: Vault | None) -> tuple[ResultSeen, ...]:
    """Test results of a person, the oldest sample first (F23)."""
    samples: list[Sample] = _of(district.epidemic.samples, district, person)
    samples.sort(key=lambda each: each.sample_at)
    return tuple(ResultSeen(each.sample_at, opened(vault, each.result)) for each in samples)


def close_contacts(district: District, person: str, vault: Vault | None) -> tuple[Contact, ...]:
    """Who was at a place of the person within the window (F22), in the order of check-ins.

    Looked for from `contact_days` before the last positive test of the person, without one before now.
    """
    policy = district.policy.epidemic
    samples = _of(district.epidemic.samples, district, person)
    positive = [each.sample_at for each in samples if opened(vault, each.result) == "positive"]
    since = max(positive, default=district.at) - policy.contact_days * DAY_S
    mine = frozenset(district.residents.rows_of(person))
    placed = [(each, opened(vault, each.place)) for each in district.epidemic.check_ins.values()]
    known = [(each, place) for each, place in placed if place is not None]
    return tuple(
        Contact(district.residents.root(each.person), each.id, each.at)
        for each in near(known, mine, since, policy.contact_window_s)
    )


def near(known: Iterable[tuple[CheckIn, str]], mine: frozenset[str], since: int, window_s: int) -> list[CheckIn]:
    """Check-ins of others at a place and within `window_s` of a check-in of `mine` from `since` on."""
    at_place: defaultdict[str, list[CheckIn]] = defaultdict(list)
    own: defaultdict[str, list[int]] = defaultdict(list)
    for each, place in known:
        if each.person not in mine:
            at_place[place].append(each)
        elif each.at >= since:
            own[place].append(each.at)
    found: dict[str, CheckIn] = {}
    for place, instants in own.items():
        others = at_place[place]  # in the order of their instants, as they came
        for instant in instants:
            first = bisect_left(others, instant - window_s, key=lambda each: each.at)
            end = bisect_right(others, instant + window_s, key=lambda each: each.at)
            found.update((each.id, each) for each in others[first:end])
    return sorted(found.values(), key=lambda each: each.id)


def risk_areas(district: District, at: int | None = None) -> dict[str, Level]:
    """Every area with a level above low that is valid at an instant, now by default; in the order of names (F24)."""
    rows = district.epidemic
    levels = {area: rows.level(area, district.at if at is None else at) for area in sorted(rows.levels)}
    return {area: level for area, level in levels.items() if level != "low"}
