"""The definition of contributions, and the agreement of two estimates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import pearsonr, spearmanr

from ideep_scan.features.window_features import encode_windows
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.models.contributions import contrast_bases, measure_agreement, read_codes, select_letters

CODES = hnp.arrays(np.int8, (3, 5), elements=st.integers(0, 4))
VALUES = hnp.arrays(np.float64, (2, 3, 4, 5), elements=st.floats(-9, 9))


@settings(max_examples=60)
@given(VALUES, CODES)
def test_each_base_is_compared_with_the_three_others(values, codes):
    contrasts = contrast_bases(values, codes)
    assert contrasts.dtype == np.float32
    for row, window, base, position in np.ndindex(values.shape):
        others = [values[row, window, other, position] for other in range(4) if other != base]
        expected = 0 if codes[window, position] == UNKNOWN else values[row, window, base, position] - np.mean(others)
        assert contrasts[row, window, base, position] == pytest.approx(expected, abs=1e-5)
    np.testing.assert_allclose(contrasts.sum(2), 0, atol=1e-5)
    np.testing.assert_allclose(contrast_bases(values + 3, codes), contrasts, atol=1e-5)


@settings(max_examples=60)
@given(VALUES, CODES)
def test_the_letter_that_is_present(values, codes):
    letters = select_letters(values.astype(np.float32), codes)
    assert letters.shape == (2, 3, 5)
    assert (np.isnan(letters) == (codes == UNKNOWN)).all()
    for row, window, position in np.argwhere(~np.isnan(letters)):
        assert letters[row, window, position] == np.float32(values[row, window, codes[window, position], position])


@settings(max_examples=60)
@given(CODES)
def test_codes_are_read_back_from_windows(codes):
    assert (read_codes(encode_windows(codes).windows["sequence"]) == codes).all()


def test_agreement_is_that_of_scipy_without_letters_that_one_lacks():
    first, second = np.random.default_rng(0).normal(size=(2, 40)).astype(np.float32)
    second += first
    first[3], second[7] = np.nan, np.nan
    rest = np.setdiff1d(np.arange(40), [3, 7])
    agreement = measure_agreement(first, second)
    assert agreement.pearson == pytest.approx(pearsonr(first[rest], second[rest])[0], abs=1e-6)
    assert agreement.spearman == pytest.approx(spearmanr(first[rest], second[rest])[0], abs=1e-6)
    assert agreement.letters == 38


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_constant_has_no_correlation(count):
    agreement = measure_agreement(np.ones(count), np.arange(count))
    assert np.isnan([agreement.pearson, agreement.spearman]).all()
    assert agreement.letters == count
