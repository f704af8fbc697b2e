"""Calls in processes of their own: answers, failures, deaths, and Ctrl-C that comes at a bad moment."""

from __future__ import annotations

import os
import signal

import pytest

from engine.invariants import BrokenInvariant, Violation
from sim.processes import Apart, Died, later
from tests.cli.calls import children

VIOLATION = Violation("S01", "a sentence", 7, 8, "something")


def doubled(number: int) -> int:
    """Twice the number."""
    return 2 * number


def broken(_: int) -> None:
    """A run whose state is wrong."""
    raise BrokenInvariant(VIOLATION)


def killed(_: int) -> None:
    """A process that the machine ends."""
    os._exit(9)


def interrupted_later(_: int) -> str:
    """What Ctrl-C does to such a process: nothing."""
    os.kill(os.getpid(), signal.SIGINT)
    return "went on"


def test_a_call_gives_its_answer_or_its_exception() -> None:
    """The answer comes back, and so does what was raised, with all that it carries."""
    call = Apart(doubled, 21)
    assert call.result() == 42
    call.end()
    call = Apart(broken, 0)
    with pytest.raises(BrokenInvariant) as found:
        call.result()
    assert found.value.violation == VIOLATION
    call.end()


def test_a_death_is_noticed() -> None:
    """A process that ends without a word is no endless wait."""
    call = Apart(killed, 0)
    with pytest.raises(Died):
        call.result()
    call.end()


def test_ctrl_c_does_not_reach_it() -> None:
    """The signal of the terminal is blocked from the first moment on."""
    call = Apart(interrupted_later, 0)
    assert call.result() == "went on"
    call.end()


def test_ending_a_call_leaves_no_process() -> None:
    """A call that is under way ends at once."""
    Apart(doubled, 1).end()  # starts the standard library's tracker, which stays
    before = children(os.getpid())
    call = Apart(doubled, 1)
    assert len(children(os.getpid())) == len(before) + 1
    call.end()
    assert children(os.getpid()) == before


def test_ctrl_c_is_put_off_not_lost() -> None:
    """Within `later` nothing is interrupted; at its end the interrupt comes, and the handler is the old one."""
    before = signal.getsignal(signal.SIGINT)
    reached = False
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012, SIM117 - what comes after the signal is the point
        with later():
            os.kill(os.getpid(), signal.SIGINT)
            reached = True
    assert reached
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
