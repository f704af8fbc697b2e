"""Numbers of binding persons to dwellings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, number
from engine.kernel.units import Count, Days


@dataclass(frozen=True, slots=True)
class BindingPolicy:
    """Binding of persons to dwellings."""

    __pydantic_config__ = STRICT
    household_limit: Annotated[int, Field(ge=1)] = number(
        12, "persons", "most persons actively bound to one dwelling as owner, tenant or family", "assumed", ASSUMED
    )
    household_code_days: Days = number(730, "civil days", "life of a household's printed code", "assumed", ASSUMED)
    household_code_uses: Count = number(
        0,
        "scans a code; 0: no limit",
        "how often a household's printed code binds",
        "assumed; it hangs at the door",
        ASSUMED,
    )
    outdoor_code_days: Days = number(
        1_095, "civil days", "life of a printed code that stands out of doors", "assumed; weather", ASSUMED
    )
    review_days: Days = number(
        3,
        "civil days",
        "how long a binding that does not match may wait for review before it lapses",
        "assumed",
        ASSUMED,
    )
    tag_days: Annotated[int, Field(ge=1, le=365)] = number(
        365, "civil days", "life of a special-group tag before it must be confirmed again", "assumed", ASSUMED
    )
