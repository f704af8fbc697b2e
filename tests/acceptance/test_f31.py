"""F31 moral points: not spent, not passed on, may go down; a change cites rule and fact; an appeal reverses exactly.

S13 and T09 look on.
"""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE, OTHER, PERSON = "officer:off_1", "officer:off_2", "resident:per_1"


def test_an_upheld_appeal_reverses_exactly() -> None:
    """Points for service, a deduction that names its rule and its fact, an appeal, and the score is as it was."""
    town = Wire()
    town.must("points.grant_award", OFFICE, person="per_1", rule="service_moral", evidence="ev_shift-1")
    before = town.read("points.moral", PERSON, person="per_1")
    assert (before["score"], before["band"], before["next_at"]) == (5, 0, 10)

    proposed, posted = town.must(
        "points.propose_deduction", "grid:wkr_1", person="per_1", rule="littering", evidence="ev_photo-1"
    )
    assert (posted.rule, posted.evidence) == ("littering", "ev_photo-1")
    shown = town.read("points.moral", PERSON, person="per_1")
    assert shown["score"] == 5 - posted.points
    assert [(each["rule"], each["evidence"]) for each in shown["deductions"]] == [("littering", "ev_photo-1")]

    town.must("points.appeal_deduction", PERSON, deduction=proposed.deduction)
    (upheld,) = town.must("points.decide_appeal", OTHER, deduction=proposed.deduction, upheld=True)
    turned = [(to, to_who, source, who, points) for source, who, to, to_who, points in posted.postings()]
    assert list(upheld.postings()) == turned
    assert town.read("points.moral", PERSON, person="per_1")["score"] == before["score"]
    town.close()


def test_moral_points_pay_nothing_and_nobody_else_gets_them() -> None:
    """Somebody rich in moral points has no point for a till, and a purchase leaves the score alone."""
    town = Wire()
    for number in range(30):
        town.must("points.grant_award", OFFICE, person="per_1", rule="service_moral", evidence=f"ev_{number}")
    purchase = {"merchant": "mer_1", "channel": "wechat", "goods_fen": 10_000, "excluded_fen": 0}
    assert town.refused("payments.pay_purchase", PERSON, person="per_1", points=1, **purchase) == "POINTS_INSUFFICIENT"
    town.must("payments.pay_purchase", PERSON, person="per_1", points=0, **purchase)
    assert town.read("points.moral", PERSON, person="per_1")["score"] == 150
    assert town.read("points.moral_bands", PERSON) == [0, 0, 0, 1, 0]
    town.close()


def test_in_reviewed_batches_a_change_waits_for_other_eyes() -> None:
    """Under that policy nothing is taken before a second officer has accepted it; what is declined takes nothing."""
    town = Wire(points__moral_posting="batch")
    names = [
        town.must("points.propose_deduction", OFFICE, person="per_1", rule="littering", evidence=f"ev_{number}")[
            0
        ].deduction
        for number in range(3)
    ]
    assert town.read("points.moral", PERSON, person="per_1")["score"] == 0
    batch = {"accepted": names[:2], "declined": names[2:]}
    assert town.refused("points.review_deductions", OFFICE, **batch) == "DEDUCTION_SAME_EYES"
    town.must("points.review_deductions", OTHER, **batch)
    assert town.read("points.moral", PERSON, person="per_1")["score"] == -10
    town.close()
