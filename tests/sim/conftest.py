"""What tests of commands about runs and logs share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import mashang as front_door

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Carries out a line of the command and gives exit code, stdout and stderr."""

    def carry_out(*line: object) -> tuple[int, str, str]:
        code = front_door.answer([str(word) for word in line])
        said = capsys.readouterr()
        return code, said.out, said.err

    return carry_out
