"""The alternate haplotype against a genome that has it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import toys

from ideep_scan.models.scorer import Scorer
from ideep_scan.records.span import Span
from ideep_scan.records.variant import Variant
from ideep_scan.scan.sweep import sweep
from ideep_scan.variants.effect import aligned, alternate_scores, haplotype

HALF = toys.SPEC.half
KINDS = {
    "SNV": ("", 1, "ANY"),
    "MNV": ("", 3, "GAT"),
    "deletion": ("keep", 4, ""),
    "insertion": ("keep", 1, "GATTACA"),
    "pure deletion": ("", 5, ""),
    "pure insertion": ("", 0, "TTT"),
    "both": ("", 2, "CCCCC"),
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
def test_scored_as_a_genome_that_has_it(kind, strand):
    world, made_of = toys.world(2), ("sequence", "motifs", "structure")
    change = variant(world, kind, 250)
    featurizer = world.featurizer(modalities=made_of)
    alt = haplotype(change, featurizer)
    (got,) = alternate_scores(alt, [Span("chr1", 0, 700, strand)], featurizer, [scorer(made_of)])
    whole = scores(other(world, change), strand, made_of)
    first = change.start - 2 * HALF
    np.testing.assert_allclose(got[HALF:-HALF], whole[first + HALF : first + got.size - HALF], atol=2e-6)
    assert np.isnan(got[:HALF]).all()
    assert np.isnan(got[-HALF:]).all()
    # Beyond the windows that are scored anew nothing changed.
    reference = scores(world, strand, made_of)
    np.testing.assert_allclose(whole[: first + HALF], reference[: first + HALF], atol=2e-6)
    np.testing.assert_allclose(whole[first + got.size - HALF :], reference[change.end + HALF :], atol=2e-6)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_the_annotation_of_a_changed_base_is_that_of_its_place(strand):
    world, made_of = toys.world(2), ("sequence", "region", "cobinding")
    change = variant(world, "SNV", 250)
    featurizer = world.featurizer(modalities=made_of)
    (got,) = alternate_scores(
        haplotype(change, featurizer), [Span("chr1", 0, 700, strand)], featurizer, [scorer(made_of)]
    )
    whole = scores(other(world, change), strand, made_of)
    np.testing.assert_allclose(got[HALF:-HALF], whole[250 - HALF : 251 + HALF], atol=2e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_laid_beside_the_reference(kind):
    world = toys.world(2)
    change = variant(world, kind, 250)
    alt = haplotype(change, world.featurizer(modalities=("sequence",)))
    values = np.arange(alt.codes.size, dtype=np.float32)
    start, length = change.start - HALF, len(change.ref) + 2 * HALF
    line, inserted = aligned(alt, values, start, length)
    kept = min(len(change.ref), len(change.alt))
    assert np.isnan(line).sum() == len(change.ref) - kept
    assert inserted.tolist() == (2 * HALF + np.arange(kept, len(change.alt))).tolist()
    np.testing.assert_array_equal(line[: HALF + kept], np.arange(HALF, 2 * HALF + kept))
    np.testing.assert_array_equal(line[HALF + len(change.ref) :], 2 * HALF + len(change.alt) + np.arange(HALF))


def test_only_transcribed_letters_are_scored():
    world = toys.world(2)
    featurizer = world.featurizer(modalities=("sequence",))
    change = variant(world, "SNV", 250)
    spans = [Span("chr1", 220, 230, "+"), Span("chr1", 240, 260, "+"), Span("chr1", 600, 640, "+")]
    (got,) = alternate_scores(haplotype(change, featurizer), spans, featurizer, [scorer(("sequence",))])
    at = np.flatnonzero(~np.isnan(got)) + change.start - 2 * HALF
    assert at.tolist() == [*range(220, 230), *range(240, 260)]
    nowhere = alternate_scores(
        haplotype(change, featurizer), [Span("chr1", 600, 640, "-")], featurizer, [scorer(("sequence",))]
    )
    assert np.isnan(nowhere).all()


def test_at_the_end_of_a_contig():
    world = toys.world(2)
    featurizer = world.featurizer(modalities=("sequence",))
    change = variant(world, "deletion", 20)
    (got,) = alternate_scores(
        haplotype(change, featurizer), [Span("chr1", 0, 700, "+")], featurizer, [scorer(("sequence",))]
    )
    whole = scores(other(world, change), "+", ("sequence",))
    line, _ = aligned(haplotype(change, featurizer), got, 0, 20)
    np.testing.assert_allclose(line, whole[:20], atol=2e-6)
    assert np.isfinite(whole).any()
