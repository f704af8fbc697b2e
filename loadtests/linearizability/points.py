"""Model of a points account: earn, spend, refund, revoke; lots lapse at instants that are known.

State: the lots in order of use (earliest expiry first, of equals by ref), the debt, what purchases drew from them, and
the instant of the last change. A lot is usable while `at < expires`. Points that come in pay debt first. A revoked
award takes its own lot first, then the others in order of use, and what is spent already becomes debt.

    earn    {"points": 5, "ref"?, "expires"?}           spend   {"points": 3, "ref"?}
    refund  {"of": ref of a spend, "points": 2}         revoke  {"points": 5, "of"?: ref of an earn}
    read    null

Results may say `available` and `debt` (as they stand after the call), `at` (the instant, in the unit of `expires`),
and `points` and `expires` where the system decides them (caps, grace: a lapsed lot is restored only with an `expires`).
What a result does not say is taken from the value; what neither says is not judged. A `fail` whose result is
"insufficient", or says so as `code`, needs a balance that is too small; other ones say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from loadtests.linearizability.calls import Call
from loadtests.linearizability.model import IMPOSSIBLE, BadCall, Model, State, whole

INSUFFICIENT = "insufficient"
FOREVER = 2**62

Lot = tuple[int, str, int]  # expiry, ref of what earned it, points left


class Purse(NamedTuple):
    """One account; `available` is the sum of the lots, `uses` what each spend drew that somebody asks back."""

    lots: tuple[Lot, ...]
    available: int
    debt: int
    at: int
    uses: tuple[tuple[str, tuple[Lot, ...]], ...]


class Points(Model):
    """One account a key."""

    name = "points"
    functions = frozenset({"earn", "spend", "refund", "revoke", "read"})
    pure = frozenset({"read"})
    judges_refusals = True

    def __init__(self, initial: Any = None) -> None:
        """`initial`: by key points available, or {"available"?, "debt"?, "lots"?: [[expires, points, ref?], ...]}."""
        super().__init__(initial)
        self._asked_back: set[str] = set()
        self._ways: dict[str, Callable[[Purse, Call, int], Purse | None]] = {
            "earn": self._earn,
            "spend": self._spend,
            "refund": self._refund,
            "revoke": self._revoke,
        }

    def prepare(self, calls: Sequence[Call]) -> None:
        """Remember what is asked back: only of these spends and awards the lots are told apart."""
        for call in calls:
            if call.f in ("refund", "revoke") and "of" in call.value:
                self._asked_back.add(str(call.value["of"]))

    def begin(self, key: str | None) -> State:
        """The purse at the start."""
        found = self.initial.get(key, 0) if isinstance(self.initial, dict) else self.initial or 0
        if isinstance(found, int):
            found = {"available": found}
        lots = [(each[0], str(each[2]) if each[2:] else "", each[1]) for each in found.get("lots", ())]
        if found.get("available") and not lots:
            lots = [(FOREVER, "", found["available"])]
        lots.sort()
        return Purse(tuple(lots), sum(lot[2] for lot in lots), found.get("debt", 0), -1, ())

    def step(self, state: Any, call: Call) -> State:
        """The purse after a call."""
        at = _said(call, "at")
        if call.f == "read":
            return state if _shows(lapsed(state, at), call) else IMPOSSIBLE
        if at is not None and at < state.at:
            return IMPOSSIBLE
        purse = state if at is None else lapsed(state, at)
        after = self._ways[call.f](purse, call, _said(call, "points") or 0)
        if after is None:
            return state if call.type == "info" else IMPOSSIBLE
        return after if _shows(after, call) else IMPOSSIBLE

    def _earn(self, purse: Purse, call: Call, points: int) -> Purse | None:
        expires = _said(call, "expires")
        return credited(purse, (FOREVER if expires is None else expires, self._ref(call), points))

    def _spend(self, purse: Purse, call: Call, points: int) -> Purse | None:
        if purse.available < points:
            return None
        lots, used = drawn(purse.lots, points)
        ref = self._ref(call)
        uses = (*purse.uses, (ref, used)) if ref else purse.uses
        return Purse(lots, purse.available - points, purse.debt, purse.at, uses)

    def _ref(self, call: Call) -> str:
        """The ref of a call that is asked back, else nothing."""
        if not self._asked_back:
            return ""
        ref = str(call.value.get("ref", ""))
        return ref if ref in self._asked_back else ""

    def _refund(self, purse: Purse, call: Call, points: int) -> Purse | None:
        ref = str(call.value["of"])
        used = dict(purse.uses).get(ref)
        if used is None or sum(part for _, _, part in used) < points:
            return None
        back, rest = _last(used, points)
        uses = tuple((name, rest if name == ref else lots) for name, lots in purse.uses)
        grace = _said(call, "expires")
        purse = purse._replace(uses=uses)
        for expires, earned, part in reversed(back):  # what was used first pays debt first
            if expires > purse.at:
                purse = credited(purse, (expires, earned, part))
            elif grace is not None:
                purse = credited(purse, (grace, earned, part))
        return purse

    def _revoke(self, purse: Purse, call: Call, points: int) -> Purse | None:
        own = str(call.value.get("of", ""))
        first = [lot for lot in purse.lots if own and lot[1] == own]
        others = [lot for lot in purse.lots if not (own and lot[1] == own)]
        taken = min(points, purse.available)
        left, _ = drawn((*first, *others), taken)
        lots = tuple(sorted(left))
        return Purse(lots, purse.available - taken, purse.debt + points - taken, purse.at, purse.uses)

    def refuses(self, state: Any, call: Call) -> bool:
        """A refusal for lack of points needs the lack."""
        code = call.result.get("code") if isinstance(call.result, dict) else call.result
        if call.f != "spend" or code != INSUFFICIENT:
            return True
        return bool(lapsed(state, _said(call, "at")).available < call.value["points"])

    def check(self, call: Call) -> None:
        """Values are objects, points whole numbers of at least zero."""
        super().check(call)
        if call.type == "ok" and not isinstance(call.result, (dict, int, type(None))):
            raise BadCall(call.number, "a result is an object, the points available, or null")
        if call.f == "read":
            return
        if not isinstance(call.value, dict) or (call.f == "refund" and "of" not in call.value):
            raise BadCall(call.number, f"`{call.f}` needs an object as value, a refund with `of`")
        points = _said(call, "points")
        if whole(call, points if points is not None else call.value.get("points"), "points") < 0:
            raise BadCall(call.number, "points are at least zero")

    def again(self, call: Call) -> Call:
        """What the system decided (points, expiry) is known of the first time."""
        decided = {name: _said(call, name) for name in ("points", "expires") if _said(call, name) is not None}
        return replace(super().again(call), value={**(call.value or {}), **decided})

    def shown(self, state: Any) -> Any:
        """Balance, debt and lots."""
        lots = [[expires if expires < FOREVER else None, points, ref] for expires, ref, points in state.lots]
        return {"available": state.available, "debt": state.debt, "lots": lots}


def _said(call: Call, name: str) -> Any:
    """What the result says, else what the value says."""
    if isinstance(call.result, dict) and name in call.result:
        return call.result[name]
    return call.value.get(name) if isinstance(call.value, dict) else None


def _shows(purse: Purse, call: Call) -> bool:
    """True if the balances that the result says, if any, are those of the purse."""
    result = call.result
    if result is None or call.type == "info":
        return True
    if isinstance(result, int):
        return purse.available == result
    return bool(
        result.get("available", purse.available) == purse.available and result.get("debt", purse.debt) == purse.debt
    )


def lapsed(purse: Purse, at: int | None) -> Purse:
    """The purse at an instant: lots whose time is over are gone."""
    if at is None or at <= purse.at:
        return purse
    lots, available = purse.lots, purse.available
    if lots and lots[0][0] <= at:
        lots = tuple(lot for lot in lots if lot[0] > at)
        available = sum(lot[2] for lot in lots)
    return Purse(lots, available, purse.debt, at, purse.uses)


def credited(purse: Purse, lot: Lot) -> Purse:
    """Points come in: they pay debt, the rest stands in its lot, or in the lot of the same ref and expiry."""
    expires, ref, points = lot
    netted = min(purse.debt, points)
    points -= netted
    lots = purse.lots
    if points:
        place = len(lots)
        while place and lots[place - 1][:2] > (expires, ref):
            place -= 1
        if place and lots[place - 1][:2] == (expires, ref):
            lots = (*lots[: place - 1], (expires, ref, lots[place - 1][2] + points), *lots[place:])
        else:
            lots = (*lots[:place], (expires, ref, points), *lots[place:])
    return Purse(lots, purse.available + points, purse.debt - netted, purse.at, purse.uses)


def drawn(lots: Sequence[Lot], points: int) -> tuple[tuple[Lot, ...], tuple[Lot, ...]]:
    """What stays in the lots when points leave them in order, and what was drawn; there must be enough."""
    left: list[Lot] = []
    used: list[Lot] = []
    for expires, ref, held in lots:
        part = min(held, points)
        points -= part
        if part:
            used.append((expires, ref, part))
        if held > part:
            left.append((expires, ref, held - part))
    return tuple(left), tuple(used)


def _last(used: Sequence[Lot], points: int) -> tuple[list[Lot], tuple[Lot, ...]]:
    """The last used points, last use first, and what is still out."""
    back: list[Lot] = []
    rest = list(used)
    while points:
        expires, ref, held = rest.pop()
        part = min(held, points)
        points -= part
        back.append((expires, ref, part))
        if held > part:
            rest.append((expires, ref, held - part))
    return back, tuple(rest)
