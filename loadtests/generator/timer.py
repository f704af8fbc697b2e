"""A timer that is a descriptor (Linux timerfd): readable at an instant that is exact to some tens of microseconds.

Event loops round their waits up to a millisecond; a schedule with a thousand operations a second does not forgive that.
Python has timerfd from 3.13 on, so it is asked of the C library.
"""

from __future__ import annotations

import ctypes
import os

MONOTONIC = 1
NON_BLOCKING_CLOSE_ON_EXEC = os.O_NONBLOCK | os.O_CLOEXEC
NANOSECONDS = 1_000_000_000
FOUR_LONGS = ctypes.c_long * 4
"""struct itimerspec: interval and first expiry, each in seconds and nanoseconds."""


class Timer:
    """One timer; `descriptor` is readable once it has expired, until it is armed or cleared."""

    def __init__(self) -> None:
        """Raises OSError where the system has no such timers."""
        library = ctypes.CDLL(None, use_errno=True)
        try:
            self._settime = library.timerfd_settime
            self.descriptor: int = library.timerfd_create(MONOTONIC, NON_BLOCKING_CLOSE_ON_EXEC)
        except AttributeError as wrong:
            raise OSError("this system has no timerfd") from wrong
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._told = FOUR_LONGS(0, 0, 0, 0)
        self._address = ctypes.byref(self._told)

    def arm(self, wait_ns: int) -> None:
        """Expire in so many nanoseconds, at least one."""
        self._told[2], self._told[3] = divmod(max(wait_ns, 1), NANOSECONDS)
        self._settime(self.descriptor, 0, self._address, None)

    def clear(self) -> None:
        """Not expired, and not armed."""
        self._told[2] = self._told[3] = 0
        self._settime(self.descriptor, 0, self._address, None)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self.descriptor)
