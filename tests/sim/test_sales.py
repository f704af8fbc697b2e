"""How sales are shared among merchants."""

from __future__ import annotations

import numpy as np
import pytest

from tests.sim.lives import life


@pytest.mark.slow
def test_sales_are_as_unequal_as_those_of_real_shops() -> None:
    """The Gini coefficient of purchases a merchant is .40 -+ .05."""
    found = life(scale=0.2, days=200)
    sales = np.sort(found.run.measures.sales[98:200, :, 0].sum(axis=0))
    n = len(sales)
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ sales / (n * sales.sum()))
    assert n == 200
    assert gini == pytest.approx(0.40, abs=0.05)
