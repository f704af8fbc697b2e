"""The small town with a buyer who has a hundred points, and short words for orders and riders."""

from __future__ import annotations

from typing import Any

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"
HOUR_S, DAY_S = 3_600, 86_400


class Shop(Wire):
    """A door to the small town in which per_1 has 100 points worth 10 fen each, and points pay 30 % at mer_1."""

    def __init__(self, **changes: object) -> None:
        """`changes` of the policy by path, with `__` for a dot."""
        gift = {"ledger": "MP", "points": 100, "validity_days": 90}
        super().__init__(points__rules__gift=gift, points__material_daily_cap=0, **changes)
        self.must("points.grant_award", OFFICE, person="per_1", rule="gift", evidence="ev_1")

    def wanted(self, person: str, **fields: Any) -> dict[str, Any]:
        """What a person orders at mer_1, unless the fields say otherwise."""
        plain = {"merchant": "mer_1", "goods_fen": 0, "excluded_fen": 0, "offer": None, "quantity": 0, "points": 0}
        return {"person": person, "delivery": False, **plain, **fields}

    def order(self, person: str = "per_1", **fields: Any) -> str:
        """Place an order; its id."""
        placed, *_ = self.must("marketplace.place_order", f"resident:{person}", **self.wanted(person, **fields))
        return str(placed.order)

    def rider(self, name: str) -> None:
        """A trained rider on duty."""
        for step in ("register_rider", "train_rider"):
            self.must(f"marketplace.{step}", OFFICE, rider=name)
        self.must("marketplace.start_duty", f"rider:{name}", rider=name)

    def to_rider(self, order: str, rider: str) -> None:
        """From the payment to the rider's bag."""
        for step in ("accept_order", "ready_order"):
            self.must(f"marketplace.{step}", "merchant:mer_1", order=order)
        self.must("marketplace.assign_order", f"rider:{rider}", order=order, rider=rider)
        self.must("marketplace.pick_up_order", f"rider:{rider}", order=order)

    def completed(self, goods_fen: int, points: int) -> str:
        """An order of per_1 brought by rid_1 and confirmed; its id."""
        self.rider("rid_1")
        order = self.order(goods_fen=goods_fen, points=points, delivery=True)
        self.must("payments.pay_order", "resident:per_1", order=order, channel="alipay")
        self.to_rider(order, "rid_1")
        self.must("marketplace.deliver_order", "rider:rid_1", order=order)
        self.must("marketplace.confirm_order", "resident:per_1", order=order)
        return order

    def states(self, order: str) -> list[str]:
        """Every state of an order, in order."""
        return [state for _, state in self.read("marketplace.order", OFFICE, order=order)["steps"]]

    def balance(self) -> tuple[int, int]:
        """Points available to per_1, and points owed."""
        seen = self.read("points.balance", OFFICE, person="per_1")
        return seen["available"], seen["debt"]
