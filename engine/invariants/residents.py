"""Persons and their bindings (S17), grids and their members (S18), special tags (S19), merges (H11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from engine.district.ledger import AV, DEBT, HELD, MORAL, PEND
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import civil_day, day_start

LIVING = ("ACTIVE", "PENDING_REVIEW")


class Residents(Watcher):
    """Who is bound where, and who looks after them."""

    ids: ClassVar[tuple[str, ...]] = ("S17", "S18", "S19", "T24", "H11", "H12")

    def __init__(self, district: Any, broken: Broken) -> None:
        """Nobody."""
        super().__init__(district, broken)
        self._persons: set[str] = set()
        self._grids: set[str] = set()
        self._active = 0
        self._tags: dict[str, int] = {}  # tags in force -> their last instant
        self._tags_ever = 0

    def looks(self) -> Mapping[str, Look]:
        """Events of binding."""
        return {
            "binding.requested": self.touched,
            "binding.activated": self.activated,
            "binding.ended": self.ended,
            "binding.rejected": self.touched,
            "binding.person_deceased": self.touched,
            "binding.person_merged": self.merged,
            "participation.acts_merged": self.acts_merged,
            "binding.worker_dismissed": self.dismissed,
            "binding.special_tagged": self.tagged,
            "binding.special_untagged": self.untagged,
        }

    def touched(self, event: Any, _outcome: Outcome) -> None:
        """Bindings of the person changed."""
        self._persons.add(event.person)

    def activated(self, event: Any, _outcome: Outcome) -> None:
        """One active binding more."""
        self._active += 1
        self._persons.add(event.person)
        self._grids.add(event.grid)

    def ended(self, event: Any, _outcome: Outcome) -> None:
        """One active binding less."""
        self._active -= 1
        self._persons.add(event.person)

    def dismissed(self, event: Any, outcome: Outcome) -> None:
        """The grids of a member must go on without."""
        for grid in self.district.grid.workers[event.worker].grids:
            self._staffed(grid, outcome)

    def _staffed(self, grid: str, outcome: Outcome | None) -> None:
        self.counts["S18"] += 1
        rows = self.district.grid
        row = rows.grids[grid]
        found = [rows.workers[each] for each in row.workers]
        serving = [each for each in found if each.active and each.kind == "community_worker" and grid in each.grids]
        if row.active_bindings and not serving:
            self.broken("S18", f"{grid} has {row.active_bindings} active bindings and {row.workers}", outcome, None)
        if row.community_workers != len(serving):
            self.broken("S18", f"{grid} counts {row.community_workers} community workers of {serving}", outcome, None)

    def tagged(self, event: Any, outcome: Outcome) -> None:
        """A tag comes from a member who covers the person, on evidence that no other tag stands on."""
        self.counts["S19"] += 1
        self._tags_ever += 1
        rows, district = self.district.special_groups, self.district
        worker = district.grid.workers.get(event.set_by)
        row = district.residents.persons[event.person]
        homes = [district.residents.bindings[each] for each in row.bindings]
        covered = worker is not None and worker.active and any(
            each.state == "ACTIVE" and each.grid in worker.grids for each in homes
        )  # fmt: skip
        if not covered or outcome.by.who != event.set_by:
            self.broken("S19", f"{event.tag} of {event.person} was set by {event.set_by}: {worker}", outcome, event)
        if len(rows.evidence) != self._tags_ever or rows.evidence.get(event.evidence) != event.tag:
            self.broken("S19", f"{event.evidence} stands behind another tag", outcome, event)
        self.counts["T24"] += 1
        days = district.policy.binding.tag_days
        if event.valid_to != day_start(civil_day(outcome.by.at) + 1 + days):
            self.broken("T24", f"{event.tag} holds until {event.valid_to}, {days} days are allowed", outcome, event)
        self._tags[event.tag] = event.valid_to

    def untagged(self, event: Any, outcome: Outcome) -> None:
        """A tag ends, at the latest at its last instant."""
        valid_to = self._tags.pop(event.tag, outcome.by.at)
        if outcome.by.at > valid_to or (event.reason == "lapsed" and outcome.by.at != valid_to):
            self.broken("S19", f"{event.tag} ended at {outcome.by.at}, its day was {valid_to}", outcome, event)

    def merged(self, event: Any, outcome: Outcome) -> None:
        """Nothing stays under the row that goes."""
        self.counts["H11"] += 1
        self._persons.update((event.person, event.into))
        district = self.district
        gone, kept = (district.residents.persons[each] for each in (event.person, event.into))
        balances = district.ledger.balances
        left = [balances[each].get(event.person, 0) for each in (AV, PEND, DEBT, HELD, MORAL)]
        wallet = district.points.wallets.get(event.person) or district.special_groups.tags_of.get(event.person)
        if any(left) or wallet or gone.bindings or gone.active_bindings:
            self.broken("H11", f"{left}, {wallet}, {gone.bindings} stay with {event.person}", outcome, event)
        if (gone.state, gone.merged_into, kept.state) != ("MERGED", kept.id, "ACTIVE"):
            self.broken("H11", f"{gone} was merged into {kept}", outcome, event)

    def acts_merged(self, event: Any, outcome: Outcome) -> None:
        """No entitlement, answer or receipt stays under the row that goes."""
        self.counts["H11"] += 1
        board, gone = self.district.board, event.gone
        open_votes = [each.id for each in board.votes.values() if gone in each.entitled]
        sheets = [each.id for each in board.questionnaires.values() if gone in each.answered]
        articles = [each.id for each in board.articles.values() if gone in each.readers]
        if open_votes or sheets or articles:
            self.broken("H11", f"{gone} still acts in {open_votes}, {sheets}, {articles}", outcome, event)

    def night(self) -> None:
        """Persons whose bindings changed, grids that got somebody, tags in force, the number of bindings."""
        self._everyone(self.district.residents.persons[person] for person in sorted(self._persons))
        for grid in sorted(self._grids):
            self._staffed(grid, None)
        self._persons.clear()
        self._grids.clear()
        at = self.district.at
        if self._tags.keys() != self.district.special_groups.tags.keys():
            self.broken("S19", "tags in force are not those that were set and not ended", None, None)
        late = next((tag for tag, valid_to in self._tags.items() if valid_to < at), None)
        if late is not None:
            self.broken("S19", f"{late} is in force after its last instant {self._tags[late]}", None, None)
        self.counts["H12"] += 1
        shown = sum(grid.active_bindings for grid in self.district.grid.grids.values())
        if shown != self._active:
            self.broken("H12", f"grids show {shown} active bindings, the log has {self._active}", None, None)

    def _everyone(self, persons: Iterable[Any]) -> None:
        """Each person on its own; the usual case, at home in the only binding and all is well, is seen at once."""
        bindings, grids = self.district.residents.bindings, self.district.grid.grids
        dwelling_of = self.district.grid.dwellings.get
        for row in persons:
            self.counts["S17"] += 1
            home = row.home
            if row.active_bindings == 1 and row.state == "ACTIVE" and row.bindings == (home,):
                binding = bindings[home]
                dwelling = dwelling_of(binding.dwelling)
                if (
                    binding.state == "ACTIVE"
                    and binding.id == home
                    and binding.person == row.id
                    and dwelling is not None
                    and dwelling.grid == binding.grid
                    and binding.grid in grids
                ):
                    continue
            self._person(row)

    def _person(self, row: Any) -> None:
        """One person: counts and home as the bindings say, each at a known place, at most one a dwelling."""
        rows, grid = self.district.residents, self.district.grid
        bindings = [rows.bindings[each] for each in row.bindings]
        active = [each.id for each in bindings if each.state == "ACTIVE"]
        if len(active) != row.active_bindings or (row.home not in active if active else row.home):
            self.broken("S17", f"{row} has active bindings {active}", None, None)
        if active and row.state != "ACTIVE":
            self.broken("S17", f"{row.id} is {row.state} and bound by {active}", None, None)
        living = [each.dwelling for each in bindings if each.state in LIVING]
        if len(set(living)) < len(living):
            self.broken("S17", f"{row.id} is bound twice to one of {living}", None, None)
        for each in bindings:
            dwelling = grid.dwellings.get(each.dwelling)
            if each.person != row.id or dwelling is None or dwelling.grid != each.grid or each.grid not in grid.grids:
                self.broken("S17", f"{each} of {row.id} is to {dwelling}", None, None)

    def whole(self) -> None:
        """Everybody, and the counts that are published."""
        residents, grid = self.district.residents, self.district.grid
        self._everyone(residents.persons.values())
        bound = sum(row.active_bindings > 0 for row in residents.persons.values())  # just seen to be the true number
        for each in grid.grids:
            self._staffed(each, None)
        members: dict[str, int] = {}
        for binding in residents.bindings.values():
            if binding.household and binding.state == "ACTIVE":
                members[binding.dwelling] = members.get(binding.dwelling, 0) + 1
        self.counts["H12"] += 1
        shown = (residents.bound_count, residents.household_count)
        counted = (bound, len(members))
        if shown != counted:
            self.broken("H12", f"bound persons and households are shown as {shown}, counted {counted}", None, None)
        for dwelling in grid.dwellings.values():
            count = members.get(dwelling.id, 0)
            if dwelling.members != count or bool(dwelling.household) is not bool(count):
                self.broken("H12", f"{dwelling} has {count} members", None, None)
