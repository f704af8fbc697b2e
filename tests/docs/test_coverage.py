"""The coverage page is current, and no capability, command or acceptance test is left out of it."""

import pytest

from engine.catalogue import COMMANDS
from tests.acceptance.capabilities import CAPABILITIES, MISSING
from tests.docs.coverage import FILE, OPERATING, acceptance, capabilities_of, commands, invariants, page

SHOWN = sorted(set(CAPABILITIES) - MISSING)


def test_the_page_is_current() -> None:
    """docs/coverage.md is what the code and the tests give now."""
    assert FILE.read_text("utf-8") == page(), "run python -m tests.docs.coverage"


def test_what_is_missing_is_missing() -> None:
    """A capability is listed as missing exactly while it has no acceptance test."""
    without = set(CAPABILITIES) - set(acceptance())
    assert without == set(MISSING), (
        f"take {sorted(MISSING - without)} out of MISSING in tests/acceptance/capabilities.py; "
        f"write tests/acceptance/test_f..py for {sorted(without - MISSING)}"
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.type)
def test_every_command_serves_a_capability(command: type) -> None:
    """But for running the platform itself, a command or its module names the capabilities that it is there for."""
    found = capabilities_of(command)
    assert found <= set(CAPABILITIES), f"{sorted(found)}: no such capability"
    assert found or command.type.startswith(OPERATING), (  # type: ignore[attr-defined]
        f"name the capability (F01 to F41) in the docstring of {command.__module__} or {command.__name__}"
    )


@pytest.mark.parametrize("capability", SHOWN)
def test_a_row_that_is_shown_lacks_nothing(capability: str) -> None:
    """Its test says first which capability it shows; invariants look at it; a command serves it or it is a view."""
    module = acceptance()[capability]
    assert (module.__doc__ or "").startswith(f"{capability} ")
    assert [name for name in vars(module) if name.startswith("test_")]
    assert invariants(capability), f"name the invariants that look at {capability} in the docstring of its test"
    assert commands().get(capability) or "view" in (module.__doc__ or ""), f"{capability}: no command, and no view"
