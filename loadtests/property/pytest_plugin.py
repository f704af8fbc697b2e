"""The pytest plug-in: `pytest --mashang-adapter FILE` collects a property test of the target with nothing to write.

The fixture `mashang_property` runs one from a test of your own:

    def test_points(mashang_property):
        mashang_property(only="points", max_examples=20)

Pytest loads this module at every start, so it imports nothing but pytest and the texts until a test is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wording import MashangError, Wording, language_from_environment

EXAMPLES, STEPS, SEED = 50, 20, 1
NAME = "mashang_property"
OPTIONS = (
    ("adapter", str, "FILE"),
    ("target", str, "URL"),
    ("policy", str, "FILE"),
    ("accounts", str, "FILE"),
    ("allow-host", str, "HOST"),
    ("max-examples", int, "N"),
    ("steps", int, "N"),
    ("seed", int, "N"),
    ("max-seconds", int, "N"),
    ("out", str, "DIR"),
)
Property = Callable[..., dict[str, Any]]


class Differs(AssertionError):
    """The target answers otherwise than the engine, or nothing could be compared; the text says what and where."""


def _words() -> Wording:
    return Wording(language_from_environment())


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, all of them `--mashang-...`."""
    words = _words()
    group = parser.getgroup("mashang", words.text("property.pytest.group"))
    for name, kind, metavar in OPTIONS:
        text = words.text(f"property.pytest.{name.replace('-', '_')}")
        group.addoption(f"--mashang-{name}", type=kind, metavar=metavar, default=None, help=text)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """One test more where an adapter is given; before other plug-ins choose among the tests."""
    if config.getoption("--mashang-adapter"):
        items.append(PropertyTest.from_parent(session, name=NAME))


class PropertyTest(pytest.Item):
    """The property test that nobody wrote."""

    def runtest(self) -> None:
        """Search, and fail with what was found."""
        run_property(self.config)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was found, or what is missing, without a traceback of ours."""
        if isinstance(excinfo.value, Differs):
            return str(excinfo.value)
        if isinstance(excinfo.value, MashangError):
            return _words().text(excinfo.value.wording_id, **excinfo.value.values)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """It stands in no file; it is called by its adapter."""
        return self.config.rootpath, None, f"{NAME}[{self.config.getoption('--mashang-adapter')}]"


@pytest.fixture
def mashang_property(request: pytest.FixtureRequest) -> Property:
    """A property test to call: `only` a subject or a type, `max_examples`, `steps`, `seed`; returns the result."""
    if not request.config.getoption("--mashang-adapter"):
        pytest.skip(_words().text("property.pytest.no_adapter"))
    return lambda **wanted: run_property(request.config, **wanted)


def run_property(
    config: pytest.Config,
    *,
    only: str = "",
    max_examples: int | None = None,
    steps: int | None = None,
    seed: int | None = None,
) -> dict[str, Any]:
    """Run one; raises Differs, MashangError, KeyboardInterrupt. What is not given here is the command line's."""
    from loadtests.property.result import lines
    from loadtests.property.running import Wanted, made_ready, tested
    from loadtests.property.searching import Effort

    def told(name: str) -> Any:
        return config.getoption(f"--mashang-{name}")

    settings = {"host": told("target"), "accounts": told("accounts"), "allow_host": told("allow-host")}
    policy, out = told("policy"), told("out")
    wanted = Wanted(
        told("adapter"),
        {**settings, "max_seconds": told("max-seconds")},
        Path(policy) if policy else None,
        Path(out) if out else None,
    )
    ready = made_ready(wanted, only)
    effort = Effort(
        max_examples or told("max-examples") or EXAMPLES,
        steps or told("steps") or STEPS,
        next(each for each in (seed, told("seed"), SEED) if each is not None),
    )
    said = tested(ready, effort)
    if said["interrupted"]:
        raise KeyboardInterrupt
    if said["verdict"] != "same":
        words = _words()
        raise Differs("\n".join([*lines(said, words), words.text("load.property.written", folder=ready.folder)]))
    return said
