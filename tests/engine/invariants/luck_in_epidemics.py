"""What people of a random life say in an epidemic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.kernel.units import DAY_S, HOUR_S


def _area(life: Any) -> Any:
    return life.luck.choice(("area-1", "area-2"))


def _earlier(life: Any) -> Any:
    return life.at - life.luck.choice((0, 60, HOUR_S, 3 * DAY_S))


def _own_check_in(life: Any) -> Any:
    """A check-in of the person whom the command names, if there is one."""
    rows = life.engine.district.epidemic.check_ins
    own = [each for each, row in rows.items() if row.person == life.named.get("person")]
    return life.luck.choice(own) if own else life.some(rows, "chk")


NAMED: dict[str, Callable[[Any], Any]] = {
    "epidemic.judge_exposure.check_in": _own_check_in,
    "check_in": lambda life: life.some(life.engine.district.epidemic.check_ins, "chk"),
    "epidemic.check_in.place": lambda life: life.luck.choice(("market", "school")),
    "area": _area,
    "origin": _area,
    "left_at": _earlier,
    "sample_at": _earlier,
}
