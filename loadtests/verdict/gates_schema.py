"""The JSON Schema of a gates file: `python -m loadtests.verdict.gates_schema` writes it again."""

from __future__ import annotations

import json
import sys
from typing import Any

from loadtests.verdict.gates import Gates

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def gates_schema() -> dict[str, Any]:
    """What an editor needs to complete and check a gates file."""
    made = _without_defaults(Gates.model_json_schema())
    return {"$schema": DIALECT, **made, "title": "Gates of mashang load report"}


def _without_defaults(found: Any) -> Any:
    """An entry that was left out is left out: what it stands for is said in the description."""
    if isinstance(found, dict):
        return {name: _without_defaults(part) for name, part in found.items() if name not in {"default", "title"}}
    return [_without_defaults(each) for each in found] if isinstance(found, list) else found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(gates_schema(), ensure_ascii=False, indent=1) + "\n")
