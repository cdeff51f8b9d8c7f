"""Motifs laid out for the cluster scores: logarithms, and products of four positions."""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.packed_motifs import log_probabilities, pack


def test_log_probabilities_are_logarithms_in_single_precision():
    counts = np.array([[0, 0, 0, 100], [25, 25, 25, 25], [97, 1, 1, 1], [3, 60, 30, 7]])
    raised = counts + 0.375
    exact = np.log(raised / raised.sum(axis=1, keepdims=True))
    got = log_probabilities(counts)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, exact, rtol=3e-7, atol=1e-7)


def test_tables_hold_the_products_of_four_positions_on_both_strands():
    counts = np.random.default_rng(4).integers(0, 50, (6, 4))
    probabilities = np.exp(log_probabilities(counts).astype(np.float64))
    motifs = pack([counts, counts[:3]])
    assert motifs.widths.tolist() == [6, 3]
    assert motifs.odds.shape == (2, 2, 2, 256)
    letters = np.array([3, 0, 1, 2, 2, 1])
    for strand, site in ((0, letters), (1, 3 - letters[::-1])):
        whole = np.prod([probabilities[k, base] for k, base in enumerate(site)])
        first, second = (int("".join(map(str, four)), 4) for four in (letters[:4], [*letters[4:], 0, 3]))
        product = motifs.odds[0, strand, 0, first] * motifs.odds[0, strand, 1, second]
        np.testing.assert_allclose(product, whole, rtol=1e-12)
    assert (motifs.odds[1, :, 1] == 1).all()
