"""The small town with short words for cases and their way."""

from __future__ import annotations

from typing import Any

import pytest

from engine.kernel.rejection import Rejected
from tests.acceptance.wire import Wire

OFFICE, MEMBER = "officer:off_1", "grid:wkr_1"
HOUR_S, DAY_S = 3_600, 86_400


class Cases(Wire):
    """A door to the small town."""

    def reported(self, person: str, kind: str = "problem") -> str:
        """A resident reports something in grd_1; the id of the case."""
        said = {"kind": kind, "category": "facilities", "grid": "grd_1", "text": "the lamp is broken"}
        events = self.must("reporting.submit_report", f"resident:{person}", person=person, place="by the gate", **said)
        return str(events[0].report)

    def taken(self, case: str) -> None:
        """A case is accepted for handling and goes to the member of the grid, who takes it an hour later."""
        verdict: dict[str, Any] = {"verdict": "accept", "tier": None, "of": None, "reason": None}
        self.must("reporting.triage_report", OFFICE, report=case, **verdict)
        self.must("reporting.dispatch_report", OFFICE, report=case, worker="wkr_1")
        self.at += HOUR_S
        self.must("reporting.accept_report", MEMBER, report=case)

    def solved(self, case: str) -> None:
        """A case is taken and solved with evidence."""
        self.taken(case)
        self.at += HOUR_S
        self.must("reporting.resolve_report", MEMBER, report=case, evidence=f"ev_{case[-8:]}")

    def read_refused(self, name: str, actor: str, **asked: Any) -> str:
        """Ask for what must be refused; the name of the code."""
        with pytest.raises(Rejected) as refused:
            self.read(name, actor, **asked)
        return refused.value.code.name
