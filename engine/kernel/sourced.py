"""Numbers with provenance: unit, meaning, source, and whether they are published, estimated or assumed."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Literal

Status = Literal["published", "estimated", "assumed"]
PUBLISHED: Status = "published"
ESTIMATED: Status = "estimated"
ASSUMED: Status = "assumed"


def number(default: Any, unit: str, meaning: str, source: str, status: Status) -> Any:
    """A field of a policy section: its value by default and where it comes from."""
    provenance = {"unit": unit, "meaning": meaning, "source": source, "status": status}
    return field(default=default, metadata=provenance)
