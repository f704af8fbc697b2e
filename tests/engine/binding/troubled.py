"""The small town 40 days later, with every trouble that a command of binding can meet.

Households hold 2 members, codes live 30 days and bind twice. Added to the small town:

    com_1 has grd_3 with a police officer (wkr_4) only: building bld_3, dwelling dwl_6 (fresh code `nobody`)
    dwl_1 is full; codes of dwl_1: `fresh` (live), `old` (expired), `withdrawn` (revoked); of dwl_4: `spent` (used up)
    dwl_2 is full as well since per_12 joined per_3; a fresh code of dwl_4 is `fourth`
    per_7 and per_8 visitors at dwl_4; per_7 waits for dwl_1 (`pending`), per_8 waited in vain for dwl_2 (`lapsed`)
    per_11 waits as tenant of dwl_2 (`crowded`) and for dwl_6 (`stranded`: its community worker was dismissed since)
    per_9 died (`over` was the binding at dwl_2); per_10 was merged into per_6; wkr_9 was dismissed
    `square` is an outdoor code of grd_1
    per_1 has the tag `tag` on evidence doc_1 and agrees to the purpose survey; `untagged` is a tag taken off
"""

from __future__ import annotations

from dataclasses import dataclass

from engine import Policy, new_engine
from engine.binding.bindings import RegisterPerson, ScanBind, WorkerBind
from engine.binding.moving import EndBinding
from engine.binding.places import AddBuilding, AddDwelling, IssueOutdoorCode, IssueQr, OpenGrid, RevokeQr
from engine.binding.special_groups import GiveConsent, TagSpecial, UntagSpecial
from engine.binding.workers import AppointWorker, AssignGrid, DismissWorker
from engine.kernel.command import Command
from engine.kernel.units import DAY_S
from engine.merging.persons import MergePersons
from tests.towns import MORNING, Town, small_town

LATER = MORNING + 40 * DAY_S
POLICY = Policy().changed(
    {"binding.household_limit": 2, "binding.household_code_days": 30, "binding.household_code_uses": 2}
)


@dataclass
class Troubled:
    """The town and what its rows are called in the table of precedence."""

    town: Town
    ids: dict[str, str]

    def __getattr__(self, name: str) -> str:
        """The id of a row by its name."""
        return self.ids[name]


def troubled() -> Troubled:
    """The town of this file's first lines."""
    town = small_town(new_engine(POLICY))
    ids = {"old": town.codes["dwl_1"], "first": "bnd_00000001"}
    town.must(OpenGrid("grd_3", "com_1"), at=LATER)
    town.must(AddBuilding("bld_3", "grd_3"))
    town.must(AddDwelling("dwl_6", "bld_3"))
    town.must(AppointWorker("wkr_4", "police_officer"))
    town.must(AssignGrid("wkr_4", "grd_3"))
    for name, dwelling in (
        ("fresh", "dwl_1"),
        ("withdrawn", "dwl_1"),
        ("spent", "dwl_4"),
        ("spare", "dwl_1"),
        ("fourth", "dwl_4"),
        ("nobody", "dwl_6"),
    ):
        ids[name] = made(town, IssueQr(dwelling), "qr")
    ids["square"] = made(town, IssueOutdoorCode("grd_1", None, "square"), "qr")
    town.must(RevokeQr(ids["withdrawn"]))
    for person in ("per_7", "per_8"):
        town.must(ScanBind(person, ids["spent"], "dwl_4", "visitor"), "resident", person)
    ids["lapsed"] = request(town, ScanBind("per_8", ids["fourth"], "dwl_2", "visitor"))
    ids["over"] = made(town, WorkerBind("per_9", "dwl_2", "visitor"), "binding", "grid", "wkr_1")
    town.must(EndBinding(ids["over"], "deceased"))
    town.must(RegisterPerson("per_10"))
    town.must(MergePersons("per_10", "per_6"))
    town.must(AppointWorker("wkr_9", "mediator"))
    town.must(DismissWorker("wkr_9"))
    ids["tag"] = made(town, TagSpecial("per_1", "veteran", "doc_1"), "tag", "grid", "wkr_1")
    ids["untagged"] = made(town, TagSpecial("per_1", "disabled", "doc_2"), "tag", "grid", "wkr_1")
    town.must(UntagSpecial(ids["untagged"]), "grid", "wkr_1")
    town.must(GiveConsent("per_1", "survey"), "resident", "per_1")
    town.clock += 5 * DAY_S
    ids["pending"] = request(town, ScanBind("per_7", ids["fourth"], "dwl_1", "visitor"))
    town.must(AppointWorker("wkr_5", "community_worker"))
    town.must(AssignGrid("wkr_5", "grd_3"))
    ids["stranded"] = request(town, ScanBind("per_11", ids["spare"], "dwl_6", "owner"))
    town.must(DismissWorker("wkr_5"))
    ids["crowded"] = request(town, ScanBind("per_11", ids["spare"], "dwl_2", "tenant"))
    town.must(WorkerBind("per_12", "dwl_2", "family"), "grid", "wkr_1")
    return Troubled(town, ids)


def made(town: Town, command: Command, field: str, kind: str = "officer", who: str = "off_1") -> str:
    """Id that the last event with such a field of an accepted command names in `field`."""
    found: list[str] = [getattr(each, field) for each in town.must(command, kind, who).events if hasattr(each, field)]
    return found[-1]


def request(town: Town, scan: ScanBind) -> str:
    """Id of the binding that a scan asks for."""
    return made(town, scan, "binding", "resident", scan.person)
