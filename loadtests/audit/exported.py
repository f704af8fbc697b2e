"""Layer f: what the target exported afterwards, against what it had answered, and in itself.

Each answered effect stands there with the numbers and fields of its answer, each key has one effect at most (H03),
numbers are dense and instants never fall (H01), states move along edges (T01), no account of a resident is overdrawn
(S02, S06), ledgers do not mix (S13), lots give no more than they hold (S05).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Container, Iterable, Iterator
from typing import Any, Final

from engine.export import EDGES, REJECTED
from loadtests.audit.calls import Call
from loadtests.audit.findings import Audit, Finding, finding_of
from loadtests.audit.replaying import Position, Scope, comparable

LAYER: Final = "final_state"
RETENTION_S = 86_400  # the shortest time for which a policy may keep keys
MERGED = "binding.person_merged"
"""The one event that moves accounts of both ledgers: all that a person has goes to another record of the person."""
Line = dict[str, Any]


class Exported:
    """The exported lines: first `see` all lines in order, then `answered` every call."""

    def __init__(self, audit: Audit, repeated: Container[str] = ()) -> None:
        """`repeated`: keys that the plan uses several times; what stands under one may be another's."""
        self._audit = audit
        self._repeated = repeated
        self._seq = 0
        self._at = 0
        self._scope = ("", "")
        self._starts: dict[int, int] = {}
        self._lots: dict[str, int] = {}
        self._balances: dict[str, int] = {}
        self._contents = array("q")
        self.read = 0

    def see(self, lines: Iterable[Line]) -> None:
        """Every exported line."""
        for line in lines:
            self.read += 1
            if line["type"] == REJECTED:
                continue
            self._numbered(line)
            self._moved(line)
            self._posted(line)
            self._filled(line)
            self._contents.append(_content(line["type"], line["data"], line["key"], line["actor"]))

    def _found(self, name: str, line: Line, text: str, **values: Any) -> None:
        place = {"seq": line["seq"], "type": line["type"], "entity": line.get("entity") or "-"}
        self._audit.found(Finding(name, LAYER, f"seq {line['seq']}", text, {**place, **values}))

    def _numbered(self, line: Line) -> None:
        self._audit.checked(LAYER, "H01")
        if line["seq"] != self._seq + 1 or line["at"] < self._at:
            self._found("H01", line, "audit.seen.exported_number", before=self._seq)
        scope = (line["actor"].partition(":")[0], line["key"])
        if scope not in (self._scope, ("system", line["key"])):
            self._audit.checked(LAYER, "H03")
            known = self._starts.get(hash(scope))
            if known is not None and line["at"] < known + RETENTION_S:
                self._found("H03", line, "audit.seen.exported_twice", key=line["key"])
            self._starts[hash(scope)] = line["at"]
        self._scope = scope
        self._seq, self._at = line["seq"], line["at"]

    def _moved(self, line: Line) -> None:
        if line.get("to"):
            self._audit.checked(LAYER, "T01")
            if (line.get("from") or "", line["to"]) not in EDGES:
                self._found("T01", line, "audit.seen.exported_edge", origin=line.get("from") or "-", to=line["to"])

    def _posted(self, line: Line) -> None:
        ledgers = {posting[0] for posting in line.get("postings", ())}
        self._audit.checked(LAYER, "S13", len(ledgers))
        if "MO" in ledgers and len(ledgers) > 1 and line["type"] != MERGED:
            self._found("S13", line, "audit.seen.exported_ledgers")
        touched = set()
        for _, source, target, amount in line.get("postings", ()):
            for account, moved in ((source, -amount), (target, amount)):
                self._balances[account] = self._balances.get(account, 0) + moved
                touched.add(account)
        for account in touched:
            kind, _, owner = account.partition(":")
            if kind == "av" and self._balances[account] < 0:
                self._found("S02", line, "audit.seen.exported_balance", account=account, sum=self._balances[account])
            if kind in ("av", "debt") and self._balances.get(f"debt:{owner}", 0) < 0 < self._balances.get(
                f"av:{owner}", 0
            ):
                self._found("S06", line, "audit.seen.exported_debt", person=owner)

    def _filled(self, line: Line) -> None:
        for lot, points in line.get("lots", ()):
            self._lots[lot] = self._lots.get(lot, 0) + points
            self._audit.checked(LAYER, "S05")
            if self._lots[lot] < 0:
                self._found("S05", line, "audit.seen.exported_lot", lot=lot, sum=self._lots[lot])

    def answered(self, call: Call) -> None:
        """What was answered stands there, with the same numbers and fields."""
        answer = call.answer
        if call.outcome == "rejected" and call.operation.key:
            self._refused(call)
        if call.outcome != "ok" or call.operation.is_read or answer.events is None or answer.view is None:
            return
        self._audit.checked(LAYER, "H02")
        for place, event in enumerate(answer.view):
            seq = answer.events[0] + place
            if not 0 < seq <= len(self._contents):
                self._differs(call, "audit.seen.exported_lost", seq)
                return
            operation = call.operation
            if self._contents[seq - 1] != _content(event["type"], event["data"], operation.key, operation.actor):
                self._differs(call, "audit.seen.exported_other", seq)
                return

    def _refused(self, call: Call) -> None:
        """What was refused changed nothing (T02)."""
        operation = call.operation
        if operation.key in self._repeated or operation.is_read:
            return
        self._audit.checked(LAYER, "T02")
        if hash((call.kind, operation.key)) in self._starts:
            self._audit.found(finding_of("T02", LAYER, [call], "audit.seen.exported_refused", code=call.answer.code))

    def _differs(self, call: Call, text: str, seq: int) -> None:
        self._audit.found(finding_of("H02", LAYER, [call], text, seq=seq))


def told(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines of events and rejections, without the header that says how they are to be read."""
    return (line for line in lines if "type" in line)


def positions_of(lines: Iterable[Line], wanted: Container[Scope]) -> dict[Scope, Position]:
    """Where the commands of some keys stand in an exported log."""
    found: dict[Scope, Position] = {}
    seq = 0
    for line in lines:
        rejected = line["type"] == REJECTED
        scope = (line["actor"].partition(":")[0], line["key"])
        if scope in wanted and scope not in found:
            found[scope] = Position(seq if rejected else line["seq"], line["at"], rejected)
        seq = seq if rejected else line["seq"]
    return found


def _content(wire: str, data: Line, key: str, actor: str) -> int:
    """A number for what a line says: a million lines need not be held."""
    return hash(f"{wire} {key} {actor} {json.dumps(comparable(data), sort_keys=True)}")
