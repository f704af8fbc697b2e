"""The health code (F20): a pure function of the last test, the exposure and the level of where somebody was.

| exposed | area | no valid test | negative | positive |
|---|---|---|---|---|
| no | low | GREEN | GREEN | RED |
| no | medium | YELLOW | GREEN | RED |
| no | high | RED | YELLOW | RED |
| yes | any | RED | YELLOW | RED |

The rule of the real platform was never published: this one is assumed. A close contact and a stay in an area of high
risk are red, one of medium risk is yellow; a valid negative test lowers that by one colour, a positive one is red.
"""

from __future__ import annotations

from typing import Literal

from engine.district.epidemic import Level

Colour = Literal["GREEN", "YELLOW", "RED"]
LastTest = Literal["none", "negative", "positive"]
COLOURS: tuple[Colour, ...] = ("GREEN", "YELLOW", "RED")
LEVELS: tuple[Level, ...] = ("low", "medium", "high")


def colour(test: LastTest, *, exposed: bool, area: Level) -> Colour:
    """The colour that follows from what is valid now."""
    danger = LEVELS.index("high" if exposed else area)
    if test == "positive":
        return "RED"
    return COLOURS[max(0, danger - (test == "negative"))]
