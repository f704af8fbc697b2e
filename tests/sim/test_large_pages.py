"""Large pages: asked for where whole ones fit, of this process's own memory, and nothing else changes."""

import mmap
import subprocess
import sys
from pathlib import Path

import pytest

from sim.large_pages import LARGE, MAPS, gather, whole_pages

ROOT = Path(__file__).resolve().parents[2]
SEEN = """
import mmap, re
from pathlib import Path
from sim.large_pages import gather
held = mmap.mmap(-1, 16 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
held[:] = bytes(range(256)) * (len(held) >> 8)
large = lambda: int(re.search("AnonHugePages: +([0-9]+)", Path("/proc/self/smaps_rollup").read_text())[1])
before = large()
gather()
assert held[:] == bytes(range(256)) * (len(held) >> 8)
print(large() - before)
"""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("7f0000100000-7f0000700000 rw-p 00000000 00:00 0", [(0x7F0000200000, 0x7F0000600000)]),
        ("7f0000200000-7f0000400000 rw-p 00000000 00:00 0", [(0x7F0000200000, 0x7F0000400000)]),
        ("55d000000000-55d000400000 rw-p 00000000 00:00 0       [heap]", [(0x55D000000000, 0x55D000400000)]),
        ("7f0000200001-7f0000400000 rw-p 00000000 00:00 0", []),
        ("7f0000100000-7f0000300000 rw-p 00000000 00:00 0", []),
        ("7f0000000000-7f0000400000 r--p 00000000 00:00 0", []),
        ("7f0000000000-7f0000400000 rw-s 00000000 00:00 0", []),
        ("7f0000000000-7f0000400000 rw-p 00000000 08:01 77      /a file with blanks", []),
        ("7ffc00000000-7ffc00400000 rw-p 00000000 00:00 0       [stack]", []),
    ],
)
def test_only_whole_pages_of_own_memory_are_meant(line: str, found: list[tuple[int, int]]) -> None:
    """A region counts as far as large pages fit into it; files, shared memory, stacks and constants do not."""
    assert list(whole_pages([line])) == found


@pytest.mark.skipif(not MAPS.exists(), reason="no /proc here")
def test_memory_of_this_process_is_found() -> None:
    """The kernel's own lines are understood: what was just taken from it lies within a region."""
    held = mmap.mmap(-1, 4 * LARGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    held[:] = b"x" * len(held)
    regions = list(whole_pages(MAPS.read_text(encoding="ascii", errors="replace").splitlines()))
    assert sum(stop - start for start, stop in regions) >= 3 * LARGE
    gather()
    assert held[:] == b"x" * len(held)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="nothing here tells of large pages")
def test_large_pages_come_where_the_kernel_has_them() -> None:
    """What was written stays as it was, and stands in large pages afterwards, unless the kernel gives none."""
    done = subprocess.run([sys.executable, "-c", SEEN], capture_output=True, text=True, check=True, cwd=ROOT)
    if not int(done.stdout):
        pytest.skip("this kernel gives no large pages")
    assert int(done.stdout) >= 8 << 10  # KiB: at least half of it
