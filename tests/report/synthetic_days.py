"""The calendar of a synthetic run."""

import datetime
from typing import Any

import numpy as np

Columns = dict[str, Any]
"""Columns of a table by name, of equal length."""
LAUNCH = datetime.date(2021, 9, 15)
FULL_DAYS = 329


def calendar(days: int) -> np.ndarray:
    """The civil days of a run."""
    return np.datetime64(LAUNCH) + np.arange(days)
