"""The small town with the epidemic functions on until the end of 2021."""

from __future__ import annotations

from typing import Any

import pytest

from engine.epidemic.ending import SEALED
from engine.kernel.rejection import Rejected
from engine.policy.epidemic import end_of
from tests.acceptance.wire import Wire

OFFICE, DOCTOR, AREA = "officer:off_1", "grid:wkr_3", "area-7"
HOUR_S, DAY_S = 3_600, 86_400


def resident(number: int) -> str:
    """The actor of a person of the town."""
    return f"resident:per_{number}"


class Ward(Wire):
    """A door to the small town; the family doctor is wkr_3."""

    def __init__(self, last_day: str = "2021-12-31") -> None:
        """`last_day` of the epidemic functions, empty for none."""
        super().__init__(epidemic__last_day=last_day)
        self.end = end_of(last_day)

    def code(self, number: int) -> dict[str, Any]:
        """The health code that a person shows."""
        shown: dict[str, Any] = self.read("epidemic.health_code", resident(number), person=f"per_{number}")
        return shown

    def read_refused(self, name: str, actor: str, **asked: Any) -> str:
        """Ask for what must be refused; the name of the code."""
        with pytest.raises(Rejected) as refused:
            self.read(name, actor, **asked)
        return refused.value.code.name

    def values(self) -> list[str]:
        """Personal values of the epidemic functions that the vault still holds."""
        rows = self.engine.sealing.vault.rows  # type: ignore[attr-defined]
        return sorted(row.value for row in rows.values() if row.field in SEALED)
