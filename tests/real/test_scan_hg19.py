"""The main job on real hg19 with RefSeq: what is scored is what is transcribed and known, counted independently."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.records.span import STRANDS

START, END = 1_000_000, 1_200_000  # chr20:1000001-1200000; what lies before it is N in the sparse genome


def test_transcribed_and_known_positions_are_scored_and_no_others(annotated, letters):
    counted = 0
    for strand in STRANDS:
        expected = letters.transcribed(strand, START, END) & letters.known(START, END)
        assert 5_000 < expected.sum() < END - START
        np.testing.assert_array_equal(~np.isnan(annotated.track(strand, START, END)), expected)
        for outside in ((START - 5_000, START), (END, END + 5_000)):
            assert np.isnan(annotated.track(strand, *outside)).all()
        counted += int(expected.sum())
    assert annotated.summary.positions == counted


def test_without_annotation_known_positions_of_both_strands_are_scored(scan, letters):
    start, end = START - 2_000, START + 3_000
    edge = scan(regions=f"chr20:{start + 1}-{end}")
    expected = letters.known(start, end)
    assert 0 < expected.sum() < end - START
    for strand in STRANDS:
        np.testing.assert_array_equal(~np.isnan(edge.track(strand, start, end)), expected)
    assert edge.summary.positions == 2 * expected.sum()
    assert edge.modalities[0] == "sequence"
    assert "region" not in edge.modalities


@pytest.mark.parametrize("strand", STRANDS)
def test_scores_are_probabilities_of_three_decimals(annotated, strand):
    values = annotated.track(strand, START, END)
    values = values[~np.isnan(values)]
    assert values.min() >= 0
    assert values.max() <= 1
    np.testing.assert_allclose(values, values.round(3), rtol=0, atol=1e-7)
    assert np.unique(values).size > 100
