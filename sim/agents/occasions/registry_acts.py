"""Occasions of the base of persons, places and members."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    AppointWorker,
    DismissWorker,
    EndBinding,
    GiveConsent,
    IntroduceWorker,
    IssueQr,
    ReadTags,
    RegisterGuardian,
    RegisterPerson,
    RejectBinding,
    RevokeQr,
    ScanBind,
    UntagSpecial,
    WithdrawConsent,
    WorkerBind,
)
from sim.agents.occasions.picking import one_of, somebody, worker_for, worker_of
from sim.agents.residents import Residents
from sim.founding import REGISTRY
from sim.profiles import DAY_S
from sim.world import World

Steps = Generator[Any, Any, None]
GUEST, ON_TRIAL = "per_8{number:07d}", "wkr_9{number:07d}"
"""Ids of people who are no rows of the town: guests are no part of its totals."""
STAY_S, TRIAL_S, CONSENT_S, REVIEW_S = 7 * DAY_S, 14 * DAY_S, 30 * DAY_S, DAY_S // 8
CHILDREN = 0  # the first of the age groups
OF_AGE_DAYS = 365 * 5
PURPOSE = "news_by_message"
ONE_IN = 10


class RegistryActs:
    """Codes, members on trial, guests, tags, consents, guardians."""

    def __init__(self, world: World, residents: Residents, codes: list[str]) -> None:
        """`codes` are the printed codes by dwelling, which newcomers scan."""
        self.world = world
        self.residents = residents
        self.codes = codes
        self._minors = np.flatnonzero(world.town.people.age_group == CHILDREN).tolist()
        self._strangers = 0

    def _stranger(self, pattern: str) -> str:
        self._strangers += 1
        return pattern.format(number=self._strangers)

    def code_replaced(self, luck: np.random.Generator) -> bool:
        """A lost code is revoked and another one printed."""
        row = int(luck.integers(len(self.codes)))
        if not self.world.say(RevokeQr(self.codes[row]), *REGISTRY).ok:
            return False
        self.codes[row] = str(self.world.must(IssueQr(self.world.dwellings[row]), *REGISTRY).qr)
        return True

    def member_tried(self, luck: np.random.Generator) -> Steps:
        """Somebody is appointed and introduced, and leaves again before covering a grid."""
        worker = self._stranger(ON_TRIAL)
        kind = one_of(sorted(self.world.scenario.policy.grid.kinds), luck)
        self.world.must(AppointWorker(worker, kind), *REGISTRY)
        self.world.must(IntroduceWorker(worker, f"synthetic {worker}", "the community's office"), *REGISTRY)
        yield self.world.env.timeout(TRIAL_S)
        self.world.must(DismissWorker(worker), *REGISTRY)

    def guest(self, luck: np.random.Generator) -> Steps:
        """A guest is registered, bound at the door as a visitor, and has left a week later."""
        world, person = self.world, self._stranger(GUEST)
        dwelling = world.engine.district.grid.dwellings[one_of(world.dwellings, luck)]
        world.must(RegisterPerson(person), *REGISTRY)
        worker = str(worker_for(world, dwelling.grid))
        made = world.must(WorkerBind(person, dwelling.id, "visitor"), "grid", worker)
        yield world.env.timeout(STAY_S)
        world.must(EndBinding(made.binding, "moved"), *REGISTRY)

    def request_refused(self, luck: np.random.Generator) -> Steps | bool:
        """A stranger scans the code of another door; a member looks and refuses."""
        world, person = self.world, self._stranger(GUEST)
        row = int(luck.integers(len(world.dwellings)))
        dwelling, other = world.dwellings[row], self.codes[(row + 1) % len(self.codes)]
        asked = world.say(ScanBind(person, other, dwelling, "visitor"), "resident", person)
        if not asked.ok or asked.events[-1].type != "binding.requested":
            return False
        return self._refused(asked.events[-1])

    def _refused(self, asked: Any) -> Steps:
        world = self.world
        grid = world.engine.district.residents.bindings[asked.binding].grid
        yield world.env.timeout(REVIEW_S)
        world.must(RejectBinding(asked.binding), "grid", str(worker_for(world, grid)))

    def tags_read(self, luck: np.random.Generator) -> bool:
        """A community worker looks up somebody's special group."""
        person = one_of(self.world.engine.district.special_groups.tags_of, luck)
        worker = None if person is None else worker_of(self.world, person)
        return worker is not None and self.world.say(ReadTags(person), "grid", worker).ok

    def tag_withdrawn(self, luck: np.random.Generator) -> bool:
        """A tag does not apply any more."""
        tag = one_of(self.world.engine.district.special_groups.tags, luck)
        return tag is not None and self.world.say(UntagSpecial(tag), *REGISTRY).ok

    def consent(self, luck: np.random.Generator) -> Steps | bool:
        """Somebody agrees to a purpose, and seldom thinks better of it."""
        person = somebody(self.world, self.residents, luck)
        if person is None or not self.world.say(GiveConsent(person, PURPOSE), "resident", person).ok:
            return False
        return self._withdrawn(person) if luck.random() * ONE_IN < 1 else True

    def _withdrawn(self, person: str) -> Steps:
        yield self.world.env.timeout(CONSENT_S)
        self.world.say(WithdrawConsent(person, PURPOSE), "resident", person)

    def guardian(self, luck: np.random.Generator) -> bool:
        """A minor's guardian is registered at the door."""
        world, row = self.world, one_of(self._minors, luck)
        other = somebody(world, self.residents, luck)
        if row is None or other is None or not self.residents.bound[row]:
            return False
        until = int(world.env.now) + OF_AGE_DAYS * DAY_S
        return world.say(RegisterGuardian(world.people[row], other, until), "officer", "epidemic_office").ok
