"""The log as strangers read it: one line an event, one line a rejection, derived from the records."""

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from engine.district.ledger import ACCOUNTS
from engine.export import EDGES, FINAL, MOVES, REJECTED, Export
from engine.kernel.event import EVENTS
from engine.replay import fresh_engine, steps
from tests.engine.kernel.tampering import members, opened, texts, written

NAMES = {"seq", "n", "at", "type", "key", "actor", "entity", "from", "to", "data"}
MAY_HAVE = {"lots", "postings", "code"}
NOT_BY_EVENT = {"FINISHED", "USED", "EXPIRED"}
"""States that come with the clock or for many rows at once, and not by an event of their own."""


def exported(seed: int = 1) -> list[str]:
    """The lines of the journal of a town that has lived."""
    journal = opened(b"".join(members(120, seed)))
    engine = fresh_engine(journal)
    export = Export(engine.district)
    return [line for outcome in steps(engine, journal) for line in export.lines(outcome)]


LINES = exported()
PARSED: list[dict[str, Any]] = [json.loads(line) for line in LINES]
RECORDS = [json.loads(text) for text in texts()[1:]]


def test_a_line_has_the_names_of_the_schema() -> None:
    """Every line holds the names that the export schema asks for, and no other but the optional ones."""
    for line in PARSED:
        assert line.keys() >= NAMES
        assert line.keys() <= NAMES | MAY_HAVE
        assert ("code" in line) == (line["type"] == REJECTED)


def test_a_line_is_canonical() -> None:
    """Reading the lines and writing them again gives the same bytes (H02)."""
    assert [written(line).decode() for line in PARSED] == LINES


def test_the_lines_are_the_events_and_the_rejections() -> None:
    """The lines are the events of the records, in their order, and one line for each rejection."""
    expected: list[tuple[object, ...]] = []
    for record in RECORDS:
        by = record["envelope"]
        whose = (by["at"], by["key"], by["actor"])
        if record["code"] is not None:
            expected.append((None, *whose, REJECTED, {by["type"]: by["data"]}, record["code"]))
        expected += [(event["seq"], *whose, event["type"], event["data"], None) for event in record["events"]]
    names = ("seq", "at", "key", "actor", "type", "data")
    assert [(*(line[name] for name in names), line.get("code")) for line in PARSED] == expected
    assert Counter(line["type"] for line in PARSED)[REJECTED] > 10


def test_seq_is_dense() -> None:
    """Over the events, seq counts from 1 without a gap, and instants never fall (H01)."""
    events = [line for line in PARSED if line["seq"] is not None]
    assert [line["seq"] for line in events] == list(range(1, len(events) + 1))
    assert [line["at"] for line in events] == sorted(line["at"] for line in events)


@pytest.mark.parametrize("seed", [1, 2])
def test_only_published_edges_occur(seed: int) -> None:
    """Each move of an entity starts where the one before ended and is an edge of a state machine (T01)."""
    states: dict[str, str] = {}
    moves = 0
    for line in map(json.loads, exported(seed)):
        if line["entity"] is None:
            assert (line["from"], line["to"]) == (None, None)
            continue
        assert line["from"] == states.get(line["entity"])
        assert (line["from"] or "", line["to"]) in EDGES
        assert line["entity"] in line["data"].values()
        states[line["entity"]] = line["to"]
        moves += 1
    assert moves > 50
    assert {"SUCCEEDED", "VESTED", "REVOKED"} <= set(states.values())


def test_every_state_is_entered_by_an_event() -> None:
    """The table of moves knows events that exist, and one for each state that an event brings about."""
    assert MOVES.keys() <= EVENTS.keys()
    fixed = {to for _, to in MOVES.values() if isinstance(to, str)}
    by_rule = {
        "VALID",
        "INVALID",
        "WAITLISTED",
        "ACCEPTED",
        "ADOPTED",
        "IMPLEMENTED",
        "DISPUTED",
        "PENDING",
        "PART_REFUNDED",
        "REFUNDED",
    }
    assert fixed | by_rule == {to for _, to in EDGES} - NOT_BY_EVENT
    assert "OPEN" not in FINAL
    assert {"MERGED", "WITHDRAWN", "ANNULLED"} <= FINAL


def test_postings_sum_to_zero_and_are_the_ledger() -> None:
    """The postings of all lines give the balances of the folded district, and each ledger sums to zero (S01)."""
    journal = opened(b"".join(members()))
    engine = fresh_engine(journal)
    for _ in steps(engine, journal):
        pass
    balances: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in PARSED:
        for ledger, source, target, amount in line.get("postings", []):
            assert amount != 0
            for account, sign in ((source, -1), (target, 1)):
                kind, _, owner = account.partition(":")
                balances[ledger, kind, owner] += sign * amount
    found = {place: balance for place, balance in balances.items() if balance}
    rows = zip(ACCOUNTS, engine.district.ledger.balances, strict=True)
    assert found == {(*kind, owner): n for kind, owners in rows for owner, n in owners.items() if n}
    assert any(kind == "av" for _, kind, _ in found)


def test_lots_sum_to_what_is_left_in_them() -> None:
    """What the lines put into a lot and take from it is what is left in it (S05)."""
    journal = opened(b"".join(members()))
    engine = fresh_engine(journal)
    for _ in steps(engine, journal):
        pass
    left: Counter[str] = Counter()
    for line in PARSED:
        for lot, points in line.get("lots", []):
            left[lot] += points
            assert left[lot] >= 0
    wallets = engine.district.points.wallets.values()
    assert {lot: points for lot, points in left.items() if points} == {
        lot.id: lot.remaining for wallet in wallets for lot in wallet if lot.remaining
    }
    assert len(left) > 20
