"""Contributions against the same thing done by hand: the genome changed base by base and scored anew."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import toys

from ideep_scan.kernels.onehot import decode
from ideep_scan.models.scale import logit
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.places import build_window_walk
from ideep_scan.variants.contributions import compute_contributions
from ideep_scan.variants.haplotype import reference_haplotype

HALF = toys.SPEC.half


def odds(world: toys.World, strand: str, centre: int, modalities: tuple[str, ...]) -> float:
    """Log odds of one window of a world."""
    scorer = Scorer(toys.bundle(), modalities, torch.device("cpu"))
    walk, at = build_window_walk("chr1", strand, np.array([centre]), toys.SPEC.window)
    return float(logit(scorer.score(world.featurizer(modalities=modalities).tile(walk, at)))[0])


def contributions(world: toys.World, strand: str, start: int, centres: np.ndarray, modalities: tuple[str, ...]):
    """Contributions of the letters from `start` on, with positions of the genome as centres."""
    featurizer = world.featurizer(modalities=modalities)
    scorer = Scorer(toys.bundle(), modalities, torch.device("cpu"))
    first, end = start - 2 * HALF, start + len(centres) + 2 * HALF
    haplotype = reference_haplotype(featurizer.sources.sequence.codes("chr1", first, end), first)
    indices = np.full(len(haplotype), -1)
    indices[2 * HALF : 2 * HALF + len(centres)] = np.where(centres < 0, -1, centres - first)
    values = compute_contributions("chr1", strand, haplotype, centres=indices, featurizer=featurizer, scorer=scorer)
    return values[2 * HALF : 2 * HALF + len(centres)]


def mutated(world: toys.World, position: int, letter: str) -> toys.World:
    text = world.letters["chr1"]
    letters = {**world.letters, "chr1": text[:position] + letter + text[position + 1 :]}
    return toys.World(letters, world.transcripts, world.sites, world.motifs)


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("modalities", [("sequence", "region"), toys.MODALITIES])
def test_equal_to_a_genome_changed_base_by_base(strand, modalities):
    world = toys.world(5)
    centres = np.array([200, 200, 185, 230, -1])
    got = contributions(world, strand, 198, centres, modalities)
    assert got.dtype == np.float32
    assert np.isnan(got[-1])
    for offset, centre in enumerate(centres[:-1].tolist()):
        position = 198 + offset
        own = world.letters["chr1"][position].upper()
        others = [mutated(world, position, letter) for letter in "ACGT" if letter != own]
        mean = np.mean([odds(other, strand, centre, modalities) for other in others])
        expected = odds(world, strand, centre, modalities) - mean
        assert got[offset] == pytest.approx(expected, abs=2e-4)
    assert np.abs(got[:-1]).max() > 1e-3


def test_an_unknown_base_has_no_contribution():
    world = mutated(toys.world(5), 200, "N")
    got = contributions(world, "+", 199, np.full(3, 200), ("sequence",))
    assert np.isnan(got).tolist() == [False, True, False]
    assert decode(world.featurizer().sources.sequence.codes("chr1", 199, 202))[1] == "N"


def test_nothing_to_score():
    got = contributions(toys.world(), "+", 5, np.full(4, -1), ("sequence",))
    assert np.isnan(got).all()
    assert got.shape == (4,)
