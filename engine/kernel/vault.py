"""The vault: personal values beside the journal. A record holds sha256(salt + value); purging deletes salt and value.

Chain and digest are over commitments only, so both still verify after a purge, and a short value (a tag, a phone)
cannot be guessed from its commitment once the salt is gone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, get_type_hints

from engine.kernel.units import DAY_S, Personal

SALT_BYTES = 16


@dataclass(slots=True)
class VaultRow:
    """One personal value: its field in the registry, the instant it came, salt and value."""

    field: str
    at: int
    salt: bytes
    value: str


class Vault(Protocol):
    """Where personal values are kept; a memory vault for tests, a database table beside a log."""

    def put(self, commitment: str, row: VaultRow) -> None:
        """Keep a row under its commitment."""

    def get(self, commitment: str) -> VaultRow | None:
        """The row, or None when it was purged."""

    def purge(self, field: str, before: int) -> None:
        """Delete rows of `field` that came before the instant `before`."""


class MemoryVault:
    """A vault in a dict."""

    def __init__(self) -> None:
        """Empty."""
        self.rows: dict[str, VaultRow] = {}

    def put(self, commitment: str, row: VaultRow) -> None:
        """Keep a row under its commitment."""
        self.rows[commitment] = row

    def get(self, commitment: str) -> VaultRow | None:
        """The row, or None when it was purged."""
        return self.rows.get(commitment)

    def purge(self, field: str, before: int) -> None:
        """Delete rows of `field` that came before the instant `before`."""
        gone = [key for key, row in self.rows.items() if row.field == field and row.at < before]
        for key in gone:
            del self.rows[key]


def random_salt() -> bytes:
    """A salt nobody can guess, for a real deployment."""
    return os.urandom(SALT_BYTES)


def seeded_salt(seed: int) -> Callable[[], bytes]:
    """Salts of a simulation: the n-th is sha256(seed, n), so that two runs of one seed write the same journal."""
    drawn = 0

    def draw() -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.sha256(f"salt:{seed}:{drawn}".encode()).digest()[:SALT_BYTES]

    return draw


def commit(salt: bytes, value: str) -> str:
    """Commitment of a value under its salt: hex of sha256(salt + UTF-8 of value)."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def personal_fields(kind: type) -> dict[str, Personal]:
    """The personal fields of a command class with the purpose and retention that its type declares."""
    found: dict[str, Personal] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        for mark in _marks(hint):
            if isinstance(mark, Personal):
                found[name] = mark
    return found


def _marks(hint: Any) -> list[object]:
    marks = list(getattr(hint, "__metadata__", ()))
    for inner in getattr(hint, "__args__", ()):
        marks += getattr(inner, "__metadata__", ())
    return marks


class Sealing:
    """Replaces personal values of commands by commitments and keeps the values in a vault."""

    def __init__(self, vault: Vault, salt: Callable[[], bytes]) -> None:
        """`salt` gives a new salt a value."""
        self.vault = vault
        self._salt = salt

    def seal(self, command: Any, names: tuple[str, ...], at: int) -> Any:
        """The command with the fields `names` committed; their values are kept from the instant `at`."""
        sealed: dict[str, str] = {}
        for name in names:
            value = getattr(command, name)
            if value is not None:
                salt = self._salt()
                sealed[name] = commit(salt, value)
                self.vault.put(sealed[name], VaultRow(f"{command.type}.{name}", at, salt, value))
        return replace(command, **sealed)

    def seal_again(self, command: Any, names: tuple[str, ...], known: Any) -> Any:
        """The command with the commitments of an earlier one wherever its values are the same.

        A value that was purged is compared no more: nothing tells it from another one, and of the two mistakes the
        harmless one is to give an answer again, since a true repeat that is called a mismatch may be sent anew.
        """
        sealed: dict[str, str] = {}
        for name in names:
            commitment, value = getattr(known, name), getattr(command, name)
            if commitment is None or value is None:
                continue
            row = self.vault.get(commitment)
            if row is None or commit(row.salt, value) == commitment:
                sealed[name] = commitment
        return replace(command, **sealed)


def retention_s(mark: Personal) -> int:
    """How long a field may be kept, in seconds."""
    return mark.retention_days * DAY_S
