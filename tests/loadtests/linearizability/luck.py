"""Random histories: right ones, made by clients that really take turns at an object, and what is planted in them."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from loadtests.linearizability import IMPOSSIBLE, Call, Model


def luck_of(seed: int) -> Random:
    """Draws that are the same for the same seed."""
    return Random(seed)  # noqa: S311 - amounts and instants of a test, no secrets


def asked(model: str, luck: Random) -> tuple[str, Any]:
    """A function of a model and a value for it."""
    small = luck.randrange(1, 4)
    ways: dict[str, list[tuple[str, Any]]] = {
        "register": [("read", None), ("write", small), ("cas", [luck.randrange(4), small])],
        "key-value": [("get", None), ("put", f"{small}"), ("append", f"{small}"), ("delete", None)],
        "counter": [("add", luck.choice([-1, 1, 2])), ("add", 1), ("read", None)],
        "set": [("add", small), ("remove", small), ("contains", small), ("read", None)],
        "bank": [
            ("transfer", {"from": luck.choice("ab"), "to": luck.choice("bc"), "amount": small}),
            ("withdraw", {"account": luck.choice("ab"), "amount": small}),
            ("deposit", {"account": luck.choice("ab"), "amount": small}),
            ("read", luck.choice([None, "a"])),
        ],
        "points": [
            ("earn", {"points": small, "ref": f"e{luck.randrange(9)}", "expires": luck.choice([None, 5, 12])}),
            ("spend", {"points": small, "ref": f"s{luck.randrange(3)}"}),
            ("refund", {"of": f"s{luck.randrange(3)}", "points": 1}),
            ("revoke", {"points": small, "of": f"e{luck.randrange(9)}"}),
            ("read", None),
        ],
    }
    return luck.choice(ways[model])


@dataclass
class Clients:
    """Clients of one object. Each call takes effect at one instant between start and end; some answers are lost."""

    model: Model
    luck: Random
    lost: float = 0.15
    spread: int = 6
    state: Any = None
    calls: list[Call] = field(default_factory=list)

    def history(self, count: int, key: str | None = "k") -> list[Call]:
        """A right history of so many calls."""
        luck = self.luck
        wanted = [asked(self.model.name, luck) for _ in range(count)]
        self.model.prepare([Call(f, value, 0, 0) for f, value in wanted])
        self.state = self.model.begin(key)
        for number, (f, value) in enumerate(wanted):
            instant = 10 * number
            start, end = instant - luck.randrange(10 * self.spread), instant + luck.randrange(10 * self.spread)
            self.calls.append(self._answered(Call(f, value, start, end, key=key, process=number, number=number)))
        return [call for call in self.calls if call.f != "refund" or call.type != "fail"]

    def _answered(self, call: Call) -> Call:
        happens = self.luck.random() > self.lost / 2
        unknown = self.luck.random() < self.lost
        result, after = self._result(call)
        if happens and after is not IMPOSSIBLE:
            self.state = after
        elif not unknown and after is IMPOSSIBLE:
            return replace(call, type="fail", result="insufficient")
        elif not unknown:
            return replace(call, type="fail", result=None)
        return replace(call, type="info", end=None) if unknown else replace(call, result=result)

    def _result(self, call: Call) -> tuple[Any, Any]:
        """The only result that the model takes, found by asking it; and the state after it."""
        for result in self._possible(call):
            after = self.model.step(self.state, replace(call, result=result))
            if after is not IMPOSSIBLE:
                return result, after
        return None, IMPOSSIBLE

    def _possible(self, call: Call) -> list[Any]:
        shown = self.model.shown(self.state)
        match self.model.name, call.f:
            case "bank", "read":
                return [shown.get("a", 0)] if call.value else [shown]
            case "points", "read":
                return [{"available": shown["available"], "debt": shown["debt"]}]
            case "points", _:
                return [{"available": n} for n in range(60)] if self.luck.random() < 0.5 else [None]
            case "counter", "add":
                return [shown + call.value]
            case ("set", "contains") | ("register", "cas"):
                return [True, False]
        return [shown] if call.f in ("read", "get") else [None]


def spoilt(calls: list[Call], luck: Random) -> list[Call]:
    """The history with one answer changed: it may be wrong then."""
    place = luck.randrange(len(calls))
    call = calls[place]
    if call.type != "ok" and call.f == "read":
        return calls
    wrong: Any = luck.choice([0, 1, 2, 3])
    if isinstance(call.result, dict) and call.result:
        wrong = {**call.result, luck.choice(sorted(call.result)): luck.randrange(4)}
    elif isinstance(call.result, list):
        wrong = call.result[1:] if luck.random() < 0.5 else [*call.result, 9]
    elif isinstance(call.result, bool):
        wrong = not call.result
    elif isinstance(call.result, str):
        wrong = call.result[:-1]
    known = wrong if call.type == "ok" else None
    changed = replace(call, type="ok", result=known, end=call.start + 5 if call.end is None else call.end)
    return [*calls[:place], changed, *calls[place + 1 :]]
