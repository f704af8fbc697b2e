"""The digest of a state: one text for one state, whatever order its rows came in."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import digest
from engine.kernel.digest import PIECES, text_of
from engine.kernel.encoding import canonical
from tests.engine.kernel.history import lived

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


@dataclass(slots=True)
class Row:
    """A row of a table."""

    size: int
    name: str
    inner: tuple[int, ...] = ()


class Table:
    """A table as the district has them."""

    __slots__ = ("_hidden", "rows_by_id")

    def __init__(self, rows: dict[Any, Any]) -> None:
        """Holds rows."""
        self.rows_by_id = rows
        self._hidden = {1, 2, 3}


class Summed:
    """A table that says what of it counts."""

    def __init__(self, *parts: int) -> None:
        """Holds numbers."""
        self.parts = parts

    def rows(self) -> dict[str, int]:
        """Only the sum counts."""
        return {"sum": sum(self.parts)}


@given(value=PLAIN)
def test_the_digest_is_the_hash_of_the_canonical_text(value: Any) -> None:
    """For plain values the text is canonical JSON, and the digest its sha256 in hex."""
    assert text_of(value) == canonical(value)
    assert digest(value) == hashlib.sha256(canonical(value).encode()).hexdigest()


def test_rows_have_a_text() -> None:
    """Rows and tables show their fields in order of name, sets are sorted, keys become text."""
    assert text_of(Row(1, "a", (2, 3))) == '{"inner":[2,3],"name":"a","size":1}'
    table = Table({("b", 2): Row(1, 'q"'), ("a", 1): None})
    expected = '{"hidden":[1,2,3],"rows_by_id":{"[\\"a\\",1]":null,"[\\"b\\",2]":{"inner":[],"name":"q\\"","size":1}}}'
    assert text_of(table) == expected
    assert digest(table) == hashlib.sha256(expected.encode()).hexdigest()
    assert text_of(Summed(1, 2)) == text_of(Summed(3)) == '{"sum":3}'


def test_the_order_of_writing_does_not_count() -> None:
    """Tables that were filled in another order have the same digest."""
    rows = {f"per_{n}": Row(n, str(n)) for n in range(50)}
    assert digest(Table(rows)) == digest(Table(dict(reversed(rows.items()))))
    assert digest(Table(rows)) != digest(Table({**rows, "per_7": Row(8, "7")}))
    assert digest(defaultdict(int, {"b": 1, "a": 2})) == digest({"a": 2, "b": 1})


def test_a_long_text_is_hashed_as_one() -> None:
    """The digest of a table with more pieces than are hashed at once is that of its whole text."""
    table = {f"k{n:06d}": {"n": n} for n in range(3 * PIECES)}
    assert digest(table) == hashlib.sha256(canonical(table).encode()).hexdigest()


@pytest.mark.parametrize("value", [1.5, float("nan"), {"a": [2.0]}, b"bytes", object()])
def test_what_is_no_state_is_refused(value: object) -> None:
    """Floats, bytes and objects without rows have no canonical text."""
    with pytest.raises(TypeError, match="no canonical text"):
        digest(value)


def test_the_district_has_one_text() -> None:
    """The digest of a district that has lived is the hash of its text, and every row shows in it."""
    district = lived(None, 60).district
    text = text_of(district)
    assert digest(district) == hashlib.sha256(text.encode()).hexdigest()
    for shown in ('"at":', "per_1", "lot_0000", "pay_0000", '"deduction_cap_bp":', "lot_expiry"):
        assert shown in text
