"""Effects by bundled models on the embedded example: against a patched genome, and in any form or company."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np
import pytest
from toys import Loci

from ideep_scan.api.example import find_example
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import open_bundles, open_scorers
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.models.scorer import Scorer
from ideep_scan.models.store_names import IDEEP
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.span import STRANDS, Span
from ideep_scan.records.variant import Variant
from ideep_scan.scan.sweep import sweep
from ideep_scan.variants.effect import Effects, score_alleles

START, END = 56_000, 57_500  # of exA, with a locus on both strands
CHANGES = {
    "SNV": lambda text, at: Variant("exA", at, text[at], "ACGT"["ACGT".index(text[at]) - 1]),
    "insertion": lambda text, at: Variant("exA", at, "", "TATTTAT"),
    "deletion": lambda text, at: Variant("exA", at, text[at : at + 5], ""),
    "longer than a window": lambda text, at: Variant("exA", at, text[at : at + 130], ""),
}


class World(NamedTuple):
    text: str
    featurizer: Featurizer
    scorers: list[Scorer]

    def effects(self, *alleles: Sequence[Variant]) -> Effects:
        loci = Loci(*(Span("exA", START, END, strand) for strand in STRANDS))
        return score_alleles(
            [tuple(allele) for allele in alleles],
            loci,
            self.featurizer,
            scorers=self.scorers,
            thresholds=np.full(len(self.scorers), 0.5),
        )


@pytest.fixture(scope="module")
def world():
    example = find_example()
    settings = LiveSettings(
        rbp=("ELAVL1", "HNRNPC"), fasta=example.fasta, gtf=example.gtf, threads=1, device="cpu", modalities="all"
    )
    with ExitStack() as stack:
        genome = open_genome(settings.fasta, settings.gtf, stack)
        evidence, scorers = open_scorers(settings, open_bundles(settings.rbp, IDEEP), genome, stack)
        codes = genome.source.codes("exA", 0, genome.source.contigs["exA"])
        yield World("".join("ACGTN"[code] for code in codes), evidence.featurizer, scorers)


def scan(world: World, text: str, start: int, end: int, strand: str) -> np.ndarray:
    """Scores (models, positions) of a genome with these letters, by features of sequence alone."""
    names = world.featurizer.modalities & {"sequence", "motifs", "structure"}
    genome = InMemoryGenome({"exA": np.array(["ACGTN".index(letter) for letter in text], np.int8)})
    reader = Featurizer(world.featurizer.spec, world.featurizer.sources, names).with_sequence(genome)
    ((_, tracks),) = sweep([Span("exA", start, end, strand)], genome, reader, world.scorers)
    return np.array([track.values for track in tracks])


@pytest.mark.parametrize("kind", CHANGES)
def test_equal_to_a_patched_genome(world, kind):
    change = CHANGES[kind](world.text, 56_786)
    names = world.featurizer.modalities & {"sequence", "motifs", "structure"}
    of_sequence = Featurizer(world.featurizer.spec, world.featurizer.sources, names)
    effects = World(world.text, of_sequence, world.scorers).effects([change])
    other = world.text[: change.start] + change.alt + world.text[change.end :]
    half = of_sequence.spec.half
    for number, strand in enumerate(STRANDS):
        before = scan(world, world.text, change.start - half, change.end + half, strand).max(1)
        after = scan(world, other, change.start - half, change.start + len(change.alt) + half, strand).max(1)
        rows = effects[effects.strand == number]
        assert rows.model.tolist() == [0, 1]
        np.testing.assert_allclose(rows.reference, before, atol=2e-6)
        np.testing.assert_allclose(rows.alternate, after, atol=2e-6)
        assert np.abs(rows.log_odds).min() > 1e-3


def test_form_company_and_order_do_not_matter(world):
    alleles = [[CHANGES[kind](world.text, at)] for at in (56_100, 56_400, 56_786, 57_200) for kind in CHANGES]
    padded = []
    for (change,) in alleles:
        head, tail = world.text[change.start - 3 : change.start], world.text[change.end : change.end + 2]
        padded.append([Variant("exA", change.start - 3, head + change.ref + tail, head + change.alt + tail)])
    whole, other = world.effects(*alleles), world.effects(*padded)
    backwards = world.effects(*alleles[::-1])
    assert len(whole) == len(alleles) * 4
    for name in ("reference", "alternate", "delta", "position", "log_odds", "site"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(other, name))
    for number in (0, 7, 12):
        rows = whole[whole.allele == number]
        for some in (world.effects(alleles[number]), backwards[backwards.allele == len(alleles) - 1 - number]):
            for name in ("reference", "alternate", "delta", "log_odds"):
                np.testing.assert_allclose(getattr(some, name), getattr(rows, name), atol=1e-5)
            np.testing.assert_array_equal(some.position, rows.position)
            np.testing.assert_array_equal(some.site, rows.site)


def test_two_changes_of_one_window_are_not_the_sum_of_both(world):
    one, two = (CHANGES["SNV"](world.text, at) for at in (56_780, 56_790))
    effects = world.effects([one], [two], [one, two])
    highest = [effects[effects.allele == number].alternate for number in range(3)]
    assert np.abs(highest[2] - highest[0]).max() > 1e-4
    assert np.abs(highest[2] - highest[1]).max() > 1e-4
    other = world.text[:56_780] + one.alt + world.text[56_781:56_790] + two.alt + world.text[56_791:]
    reader = world.featurizer.with_sequence(
        InMemoryGenome({"exA": np.array(["ACGTN".index(x) for x in other], np.int8)})
    )
    half = reader.spec.half
    for number, strand in enumerate(STRANDS):
        span = Span("exA", 56_780 - half, 56_791 + half, strand)
        ((_, tracks),) = sweep([span], reader.sources.sequence, reader, world.scorers)
        rows = effects[(effects.allele == 2) & (effects.strand == number)]
        np.testing.assert_allclose(rows.alternate, [track.values.max() for track in tracks], atol=2e-6)
