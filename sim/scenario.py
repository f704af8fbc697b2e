"""A scenario: policy, population, calendar, behaviour, horizon and seed, from one validated TOML file.

Every figure says where it comes from (`sim.sourced`); the numbers of the policy bring their own provenance and are
named only where a scenario turns them. A file may extend another; a bare value then replaces the figure's value and is
marked as assumed by that file. Later sources win: base file, file, the variable MASHANG_SET, `--set`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import ascii_letters, digits
from typing import Any, Self

from pydantic import model_validator

from engine import Policy
from sim.behaviour.answering import AnsweringBehaviour, ReadingBehaviour, VotingBehaviour
from sim.behaviour.binding import BindingBehaviour
from sim.behaviour.epidemic import EpidemicBehaviour
from sim.behaviour.gatherings import ActivityBehaviour, VolunteeringBehaviour
from sim.behaviour.occasions import OccasionsBehaviour
from sim.behaviour.ordering import OrderingBehaviour
from sim.behaviour.outreach import OutreachBehaviour
from sim.behaviour.paying import PayingBehaviour
from sim.behaviour.quarrels import QuarrelBehaviour
from sim.behaviour.reporting import HandlingBehaviour, RatingBehaviour, ReportingBehaviour
from sim.behaviour.shopping import ShoppingBehaviour
from sim.behaviour.voices import SuggestionBehaviour
from sim.board_calendar import BoardParameters
from sim.population.parameters import PopulationParameters
from sim.profiles import ProfileParameters, day_of
from sim.scenario_file import (
    BASELINE,
    SEED_BY_LINE,
    SET_BY_ENVIRONMENT,
    SET_BY_LINE,
    TITLES,
    ScenarioError,
    apply_setting,
    find,
    read,
    settings_of,
)
from sim.scenario_policy import POLICY_SECTIONS, did_you_mean, policy_of
from sim.sourced import LARGEST_SEED, Parameters, Provenance, read_section, sourced

SCHEMA_VERSION = 1
LONGEST_DAYS = 3_660  # ten years: beyond it a slip of the keyboard is likelier than a plan
FIRST_DATE, LAST_DATE = dt.date(1971, 1, 1), dt.date(2199, 12, 31)  # instants count from 1970
NAME_LETTERS = frozenset(ascii_letters + digits + "_-")  # a scenario's name is part of a folder's name
LONGEST_NAME = 60
SETTINGS = (SET_BY_ENVIRONMENT, SET_BY_LINE)


class HorizonParameters(Parameters):
    """The section `[horizon]`."""

    launch_date: dt.date = sourced("date", "First day of the platform; binding starts here.")
    as_of_date: dt.date = sourced("date", "Last day simulated: the day of the published totals.")
    seed: int = sourced("seed", "Seed of the run: names all its luck.", ge=0, le=LARGEST_SEED)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = (self.as_of_date - self.launch_date).days + 1
        if days < 1:
            raise ValueError(
                f"as_of_date {self.as_of_date} lies before launch_date {self.launch_date}: give a later one"
            )
        if days > LONGEST_DAYS:
            raise ValueError(f"the horizon is {days} days long: give at most {LONGEST_DAYS}")
        if self.launch_date < FIRST_DATE or self.as_of_date > LAST_DATE:
            raise ValueError(f"the horizon must lie between {FIRST_DATE} and {LAST_DATE}: give other dates")
        return self


class Behaviour(Parameters):
    """The section `[behaviour]`."""

    binding: BindingBehaviour
    answering: AnsweringBehaviour
    voting: VotingBehaviour
    reading: ReadingBehaviour
    activities: ActivityBehaviour
    volunteering: VolunteeringBehaviour
    suggestions: SuggestionBehaviour
    reporting: ReportingBehaviour
    handling: HandlingBehaviour
    rating: RatingBehaviour
    shopping: ShoppingBehaviour
    paying: PayingBehaviour
    ordering: OrderingBehaviour
    outreach: OutreachBehaviour
    epidemic: EpidemicBehaviour
    occasions: OccasionsBehaviour
    quarrels: QuarrelBehaviour


SECTIONS: dict[str, type[Parameters]] = {
    "horizon": HorizonParameters,
    "board": BoardParameters,
    "population": PopulationParameters,
    "profiles": ProfileParameters,
    "behaviour": Behaviour,
}
HEADER = ("schema_version", "name", *TITLES, "extends")


@dataclass(frozen=True)
class Scenario:
    """A validated scenario."""

    name: str
    title: Mapping[str, str]
    horizon: HorizonParameters
    board: BoardParameters
    population: PopulationParameters
    profiles: ProfileParameters
    behaviour: Behaviour
    policy: Policy
    provenance: tuple[Provenance, ...]
    document: Mapping[str, Any]
    origins: Mapping[str, str]

    @property
    def first_day(self) -> int:
        """Civil day of the launch."""
        return day_of(self.horizon.launch_date)

    @property
    def days(self) -> int:
        """Days of the horizon, both ends included."""
        return day_of(self.horizon.as_of_date) - self.first_day + 1

    @property
    def settings(self) -> dict[str, Any]:
        """Figures that were set on the command line or in MASHANG_SET, the seed left out: path -> value."""
        return {row.path: row.value for row in self.provenance if self.origins.get(row.path) in SETTINGS}

    @property
    def sha256(self) -> str:
        """Hash of every figure that a run rests on: scenarios of other words but the same numbers have the same."""
        figures = sorted((row.path, row.value) for row in self.provenance)
        return hashlib.sha256(json.dumps(figures, default=str).encode()).hexdigest()


def load_scenario(
    name: str = BASELINE,
    settings: Iterable[str] = (),
    seed: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Scenario:
    """A scenario by bundled name or path, with `key=value` settings applied: those of MASHANG_SET first.

    Raises FileNotFoundError for a missing file, ScenarioError with one sentence for anything wrong in it.
    """
    document, origins = read(find(name))
    for setting in settings_of(environment or {}):
        apply_setting(document, setting, SET_BY_ENVIRONMENT, origins)
    for setting in settings:
        apply_setting(document, setting, SET_BY_LINE, origins)
    if seed is not None:
        apply_setting(document, f"horizon.seed={seed}", SEED_BY_LINE, origins)
    return build(document, origins)


def build(document: Mapping[str, Any], origins: Mapping[str, str]) -> Scenario:
    """A validated scenario from its document; raises ScenarioError with one sentence."""
    _check_header(document)
    sections: dict[str, Any] = {}
    rows: list[Provenance] = []
    for name, model in SECTIONS.items():
        if name not in document:
            raise ScenarioError(f"The scenario has no section [{name}]: add it, or extend {BASELINE}.")
        try:
            sections[name], found = read_section(model, document[name], name)
        except ValueError as wrong:
            raise ScenarioError(str(wrong)) from wrong
        rows += found
    policy, policy_rows = policy_of(document, origins)
    return Scenario(
        name=document.get("name", "scenario"),
        title={title.removeprefix("title_"): document.get(title, "") for title in TITLES},
        policy=policy,
        provenance=(*policy_rows, *rows),
        document=document,
        origins=origins,
        **sections,
    )


def _figures() -> Iterator[str]:
    """Full names of all figures of a scenario that are no numbers of the policy."""
    waiting = [(model, name) for name, model in SECTIONS.items()]
    while waiting:
        model, path = waiting.pop()
        for name, field in model.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, Parameters):
                waiting.append((field.annotation, f"{path}.{name}"))
            else:
                yield f"{path}.{name}"


def _check_header(document: Mapping[str, Any]) -> None:
    known = (*HEADER, *SECTIONS, *POLICY_SECTIONS)
    for name in document:
        if name not in known:
            raise ScenarioError(f"The scenario has an unknown key {name}{did_you_mean(name, (*known, *_figures()))}")
    version = document.get("schema_version", SCHEMA_VERSION)
    if version is True or version != SCHEMA_VERSION:
        raise ScenarioError(f"schema_version {version} is not read here: write {SCHEMA_VERSION}.")
    for title in TITLES:
        if not isinstance(document.get(title, ""), str):
            raise ScenarioError(f"{title} must be a text, not {document[title]!r}.")
    name = document.get("name", "scenario")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not NAME_LETTERS.issuperset(name):
        raise ScenarioError(
            f"The name {name!r} names folders: give 1 to {LONGEST_NAME} of the characters A-Z a-z 0-9 _ -."
        )
