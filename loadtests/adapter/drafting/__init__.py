"""A draft of an adapter file from an OpenAPI description: what it finds works, the rest is for a person."""

from loadtests.adapter.drafting.draft import drafted
from loadtests.adapter.drafting.openapi import OpenApi

__all__ = ["OpenApi", "drafted"]
