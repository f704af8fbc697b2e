"""Layer c: every object by itself. Is there an order of what was done to it that explains all answers?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from loadtests.audit.facts import Facts
from loadtests.audit.findings import Audit, Finding
from loadtests.audit.keys import INVARIANT_OF, Town
from loadtests.linearizability import Call, Violation, check
from loadtests.linearizability.judge import ends_of
from loadtests.linearizability.parts import in_parts
from loadtests.linearizability.points import Purse

STEPS_A_PART = 20_000
BUDGET = 5_000_000
"""Candidates that searches may look at in a part of the history."""
LAYER: Final = "linearizability"


def judge_objects(steps: Iterable[Call], facts: Facts, audit: Audit, expected: int) -> None:
    """Judge the steps of all objects, `expected` of them at most; in parts by key, so that memory is bounded."""
    town = facts.town
    for part in in_parts(steps, max(1, expected // STEPS_A_PART)):
        calls = list(part)
        verdict = check(calls, town, BUDGET)
        layer = audit.layers[LAYER]
        for kind, count in _kinds(calls).items():
            audit.checked(LAYER, INVARIANT_OF[kind], count)
        layer.unknown += len(verdict.unknown)
        by_key = {violation.key: violation for violation in verdict.violations}
        wanted = set(verdict.violated)
        of_key: dict[str | None, list[Call]] = {}
        for call in calls if wanted else ():
            if call.key in wanted:
                of_key.setdefault(call.key, []).append(call)
        for key in verdict.violated:
            if facts.knows_in_part(key or "", of_key[key]):
                layer.unknown += 1
            elif key in by_key:
                audit.found(_finding(by_key[key], town))
            else:
                audit.counts[INVARIANT_OF[(key or "").partition(":")[0]]] += 1


def _kinds(calls: list[Call]) -> dict[str, int]:
    found: dict[str, int] = {}
    for call in calls:
        kind = (call.key or "").partition(":")[0]
        found[kind] = found.get(kind, 0) + 1
    return found


def _finding(violation: Violation, town: Town) -> Finding:
    step = violation.impossible
    others = [each for each in violation.history if each is not step]
    ends = ends_of(town, others, violation.begin) or {violation.begin}
    name = name_of(violation, next(iter(ends)))
    explained = [(each.why, each.call.number) for each in violation.explanations]
    return Finding(
        name,
        LAYER,
        violation.key or "",
        "audit.seen.order",
        {"call": step.f, "begin": town.shown(violation.begin)},
        violation.history,
        step,
        town.shown(violation.begin),
        explained,
    )


def name_of(violation: Violation, state: Any) -> str:
    """The invariant that the impossible step breaks; `state` is one in which it may have found its object."""
    step = violation.impossible
    kind = (step.key or "").partition(":")[0]
    if step.type == "fail":
        return "H06"
    if kind == "sale" and step.f == "return":
        exceeds = state is None or state.goods_back + step.value["goods"] > state.goods
        return "S08" if exceeds else "T08"
    if kind != "purse" or not isinstance(state, Purse):
        return INVARIANT_OF[kind]
    return _account(violation, step, state)


def _account(violation: Violation, step: Call, state: Purse) -> str:
    if step.f == "spend":
        if state.available < step.value["points"]:
            return "S02"
        alive = sum(points for expires, _, points in state.lots if expires > (step.value.get("at") or 0))
        return "T05" if alive < step.value["points"] else "T04"
    if step.f != "read":
        return {"earn": "T10", "refund": "T07", "revoke": "T09"}[step.f]
    why = {each.why for each in violation.explanations}
    shown = step.result
    if shown.get("debt", 0) < 0 or (shown.get("debt", 0) and shown.get("available", 0)):
        return "S06"
    if shown.get("available", 0) < 0:
        return "S02"
    return "H07" if "stale" in why and "twice" not in why and _older(violation, step) else "H05"


def _older(violation: Violation, step: Call) -> bool:
    """True if the read shows an earlier state than one that the same client had seen or made."""
    return any(each.process == step.process and each is not step for each in violation.history)
