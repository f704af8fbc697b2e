"""Which answer a command of reporting gives, and which one first where several would be true."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.catalogue import COMMANDS
from engine.kernel.command import Command
from engine.kernel.digest import digest
from engine.reporting.closing import ConfirmReport, DisputeReport, RateReport, ReopenReport, ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport, ReturnReport, TransferReport
from engine.reporting.intake import EnterReport, SubmitReport, WithdrawReport
from engine.reporting.limits import EscalateReport, ResumeReport, SuspendReport
from engine.reporting.outdoor import PraiseByCode, ReportByCode
from engine.reporting.praise import PublishPraise, SubmitPraise, VerifyPraise
from tests.engine.reporting.scenes import DAY, HOUR, row, verdict
from tests.engine.reporting.test_voice_precedence import TABLE as VOICES
from tests.engine.reporting.troubled import Troubled, trouble
from tests.towns import code_of

Row = tuple[Callable[[Troubled], Command], str, str, str]  # command, actor as kind:id, its answer, what is true as well
OFFICER, ME, HOLDER, IDLE = "officer:off_1", "resident:per_1", "holder", "grid:wkr_5"
NO = "rpt_00009999"


def report(person: str = "per_1", category: str = "facilities", grid: str = "grd_1") -> Callable[[Troubled], Command]:
    """A new case of a resident."""
    return lambda t: SubmitReport(person, "problem", category, grid, None, None)


def entry(
    category: str = "facilities", grid: str = "grd_1", building: str | None = None
) -> Callable[[Troubled], Command]:
    """A new case of a grid member."""
    return lambda t: EnterReport("problem", category, grid, None, building)


def scanned(
    qr: str = "square", person: str | None = "per_1", category: str = "facilities"
) -> Callable[[Troubled], Command]:
    """A new case by an outdoor code of the scene."""
    return lambda t: ReportByCode(t.ids.get(qr, qr), person, "problem", category, None, None)


def praise_scanned(
    qr: str = "square", person: str | None = "per_1", praised: str = "per_6"
) -> Callable[[Troubled], Command]:
    """A new praise by an outdoor code of the scene."""
    return lambda t: PraiseByCode(t.ids.get(qr, qr), person, praised, None)


def praise(person: str = "per_1", praised: str = "per_6", grid: str = "grd_1") -> Callable[[Troubled], Command]:
    """A new praise."""
    return lambda t: SubmitPraise(person, praised, grid, None)


def other(scene: Troubled) -> str:
    """The community worker who does not have the paused case."""
    return "wkr_4" if row(scene.town, scene.paused).assignee == "wkr_1" else "wkr_1"


INTAKE: list[Row] = [
    (report(), ME, "ok", ""),
    (report(), "resident:per_2", "FORBIDDEN", ""),
    (report(), OFFICER, "FORBIDDEN", ""),
    (report("per_99", grid="grd_9"), "resident:per_99", "PERSON_NOT_FOUND", "GRID_NOT_FOUND"),
    (report(grid="grd_9", category="moon"), ME, "GRID_NOT_FOUND", "CATEGORY_NOT_FOUND"),
    (report("per_8", category="moon"), "resident:per_8", "CATEGORY_NOT_FOUND", "PERSON_MERGED"),
    (report("per_8"), "resident:per_8", "PERSON_MERGED", "PERSON_NOT_BOUND"),
    (report("per_7"), "resident:per_7", "PERSON_NOT_BOUND", ""),
    (entry(), "grid:wkr_1", "ok", ""),
    (entry(), "grid:wkr_2", "OUT_OF_GRID", ""),
    (entry(), "grid:wkr_9", "FORBIDDEN", ""),
    (entry(), "merchant:mer_1", "ok", ""),
    (entry(), "merchant:mer_2", "OUT_OF_GRID", ""),
    (entry(), "merchant:mer_9", "FORBIDDEN", ""),
    (entry(category="moon"), "merchant:mer_2", "OUT_OF_GRID", "CATEGORY_NOT_FOUND"),
    (entry(grid="grd_9", category="moon"), "grid:wkr_1", "GRID_NOT_FOUND", "CATEGORY_NOT_FOUND"),
    (entry(category="moon", building="bld_9"), "grid:wkr_1", "CATEGORY_NOT_FOUND", "BUILDING_NOT_FOUND"),
    (entry(building="bld_9"), "grid:wkr_1", "BUILDING_NOT_FOUND", ""),
    (entry(building="bld_2"), "grid:wkr_1", "PLACE_ELSEWHERE", ""),
    (scanned(), ME, "ok", ""),
    (scanned(person="per_7"), "resident:per_7", "ok", ""),  # bound nowhere
    (scanned(person=None), "visitor:v-1", "ok", ""),
    (scanned(person="per_1"), "visitor:v-1", "FORBIDDEN", ""),
    (scanned(person=None), ME, "FORBIDDEN", ""),
    (scanned("qr_00009999", "per_99"), "resident:per_99", "PERSON_NOT_FOUND", "QR_NOT_FOUND"),
    (scanned("qr_00009999", category="moon"), ME, "QR_NOT_FOUND", "CATEGORY_NOT_FOUND"),
    (scanned("qr_00000001", category="moon"), ME, "CATEGORY_NOT_FOUND", "CODE_NOT_OUTDOOR"),
    (scanned("qr_00000001", "per_8"), "resident:per_8", "CODE_NOT_OUTDOOR", "PERSON_MERGED"),
    (scanned("torn", "per_8"), "resident:per_8", "BIND_QR_REVOKED", "PERSON_MERGED"),
    (scanned("faded", "per_8"), "resident:per_8", "BIND_QR_EXPIRED", "PERSON_MERGED"),
    (scanned(person="per_8"), "resident:per_8", "PERSON_MERGED", ""),
    (lambda t: verdict(t.submitted), "grid:wkr_1", "ok", ""),
    (lambda t: verdict(t.submitted), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: verdict(t.submitted), "grid:wkr_9", "FORBIDDEN", ""),
    (lambda t: verdict(t.submitted), ME, "FORBIDDEN", ""),
    (lambda t: verdict(NO, tier="never"), OFFICER, "REPORT_NOT_FOUND", "TIER_NOT_FOUND"),
    (lambda t: verdict(t.submitted, "duplicate", of=NO, tier="never"), OFFICER, "REPORT_NOT_FOUND", "TIER_NOT_FOUND"),
    (lambda t: verdict(t.triaged, tier="never"), OFFICER, "TIER_NOT_FOUND", "RPT_BAD_STATE"),
    (lambda t: verdict(t.triaged, "reject"), OFFICER, "RPT_BAD_STATE", "RPT_INCOMPLETE"),
    (lambda t: verdict(t.submitted, "reject"), OFFICER, "RPT_INCOMPLETE", ""),
    (lambda t: verdict(t.submitted, "duplicate"), OFFICER, "RPT_INCOMPLETE", ""),
    (lambda t: verdict(t.submitted, "duplicate", of=t.submitted), OFFICER, "RPT_DUPLICATE_ROOT", ""),
    (lambda t: verdict(t.submitted, "duplicate", of=t.entry), OFFICER, "RPT_DUPLICATE_ROOT", ""),
    (lambda t: verdict(t.submitted, "duplicate", of=t.rejected), OFFICER, "RPT_DUPLICATE_ROOT", ""),
    (lambda t: verdict(t.submitted, "duplicate", of=t.withdrawn), OFFICER, "RPT_DUPLICATE_ROOT", ""),
    (lambda t: verdict(t.submitted, "duplicate", of=t.copy), OFFICER, "ok", ""),
    (lambda t: WithdrawReport(t.triaged), ME, "ok", ""),
    (lambda t: WithdrawReport(t.triaged), "resident:per_9", "ok", ""),
    (lambda t: WithdrawReport(t.entry), "grid:wkr_4", "ok", ""),
    (lambda t: WithdrawReport(t.entry), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: WithdrawReport(t.entry), ME, "FORBIDDEN", ""),
    (lambda t: WithdrawReport(t.triaged), "resident:per_99", "FORBIDDEN", ""),
    (lambda t: WithdrawReport(NO), ME, "REPORT_NOT_FOUND", ""),
    (lambda t: WithdrawReport(t.dispatched), ME, "RPT_BAD_STATE", ""),
    (lambda t: WithdrawReport(t.root), ME, "RPT_HAS_DUPLICATES", ""),
]
HANDLING: list[Row] = [
    (lambda t: DispatchReport(t.triaged, None), "system:desk", "ok", ""),
    (lambda t: DispatchReport(t.triaged, "wkr_4"), "grid:wkr_1", "ok", ""),
    (lambda t: DispatchReport(t.triaged, None), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: DispatchReport(NO, "wkr_99"), OFFICER, "REPORT_NOT_FOUND", "WORKER_NOT_FOUND"),
    (lambda t: DispatchReport(t.closed, "wkr_99"), OFFICER, "WORKER_NOT_FOUND", "RPT_BAD_STATE"),
    (lambda t: DispatchReport(t.closed, "wkr_2"), OFFICER, "RPT_BAD_STATE", "RPT_WORKER_UNFIT"),
    (lambda t: DispatchReport(t.triaged, "wkr_2"), OFFICER, "RPT_WORKER_UNFIT", ""),  # covers another grid
    (lambda t: DispatchReport(t.triaged, "wkr_5"), OFFICER, "RPT_WORKER_UNFIT", ""),  # a mediator
    (lambda t: DispatchReport(t.triaged, "wkr_9"), OFFICER, "RPT_WORKER_UNFIT", ""),  # dismissed
    (lambda t: AcceptReport(t.dispatched), HOLDER, "ok", ""),
    (lambda t: AcceptReport(t.dispatched), "grid:wkr_9", "FORBIDDEN", "RPT_NOT_ASSIGNEE"),
    (lambda t: AcceptReport(NO), IDLE, "REPORT_NOT_FOUND", ""),
    (lambda t: AcceptReport(t.in_progress), IDLE, "RPT_BAD_STATE", "RPT_NOT_ASSIGNEE"),
    (lambda t: AcceptReport(t.dispatched), IDLE, "RPT_NOT_ASSIGNEE", ""),
    (lambda t: AcceptReport(t.dispatched), OFFICER, "RPT_NOT_ASSIGNEE", ""),
    (lambda t: ReturnReport(t.dispatched, "not_mine"), HOLDER, "ok", ""),
    (lambda t: ReturnReport(t.returned, "not_mine"), OFFICER, "ok", ""),
    (lambda t: ReturnReport(NO, "not_mine"), IDLE, "REPORT_NOT_FOUND", ""),
    (lambda t: ReturnReport(t.in_progress, "not_mine"), IDLE, "RPT_BAD_STATE", "RPT_NOT_ASSIGNEE"),
    (lambda t: ReturnReport(t.returned, "not_mine"), IDLE, "RPT_NOT_ASSIGNEE", "RPT_RETURN_LIMIT"),
    (lambda t: ReturnReport(t.returned, "not_mine"), HOLDER, "RPT_RETURN_LIMIT", ""),
    (lambda t: TransferReport(t.paused, other(t)), OFFICER, "ok", ""),
    (lambda t: TransferReport(NO, "wkr_99"), IDLE, "REPORT_NOT_FOUND", "WORKER_NOT_FOUND"),
    (lambda t: TransferReport(t.closed, "wkr_99"), IDLE, "WORKER_NOT_FOUND", "RPT_BAD_STATE"),
    (lambda t: TransferReport(t.closed, "wkr_2"), IDLE, "RPT_BAD_STATE", "RPT_NOT_ASSIGNEE"),
    (lambda t: TransferReport(t.paused, "wkr_2"), IDLE, "RPT_NOT_ASSIGNEE", "RPT_WORKER_UNFIT"),
    (lambda t: TransferReport(t.paused, "wkr_2"), HOLDER, "RPT_WORKER_UNFIT", ""),
    (lambda t: TransferReport(t.paused, row(t.town, t.paused).assignee), OFFICER, "RPT_WORKER_UNFIT", ""),
    (lambda t: SuspendReport(t.in_progress, t.town.clock + DAY, "rain"), HOLDER, "ok", ""),
    (lambda t: SuspendReport(NO, 0, "rain"), IDLE, "REPORT_NOT_FOUND", ""),
    (lambda t: SuspendReport(t.closed, 0, "rain"), IDLE, "RPT_BAD_STATE", "RPT_NOT_ASSIGNEE"),
    (lambda t: SuspendReport(t.in_progress, 0, "rain"), IDLE, "RPT_NOT_ASSIGNEE", "RPT_BAD_UNTIL"),
    (lambda t: SuspendReport(t.in_progress, t.town.clock, "rain"), HOLDER, "RPT_BAD_UNTIL", ""),
    (lambda t: SuspendReport(t.paused, t.town.clock + 1, "rain"), HOLDER, "SLA_PAUSE_LIMIT", ""),
    (lambda t: ResumeReport(t.suspended), HOLDER, "ok", ""),
    (lambda t: ResumeReport(t.suspended), OFFICER, "ok", ""),
    (lambda t: ResumeReport(NO), IDLE, "REPORT_NOT_FOUND", ""),
    (lambda t: ResumeReport(t.in_progress), IDLE, "RPT_BAD_STATE", "RPT_NOT_ASSIGNEE"),
    (lambda t: ResumeReport(t.suspended), IDLE, "RPT_NOT_ASSIGNEE", ""),
    (lambda t: EscalateReport(t.submitted, "fire"), "grid:wkr_1", "ok", ""),
    (lambda t: EscalateReport(t.suspended, "fire"), OFFICER, "ok", ""),
    (lambda t: EscalateReport(t.submitted, "fire"), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: EscalateReport(t.submitted, "fire"), ME, "FORBIDDEN", ""),
    (lambda t: EscalateReport(NO, "fire"), OFFICER, "REPORT_NOT_FOUND", ""),
    (lambda t: EscalateReport(t.resolved, "fire"), OFFICER, "RPT_BAD_STATE", ""),
    (lambda t: EscalateReport(t.top, "fire"), OFFICER, "RPT_LEVEL_LIMIT", ""),
]
CLOSING: list[Row] = [
    (lambda t: ResolveReport(t.in_progress, "pho_1"), HOLDER, "ok", ""),
    (lambda t: ResolveReport(NO, "pho_1"), IDLE, "REPORT_NOT_FOUND", ""),
    (lambda t: ResolveReport(t.suspended, "pho_1"), IDLE, "RPT_BAD_STATE", "RPT_NOT_ASSIGNEE"),
    (lambda t: ResolveReport(t.in_progress, "pho_1"), IDLE, "RPT_NOT_ASSIGNEE", ""),
    (lambda t: ConfirmReport(t.resolved), ME, "ok", ""),
    (lambda t: ConfirmReport(t.resolved), "resident:per_2", "FORBIDDEN", ""),
    (lambda t: ConfirmReport(t.resolved), OFFICER, "FORBIDDEN", ""),
    (lambda t: ConfirmReport(NO), ME, "REPORT_NOT_FOUND", ""),
    (lambda t: ConfirmReport(t.closed), ME, "RPT_BAD_STATE", ""),
    (lambda t: RateReport(t.resolved, 1), ME, "ok", ""),
    (lambda t: RateReport(t.closed, 1), ME, "ok", ""),
    (lambda t: RateReport(t.closed, 1), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: RateReport(NO, 1), ME, "REPORT_NOT_FOUND", ""),
    (lambda t: RateReport(t.in_progress, 1), ME, "RPT_BAD_STATE", ""),
    (lambda t: RateReport(t.old_rated, 1), ME, "RPT_REOPEN_WINDOW", "RPT_ALREADY_RATED"),
    (lambda t: RateReport(t.rated, 1), ME, "RPT_ALREADY_RATED", ""),
    (lambda t: DisputeReport(t.resolved), ME, "ok", ""),
    (lambda t: DisputeReport(t.resolved), "resident:per_2", "FORBIDDEN", ""),
    (lambda t: DisputeReport(NO), ME, "REPORT_NOT_FOUND", ""),
    (lambda t: DisputeReport(t.worn_closed), ME, "RPT_BAD_STATE", "RPT_REOPEN_LIMIT"),
    (lambda t: DisputeReport(t.worn), ME, "RPT_REOPEN_LIMIT", ""),
    (lambda t: ReopenReport(t.closed), ME, "ok", ""),
    (lambda t: ReopenReport(t.closed), "resident:per_2", "FORBIDDEN", ""),
    (lambda t: ReopenReport(NO), ME, "REPORT_NOT_FOUND", ""),
    (lambda t: ReopenReport(t.worn), ME, "RPT_BAD_STATE", "RPT_REOPEN_LIMIT"),
    (lambda t: ReopenReport(t.old_worn), ME, "RPT_REOPEN_WINDOW", "RPT_REOPEN_LIMIT"),
    (lambda t: ReopenReport(t.worn_closed), ME, "RPT_REOPEN_LIMIT", ""),
]
PRAISE: list[Row] = [
    (praise_scanned(), ME, "ok", ""),
    (praise_scanned(person="per_7"), "resident:per_7", "ok", ""),
    (praise_scanned(person=None), "visitor:v-1", "ok", ""),
    (praise_scanned("qr_00009999", praised="per_99"), ME, "PERSON_NOT_FOUND", "QR_NOT_FOUND"),
    (praise_scanned("qr_00009999"), ME, "QR_NOT_FOUND", "CODE_NOT_OUTDOOR"),
    (praise_scanned("qr_00000001", praised="per_8"), ME, "CODE_NOT_OUTDOOR", "PERSON_MERGED"),
    (praise_scanned("torn", praised="per_8"), ME, "BIND_QR_REVOKED", "PERSON_MERGED"),
    (praise_scanned("faded", praised="per_8"), ME, "BIND_QR_EXPIRED", "PERSON_MERGED"),
    (praise_scanned(praised="per_8"), ME, "PERSON_MERGED", "PRS_SELF"),
    (praise_scanned(praised="per_1"), ME, "PRS_SELF", "PRS_SAME_HOUSEHOLD"),
    (praise_scanned(praised="per_2"), ME, "PRS_SAME_HOUSEHOLD", "PRS_PAIR_LIMIT"),
    (praise_scanned(praised="per_4"), ME, "PRS_PAIR_LIMIT", ""),
    (praise(), ME, "ok", ""),
    (praise("per_9"), "resident:per_8", "FORBIDDEN", ""),
    (praise(praised="per_99", grid="grd_9"), ME, "PERSON_NOT_FOUND", "GRID_NOT_FOUND"),
    (praise("per_99"), "resident:per_99", "PERSON_NOT_FOUND", ""),
    (praise(praised="per_8", grid="grd_9"), ME, "GRID_NOT_FOUND", "PERSON_MERGED"),
    (praise(praised="per_8"), ME, "PERSON_MERGED", ""),
    (praise("per_7", "per_8"), "resident:per_7", "PERSON_MERGED", "PERSON_NOT_BOUND"),
    (praise("per_9", "per_9"), "resident:per_9", "PERSON_MERGED", "PRS_SELF"),
    (praise("per_7", "per_7"), "resident:per_7", "PERSON_NOT_BOUND", "PRS_SELF"),
    (praise(praised="per_1"), ME, "PRS_SELF", "PRS_SAME_HOUSEHOLD"),
    (praise(praised="per_2"), ME, "PRS_SAME_HOUSEHOLD", "PRS_PAIR_LIMIT"),
    (praise(praised="per_4"), ME, "PRS_PAIR_LIMIT", ""),
    (lambda t: VerifyPraise(t.told, ok=True), "grid:wkr_1", "ok", ""),
    (lambda t: VerifyPraise(t.told, ok=True), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: VerifyPraise(t.told, ok=True), "grid:wkr_9", "FORBIDDEN", ""),
    (lambda t: VerifyPraise("prs_00009999", ok=True), "grid:wkr_1", "PRAISE_NOT_FOUND", ""),
    (lambda t: VerifyPraise(t.seen, ok=True), OFFICER, "PRS_BAD_STATE", ""),
    (lambda t: PublishPraise(t.seen), OFFICER, "ok", ""),
    (lambda t: PublishPraise("prs_00009999"), OFFICER, "PRAISE_NOT_FOUND", ""),
    (lambda t: PublishPraise(t.told), OFFICER, "PRS_BAD_STATE", ""),
    (lambda t: PublishPraise(t.own), OFFICER, "PRS_SELF", ""),
    (lambda t: PublishPraise(t.home), OFFICER, "PRS_SAME_HOUSEHOLD", ""),
]
TABLE = INTAKE + HANDLING + CLOSING + PRAISE
AUTH = {"FORBIDDEN", "OUT_OF_GRID"}


def place(kind: type[Command], name: str) -> int:
    """Where a code stands in the order of a command; auth before everything, an accepted command last."""
    names = [code.name for code in kind.codes]
    return -1 if name in AUTH else names.index(name) if name in names else len(names)


@pytest.mark.parametrize("line", TABLE, ids=[f"{n}-{line[2]}" for n, line in enumerate(TABLE)])
def test_the_first_true_answer_is_given(line: Row) -> None:
    """Each answer is reached, and where a later one would be true as well, the earlier one is given."""
    scene = trouble()
    make, actor, expected, also = line
    command = make(scene)
    holder = f"grid:{row(scene.town, command.report).assignee}" if actor == HOLDER else actor  # type: ignore[attr-defined]
    kind, who = holder.split(":")
    before = digest(scene.town.engine.district)
    assert code_of(scene.town.say(command, kind, who)) == expected
    assert (digest(scene.town.engine.district) == before) == (expected != "ok")
    if also:
        assert place(type(command), expected) < place(type(command), also)


def test_the_table_is_complete() -> None:
    """Every command of reporting is accepted at least once, and every code that it declares is answered."""
    scene = trouble()
    answered = {(type(make(scene)).type, expected) for make, _, expected, _ in TABLE}
    declared = {
        (kind.type, name)
        for kind in COMMANDS
        if kind.type.startswith("reporting.") and kind not in VOICES
        for name in ("ok", *(code.name for code in kind.codes))
    }
    assert declared <= answered
    assert {pair for pair in answered if pair[1] not in AUTH} <= declared


def test_codes_of_a_command_stand_in_the_order_of_their_classes() -> None:
    """In every command of reporting not found stands before state, state before limit."""
    for kind in COMMANDS:
        if kind.type.startswith("reporting."):
            classes = [code.precedence for code in kind.codes]
            assert classes == sorted(classes), kind.type


def test_a_repeat_gets_the_same_answer_and_does_nothing() -> None:
    """The same key again: the same answer, accepted or refused; another case under the key: IDEMPOTENCY_MISMATCH."""
    scene = trouble()
    town = scene.town
    for key, command in (("a", WithdrawReport(scene.triaged)), ("b", WithdrawReport(scene.root))):
        first = town.say(command, "resident", "per_1", key)
        before = digest(town.engine.district)
        assert town.say(command, "resident", "per_1", key, at=town.clock + HOUR) is first
        assert digest(town.engine.district) == before
        assert code_of(town.say(WithdrawReport(scene.submitted), "resident", "per_1", key)) == "IDEMPOTENCY_MISMATCH"
