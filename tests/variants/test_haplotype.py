"""Haplotypes: their letters and places, and their scores in tiles of any size."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import toys

from ideep_scan.kernels.onehot import decode
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.span import STRANDS
from ideep_scan.records.variant import Variant
from ideep_scan.variants.haplotype import Line, alternate_haplotype, reference_haplotype, score_lines

HALF = toys.SPEC.half
CODES = np.array([0, 1, 2, 3, 0, 1, 2, 3], np.int8)
ALLELES = {
    "substitution": ([Variant("c", 12, "GU", "CC")], "ACCCACGU", [10, 11, 12, 13, 14, 15, 16, 17], []),
    "deletion": ([Variant("c", 12, "GU", "")], "ACACGU", [10, 11, 14, 15, 16, 17], []),
    "insertion": ([Variant("c", 12, "", "AA")], "ACAAGUACGU", [10, 11, 12, 12, 12, 13, 14, 15, 16, 17], [2, 3]),
    "longer": ([Variant("c", 12, "GU", "CCC")], "ACCCCACGU", [10, 11, 12, 13, 13, 14, 15, 16, 17], [4]),
    "two": (
        [Variant("c", 11, "CG", "U"), Variant("c", 16, "", "A")],
        "AUUACAGU",
        [10, 11, 13, 14, 15, 16, 16, 17],
        [5],
    ),
    "none": ([], "ACGUACGU", [10, 11, 12, 13, 14, 15, 16, 17], []),
}


@pytest.mark.parametrize("kind", ALLELES)
def test_letters_and_places(kind):
    allele, letters, places, inserted = ALLELES[kind]
    haplotype = alternate_haplotype(allele, CODES, 10)
    assert decode(haplotype.codes) == letters
    assert haplotype.places.tolist() == places
    assert np.flatnonzero(haplotype.inserted).tolist() == inserted


@pytest.mark.parametrize("kind", ALLELES)
def test_aligned_to_the_reference(kind):
    allele, letters, places, inserted = ALLELES[kind]
    haplotype = alternate_haplotype(allele, CODES, 10)
    values = np.arange(len(letters), dtype=np.float32)
    row, added = haplotype.aligned(values, 9, 8)
    assert added.tolist() == inserted
    expected = {place: i for i, place in enumerate(places) if i not in inserted}
    np.testing.assert_array_equal(row, [expected.get(place, np.nan) for place in range(9, 17)])


@pytest.mark.parametrize("strand", STRANDS)
def test_scores_do_not_depend_on_tiles(strand, monkeypatch):
    featurizer = toys.world(2).featurizer()
    scorers = [Scorer(toys.bundle(), names, torch.device("cpu")) for names in (("sequence",), toys.MODALITIES)]
    rng = np.random.default_rng(1)
    lines = []
    for start in (100, 130, 300):
        haplotype = reference_haplotype(featurizer.sources.sequence.codes("chr1", start, start + 240), start)
        mask = rng.random(240) < 0.7
        mask[:HALF] = mask[-HALF:] = False
        lines.append(Line("chr1", strand, haplotype, mask))
    together = score_lines([*lines, lines[0]], featurizer, scorers)
    monkeypatch.setattr("ideep_scan.variants.haplotype.LETTERS", 2 * HALF + 7)
    assert list(together) == lines
    for line, scores in together.items():
        assert np.isfinite(scores).tolist() == [line.mask.tolist()] * 2
        alone = score_lines([line], featurizer, scorers)[line]
        np.testing.assert_allclose(alone, scores, atol=1e-5)


class SizeRecorder(toys.LoneRow):
    """A model that records the letters of its tiles."""

    def __init__(self):
        self.sizes: list[int] = []

    def score(self, tile):
        self.sizes.append(tile.window["sequence"].shape[1])
        return np.zeros(len(tile.scored), np.float32)


def test_full_tiles_have_one_size(monkeypatch):
    """A matrix library stores code for each size."""
    monkeypatch.setattr("ideep_scan.variants.haplotype.LETTERS", 4000)
    featurizer = toys.world().featurizer(modalities=("sequence",))
    rng = np.random.default_rng(2)
    lines = []
    for size in rng.integers(2 * HALF + 1, 3 * HALF, 300):
        mask = np.zeros(size, np.bool_)
        mask[HALF : size - HALF] = True
        lines.append(Line("chr1", "-", reference_haplotype(rng.integers(0, 4, size).astype(np.int8), 500), mask))
    recorder = SizeRecorder()
    score_lines(lines, featurizer, [recorder])
    assert len(recorder.sizes) > 5
    assert set(recorder.sizes[:-1]) == {4000}


def test_nothing_to_score():
    featurizer = toys.world().featurizer(modalities=("sequence",))
    line = Line("chr1", "+", reference_haplotype(np.zeros(300, np.int8), 0), np.zeros(300, np.bool_))
    (scores,) = score_lines([line], featurizer, [Scorer(toys.bundle(), ("sequence",), torch.device("cpu"))]).values()
    assert np.isnan(scores).all()
    assert score_lines([], featurizer, []) == {}
