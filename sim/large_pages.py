"""Large pages for a large process: a tenth of a run's time goes into finding where in memory a row lies.

A district is some hundred MiB of small rows that are visited in no order. A processor remembers where a few thousand
pages lie: of 4 KiB that is a fraction of a district, of 2 MiB all of it. Linux (6.1 and later) puts what stands in
small pages together in large ones when asked: `madvise(2)`, MADV_COLLAPSE. Where it cannot, all stays as it is.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

MADV_COLLAPSE = 25
LARGE = 1 << 21  # bytes of a large page on x86-64 and, with small ones of 4 KiB, on ARM
MAPS = Path("/proc/self/maps")
OWN = {(), ("[heap]",)}
"""What stands behind the inode of a region with memory of this process alone, neither a file nor a stack."""


def gather() -> None:
    """Ask for large pages under all the memory that this process has filled so far; nothing else changes by it."""
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):  # no /proc, no madvise
        advise = ctypes.CDLL(None).madvise
        advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        for start, stop in whole_pages(MAPS.read_text(encoding="ascii", errors="replace").splitlines()):
            advise(start, stop - start, MADV_COLLAPSE)


def whole_pages(maps: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Addresses from and to of what large pages could hold of the regions in lines of proc(5)'s `maps`."""
    for line in maps:
        addresses, rights, _, _, inode, *name = line.split()
        if rights == "rw-p" and inode == "0" and tuple(name) in OWN:
            low, high = (int(address, 16) for address in addresses.split("-"))
            start, stop = -(-low // LARGE) * LARGE, high // LARGE * LARGE
            if start < stop:
                yield start, stop
