"""The stream of scored records, with toy models on a toy world."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import toys

from ideep_scan.features.featurizer import Tile
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.jobs.interval_lookup import IntervalIndex
from ideep_scan.jobs.variants import scoring
from ideep_scan.jobs.variants.allele_reader import AlleleReader
from ideep_scan.jobs.variants.gene_names import GeneNames
from ideep_scan.jobs.variants.phasing import Phasing
from ideep_scan.jobs.variants.scoring import ScoredRecord, VariantScorer
from ideep_scan.models.variant_background import OTHER, SNV, VariantBackground
from ideep_scan.records.variant_effect import Status
from ideep_scan.scan.plan import plan_loci

WORLD = toys.world(length=900)
LETTERS = WORLD.letters["chr1"].upper()
TRANSCRIBED = 30  # of transcripts of the plus strand alone
BETWEEN = 350  # no window with it lies in a transcript


class Toy(toys.LoneRow):
    """A model that counts U."""

    def __init__(self, name: str):
        self.bundle = SimpleNamespace(name=name)

    def score(self, tile: Tile) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(tile.window["sequence"][3], toys.SPEC.window)
        return windows[tile.scored - toys.SPEC.half].mean(-1).astype(np.float32)


def scorer(sample: int | None = None) -> VariantScorer:
    genome = toys.ToyGenome(WORLD.letters)
    reader = AlleleReader(ContigResolver(genome.contigs), genome)
    transcripts = [each for each in WORLD.transcripts if each.id == "T1"]
    transcripts = [replace(transcripts[0], exons=np.array([(20, 200), (700, 880)]), cds=None)]
    transcripts += [replace(transcripts[0], id="T5", exons=np.array([(520, 620)]), strand="-")]
    return VariantScorer(
        reader,
        IntervalIndex(plan_loci(genome.contigs, [replace(each, exons=each.exons[:1]) for each in transcripts])),
        WORLD.featurizer(modalities=("sequence",)),
        [Toy("A"), Toy("B")],  # type: ignore[list-item]
        np.array([0.2, 0.9]),
        GeneNames(transcripts),
        None if sample is None else Phasing(sample, reader, toys.SPEC.window),
    )


def record(start: int, alt: str, genotype: str = "", chrom: str = "chr1", ref: str = "") -> VcfRecord:
    ref = ref or LETTERS[start]
    columns = (chrom, str(start + 1), ".", ref, alt, ".", ".", ".")
    rest = f"\tGT\t{genotype}".encode() if genotype else b""
    return VcfRecord(1, chrom, start, tuple(column.encode() for column in columns), rest, b"\n")


def other(start: int) -> str:
    return "T" if LETTERS[start] != "T" else "A"


def score(*records: VcfRecord, sample: int | None = None) -> list[ScoredRecord]:
    return [each for batch in scorer(sample).score(records) for each in batch]


def test_effects_are_ordered_by_allele_model_and_strand() -> None:
    (scored,) = score(record(100, f"{other(100)},*,{LETTERS[100]}A"))
    assert scored.statuses == (Status.SCORED, Status.STAR, Status.SCORED)
    assert [(effect.allele, effect.model, effect.strand) for effect in scored.effects] == [
        (other(100), "A", "+"),
        (other(100), "B", "+"),
        (f"{LETTERS[100]}A", "A", "+"),
        (f"{LETTERS[100]}A", "B", "+"),
    ]
    first, second = scored.effects[:2]
    assert (first.gene, first.region) == ("G", "exon")
    assert first.delta == second.delta == pytest.approx(1 / 101 if other(100) == "T" else -1 / 101)
    assert abs(first.position - 100) <= 50
    assert (first.site, second.site) == ("kept", "none")


def test_what_no_window_sees_has_a_reason() -> None:
    unknown = LETTERS.index("NNNNNNNN")
    assert 520 < unknown < 560
    between, beside = record(BETWEEN, other(BETWEEN)), record(unknown - 1, other(unknown - 1))
    statuses = [each.statuses for each in score(between, beside, record(0, "G", chrom="chr3"))]
    assert statuses[0] == (Status.NO_TRANSCRIPT,)
    assert statuses[1] == (Status.SCORED,)
    assert statuses[2] == (Status.NO_CONTIG,)


def test_unknown_bases_around_a_variant() -> None:
    letters = "N" * 200 + "ACGT" + "N" * 200
    genome = toys.ToyGenome({"chr1": letters})
    reader = AlleleReader(ContigResolver(genome.contigs), genome)
    world = toys.World({"chr1": letters})
    alone = replace(
        scorer(),
        reader=reader,
        loci=IntervalIndex(plan_loci(genome.contigs)),
        featurizer=world.featurizer(modalities=("sequence",)),
        names=GeneNames(None),
    )
    columns = b"chr1", b"202", b".", b"C", b"T", b".", b".", b"."
    ((scored,),) = alone.score([VcfRecord(1, "chr1", 201, columns, b"", b"\n")])
    assert scored.statuses == (Status.UNKNOWN_BASES,)
    assert scored.effects == []


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "ROWS", 2)


@pytest.mark.usefixtures("small_batches")
def test_batches_do_not_change_figures() -> None:
    records = [record(start, other(start)) for start in range(60, 90, 3)]
    batches = list(scorer().score(records))
    assert [len(batch) for batch in batches] == [2] * 5
    assert [each.record for batch in batches for each in batch] == records
    alone = [effect for each in records for scored in score(each) for effect in scored.effects]
    assert [effect for batch in batches for each in batch for effect in each.effects] == alone


def test_batches_end_where_long_lines_fill_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "BYTES", 20)
    assert [len(batch) for batch in scorer().score([record(60, other(60), "0|0:long")] * 5)] == [2, 2, 1]


@pytest.mark.usefixtures("small_batches")
def test_haplotypes_are_not_cut_by_batches() -> None:
    carried = [record(start, other(start), "0|1") for start in (60, 100, 140, 180)]
    records = [carried[0], record(70, other(70), "0|0"), *carried[1:], record(700, other(700), "0|1")]
    batches = list(scorer(sample=0).score(records))
    assert [len(batch) for batch in batches] == [5, 1]
    names = {effect.allele for each in batches[0] for effect in each.haplotypes}
    assert names == {"&".join(f"{each.start + 1}:{each.ref}>{each.alts[0]}" for each in carried)}
    assert [len(each.haplotypes) for each in batches[0]] == [2, 0, 2, 2, 2]
    assert batches[1][0].haplotypes == []


def test_two_changes_together_are_scored_on_one_haplotype() -> None:
    one, two = record(60, other(60), "1|1"), record(62, other(62), "0|1")
    first, second = score(one, two, sample=0)
    together = first.haplotypes[0]
    assert together == second.haplotypes[0]
    expected = sum(1 if other(start) == "T" else -(LETTERS[start] == "T") for start in (60, 62)) / 101
    assert together.delta == pytest.approx(expected)
    joined = record(60, other(60) + LETTERS[61] + other(62), ref=LETTERS[60:63])
    (mnv,) = score(joined)
    assert mnv.effects[0].delta == together.delta
    assert mnv.effects[0].reference == together.reference


def test_p_values_follow_the_kind_of_change_however_it_is_written() -> None:
    snv, more = (
        VariantBackground(count, np.zeros(1, np.float32), np.array([count])) for count in (4, 9)
    )  # any change has P = 1 / (n + 1)
    scorers = replace(scorer(0), backgrounds=[{SNV: snv, OTHER: more}, {SNV: snv}])
    one, two = record(60, other(60), "1|1"), record(62, other(62), "0|1")
    padded = record(60, other(60) + LETTERS[61], "0|0", ref=LETTERS[60:62])
    joined = record(60, other(60) + LETTERS[61] + other(62), "0|0", ref=LETTERS[60:63])
    ((first, as_padded, as_joined, second),) = scorers.score([one, padded, joined, two])
    for scored in (first, as_padded, second):
        assert [effect.p_value for effect in scored.effects] == [0.2, 0.2]
    assert [effect.p_value for effect in as_joined.effects] == [0.1, None]
    assert [effect.p_value for effect in first.haplotypes] == [0.1, None]


def test_no_records() -> None:
    assert list(scorer().score([])) == []


def test_memory_does_not_grow_with_the_number_of_records() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            for _ in scorer().score(record(60, "*") for _ in range(count)):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(8 * scoring.ROWS) < 1.3 * peak(2 * scoring.ROWS)
