"""A witness looks at every answer of every town in tests of the engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.towns import LOOKING_ON
from tests.witness import Witness


@pytest.fixture(scope="module", autouse=True)
def witness() -> Iterator[None]:
    """Towns that are built from now on are looked at."""
    LOOKING_ON.append(Witness)
    yield
    LOOKING_ON.remove(Witness)
