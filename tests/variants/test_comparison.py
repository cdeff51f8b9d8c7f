"""Comparison of haplotypes against the effect of the same allele, and against a genome that has the change."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import toys
from hypothesis import given
from hypothesis import strategies as st
from toys import Loci

from ideep_scan.kernels.onehot import encode
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.span import STRANDS, Span
from ideep_scan.records.variant import Variant
from ideep_scan.variants.comparison import GAP, Comparison, align_letters, compare_haplotypes
from ideep_scan.variants.effect import score_alleles
from ideep_scan.variants.haplotype import alternate_haplotype
from ideep_scan.variants.normalization import Allele, normalize_allele

WORLD = toys.world(2)
LETTERS = WORLD.letters["chr1"].upper()
HALF = toys.SPEC.half
MODALITIES = ("sequence", "motifs")
LOCI = Loci(Span("chr1", 0, 700, "+"), Span("chr1", 0, 700, "-"))
KINDS = {"SNV": (1, "ANY"), "MNV": (3, "GAT"), "deletion": (5, ""), "insertion": (0, "GATTACA"), "both": (2, "CCCCC"),
         "long deletion": (130, ""), "long insertion": (0, "ACCGT" * 30)}  # fmt: skip


def allele(kind: str, start: int = 200) -> Allele:
    length, alt = KINDS[kind]
    ref = LETTERS[start : start + length]
    alt = "ACGT"[("ACGT".index(ref) + 1) % 4] if alt == "ANY" else alt
    return normalize_allele([Variant("chr1", start, ref, alt)], lambda chrom, first, end: LETTERS[first:end])


def compare(world: toys.World, change: Allele, strand: str, position: int) -> Comparison:
    scorer = Scorer(toys.bundle(), MODALITIES, torch.device("cpu"))
    featurizer = world.featurizer(modalities=MODALITIES)
    return compare_haplotypes(change, strand, position, loci=LOCI, featurizer=featurizer, scorer=scorer)


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("kind", KINDS)
def test_figures_are_those_of_the_effect(kind: str, strand: str) -> None:
    scorer = Scorer(toys.bundle(), MODALITIES, torch.device("cpu"))
    change = allele(kind)
    effects = score_alleles(
        [change],
        LOCI,
        WORLD.featurizer(modalities=MODALITIES),
        scorers=[scorer],
        thresholds=np.array([0.5]),
    )
    row = STRANDS.index(strand)
    position = int(effects.position[row])
    comparison = compare(WORLD, change, strand, position)
    reference, alternate = comparison.reference, comparison.alternate
    (column,) = np.flatnonzero(
        (comparison.places == position) & (reference.codes != GAP) & (alternate.codes != GAP)
    ).tolist()
    assert alternate.scores[column] - reference.scores[column] == pytest.approx(effects.delta[row], abs=1e-6)
    for lane, highest in ((reference, effects.reference[row]), (alternate, effects.alternate[row])):
        assert np.nanmax(lane.scores) >= highest - 1e-6
        assert np.isclose(lane.scores, highest, atol=1e-6).any()
        assert np.isfinite(lane.contributions).sum() == toys.SPEC.window
    unpaired = (reference.codes == GAP) | (alternate.codes == GAP)
    assert comparison.is_changed[unpaired].all()
    assert (reference.codes[~comparison.is_changed] == alternate.codes[~comparison.is_changed]).all()


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("kind", ["SNV", "deletion", "both", "long insertion"])
def test_the_alternate_haplotype_is_a_genome_that_has_the_change(kind: str, strand: str) -> None:
    change = allele(kind)
    (variant,) = change
    text = LETTERS[: variant.start] + variant.alt + LETTERS[variant.end :]
    patched = toys.World({"chr1": text}, WORLD.transcripts, WORLD.sites, WORLD.motifs)
    position = variant.start - 3  # before the change, so that it is the same on both
    alternate = compare(WORLD, change, strand, position).alternate
    same = (Variant("chr1", position, text[position], text[position]),)
    reference = compare(patched, same, strand, position).reference
    is_letter = alternate.codes != GAP
    width = min(int(is_letter.sum()), len(reference.codes))
    for name in ("codes", "scores", "contributions"):
        values = getattr(alternate, name)[is_letter][:width]
        np.testing.assert_allclose(values, getattr(reference, name)[:width], atol=2e-4)


def test_an_allele_that_changes_nothing_has_equal_lanes() -> None:
    base = LETTERS[250]
    comparison = compare(WORLD, (Variant("chr1", 250, base, base),), "+", 251)
    assert not comparison.is_changed.any()
    assert comparison.places.tolist() == [*range(250 - HALF, 252 + HALF)]
    for name in ("codes", "scores", "contributions"):
        np.testing.assert_array_equal(getattr(comparison.reference, name), getattr(comparison.alternate, name))


def test_at_the_start_of_a_contig_and_outside_of_loci_nothing_is_scored() -> None:
    scorer = Scorer(toys.bundle(), MODALITIES, torch.device("cpu"))
    change = (Variant("chr1", 10, LETTERS[10], "A" if LETTERS[10] != "A" else "C"),)
    comparison = compare_haplotypes(
        change,
        "+",
        30,
        loci=Loci(Span("chr1", 25, 40, "+")),
        featurizer=WORLD.featurizer(modalities=MODALITIES),
        scorer=scorer,
    )
    is_scored = np.isfinite(comparison.reference.scores)
    assert set(comparison.places[is_scored]) <= set(range(25, 40))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4), st.text("ACGT", max_size=5)), min_size=1, max_size=4))
def test_columns_without_gaps_are_the_haplotypes(parts: list[tuple[int, int, str]]) -> None:
    start, position, changes = 7, 7, []
    for shared, length, alt in parts:
        position += shared
        changes.append(Variant("chr1", position, "A" * length, alt))
        position += length
    end = position + 3
    alternate = alternate_haplotype(changes, encode(b"G" * (end - start)), start)
    reference_letters, alternate_letters = align_letters(changes, start, end)
    assert reference_letters[reference_letters != GAP].tolist() == [*range(end - start)]
    assert alternate_letters[alternate_letters != GAP].tolist() == [*range(len(alternate))]
    assert not ((reference_letters == GAP) & (alternate_letters == GAP)).any()
    paired = (reference_letters != GAP) & (alternate_letters != GAP)
    np.testing.assert_array_equal(alternate.places[alternate_letters[paired]], reference_letters[paired] + start)
