"""Any deployed API as a target: one YAML file says how its requests are made and what its answers mean.

`read_adapter(path)` gives the validated document, `AdapterTarget` compiles operations and interprets answers,
`capabilities` says what can be checked through it. Knows nothing of sockets: whoever sends hands the answers back.
"""

from loadtests.adapter.answer import Answer, StepRequest
from loadtests.adapter.capability import Capabilities, capabilities
from loadtests.adapter.document import Adapter
from loadtests.adapter.reading import read_adapter
from loadtests.adapter.target import AdapterTarget

__all__ = ["Adapter", "AdapterTarget", "Answer", "Capabilities", "StepRequest", "capabilities", "read_adapter"]
