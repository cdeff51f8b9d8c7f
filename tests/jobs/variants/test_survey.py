"""The first pass over a VCF: order, lines, and whether it fits the FASTA."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from toys import ToyGenome

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.vcf import VcfFile
from ideep_scan.jobs.variants.allele_reader import AlleleReader
from ideep_scan.jobs.variants.survey import Survey, assemblies_of, survey

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
GENOME = ToyGenome({"chr1": "ACGT" * 10, "chr2": "ACGT" * 5})
GOOD = "chr1 1 A G", "chr1 2 C G", "chr1 2 C T", "2 1 A G"
HG19, HG38 = ({"chr20": n} for n in (63_025_520, 64_444_167))


def vcf(folder: Path, *records: str, header: str = "") -> VcfFile:
    path = folder / "in.vcf"
    rows = ("{}\t{}\t.\t{}\t{}\t.\t.\t.\n".format(*record.split()) for record in records)
    path.write_text(header + COLUMNS + "".join(rows))
    return VcfFile(path)


def surveyed(folder: Path, *records: str, header: str = "", strict: bool = False, contigs: object = None) -> Survey:
    resolver = ContigResolver(contigs or GENOME.contigs)
    return survey(vcf(folder, *records, header=header), AlleleReader(resolver, GENOME), resolver, strict=strict)


@pytest.mark.parametrize(
    ("records", "is_sorted"),
    [
        (GOOD, True),
        (GOOD[::-1], False),
        ((GOOD[0], GOOD[3], GOOD[1]), False),
        (("2 1 A G", "chr1 1 A G"), True),
        ((), True),
    ],
    ids=["sorted", "reversed", "a contig twice", "contigs in another order", "no record"],
)
def test_order(tmp_path: Path, records: tuple[str, ...], is_sorted: bool) -> None:
    assert surveyed(tmp_path, *records) == Survey(len(records), is_sorted, ())


def test_half_may_be_of_another_genome_and_more_may_not(tmp_path: Path) -> None:
    bad = "chr1 1 G A", "chr3 1 G A", "chr1 5 T A"
    records = [*GOOD[:3], *bad]
    random.Random(1).shuffle(records)
    assert surveyed(tmp_path, *records).records == 6
    with pytest.raises(InputError) as caught:
        surveyed(tmp_path, *records, bad[2])
    text = str(caught.value)
    assert "in.vcf: 4 of 7 records do not fit the FASTA: no_contig 1 (chr3:1: the FASTA lacks the contig)" in text
    assert "ref_mismatch 3 (at chr1:" in text
    assert "the FASTA has chr1, chr2; give the FASTA that the VCF was made with; no output is written" in text


def test_missing_contigs_are_a_mismatch_of_contigs(tmp_path: Path) -> None:
    with pytest.raises(ContigMismatch, match="no_contig 1"):
        surveyed(tmp_path, "chr7 1 A G")


@pytest.mark.parametrize(
    "header",
    [
        f"##contig=<ID=20,length={HG38['chr20']}>\n",
        "##reference=file:///data/Homo_sapiens.GRCh38.dna.fa.gz\n",
        "##contig=<ID=20,assembly=hg38>\n",
    ],
)
def test_the_assembly_that_fits_is_named(tmp_path: Path, header: str) -> None:
    assert assemblies_of(vcf(tmp_path, header=header)) == ["hg38"]
    with pytest.raises(InputError) as caught:
        surveyed(tmp_path, "chr7 1 A G", header=header, contigs=HG19)
    assert "the FASTA is hg19; the header of the VCF fits hg38: give the FASTA of hg38, or lift the VCF over" in str(
        caught.value
    )


def test_a_header_that_names_the_same_assembly_gives_no_wrong_advice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give the FASTA that the VCF was made with"):
        surveyed(tmp_path, "chr7 1 A G", header="##reference=hs37d5.fa.gz\n", contigs=HG19)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("chr1 1 G A", "line 6: at chr1:1 the FASTA has A, not G"),
        ("chr3 1 A G", "line 6: chr3:1: the FASTA lacks the contig"),
        ("chr1 41 A G", "line 6: chr1:41: the record reaches past an end"),
    ],
)
def test_strict_stops_at_the_first_record_that_does_not_fit(tmp_path: Path, bad: str, words: str) -> None:
    assert surveyed(tmp_path, *GOOD, bad, bad).records == 6
    with pytest.raises(InputError, match=f"{words}.*without --strict"):
        surveyed(tmp_path, *GOOD, bad, bad, strict=True)


def test_strict_accepts_alleles_that_are_not_sequences(tmp_path: Path) -> None:
    assert surveyed(tmp_path, "chr1 1 A *", "chr1 1 A <DEL>", "chr1 1 A .", strict=True).records == 3


def test_a_malformed_line_far_down_is_found(tmp_path: Path) -> None:
    file = vcf(tmp_path, *GOOD)
    with file.path.open("a") as out:
        out.write("chr1\tx\n")
    resolver = ContigResolver(GENOME.contigs)
    with pytest.raises(InputError, match="line 6"):
        survey(file, AlleleReader(resolver, GENOME), resolver, strict=False)


def test_an_earlier_run_and_a_doubtful_contig_are_said(tmp_path: Path) -> None:
    genome = ToyGenome({"chrM": "A" * 16_571})
    resolver = ContigResolver(genome.contigs)
    header = "##INFO=<ID=RBP,Number=.,x>\n##INFO=<ID=RBP_STATUS,x>\n##INFO=<ID=RBPS,x>\n"
    file = vcf(tmp_path, "MT 1 A G", "MT 2 A G", header=header)
    notes = survey(file, AlleleReader(resolver, genome), resolver, strict=False).notes
    assert notes[0] == "in.vcf: RBP, RBP_STATUS in INFO are replaced"
    file.path.write_text(COLUMNS + "MT\t1\t.\tA\tG\t.\t.\tRBPS=1;RBP_HAP=x;RBP\n")
    again = survey(VcfFile(file.path), AlleleReader(resolver, genome), resolver, strict=False).notes
    assert again[0] == "in.vcf: RBP, RBP_HAP in INFO are replaced"
    assert notes[1].startswith("in.vcf: 2 records lie on MT, read as chrM, another sequence")
