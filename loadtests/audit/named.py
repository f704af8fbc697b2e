"""Names in the place of values that only a run had: accounts, seeds, outputs of earlier steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Named(str):
    """The name of a value in capitals, as a variable of the shell, however deep."""

    __slots__ = ()

    def get(self, name: str, _default: Any = None) -> Named:
        """A deeper name."""
        return Named(f"{self[:-1]}_{name.upper()}}}")


Mapping.register(Named)  # templates look into what is a mapping
NAMED: dict[str, Any] = {name: Named(f"${{{name.upper()}}}") for name in ("account", "steps", "seed", "run")}
