"""One process a resident, or streams thinned by the block: two clocks, one district."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.sim.lives import life
from tests.sim.two_modes import Acts, acts_of, chi_square_limit, complaints, kolmogorov, limit

# Two months with everything in plenty, so that a small town shows every kind of act often.
BUSY = (
    "horizon.as_of_date=2021-11-13",
    "behaviour.binding.innovation_year=12.0",
    "behaviour.binding.last_days=0",
    "board.questionnaires=14",
    "board.early_questionnaires=0",
    "board.votes=6",
    "behaviour.answering.intercept_logits=-1.8",
    "behaviour.answering.too_fast_share=0.1",
    "behaviour.voting.intercept_logits=-2.0",
    "behaviour.reading.items_month=1.0",
    "behaviour.reporting.problem_reports=60_000.0",
    "behaviour.reporting.suggestions=20_000.0",
    "behaviour.reporting.complaints=20_000.0",
    "behaviour.reporting.praises=30_000.0",
    "behaviour.reporting.after_success=3.0",
    "behaviour.handling.fixed_share=0.7",
    "behaviour.shopping.redeem_logits=-1.0",
    "behaviour.shopping.refund_share=0.05",
    "behaviour.shopping.purchases_merchant_day=6.0",
)


@cache
def acts(*more: str, slow: bool, replications: int = 3, scale: float = 0.004) -> Acts:
    """What people did in several busy districts."""
    settings = (*BUSY, *more)
    return acts_of([life(settings=settings, scale=scale, replication=each, slow=slow) for each in range(replications)])


def test_the_slow_mode_is_the_fast_mode() -> None:
    """How often, when, at which hour and by whom: answers, ballots, reads, cases, purchases, refunds, redemptions.

    And the comparison can fail: a quarter of a logit more in one mode is found in the answers, and in nothing else.
    """
    fast, slow = acts(slow=False), acts(slow=True)
    assert sum(len(at) >= 60 for at in fast.at.values()) >= 14, {kind: len(at) for kind, at in fast.at.items()}
    assert complaints(fast, slow) == []
    found = complaints(acts("behaviour.answering.intercept_logits=-1.55", slow=False), slow)
    assert any(line.startswith("participation.submit_response: ") for line in found)
    assert not [line for line in found if line.startswith(("participation.cast", "payments.pay", "reporting."))]


@pytest.mark.parametrize("shift", [0.0, 0.12])
def test_the_measures_of_distance_are_right(shift: float) -> None:
    """Equal samples pass at their level, shifted ones do not; quantiles agree with printed tables."""
    draws = np.random.default_rng(1)
    one, other = draws.normal(0, 1, 5_000), draws.normal(shift, 1, 5_000)
    assert (kolmogorov(one, other) > limit(5_000, 5_000)) == (shift > 0)
    assert chi_square_limit(23) == pytest.approx(65.5, abs=1.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lever", "kind"),
    [
        ("behaviour.voting.intercept_logits=-1.85", "participation.cast_ballot"),
        ("behaviour.reporting.problem_reports=75_000.0", "problem"),
        ("behaviour.reporting.praises=37_000.0", "reporting.submit_praise"),
        ("behaviour.shopping.purchases_merchant_day=6.8", "payments.pay_purchase"),
        ("behaviour.shopping.redeem_logits=-0.7", "redemption"),
        ("behaviour.shopping.refund_share=0.065", "payments.refund_purchase"),
        ("behaviour.reading.items_month=1.2", "participation.read_article"),
        ("behaviour.answering.too_fast_share=0.13", "invalid answer"),
        ("behaviour.answering.window_share=0.45", "participation.submit_response: times"),
    ],
)
def test_the_comparison_finds_each_kind_of_fault(lever: str, kind: str) -> None:
    """Every lever that is turned in one mode only is found in the acts that it governs."""
    found = complaints(acts(lever, slow=False, replications=8, scale=0.01), acts(slow=True, replications=8, scale=0.01))
    assert any(line.startswith(kind) for line in found), found


@pytest.mark.slow
def test_the_slow_mode_is_the_fast_mode_in_a_larger_town() -> None:
    """The same over eight replications of a town of 1,150."""
    fast, slow = (acts(slow=mode, replications=8, scale=0.01) for mode in (False, True))
    assert complaints(fast, slow) == []
