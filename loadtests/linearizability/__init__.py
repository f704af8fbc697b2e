"""A checker of linearizability in pure Python, standing alone: it imports nothing of the project.

`check(calls, MODELS["points"](initial))` gives a verdict: `status` is ok, violation or unknown (the budget was used
up), `violations` the shortest history that shows each, with what no order reaches and what would explain it.
"""

from loadtests.linearizability.bank import Bank
from loadtests.linearizability.calls import BadHistory, Call, Header, read_calls, write_calls
from loadtests.linearizability.model import IMPOSSIBLE, BadCall, Model
from loadtests.linearizability.objects import Counter, KeyValue, Register, Set
from loadtests.linearizability.points import Points
from loadtests.linearizability.verdict import Verdict, Violation, check, check_file

MODELS: dict[str, type[Model]] = {each.name: each for each in (Register, KeyValue, Counter, Set, Bank, Points)}

__all__ = [
    "IMPOSSIBLE",
    "MODELS",
    "BadCall",
    "BadHistory",
    "Call",
    "Header",
    "Model",
    "Verdict",
    "Violation",
    "check",
    "check_file",
    "read_calls",
    "write_calls",
]
