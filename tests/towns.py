"""The shared towns of tests, examples and scripts, built by commands only.

`small_town(engine)` is one community on one street. It is the same in every test, so its ids may be written down:

    community com_1 (subdistrict-1): grids grd_1, grd_2
    grd_1: building bld_1 with dwellings dwl_1, dwl_2, dwl_5 (a workshop); grd_2: building bld_2 with dwl_3, dwl_4
    codes qr_00000001 .. qr_00000005, printed for dwl_1 .. dwl_5; life and uses by policy
    grid members: wkr_1 (community worker of grd_1), wkr_2 (community worker of grd_2),
                  wkr_3 (family doctor, assigned to grd_1 and so caring for the whole community)
    bound persons, all by their own scan but one:
        per_1 owner and per_2 family at dwl_1 (household hh_00000001)
        per_3 tenant at dwl_2 (hh_00000002)
        per_4 owner at dwl_3 (hh_00000003), entered by wkr_2
        per_5 worker and per_6 visitor at dwl_5, members of no household
    dwl_4 is empty; the bindings are bnd_00000001 .. bnd_00000006, in the order of the persons
    merchants: mer_1 (catering, grd_1, points pay up to 30 %), mer_2 (retail, grd_2, up to 10 %)

Everything happens at the instant `at`, by default 2021-09-15 08:00 at +08:00, in 29 commands with keys key-1 to key-29
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine import Engine
from engine.binding.bindings import ScanBind, WorkerBind
from engine.binding.places import AddBuilding, AddDwelling, IssueQr, OpenCommunity, OpenGrid
from engine.binding.workers import AppointWorker, AssignGrid
from engine.district.grid import WorkerKind
from engine.district.residents import Relation
from engine.kernel.command import Command, Envelope, Outcome
from engine.kernel.engine import Observer
from engine.payments.purchases import RegisterMerchant

MORNING = 1_631_664_000  # 2021-09-15 00:00:00 UTC, 08:00 in Shanghai

LOOKING_ON: list[Callable[[], Observer]] = []
"""Makers of observers of every town; tests put a witness here, benchmarks nobody."""


@dataclass
class Town:
    """A town and its clock. `say` gives a command at `clock`, or at a later instant, which moves the clock."""

    engine: Engine
    clock: int = MORNING
    said: int = 0
    community: str = "com_1"
    grids: tuple[str, ...] = ("grd_1", "grd_2")
    dwellings: tuple[str, ...] = ("dwl_1", "dwl_2", "dwl_3", "dwl_4", "dwl_5")
    codes: dict[str, str] = field(default_factory=dict)
    workers: tuple[str, ...] = ("wkr_1", "wkr_2", "wkr_3")
    persons: tuple[str, ...] = ("per_1", "per_2", "per_3", "per_4", "per_5", "per_6")
    merchants: tuple[str, ...] = ("mer_1", "mer_2")

    def say(
        self, command: Command, kind: str = "officer", who: str = "off_1", key: str | None = None, at: int | None = None
    ) -> Outcome:
        """Give a command as actor `kind:who` under a key, a new one by default; returns the answer."""
        instant = self.clock if at is None else at
        self.clock = max(self.clock, instant)
        self.said += 1
        return self.engine.execute(Envelope(key or f"key-{self.said}", kind, who, instant, command))

    def must(
        self, command: Command, kind: str = "officer", who: str = "off_1", key: str | None = None, at: int | None = None
    ) -> Outcome:
        """As `say`, for a command that a test takes for granted; fails with its code when it is rejected."""
        outcome = self.say(command, kind, who, key, at)
        assert outcome.code is None, f"{command} was answered by {outcome.code.name} {outcome.details}"
        return outcome


def code_of(answer: Outcome) -> str:
    """Name of the code that a command was answered by, `ok` for an accepted one."""
    return answer.code.name if answer.code is not None else "ok"


def empty_town(engine: Engine, at: int = MORNING) -> Town:
    """The places and grid members of the small town, with nobody bound yet; who is LOOKING_ON sees every answer."""
    engine.observers += [each() for each in LOOKING_ON]
    town = Town(engine, at)
    town.must(OpenCommunity("com_1", "subdistrict-1"))
    for grid in town.grids:
        town.must(OpenGrid(grid, "com_1"))
        town.must(AddBuilding(f"bld_{grid[-1]}", grid))
    for dwelling, building in zip(town.dwellings, ("bld_1", "bld_1", "bld_2", "bld_2", "bld_1"), strict=True):
        town.must(AddDwelling(dwelling, building))
        town.codes[dwelling] = town.must(IssueQr(dwelling)).events[0].qr  # type: ignore[attr-defined]
    members: tuple[tuple[str, WorkerKind, str], ...] = (
        ("wkr_1", "community_worker", "grd_1"),
        ("wkr_2", "community_worker", "grd_2"),
        ("wkr_3", "family_doctor", "grd_1"),
    )
    for worker, kind, grid in members:
        town.must(AppointWorker(worker, kind))
        town.must(AssignGrid(worker, grid))
    return town


def small_town(engine: Engine, at: int = MORNING) -> Town:
    """The small town of this file's first lines."""
    town = empty_town(engine, at)
    bound: tuple[tuple[str, str, Relation], ...] = (
        ("per_1", "dwl_1", "owner"),
        ("per_2", "dwl_1", "family"),
        ("per_3", "dwl_2", "tenant"),
        ("per_4", "dwl_3", "owner"),
        ("per_5", "dwl_5", "worker"),
        ("per_6", "dwl_5", "visitor"),
    )
    for person, dwelling, relation in bound:
        if person == "per_4":
            town.must(WorkerBind(person, dwelling, relation), "grid", "wkr_2")
        else:
            town.must(ScanBind(person, town.codes[dwelling], dwelling, relation), "resident", person)
    town.must(RegisterMerchant("mer_1", "grd_1", "catering", 3_000))
    town.must(RegisterMerchant("mer_2", "grd_2", "retail", 1_000))
    return town
