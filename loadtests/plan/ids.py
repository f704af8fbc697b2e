"""Ids in parsed JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

ID = re.compile(r"([a-z]{2,4})_[A-Za-z0-9-]{1,40}")


def ids_in(value: Any) -> Iterator[tuple[str, str]]:
    """Prefix and id of every id in parsed JSON."""
    if isinstance(value, str):
        if (found := ID.fullmatch(value)) is not None:
            yield found[1], value
    elif isinstance(value, dict):
        for each in value.values():
            yield from ids_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from ids_in(each)
