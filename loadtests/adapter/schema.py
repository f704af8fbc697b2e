"""The JSON Schema of adapter files, published as schemas/adapter-1.json, for editors and other tools."""

from __future__ import annotations

import json

from loadtests.adapter.document import Adapter


def adapter_schema() -> str:
    """As JSON, ending with a line break."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Adapter.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
