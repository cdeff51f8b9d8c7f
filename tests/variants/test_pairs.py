"""Letters of both haplotypes, scored against a genome that has the change."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import toys
from toys import Loci

from ideep_scan.models.scorer import Scorer
from ideep_scan.records.span import Span
from ideep_scan.records.variant import Variant
from ideep_scan.scan.sweep import sweep
from ideep_scan.variants.haplotype import score_lines
from ideep_scan.variants.pairs import pair_haplotypes

HALF = toys.SPEC.half
KINDS = {
    "SNV": ("", 1, "ANY"),
    "MNV": ("", 3, "GAT"),
    "deletion": ("keep", 4, ""),
    "insertion": ("keep", 1, "GATTACA"),
    "pure deletion": ("", 5, ""),
    "pure insertion": ("", 0, "TTT"),
    "both": ("", 2, "CCCCC"),
    "long deletion": ("", 130, ""),
    "long insertion": ("", 0, "ACCGT" * 30),
}


def variant(world: toys.World, kind: str, start: int) -> Variant:
    anchor, length, alt = KINDS[kind]
    ref = world.letters["chr1"][start : start + length].upper()
    if alt == "ANY":
        alt = "ACGT"[("ACGT".index(ref) + 1) % 4]
    return Variant("chr1", start, ref, (ref[0] if anchor else "") + alt)


def scorer(modalities: tuple[str, ...]) -> Scorer:
    return Scorer(toys.bundle(), modalities, torch.device("cpu"))


def scores(world: toys.World, strand: str, modalities: tuple[str, ...]) -> np.ndarray:
    """Every position of chr1 by the sweep of a scan."""
    featurizer = world.featurizer(modalities=modalities)
    length = len(world.letters["chr1"])
    ((_, (track,)),) = sweep(
        [Span("chr1", 0, length, strand)], featurizer.sources.sequence, featurizer, [scorer(modalities)]
    )
    return track.values


def other(world: toys.World, change: Variant) -> toys.World:
    text = world.letters["chr1"]
    letters = {**world.letters, "chr1": text[: change.start] + change.alt + text[change.end :]}
    return toys.World(letters, world.transcripts, world.sites, world.motifs)


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("kind", KINDS)
def test_scored_as_genomes_that_have_it(kind, strand):
    world, modalities = toys.world(2), ("sequence", "motifs", "structure")
    change = variant(world, kind, 250)
    featurizer = world.featurizer(modalities=modalities)
    (pair,) = pair_haplotypes([(change,)], Loci(Span("chr1", 0, 700, strand)), featurizer)
    reference, alternate = (
        rows[0] for rows in score_lines([pair.reference, pair.alternate], featurizer, [scorer(modalities)]).values()
    )
    first = change.start - 2 * HALF
    whole = scores(other(world, change), strand, modalities)
    np.testing.assert_allclose(alternate[HALF:-HALF], whole[first + HALF : first + alternate.size - HALF], atol=2e-6)
    plain = scores(world, strand, modalities)
    np.testing.assert_allclose(reference[HALF:-HALF], plain[first + HALF : first + reference.size - HALF], atol=2e-6)
    for row in (reference, alternate):
        assert np.isnan(row[:HALF]).all()
        assert np.isnan(row[-HALF:]).all()
    # Beyond the windows that are scored nothing changed.
    np.testing.assert_allclose(whole[: first + HALF], plain[: first + HALF], atol=2e-6)
    np.testing.assert_allclose(whole[first + alternate.size - HALF :], plain[change.end + HALF :], atol=2e-6)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_the_annotation_of_a_changed_base_is_that_of_its_place(strand):
    world, modalities = toys.world(2), ("sequence", "region", "cobinding")
    change = variant(world, "SNV", 250)
    featurizer = world.featurizer(modalities=modalities)
    (pair,) = pair_haplotypes([(change,)], Loci(Span("chr1", 0, 700, strand)), featurizer)
    ((alternate,),) = score_lines([pair.alternate], featurizer, [scorer(modalities)]).values()
    whole = scores(other(world, change), strand, modalities)
    np.testing.assert_allclose(alternate[HALF:-HALF], whole[250 - HALF : 251 + HALF], atol=2e-6)


def test_only_positions_in_loci_are_scored():
    world = toys.world(2)
    featurizer = world.featurizer(modalities=("sequence",))
    change = variant(world, "SNV", 250)
    spans = [Span("chr1", 220, 230, "+"), Span("chr1", 240, 260, "+"), Span("chr1", 600, 640, "+")]
    (pair,) = pair_haplotypes([(change,)], Loci(*spans), featurizer)
    for line in (pair.reference, pair.alternate):
        ((row,),) = score_lines([line], featurizer, [scorer(("sequence",))]).values()
        positions = np.flatnonzero(~np.isnan(row)) + change.start - 2 * HALF
        assert positions.tolist() == [*range(220, 230), *range(240, 260)]
    assert not list(pair_haplotypes([(change,)], Loci(spans[-1]), featurizer))


def test_neighbours_share_the_reference():
    world = toys.world(2)
    featurizer = world.featurizer(modalities=("sequence",))
    alleles = [(variant(world, "SNV", start),) for start in (100, 250, 299, 330, 600)]
    pairs = list(pair_haplotypes(alleles, Loci(Span("chr1", 0, 700, "+"), Span("chr1", 0, 700, "-")), featurizer))
    assert [pair.allele for pair in pairs] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert len({pair.reference for pair in pairs}) == 4
    assert len({pair.alternate for pair in pairs}) == 10


def test_no_alleles():
    assert not list(pair_haplotypes([], Loci(), toys.world().featurizer(modalities=("sequence",))))
