"""Names and values: ids of an example get its mark; two sides may call a thing otherwise, but mix up no two things."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loadtests.adapter import Answer, StepRequest
from loadtests.operations import Operation
from loadtests.property.beside import Expected
from loadtests.property.comparing import Comparing, invariant_of
from loadtests.property.naming import Names, marked, marked_actor, prefixes
from loadtests.property.shell import curl, number, taken, variable, word
from loadtests.property.simplifying import simpler

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "a", "per_1-x", "rpt_00000001"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "rpt_00000002"]), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("per_1", "per_1-m"),
        ("ev_h0-3", "ev_h0-3-m"),
        ("$made:3:payment", "$made:3:payment"),  # what the target makes is taken from its answers
        ("rpt_00000001", "rpt_00000001"),
        ("no_access", "no_access"),  # no prefix of an id
        ("路灯不亮了", "路灯不亮了"),
        ("per_" + "1" * 39, "per_" + "1" * 39),  # no room for a mark
    ],
)
def test_what_somebody_says_gets_the_mark(said: str, expected: str) -> None:
    """Ids that somebody registers are those of one example; everything else stays as it is, however deep."""
    assert marked({"a": [said, 5]}, "-m") == {"a": [expected, 5]}


def test_desks_keep_their_names() -> None:
    """Officers and channels have no row; residents and grid members are those of the example."""
    assert marked_actor("officer:off_1", "-m") == "officer:off_1"
    assert marked_actor("channel:bank", "-m") == "channel:bank"
    assert marked_actor("grid:wkr_1", "-m") == "grid:wkr_1-m"


def test_prefixes_come_from_the_catalogue() -> None:
    """A kind of id that a later subject brings is marked without an edit."""
    assert {"per", "dwl", "mer", "wkr", "rid", "ev"} <= prefixes()
    assert all(each.isalpha() for each in prefixes())


@given(value=JSON)
def test_a_value_is_the_same_as_itself(value: Any) -> None:
    """Whatever it is, and a part of a table is a part of it."""
    assert Names().differs(value, value) == ""
    if isinstance(value, dict):
        assert Names().differs(value, dict(list(value.items())[:1]), part=True) == ""


@given(value=JSON, other=JSON)
def test_differences_are_symmetric_without_made_ids(value: Any, other: Any) -> None:
    """Two values differ or not, from whichever side one looks; where they do not, they are equal."""
    without = json.loads(json.dumps([value, other]).replace("rpt_0000000", "x"))
    one, two = without
    assert bool(Names().differs(one, two)) == bool(Names().differs(two, one))
    assert bool(Names().differs(one, two)) == (json.dumps(one, sort_keys=True) != json.dumps(two, sort_keys=True))


def test_made_ids_may_be_called_otherwise_but_not_mixed_up() -> None:
    """The first meeting binds two names; from then on each stands for the other, inside longer texts as well."""
    names = Names()
    assert names.differs({"report": "rpt_00000001"}, {"report": "4711"}) == ""
    assert names.differs(["due:report:rpt_00000001"], ["due:report:4711"]) == ""
    assert names.differs({"rpt_00000001": 1}, {"4711": 1}) == ""
    assert names.differs("rpt_00000001", "4712") == "value"
    assert names.differs("rpt_00000002", "4711") == "value"  # one name for two things
    assert names.differs("rpt_00000002", "4712") == ""


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (
            Expected("ok"),
            Answer("rejected", "POINTS_INSUFFICIENT"),
            ("outcome", "", "ok", "rejected POINTS_INSUFFICIENT"),
        ),
        (Expected("rejected", "A"), Answer("ok"), ("outcome", "", "rejected A", "ok")),
        (
            Expected("rejected", "VOTE_NOT_OPEN"),
            Answer("rejected", "FORBIDDEN"),
            ("code", "", "VOTE_NOT_OPEN", "FORBIDDEN"),
        ),
        (
            Expected("rejected", "VOTE_NOT_OPEN"),
            Answer("rejected", "no such thing"),
            None,
        ),  # a code of the target's own
        (Expected("ok", view={"points": 3}), Answer("ok", view={"points": 4}), ("view", "/points", "3", "4")),
        (Expected("ok", view={"points": 3, "debt": 0}), Answer("ok", view={"points": 3}), None),  # shows less
        (Expected("ok", view={"points": 3}), Answer("ok", view={"points": True}), ("view", "/points", "3", "true")),
        (Expected("ok", at=5), Answer("ok", at=6), ("at", "", "5", "6")),
        (Expected("ok", at=5), Answer("ok"), None),
    ],
)
def test_the_first_difference_is_told(mine: Expected, theirs: Answer, expected: tuple[str, ...] | None) -> None:
    """Outcome before code before view before instant; what an answer does not say is not compared."""
    found = Comparing(Names(), exact=False, timed=True).difference(mine, theirs)
    assert (found and (found.what, found.where, found.expected, found.got)) == expected


def test_amounts_that_a_file_takes_from_an_answer_are_compared() -> None:
    """`made` of an adapter names fields of the engine's events: ids get their names, amounts must be the same."""
    view = [{"type": "payments.purchase_paid", "data": {"payment": "pay_00000001", "cash_fen": 70, "points": 3}}]
    mine = Expected("ok", view=view, events=True)
    names = Names()
    comparing = Comparing(names, exact=False, timed=False)
    assert comparing.difference(mine, Answer("ok", made={"payment": 17, "cash_fen": 70, "theirs": 1})) is None
    assert names.their_name("pay_00000001") == "17"
    found = comparing.difference(mine, Answer("ok", made={"cash_fen": 69}))
    assert found is not None
    assert (found.what, found.where, found.expected, found.got) == ("made", "/cash_fen", "70", "69")


def test_a_difference_names_the_invariant() -> None:
    """By the code that guards it, by the field of an event, by the read."""
    comparing = Comparing(Names(), exact=True, timed=False)
    cap = comparing.difference(Expected("rejected", "PAY_CAP_EXCEEDED"), Answer("ok"))
    assert cap is not None
    assert invariant_of("payments.pay_purchase", cap) == "S09"
    event = {"type": "payments.purchase_refunded", "data": {"cash_fen": 1}}
    wrong = {"type": "payments.purchase_refunded", "data": {"cash_fen": 2}}
    refund = comparing.difference(Expected("ok", view=[event], events=True), Answer("ok", view=[wrong]))
    assert refund is not None
    assert invariant_of("payments.refund_purchase", refund) == "T08"
    assert invariant_of("read:points.balance", refund) == "H05"


def shell(command: str) -> str:
    """What the shell prints."""
    return subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout.decode()  # noqa: S607


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no sh")
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0\ue000\ue001\ue002\ue003"), max_size=30))
@example(text="$(id) `id` ${HOME} \\ \" '; --")
def test_no_text_is_anything_to_the_shell(text: str) -> None:
    """Whatever somebody says arrives as it is, beside variables and alone."""
    assert shell(f"printf '%s' {word(text)}") == text
    with_variable = word(text + variable("RUN") + "|")
    assert shell(f"RUN=7; printf '%s' {with_variable}") == f"{text}7|"


def test_variables_and_numbers_are_filled_by_the_shell() -> None:
    """In JSON, in a URL, in a header; a number stands without quotes."""
    body = json.dumps({"at": number("START+5"), "person": f"per_1-{variable('RUN')}"}, ensure_ascii=False).encode()
    request = StepRequest(
        "send", "POST", "/a/%EE%80%80RUN%EE%80%81", (("Key", f"{variable('RUN')}-1"),), body, repeatable=True
    )
    line = curl(request).replace("curl", "printf '%s\\n'")
    said = shell(f"BASE=http://t; RUN=r; START=10; {line}").split("\n")
    assert said[:-1] == [
        "-sS", "-X", "POST", "-H", "Key: r-1", "--data", '{"at": 15, "person": "per_1-r"}', "http://t/a/r",
    ]  # fmt: skip


@pytest.mark.parametrize("answer", ['{"a":{"id":"x-1"},"id":"y"}', '{"id" : "x-1"}', '[{"b":1},{"id":"x-1","id2":3}]'])
def test_the_first_field_of_a_name_is_taken(answer: str) -> None:
    """As the audit does, with grep and sed alone."""
    sought = taken(f"printf '%s' '{answer}'", "id")
    assert shell(f"echo {sought}").strip() == "x-1"


def test_numbers_are_taken_without_quotes() -> None:
    """An id may be a number."""
    sought = taken('echo \'{"id": 17, "b": 2}\'', "id")
    assert shell(f"echo {sought}").strip() == "17"


def test_values_become_simpler_while_it_still_shows() -> None:
    """Small numbers, short lists, no time between the steps, as far as what is found needs it no other way."""
    script = [Operation(0, 0, "a", "x:y", "k", {"n": 731, "list": [1, 2], "name": "b"}, "", "", 900)]
    found = simpler(script, lambda steps: steps[0].data["n"] >= 100, 50)
    assert (found[0].data, found[0].at_s) == ({"n": 100, "list": [1], "name": "b"}, 1)
    assert simpler(script, lambda _steps: False, 50) == script
