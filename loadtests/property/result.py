"""What a property test has to say: as plain values (`property.json`), and as lines for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from loadtests.property.finding import plain as plain_finding
from loadtests.property.searching import Effort, Search
from loadtests.property.target import Target
from wording import Wording

VERSION = 1
SHOWN = 160


def verdict_of(search: Search) -> str:
    """Different: an answer was not the engine's; same: none of those compared; unjudged: none could be compared."""
    if search.found is not None:
        return "different"
    return "same" if search.player.counts.compared else "unjudged"


def plain(target: Target, search: Search, effort: Effort) -> dict[str, Any]:
    """As plain values, at any moment of the search."""
    counts = target.player.counts
    served = [kind.type for kind in target.leading.kinds]
    accepted = {name for name, answers in counts.answers.items() if answers["ok"]}
    return {
        "property": VERSION,
        "verdict": verdict_of(search),
        "seed": effort.seed,
        "driven_clock": bool(target.player.driven),
        "examples": counts.examples,
        "operations": counts.operations,
        "compared": counts.compared,
        "of_the_past": counts.past,
        "unknown": counts.unknown,
        "ended_early": counts.ended_early,
        "limit": search.ended,
        "interrupted": search.interrupted,
        "commands": {
            "served": len(served),
            "accepted": sum(name in accepted for name in served),
            "never_accepted": [name for name in served if name not in accepted],
        },
        "answers": {name: dict(sorted(answers.items())) for name, answers in sorted(counts.answers.items())},
        "finding": plain_finding(search.found, search.script, repeats=search.repeats) if search.found else None,
    }


def lines(said: dict[str, Any], wording: Wording) -> Iterator[str]:
    """For a person."""
    numbers = {name: f"{said[name]:,}" for name in ("examples", "operations", "compared", "of_the_past", "unknown")}
    yield wording.text("load.property.counts", **numbers)
    commands = said["commands"]
    yield wording.text("load.property.commands", accepted=commands["accepted"], served=commands["served"])
    if said["limit"]:
        yield wording.text(f"load.property.limit.{said['limit']}")
    yield wording.text(f"load.property.verdict.{said['verdict']}")
    found = said["finding"]
    if found is None:
        return
    yield wording.text("load.property.difference", **{name: found[name] for name in ("operation", "actor", "where")})
    sentence = wording.all().get(f"invariant.{found['invariant']}", found["sentence"])
    yield wording.text("load.property.expected", text=found["expected"])
    yield wording.text("load.property.got", text=found["got"])
    yield wording.text("load.property.invariant", id=found["invariant"], sentence=sentence)
    yield wording.text("load.property.steps", n=len(found["steps"]))
    for step in found["steps"]:
        told = json.dumps(step["data"], ensure_ascii=False)
        shown = told if len(told) <= SHOWN else f"{told[:SHOWN]}..."
        yield f"  +{step['at_s']} s  {step['actor']}  {step['type']}  {shown}  {step['key']}".rstrip()
    if not found["repeats"]:
        yield wording.text("load.property.not_again")
