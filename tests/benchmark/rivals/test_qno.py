"""Newton steps of the factors: non-negative, and no row's error rises."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.benchmark.rivals.qno import newton_step


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-6, 1.0))
def test_no_row_gets_worse_by_a_newton_step(seed, damping):
    rng = np.random.default_rng(seed)
    basis, cross = rng.random((3, 8)), rng.normal(size=(20, 3))
    gram, x = basis @ basis.T, rng.random((20, 3)) * (rng.random((20, 3)) < 0.5)

    def value(rows: np.ndarray) -> np.ndarray:
        return ((0.5 * rows @ gram - cross) * rows).sum(1)

    out = newton_step(gram, cross, x, damping)
    assert (out >= 0).all()
    assert (value(out) <= value(x) + 1e-12).all()


def test_an_unused_factor_stays_zero():
    gram, cross = np.diag([2.0, 0.0]), np.array([[4.0, 0.0]])
    assert newton_step(gram, cross, np.zeros((1, 2)), 0.0).tolist() == [[2.0, 0.0]]
