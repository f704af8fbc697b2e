"""Requests that an adapter makes, and what it understands of answers."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.adapter.answer import Answer
from loadtests.adapter.document import Money
from loadtests.adapter.expression import Expression
from loadtests.adapter.reading import read_adapter
from loadtests.adapter.target import AdapterTarget
from loadtests.adapter.template import Body, Text
from loadtests.history import Exchange
from loadtests.operations import Operation
from tests.loadtests.adapter.documents import ENVIRONMENT, PAYMENT, exchange, shop
from wording import MashangError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ANSWERS = [
    ([exchange("order", 201, {"id": "o"}), exchange("pay", 201, {"paid": 5, "time": {"at": 9}})],
     Answer("ok", "", 5, 9, 3)),
    ([exchange("order", 201, {"id": "o"}), exchange("pay", 409, {"code": "balance"})],
     Answer("rejected", "POINTS_INSUFFICIENT")),
    ([exchange("pay", 409, {"code": "other"})], Answer("unknown")),
    ([exchange("pay", 409, "text")], Answer("unknown")),
    ([exchange("pay", 404, {"code": "GONE"})], Answer("rejected", "GONE")),
    ([exchange("pay", 404, {})], Answer("unknown")),
    ([exchange("pay", 503)], Answer("not_done")),
    ([exchange("pay", 500)], Answer("unknown")),
    ([exchange("pay", 0, None, "timeout")], Answer("unknown")),
    ([exchange("pay", 0, None, "refused")], Answer("not_done")),
    ([exchange("pay", 0, None, "timeout"), exchange("pay", 503)], Answer("unknown")),
    ([exchange("pay", 0, None, "timeout"), exchange("pay", 201, {"paid": 1})], Answer("ok", "", 1, None, 3)),
    ([exchange("order", 0, None, "timeout")], Answer("not_done")),
    ([exchange("order", 409, {"code": "balance"})], Answer("rejected", "POINTS_INSUFFICIENT")),
    ([], Answer("not_done")),
]  # fmt: skip


@pytest.mark.parametrize(("exchanges", "expected"), ANSWERS)
def test_unknown_never_becomes_known_by_guess(exchanges: list[Exchange], expected: Answer) -> None:
    """Only a rule that matches makes an outcome definite; a later failure does not undo what may have happened."""
    assert AdapterTarget(shop(), ENVIRONMENT).interpret(PAYMENT, exchanges) == expected


def test_without_a_key_a_rejection_does_not_settle_an_earlier_attempt() -> None:
    """A timeout and then a rejection: with a key it was rejected, without one the first attempt may have happened."""
    exchanges = [exchange("pay", 0, None, "timeout"), exchange("pay", 404, {"code": "GONE"})]
    keyed, bare = (AdapterTarget(shop(idempotency=each), ENVIRONMENT) for each in ({"header": "Key"}, None))
    assert keyed.interpret(PAYMENT, exchanges) == Answer("rejected", "GONE")
    assert bare.interpret(PAYMENT, exchanges) == Answer("unknown")


def test_steps_use_what_earlier_steps_gave() -> None:
    """An output of the first step stands in the path of the second, quoted; both carry key and signature."""
    target = AdapterTarget(shop(), ENVIRONMENT)
    order = target.request(PAYMENT, "order", None, {})
    assert json.loads(order.body) == {"shop": "mer_1", "sum": "12.05"}
    headers = dict(order.headers)
    signed = f"POST\n/orders\n{order.body.decode()}".encode()
    assert headers["X-Signature"] == hmac.new(b"sesame", signed, hashlib.sha256).hexdigest()
    assert (headers["X-Api-Key"], headers["Idempotency-Key"], order.repeatable) == ("open", "k7", True)
    given_values = target.outputs(PAYMENT.type, exchange("order", 201, {"id": "a/b"}))
    pay = target.request(PAYMENT, "pay", None, {"order": given_values})
    assert (pay.path, pay.body) == ("/orders/a%2Fb/payment", b"{}")


@pytest.mark.parametrize(
    ("operation", "environment", "code"),
    [
        (PAYMENT, {}, 2),
        (Operation(1, 0, "payments.pay_purchase", "a", "k", {"merchant": "m"}, ""), ENVIRONMENT, 6),
        (Operation(1, 0, "points.grant_award", "a", "k", {}, ""), ENVIRONMENT, 6),
        (Operation(1, 0, "payments.pay_purchase", "a", "k\r\nX: 1", PAYMENT.data, ""), ENVIRONMENT, 6),
    ],
)
def test_what_cannot_be_sent_is_refused(operation: Operation, environment: dict[str, str], code: int) -> None:
    """An unset variable, a missing value, an operation without entry, a line break in a header: one sentence each."""
    with pytest.raises(MashangError) as refused:
        AdapterTarget(shop(), environment).request(operation, "order", None, {})
    assert refused.value.exit_code == code


def test_the_reference_wire() -> None:
    """Every command is a POST to its own path with its data as body; every read a GET with its data as query."""
    target = AdapterTarget(read_adapter(Path("reference")), {})
    target.issued = lambda credentials, actor: {"Authorization": f"Bearer {credentials} {actor}"}
    command, read = (
        target.compile(Operation(1, 0, kind, "resident:per_1", key, data, ""), {"at": 5})[0]
        for kind, key, data in (("a.b_c", "k", {"x": "码"}), ("read:points.balance", "", {"person": "per_1"}))
    )
    assert (command.method, command.path, json.loads(command.body)) == ("POST", "/v1/a/b_c", {"x": "码"})
    assert dict(command.headers) == {
        "Authorization": "Bearer actor resident:per_1", "Mashang-At": "5", "Idempotency-Key": "k",
        "Content-Type": "application/json",
    }  # fmt: skip
    assert (read.method, read.path, read.body) == ("GET", "/v1/read/points.balance?person=per_1", b"")


def test_open311_asks_for_a_window_with_its_zone() -> None:
    """A time goes out with +08:00, quoted; an absent filter does not go out; a report is a form, never repeated."""
    target = AdapterTarget(read_adapter(Path("open311")), {})
    window = Operation(1, 0, "read:open311.requests", "a", "", {"start_date": 0, "status": "open"}, "")
    query = parse_qs(target.compile(window, {})[0].path.partition("?")[2])
    assert query == {"start_date": ["1970-01-01T08:00:00+08:00"], "status": ["open"]}
    account = {"api_key": "k", "service": "路灯&1", "lat": "39.6", "long": "109.8"}
    report = target.compile(Operation(2, 0, "reporting.submit_report", "a", "key", {}, ""), account)[0]
    assert parse_qs(report.body.decode()) == {name.replace("service", "service_code"): [value]
                                              for name, value in account.items()}  # fmt: skip
    assert not report.repeatable
    blackbox = target.interpret(window, [Exchange(2, 1, 0, 1, 2, 200, [])])
    assert blackbox.kind == "ok"


@given(JSON, st.text())
def test_pieces_and_tree_write_the_same_body(value: Any, text: str) -> None:
    """The fast path sends what a parsed and filled document would; a value keeps its type."""
    scope = {"value": value, "text": text}
    body = Body({"v": "{{value}}", "l": [1, "<{{text}}>", {"plain": None}]}, Money())
    assert body.is_fast
    if value is not None:
        assert json.loads(body.fill(scope)) == {"v": value, "l": [1, f"<{text}>", {"plain": None}]}
    slow = Body({"v": "{{value?}}"}, Money())
    assert json.loads(slow.fill(scope)) == ({} if value is None else {"v": value})


@given(st.integers())
def test_money_keeps_every_fen(fen: int) -> None:
    """A decimal string says the same amount."""
    written = Text("{{fen|money}}", Money(wire="decimal_string")).fill({"fen": fen})
    assert int(written.replace(".", "")) == fen
    assert unquote(written) == written


CONDITIONS = [
    ("status == 409 && body.code == '&& ||!'", True),
    ("!(status == 200) || timeout", True),
    ("status < 'a'", False),
    ("status in (1, 409)", True),
    ("status not in (1, 409)", False),
    ("body.list[0] == 4 and headers['retry-after'] == '2'", True),
    ("body.list[9] or body.absent.deeper", False),
    ("400 <= status < 500", True),
    ("reset", False),
]


@pytest.mark.parametrize(("text", "expected"), CONDITIONS)
def test_conditions(text: str, *, expected: bool) -> None:
    """A condition says what it would say in C or Python; what is absent is false and has no order."""
    values = {"status": 409, "body": {"code": "&& ||!", "list": [4]}, "headers": {"retry-after": "2"}}
    assert Expression(text).holds(values) is expected


PROGRAMS = ["f()", "status + 1", "x", "[a for a in body]", "body.__class__()", "lambda: 1", "(" * 400, "1" * 501]


@pytest.mark.parametrize("text", PROGRAMS)
def test_a_condition_runs_nothing(text: str) -> None:
    """Calls, arithmetic, unknown names and what else would be a program are refused."""
    with pytest.raises(ValueError, match="condition"):
        Expression(text)
