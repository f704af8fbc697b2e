"""A walk along boundaries that hunts seldom meet by chance: each is set up on purpose, on ground of its own.

What `engine.invariants.boundaries` asks of a history is met by waves, or here. The walk comes at the end of a hunt that
is long enough; its people, members and shop are new, so that nothing that happened before is in its way.
"""

from __future__ import annotations

from typing import Any

from engine.district.owners import holdings
from loadtests.plan.hunt.script import Script

WALK_FROM, WALK_ROOM = 6_000, 180
"""A hunt of so many operations leaves room for the walk, of so many."""
OFFICER, CLOCK = "officer:off_1", "system:clock"
GRID, HOME = "grd_walk", "dwl_walk-{number}"
OWNERS = ("per_walk-1", "per_walk-2", "per_walk-3")
OTHERS = ("per_walk-4", "per_walk-5")
MEMBERS = ("wkr_walk-1", "wkr_walk-2", "wkr_walk-3")
SHOP, LATER_SHOP = "mer_walk-1", "mer_walk-2"
CATEGORY = "sanitation"  # of those that a community worker handles
AREA_DM2 = 100
GOODS_FEN = 50_000
BASIS = 10_000  # basis points in a whole


def walk(hunt: Script) -> None:
    """Everything, one operation after the other."""
    _ground(hunt)
    for part in (_returned, _duplicated, _two_thirds, _merged_voter, _fee, _refused_still, _lot, _hold, _reopened):
        part(hunt)


def _tell(hunt: Script, actor: str, wire: str, key: str = "", /, **data: Any) -> None:
    """One operation, answered before the next one is sent."""
    first = len(hunt.operations)
    hunt.put(wire, actor, key or f"walk{hunt.seed}-{first}", (hunt.said(data), "boundary"))
    hunt.settle(first)


def _again(hunt: Script, key: str, intent: str, /, **data: Any) -> None:
    """A payment under a key that was used before."""
    first = len(hunt.operations)
    hunt.put("payments.pay_purchase", f"resident:{data['person']}", key, (hunt.said(data), intent))
    hunt.settle(first)


def _newest(rows: Any) -> str:
    """The id of the row that came last."""
    name: str = next(reversed(rows))
    return name


def _ground(hunt: Script) -> None:
    """A grid with members, homes with areas, a shop, people."""
    others_dm2 = sum(area for area, _ in holdings(hunt.district).values())
    _tell(hunt, OFFICER, "binding.open_community", community="com_walk", subdistrict="subdistrict-1")
    _tell(hunt, OFFICER, "binding.open_grid", grid=GRID, community="com_walk")
    _tell(hunt, OFFICER, "binding.add_building", building="bld_walk", grid=GRID)
    for member in MEMBERS:
        _tell(hunt, OFFICER, "binding.appoint_worker", worker=member, kind="community_worker")
        _tell(hunt, OFFICER, "binding.assign_grid", worker=member, grid=GRID)
    for number, area_dm2 in enumerate((2 * others_dm2 + AREA_DM2, AREA_DM2, AREA_DM2), 1):  # the first two: two thirds
        home = HOME.format(number=number)
        _tell(hunt, OFFICER, "binding.add_dwelling", dwelling=home, building="bld_walk", area_dm2=area_dm2)
    for place, person in enumerate((*OWNERS, *OTHERS)):
        owns = place < len(OWNERS)
        data = {"dwelling": HOME.format(number=place + 1 if owns else 1), "relation": "owner" if owns else "family"}
        _tell(hunt, f"grid:{MEMBERS[0]}", "binding.worker_bind", person=person, **data)
    shop = {"grid": GRID, "trade": "retail", "points_rate_bp": BASIS}
    _tell(hunt, OFFICER, "payments.register_merchant", merchant=SHOP, **shop)


def _case(hunt: Script, **verdict: Any) -> str:
    """A case of the first owner, with an officer's verdict."""
    data = {"kind": "problem", "category": CATEGORY, "grid": GRID, "text": None, "place": None}
    _tell(hunt, f"resident:{OWNERS[0]}", "reporting.submit_report", person=OWNERS[0], **data)
    report = _newest(hunt.district.cases.reports)
    said = {"verdict": "accept", "tier": None, "of": None, "reason": None} | verdict
    _tell(hunt, OFFICER, "reporting.triage_report", report=report, **said)
    return report


def _returned(hunt: Script) -> None:
    """Sent back by two members, and once more than is allowed."""
    report = _case(hunt)
    for member in MEMBERS:
        _tell(hunt, OFFICER, "reporting.dispatch_report", report=report, worker=member)
        _tell(hunt, f"grid:{member}", "reporting.return_report", report=report, reason="not_mine")


def _duplicated(hunt: Script) -> None:
    """A duplicate of a duplicate."""
    first = _case(hunt)
    second = _case(hunt, verdict="duplicate", of=first)
    _case(hunt, verdict="duplicate", of=second)


def _two_thirds(hunt: Script) -> None:
    """Owners of exactly two thirds of the area take part."""
    terms = {"options": 2, "choices": 1, "unit": "owner", "quorum_bp": 0, "matter": "ordinary"}
    vote = _vote(hunt, **terms)
    for person in OWNERS[:2]:
        _tell(hunt, f"resident:{person}", "participation.cast_ballot", person=person, vote=vote, choices=[0])
    _tell(hunt, OFFICER, "participation.close_vote", vote=vote)


def _vote(hunt: Script, **terms: Any) -> str:
    _tell(hunt, OFFICER, "participation.draft_vote", closes_at=hunt.at + 3_600, **terms)
    vote = _newest(hunt.district.board.votes)
    _tell(hunt, OFFICER, "participation.open_vote", vote=vote)
    return vote


def _merged_voter(hunt: Script) -> None:
    """Somebody votes, turns out to be somebody else, and changes the ballot."""
    vote = _vote(hunt, options=3, choices=1, unit="person", quorum_bp=0, matter="")
    gone, kept = OTHERS
    _tell(hunt, f"resident:{gone}", "participation.cast_ballot", person=gone, vote=vote, choices=[0])
    _tell(hunt, OFFICER, "binding.merge_persons", person=gone, into=kept)
    _tell(hunt, f"resident:{kept}", "participation.change_ballot", person=kept, vote=vote, choices=[1])


def _gift(hunt: Script, number: int) -> None:
    data = {"person": OWNERS[0], "rule": "gift", "evidence": f"ev_walk-{hunt.seed}-{number}"}
    _tell(hunt, OFFICER, "points.grant_award", **data)


def _order(hunt: Script, goods_fen: int, points: int, *, delivery: bool) -> str:
    goods = {"goods_fen": goods_fen, "excluded_fen": 0, "offer": None, "quantity": 0, "points": points}
    data = {"person": OWNERS[0], "merchant": SHOP, "delivery": delivery} | goods
    _tell(hunt, f"resident:{OWNERS[0]}", "marketplace.place_order", **data)
    return _newest(hunt.district.market.orders)


def _fee(hunt: Script) -> None:
    """An order at the cap of its goods, which would be higher with the fee."""
    _gift(hunt, 1)
    points = hunt.district.policy.points
    most_bp, fee_fen = points.deduction_cap_bp, hunt.district.policy.marketplace.delivery_fee_fen
    a_point_fen = points.value_fen * BASIS

    def most(goods_fen: int) -> int:
        return int(goods_fen * most_bp // a_point_fen) if a_point_fen else 0

    amounts = range(GOODS_FEN // 10, GOODS_FEN)
    wanted = next((each for each in amounts if most(each + fee_fen) > most(each)), GOODS_FEN)
    _order(hunt, wanted, most(wanted), delivery=True)


def _refused_still(hunt: Script) -> None:
    """Refused since the shop is unknown, and still refused under that key once it is there."""
    person = OWNERS[1]
    data = {"person": person, "merchant": LATER_SHOP, "channel": "bank"}
    amounts = {"goods_fen": 100, "excluded_fen": 0, "points": 0}
    key = f"walk{hunt.seed}-again"
    _tell(hunt, f"resident:{person}", "payments.pay_purchase", key, **data, **amounts)
    shop = {"grid": GRID, "trade": "retail", "points_rate_bp": BASIS}
    _tell(hunt, OFFICER, "payments.register_merchant", merchant=LATER_SHOP, **shop)
    _again(hunt, key, "duplicate", **data, **amounts)
    _again(hunt, key, "key_reuse", **data, **(amounts | {"goods_fen": 101}))


def _lot(hunt: Script) -> None:
    """The last second of a lot."""
    _gift(hunt, 2)
    wallet = hunt.district.points.wallets.get(OWNERS[0], ())
    if wallet:
        hunt.turn_to(wallet[0].expires_at - 1)
        data = {"person": OWNERS[0], "merchant": SHOP, "channel": "bank", "goods_fen": GOODS_FEN, "excluded_fen": 0}
        _tell(hunt, f"resident:{OWNERS[0]}", "payments.pay_purchase", points=1, **data)


def _hold(hunt: Script) -> None:
    """The last second of an order's hold."""
    order = _order(hunt, GOODS_FEN, 0, delivery=False)
    hunt.turn_to(hunt.district.market.orders[order].hold_expires - 1)
    _tell(hunt, f"resident:{OWNERS[0]}", "payments.pay_order", order=order, channel="bank")


def _reopened(hunt: Script) -> None:
    """The last second in which a closed case may be reopened."""
    report = _case(hunt)
    member = MEMBERS[0]
    _tell(hunt, OFFICER, "reporting.dispatch_report", report=report, worker=member)
    _tell(hunt, f"grid:{member}", "reporting.accept_report", report=report)
    _tell(hunt, f"grid:{member}", "reporting.resolve_report", report=report, evidence=f"ev_walk-{hunt.seed}-done")
    _tell(hunt, f"resident:{OWNERS[0]}", "reporting.confirm_report", report=report)
    hunt.turn_to(hunt.at + hunt.district.policy.reporting.reopen_window_s - 1)
    _tell(hunt, f"resident:{OWNERS[0]}", "reporting.reopen_report", report=report)
