"""Ranks of sites against counting."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.site_ranks import rank_sites

sites = st.lists(st.tuples(st.sampled_from([0.1, 0.25, 0.5, 0.9, 1.0]), st.integers(-1, 3)), max_size=30)


@given(sites)
def test_a_rank_counts_the_higher_scores(rows):
    scores, genes = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], int)
    in_gene, in_run = rank_sites(scores, genes)
    for number, (score, gene) in enumerate(rows):
        assert in_run[number] == 1 + sum(other > score for other, _ in rows)
        same_gene = sum(other > score for other, name in rows if name == gene)
        assert in_gene[number] == (0 if gene < 0 else 1 + same_gene)
