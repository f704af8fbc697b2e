"""Which answer an epidemic command gives, and which one first where several would be true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine.binding.bindings import RegisterPerson, ScanBind
from engine.binding.workers import AppointWorker, AssignGrid, DismissWorker
from engine.catalogue import COMMANDS
from engine.epidemic.contacts import CheckIn, JudgeExposure, ScreenContacts
from engine.epidemic.results import ReadResults, RecordResult, RegisterGuardian
from engine.epidemic.travel import DeclareTravel, SetRiskLevel
from engine.kernel.command import Command
from engine.kernel.units import DAY_S
from engine.merging.persons import MergePersons
from tests.engine.epidemic.ward import DOCTOR, Ward
from tests.towns import code_of


@dataclass
class Troubled:
    """A ward with a merged row, somebody unbound, a check-in that is gone and one that is kept."""

    ward: Ward
    now: int
    gone: str
    kept: str
    other: str


def troubled() -> Troubled:
    """The ward on the day after an early check-in was forgotten."""
    ward = Ward()
    town = ward.town
    gone = ward.check_in("per_1", "market")
    ward.pass_(32 * DAY_S)
    town.must(RegisterPerson("per_7"))
    town.must(ScanBind("per_8", town.codes["dwl_1"], "dwl_1", "visitor"), "resident", "per_8")
    town.must(MergePersons("per_8", "per_6"))
    town.must(AppointWorker("wkr_4", "family_doctor"))
    town.must(AssignGrid("wkr_4", "grd_1"))
    town.must(DismissWorker("wkr_4"))
    ward.test("per_1", "negative", 60)
    return Troubled(ward, ward.now, gone, ward.check_in("per_1", "school"), ward.check_in("per_2", "school"))


Row = tuple[Callable[[Troubled], Command], str, str, str]  # command, actor as kind:id, its answer, what is true as well
DOC, OFFICER = f"grid:{DOCTOR}", "officer:off_1"
TABLE: list[Row] = [
    (lambda t: RecordResult("per_1", t.now, "negative"), DOC, "ok", ""),
    (lambda t: RecordResult("per_1", t.now, "negative"), OFFICER, "ok", ""),
    (lambda t: RecordResult("per_1", t.now, "negative"), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: RecordResult("per_1", t.now, "negative"), "grid:wkr_4", "FORBIDDEN", ""),
    (lambda t: RecordResult("per_1", t.now, "negative"), "resident:per_1", "FORBIDDEN", ""),
    (lambda t: RecordResult("per_7", t.now, "negative"), DOC, "OUT_OF_GRID", ""),
    (lambda t: RecordResult("per_99", t.now + 1, "negative"), DOC, "PERSON_NOT_FOUND", "EPI_IN_FUTURE"),
    (lambda t: RecordResult("per_8", t.now + 1, "negative"), DOC, "PERSON_MERGED", "EPI_IN_FUTURE"),
    (lambda t: RecordResult("per_1", t.now + 1, "negative"), DOC, "EPI_IN_FUTURE", ""),
    (lambda t: RecordResult("per_1", t.now - 21 * DAY_S, "negative"), DOC, "EPI_TOO_OLD", ""),
    (lambda t: RecordResult("per_1", t.now - 21 * DAY_S + 1, "negative"), DOC, "ok", ""),
    (lambda t: RecordResult("per_1", t.now - 60, "positive"), DOC, "EPI_SAMPLE_KNOWN", ""),
    (lambda t: ReadResults("per_1"), DOC, "ok", ""),
    (lambda t: ReadResults("per_1"), "resident:per_1", "ok", ""),
    (lambda t: ReadResults("per_1"), "resident:per_2", "FORBIDDEN", ""),
    (lambda t: ReadResults("per_99"), DOC, "PERSON_NOT_FOUND", ""),
    (lambda t: ReadResults("per_8"), "resident:per_8", "PERSON_MERGED", ""),
    (lambda t: RegisterGuardian("per_2", "per_1", t.now + 1), "grid:wkr_1", "ok", ""),
    (lambda t: RegisterGuardian("per_2", "per_1", t.now + 1), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: RegisterGuardian("per_99", "per_8", t.now), OFFICER, "PERSON_NOT_FOUND", "PERSON_MERGED"),
    (lambda t: RegisterGuardian("per_8", "per_99", t.now), OFFICER, "PERSON_NOT_FOUND", "PERSON_MERGED"),
    (lambda t: RegisterGuardian("per_8", "per_8", t.now), OFFICER, "PERSON_MERGED", "EPI_GUARDIAN_ITSELF"),
    (lambda t: RegisterGuardian("per_1", "per_1", t.now), OFFICER, "EPI_GUARDIAN_ITSELF", "EPI_IN_PAST"),
    (lambda t: RegisterGuardian("per_2", "per_1", t.now), OFFICER, "EPI_IN_PAST", ""),
    (lambda t: CheckIn("per_1", "market"), "resident:per_1", "ok", ""),
    (lambda t: CheckIn("per_1", "market"), "resident:per_2", "FORBIDDEN", ""),
    (lambda t: CheckIn("per_99", "market"), "resident:per_99", "PERSON_NOT_FOUND", ""),
    (lambda t: CheckIn("per_8", "market"), "resident:per_8", "PERSON_MERGED", "PERSON_NOT_BOUND"),
    (lambda t: CheckIn("per_7", "market"), "resident:per_7", "PERSON_NOT_BOUND", ""),
    (lambda t: ScreenContacts("per_1"), DOC, "ok", ""),
    (lambda t: ScreenContacts("per_1"), "resident:per_1", "FORBIDDEN", ""),
    (lambda t: ScreenContacts("per_99"), OFFICER, "PERSON_NOT_FOUND", ""),
    (lambda t: ScreenContacts("per_8"), OFFICER, "PERSON_MERGED", ""),
    (lambda t: JudgeExposure("per_1", t.kept, "cleared"), DOC, "ok", ""),
    (lambda t: JudgeExposure("per_99", "chk_9", "cleared"), OFFICER, "PERSON_NOT_FOUND", "CHECK_IN_NOT_FOUND"),
    (lambda t: JudgeExposure("per_8", "chk_00009999", "cleared"), OFFICER, "CHECK_IN_NOT_FOUND", "PERSON_MERGED"),
    (lambda t: JudgeExposure("per_8", t.kept, "cleared"), OFFICER, "PERSON_MERGED", "EPI_NOT_OWN"),
    (lambda t: JudgeExposure("per_1", t.other, "cleared"), DOC, "EPI_NOT_OWN", ""),
    (lambda t: JudgeExposure("per_1", t.gone, "cleared"), DOC, "EPI_FORGOTTEN", ""),
    (lambda t: DeclareTravel("per_1", "area-7", t.now), "resident:per_1", "ok", ""),
    (lambda t: DeclareTravel("per_1", "area-7", t.now), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: DeclareTravel("per_99", "area-7", t.now + 1), "resident:per_99", "PERSON_NOT_FOUND", "EPI_IN_FUTURE"),
    (lambda t: DeclareTravel("per_8", "area-7", t.now + 1), "resident:per_8", "PERSON_MERGED", "PERSON_NOT_BOUND"),
    (lambda t: DeclareTravel("per_7", "area-7", t.now + 1), "resident:per_7", "PERSON_NOT_BOUND", "EPI_IN_FUTURE"),
    (lambda t: DeclareTravel("per_1", "area-7", t.now + 1), "resident:per_1", "EPI_IN_FUTURE", ""),
    (lambda t: DeclareTravel("per_1", "area-7", t.now - 21 * DAY_S), "resident:per_1", "EPI_TOO_OLD", ""),
    (lambda t: SetRiskLevel("area-7", "high", t.now), OFFICER, "ok", ""),
    (lambda t: SetRiskLevel("area-7", "high", t.now - 1), OFFICER, "EPI_IN_PAST", ""),
    (lambda t: SetRiskLevel("area-7", "high", t.now), "grid:wkr_3", "FORBIDDEN", ""),
]


@pytest.mark.parametrize(("make", "actor", "expected", "_also"), TABLE)
def test_the_answer_of_a_command(make: Callable[[Troubled], Command], actor: str, expected: str, _also: str) -> None:
    """Each row of the table is answered as it says, though the last column is true as well."""
    there = troubled()
    kind, _, who = actor.partition(":")
    assert code_of(there.ward.town.say(make(there), kind, who)) == expected


def test_every_code_of_every_command_is_reached() -> None:
    """The table has a row for each answer that a command of the subject declares, and one that is accepted."""
    there = troubled()
    reached: dict[str, set[str]] = {}
    for make, _, expected, _ in TABLE:
        reached.setdefault(make(there).type, set()).add(expected)
    for command in COMMANDS:
        if command.type.startswith("epidemic."):
            assert {code.name for code in command.codes} | {"ok"} <= reached[command.type], command.type
