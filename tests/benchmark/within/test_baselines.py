"""Baselines against slow twins."""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
import pytest
from toy_within import ECLIP, PARCLIP, REPLICATE, ToyWithin

from ideep_scan.benchmark.within.baselines import (
    REACH,
    count_crowd,
    find_region_types,
    learn_region_odds,
    measure_closeness,
    score_motifs,
)
from ideep_scan.features.transcript_regions import EXON, INTRON, RegionMap
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.kernels.onehot import complement
from ideep_scan.motifs.log_odds import compute_log_odds


def test_region_odds_are_shares_of_peaks_over_shares_of_genes(toy: ToyWithin) -> None:
    with ExitStack() as stack:
        annotation = toy.open(stack).annotation
        assert annotation is not None
        regions = RegionMap(annotation.transcripts)
    peaks, span = toy.lists[ECLIP], toy.ground.spans[0]
    odds = learn_region_odds(peaks, toy.ground.spans, regions)
    types = find_region_types(toy.ground, regions)
    assert types[0] == regions.find_types("chr20", "+", np.array([span.start]))[0]
    assert set(np.flatnonzero(odds)) <= set(np.unique(types))
    points = np.concatenate([peaks.list_points("chr20", strand) for strand in "+-"])
    assert points.size > 20
    assert abs(odds[INTRON]) < 0.5  # peaks are everywhere in the genes of the toy
    assert odds[EXON << 2] == 0
    assert not learn_region_odds(peaks, [], regions).any()


def test_crowd_and_closeness_are_those_of_a_slow_search(toy: ToyWithin) -> None:
    ground = toy.ground
    lists = [toy.lists[REPLICATE], toy.lists[PARCLIP]]
    points = np.sort(np.concatenate([ground.find_points(peaks.list_points) for peaks in lists]))
    crowd, closeness = count_crowd(ground.keys, points), measure_closeness(ground.keys, points)
    for row in range(0, len(ground), 997):
        distances = np.abs(points - ground.keys[row])
        assert crowd[row] == (distances <= 50).sum()
        assert closeness[row] == max(50 - distances.min(), 0)
    assert not count_crowd(ground.keys, points[:0]).any()
    assert not measure_closeness(ground.keys, points[:0]).any()


@pytest.mark.parametrize("gene", [0, 1])
def test_motifs_are_scored_on_the_strand_of_the_gene(toy: ToyWithin, gene: int) -> None:
    pwms = [pwm for pwm in read_pwms() if pwm.symbol == "QKI"] or list(read_pwms())[:1]
    ground = toy.ground
    with ExitStack() as stack:
        source = toy.open(stack).source
        scores = score_motifs(ground, source, pwms)
        row = int(np.flatnonzero(ground.genes == gene)[4000])
        position = int(ground.positions[row])
        codes = source.codes("chr20", position - 60, position + 61)
    codes = codes if gene == 0 else complement(codes[::-1])
    best = -np.inf
    for pwm in pwms:
        odds = compute_log_odds(pwm) / 1000
        for middle in range(60 - REACH, 60 + REACH + 1):
            first = middle - len(pwm) // 2
            best = max(best, sum(odds[base, codes[first + base]] for base in range(len(pwm))))
    assert scores[row] == pytest.approx(best, abs=1e-4)
