"""A disk that loses its power: a VFS for SQLite, in memory, that knows what was synced.

`plugged(disk)` makes it the place of every database that the process opens. After a number of changes (writes,
truncations, syncs, deletions) the power is out and everything fails. `Disk.after()` is the disk as it is found again:
what was synced, and of what was not, nothing, or with a `luck` any part in any order, torn in the middle. A file is
there after its first sync; a deletion holds once its folder was synced.

The structs are those of sqlite3.h, https://sqlite.org/c3ref/vfs.html and https://sqlite.org/c3ref/io_methods.html.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import ctypes.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from typing import Any

from tests.loadtests.reference.disk import Disk, File

OK, IO_ERROR, CANNOT_OPEN, NOT_FOUND, FULL = 0, 10, 14, 12, 13
SHORT_READ = IO_ERROR | 2 << 8
CREATE = 0x4
LONGEST_NAME = 512
SECTOR_BYTES = 4_096
NAME = b"power"


def library() -> Any:
    """The SQLite library that Python takes from the system; None where it has its own within."""
    for name in (_sqlite3.__file__, ctypes.util.find_library("sqlite3")):
        try:
            found = ctypes.CDLL(name)
            version = found.sqlite3_libversion
        except (OSError, AttributeError, TypeError):
            continue
        version.restype = c_char_p
        if version().decode() == _sqlite3.sqlite_version:
            return found
    return None


class Handle(Structure):
    """sqlite3_file: the methods, and which open file it is."""

    _fields_ = (("methods", c_void_p), ("number", c_int64))


AT = POINTER(Handle)
METHODS: dict[str, Any] = {
    "close": CFUNCTYPE(c_int, AT),
    "read": CFUNCTYPE(c_int, AT, c_void_p, c_int, c_int64),
    "write": CFUNCTYPE(c_int, AT, c_void_p, c_int, c_int64),
    "truncate": CFUNCTYPE(c_int, AT, c_int64),
    "sync": CFUNCTYPE(c_int, AT, c_int),
    "size": CFUNCTYPE(c_int, AT, POINTER(c_int64)),
    "lock": CFUNCTYPE(c_int, AT, c_int),
    "unlock": CFUNCTYPE(c_int, AT, c_int),
    "reserved": CFUNCTYPE(c_int, AT, POINTER(c_int)),
    "control": CFUNCTYPE(c_int, AT, c_int, c_void_p),
    "sector_size": CFUNCTYPE(c_int, AT),
    "characteristics": CFUNCTYPE(c_int, AT),
}
PLACES: dict[str, Any] = {
    "open": CFUNCTYPE(c_int, c_void_p, c_char_p, AT, c_int, POINTER(c_int)),
    "delete": CFUNCTYPE(c_int, c_void_p, c_char_p, c_int),
    "access": CFUNCTYPE(c_int, c_void_p, c_char_p, c_int, POINTER(c_int)),
    "full_name": CFUNCTYPE(c_int, c_void_p, c_char_p, c_int, c_void_p),
}
FROM_SYSTEM = ("dl_open", "dl_error", "dl_sym", "dl_close", "randomness", "sleep", "time", "last_error")


class Methods(Structure):
    """sqlite3_io_methods, version 1: no shared memory, so that WAL needs the exclusive lock."""

    _fields_ = (("version", c_int), *METHODS.items())


class Vfs(Structure):
    """sqlite3_vfs, version 1."""

    _fields_ = (
        *(("version", c_int), ("file_size", c_int), ("longest_name", c_int), ("next", c_void_p)),
        *(("name", c_char_p), ("data", c_void_p)),
        *PLACES.items(),
        *((name, c_void_p) for name in FROM_SYSTEM),
    )


class Driver:
    """Takes SQLite's calls to the disk that is plugged in. `on_x` answers the call `x`."""

    _only: Driver | None = None

    def __init__(self, library: Any) -> None:
        """Over the library that Python uses."""
        self.disk = Disk()
        self._library = library
        self._handles: dict[int, tuple[Disk, str, File]] = {}
        self._numbers = 0
        library.sqlite3_vfs_find.restype = POINTER(Vfs)
        self._system = library.sqlite3_vfs_find(None)
        rest = (getattr(self._system.contents, name) for name in FROM_SYSTEM)
        self._methods = Methods(1, *(kind(getattr(self, f"on_{name}")) for name, kind in METHODS.items()))
        places = (kind(getattr(self, f"on_{name}")) for name, kind in PLACES.items())
        self._vfs = Vfs(1, ctypes.sizeof(Handle), LONGEST_NAME, None, NAME, None, *places, *rest)

    @classmethod
    def only(cls) -> Driver:
        """The one of this process: SQLite keeps its address."""
        if cls._only is None:
            cls._only = cls(library())
        return cls._only

    def register(self, *, default: bool) -> None:
        """Let SQLite open files here, or where the system has them."""
        if default:
            self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)
        else:
            self._library.sqlite3_vfs_register(self._system, 1)

    def on_open(self, _vfs: int, name: bytes | None, handle: Any, flags: int, told: Any) -> int:
        """Open a file; one without a name is SQLite's own and nobody looks for it again."""
        disk, key = self.disk, (name or b"").decode()
        handle.contents.methods = None
        file = disk.files.get(key)
        if file is None:
            if disk.out or not flags & CREATE:
                return CANNOT_OPEN
            file = File()
            if name is not None:
                disk.files[key] = file
        self._numbers += 1
        self._handles[self._numbers] = disk, key, file
        handle.contents.number = self._numbers
        handle.contents.methods = ctypes.addressof(self._methods)
        if told:
            told[0] = flags
        return OK

    def on_delete(self, _vfs: int, name: bytes, synced: int) -> int:
        """Delete a file."""
        if not self.disk.counted():
            return IO_ERROR
        self.disk.delete(name.decode(), synced=bool(synced))
        return OK

    def on_access(self, _vfs: int, name: bytes, _flags: int, answer: Any) -> int:
        """Whether there is a file."""
        answer[0] = int(name.decode() in self.disk.files)
        return OK

    def on_full_name(self, _vfs: int, name: bytes, room: int, answer: int) -> int:
        """Names are whole already."""
        ctypes.memmove(answer, name + b"\0", min(len(name) + 1, room))
        return OK

    def on_close(self, handle: Any) -> int:
        """Let go."""
        self._handles.pop(handle.contents.number, None)
        return OK

    def on_read(self, handle: Any, target: int, length: int, at: int) -> int:
        """Read; what lies behind the end is zeros."""
        content = bytes(self._file(handle).content[at : at + length])
        ctypes.memmove(target, content + bytes(length - len(content)), length)
        return OK if len(content) == length else SHORT_READ

    def on_write(self, handle: Any, source: int, length: int, at: int) -> int:
        """Write, if there is room."""
        disk, _, file = self._handles[handle.contents.number]
        if at + length > len(file.content) and disk.size() + at + length - len(file.content) > disk.room:
            return FULL
        return self._changed(handle, lambda file: file.change((at, ctypes.string_at(source, length))))

    def on_truncate(self, handle: Any, size: int) -> int:
        """Cut."""
        return self._changed(handle, lambda file: file.change((size, None)))

    def on_sync(self, handle: Any, _flags: int) -> int:
        """Make what was written last."""
        return self._changed(handle, File.sync)

    def _changed(self, handle: Any, act: Callable[[File], None]) -> int:
        disk, _, file = self._handles[handle.contents.number]
        if not disk.counted():
            return IO_ERROR
        act(file)
        return OK

    def _file(self, handle: Any) -> File:
        return self._handles[handle.contents.number][2]

    def on_size(self, handle: Any, answer: Any) -> int:
        """How long a file is."""
        answer[0] = len(self._file(handle).content)
        return OK

    def on_lock(self, _handle: Any, _kind: int) -> int:
        """Nobody else is here."""
        return OK

    on_unlock = on_lock

    def on_reserved(self, _handle: Any, answer: Any) -> int:
        """As `on_lock`."""
        answer[0] = 0
        return OK

    def on_control(self, _handle: Any, _what: int, _argument: int) -> int:
        """Nothing that SQLite might like to know."""
        return NOT_FOUND

    def on_sector_size(self, _handle: Any) -> int:
        """What is written as one."""
        return SECTOR_BYTES

    def on_characteristics(self, _handle: Any) -> int:
        """No promise."""
        return 0


@contextmanager
def plugged(disk: Disk) -> Iterator[Disk]:
    """Every database that is opened meanwhile lies on this disk."""
    driver = Driver.only()
    before, driver.disk = driver.disk, disk
    driver.register(default=True)
    try:
        yield disk
    finally:
        driver.disk = before
        driver.register(default=False)
