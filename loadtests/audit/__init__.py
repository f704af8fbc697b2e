"""The audit of a load run: was every answer right, whatever was asked at once and whatever got lost?

`audit_run(RunFolder(path), interpreter)` gives an `Audit`: six layers, each checked, vacuous or not checkable, and
violations with the invariant, the shortest history that shows them and what a script needs to repeat them.
"""

from loadtests.audit.adapter_wire import AdapterWire
from loadtests.audit.auditing import audit_run
from loadtests.audit.calls import Answer, Attempt, Call, Interpreter, Request
from loadtests.audit.findings import Audit, Finding, Layer
from loadtests.audit.reference_wire import ReferenceWire
from loadtests.audit.run_folder import RunFolder

__all__ = [
    "AdapterWire",
    "Answer",
    "Attempt",
    "Audit",
    "Call",
    "Finding",
    "Interpreter",
    "Layer",
    "ReferenceWire",
    "Request",
    "RunFolder",
    "audit_run",
]
