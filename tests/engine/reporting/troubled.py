"""A town with every trouble that a command of reporting can meet.

Persons: per_7 is registered and bound nowhere, per_8 was merged into per_3, per_9 was merged into per_1 (the row of
per_9 had praised nobody). Grid members: wkr_9 was dismissed. The ids that `trouble` gives are described beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.administration import ChangePolicy
from engine.binding.bindings import RegisterPerson
from engine.binding.places import IssueOutdoorCode, RevokeQr
from engine.binding.workers import AppointWorker, AssignGrid, DismissWorker
from engine.merging.persons import MergePersons
from engine.reporting.closing import ConfirmReport, DisputeReport, RateReport, ReopenReport, ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport, ReturnReport
from engine.reporting.limits import EscalateReport, SuspendReport
from engine.reporting.praise import SubmitPraise, VerifyPraise
from tests.engine.reporting import scenes
from tests.engine.reporting.scenes import DAY, by_assignee, verdict
from tests.towns import Town


@dataclass
class Troubled:
    """The town and what its cases are called in the table of precedence."""

    town: Town
    ids: dict[str, str]

    def __getattr__(self, name: str) -> str:
        """The id of a case or praise by its name."""
        return self.ids[name]


def again(town: Town, report: str) -> None:
    """From dispatched to resolved once more."""
    by_assignee(town, AcceptReport(report))
    by_assignee(town, ResolveReport(report, "pho_2"))


def me(town: Town, command: object, person: str = "per_1") -> None:
    """The reporter gives the command."""
    town.must(command, "resident", person)  # type: ignore[arg-type]


def _old(town: Town) -> dict[str, str]:
    """Cases closed long ago: unrated, rated, and one that has no round left."""
    ids = {"old": scenes.closed(town), "old_rated": scenes.resolved(town), "old_worn": scenes.resolved(town)}
    me(town, RateReport(ids["old_rated"], 5))
    for _ in range(2):
        me(town, DisputeReport(ids["old_worn"]))
        again(town, ids["old_worn"])
    me(town, ConfirmReport(ids["old_worn"]))
    town.clock += 8 * DAY
    return ids


def _rounds(town: Town) -> dict[str, str]:
    """Cases without a round left (resolved, closed), one rated in this round, one returned twice."""
    ids = {"worn": scenes.resolved(town), "worn_closed": scenes.closed(town), "rated": scenes.resolved(town)}
    for _ in range(2):
        me(town, DisputeReport(ids["worn"]))
        again(town, ids["worn"])
        me(town, ReopenReport(ids["worn_closed"]))
        again(town, ids["worn_closed"])
        me(town, ConfirmReport(ids["worn_closed"]))
    me(town, RateReport(ids["rated"], 3))
    returned = ids["returned"] = scenes.dispatched(town)
    for worker in ("wkr_4", "wkr_1"):
        by_assignee(town, ReturnReport(returned, "not_mine"))
        town.must(DispatchReport(returned, worker))
    return ids


def _limits(town: Town) -> dict[str, str]:
    """`paused`: has used up its pauses. `top`: at the highest level. `root`: another reporter waits for it."""
    ids = {"paused": scenes.in_progress(town), "top": scenes.in_progress(town), "root": scenes.triaged(town)}
    by_assignee(town, SuspendReport(ids["paused"], town.clock + 5 * DAY, "rain"))
    for level in range(3):
        town.must(EscalateReport(ids["top"], f"reason-{level}"))
    ids["copy"] = scenes.submitted(town)
    town.must(verdict(ids["copy"], "duplicate", of=ids["root"]))
    return ids


def _praises(town: Town) -> dict[str, str]:
    """`told`, `seen` (verified), `own` (verified; the praised is the praiser), `home` (a household member)."""
    ids = {}
    for name, person, praised in (
        ("told", "per_1", "per_4"), ("seen", "per_1", "per_5"), ("own", "per_4", "per_10"), ("home", "per_1", "per_11"),
    ):  # fmt: skip
        answer = town.must(SubmitPraise(person, praised, "grd_1", None), "resident", person)
        ids[name] = str(answer.events[0].praise)  # type: ignore[attr-defined]
        if name != "told":
            town.must(VerifyPraise(ids[name], ok=True))
    town.must(MergePersons("per_10", "per_4"))
    town.must(MergePersons("per_11", "per_2"))
    return ids


def _codes(town: Town) -> dict[str, str]:
    """Outdoor codes of grd_1: `torn` was revoked, `faded` expires in these days, `square` is read."""
    ids = {}
    for name in ("torn", "faded", "square"):
        days = "2" if name == "faded" else "1095"
        town.must(ChangePolicy((("binding.outdoor_code_days", days),), town.clock + 1))
        answer = town.must(IssueOutdoorCode("grd_1", "bld_1", name), at=town.clock + 2)
        ids[name] = str(answer.events[0].qr)  # type: ignore[attr-defined]
    town.must(RevokeQr(ids["torn"]))
    return ids


def trouble() -> Troubled:
    """The town of this file's first lines."""
    town = scenes.town_of()
    for person in ("per_7", "per_8", "per_9", "per_10", "per_11"):
        town.must(RegisterPerson(person))
    town.must(MergePersons("per_8", "per_3"))
    town.must(MergePersons("per_9", "per_1"))
    town.must(AppointWorker("wkr_9", "community_worker"))
    town.must(AssignGrid("wkr_9", "grd_1"))
    town.must(DismissWorker("wkr_9"))
    ids = {**_codes(town), **_old(town), **_limits(town), **_praises(town)}
    town.clock += 5 * DAY
    ids |= {**_rounds(town), "entry": scenes.entered(town)}
    for state, bring in scenes.BRING.items():
        ids[state.lower()] = bring(town)
    return Troubled(town, ids)
