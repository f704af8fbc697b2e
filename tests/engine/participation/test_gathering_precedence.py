"""Every answer of the commands about activities, in the declared order."""

from __future__ import annotations

import pytest

from engine import Command, digest
from tests.engine.participation.gatherings import TABLE, crowd
from tests.engine.participation.square import code

ROWS = [(kind, values, answer) for kind, rows in TABLE.items() for values, answer in rows]


@pytest.mark.parametrize(("kind", "values", "answer"), ROWS, ids=lambda value: getattr(value, "type", None))
def test_the_earlier_code_answers_and_nothing_changes(
    kind: type[Command], values: tuple[object, ...], answer: str
) -> None:
    """A9, T02: of several reasons the one declared first is given, and the state stays as it was."""
    square, named = crowd()
    command = kind(*[named.get(value, value) if isinstance(value, str) else value for value in values])
    before = digest(square.district)
    who = ("officer", "office") if "officer" in kind.actors else ("resident", getattr(command, "person", "per_1"))
    assert code(square.give(command, *who)) == answer
    assert digest(square.district) == before


def test_the_table_holds_every_code_in_order() -> None:
    """Each command stands in the table with exactly the codes that it declares, in their order and that of classes."""
    for kind, rows in TABLE.items():
        assert [answer for _, answer in rows] == [each.name for each in kind.codes], kind.type
        classes = [each.precedence for each in kind.codes]
        assert classes == sorted(classes), f"{kind.type} declares a code before one of an earlier class"


@pytest.mark.parametrize("kind", [kind for kind in TABLE if "resident" not in kind.actors], ids=lambda kind: kind.type)
def test_residents_and_merchants_do_not_run_it(kind: type[Command]) -> None:
    """What is the office's is refused to everybody else."""
    square, _ = crowd()
    arity = len(kind.__dataclass_fields__)  # type: ignore[attr-defined]
    for actor in (("resident", "per_1"), ("merchant", "mer_1"), ("grid", "wkr_9")):
        assert code(square.give(kind(*[0] * arity), *actor)) == "FORBIDDEN"


@pytest.mark.parametrize("kind", [kind for kind in TABLE if "resident" in kind.actors], ids=lambda kind: kind.type)
def test_residents_act_for_themselves(kind: type[Command]) -> None:
    """Whoever acts for somebody else is refused, before anything is looked up."""
    square, _ = crowd()
    fields = kind.__dataclass_fields__  # type: ignore[attr-defined]
    command = kind(**{name: "per_2" if name == "person" else "act_00000001" for name in fields})
    for actor in (("resident", "per_4"), ("merchant", "mer_1"), ("officer", "office")):
        assert code(square.give(command, *actor)) == "FORBIDDEN"
