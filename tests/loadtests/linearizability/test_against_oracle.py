"""The search says what trying every order says."""

import pytest

from loadtests.linearizability import MODELS, check
from loadtests.linearizability.judge import ends_of
from loadtests.linearizability.verdict import _by_key
from tests.loadtests.linearizability.luck import Clients, luck_of, spoilt
from tests.loadtests.linearizability.oracle import ends_by_trying, has_order

HISTORIES = 700
KEY = "k"


@pytest.mark.parametrize("name", sorted(MODELS))
def test_verdicts_are_those_of_trying_every_order(name: str) -> None:
    """On thousands of small histories, right and spoilt, with lost answers, the verdict is that of the definition."""
    said = {"ok": 0, "violation": 0}
    for seed in range(HISTORIES):
        luck = luck_of(seed)
        model = MODELS[name]()
        calls = Clients(model, luck).history(luck.randrange(1, 8), KEY if model.by_key else None)
        for history in (calls, spoilt(calls, luck) if calls else []):
            fresh = MODELS[name]()
            fresh.prepare(history)
            expected = has_order(fresh, history, fresh.begin(KEY if model.by_key else None))
            verdict = check(history, MODELS[name]())
            assert verdict.status == ("ok" if expected else "violation"), (seed, history)
            said[verdict.status] += 1
            for violation in verdict.violations:
                others = [each for each in violation.history if each is not violation.impossible]
                assert not has_order(fresh, violation.history, violation.begin), (seed, violation)
                assert has_order(fresh, others, violation.begin), (seed, violation)
    assert min(said.values()) > HISTORIES // 10, said


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_end_is_found(name: str) -> None:
    """The states in which orders of a history without lost answers end are all found."""
    for seed in range(200):
        luck = luck_of(seed)
        model = MODELS[name]()
        calls = Clients(model, luck, lost=0).history(luck.randrange(1, 6), KEY if model.by_key else None)
        begin = model.begin(KEY)
        ends = ends_of(model, calls, begin)
        assert ends, seed
        assert ends == ends_by_trying(model, calls, begin), seed


def test_keys_are_judged_apart() -> None:
    """A history of many keys is grouped by key, and only the wrong one is named."""
    luck = luck_of(5)
    calls = []
    for number in range(20):
        calls += Clients(MODELS["counter"](), luck_of(number), lost=0).history(6, f"k{number}")
    luck.shuffle(calls)
    assert len(_by_key(calls, MODELS["counter"]())) == 20
    assert check(calls, MODELS["counter"]()).status == "ok"
    place = next(place for place, call in enumerate(calls) if call.f == "add" and call.type == "ok")
    calls[place].result += 100
    verdict = check(calls, MODELS["counter"]())
    assert verdict.violated == [calls[place].key]
