"""A command of a log as somebody would say it: a log holds commitments where people wrote words.

What people wrote changes no answer, so other words stand in: the same ones for the same commitment.
"""

from __future__ import annotations

import zlib
from typing import Any, Literal, get_args, get_origin, get_type_hints

from engine.catalogue import BY_TYPE

WORDS = ("路灯不亮了", "楼道里堆着杂物", "单元门关不上", "下水道堵了", "健身器材松了", "希望增设长椅", "谢谢邻居帮忙")
"""Synthetic, and short enough for every personal field."""
NAMES = frozenset({"place", "origin"})
"""Fields that hold a name of a place; different commitments have to stay different places."""


def spoken(wire: str, data: dict[str, Any]) -> dict[str, Any]:
    """The data of a command with its personal fields filled in."""
    kind = BY_TYPE[wire]
    if not kind.personal:
        return data
    hints = get_type_hints(kind)
    found = dict(data)
    for name in kind.personal:
        if found[name] is not None:
            commitment = str(found[name])
            found[name] = _named(commitment) if name in NAMES else _value(hints[name], commitment)
    return found


def _named(commitment: str) -> str:
    return f"place_{zlib.crc32(commitment.encode()):08x}"


def _value(hint: Any, commitment: str) -> str:
    """One of the values that the field may have."""
    options = literals(hint) or WORDS
    return str(options[zlib.crc32(commitment.encode()) % len(options)])


def literals(hint: Any) -> tuple[Any, ...]:
    """The values that a type allows, if it lists them."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for each in get_args(hint) if (found := literals(each))), ())
