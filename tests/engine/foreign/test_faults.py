"""Exports of wrong engines: the invariant that an engine breaks inside is broken by its log, too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.foreign import Terms, Verdict
from engine.foreign.entry import entries
from engine.foreign.history import history_of, shortest
from engine.foreign.lines import Line
from engine.invariants import BY_ID
from tests.broken.faults import Fault, installed
from tests.engine.foreign.logs import Told, judged, lived, written
from tests.engine.invariants.life import lively
from tests.engine.invariants.search import FAULTS

SEEDS = 12
ROWS_ONLY = {
    "a lot falls out of the wallet",
    "a resolved case has no member",
    "the district counts one too many",
    "a questionnaire counts one too many",
    "invalid responses keep their points",
    "nobody is at home",
    "a grid loses its members",
    "stars are forgotten",
    "stock never runs out",
    "event numbers skip one",
    "the rows of a forgotten day stay",
    "the end keeps the levels of areas",
    "one field of the vault is not purged",
    "traces are never forgotten",
    "refunds of orders restore too much",
    "everybody gets a place",
    "a merge leaves a point behind",
    "a closed vote takes ballots",
}
"""Faults of rows that no event tells: a log is the same with and without them, or tells them under another name."""
SHOWN = [fault for fault in FAULTS if fault.name not in ROWS_ONLY]
QUICK = {
    "a refund gives more cash",
    "excluded goods are paid by points",
    "points that expire last go first",
    "an expiry forgets a point",
    "refunds follow another order",
    "evidence is forgotten",
    "a record number is skipped",
    "keys are forgotten",
    "an award gives one point more",
    "more is on hold than was reserved",
    "more is paid than was asked",
    "a case repeats itself",
    "a phone number is an id",
    "a breach raises two levels",
    "care visits are forgotten",
}
"""Those that the first life shows; the others take a while."""


def found(fault: Fault) -> Verdict | None:
    """The verdict on the first life whose export shows the fault."""
    for seed in range(SEEDS):
        with installed(fault):
            told = lived(seed, truly=True)
        verdict = judged(told)
        if verdict.counts[fault.breaks]:
            return verdict
    return None


@pytest.mark.parametrize(
    "fault",
    [pytest.param(each, marks=() if each.name in QUICK else pytest.mark.slow, id=each.name) for each in SHOWN],
)
def test_the_export_of_a_wrong_engine_breaks_the_invariant(fault: Fault) -> None:
    """What a fault breaks inside of an engine is found in its export, with the line that shows it."""
    verdict = found(fault)
    assert verdict is not None, f"{fault.name} is not found by {fault.breaks} in its export"
    violation = next(each for each in verdict.found if each.violation.id == fault.breaks)
    assert violation.violation.sentence == BY_ID[fault.breaks].sentence
    assert 0 < violation.first_line <= violation.line <= verdict.lines


GOOD = lived(4)


def _line(wire: str, *names: str) -> int:
    """Place of the first line of a type that has the named parts."""
    parsed = [json.loads(each) for each in GOOD]
    return next(n for n, each in enumerate(parsed) if each["type"] == wire and all(each.get(name) for name in names))


def _changed(wire: str, change: Callable[[Told], Any], *names: str) -> list[str]:
    """The good log with one line changed."""
    place = _line(wire, *names)
    line = json.loads(GOOD[place])
    change(line)
    return [*GOOD[:place], written(line), *GOOD[place + 1 :]]


def _twice(wire: str) -> list[str]:
    """One line told again, as a retry that was carried out twice does."""
    place = _line(wire)
    line = json.loads(GOOD[place])
    numbered = [json.loads(each) for each in GOOD[place:]]
    for each in numbered:
        each["n"] += 1
        each["seq"] = each["seq"] + 1 if each["seq"] is not None else None
    return [
        *GOOD[: place + 1],
        written({**line, "n": line["n"] + 1, "seq": line["seq"] + 1}),
        *map(written, numbered[1:]),
    ]


def _postings(*more: list[Any]) -> Callable[[Told], Any]:
    return lambda line: line["postings"].extend(more)


GRANTED, PAID = "points.award_granted", "payments.purchase_paid"
LINES: dict[str, tuple[str, list[str]]] = {
    "value from nowhere": ("S01", _changed(PAID, _postings(["CNY", None, "mer:mer_1", 5]))),
    "two ledgers in one line": ("S13", _changed(GRANTED, _postings(["MO", "iss:vote", "mo:per_1", 1]), "postings")),
    "a number is left out": ("H01", [*GOOD[:500], *GOOD[501:]]),
    "an instant falls": ("H01", _changed(PAID, lambda line: line.update(at=line["at"] - 10**6))),
    "an edge that is none": ("T01", _changed(PAID, lambda line: line.update({"to": "FINISHED"}))),
    "another state than the events say": ("T01", _changed(PAID, lambda line: line.update({"to": "REFUNDED"}))),
    "a lot gives more than the fields say": (
        "S05",
        _changed("points.lot_expired", lambda line: line.update(lots=[[line["lots"][0][0], -1_000]])),
    ),
    "a point too much in the postings": (
        "H05",
        _changed(
            "points.lot_expired", lambda line: line.update(postings=[["MP", line["postings"][0][1], "exp:-", 999]])
        ),
    ),
    "a retry is carried out": ("H03", _twice(PAID)),
    "a person was shown another balance": (
        "H05",
        _changed(PAID, lambda line: line.update(view={"person": line["data"]["person"], "available": 10**9})),
    ),
    "a person was shown less than nothing": (
        "S02",
        _changed(PAID, lambda line: line.update(view={"person": line["data"]["person"], "available": -1})),
    ),
    "points and debt at once": (
        "S06",
        _changed(PAID, lambda line: line.update(view=[{"person": line["data"]["person"], "available": 1, "debt": 1}])),
    ),
    "what never was": (
        "T01",
        _changed("payments.purchase_refunded", lambda line: line["data"].update(payment="pay_x")),
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_planted_line_is_found_and_shown(name: str) -> None:
    """A line that lies breaks its invariant at its place, and a history of its own shows it again."""
    breaks, told = LINES[name]
    verdict = judged(told)
    assert verdict.counts[breaks]
    first = next(each for each in verdict.found if each.violation.id == breaks)
    numbered = [Line(number, each.encode()) for number, each in enumerate(told, 1)]
    history = history_of(first, None)
    for line in numbered:
        history.see(line)
    part = shortest(history, (lively(), Terms(), None))
    assert part is not None
    assert len(part) < len(told) / 4
    assert part[-1].number == first.line
    assert sorted(part) == part


def test_the_history_of_an_entity_is_whole() -> None:
    """No line that names the person of a violation is left out of its history: a balance needs all movements."""
    _, told = LINES["a person was shown another balance"]
    first = next(each for each in judged(told).found if each.violation.id == "H05")
    entry = next(entries([Line(2, first.raw)]))
    person = entry.fields["person"]
    history = history_of(first, None)
    for number, each in enumerate(told, 1):
        history.see(Line(number, each.encode()))
    named = [n for n, each in enumerate(told, 1) if n <= first.line and f'"{person}"' in each]
    assert set(named) <= {line.number for line in history.own}
