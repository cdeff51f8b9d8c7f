"""Annotations of any genome and source: each is used, noted or refused in one line, and none is silently empty."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.jobs.genome import open_genome

CHR22 = 50_818_468  # nt, in hg38


def write_fasta(path: Path, contigs: list[str], length: int = 2000) -> Path:
    path.write_text("".join(f">{name}\n{'ACGT' * (length // 4)}\n" for name in contigs))
    return path


def write_gtf(path: Path, contigs: list[str], kinds: str = "transcript exon CDS", strand: str = "+") -> Path:
    rows = [
        f'{contig}\tx\t{kind}\t101\t400\t.\t{strand}\t.\tgene_id "g{i}"; transcript_id "t{i}";\n'
        for i, contig in enumerate(contigs)
        for kind in kinds.split()
    ]
    path.write_text("".join(rows))
    return path


def open_both(fasta: Path, annotation: Path) -> tuple[list[str], str]:
    """Contigs of the transcripts, and the notes."""
    with ExitStack() as stack:
        genome = open_genome(fasta, annotation, stack)
        return [transcript.chrom for transcript in genome.transcripts], "\n".join(genome.exclusions.notes())


@pytest.mark.parametrize(
    ("fasta", "annotation"),
    [
        ("chr2L chr2R chr3L chrX chr4", "2L 2R 3L X 4"),  # fly
        ("2L 2R 3L X 4", "chr2L chr2R chr3L chrX chr4"),
        ("I II III IV V X", "chrI chrII chrIII chrIV chrV chrX"),  # worm
        ("chrI chrII chrXVI chrM", "I II XVI MT"),  # yeast
        ("Chr1 Chr2 Chr5", "1 2 5"),  # Arabidopsis
        ("1 2 5", "Chr1 Chr2 Chr5"),
        ("chr1 chr25 chrM", "1 25 MT"),  # fish
        ("CHR1", "chr1"),
        ("scaffold_12 ctg.7|x", "scaffold_12 ctg.7|x"),
    ],
)
def test_names_of_many_genomes_meet(fasta: str, annotation: str, tmp_path: Path) -> None:
    files = write_fasta(tmp_path / "g.fa", fasta.split()), write_gtf(tmp_path / "a.gtf", annotation.split())
    assert open_both(*files) == (fasta.split(), "")


@pytest.mark.parametrize(
    ("fasta", "annotation", "absent"),
    [
        ("chr1", "1 HSCHR6_MHC_COX_CTG1 chr6_GL000250v2_alt", "HSCHR6_MHC_COX_CTG1, chr6_GL000250v2_alt"),
        ("Chr1 ChrM ChrC", "1 Mt Pt", "Mt, Pt"),
        ("chrI chrM", "I MtDNA", "MtDNA"),
        ("chr1", "1 ERCC-00002", "ERCC-00002"),
        ("chr1 chrUn_KI270742v1", "1 KI270742.1", "KI270742.1"),
        ("1 KI270742.1", "chr1 chr1_KI270706v1_random chrUn_KI270742v1", "chr1_KI270706v1_random, chrUn_KI270742v1"),
        ("chr2L chrX", "2L 2Cen_mapped_Scaffold_10_D1684", "2Cen_mapped_Scaffold_10_D1684"),
        ("chrI", "I Mito", "Mito"),  # yeast in Ensembl
    ],
)
def test_contigs_without_sequence_are_named(fasta: str, annotation: str, absent: str, tmp_path: Path) -> None:
    files = write_fasta(tmp_path / "g.fa", fasta.split()), write_gtf(tmp_path / "a.gtf", annotation.split())
    contigs, notes = open_both(*files)
    assert contigs == fasta.split()[:1]
    assert f"that the FASTA lacks ({absent})" in notes


@pytest.mark.parametrize(
    ("fasta", "annotation"),
    [
        ("chrI chrII chrXVI", "1 2 16"),  # numbers are not Roman ones
        ("Chr1 Chr2 Chr5", "NC_003070.9 NC_003071.7 NC_003076.8"),  # accessions of Arabidopsis
        ("chr2L chr3R chrX", "NT_033779.5 NT_033777.3 NC_004354.4"),  # of fly
        ("chrI chrII", "NC_001133.9 NC_001134.8"),  # of yeast
        ("chr1 1", "Chr1"),  # either may be meant
        ("NC_000001.11", "NC_000001.10"),  # another assembly
    ],
)
def test_names_that_do_not_meet_are_refused_with_both(fasta: str, annotation: str, tmp_path: Path) -> None:
    files = write_fasta(tmp_path / "g.fa", fasta.split()), write_gtf(tmp_path / "a.gtf", annotation.split())
    with pytest.raises(InputError, match="no contig of the annotation is in the FASTA") as error:
        open_both(*files)
    assert "\n" not in str(error.value)
    assert annotation.split()[0] in str(error.value)
    assert fasta.split()[0] in str(error.value)


@pytest.mark.parametrize(
    ("fasta", "regions", "found"),
    [
        ("chr2L chrX", ("2L:101-200", "X"), [("chr2L", 100, 200), ("chrX", 0, 2000)]),
        ("I II X", ("chrX:1-50",), [("X", 0, 50)]),
        ("Chr1 ChrM", ("1:11-20", "MT:1-9"), [("Chr1", 10, 20), ("ChrM", 0, 9)]),
        ("1 MT", ("chrM:1-9",), [("MT", 0, 9)]),
    ],
)
def test_regions_are_named_in_either_style(
    fasta: str, regions: tuple[str, ...], found: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    gtf = write_gtf(tmp_path / "a.gtf", fasta.split()[:1])
    with ExitStack() as stack:
        genome = open_genome(write_fasta(tmp_path / "g.fa", fasta.split()), gtf, stack)
        places, _ = read_regions(regions, genome.resolver)
    assert [place[:3] for place in places] == found


@pytest.mark.parametrize("region", ["chrIV:1-9", "3R:1-9", "MT"])
def test_a_region_on_a_contig_that_is_missing_is_refused(region: str, tmp_path: Path) -> None:
    gtf = write_gtf(tmp_path / "a.gtf", ["chr2L"])
    with ExitStack() as stack:
        genome = open_genome(write_fasta(tmp_path / "g.fa", ["chr2L"]), gtf, stack)
        with pytest.raises(InputError, match=f"{region.split(':')[0]}.*chr2L"):
            read_regions((region,), genome.resolver)


@pytest.mark.parametrize(
    ("kinds", "strand", "fault"),
    [
        ("gene", "+", "has no transcripts with exons; give an annotation of genes"),
        ("transcript", "+", "1 transcript without exons is left out"),
        ("transcript exon", ".", "1 transcript without a strand is left out"),  # single exons of StringTie
    ],
)
def test_an_annotation_without_anything_to_scan_is_refused(kinds: str, strand: str, fault: str, tmp_path: Path) -> None:
    files = write_fasta(tmp_path / "g.fa", ["chr1"]), write_gtf(tmp_path / "a.gtf", ["chr1"], kinds, strand)
    with pytest.raises(InputError, match=fault) as error:
        open_both(*files)
    assert "\n" not in str(error.value)


def test_exon_lines_suffice(tmp_path: Path) -> None:
    files = write_fasta(tmp_path / "g.fa", ["chr1"]), write_gtf(tmp_path / "a.gtf", ["chr1"], "exon")
    assert open_both(*files) == (["chr1"], "")


@pytest.mark.parametrize(("length", "fits"), [(CHR22, True), (2000, False)])
def test_accessions_of_ncbi_meet_a_chromosome_of_their_length(length: int, fits: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.gff3"
    row = "NC_000022.11\tBestRefSeq\t{}\t101\t400\t.\t+\t.\t{}\n"
    path.write_text(
        "##gff-version 3\n"
        + row.format("gene", "ID=gene-A;gene=A")
        + row.format("mRNA", "ID=rna-NM_1.1;Parent=gene-A;gene=A")
        + row.format("exon", "ID=exon-1;Parent=rna-NM_1.1;gene=A")
    )
    fasta = write_fasta(tmp_path / "g.fa", ["chr22"], length)
    if fits:
        assert open_both(fasta, path) == (["chr22"], "")
    else:
        with pytest.raises(InputError, match=r"no contig of the annotation is in the FASTA.*NC_000022\.11.*chr22"):
            open_both(fasta, path)
