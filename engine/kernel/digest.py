"""The digest of a state: sha256 over the canonical text of all rows, whatever order they were written in."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from typing import Any

from engine.kernel.encoding import canonical


def plain(value: Any) -> Any:
    """Rows as plain values: dataclasses and slotted rows become dicts, sets become sorted lists, keys become text."""
    if isinstance(value, int | str | None):
        return value
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {_key(key): plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(each) for each in value)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return {name.lstrip("_"): plain(getattr(value, name)) for name in value.__slots__}


def _key(key: Any) -> str:
    return key if isinstance(key, str) else canonical(plain(key))


def digest(state: Any) -> str:
    """Hex digest of a state."""
    return hashlib.sha256(canonical(plain(state)).encode()).hexdigest()
