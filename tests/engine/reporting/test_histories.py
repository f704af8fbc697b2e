"""Random histories of several cases: what must hold after every command, stated without calling a rule."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.district.cases import ASSIGNED, REPORT_EDGES, UNRESOLVED
from engine.kernel.command import Outcome
from engine.reporting.dispatch import DispatchReport
from engine.reporting.limits import SuspendReport
from tests.engine.reporting.scenes import DAY, HOUR, entered, orders, submitted, town_of, verdict
from tests.towns import Town

ORDERS = (
    "accept_verdict", "duplicate_verdict", "reject_verdict", "dispatch", "accept", "accept", "return", "transfer",
    "suspend", "resume", "resolve", "resolve", "confirm", "rate", "dispute", "reopen", "withdraw", "escalate",
    "by_hand", "long_pause", "copy", "hard",
)  # fmt: skip
MOVES_DUE = {
    "reporting.report_submitted",
    "reporting.report_triaged",
    "reporting.report_resumed",
    "reporting.report_reopened",
}
WINDOW, ROUNDS, PAUSES, TOP = 7 * DAY, 2, 5 * DAY, 3
STEP = st.tuples(
    st.sampled_from(ORDERS), st.integers(0, 4), st.sampled_from([0, 60, HOUR, 9 * HOUR, DAY, 3 * DAY, 8 * DAY])
)


class Auditor:
    """Sees every journalled command, those of the clock included, and checks what moved."""

    def __init__(self, town: Town) -> None:
        self.cases = town.engine.district.cases
        self.deadlines = town.engine.district.deadlines
        self.before: dict[str, tuple[str, int, int, int]] = {}
        self.checked = 0
        town.engine.observers.append(self)

    def observe(self, outcome: Outcome) -> None:
        """Check the step of each case and the whole of all cases."""
        types = {event.type for event in outcome.events}
        for kept in self.cases.reports.values():
            state, level, due, rounds = self.before.get(kept.id, ("", 0, kept.due, 1))
            assert kept.state == state or (state, kept.state) in REPORT_EDGES, "T01"
            assert kept.level in (level, level + 1), "T18"
            assert kept.level <= TOP
            assert kept.due == due or types & MOVES_DUE, "T19"
            assert kept.round in (rounds, rounds + 1), "T17"
            assert kept.round <= ROUNDS + 1, "T17"
            assert kept.paused_s <= PAUSES
            assert bool(kept.assignee) == (kept.state in ASSIGNED), "S25"
            if kept.state == "DUPLICATE":
                assert self.cases.reports[kept.root].state not in ("DUPLICATE", "SUBMITTED", "REJECTED", "WITHDRAWN"), (
                    "S26"
                )
            self.before[kept.id] = (kept.state, kept.level, kept.due, kept.round)
            self.checked += 1
        self._lists()
        assert waiting_for(self.cases) == [row for row in self.deadlines.rows() if row[1].startswith("report_")]

    def _lists(self) -> None:
        for worker, listed in self.cases.open_of.items():
            held = {
                kept.id for kept in self.cases.reports.values() if kept.assignee == worker and kept.state in UNRESOLVED
            }
            assert set(listed) == held


def waiting_for(cases: Any) -> list[list[object]]:
    """The deadlines that the rows call for (L01): a limit, a next call or the top, the end of a pause, closing."""
    slots: dict[tuple[int, str], list[str]] = {}
    for kept in cases.reports.values():
        wanted = []
        if kept.state in UNRESOLVED:
            if kept.state == "SUSPENDED":
                wanted.append((kept.waits_until, "report_resume"))
            if kept.breached and kept.level < TOP:
                wanted.append((kept.escalates_at, "report_escalate"))
            if not kept.breached and kept.state != "SUSPENDED":
                wanted.append((kept.due, "report_due"))
        if kept.state == "RESOLVED":
            wanted.append((kept.waits_until, "report_close"))
        for slot in wanted:
            slots.setdefault(slot, []).append(kept.id)
    return [[due, kind, sorted(ids)] for (due, kind), ids in sorted(slots.items())]


def said(town: Town, order: str, report: str, reports: list[str]) -> None:
    """Give a command about a case, whether or not it is possible."""
    kept = town.engine.district.cases.reports[report]
    if order == "by_hand":
        town.say(DispatchReport(report, "wkr_1"))
    elif order == "long_pause":
        town.say(SuspendReport(report, town.clock + 3 * DAY, "winter"), "grid", kept.assignee or "wkr_1")
    elif order == "copy":
        town.say(verdict(report, "duplicate", of=reports[0]))
    elif order == "hard":
        town.say(verdict(report, tier="hard"))
    else:
        command, kind, who = orders(town, report)[order] if order != "duplicate_verdict" else (
            verdict(report, "duplicate", of=reports[-1]), "officer", "off_1",
        )  # fmt: skip
        town.say(command, kind, who or "per_1")


def rated_once_a_round(steps: tuple[tuple[int, str, str], ...]) -> bool:
    """T16, from the steps alone."""
    ratings = 0
    for _, step, actor in steps:
        if step.startswith(("dispute:", "reopen:")):
            ratings = 0
        if step.startswith("rated:"):
            ratings += 1
            if ratings > 1 or actor != "reporter":
                return False
        if step.startswith("closed:") and actor not in ("reporter", "clock"):
            return False
    return True


def reopened_in_time(steps: tuple[tuple[int, str, str], ...]) -> bool:
    """T17, from the steps alone."""
    closed_at = 0
    for at, step, _ in steps:
        if step.startswith("closed:"):
            closed_at = at
        if step.startswith("reopen:") and not at < closed_at + WINDOW:
            return False
    return True


@given(history=st.lists(STEP, max_size=60))
def test_whatever_is_said_every_case_keeps_its_rules(history: list[tuple[str, int, int]]) -> None:
    """T01, T16 to T19, S25, S26, L01, L02, and the lists and deadlines are those that the rows call for."""
    town = town_of()
    auditor = Auditor(town)
    reports = [submitted(town), submitted(town, "per_3", "complaint"), submitted(town, "per_4", category="dispute"),
               submitted(town, category="safety"), entered(town)]  # fmt: skip
    for order, place, wait in history:
        town.clock += wait
        said(town, order, reports[place], reports)
        for kept in town.engine.district.cases.reports.values():
            if kept.state in UNRESOLVED and town.engine.district.at > kept.submitted_at + 90 * DAY:
                assert kept.level == TOP, "L02"
    town.engine.advance(town.clock + 60 * DAY)
    for kept in town.engine.district.cases.reports.values():
        assert kept.level == TOP or kept.state not in UNRESOLVED, "L01"
        assert rated_once_a_round(kept.steps)
        assert reopened_in_time(kept.steps)
        assert [at for at, _, _ in kept.steps] == sorted(at for at, _, _ in kept.steps)
    assert auditor.checked


def test_random_histories_reach_far() -> None:
    """The generator is not idle: a fixed history of this kind comes to a reopened, returned and suspended case."""
    town = town_of()
    Auditor(town)
    reports = [submitted(town) for _ in range(5)]
    far = (
        "accept_verdict", "dispatch", "return", "dispatch", "accept", "long_pause", "resume", "transfer", "accept",
        "resolve", "rate", "reopen", "accept", "resolve", "dispute", "accept", "resolve", "confirm", "reopen",
    )  # fmt: skip
    for order in far:
        town.clock += HOUR
        said(town, order, reports[0], reports)
    kept = town.engine.district.cases.reports[reports[0]]
    words = {step.partition(":")[0] for _, step, _ in kept.steps}
    assert words >= {"returned", "suspended", "resumed", "transferred", "rated", "reopen", "dispute", "closed"}
    assert (kept.state, kept.round) == ("CLOSED", 3)
