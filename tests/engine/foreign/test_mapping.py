"""A log of somebody else's points mall: other names, yuan, milliseconds, ids of any shape; and wrong mappings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import Policy
from engine.foreign import Mapping, Unreadable
from engine.foreign.mapping import BadMapping
from tests.engine.foreign.logs import Told, judged

MAPPING: dict[str, Any] = {
    "line": {"at": "ts", "type": "event", "key": "req.id", "actor": "operator", "data": "body", "seq": "no"},
    "types": {
        "积分.发放": "points.award_granted",
        "订单.支付": "payments.purchase_paid",
        "订单.退款": "payments.purchase_refunded",
        "积分.过期": "points.lot_expired",
        "失败": "CommandRejected",
    },
    "data": {
        "points.award_granted": {
            "award": "流水",
            "person": "会员",
            "rule": {"from": "规则", "words": {"志愿": "service"}},
            "evidence": "凭证",
            "points": {"from": "分", "scale": 1},
        },
        "payments.purchase_paid": {
            "payment": "订单号",
            "person": "会员",
            "merchant": "店",
            "channel": {"from": "渠道", "words": {"WX": "wechat", "ZFB": "alipay"}},
            "goods_fen": {"from": "金额.应付", "scale": 100},
            "points": "抵扣",
        },
        "payments.purchase_refunded": {"refund": "退款号", "payment": "订单号", "points": "退分",
                                       "goods_fen": {"from": "退", "scale": 100}},
        "points.lot_expired": {"person": "会员", "points": "分"},
    },
    "actors": {"user": "resident", "shop": "merchant"},
    "codes": {"E_CAP": "POINTS_DAILY_CAP"},
    "log": {"time": "milliseconds", "profile": "success_only"},
}  # fmt: skip
START_MS = 1_640_000_000_123
HOUR_MS = 3_600_000


def told(*bodies: tuple[str, str, Told]) -> list[Told]:
    """Lines of the mall, an hour apart."""
    return [
        {"no": n, "ts": START_MS + n * HOUR_MS, "event": event, "req": {"id": f"r-{n}"}, "operator": who, "body": body}
        for n, (event, who, body) in enumerate(bodies, 1)
    ]


def earned(number: str, member: str, points: int = 5) -> tuple[str, str, Told]:
    """Points for a volunteer."""
    body = {"流水": number, "会员": member, "规则": "志愿", "凭证": f"活动/{number}", "分": points}
    return ("积分.发放", "system:points", body)


def paid(number: str, member: str, yuan: Any, points: int) -> tuple[str, str, Told]:
    """An order."""
    body = {"订单号": number, "会员": member, "店": "西街 3 号", "渠道": "WX", "金额": {"应付": yuan}, "抵扣": points}
    return ("订单.支付", f"user:{member}", body)


def returned(number: str, yuan: Any, points: int) -> tuple[str, str, Told]:
    """An order comes back."""
    return ("订单.退款", "shop:西街", {"退款号": f"T{number}", "订单号": number, "退": yuan, "退分": points})


RIGHT = told(
    earned("LS-1", "张-1"),
    earned("LS-2", "李.2"),
    paid("DD/2021/1", "张-1", "12.50", 3),
    paid("DD/2021/2", "李.2", 99.9, 0),
    returned("DD/2021/1", "12.5", 3),
)


def mall(lines: list[Told], mapping: dict[str, Any] | None = None) -> Any:
    """The verdict on a log of the mall."""
    read = Mapping.of(mapping or MAPPING)
    policy = Policy().changed({"points.rules.service.points": 5})
    return judged(lines, policy, read, profile=read.terms.profile)


def test_a_foreign_log_is_read_with_its_mapping() -> None:
    """Names, amounts, instants and ids are told as ours; what the mall leaves out follows from the policy."""
    verdict = mall(RIGHT)
    assert dict(verdict.counts) == {}
    assert verdict.events == len(RIGHT)
    assert verdict.level == "E1"
    assert verdict.implied == {"binding.person_registered": 2, "payments.merchant_registered": 1}
    assert verdict.filled["payments.purchase_paid.value_fen"] == 2
    status = {each.invariant.id: (each.status, each.checked) for each in verdict.judged}
    assert status["S08"] == ("checked", 1)
    assert status["S10"][0] == "checked"
    assert status["T04"] == ("not checkable", 0)


WRONG: dict[str, tuple[str, list[Told]]] = {
    "one point buys more than it may": ("S09", told(earned("1", "a"), paid("D", "a", "0.33", 1))),
    "points that nobody has": ("S02", told(earned("1", "a"), paid("D", "a", "100", 9))),
    "more comes back than was paid": ("S08", told(earned("1", "a"), paid("D", "a", "1", 0), returned("D", "1.01", 0))),
    "points come back that were not used": (
        "S08",
        told(earned("1", "a"), paid("D", "a", "1", 0), returned("D", "1", 2)),
    ),
    "one fact earns twice": ("T22", [*told(earned("1", "a"), earned("1", "a"))]),
    "more than the rule gives": ("T24", told(earned("1", "a", 50))),
    "what was never paid": ("T01", told(earned("1", "a"), returned("nothing", "1", 0))),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_foreign_fault_is_found(name: str) -> None:
    """A fault of the mall is named by our invariant, and its own ids stand in what was seen."""
    breaks, lines = WRONG[name]
    verdict = mall(lines)
    assert verdict.counts[breaks]


def test_what_was_seen_has_their_ids() -> None:
    """Numbers that ids got inside never show."""
    verdict = mall(WRONG["what was never paid"][1])
    assert "nothing" in next(each for each in verdict.found if each.violation.id == "T01").violation.detail


def test_unknown_types_are_counted_and_left_out() -> None:
    """Events that no capability of ours has do not stop the reading."""
    verdict = mall([*RIGHT, *told(("签到", "user:a", {"x": 1}))[:0], {**RIGHT[0], "event": "签到", "no": 6}])
    assert verdict.ignored == {"签到": 1}
    assert dict(verdict.counts) == {}


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("12.505", "not_a_number"), ("zwölf", "not_a_number"), ("NaN", "not_a_number"), ("1e400", "not_a_number"),
     (None, "no_field"), ([1], "not_a_number"), (True, "not_a_number")],
)  # fmt: skip
def test_an_amount_that_is_none_is_refused(amount: Any, reason: str) -> None:
    """Yuan that are no whole fen, and texts that are no numbers, name their line."""
    with pytest.raises(Unreadable) as refused:
        mall(told(earned("1", "a"), paid("D", "a", amount, 0)))
    assert (refused.value.line, refused.value.reason) == (2, reason)


def test_instants_with_a_zone_are_read() -> None:
    """ISO 8601 with a zone is an instant; without one it is none."""
    mapping = {**MAPPING, "log": {"time": "iso8601"}}
    lines = [{**line, "ts": "2021-12-20T20:00:00+08:00"} for line in RIGHT]
    assert mall(lines, mapping).events == len(RIGHT)
    with pytest.raises(Unreadable):
        mall([{**RIGHT[0], "ts": "yesterday"}], mapping)


@pytest.mark.parametrize(
    ("document", "place", "reason"),
    [
        ([], "", "not_a_table"),
        ({"tpyes": {}}, "tpyes", "unknown"),
        ({"types": []}, "types", "not_a_table"),
        ({"types": {"a": 1}}, "types.a", "not_a_text"),
        ({"line": {"when": "at"}}, "line.when", "unknown"),
        ({"line": {"at": 3}}, "line.at", "not_a_rule"),
        ({"data": {"x": {"y": {"from": "a", "value": 1}}}}, "data.x.y", "not_a_rule"),
        ({"data": {"x": {"y": {"from": "a", "scale": -1}}}}, "data.x.y", "not_a_rule"),
        ({"data": {"x": {"y": {"from": "a", "words": 1}}}}, "data.x.y.words", "not_a_table"),
        ({"log": {"time": "sundial"}}, "log.time", "not_a_time"),
        ({"log": {"level": "E9"}}, "log.level", "not_a_term"),
        ({"log": {"mood": "good"}}, "log.mood", "not_a_term"),
    ],
)
def test_a_mapping_that_is_not_clear_is_refused(document: Any, place: str, reason: str) -> None:
    """The place and the reason are named."""
    with pytest.raises(BadMapping) as refused:
        Mapping.of(document)
    assert (refused.value.place, refused.value.reason) == (place, reason)


def test_the_order_of_names_in_a_line_is_free() -> None:
    """A mapping looks names up, it does not count them."""
    lines = [json.loads(json.dumps(line, sort_keys=True)) for line in RIGHT]
    assert mall(lines).events == len(RIGHT)
