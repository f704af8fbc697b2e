"""Exports of engines, right and wrong ones, as a foreign system writes them: with what their ledgers really did."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

from engine import Engine, Outcome, Policy, new_engine, seeded_salt
from engine.district.ledger import ACCOUNTS
from engine.export import LOTS, Export
from engine.foreign import Checker, Mapping, Terms, Verdict, entries, lines
from tests.engine.invariants.life import Life, lively

LOT_FIELDS = ("lot", "lots", "restored")
Told = dict[str, Any]
WRONG = (LookupError, AssertionError, ValueError, TypeError)  # of a town that no right engine leaves behind


class Exporter:
    """An observer that exports an engine. `truly` adds what the ledger did beyond the postings of the events."""

    def __init__(self, engine: Engine, *, truly: bool = False) -> None:
        """From the first command on."""
        self._export = Export(engine.district)
        self._balances = engine.district.ledger.balances
        self._posted: dict[tuple[int, str], int] = {}
        self._truly = truly
        self.lines: list[str] = []

    def observe(self, outcome: Outcome) -> None:
        """The lines of one record."""
        told = list(self._export.lines(outcome))
        if self._truly and outcome.events:
            told[-1] = self._with_more(told[-1], outcome)
        self.lines += told

    def _with_more(self, line: str, outcome: Outcome) -> str:
        for event in outcome.events:
            for source, owner, target, other, amount in event.postings():
                for account, moved in (((source, owner), -amount), ((target, other), amount)):
                    self._posted[account] = self._posted.get(account, 0) + moved
        more = []
        for number, balances in enumerate(self._balances):
            for owner, balance in balances.items():
                beyond = balance - self._posted.get((number, owner), 0)
                if beyond:
                    self._posted[number, owner] = balance
                    ledger, kind = ACCOUNTS[number]
                    more.append([ledger, None, f"{kind}:{owner}", beyond])
        if not more:
            return line
        found = json.loads(line)
        return written({**found, "postings": [*found.get("postings", []), *paired(more)]})


def paired(moves: list[list[Any]]) -> list[list[Any]]:
    """Moves of one ledger that sum to zero as one posting from here to there; others stay without their other side."""
    found: list[list[Any]] = []
    for ledger, _, account, amount in moves:
        other = next((each for each in found if each[0] == ledger and each[1] is None and each[3] == -amount), None)
        if other is None:
            found.append([ledger, None, account, amount])
        else:
            other[1] = account
    return found


def written(found: Told) -> str:
    """A line as an export writes it."""
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def lived(seed: int, commands: int = 1_500, *, truly: bool = False) -> list[str]:
    """The export of a small town's life; of a wrong engine as far as it comes."""
    engine = new_engine(lively(), salt=seeded_salt(seed))
    exporter = Exporter(engine, truly=truly)
    engine.observers.append(exporter)
    try:
        life = Life(seed, engine)
        life.live(commands)
        life.rest(100)
    except WRONG:
        pass
    return exporter.lines


def judged(
    told: Iterable[str | Told], policy: Policy | None = None, mapping: Mapping | None = None, **terms: Any
) -> Verdict:
    """The verdict on some lines."""
    text = "\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in told)
    checker = Checker(policy or lively(), Terms(**terms))
    return checker.check(entries(lines(io.BytesIO(text.encode())), mapping))


def stripped(told: Iterable[str], *names: str) -> list[str]:
    """Lines without some of their parts; without lots, the fields of events that name lots are gone, too."""
    found = []
    for each in map(json.loads, told):
        left = {name: value for name, value in each.items() if name not in names}
        if "lots" in names and each["type"] in LOTS:
            left["data"] = {name: value for name, value in each["data"].items() if name not in LOT_FIELDS}
        found.append(written(left))
    return found
