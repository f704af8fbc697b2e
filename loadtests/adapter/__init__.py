"""Any deployed API as a target: one YAML file says how its requests are made and what its answers mean.

`read_adapter(path)` gives the validated document, `AdapterTarget` compiles operations and interprets answers.
Knows nothing of sockets: whoever sends hands the answers back. What can be checked through an adapter says
`loadtests.adapter.capability`, which needs the engine; who sends load must not have that in memory.
"""

from loadtests.adapter.answer import Answer, StepRequest
from loadtests.adapter.document import Adapter
from loadtests.adapter.reading import read_adapter
from loadtests.adapter.target import AdapterTarget

__all__ = ["Adapter", "AdapterTarget", "Answer", "StepRequest", "read_adapter"]
