"""The escape hatch: a Python class beside the file that may change any request and any answer.

    class MyAdapter:
        def request(self, operation, request, outputs):     # a StepRequest; outputs: by step what earlier steps gave
            return dataclasses.replace(request, body=...)

        def answer(self, operation, exchange, answer):      # an Answer, as the rules of the file understood it
            return answer

Both methods are optional. They decide and send nothing: the same class serves both transports, `check` and the audit.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from loadtests.adapter.answer import Answer, StepRequest
from loadtests.history import Exchange
from loadtests.operations import Operation
from wording import ExitCode, MashangError


class Hatch:
    """A class of the user, or nothing: then everything stays as it is."""

    def __init__(self, of: Any = None) -> None:
        self._request = getattr(of, "request", None)
        self._answer = getattr(of, "answer", None)

    @property
    def makes_requests(self) -> bool:
        """True if requests pass through it."""
        return self._request is not None

    def request(self, operation: Operation, made: StepRequest, outputs: Mapping[str, Any]) -> StepRequest:
        """The request that goes out."""
        if self._request is None:
            return made
        changed = _called(self._request, operation, made, outputs)
        if not isinstance(changed, StepRequest):
            raise MashangError(ExitCode.CONTENT, "load.adapter.hatch_gives", method="request", kind="StepRequest")
        return changed

    def answer(self, operation: Operation, exchange: Exchange, understood: Answer) -> Answer:
        """What the exchange means."""
        if self._answer is None:
            return understood
        changed = _called(self._answer, operation, exchange, understood)
        if not isinstance(changed, Answer):
            raise MashangError(ExitCode.CONTENT, "load.adapter.hatch_gives", method="answer", kind="Answer")
        return changed


def _called(method: Callable[..., Any], *given: Any) -> Any:
    """What the user's method gives; its errors are the file's."""
    try:
        return method(*given)
    except Exception as wrong:
        place = method.__qualname__
        problem = f"{type(wrong).__name__}: {wrong}"
        raise MashangError(ExitCode.CONTENT, "load.adapter.bad_hatch", file=place, problem=problem) from wrong


@cache
def hatch_of(named: str) -> Hatch:
    """The class of `FILE.py:CLASS`; raises MashangError (2) for a file that is not there, (3) for what cannot run."""
    if not named:
        return Hatch()
    file, _, name = named.rpartition(":")
    path = Path(file)
    if not path.is_file():
        raise MashangError(ExitCode.USAGE, "load.adapter.no_hatch", file=file)
    found = importlib.util.spec_from_file_location(f"mashang_adapter_{path.stem}", path)
    if found is None or found.loader is None:
        raise MashangError(ExitCode.USAGE, "load.adapter.no_hatch", file=file)
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    try:
        found.loader.exec_module(module)
        return Hatch(getattr(module, name)())
    except Exception as wrong:
        problem = f"{type(wrong).__name__}: {wrong}"
        raise MashangError(ExitCode.CONTENT, "load.adapter.bad_hatch", file=file, problem=problem) from wrong
