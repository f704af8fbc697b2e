"""Which answer a command of the grid gives, and which one first where several would be true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine.binding.bindings import RegisterPerson
from engine.catalogue import COMMANDS
from engine.grid.hazards import ClearWarning, JudgeWarning, OpenWarningCase, RaiseWarning, ScanCases
from engine.grid.visits import FinishVisit, StartVisit
from engine.kernel.command import Command
from engine.kernel.digest import digest
from engine.merging.persons import MergePersons
from engine.reporting.intake import WithdrawReport
from tests.engine.grid.scenes import cared_town, raised, set_out
from tests.engine.reporting.scenes import submitted
from tests.towns import Town, code_of


@dataclass
class Scene:
    """A town: per_8 was merged; wkr_4 is on `visit`; `over` is done; `report` lies in grd_1, `far` in grd_2.

    Warnings of grd_1 by their state: `raised`, `verified`, `opened`, and `ended`, whose case was withdrawn.
    """

    town: Town
    visit: str
    over: str
    report: str
    far: str
    raised: str = ""
    verified: str = ""
    opened: str = ""
    ended: str = ""


Row = tuple[Callable[[Scene], Command], str, str, str]  # command, actor as kind:id, its answer, what is true as well
OFFICER, ME, BUSY, NO = "officer:off_1", "grid:wkr_1", "grid:wkr_4", "vis_00009999"


def scene() -> Scene:
    """The town of the table."""
    town = cared_town()
    town.must(RegisterPerson("per_8"))
    town.must(MergePersons("per_8", "per_3"))
    over = set_out(town)
    town.must(FinishVisit(over, done=True), "grid", "wkr_1")
    visit = set_out(town, "wkr_4")
    made = Scene(town, visit, over, submitted(town), submitted(town, grid="grd_2"))
    made.raised, made.verified, made.opened, made.ended = (raised(town) for _ in range(4))
    for each in (made.verified, made.opened, made.ended):
        town.must(JudgeWarning(each, real=True), "grid", "wkr_1")
    for each in (made.opened, made.ended):
        case = town.must(OpenWarningCase(each), "grid", "wkr_1").events[0].report  # type: ignore[attr-defined]
    town.must(WithdrawReport(case), "grid", "wkr_1")
    return made


def start(
    purpose: str = "care", person: str | None = "per_1", report: str | None = None, grid: str = "grd_1"
) -> Callable[[Scene], Command]:
    """A visit; `report` names one of the scene's."""
    return lambda s: StartVisit(grid, purpose, person, getattr(s, report, report) if report else None)  # type: ignore[arg-type]


VISITS: list[Row] = [
    (start(), ME, "ok", ""),
    (start("collect"), ME, "ok", ""),
    (start("collect", None), ME, "ok", ""),
    (start("handle", None, "report"), ME, "ok", ""),
    (start("round", None), ME, "ok", ""),
    (start(), OFFICER, "FORBIDDEN", ""),
    (start(), "grid:wkr_9", "FORBIDDEN", ""),
    (start(), "grid:wkr_2", "OUT_OF_GRID", ""),
    (start(grid="grd_9", person="per_99"), ME, "GRID_NOT_FOUND", "PERSON_NOT_FOUND"),
    (start(person="per_99", report="rpt_00009999"), ME, "PERSON_NOT_FOUND", "REPORT_NOT_FOUND"),
    (start("handle", None, "rpt_00009999"), ME, "REPORT_NOT_FOUND", "VISIT_INCOMPLETE"),
    (start("care", None), ME, "VISIT_INCOMPLETE", ""),
    (start("round", "per_8"), ME, "VISIT_INCOMPLETE", "PERSON_MERGED"),
    (start("handle", "per_1", "far"), ME, "VISIT_INCOMPLETE", "VISIT_ELSEWHERE"),
    (start(person="per_8"), ME, "PERSON_MERGED", "VISIT_ELSEWHERE"),
    (start("handle", None, "far"), ME, "VISIT_ELSEWHERE", ""),
    (start(person="per_4"), BUSY, "VISIT_ELSEWHERE", "CARE_NOT_PLANNED"),
    (start(person="per_3"), BUSY, "CARE_NOT_PLANNED", "VISIT_BUSY"),
    (start(), BUSY, "VISIT_BUSY", ""),
    (lambda s: FinishVisit(s.visit, done=True), BUSY, "ok", ""),
    (lambda s: FinishVisit(s.visit, done=False), BUSY, "ok", ""),
    (lambda s: FinishVisit(s.visit, done=True), ME, "FORBIDDEN", ""),
    (lambda s: FinishVisit(s.visit, done=True), OFFICER, "FORBIDDEN", ""),
    (lambda s: FinishVisit(NO, done=True), ME, "VISIT_NOT_FOUND", ""),
    (lambda s: FinishVisit(s.over, done=True), ME, "VISIT_OVER", ""),
]
WARNINGS: list[Row] = [
    (lambda s: RaiseWarning("grd_1", "bld_1", "facilities", "a loose tile"), ME, "ok", ""),
    (lambda s: RaiseWarning("grd_1", None, "facilities", None), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda s: RaiseWarning("grd_1", None, "facilities", None), OFFICER, "FORBIDDEN", ""),
    (lambda s: RaiseWarning("grd_9", "bld_9", "facilities", None), ME, "GRID_NOT_FOUND", "BUILDING_NOT_FOUND"),
    (lambda s: RaiseWarning("grd_1", "bld_9", "moon", None), ME, "BUILDING_NOT_FOUND", "CATEGORY_NOT_FOUND"),
    (lambda s: RaiseWarning("grd_1", "bld_2", "moon", None), ME, "CATEGORY_NOT_FOUND", "PLACE_ELSEWHERE"),
    (lambda s: RaiseWarning("grd_1", "bld_2", "facilities", None), ME, "PLACE_ELSEWHERE", ""),
    (lambda s: ScanCases("count"), OFFICER, "ok", ""),
    (lambda s: ScanCases("dispersion"), "system:clock", "ok", ""),
    (lambda s: ScanCases("count"), ME, "FORBIDDEN", ""),
    (lambda s: JudgeWarning(s.raised, real=True), ME, "ok", ""),
    (lambda s: JudgeWarning(s.raised, real=False), OFFICER, "ok", ""),
    (lambda s: JudgeWarning(s.raised, real=True), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda s: JudgeWarning(s.raised, real=True), "grid:wkr_9", "FORBIDDEN", ""),
    (lambda s: JudgeWarning("wrn_00009999", real=True), ME, "WARNING_NOT_FOUND", "WRN_BAD_STATE"),
    (lambda s: JudgeWarning(s.verified, real=False), ME, "WRN_BAD_STATE", ""),
    (lambda s: OpenWarningCase(s.verified), OFFICER, "ok", ""),
    (lambda s: OpenWarningCase("wrn_00009999"), ME, "WARNING_NOT_FOUND", ""),
    (lambda s: OpenWarningCase(s.raised), ME, "WRN_BAD_STATE", ""),
    (lambda s: ClearWarning(s.ended), ME, "ok", ""),
    (lambda s: ClearWarning("wrn_00009999"), ME, "WARNING_NOT_FOUND", ""),
    (lambda s: ClearWarning(s.verified), ME, "WRN_BAD_STATE", ""),
    (lambda s: ClearWarning(s.opened), ME, "WRN_CASE_GOES_ON", ""),
]
TABLE = VISITS + WARNINGS
AUTH = {"FORBIDDEN", "OUT_OF_GRID"}


def place(kind: type[Command], name: str) -> int:
    """Where a code stands in the order of a command; auth before everything, an accepted command last."""
    names = [code.name for code in kind.codes]
    return -1 if name in AUTH else names.index(name) if name in names else len(names)


@pytest.mark.parametrize("line", TABLE, ids=[f"{n}-{line[2]}" for n, line in enumerate(TABLE)])
def test_the_first_true_answer_is_given(line: Row) -> None:
    """Each answer is reached, and where a later one would be true as well, the earlier one is given."""
    made, (make, actor, expected, also) = scene(), line
    command = make(made)
    kind, who = actor.split(":")
    before = digest(made.town.engine.district)
    assert code_of(made.town.say(command, kind, who)) == expected
    assert (digest(made.town.engine.district) == before) == (expected != "ok")
    if also:
        assert place(type(command), expected) < place(type(command), also)


def test_the_table_is_complete() -> None:
    """Every command of the grid is accepted at least once, and every code that it declares is answered."""
    made = scene()
    answered = {(type(make(made)).type, expected) for make, _, expected, _ in TABLE}
    kinds = [kind for kind in COMMANDS if kind.type.startswith("grid.")]
    declared = {(kind.type, name) for kind in kinds for name in ("ok", *(code.name for code in kind.codes))}
    assert declared <= answered
    assert {pair for pair in answered if pair[1] not in AUTH} <= declared


def test_codes_stand_in_the_order_of_their_classes() -> None:
    """In every command of the grid not found stands before state."""
    for kind in COMMANDS:
        if kind.type.startswith("grid."):
            classes = [code.precedence for code in kind.codes]
            assert classes == sorted(classes), kind.type
