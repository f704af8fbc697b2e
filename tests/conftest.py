"""Hypothesis profiles: the same examples in every run, more of them at night.

MASHANG_HYPOTHESIS chooses `dev` (the default), `ci` or `nightly`. Only `nightly` draws new examples; what it finds, it
prints as a `@reproduce_failure` line to keep as an example. At the end of a run stands what its tests used.
"""

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests import time_spent

ALWAYS = settings(
    deadline=None,  # no verdict by the wall clock
    database=None,  # a failure is kept as an example in the test, not in a folder
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", ALWAYS, derandomize=True, max_examples=50)
settings.register_profile("ci", ALWAYS, derandomize=True, max_examples=100)
settings.register_profile("nightly", ALWAYS, derandomize=False, max_examples=2000, phases=tuple(Phase))
settings.load_profile(os.environ.get("MASHANG_HYPOTHESIS", "ci" if os.environ.get("CI") else "dev"))


BEGUN = pytest.StashKey[float]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Note where a test begins."""
    item.stash[BEGUN] = time_spent.spent_s()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Hand on what it used, with the report of its end."""
    done = yield
    item.user_properties.append((time_spent.NAME, time_spent.spent_s() - item.stash[BEGUN]))
    return done


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so, where many tests were run."""
    for line in time_spent.lines(terminalreporter.stats.get("", [])):
        terminalreporter.write_line(line)
