"""The small town with a mediator and a police officer, and cases brought to any state by commands."""

from __future__ import annotations

from typing import Any

from engine import Engine, Policy, new_engine, seeded_salt
from engine.binding.workers import AppointWorker, AssignGrid
from engine.district.cases import ReportKind
from engine.district.grid import WorkerKind
from engine.kernel.command import Command, Outcome
from engine.reporting.closing import ConfirmReport, DisputeReport, RateReport, ReopenReport, ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport, ReturnReport, TransferReport
from engine.reporting.intake import EnterReport, SubmitReport, TriageReport, Verdict, WithdrawReport
from engine.reporting.limits import EscalateReport, ResumeReport, SuspendReport
from tests.towns import Town, small_town

HOUR, DAY = 3_600, 86_400
LIMIT = 7 * DAY  # of category `facilities`
STATES = (
    "SUBMITTED", "TRIAGED", "DISPATCHED", "IN_PROGRESS", "SUSPENDED", "RESOLVED",
    "CLOSED", "REJECTED", "DUPLICATE", "WITHDRAWN",
)  # fmt: skip


def town_of(policy: Policy | None = None, engine: Engine | None = None) -> Town:
    """The small town; wkr_4 (community worker), wkr_5 (mediator) and wkr_6 (police officer) serve in grd_1 too."""
    town = small_town(engine or new_engine(policy, salt=seeded_salt(1)))
    kinds: tuple[tuple[str, WorkerKind], ...] = (
        ("wkr_4", "community_worker"),
        ("wkr_5", "mediator"),
        ("wkr_6", "police_officer"),
    )
    for worker, kind in kinds:
        town.must(AppointWorker(worker, kind))
        town.must(AssignGrid(worker, "grd_1"))
    return town


def submitted(town: Town, person: str = "per_1", kind: ReportKind = "problem", **other: Any) -> str:
    """A new case of a resident; its id."""
    named = {"category": "facilities", "grid": "grd_1", "text": None, "place": None, **other}
    answer = town.must(SubmitReport(person, kind, **named), "resident", person)
    return str(answer.events[0].report)  # type: ignore[attr-defined]


def row(town: Town, report: str) -> Any:
    """The row of a case."""
    return town.engine.district.cases.reports[report]


def verdict(report: str, verdict_: Verdict = "accept", **other: Any) -> TriageReport:
    """A verdict of triage."""
    return TriageReport(report, verdict_, **{"tier": None, "of": None, "reason": None, **other})


def by_assignee(town: Town, command: Command, **when: Any) -> Outcome:
    """The member who has the case gives the command."""
    worker = row(town, command.report).assignee  # type: ignore[attr-defined]
    return town.must(command, "grid", worker, **when)


def triaged(town: Town, **of: Any) -> str:
    """A case that was accepted."""
    report = submitted(town, **of)
    town.must(verdict(report))
    return report


def dispatched(town: Town, **of: Any) -> str:
    """A case sent by rule."""
    report = triaged(town, **of)
    town.must(DispatchReport(report, None), "system", "desk")
    return report


def in_progress(town: Town, **of: Any) -> str:
    """A case that a member has accepted."""
    report = dispatched(town, **of)
    by_assignee(town, AcceptReport(report))
    return report


def suspended(town: Town, for_s: int = DAY, **of: Any) -> str:
    """A case that waits."""
    report = in_progress(town, **of)
    by_assignee(town, SuspendReport(report, town.clock + for_s, "spare_parts"))
    return report


def resolved(town: Town, **of: Any) -> str:
    """A case with evidence that it is done."""
    report = in_progress(town, **of)
    by_assignee(town, ResolveReport(report, "pho_1"))
    return report


def closed(town: Town, **of: Any) -> str:
    """A case that its reporter confirmed."""
    report = resolved(town, **of)
    town.must(ConfirmReport(report), "resident", row(town, report).reporter)
    return report


def rejected(town: Town, **of: Any) -> str:
    """A case that is not for us."""
    report = submitted(town, **of)
    town.must(verdict(report, "reject", reason="not_ours"))
    return report


def duplicate(town: Town, **of: Any) -> str:
    """A case that repeats another one."""
    root, report = triaged(town), submitted(town, **of)
    town.must(verdict(report, "duplicate", of=root))
    return report


def withdrawn(town: Town, **of: Any) -> str:
    """A case that its reporter took back."""
    report = submitted(town, **of)
    town.must(WithdrawReport(report), "resident", row(town, report).reporter)
    return report


BRING = dict(
    zip(
        STATES,
        (submitted, triaged, dispatched, in_progress, suspended, resolved, closed, rejected, duplicate, withdrawn),
        strict=True,
    )
)


def orders(town: Town, report: str) -> dict[str, tuple[Command, str, str]]:
    """Every command about one case, as somebody who may give it: command, kind of actor, actor."""
    kept = row(town, report)
    member = ("grid", kept.assignee or "wkr_1")
    me = ("resident", kept.reporter)
    office = ("officer", "off_1")
    other = "wkr_4" if kept.assignee != "wkr_4" else "wkr_1"
    return {
        "accept_verdict": (verdict(report), *office),
        "duplicate_verdict": (verdict(report, "duplicate", of=triaged(town)), *office),
        "reject_verdict": (verdict(report, "reject", reason="not_ours"), *office),
        "dispatch": (DispatchReport(report, None), *office),
        "accept": (AcceptReport(report), *member),
        "return": (ReturnReport(report, "not_mine"), *member),
        "transfer": (TransferReport(report, other), *member),
        "suspend": (SuspendReport(report, town.clock + HOUR, "rain"), *member),
        "resume": (ResumeReport(report), *member),
        "resolve": (ResolveReport(report, "pho_1"), *member),
        "confirm": (ConfirmReport(report), *me),
        "rate": (RateReport(report, 5), *me),
        "dispute": (DisputeReport(report), *me),
        "reopen": (ReopenReport(report), *me),
        "withdraw": (WithdrawReport(report), *me),
        "escalate": (EscalateReport(report, "urgent"), *office),
    }


def entered(town: Town) -> str:
    """A case that a grid member entered."""
    answer = town.must(EnterReport("problem", "facilities", "grd_1", None), "grid", "wkr_4")
    return str(answer.events[0].report)  # type: ignore[attr-defined]
