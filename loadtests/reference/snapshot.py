"""A snapshot: what a desk knew after one record, so that a start folds only what follows.

A file beside the store: a line of JSON, then the state as a pickle. The line names the record and the hash of the chain
up to it, the build that wrote the file, and the hash of the rest. A snapshot is believed if all of that fits and the
store has a frame that ends with that record and hash; otherwise the log is folded from its first record, which gives
the same. Reading back makes objects of listed modules only: a pickle could call anything, and a file may be anybody's.

Answers stand in it as numbers of their records, and the keys that invariants remember as kind and instant.
"""

from __future__ import annotations

import copyreg
import gc
import hashlib
import io
import json
import os
import pickle
from array import array
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MethodType
from typing import Any, NamedTuple

import engine as engine_package
from engine import Code
from engine.contract import codes
from engine.invariants.order import Order

FORMAT = 1
HEADER_BYTES = 4_096
MODULES = ("engine.calendar.", "engine.district.", "engine.policy.", "engine.invariants.")
"""Modules of whose classes and functions a state is made; none of them opens a file."""
CLASSES = frozenset(
    {
        ("engine.export", "Export"),
        ("engine.kernel.deadlines", "Deadlines"),
        ("engine.kernel.ids", "Counters"),
        ("loadtests.reference.recorded", "Recorded"),
        ("array", "array"),
        ("array", "_array_reconstructor"),
        ("builtins", "bytearray"),
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("collections", "OrderedDict"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
    }
    | {("loadtests.reference.snapshot", name) for name in ("blank_order", "code_named", "look_of", "order_again")}
)
KEYS_OF_ORDER = ("_newer", "_older")
FACTORIES = {"builtins": {"int", "dict", "list", "set"}}
"""What a defaultdict makes."""
CODES = {code.name: code for code in codes()}


class Unusable(Exception):
    """No snapshot, or one that is damaged, of another build or of another log."""


class Used(NamedTuple):
    """What an invariant needs to know of an envelope under a key that was used."""

    kind: str
    at: int


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a file."""

    n: int
    seq: int
    at: int
    chain: str
    build: str
    length: int
    sha256: str
    snapshot: int = FORMAT


@cache
def build() -> str:
    """Hash of the code that gives a state its shape: another build folds the log."""
    hashed = hashlib.sha256()
    folder = Path(engine_package.__file__).parent
    for path in [*sorted(folder.rglob("*.py")), *sorted(Path(__file__).parent.glob("*.py"))]:
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def code_named(name: str) -> Code:
    """A code, of which there is one each."""
    return CODES[name]


def _columns_of(order: Order) -> dict[str, Any]:
    """What an order knows; its keys in columns, which are read back in a third of the time."""
    state = dict(vars(order))
    for name in KEYS_OF_ORDER:
        used = state[name].values()
        state[name] = list(state[name]), [each.kind for each in used], array("q", [each.at for each in used])
    return state


def blank_order() -> Order:
    """An order that knows nothing yet, not even that nothing was recorded."""
    return Order.__new__(Order)


def order_again(order: Order, state: dict[str, Any]) -> None:
    """Let an order know what `_columns_of` gave."""
    for name in KEYS_OF_ORDER:
        keys, kinds, instants = state[name]
        state[name] = dict(zip(keys, map(Used, kinds, instants), strict=True))
    vars(order).update(state)


REDUCTIONS: dict[type, Callable[[Any], Any]] = {
    Code: lambda code: (code_named, (code.name,)),
    Order: lambda order: (blank_order, (), _columns_of(order), None, None, order_again),
    MethodType: lambda method: (look_of, (method.__self__, method.__name__)),
}
"""How pickle takes apart what is not taken apart as it is; a tuple of six names who puts the state in."""


def look_of(watcher: Any, name: str) -> Any:
    """A method of an object that was read back."""
    found = getattr(watcher, name)
    if not isinstance(found, MethodType) or name.startswith("__"):
        raise pickle.UnpicklingError(name)
    return found


def packed(state: Any) -> bytes:
    """A state as text."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {**copyreg.dispatch_table, **REDUCTIONS}
    pickler.dump(state)
    return file.getvalue()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        known = (module, name) in CLASSES or name in FACTORIES.get(module, ())
        if not known and not f"{module}.".startswith(MODULES):
            raise pickle.UnpicklingError(f"{module}.{name}")
        found = super().find_class(module, name)
        if not known and getattr(found, "__module__", None) != module:  # what such a module has from elsewhere
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


def unpacked(content: bytes) -> Any:
    """The state of a text; raises whatever a text that is none makes of itself."""
    collects = gc.isenabled()
    gc.disable()  # millions of objects, and none of them garbage
    try:
        return _Unpickler(io.BytesIO(content)).load()
    finally:
        if collects:
            gc.enable()


def write_snapshot(path: Path, head: Head, content: bytes) -> None:
    """Put a file in its place, whole or not at all. Raises OSError."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with made.open("wb") as file:
            file.write(json.dumps(asdict(head), sort_keys=True).encode() + b"\n")
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        made.unlink(missing_ok=True)
        raise


def head_of(position: Any, content: bytes) -> Head:
    """What the first line says."""
    hashed = hashlib.sha256(content).hexdigest()
    place = (position.n, position.seq, position.at, position.head.hex())
    return Head(*place, build(), len(content), hashed)


def read_snapshot(path: Path) -> tuple[Head, bytes]:
    """A file that is whole and of this build. Raises Unusable."""
    try:
        with path.open("rb") as file:
            head = Head(**json.loads(file.readline(HEADER_BYTES)))
            content = file.read()
    except (OSError, ValueError, TypeError) as wrong:
        raise Unusable(str(wrong)) from None
    whole = len(content) == head.length and hashlib.sha256(content).hexdigest() == head.sha256
    if head.snapshot != FORMAT or head.build != build() or not whole:
        raise Unusable(path.name)
    return head, content
