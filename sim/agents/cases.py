"""Cases as processes: intake, triage, dispatch, a member's work, the reporter's answer, another round if need be."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine import Outcome
from engine.catalogue import (
    AcceptReport,
    ConfirmReport,
    DispatchReport,
    DisputeReport,
    EnterReport,
    RateReport,
    ReopenReport,
    ResolveReport,
    ReturnReport,
    SubmitReport,
    TriageReport,
    WithdrawReport,
)
from sim.agents.detours import Detours
from sim.agents.doors import Doors
from sim.agents.grid_members import MINUTE_S, GridMembers
from sim.agents.marks import digits
from sim.agents.praises import TEXT, Praises
from sim.agents.residents import Residents
from sim.agents.suggestions import Suggestions
from sim.arrivals import Arrivals, Crowd, rate_for
from sim.behaviour.reporting import satisfied
from sim.profiles import DAY_S, HOUR_S, Shape, day_weights
from sim.world import World

Steps = Generator[Any, Any, None]
TIERS = ("urgent", "utility", "general", "hard")
CASE_WORK = 0  # priority of a case in a member's queue: before entries and rounds
URGENT_AT_ONCE = ("urgent",)  # handled outside office hours too
GOOD, BAD = (5, 4), (2, 1)  # stars of the satisfied and the others


class Cases:
    """Every case of a run."""

    def __init__(self, world: World, residents: Residents, members: GridMembers) -> None:
        """Groups the policy's categories by their limit."""
        self.world = world
        self.residents = residents
        self.members = members
        categories = world.scenario.policy.reporting.categories
        self._categories = {
            tier: sorted(name for name, category in categories.items() if category.tier == tier) or sorted(categories)
            for tier in TIERS
        }
        self.praises = Praises(world, residents, members)
        self.suggestions = Suggestions(world, members)
        self.doors = Doors(world)
        self.detours = Detours(world, members)
        self._last_open: dict[str, str] = {}

    def arrivals(self) -> list[tuple[Arrivals, str]]:
        """Streams of residents' cases: a kind each, drawn at the highest mood, thinned by the actual one."""
        behaviour, profiles = self.world.scenario.behaviour.reporting, self.world.profiles
        totals: dict[str, tuple[float, Shape]] = {
            "problem": (behaviour.problem_reports, profiles.self_service),
            "suggestion": (behaviour.suggestions, profiles.message_board),
            "complaint": (behaviour.complaints, profiles.message_board),
            "praise": (behaviour.praises, profiles.self_service),
        }
        return [(self._arrivals(kind, total, shape), kind) for kind, (total, shape) in totals.items()]

    def _arrivals(self, kind: str, total: float, shape: Shape) -> Arrivals:
        world = self.world
        activity = world.town.people.activity
        horizon = (world.scenario.first_day, world.scenario.first_day + world.scenario.days)
        weights = activity.astype(np.float64)
        rate = rate_for(total * world.scale, weights, self.residents.present_from, shape, horizon)
        most = world.scenario.behaviour.reporting.after_success
        return Arrivals(kind, rate * most, Crowd.of(activity), shape, world.streams)

    def join(self, *, streams: bool = True) -> None:
        """Cases of residents and grid members' own entries come as streams."""
        world, behaviour = self.world, self.world.scenario.behaviour.reporting
        for arrivals, kind in self.arrivals() if streams else []:
            world.env.add_stream(arrivals.draw, self.thought(kind), kind)
        weights = day_weights(world.scenario.first_day, world.scenario.days, world.profiles.staff)
        rate = behaviour.member_entries * world.scale / float(weights.sum())
        entries = Arrivals("entries", rate, Crowd.of(np.ones(len(world.members))), world.profiles.staff, world.streams)
        world.env.add_stream(entries.draw, self._entry, "entries")

    def thought(self, kind: str) -> Any:
        """What happens when somebody might report: they do if bound, and as their last case left them."""
        most = self.world.scenario.behaviour.reporting.after_success
        bound, mood, env = self.residents.bound, self.residents.mood, self.world.env
        acts = {"praise": self.praises.praise, "suggestion": self.suggestions.suggest}

        def decide(who: int, u: float) -> None:
            if bound[who] and u * most < mood.get(who, 1.0):
                env.process(acts[kind](who) if kind in acts else self._reported(who, kind))

        return decide

    def _luck(self, name: str, who: int) -> np.random.Generator:
        """A case's own luck, named by its moment and its person: the same under every policy."""
        return self.world.streams.generator(f"case.{name}", int(self.world.env.now), who)

    def _tier(self, luck: np.random.Generator) -> tuple[str, str]:
        shares = np.cumsum(self.world.scenario.behaviour.reporting.tier_shares)
        tier = TIERS[min(int(np.searchsorted(shares, luck.random() * shares[-1], side="right")), len(TIERS) - 1)]
        names = self._categories[tier]
        return tier, names[int(luck.random() * len(names))]

    def _entry(self, member: int, _u: float) -> None:
        """A grid member enters what was seen on a round; some of it a rider or a merchant tells instead."""
        world = self.world
        luck = self._luck("entry", member)
        grids = world.town.grids_of_member(member)
        grid = int(grids[int(luck.random() * len(grids))])
        tier, category = self._tier(luck)
        door, who = self.doors.actor(grid, member)
        made = world.must(EnterReport("problem", category, world.grids[grid], TEXT), door, who)
        if door == "grid":
            self.members.entries[member] += 1
        world.env.process(self._handled(made.report, tier, None, luck))

    def _reported(self, who: int, kind: str) -> Steps:
        """A resident's case."""
        world = self.world
        luck = self._luck(kind, who)
        tier, category = self._tier(luck)
        person, grid = world.people[who], world.grids[int(world.town.people.grid[who])]
        report = SubmitReport(person, kind, category, grid, TEXT, None)  # type: ignore[arg-type]
        made = world.must(report, "resident", person)
        yield from self._handled(made.report, tier, who, luck)

    def handled(self, report: str, category: str, luck: np.random.Generator) -> Steps:
        """A case that nobody will answer, of a category, from triage to its solution."""
        yield from self._handled(report, self.world.scenario.policy.reporting.categories[category].tier, None, luck)

    def _handled(self, report: str, tier: str, who: int | None, luck: np.random.Generator) -> Steps:
        """Triage, then rounds of handling until the reporter leaves it at that."""
        behaviour, env = self.world.scenario.behaviour, self.world.env
        wait = luck.exponential(behaviour.handling.triage_minutes) * MINUTE_S
        yield env.timeout(int(wait) + (0 if tier in URGENT_AT_ONCE else self.members.until_office()))
        if not self._triaged(report, tier, who, luck):
            return
        started, again = int(env.now), True
        while again:
            yield from self._round(report, tier, luck)
            fixed = bool(luck.random() < behaviour.handling.fixed_share)
            again = False
            if who is not None:
                again = yield from self._answered(report, (tier, started, fixed), who, luck)

    def _triaged(self, report: str, tier: str, who: int | None, luck: np.random.Generator) -> bool:
        """An officer's verdict; only residents' cases can be known already or no case at all."""
        behaviour = self.world.scenario.behaviour.reporting
        verdict, of, mark = "accept", None, float(luck.random())
        if who is not None and digits(mark, 0) < behaviour.withdrawn_share:
            person = self.world.people[who]
            if self.world.say(WithdrawReport(report), "resident", person).ok:
                return False
        if who is not None and mark < behaviour.refused_share:
            verdict = "reject"
        elif who is not None and mark < behaviour.refused_share + behaviour.duplicate_share:
            of = self._last_open.get(tier)
            verdict = "duplicate" if of is not None else "accept"
        accepted = verdict == "accept"
        reason = None if accepted else verdict
        triage = TriageReport(report, verdict, tier if accepted else None, of, reason)  # type: ignore[arg-type]
        self.world.must(triage, "officer", "desk")
        if accepted:
            self._last_open[tier] = report
        return accepted

    def _round(self, report: str, tier: str, luck: np.random.Generator) -> Steps:
        """One round: dispatch, a member's own work, the time that others take, solution."""
        world, behaviour = self.world, self.world.scenario.behaviour
        place = TIERS.index(tier)
        worker = self._dispatched(report)
        mark = float(luck.random())
        if mark < behaviour.reporting.return_share and worker in self.members.row_of:
            yield world.env.timeout(HOUR_S)
            if world.say(ReturnReport(report, "wrong_member"), "grid", worker).ok:
                worker = self._dispatched(report)
        minutes = behaviour.handling.work_minutes[place]
        if worker in self.members.row_of:
            member = self.members.row_of[worker]
            accept = lambda: world.must(AcceptReport(report), "grid", worker)  # noqa: E731 - said when work starts
            yield from self.members.does(member, CASE_WORK, minutes, accept, at_once=tier in URGENT_AT_ONCE)
            self.members.cases[member] += 1
            kind, who = "grid", worker
        else:
            yield world.env.timeout(minutes * MINUTE_S)
            kind, who = "officer", "desk"
            world.must(AcceptReport(report), kind, who)
        days = np.exp(luck.normal(behaviour.handling.elapsed_log_mean[place], behaviour.handling.elapsed_log_sd[place]))
        yield world.env.timeout(int(days * DAY_S))
        if kind == "grid":
            who = yield from self.detours.taken(report, worker, mark)
        world.must(ResolveReport(report, f"doc_{report[4:]}"), kind, who)

    def _dispatched(self, report: str) -> str:
        """Who has the case; a disputed or reopened one is with a member at once."""
        row = self.world.engine.district.cases.reports[report]
        if row.state == "DISPATCHED":
            return str(row.assignee)
        made = self.world.must(DispatchReport(report, None), "officer", "desk")
        return str(made.worker)

    def _answered(
        self, report: str, story: tuple[str, int, bool], who: int, luck: np.random.Generator
    ) -> Generator[Any, Any, bool]:
        """The reporter's answer to a solution; True if the case goes on."""
        world, behaviour = self.world, self.world.scenario.behaviour.rating
        tier, started, fixed = story
        marks = luck.random(5)
        solved_at = int(world.env.now)
        yield world.env.timeout(int(luck.exponential(behaviour.answer_hours) * HOUR_S))
        limit = world.engine.district.policy.reporting.tiers[tier].limit_s
        happy = bool(marks[0] < satisfied(solved_at - started, limit, fixed=fixed, behaviour=behaviour))
        self._remember(who, happy=happy)
        person = world.people[who]
        if not fixed and marks[1] < behaviour.dispute_share:
            return world.say(DisputeReport(report), "resident", person).ok
        if marks[2] < behaviour.rated_share:
            stars = (GOOD if happy else BAD)[int(marks[3] * 2)]
            outcome: Outcome = world.say(RateReport(report, stars), "resident", person)
        elif marks[4] < behaviour.confirmed_share:
            outcome = world.say(ConfirmReport(report), "resident", person)
        else:
            return False
        if fixed or not outcome.ok or marks[1] > 1.0 - behaviour.reopen_share:
            return False
        yield world.env.timeout(DAY_S)
        return world.say(ReopenReport(report), "resident", person).ok

    def _remember(self, who: int, *, happy: bool) -> None:
        behaviour = self.world.scenario.behaviour.reporting
        self.residents.mood.setdefault(who, behaviour.after_success if happy else behaviour.after_failure)
