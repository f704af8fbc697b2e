"""A small adapter with two steps, and a history to go with it."""

from pathlib import Path
from typing import Any

from loadtests.adapter.document import Adapter
from loadtests.adapter.reading import adapter_from
from loadtests.history import Exchange
from loadtests.operations import Operation

SHOP: dict[str, Any] = {
    "mashang": "1",
    "target": {"base_url": "http://127.0.0.1:1"},
    "auth": [
        {
            "name": "resident",
            "fixedHeaders": [{"name": "X-Api-Key", "value": "${env.SHOP_KEY}"}],
            "hmac": {"secret": "${env.SHOP_SECRET}", "over": "{{method}}\n{{path}}\n{{body}}", "header": "X-Signature"},
        }
    ],
    "idempotency": {"header": "Idempotency-Key"},
    "money": {"wire": "decimal_string"},
    "operations": {
        "payments.pay_purchase": {
            "steps": [
                {"id": "order", "call": "POST /orders", "body": {"shop": "{{merchant}}", "sum": "{{goods_fen|money}}"},
                 "outputs": {"id": "$response.body#/id"}},
                {"id": "pay", "call": "POST /orders/{{steps.order.id}}/payment", "body": {"note": "{{note?}}"}},
            ],
            "commit_point": "pay",
            "outcome": [
                {"when": "status == 201", "ok": {"view": "$.paid", "at": "jmes:time.at", "n": "$response.header.N"}},
                {"when": "status == 409 && body.code == 'balance'", "error": "POINTS_INSUFFICIENT"},
                {"when": "status in (429, 503)", "effect": "none"},
            ],
        }
    },
    "outcome": [{"when": "status == 404", "error": "$response.body#/code"}],
}  # fmt: skip
ENVIRONMENT = {"SHOP_KEY": "open", "SHOP_SECRET": "sesame"}
PAYMENT = Operation(7, 0, "payments.pay_purchase", "resident:per_1", "k7", {"merchant": "mer_1", "goods_fen": 1205}, "")


def shop(**changes: Any) -> Adapter:
    """The adapter, with other entries at the top."""
    return adapter_from(SHOP | changes, Path("shop.yaml"))


def exchange(step: str, status: int, body: Any = None, fault: str = "") -> Exchange:
    """What came back of a step."""
    return Exchange(7, 1, 0, 1, 2, status, body, fault, step, {"N": "3"})
