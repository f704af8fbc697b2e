"""What no adapter file can say: the sum of an earlier answer and of what is to be added."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from loadtests.adapter import StepRequest
from loadtests.operations import Operation


class AddsByItself:
    """Fills in the sum that the client has worked out."""

    def request(self, operation: Operation, request: StepRequest, outputs: Mapping[str, Any]) -> StepRequest:
        """The second step says the sum of what the first one showed and of the operation's amount."""
        if request.step != "set":
            return request
        total = (outputs.get("get", {}).get("before") or 0) + operation.data["amount"]
        return replace(request, path=request.path.replace("SUM", str(total)))
