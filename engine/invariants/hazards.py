"""Early warnings: a verified one has a case in time (L10), rules find what the policy says (T24), states (H12).

The rules are stated once more over books of all cases: counts by place, and the dispersion rule in fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import BASIS, DAY_S

NO_SIGN = ("WITHDRAWN", "REJECTED")
HUNDREDTHS = 100
Place = tuple[str, str, str]


class Hazards(Watcher):
    """Every warning from what it rests on to its case."""

    ids: ClassVar[tuple[str, ...]] = ("L10", "T24", "H12")

    def __init__(self, district: Any, broken: Broken) -> None:
        """No warning."""
        super().__init__(district, broken)
        self.submitted: dict[str, tuple[int, Any]] = {}
        self.listed: set[str] = set()
        self.due: dict[str, int] = {}  # verified warnings that have no case yet
        self.case_of: dict[str, str] = {}
        self.states: dict[str, str] = {}

    def looks(self) -> Mapping[str, Look]:
        """Cases coming in, scans, and the steps of warnings."""
        return {
            "reporting.report_submitted": self.came_in,
            "grid.cases_scanned": self.scanned,
            "grid.warning_raised": self.raised,
            "grid.warning_verified": self.verified,
            "grid.warning_dismissed": self.dismissed,
            "grid.warning_case_opened": self.opened,
            "grid.warning_cleared": self.cleared,
        }

    def came_in(self, event: Any, outcome: Outcome) -> None:
        """A case; those that warnings open are no sign of another problem."""
        if event.source != "warning":
            self.submitted[event.report] = (outcome.by.at, event)

    def scanned(self, event: Any, outcome: Outcome) -> None:
        """The warnings beside a scan are those that the rule's sentence gives, each with its cases."""
        self.counts["T24"] += 1
        policy = self.district.policy.grid
        since = max(outcome.by.at - policy.warning_window_days * DAY_S, 0)
        window = list(self._window(since))
        found: dict[Place, set[str]] = {}
        for each in window:
            if each.report not in self.listed:
                building = each.building or "" if event.rule == "count" else ""
                found.setdefault((each.category, each.grid, building), set()).add(each.report)
        everywhere = Counter(each.category for each in window)
        wanted = {place: cases for place, cases in found.items() if len(cases) >= policy.warning_cases}
        if event.rule == "dispersion":
            wanted = {
                place: cases for place, cases in wanted.items() if self._unusual(len(cases), everywhere[place[0]])
            }
        raised = [each for each in outcome.events if each.type == "grid.warning_raised"]
        said = {(each.category, each.grid, each.building or ""): set(each.cases) for each in raised}  # type: ignore[attr-defined]
        if said != wanted or len(said) != len(raised) or (event.since, event.seen) != (since, len(window)):
            self.broken("T24", f"{event.rule} finds {said} since {event.since}, should be {wanted}", outcome, event)

    def _window(self, since: int) -> Iterator[Any]:
        """Cases that came in since an instant and may be signs."""
        rows = self.district.cases.reports
        for at, each in reversed(self.submitted.values()):
            if at < since:
                return
            if rows[each.report].state not in NO_SIGN:
                yield each

    def _unusual(self, here: int, everywhere: int) -> bool:
        """True if a grid has more than the mean and the policy's deviations: squared, so that no root is drawn."""
        policy = self.district.policy.grid
        mean = Fraction(everywhere, len(self.district.grid.grids))
        variance = mean * Fraction(policy.warning_dispersion_bp, BASIS)
        above = here - mean
        return above > 0 and above * above > Fraction(policy.warning_deviations_hundredths, HUNDREDTHS) ** 2 * variance

    def raised(self, event: Any, outcome: Outcome) -> None:
        """A rule lists cases that no other warning has listed; an inspection lists none."""
        self.counts["T24"] += 1
        by_rule = outcome.by.command.type == "grid.scan_cases"
        if bool(event.cases) is not by_rule or self.listed.intersection(event.cases):
            self.broken("T24", f"{event.warning} ({event.source}) lists {event.cases}", outcome, event)
        self.listed.update(event.cases)
        self.states[event.warning] = "RAISED"

    def verified(self, event: Any, outcome: Outcome) -> None:
        """From now on the case must come."""
        self.counts["L10"] += 1
        self.states[event.warning] = "VERIFIED"
        self.due[event.warning] = outcome.by.at + self.district.policy.grid.warning_case_s
        if event.case_due != self.due[event.warning]:
            self.broken("L10", f"{event.warning} has a case by {event.case_due}", outcome, event)

    def dismissed(self, event: Any, _outcome: Outcome) -> None:
        """Nothing is to follow."""
        self.states[event.warning] = "FALSE_ALARM"

    def opened(self, event: Any, outcome: Outcome) -> None:
        """A case of its own, in time."""
        self.counts["L10"] += 1
        self.states[event.warning] = "CASE_OPENED"
        due = self.due.pop(event.warning, -1)
        row = self.district.cases.reports.get(event.report)
        if outcome.by.at > due or row is None or (row.source, row.warning) != ("warning", event.warning):
            self.broken("L10", f"{event.warning}, due {due}, has {event.report}: {row}", outcome, event)
        self.case_of[event.warning] = event.report

    def cleared(self, event: Any, outcome: Outcome) -> None:
        """Its case is over."""
        self.states[event.warning] = "CLEARED"
        state = self.district.cases.reports[self.case_of[event.warning]].state
        if state not in ("CLOSED", "DUPLICATE", *NO_SIGN):
            self.broken("H12", f"{event.warning} is cleared, its case is {state}", outcome, event)

    def night(self) -> None:
        """No verified warning waits for its case longer than promised."""
        at = self.district.at
        self.counts["L10"] += len(self.due)
        late = next((warning for warning, due in self.due.items() if due < at), None)
        if late is not None:
            self.broken("L10", f"{late} has no case, due {self.due[late]}", None, None)

    def whole(self) -> None:
        """Every warning is shown as the log tells it."""
        self.counts["H12"] += 1
        shown = {warning: row.state for warning, row in self.district.hazards.warnings.items()}
        if shown != self.states:
            self.broken("H12", "warnings are shown in other states than the log has", None, None)
