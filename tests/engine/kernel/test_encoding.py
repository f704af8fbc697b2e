"""Compiled encoders write what a general writer of canonical JSON writes; floats have no text."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import COMMANDS
from engine.kernel.encoding import canonical, decoder, encoder, writer
from engine.kernel.event import EVENTS
from engine.kernel.units import Name, Personal, Text, Token
from loadtests.property.strategies import fields_of, values

Hidden = Annotated[str, Token, Personal("a test", 10)]


@dataclass
class Row:
    """One field of every kind."""

    whole: int
    yes: bool
    plain: Name
    text: Text
    choice: Literal["left", "right"]
    hidden: Hidden
    maybe_whole: int | None
    maybe_name: Name | None
    maybe_text: Text | None
    maybe_yes: bool | None
    names: tuple[Name, ...]
    texts: tuple[Text, ...]
    pair: tuple[Name, int]
    pairs: tuple[tuple[Name, int, Name | None], ...]
    deep: tuple[tuple[tuple[int, ...], bool], ...]


def plain_json(found: Any) -> str:
    """The text by the standard library."""
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


ROWS = st.builds(Row, **{name: values(hint) for name, hint in fields_of(Row).items()})


@given(ROWS)
def test_a_compiled_encoder_is_canonical_json(row: Row) -> None:
    """Keys sorted, no blanks, text escaped where it must be, and only there."""
    assert encoder(Row)(row) == plain_json(asdict(row)) == canonical(json.loads(plain_json(asdict(row))))


@given(ROWS)
def test_what_was_written_reads_back(row: Row) -> None:
    """Arrays become tuples again at every depth."""
    assert decoder(Row)(json.loads(encoder(Row)(row))) == row


@given(st.sampled_from([*COMMANDS, *EVENTS.values()]), st.data())
def test_every_command_and_event_has_a_canonical_text_that_reads_back(kind: Any, data: st.DataObject) -> None:
    """For all of the catalogue, fields drawn by their types."""
    fields = {name: data.draw(values(hint)) for name, hint in fields_of(kind).items()}
    made = kind(**fields)
    assert made.encode() == plain_json(asdict(made))
    assert decoder(kind)(json.loads(made.encode())) == made


@pytest.mark.parametrize("wrong", [1.0, {"a": 0.5}, [1, [2.0]], float("nan")])
def test_a_float_has_no_canonical_text(wrong: Any) -> None:
    """Wherever it stands, the answer says what to give instead."""
    with pytest.raises(TypeError, match="whole numbers only"):
        canonical(wrong)


@pytest.mark.parametrize("hint", [float, dict[str, int], list[int], int | str])
def test_a_field_that_has_no_canonical_text_is_refused_when_it_is_declared(hint: Any) -> None:
    """No float, no table, no choice of types."""
    with pytest.raises((TypeError, ValueError)):
        writer(hint)
