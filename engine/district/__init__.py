"""The state of the town and the only code that writes it: rows, and the events that change them."""

from engine.district.district import District

__all__ = ["District"]
