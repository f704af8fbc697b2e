"""Known-good and known-bad histories, one by one."""

from typing import Any

import pytest

from loadtests.linearizability import IMPOSSIBLE, MODELS, BadCall, Call, Model, check
from loadtests.linearizability.search import Search

Row = tuple[Any, ...]  # f, value, start, end (None: outcome unknown), result; a sixth item "fail" for a refusal


def calls_of(rows: list[Row]) -> list[Call]:
    """Calls of one key, a process each."""
    made = []
    for number, (f, value, start, end, result, *kind) in enumerate(rows):
        answered: Any = kind[0] if kind else "ok" if end is not None else "info"
        made.append(Call(f, value, start, end, answered, result, "k", number, number))
    return made


GOOD: list[tuple[str, str, Any, list[Row]]] = [
    ("nothing", "register", None, []),
    ("a read of what is being written", "register", 0, [("write", 1, 0, 9, None), ("read", None, 1, 2, 1)]),
    ("a read before what is being written", "register", 0, [("write", 1, 0, 9, None), ("read", None, 1, 2, 0)]),
    ("what touches is concurrent", "register", 0, [("write", 1, 0, 5, None), ("read", None, 5, 6, 0)]),
    ("a swap that failed", "register", 0, [("cas", [1, 2], 0, 1, False), ("read", None, 2, 3, 0)]),
    ("a swap refused for other reasons", "register", 1, [("cas", [1, 2], 0, 1, None, "fail")]),
    ("a lost answer that came true late", "register", 0,
     [("write", 1, 0, None, None), ("read", None, 1, 2, 0), ("read", None, 8, 9, 1)]),
    ("two additions at once", "counter", 0, [("add", 1, 0, 9, 2), ("add", 1, 0, 9, 1)]),
    ("an addition that never happened", "counter", 0, [("add", 5, 0, None, None), ("read", None, 7, 8, 0)]),
    ("an element added twice", "set", None,
     [("add", 1, 0, 5, True), ("add", 1, 1, 6, False), ("read", None, 7, 8, [1])]),
    ("texts appended", "key-value", None,
     [("append", "a", 0, 1, None), ("append", "b", 2, 3, None), ("get", None, 4, 5, "ab")]),
    ("money moves", "bank", {"a": 5},
     [("transfer", {"from": "a", "to": "b", "amount": 5}, 0, 5, None), ("read", None, 1, 2, {"a": 5, "b": 0})]),
    ("a refusal while the money was away", "bank", {"a": 5},
     [("withdraw", {"account": "a", "amount": 5}, 0, 5, None),
      ("withdraw", {"account": "a", "amount": 5}, 1, 6, "insufficient", "fail")]),
    ("points lapse", "points", {"k": {"lots": [[100, 5]]}},
     [("read", None, 0, 1, {"available": 5, "at": 99}), ("read", None, 2, 3, {"available": 0, "at": 100})]),
    ("a refund after its lot lapsed is forfeit", "points", {"k": {"lots": [[100, 5]]}},
     [("spend", {"points": 5, "ref": "a"}, 0, 1, {"at": 50}),
      ("refund", {"of": "a", "points": 5}, 2, 3, {"available": 0, "at": 150})]),
    ("a refund after its lot lapsed gives days of grace", "points", {"k": {"lots": [[100, 5]]}},
     [("spend", {"points": 5, "ref": "a"}, 0, 1, {"at": 50}),
      ("refund", {"of": "a", "points": 5}, 2, 3, {"available": 5, "at": 150, "expires": 200})]),
    ("earned points pay the debt of a revocation", "points", None,
     [("earn", {"points": 5, "ref": "a"}, 0, 1, 5), ("spend", {"points": 4}, 2, 3, 1),
      ("revoke", {"points": 5, "of": "a"}, 4, 5, {"available": 0, "debt": 4}),
      ("earn", {"points": 6}, 6, 7, {"available": 2, "debt": 0})]),
    ("a revocation takes its own lot first", "points", {"k": {"lots": [[100, 5]]}},
     [("earn", {"points": 5, "ref": "a", "expires": 200}, 0, 1, {"at": 1}),
      ("revoke", {"points": 5, "of": "a"}, 2, 3, {"at": 2}), ("read", None, 4, 5, {"available": 0, "at": 100})]),
    ("earliest expiry is used first", "points", {"k": {"lots": [[200, 5], [100, 5]]}},
     [("spend", {"points": 5}, 0, 1, {"at": 1}), ("read", None, 4, 5, {"available": 5, "at": 150})]),
]  # fmt: skip
BAD: list[tuple[str, str, Any, list[Row], set[str]]] = [
    ("stale read", "register", 0, [("write", 1, 0, 1, None), ("read", None, 2, 3, 0)], {"stale", "lost"}),
    ("reads that disagree on the order", "register", 0,
     [("write", 1, 0, 9, None), ("write", 2, 0, 9, None), ("read", None, 10, 11, 1), ("read", None, 12, 13, 2)],
     {"stale", "twice"}),
    ("two winners of one swap", "register", 0,
     [("cas", [0, 1], 0, 9, True), ("cas", [0, 2], 0, 9, True), ("read", None, 10, 11, 1)], {"lost"}),
    ("lost update", "counter", 0,
     [("add", 1, 0, 9, None), ("add", 1, 0, 9, None), ("read", None, 10, 11, 1)], {"lost", "stale"}),
    ("both saw the same number", "counter", 0, [("add", 1, 0, 9, 1), ("add", 1, 0, 9, 1)], {"lost"}),
    ("double credit", "counter", 0, [("add", 3, 0, 1, None), ("read", None, 2, 3, 6)], {"twice"}),
    ("retried and counted twice", "counter", 0, [("add", 3, 0, 1, 6)], {"twice"}),
    ("lost element", "set", None,
     [("add", 1, 0, 5, None), ("add", 2, 0, 5, None), ("read", None, 6, 7, [2])], {"lost", "stale"}),
    ("money made by a read", "bank", {"a": 5},
     [("transfer", {"from": "a", "to": "b", "amount": 5}, 0, 5, None), ("read", None, 1, 2, {"a": 5, "b": 5})], set()),
    ("overdraft", "bank", {"a": 5},
     [("withdraw", {"account": "a", "amount": 4}, 0, 5, None), ("withdraw", {"account": "a", "amount": 4}, 1, 6, None)],
     {"lost"}),
    ("refused though the money was there", "bank", {"a": 5},
     [("deposit", {"account": "a", "amount": 4}, 0, 1, None),
      ("withdraw", {"account": "a", "amount": 8}, 2, 3, "insufficient", "fail")], {"lost", "stale"}),
    ("points spent that had lapsed", "points", {"k": {"lots": [[100, 5]]}},
     [("spend", {"points": 5}, 0, 1, {"at": 100, "available": 0})], set()),
    ("points lapse a second too early", "points", {"k": {"lots": [[100, 5]]}},
     [("read", None, 0, 1, {"available": 0, "at": 99})], set()),
    ("double spend", "points", {"k": 10},
     [("spend", {"points": 8}, 0, 5, {"available": 2}), ("spend", {"points": 8}, 1, 6, {"available": 2})], {"lost"}),
    ("refund twice", "points", {"k": 10},
     [("spend", {"points": 8, "ref": "a"}, 0, 1, None), ("refund", {"of": "a", "points": 8}, 2, 3, None),
      ("refund", {"of": "a", "points": 8}, 4, 5, None)], {"lost", "twice"}),
    ("debt forgotten", "points", None,
     [("earn", {"points": 5, "ref": "a"}, 0, 1, 5), ("spend", {"points": 5}, 2, 3, 0),
      ("revoke", {"points": 5, "of": "a"}, 4, 5, {"available": 0, "debt": 5}),
      ("earn", {"points": 6}, 6, 7, {"available": 6, "debt": 0})], {"lost", "twice"}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "initial", "rows"), [each[1:] for each in GOOD], ids=[each[0] for each in GOOD])
def test_a_right_history_is_ok(model: str, initial: Any, rows: list[Row]) -> None:
    """A history that some order explains is linearizable."""
    assert check(calls_of(rows), MODELS[model](initial)).status == "ok"


@pytest.mark.parametrize(("model", "initial", "rows", "why"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
def test_a_wrong_history_is_a_violation(model: str, initial: Any, rows: list[Row], why: set[str]) -> None:
    """A history that no order explains is a violation, and what would explain it is named."""
    verdict = check(calls_of(rows), MODELS[model](initial))
    assert verdict.status == "violation"
    assert {each.why for each in verdict.violations[0].explanations} == why


class Toggle(Model):
    """`flip` from off to on; `press` does nothing while it is off, and turns it off while it is on. Nothing is pure."""

    name = "toggle"
    functions = frozenset({"flip", "press", "look"})
    pure = frozenset({"look"})

    def begin(self, _key: str | None) -> str:
        """Off."""
        return "off"

    def step(self, state: Any, call: Call) -> Any:
        """Next state."""
        if call.f == "look":
            return state if call.result == state else IMPOSSIBLE
        return "on" if call.f == "flip" else "off"


def test_a_call_that_did_nothing_here_is_tried_elsewhere() -> None:
    """`press` changes nothing at first and must come after `flip`: inferred to be a read, it would come too early."""
    rows: list[Row] = [("press", None, 0, 50, None), ("flip", None, 0, 50, None), ("look", None, 60, 61, "off")]
    assert check(calls_of(rows), Toggle()).status == "ok"


def test_a_lost_call_that_changes_nothing_is_not_tried() -> None:
    """Calls of unknown outcome that would change nothing are never taken: a thousand of them cost no search."""
    rows: list[Row] = [("cas", [7, number], 0, None, None) for number in range(1_000)]
    rows += [("write", number, 10 * number + 10, 10 * number + 15, None) for number in range(5)]
    rows += [("read", None, 100, 101, 4)]
    verdict = check(calls_of(rows), MODELS["register"](0))
    assert verdict.status == "ok"
    assert verdict.seen < 20_000


def test_a_budget_exceeded_is_unknown_never_ok() -> None:
    """A search that its budget does not settle is unknown; with more it is settled, and says the same each time."""
    adds: list[Row] = [("add", 2**number, 0, 1_000, None) for number in range(8)]
    impossible = calls_of([*adds, ("read", None, 10, 990, 2**20)])
    starved = check(impossible, MODELS["counter"](0), budget=1_000)
    assert (starved.status, starved.unknown) == ("unknown", ["k"])
    settled = check(impossible, MODELS["counter"](0), budget=50_000_000)
    assert settled.status == "violation"
    assert settled.seen == check(impossible, MODELS["counter"](0), budget=50_000_000).seen


def test_a_hard_key_keeps_no_other_waiting() -> None:
    """With a budget too small for one key, the others are judged; a violation outweighs what is unknown."""
    hard = calls_of([*[("add", 2**n, 0, 1_000, None) for n in range(16)], ("read", None, 10, 990, 2**20)])
    bad = calls_of([("add", 1, 0, 9, 1), ("add", 1, 0, 9, 1)])
    for call in bad:
        call.key = "other"
    verdict = check([*hard, *bad], MODELS["counter"](0), budget=20_000)
    assert (verdict.status, verdict.violated, verdict.unknown) == ("violation", ["other"], ["k"])


def test_a_long_history_of_a_few_clients_remembers_little() -> None:
    """What cannot be chosen otherwise is forgotten: a sequence of pairs at once costs a few candidates a call."""
    rows: list[Row] = []
    for number in range(0, 4_000, 2):
        rows += [
            ("add", 1, 10 * number, 10 * number + 15, number + 1),
            ("add", 1, 10 * number, 10 * number + 15, number + 2),
        ]
    search = Search(MODELS["counter"](0), calls_of(rows), 0)
    assert search.run(100_000) is True
    assert search.seen < 4 * len(rows)


def test_the_shortest_history_stays_honest() -> None:
    """Of hundreds of calls before a lost update only what shows it is left, with the call that was lost."""
    rows: list[Row] = [("add", 1, 100 * number, 100 * number + 50, number + 1) for number in range(300)]
    rows += [("add", 5, 30_000, 30_010, 305), ("add", 7, 30_005, 30_020, 307), ("read", None, 30_030, 30_040, 307)]
    (violation,) = check(calls_of(rows), MODELS["counter"](0)).violations
    assert len(violation.history) == 2
    assert violation.begin == 300
    assert {each.f for each in violation.history} == {"add"}
    assert violation.calls_of_key == len(rows)


@pytest.mark.parametrize(
    ("model", "f", "value", "result"),
    [
        ("register", "pop", None, None),
        ("register", "cas", [1], None),
        ("counter", "add", "1", None),
        ("counter", "add", True, None),
        ("set", "read", None, "ab"),
        ("bank", "transfer", {"from": "a", "amount": 1}, None),
        ("bank", "deposit", {"account": "a", "amount": -1}, None),
        ("points", "earn", 5, None),
        ("points", "refund", {"points": 1}, None),
        ("points", "spend", {"points": -1}, None),
        ("points", "spend", {"points": 1}, "ok"),
    ],
)
def test_a_call_that_is_not_of_the_model_is_refused(model: str, f: str, value: Any, result: Any) -> None:
    """A function, value or result that the model cannot read is refused, not judged."""
    with pytest.raises(BadCall):
        check([Call(f, value, 0, 1, "ok", result, "k", 0, 1)], MODELS[model]())
