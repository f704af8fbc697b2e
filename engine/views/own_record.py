"""What the platform holds of a person, for that person on request (F40): the right to know, in one answer.

Personal values come from the vault; what was purged from it is empty. Other people stand in none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.views.cases import own_cases, story_of
from engine.views.epidemic import opened, results
from engine.views.points import available, debt, moral, pending
from engine.views.residents import history

if TYPE_CHECKING:
    from engine.district import District
    from engine.kernel.vault import Vault


def own_record(district: District, person: str, vault: Vault | None) -> dict[str, Any] | None:
    """Bindings, tags, consents, cases, points, tests and stays of a person; None for a stranger."""
    if person not in district.residents.persons:
        return None
    rows = district.residents.rows_of(person)
    groups = district.special_groups
    tags = [groups.tags[tag] for row in rows for tag in groups.tags_of.get(row, ())]
    stories = [story_of(district, each, vault) for each in own_cases(district, person)]
    stays = [each for row in rows for each in district.epidemic.travels.get(row, ())]
    return {
        "bindings": [
            {"dwelling": each.dwelling, "relation": each.relation, "since": each.since, "state": each.state}
            for each in history(district, person)
        ],
        "tags": [{"group": opened(vault, each.commitment) or "", "valid_to": each.valid_to} for each in tags],
        "consents": sorted({purpose for row in rows for purpose in groups.consents.get(row, {})}),
        "cases": [
            {"report": each.report, "state": each.state, "text": each.text, "place": each.place}
            for each in stories
            if each is not None
        ],
        "points": {
            "available": available(district, person),
            "pending": pending(district, person),
            "debt": debt(district, person),
            "moral": moral(district, person),
        },
        "tests": [
            {"sample_at": each.sample_at, "result": each.result or ""} for each in results(district, person, vault)
        ],
        "travel": [{"left_at": each.left_at, "origin": opened(vault, each.origin) or ""} for each in stays],
    }
