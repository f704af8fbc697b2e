"""The door: what is no envelope is refused in one sentence, what is one is exactly what the engine executes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Envelope, Rejected, new_engine
from engine.catalogue import COMMANDS
from engine.contract import adapter, codes, command_schema, envelope_from
from engine.kernel.command import Command
from engine.kernel.units import LATEST
from loadtests.property.strategies import commands
from tests.purses import purse, said

GOOD: dict[str, Any] = {
    "type": "payments.pay_purchase",
    "v": 1,
    "key": "key-1",
    "actor": "resident:per_1",
    "at": 1_631_664_000,
    "data": {
        "person": "per_1", "merchant": "mer_1", "channel": "bank", "goods_fen": 100, "excluded_fen": 0, "points": 0,
    },
}  # fmt: skip


def with_field(name: str, value: Any) -> dict[str, Any]:
    """The good envelope with one field replaced; `data.x` is a field of the command."""
    outer, _, inner = name.partition(".")
    return {**GOOD, outer: {**GOOD["data"], inner: value} if inner else value}


WRONG = [
    ("type", "payments.no_such_thing", "UNKNOWN_TYPE"),
    ("type", "", "MALFORMED"),
    ("type", 5, "MALFORMED"),
    ("v", 2, "BAD_VERSION"),
    ("v", True, "BAD_VERSION"),
    ("v", "1", "BAD_VERSION"),
    ("key", "", "MALFORMED"),
    ("key", "x" * 81, "MALFORMED"),
    ("key", 'a"b', "MALFORMED"),
    ("key", "a\\b", "MALFORMED"),
    ("key", "a b", "MALFORMED"),
    ("key", "a\nb", "MALFORMED"),
    ("key", "键", "MALFORMED"),
    ("key", None, "MALFORMED"),
    ("actor", "resident", "MALFORMED"),
    ("actor", ":per_1", "MALFORMED"),
    ("actor", "resident:", "MALFORMED"),
    ("actor", 'resident:per"1', "MALFORMED"),
    ("at", -1, "MALFORMED"),
    ("at", 1.0, "MALFORMED"),
    ("at", True, "MALFORMED"),
    ("at", "0", "MALFORMED"),
    ("at", LATEST + 1, "MALFORMED"),
    ("data", [], "MALFORMED"),
    ("data", None, "MALFORMED"),
    ("data", {}, "MALFORMED"),
    ("data.goods_fen", 0, "BAD_AMOUNT"),
    ("data.goods_fen", -5, "BAD_AMOUNT"),
    ("data.goods_fen", 2**53, "BAD_AMOUNT"),
    ("data.goods_fen", 10**30, "BAD_AMOUNT"),
    ("data.goods_fen", 1.5, "MALFORMED"),
    ("data.goods_fen", "100", "MALFORMED"),
    ("data.goods_fen", True, "MALFORMED"),
    ("data.goods_fen", float("nan"), "MALFORMED"),
    ("data.channel", "cash", "MALFORMED"),
    ("data.person", 'per_"', "MALFORMED"),
    ("data.person", "mer_1", "MALFORMED"),
    ("data.more", 1, "MALFORMED"),
]


@pytest.mark.parametrize(("name", "value", "code"), WRONG)
def test_what_is_no_envelope_is_refused(name: str, value: Any, code: str) -> None:
    """Each with a code of the class malformed, before anybody is asked who is asking."""
    with pytest.raises(Rejected) as refused:
        envelope_from(with_field(name, value))
    assert refused.value.code.name == code
    assert refused.value.code.door


@pytest.mark.parametrize("found", [None, [], "x", 5, {}, {**GOOD, "more": 1}, {k: GOOD[k] for k in list(GOOD)[1:]}])
def test_an_envelope_has_exactly_its_six_fields(found: Any) -> None:
    """Nothing less and nothing more."""
    with pytest.raises(Rejected) as refused:
        envelope_from(found)
    assert refused.value.code.name == "MALFORMED"


def test_a_body_made_to_exhaust_the_stack_is_refused() -> None:
    """A hundred thousand brackets are malformed, not a crash."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Rejected) as refused:
        envelope_from(with_field("data", deep))
    assert refused.value.code.name == "MALFORMED"


@given(st.sampled_from(COMMANDS).flatmap(commands))
def test_every_command_comes_through_the_door_unchanged(command: Command) -> None:
    """What the strategies draw is valid, and its text is read as the same command; a record would state it so."""
    found = {**GOOD, "type": command.type, "v": command.version, "data": json.loads(command.encode())}
    assert envelope_from(found) == Envelope("key-1", "resident", "per_1", GOOD["at"], command)


def test_the_engine_executes_what_the_door_made() -> None:
    """No second model of a command stands between."""
    town = purse()
    outcome = town.engine.execute(envelope_from({**GOOD, "at": town.at}))
    assert said(outcome) == "ok"


def test_the_schema_of_each_command_names_its_fields() -> None:
    """For clients: an object with exactly these fields."""
    for command in COMMANDS:
        schema = command_schema(command)
        assert set(schema.get("properties", {})) == set(command.__dataclass_fields__)  # type: ignore[attr-defined]
        assert schema["additionalProperties"] is False
        assert adapter(command) is adapter(command)


def test_codes_are_listed_once_in_order_of_precedence() -> None:
    """Names are unique, classes ascend, and every code of a command is in the list."""
    found = codes()
    names = [code.name for code in found]
    assert len(names) == len(set(names))
    assert [code.precedence for code in found] == sorted(code.precedence for code in found)
    assert {code.name for command in COMMANDS for code in command.codes} <= set(names)
    assert all(code.meaning.endswith(".") for code in found)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.type)
def test_the_codes_of_a_command_are_in_order_of_precedence(command: type[Command]) -> None:
    """By class: what is not found before states, states before limits, limits before balances; none twice."""
    classes = [code.precedence for code in command.codes]
    assert classes == sorted(classes)
    assert len(set(command.codes)) == len(command.codes)
    assert not any(code.door for code in command.codes)


def test_a_new_engine_answers_without_a_journal() -> None:
    """An engine needs neither a sink nor a vault."""
    outcome = new_engine().execute(envelope_from(GOOD))
    assert said(outcome) == "PERSON_NOT_FOUND"
