"""References: written, found, resolved; what is none stays as it is."""

from __future__ import annotations

import pytest

from loadtests.references import MADE, TOWN, Reference, fields_of, reference_of, references_in, resolved


def test_a_reference_is_read_as_it_is_written() -> None:
    """Text and parts of a reference say the same."""
    for reference in (Reference(MADE, 0, "payment"), Reference(TOWN, 12_345, "qr")):
        assert reference_of(reference.text()) == reference


@pytest.mark.parametrize(
    "text", ["", "$", "$made:1", "$made:01:x", "$made:-1:x", "$other:1:x", "made:1:x", "$made:1:X"]
)
def test_other_texts_are_none(text: str) -> None:
    """Whatever merely looks like one is an ordinary text, and stays."""
    assert reference_of(text) is None
    assert resolved({"a": [text, 1, None]}, {}) == {"a": [text, 1, None]}


def test_references_are_found_and_filled_in_at_any_depth() -> None:
    """In lists and objects, each with its own value; one without a value raises."""
    first, second = Reference(MADE, 3, "payment"), Reference(TOWN, 4, "qr")
    value = {"a": first.text(), "b": [{"c": second.text()}, 5]}
    assert list(references_in(value)) == [first, second]
    assert resolved(value, {first: "pay_1", second: "qr_1"}) == {"a": "pay_1", "b": [{"c": "qr_1"}, 5]}
    with pytest.raises(KeyError):
        resolved(value, {first: "pay_1"})


def test_the_first_field_of_a_name_counts() -> None:
    """Of two events with one field name, the first one is meant."""
    view = [{"type": "a", "data": {"x": 1}}, {"type": "b", "data": {"x": 2, "y": 3}}]
    assert fields_of(view) == {"x": 1, "y": 3}


def test_further_rows_of_one_answer_have_names_of_their_own() -> None:
    """Several shifts that one command opens can be told apart; a text that comes again has one name."""
    shifts = [f"shf_{number:08d}" for number in range(30)]
    view = [{"type": "opened", "data": {"shift": each, "call": "cal_00000001"}} for each in (*shifts, shifts[3])]
    found = fields_of(view)
    assert found.pop("call") == "cal_00000001"
    assert list(found.values()) == shifts
    assert list(found)[:3] == ["shift", "shift__b", "shift__c"]
    assert list(found)[25:28] == ["shift__z", "shift__ba", "shift__bb"]
    for name in found:
        reference = Reference(MADE, 7, name)
        assert reference_of(reference.text()) == reference
