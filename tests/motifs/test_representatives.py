"""The learned motifs that a scan looks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_motifs import make_collection, make_motif

from ideep_scan.motifs.representatives import MOST, choose_representatives
from ideep_scan.records.learned_motif import MotifCluster


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.06]), st.sampled_from([-0.1, 0.6, 0.7])), max_size=25))
def test_enriched_motifs_that_double_the_odds_in_the_order_of_clusters(figures: list[tuple[float, float]]) -> None:
    motifs = [make_motif(f"m{number}", "UUU", *pair) for number, pair in enumerate(figures)]
    chosen = choose_representatives(make_collection(motifs))
    expected = [f"m{number}" for number, (q_value, low) in enumerate(figures) if q_value <= 0.05 and low > np.log(2)]
    assert [motif.pwm.id for motif in chosen] == expected[:MOST]


def test_only_the_first_member_of_a_cluster() -> None:
    collection = make_collection([make_motif("a", "UUU"), make_motif("b", "UUUU"), make_motif("c", "GGG")])
    clusters = MotifCluster(("c",), (), ()), MotifCluster(("b", "a"), (), ())
    chosen = choose_representatives(replace(collection, clusters=clusters))
    assert [motif.pwm.id for motif in chosen] == ["c", "b"]


@pytest.mark.parametrize("field", ["enrichment", "importance"])
def test_a_motif_that_was_not_measured_is_left_out(field: str) -> None:
    assert choose_representatives(make_collection([replace(make_motif("a", "UUU"), **{field: None})])) == ()


def test_a_motif_that_occurs_everywhere_is_left_out() -> None:
    collection = make_collection([make_motif("a", "UU"), make_motif("b", "UUU")])
    assert [motif.pwm.id for motif in choose_representatives(collection)] == ["b"]


def test_an_unknown_importance_is_left_out() -> None:
    assert choose_representatives(make_collection([make_motif("a", "UUU", planted_low=np.nan)])) == ()
