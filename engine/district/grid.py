"""Rows and events of the grid: communities, grids, buildings, dwellings, grid members."""

from __future__ import annotations


class GridRows:
    """The places of the district and who looks after them."""

    __slots__ = ("grids",)

    def __init__(self) -> None:
        """No place."""
        self.grids: dict[str, object] = {}
