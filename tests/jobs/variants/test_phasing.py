"""Changes of one haplotype, against a plain search over all pairs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import ToyGenome

from ideep_scan.errors import InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.vcf import VcfHeader, VcfRecord
from ideep_scan.jobs.variants.allele_reader import AlleleReader, PlacedRecord
from ideep_scan.jobs.variants.phasing import Genotype, Phase, Phasing, read_genotype, sample_index
from ideep_scan.records.variant import Variant

LETTERS = "ACGTTGCA" * 200
GENOME = ToyGenome({"chr1": LETTERS, "chr2": LETTERS})
READER = AlleleReader(ContigResolver(GENOME.contigs), GENOME)
WINDOW = 11
OTHER = str.maketrans("ACGT", "CGTA")


def record(position: int, genotype: str, ref: str | None = None, alt: str | None = None, **options: str) -> VcfRecord:
    ref = ref or LETTERS[position]
    alt = alt or ref.translate(OTHER)
    columns = (options.get("chrom", "chr1"), str(position + 1), ".", ref, alt, ".", ".", ".")
    sample = f"0/0\t{genotype}" if "form" not in options else f".\t{genotype}"
    rest = f"\t{options.get('form', 'GT')}\t{sample}".encode()
    return VcfRecord(1, columns[0], position, tuple(column.encode() for column in columns), rest, b"\n")


def placed(*records: VcfRecord) -> list[PlacedRecord]:
    return [READER.place(each) for each in records]


def members(*records: VcfRecord, phasing: Phasing | None = None) -> list[list[int]]:
    haplotypes = (phasing or Phasing(1, READER, WINDOW)).haplotypes(placed(*records))
    return sorted([index for index, _ in haplotype.members] for haplotype in haplotypes)


@pytest.mark.parametrize(
    ("text", "genotype"),
    [
        ("0|1", Genotype((0, 1), Phase.PHASED, ".")),
        ("0/1", Genotype((0, 1), Phase.UNPHASED, ".")),
        ("1/1", Genotype((1, 1), Phase.PHASED, None)),
        ("/1|1", Genotype((1, 1), Phase.PHASED, None)),
        ("1", Genotype((1,), Phase.PHASED, ".")),
        ("0|1|1", Genotype((0, 1, 1), Phase.PHASED, ".")),
        ("0|1/1", Genotype((0, 1, 1), Phase.UNPHASED, ".")),
        ("./.", Genotype((-1, -1), Phase.MISSING, None)),
        (".", Genotype((-1,), Phase.MISSING, None)),
        (".|1", Genotype((-1, 1), Phase.MISSING, None)),
        ("0|2", Genotype((0, 2), Phase.MISSING, None)),
        ("x|1", Genotype((-1, 1), Phase.MISSING, None)),
        ("", Genotype((-1,), Phase.MISSING, None)),
        ("9" * 5000, Genotype((-1,), Phase.MISSING, None)),
    ],
)
def test_genotypes(text: str, genotype: Genotype) -> None:
    assert read_genotype(record(5, text), 1) == genotype


def test_phase_sets_and_records_without_a_genotype() -> None:
    assert read_genotype(record(5, "9:0|1:77", form="DP:GT:PS"), 1) == Genotype((0, 1), Phase.PHASED, "77")
    assert read_genotype(record(5, "9", form="DP"), 1).phase is Phase.MISSING
    assert read_genotype(record(5, "0|1", form="GT:PS"), 1).phase_set == "."


def test_samples_by_name() -> None:
    header = VcfHeader((b"#CHROM\n",), ("A", "B"))
    assert sample_index(header, "B") == 1
    with pytest.raises(InputError, match="--phased C: the VCF does not have this sample; its samples are A, B"):
        sample_index(header, "C")
    with pytest.raises(InputError, match="it has no samples"):
        sample_index(VcfHeader((b"#CHROM\n",), ()), "C")
    with pytest.raises(InputError, match="several samples of the VCF have this name"):
        sample_index(VcfHeader((b"#CHROM\n",), ("A", "B", "A")), "A")


def test_changes_within_a_window_are_joined() -> None:
    assert members(record(20, "0|1"), record(30, "0|1"), record(41, "0|1")) == [[0, 1]]
    assert members(record(20, "0|1"), record(30, "0|1"), record(40, "0|1")) == [[0, 1, 2]]
    assert members(record(20, "0|1"), record(20, "0|1", chrom="chr2")) == []
    assert members(record(20, "0|1"), record(25, "1|0")) == []
    assert members(record(20, "1|1"), record(25, "1/1")) == [[0, 1]]
    assert members(record(20, "1|0"), record(22, "0|1"), record(25, "1|1")) == [[0, 2], [1, 2]]
    assert members(record(20, "1"), record(25, "1")) == [[0, 1]]


def test_phase_sets_are_not_mixed() -> None:
    def in_set(position: int, name: str, genotype: str = "0|1") -> VcfRecord:
        return record(position, f"{genotype}:{name}", form="GT:PS")

    assert members(in_set(20, "1"), in_set(25, "2")) == []
    assert members(in_set(20, "1"), in_set(25, "1")) == [[0, 1]]
    assert members(in_set(20, "1", "1|1"), in_set(25, "2"), in_set(26, "2")) == [[0, 1, 2]]


def test_unphased_and_missing_genotypes_and_overlaps_are_counted() -> None:
    phasing = Phasing(1, READER, WINDOW)
    deletion = record(24, "1|1", LETTERS[24:28], LETTERS[24])
    records = record(20, "0/1"), record(21, "./."), record(22, "0/0"), record(23, "1|1"), deletion, record(26, "1|1")
    assert members(*records, phasing=phasing) == [[3, 4]]
    assert phasing.notes("NA1") == (
        "NA1: 1 unphased and 1 missing genotypes are scored alone",
        "NA1: 1 changes overlap another one of their haplotype and are scored alone",
    )
    assert Phasing(1, READER, WINDOW).notes("NA1") == ()


def test_padding_does_not_overlap_and_changes_are_trimmed() -> None:
    at = 24
    insertion = record(at, "0|1", LETTERS[at], LETTERS[at] + "GGG")
    (haplotype,) = Phasing(1, READER, WINDOW).haplotypes(placed(record(at, "0|1"), insertion))
    assert haplotype.allele[0] == Variant("chr1", at, LETTERS[at], LETTERS[at].translate(OTHER))
    assert haplotype.allele[1].start >= at + 1
    assert not haplotype.allele[1].ref


def test_alleles_that_are_not_scored_are_left_out() -> None:
    star = record(25, "0|1", alt="*")
    assert members(record(20, "0|1"), star, record(28, "0|1")) == [[0, 2]]
    phasing = Phasing(1, READER, WINDOW)
    others = [record(25, genotype) for genotype in ("0|0", "0|1", "0/1")]
    assert [phasing.carries(each) for each in placed(star, *others)] == [False, False, True, False]


def test_several_alleles_of_a_record() -> None:
    both = record(25, "1|2", alt=f"{LETTERS[25].translate(OTHER)},{LETTERS[25]}TT")
    haplotypes = Phasing(1, READER, WINDOW).haplotypes(placed(record(20, "1|1"), both))
    assert sorted(haplotype.members for haplotype in haplotypes) == [((0, 0), (1, 0)), ((0, 0), (1, 1))]


@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from(["0|0", "0|1", "1|0", "1|1", "0/1"])), max_size=12))
def test_clusters_are_the_runs_of_close_changes(steps: list[tuple[int, str]]) -> None:
    position, records = 5, []
    for step, genotype in steps:
        position += step
        records.append(record(position, genotype))
    expected = set()
    for side in (0, 2):
        carried = [i for i, each in enumerate(records) if "|" in steps[i][1] and steps[i][1][side] == "1"]
        runs: list[list[int]] = []
        for index in carried:
            if runs and records[index].start - records[runs[-1][-1]].start < WINDOW:
                runs[-1].append(index)
            else:
                runs.append([index])
        expected |= {tuple(run) for run in runs if len(run) > 1}
    assert {tuple(indices) for indices in members(*records)} == expected
    phasing = Phasing(1, READER, WINDOW)
    for first, second in zip(placed(*records), placed(*records)[1:], strict=False):
        assert phasing.reaches(first, second) == (second.record.start - first.record.start < WINDOW)
