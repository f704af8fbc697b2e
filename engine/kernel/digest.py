"""The digest of a state: sha256 over the canonical text of all rows, whatever order they were written in.

Two digests, both hex:

- `digest(rows)` covers what it is given: the district (rows, ledger, deadlines, counters, clock, policy in force). Two
  histories that leave the same town have the same digest.
- `state_digest(engine)` covers what decides every later answer: the district, and each answer that still binds under
  its key, as scope (kind of actor, key), fingerprint (sha256 of the canonical list of type, version, actor, fields),
  record number and code. Left out: the hash chain and seq, which the log itself states, and personal values, of which
  a state holds commitments only. A run writes it into its manifest; `replay` rebuilds the state from events and
  compares (H02).

The text is hashed piece by piece, since the text of a whole district would need more memory than the district.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from json.encoder import encode_basestring
from typing import Any

from engine.kernel.command import Outcome
from engine.kernel.encoding import canonical
from engine.kernel.event import Event

PIECES = 4_096  # how many pieces of text wait before they are hashed together
Writer = Callable[[Any], str]


def digest(state: Any) -> str:
    """Hex sha256 of the canonical text of a state, keys sorted at every depth."""
    hashed = _Hash()
    hashed.add(state)
    return hashed.hexdigest()


def state_digest(engine: Any) -> str:
    """Hex digest of all that an engine's later answers depend on."""
    living = engine.keys.living(engine.district.at)
    return digest({"district": engine.district, "keys": [_answer(outcome) for outcome in living]})


def _answer(outcome: Outcome) -> list[Any]:
    by = outcome.by
    code = outcome.code.name if outcome.code is not None else None
    return [by.kind, by.key, fingerprint(outcome), outcome.n, code]


def fingerprint(outcome: Outcome) -> str:
    """Hex sha256 of what a command says, without its instant and key (section A1 of docs/domain.md)."""
    by = outcome.by
    actor, wire = canonical(f"{by.kind}:{by.who}"), canonical(by.command.type)
    text = f"[{wire},{by.command.version},{actor},{by.command.encode()}]"
    return hashlib.sha256(text.encode()).hexdigest()


def text_of(value: Any) -> str:
    """Canonical text of a row or a plain value; raises TypeError for what has none, floats among it."""
    kind = type(value)
    write = _writers.get(kind)
    if write is None:
        write = _writers[kind] = _row_writer(kind)
    return write(value)


def _table(value: dict[Any, Any]) -> str:
    return "{" + ",".join([f"{name}:{text_of(each)}" for name, each in _sorted(value.items())]) + "}"


def _list(value: Iterable[Any]) -> str:
    return "[" + ",".join([text_of(each) for each in value]) + "]"


_writers: dict[type, Writer] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    str: encode_basestring,
    type(None): lambda _value: "null",
    dict: _table,
    defaultdict: _table,
    list: _list,
    tuple: _list,
    set: lambda value: "[" + ",".join(sorted(text_of(each) for each in value)) + "]",
}
"""How values of a type are written; the types of rows are learnt when the first of them is met."""
_writers[frozenset] = _writers[set]


def _row_writer(kind: type) -> Writer:
    if issubclass(kind, Event):
        return kind.encode  # compiled for the journal already
    if callable(getattr(kind, "rows", None)):
        return lambda value: text_of(value.rows())
    names = _names(kind)
    return lambda value: "{" + ",".join([f'"{shown}":{text_of(getattr(value, name))}' for shown, name in names]) + "}"


def _names(kind: type) -> list[tuple[str, str]]:
    """Names of the fields of a row as they are shown, in order, and as they are read."""
    if is_dataclass(kind):
        return [(name, name) for name in sorted(field.name for field in fields(kind))]
    if not hasattr(kind, "__slots__"):
        raise TypeError(f"{kind.__name__} has no canonical text: state is int, str, bool, None, dict, list and rows")
    return sorted((name.lstrip("_"), name) for name in kind.__slots__)


def _sorted(items: Iterable[tuple[Any, Any]]) -> list[tuple[str, Any]]:
    """Entries of a dict under the JSON text of their keys; a key that is no text is shown as the text of its own."""
    named = [(key if isinstance(key, str) else text_of(key), value) for key, value in items]
    named.sort(key=lambda pair: pair[0])
    return [(encode_basestring(name), value) for name, value in named]


class _Hash:
    """Hashes a text that is never there as a whole: tables of rows go in row by row."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._pieces: list[str] = []

    def add(self, value: Any) -> None:
        """The text of a value; tables and groups of tables are opened, rows are written at once."""
        if isinstance(value, dict):
            self._table(_sorted(value.items()))
        elif callable(getattr(value, "rows", None)):
            self.add(value.rows())
        elif hasattr(value, "__slots__") and not is_dataclass(value):
            self._table([(f'"{shown}"', getattr(value, name)) for shown, name in _names(type(value))])
        else:
            self._piece(text_of(value))

    def _table(self, entries: list[tuple[str, Any]]) -> None:
        opening = "{"
        for name, value in entries:
            self._piece(f"{opening}{name}:")
            self.add(value)
            opening = ","
        self._piece("{}" if opening == "{" else "}")

    def _piece(self, text: str) -> None:
        self._pieces.append(text)
        if len(self._pieces) >= PIECES:
            self._settle()

    def _settle(self) -> None:
        self._hash.update("".join(self._pieces).encode())
        self._pieces.clear()

    def hexdigest(self) -> str:
        self._settle()
        return self._hash.hexdigest()
