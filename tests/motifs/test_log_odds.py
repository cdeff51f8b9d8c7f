"""Log odds by hand, p-values against every sequence there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.motifs.log_odds import ScoreDistribution, compute_log_odds
from ideep_scan.records.pwm import Pwm


def test_log_odds_by_hand():
    odds = compute_log_odds(Pwm("m", "m", "m", np.array([[97.0, 1, 1, 1], [25, 25, 25, 25]])))
    assert odds[1].tolist() == [0, 0, 0, 0]
    assert (
        odds[0].tolist() == [round(1000 * np.log2(4 * 97.375 / 101.5))] + [round(1000 * np.log2(4 * 1.375 / 101.5))] * 3
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), width=st.integers(1, 5), span=st.sampled_from([3, 50, 4000]))
def test_p_values_equal_enumeration(seed, width, span):
    odds = np.random.default_rng(seed).integers(-span, span, (width, 4))
    distribution = ScoreDistribution(odds)
    scores = np.array([sum(odds[k, base] for k, base in enumerate(site)) for site in product(range(4), repeat=width)])
    for score in np.unique(np.concatenate([scores, scores + 1, [scores.min() - 9, scores.max() + 9]])):
        assert distribution.p_value(score) == np.mean(scores >= score)
    for p_value in (1e-9, 4.0**-width, 0.01, 0.1, 1.0):
        threshold = distribution.threshold(p_value)
        assert np.mean(scores >= threshold) <= p_value
        below = scores[scores < threshold]
        assert below.size == 0 or np.mean(scores >= below.max()) > p_value


@pytest.mark.parametrize("pwm", read_pwms()[::25], ids=lambda pwm: pwm.id)
def test_the_best_sequence_of_a_packaged_motif_has_the_smallest_p_value(pwm):
    odds = compute_log_odds(pwm)
    ways = np.prod((odds == odds.max(axis=1, keepdims=True)).sum(axis=1))
    assert ScoreDistribution(odds).p_value(odds.max(axis=1).sum()) == ways / 4.0 ** len(pwm)
