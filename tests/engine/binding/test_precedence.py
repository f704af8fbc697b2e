"""Which answer a command gives, and which one first where several would be true."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.binding.bindings import RegisterPerson, ScanBind, WorkerBind
from engine.binding.moving import EndBinding, TransferBinding
from engine.binding.places import (
    AddBuilding,
    AddDwelling,
    IssueOutdoorCode,
    IssueQr,
    OpenCommunity,
    OpenGrid,
    RevokeQr,
)
from engine.binding.review import ApproveBinding, RejectBinding
from engine.binding.special_groups import GiveConsent, ReadTags, TagSpecial, UntagSpecial, WithdrawConsent
from engine.binding.workers import AppointWorker, AssignGrid, DismissWorker, IntroduceWorker
from engine.catalogue import COMMANDS
from engine.kernel.command import Command
from engine.kernel.digest import digest
from engine.merging.persons import MergePersons
from tests.engine.binding.troubled import Troubled, troubled
from tests.towns import code_of

Row = tuple[Callable[[Troubled], Command], str, str, str]  # command, actor as kind:id, its answer, what is true as well
OFFICER = "officer:off_1"
NO_BINDING, NO_TAG = "bnd_00009999", "tag_00009999"

TABLE: list[Row] = [
    (lambda t: OpenCommunity("com_2", "subdistrict-1"), OFFICER, "ok", ""),
    (lambda t: OpenCommunity("com_1", "subdistrict-1"), OFFICER, "COMMUNITY_EXISTS", ""),
    (lambda t: OpenCommunity("com_2", "subdistrict-1"), "resident:per_1", "FORBIDDEN", ""),
    (lambda t: OpenGrid("grd_4", "com_1"), OFFICER, "ok", ""),
    (lambda t: OpenGrid("grd_1", "com_9"), OFFICER, "COMMUNITY_NOT_FOUND", "GRID_EXISTS"),
    (lambda t: OpenGrid("grd_1", "com_1"), OFFICER, "GRID_EXISTS", ""),
    (lambda t: AddBuilding("bld_4", "grd_1"), OFFICER, "ok", ""),
    (lambda t: AddBuilding("bld_1", "grd_9"), OFFICER, "GRID_NOT_FOUND", "BUILDING_EXISTS"),
    (lambda t: AddBuilding("bld_1", "grd_1"), OFFICER, "BUILDING_EXISTS", ""),
    (lambda t: AddDwelling("dwl_7", "bld_1"), OFFICER, "ok", ""),
    (lambda t: AddDwelling("dwl_1", "bld_9"), OFFICER, "BUILDING_NOT_FOUND", "DWELLING_EXISTS"),
    (lambda t: AddDwelling("dwl_1", "bld_1"), OFFICER, "DWELLING_EXISTS", ""),
    (lambda t: IssueQr("dwl_1"), OFFICER, "ok", ""),
    (lambda t: IssueQr("dwl_9"), OFFICER, "DWELLING_NOT_FOUND", ""),
    (lambda t: IssueOutdoorCode("grd_1", "bld_1", "gate-1"), OFFICER, "ok", ""),
    (lambda t: IssueOutdoorCode("grd_1", None, "gate-1"), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: IssueOutdoorCode("grd_9", "bld_9", "gate-1"), OFFICER, "GRID_NOT_FOUND", "BUILDING_NOT_FOUND"),
    (lambda t: IssueOutdoorCode("grd_1", "bld_9", "gate-1"), OFFICER, "BUILDING_NOT_FOUND", ""),
    (lambda t: IssueOutdoorCode("grd_1", "bld_2", "gate-1"), OFFICER, "PLACE_ELSEWHERE", ""),
    (lambda t: IntroduceWorker("wkr_1", "A", "room 1"), OFFICER, "ok", ""),
    (lambda t: IntroduceWorker("wkr_1", "A", "room 1"), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: IntroduceWorker("wkr_99", "A", "room 1"), OFFICER, "WORKER_NOT_FOUND", ""),
    (lambda t: IntroduceWorker("wkr_9", "A", "room 1"), OFFICER, "WORKER_DISMISSED", ""),
    (lambda t: AppointWorker("wkr_1", "gardener"), OFFICER, "KIND_NOT_FOUND", "WORKER_EXISTS"),
    (lambda t: ScanBind("per_9", t.square, "dwl_1", "owner"), "resident:per_9", "BIND_QR_OUTDOOR", "PERSON_MERGED"),
    (lambda t: IssueQr("dwl_1"), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: RevokeQr(t.fresh), OFFICER, "ok", ""),
    (lambda t: RevokeQr("qr_00009999"), OFFICER, "QR_NOT_FOUND", ""),
    (lambda t: RevokeQr(t.withdrawn), OFFICER, "BIND_QR_REVOKED", ""),
    (lambda t: RevokeQr(t.old), OFFICER, "BIND_QR_EXPIRED", "BIND_QR_USED"),
    (lambda t: RevokeQr(t.spent), OFFICER, "BIND_QR_USED", ""),
    (lambda t: AppointWorker("wkr_6", "mediator"), OFFICER, "ok", ""),
    (lambda t: AppointWorker("wkr_9", "mediator"), OFFICER, "WORKER_EXISTS", ""),
    (lambda t: AssignGrid("wkr_3", "grd_2"), OFFICER, "ok", ""),
    (lambda t: AssignGrid("wkr_8", "grd_9"), OFFICER, "GRID_NOT_FOUND", "WORKER_NOT_FOUND"),
    (lambda t: AssignGrid("wkr_8", "grd_1"), OFFICER, "WORKER_NOT_FOUND", ""),
    (lambda t: AssignGrid("wkr_9", "grd_1"), OFFICER, "WORKER_DISMISSED", ""),
    (lambda t: AssignGrid("wkr_1", "grd_1"), OFFICER, "GRID_ASSIGNED", ""),
    (lambda t: DismissWorker("wkr_3"), OFFICER, "ok", ""),
    (lambda t: DismissWorker("wkr_8"), OFFICER, "WORKER_NOT_FOUND", ""),
    (lambda t: DismissWorker("wkr_9"), OFFICER, "WORKER_DISMISSED", ""),
    (lambda t: DismissWorker("wkr_1"), OFFICER, "GRID_UNSTAFFED", ""),
    (lambda t: RegisterPerson("per_13"), OFFICER, "ok", ""),
    (lambda t: RegisterPerson("per_1"), OFFICER, "PERSON_EXISTS", ""),
    (lambda t: ScanBind("per_3", t.fresh, "dwl_1", "visitor"), "resident:per_3", "ok", ""),
    (lambda t: ScanBind("per_3", t.fresh, "dwl_1", "visitor"), "resident:per_4", "FORBIDDEN", ""),
    (lambda t: ScanBind("per_3", t.fresh, "dwl_1", "visitor"), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: ScanBind("per_3", "qr_9", "dwl_9", "owner"), "resident:per_3", "DWELLING_NOT_FOUND", "QR_NOT_FOUND"),
    (lambda t: ScanBind("per_1", "qr_9", "dwl_1", "owner"), "resident:per_1", "QR_NOT_FOUND", "BIND_DUPLICATE"),
    (lambda t: ScanBind("per_1", t.old, "dwl_1", "owner"), "resident:per_1", "BIND_DUPLICATE", "BIND_QR_EXPIRED"),
    (lambda t: ScanBind("per_7", t.fresh, "dwl_1", "owner"), "resident:per_7", "BIND_DUPLICATE", "HOUSEHOLD_FULL"),
    (lambda t: ScanBind("per_9", t.withdrawn, "dwl_1", "owner"), "resident:per_9", "BIND_QR_REVOKED", "PERSON_MERGED"),
    (lambda t: ScanBind("per_9", t.old, "dwl_1", "owner"), "resident:per_9", "BIND_QR_EXPIRED", "BIND_QR_USED"),
    (lambda t: ScanBind("per_9", t.spent, "dwl_4", "owner"), "resident:per_9", "BIND_QR_USED", "PERSON_MERGED"),
    (lambda t: ScanBind("per_9", t.nobody, "dwl_6", "owner"), "resident:per_9", "PERSON_MERGED", "GRID_UNSTAFFED"),
    (lambda t: ScanBind("per_10", t.fresh, "dwl_1", "owner"), "resident:per_10", "PERSON_MERGED", "HOUSEHOLD_FULL"),
    (lambda t: ScanBind("per_3", t.nobody, "dwl_6", "owner"), "resident:per_3", "GRID_UNSTAFFED", ""),
    (lambda t: ScanBind("per_3", t.fresh, "dwl_1", "family"), "resident:per_3", "HOUSEHOLD_FULL", ""),
    (lambda t: WorkerBind("per_3", "dwl_4", "owner"), "grid:wkr_2", "ok", ""),
    (lambda t: WorkerBind("per_3", "dwl_4", "owner"), "grid:wkr_9", "FORBIDDEN", ""),
    (lambda t: WorkerBind("per_1", "dwl_1", "owner"), "grid:wkr_2", "OUT_OF_GRID", "BIND_DUPLICATE"),
    (lambda t: WorkerBind("per_3", "dwl_9", "owner"), "grid:wkr_2", "DWELLING_NOT_FOUND", ""),
    (lambda t: WorkerBind("per_1", "dwl_1", "owner"), "grid:wkr_1", "BIND_DUPLICATE", "HOUSEHOLD_FULL"),
    (lambda t: WorkerBind("per_9", "dwl_1", "owner"), "grid:wkr_1", "PERSON_MERGED", "HOUSEHOLD_FULL"),
    (lambda t: WorkerBind("per_9", "dwl_6", "owner"), "grid:wkr_4", "PERSON_MERGED", "GRID_UNSTAFFED"),
    (lambda t: WorkerBind("per_3", "dwl_6", "owner"), "grid:wkr_4", "GRID_UNSTAFFED", ""),
    (lambda t: WorkerBind("per_3", "dwl_1", "owner"), "grid:wkr_1", "HOUSEHOLD_FULL", ""),
    (lambda t: ApproveBinding(t.pending), "grid:wkr_1", "ok", ""),
    (lambda t: ApproveBinding(t.pending), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: ApproveBinding(NO_BINDING), "grid:wkr_1", "BINDING_NOT_FOUND", ""),
    (lambda t: ApproveBinding(t.first), "grid:wkr_1", "BIND_NOT_PENDING", "HOUSEHOLD_FULL"),
    (lambda t: ApproveBinding(t.lapsed), OFFICER, "BIND_NOT_PENDING", ""),
    (lambda t: ApproveBinding(t.stranded), "grid:wkr_4", "GRID_UNSTAFFED", ""),
    (lambda t: ApproveBinding(t.crowded), "grid:wkr_1", "HOUSEHOLD_FULL", ""),
    (lambda t: RejectBinding(t.pending), "grid:wkr_1", "ok", ""),
    (lambda t: RejectBinding(t.pending), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: RejectBinding(NO_BINDING), OFFICER, "BINDING_NOT_FOUND", ""),
    (lambda t: RejectBinding(t.over), OFFICER, "BIND_NOT_PENDING", ""),
    (lambda t: TransferBinding(t.first, "dwl_4"), "grid:wkr_2", "ok", ""),
    (lambda t: TransferBinding(t.first, "dwl_4"), "grid:wkr_1", "OUT_OF_GRID", ""),
    (lambda t: TransferBinding(NO_BINDING, "dwl_9"), OFFICER, "DWELLING_NOT_FOUND", "BINDING_NOT_FOUND"),
    (lambda t: TransferBinding(NO_BINDING, "dwl_1"), OFFICER, "BINDING_NOT_FOUND", ""),
    (lambda t: TransferBinding(t.pending, "dwl_4"), OFFICER, "BIND_DUPLICATE", "BIND_NOT_ACTIVE"),
    (lambda t: TransferBinding(t.over, "dwl_6"), OFFICER, "BIND_ENDED", "GRID_UNSTAFFED"),
    (lambda t: TransferBinding(t.lapsed, "dwl_6"), OFFICER, "BIND_ENDED", "GRID_UNSTAFFED"),
    (lambda t: TransferBinding(t.pending, "dwl_6"), OFFICER, "BIND_NOT_ACTIVE", "GRID_UNSTAFFED"),
    (lambda t: TransferBinding(t.first, "dwl_6"), OFFICER, "GRID_UNSTAFFED", ""),
    (lambda t: TransferBinding("bnd_00000003", "dwl_1"), OFFICER, "HOUSEHOLD_FULL", ""),
    (lambda t: EndBinding(t.first, "moved"), "resident:per_1", "ok", ""),
    (lambda t: EndBinding(t.first, "moved"), "resident:per_2", "FORBIDDEN", ""),
    (lambda t: EndBinding(t.first, "deceased"), "resident:per_1", "FORBIDDEN", ""),
    (lambda t: EndBinding(t.first, "deceased"), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: EndBinding(NO_BINDING, "error"), "grid:wkr_1", "BINDING_NOT_FOUND", ""),
    (lambda t: EndBinding(t.over, "error"), OFFICER, "BIND_ENDED", ""),
    (lambda t: EndBinding(t.lapsed, "error"), OFFICER, "BIND_ENDED", ""),
    (lambda t: EndBinding(t.pending, "error"), OFFICER, "BIND_NOT_ACTIVE", ""),
    (lambda t: TagSpecial("per_1", "veteran", "doc_9"), "grid:wkr_1", "ok", ""),
    (lambda t: TagSpecial("per_1", "veteran", "doc_1"), "grid:wkr_2", "OUT_OF_GRID", "TAG_NO_EVIDENCE"),
    (lambda t: TagSpecial("per_1", "veteran", "doc_9"), "grid:wkr_9", "FORBIDDEN", ""),
    (lambda t: TagSpecial("per_99", "veteran", "doc_1"), "grid:wkr_1", "PERSON_NOT_FOUND", "TAG_NO_EVIDENCE"),
    (lambda t: TagSpecial("per_9", "veteran", "doc_2"), "grid:wkr_1", "TAG_NO_EVIDENCE", "PERSON_MERGED"),
    (lambda t: TagSpecial("per_9", "veteran", "doc_9"), "grid:wkr_1", "PERSON_MERGED", ""),
    (lambda t: UntagSpecial(t.tag), "grid:wkr_1", "ok", ""),
    (lambda t: UntagSpecial(t.tag), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: UntagSpecial(NO_TAG), OFFICER, "TAG_NOT_FOUND", ""),
    (lambda t: UntagSpecial(t.untagged), OFFICER, "TAG_ENDED", ""),
    (lambda t: ReadTags("per_1"), "grid:wkr_1", "ok", ""),
    (lambda t: ReadTags("per_1"), "resident:per_1", "ok", ""),
    (lambda t: ReadTags("per_1"), "resident:per_2", "FORBIDDEN", ""),
    (lambda t: ReadTags("per_1"), "merchant:mer_1", "FORBIDDEN", ""),
    (lambda t: ReadTags("per_1"), "rider:rid_1", "FORBIDDEN", ""),
    (lambda t: ReadTags("per_1"), "grid:wkr_2", "OUT_OF_GRID", ""),
    (lambda t: ReadTags("per_99"), "grid:wkr_1", "PERSON_NOT_FOUND", ""),
    (lambda t: ReadTags("per_9"), "grid:wkr_1", "PERSON_MERGED", ""),
    (lambda t: GiveConsent("per_1", "news"), "resident:per_1", "ok", ""),
    (lambda t: GiveConsent("per_99", "news"), "resident:per_99", "PERSON_NOT_FOUND", ""),
    (lambda t: GiveConsent("per_10", "news"), "resident:per_10", "PERSON_MERGED", ""),
    (lambda t: GiveConsent("per_1", "survey"), "resident:per_1", "CONSENT_STANDS", ""),
    (lambda t: WithdrawConsent("per_1", "survey"), "resident:per_1", "ok", ""),
    (lambda t: WithdrawConsent("per_99", "survey"), "resident:per_99", "PERSON_NOT_FOUND", ""),
    (lambda t: WithdrawConsent("per_10", "news"), "resident:per_10", "PERSON_MERGED", "CONSENT_NOT_GIVEN"),
    (lambda t: WithdrawConsent("per_1", "news"), "resident:per_1", "CONSENT_NOT_GIVEN", ""),
    (lambda t: MergePersons("per_5", "per_6"), OFFICER, "ok", ""),
    (lambda t: MergePersons("per_5", "per_6"), "grid:wkr_1", "FORBIDDEN", ""),
    (lambda t: MergePersons("per_99", "per_99"), OFFICER, "PERSON_NOT_FOUND", "MERGE_ITSELF"),
    (lambda t: MergePersons("per_1", "per_99"), OFFICER, "PERSON_NOT_FOUND", ""),
    (lambda t: MergePersons("per_9", "per_9"), OFFICER, "MERGE_ITSELF", "PERSON_MERGED"),
    (lambda t: MergePersons("per_10", "per_1"), OFFICER, "PERSON_MERGED", ""),
    (lambda t: MergePersons("per_1", "per_9"), OFFICER, "PERSON_MERGED", ""),
]
AUTH = {"FORBIDDEN", "OUT_OF_GRID"}


def place(kind: type[Command], name: str) -> int:
    """Where a code stands in the order of a command; auth before everything, an accepted command last."""
    names = [code.name for code in kind.codes]
    return -1 if name in AUTH else names.index(name) if name in names else len(names)


@pytest.mark.parametrize("row", TABLE, ids=[f"{n}-{row[2]}" for n, row in enumerate(TABLE)])
def test_the_first_true_answer_is_given(row: Row) -> None:
    """Each answer is reached, and where a later one would be true as well, the earlier one is given."""
    town = troubled()
    make, actor, expected, also = row
    command = make(town)
    kind, who = actor.split(":")
    before = digest(town.town.engine.district)
    assert code_of(town.town.say(command, kind, who)) == expected
    assert (digest(town.town.engine.district) == before) == (expected != "ok")
    if also:
        assert place(type(command), expected) < place(type(command), also)


def test_the_table_is_complete() -> None:
    """Every command of binding is accepted at least once, and every code that it declares is answered."""
    town = troubled()
    answered = {(type(make(town)).type, expected) for make, _, expected, _ in TABLE}
    declared = {
        (kind.type, name)
        for kind in COMMANDS
        if kind.type.startswith("binding.")
        for name in ("ok", *(code.name for code in kind.codes))
    }
    assert declared <= answered
    assert {pair for pair in answered if pair[1] not in AUTH} <= declared
