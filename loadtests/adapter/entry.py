"""What every part of an adapter file has in common: unknown names and wrong types are refused, texts can be read."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from loadtests.adapter.expression import Expression
from loadtests.adapter.extraction import checked_extraction

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _rule(text: str) -> str:
    Expression(text)
    return text


def _call(text: str) -> str:
    method, _, path = text.partition(" ")
    if method not in METHODS or not path.startswith("/"):
        raise ValueError(f"write a method of {', '.join(METHODS)} and a path, as in: POST /orders")
    return text


Extraction = Annotated[str, AfterValidator(checked_extraction)]
When = Annotated[str, AfterValidator(_rule)]
Call = Annotated[str, AfterValidator(_call)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]


class Entry(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
