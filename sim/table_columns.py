"""Tables of a run folder, the contract between the run that writes them and the report that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

Columns = Mapping[str, Sequence[Any] | npt.NDArray[Any]]
"""A table by column."""

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "targets": {
        "key": "VARCHAR",
        "published": "DOUBLE",
        "at_least": "BOOLEAN",
        "qualifier": "VARCHAR",
        "simulated": "DOUBLE",
        "low": "DOUBLE",
        "high": "DOUBLE",
        "within": "BOOLEAN",
        "status": "VARCHAR",
        "note": "VARCHAR",
    },
    "events_by_day": {"day": "DATE", "kind": "VARCHAR", "n": "BIGINT"},
    "commands_by_hour": {
        "kind": "VARCHAR",
        "weekday": "INTEGER",
        "hour": "INTEGER",
        "n": "BIGINT",
        "rejected": "BIGINT",
    },
    "bound_by_day": {
        "day": "DATE",
        "community_self": "BIGINT",
        "community_grid": "BIGINT",
        "other_self": "BIGINT",
        "other_grid": "BIGINT",
        "households": "BIGINT",
    },
    "questionnaires": {
        "questionnaire": "VARCHAR",
        "opened": "DATE",
        "closed": "DATE",
        "points": "INTEGER",
        "reached": "BIGINT",
        "submitted": "BIGINT",
        "valid": "BIGINT",
        "too_fast": "BIGINT",
        "straight_line": "BIGINT",
        "duplicate": "BIGINT",
        "incomplete": "BIGINT",
    },
    "votes": {
        "vote": "VARCHAR",
        "opened": "DATE",
        "closed": "DATE",
        "electorate": "BIGINT",
        "ballots": "BIGINT",
        "winner": "VARCHAR",
        "top_share": "DOUBLE",
    },
    "cases": {
        "case_id": "VARCHAR",
        "kind": "VARCHAR",
        "category": "VARCHAR",
        "source": "VARCHAR",
        "grid": "VARCHAR",
        "tier": "VARCHAR",
        "state": "VARCHAR",
        "submitted": "TIMESTAMP",
        "answered": "TIMESTAMP",
        "resolved": "TIMESTAMP",
        "closed": "TIMESTAMP",
        "due": "TIMESTAMP",
        "late": "BOOLEAN",
        "level": "INTEGER",
        "round": "INTEGER",
        "rating": "INTEGER",
        "closed_by": "VARCHAR",
        "reopened": "INTEGER",
    },
    "points_flows": {"day": "DATE", "ledger": "VARCHAR", "rule": "VARCHAR", "flow": "VARCHAR", "points": "BIGINT"},
    "points_outstanding": {"day": "DATE", "outstanding": "BIGINT", "debt": "BIGINT", "moral": "BIGINT"},
    "purchases": {
        "day": "DATE",
        "merchant": "VARCHAR",
        "trade": "VARCHAR",
        "n": "BIGINT",
        "goods_fen": "BIGINT",
        "cash_fen": "BIGINT",
        "points": "BIGINT",
        "refunds": "BIGINT",
        "refunded_fen": "BIGINT",
    },
    "groups": {
        "dimension": "VARCHAR",
        "grp": "VARCHAR",
        "persons": "BIGINT",
        "bound": "BIGINT",
        "bound_by_grid": "BIGINT",
        "answerers": "BIGINT",
        "answers": "BIGINT",
        "voters": "BIGINT",
        "reporters": "BIGINT",
        "buyers": "BIGINT",
        "redeemers": "BIGINT",
        "points_earned": "BIGINT",
        "points_redeemed": "BIGINT",
        "moral": "BIGINT",
    },
    "services_by_day": {"day": "DATE", "service": "VARCHAR", "n": "BIGINT"},
    "grid_members": {
        "kind": "VARCHAR",
        "members": "BIGINT",
        "cases": "BIGINT",
        "visits": "BIGINT",
        "entries": "BIGINT",
        "busy_minutes": "BIGINT",
        "overloaded_days": "BIGINT",
    },
}
"""The columns that the report reads, by table. Days are civil days, instants local, both at +08:00."""
