"""Commands that lead a row to where it stands: which they are, and which rows a command of the log is about.

Cases, praises, instruments and purchases have ways of their own (`story`). Here are all other rows that a later command
can name: suggestions, topics, activities, shifts, warnings, offers, orders, checkouts, bills, statements, deductions,
traces of the epidemic. A command is about every row that it or its answer names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.catalogue import COMMANDS
from loadtests.plan.ids import ids_in

MODULES = frozenset(
    {
        "engine.reporting.suggestions",
        "engine.reporting.stages",
        "engine.reporting.deliberation",
        "engine.participation.activities",
        "engine.participation.registrations",
        "engine.participation.volunteers",
        "engine.participation.shifts",
        "engine.grid.hazards",
        "engine.marketplace.offers",
        "engine.marketplace.orders",
        "engine.marketplace.placing",
        "engine.marketplace.returns",
        "engine.marketplace.riders",
        "engine.payments.orders",
        "engine.payments.bills",
        "engine.payments.checkouts",
        "engine.payments.notices",
        "engine.payments.channel_refunds",
        "engine.payments.statements",
        "engine.points.awards",
        "engine.points.clawback",
        "engine.points.deductions",
        "engine.epidemic.contacts",
    }
)
"""Subjects whose rows are led again command by command."""
SOCIAL = frozenset({"sug", "top", "pst", "act", "cal", "shf", "wrn", "chk"})
PAID = frozenset({"ofr", "ord", "cko", "utb", "crf", "dif", "stm", "awd", "ded"})
PREFIXES = SOCIAL | PAID
"""Their ids."""
WIRES = frozenset(each.type for each in COMMANDS if each.__module__ in MODULES)
SCAN, OPEN_CASE = "grid.scan_cases", "grid.open_warning_case"


def rows_of(wire: str, data: Any, view: Any) -> Iterator[str]:
    """Ids of the rows that a command with its answer is about, each once; a warning's case begins with its command."""
    wanted = PREFIXES | {"rpt"} if wire == OPEN_CASE else PREFIXES
    found = dict.fromkeys(name for part in (data, view) for prefix, name in ids_in(part) if prefix in wanted)
    yield from found
