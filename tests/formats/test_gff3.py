"""Transcripts of GFF3 as Ensembl, GENCODE and RefSeq write it, and every line that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.gff3 import read_gff3
from ideep_scan.records.transcript import Transcript


def row(feature: str, start: object, end: object, attributes: str, strand: str = "+", chrom: str = "1") -> str:
    return f"{chrom}\tsrc\t{feature}\t{start}\t{end}\t.\t{strand}\t.\t{attributes}"


def read(tmp_path: Path, *lines: str) -> tuple[list[Transcript], int]:
    (tmp_path / "a.gff3").write_text("##gff-version 3\n" + "".join(f"{line}\n" for line in lines))
    return read_gff3(tmp_path / "a.gff3")


def test_ensembl(tmp_path: Path) -> None:
    (transcript,), _ = read(
        tmp_path,
        row("chromosome", 1, 1000, "ID=chromosome:1;Alias=CM1", "."),
        row("gene", 101, 500, "ID=gene:ENSG1;Name=ABC;gene_id=ENSG1;version=3"),
        row("mRNA", 101, 500, "ID=transcript:ENST1;Parent=gene:ENSG1;Name=ABC-201;transcript_id=ENST1"),
        row("five_prime_UTR", 101, 120, "Parent=transcript:ENST1"),
        row("exon", 101, 200, "Parent=transcript:ENST1;Name=ENSE1;exon_id=ENSE1"),
        row("CDS", 121, 200, "ID=CDS:ENSP1;Parent=transcript:ENST1;protein_id=ENSP1"),
        row("exon", 401, 500, "Parent=transcript:ENST1;Name=ENSE2"),
        row("CDS", 401, 450, "ID=CDS:ENSP1;Parent=transcript:ENST1"),
        "###",
    )
    assert (transcript.id, transcript.gene_id, transcript.gene_name) == ("ENST1", "ENSG1", "ABC")
    assert (transcript.exons.tolist(), transcript.cds) == ([[100, 200], [400, 500]], (120, 450))


def test_gencode(tmp_path: Path) -> None:
    (transcript,), _ = read(
        tmp_path,
        row("gene", 1, 50, "ID=ENSG1.2;gene_id=ENSG1.2;gene_name=ABC"),
        row("transcript", 1, 50, "ID=ENST1.1;Parent=ENSG1.2;gene_id=ENSG1.2;transcript_id=ENST1.1;gene_name=ABC"),
        row("exon", 1, 50, "ID=exon:ENST1.1:1;Parent=ENST1.1;gene_id=ENSG1.2;transcript_id=ENST1.1"),
        row("CDS", 11, 27, "ID=CDS:ENST1.1;Parent=ENST1.1"),
        row("stop_codon", 28, 30, "ID=stop_codon:ENST1.1;Parent=ENST1.1"),
    )
    assert (transcript.id, transcript.gene_id, transcript.gene_name) == ("ENST1.1", "ENSG1.2", "ABC")
    assert transcript.cds == (10, 30)


def test_refseq_with_a_micro_rna_a_second_place_and_a_mitochondrial_gene(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        row("gene", 1, 50, "ID=gene-MIR1;Name=MIR1;gene=MIR1"),
        row("primary_transcript", 1, 50, "ID=rna-NR_1.1;Parent=gene-MIR1;gene=MIR1;transcript_id=NR_1.1"),
        row("exon", 1, 50, "ID=exon-NR_1.1-1;Parent=rna-NR_1.1"),
        row("miRNA", 11, 30, "ID=rna-MIR1;Parent=rna-NR_1.1;gene=MIR1;product=hsa-miR-1"),
        row("exon", 11, 30, "ID=exon-MIR1-1;Parent=rna-MIR1"),
        row("gene", 61, 70, "ID=gene-A%3B1-2;Name=A%3B1;gene=A%3B1", "-"),
        row("mRNA", 61, 70, "ID=rna-NM_9.1-2;Parent=gene-A%3B1-2;transcript_id=NM_9.1", "-"),
        row("exon", 61, 70, "ID=e;Parent=rna-NM_9.1-2", "-"),
        row("gene", 81, 90, "ID=gene-ND1;Name=ND1;gene=ND1"),
        row("CDS", 81, 90, "ID=cds-YP_1.1;Parent=gene-ND1;gene=ND1"),
    )
    assert [(one.id, one.gene_id, one.gene_name, one.strand) for one in found] == [
        ("NR_1.1", "MIR1", "MIR1", "+"),
        ("MIR1", "MIR1", "MIR1", "+"),
        ("NM_9.1", "A;1-2", "A;1", "-"),
        ("ND1", "ND1", "ND1", "+"),
    ]
    assert (found[3].exons.tolist(), found[3].cds) == ([[80, 90]], (80, 90))


def test_an_exon_of_two_transcripts_and_parents_that_come_later_or_never(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        row("exon", 1, 9, "Parent=transcript:A,B"),
        row("mRNA", 1, 9, "ID=transcript:A;Parent=gene:G"),
        row("gene", 1, 9, "ID=gene:G;Name=SYM"),
    )
    assert [(one.id, one.gene_id, one.gene_name) for one in found] == [("A", "G", "SYM"), ("B", "B", "B")]


def test_what_follows_the_fasta_mark_is_not_read(tmp_path: Path) -> None:
    found, _ = read(tmp_path, row("exon", 1, 9, "Parent=A"), "##FASTA", ">1", "ACGT")
    assert len(found) == 1


def test_one_id_on_two_contigs_is_two_transcripts(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        *(
            line
            for chrom in ("X", "Y")
            for line in (row("mRNA", 1, 9, "ID=A", chrom=chrom), row("exon", 1, 9, "Parent=A", chrom=chrom))
        ),
    )
    assert [one.chrom for one in found] == ["X", "Y"]


@pytest.mark.parametrize("strand", [".", "?"])
def test_a_transcript_without_strand_is_counted_and_left_out(tmp_path: Path, strand: str) -> None:
    found, skipped = read(tmp_path, row("exon", 1, 9, "Parent=A"), row("exon", 1, 9, "Parent=B", strand))
    assert (len(found), skipped) == (1, 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1\tsrc\tgene\t1\t5", "5 tab-separated columns"),
        (row("exon", "a", 5, "Parent=A"), "start 'a'"),
        (row("exon", 5, 1, "Parent=A"), "start 5 and end 1"),
        (row("CDS", 1, 5, "Parent=A", "x"), "strand 'x'"),
        (row("exon", 1, 5, "ID=e1"), "kind exon without a Parent"),
        (row("exon", 1, 5, "ID=e1;orig_Parent=A"), "kind exon without a Parent"),
        (row("mRNA", 1, 5, "ID=B"), "mRNA B has no exons"),
        (row("exon", 1, 5, "Parent=B") + "\n" + row("mRNA", 1, 5, "ID=B;Parent=B"), "among its own parents"),
        (row("CDS", 8, 20, "Parent=B") + "\n" + row("exon", 1, 9, "Parent=B"), "outside of its exons"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read(tmp_path, row("exon", 1, 5, "Parent=A"), line)
    assert (caught.value.path, caught.value.line) == (tmp_path / "a.gff3", 3)
    assert "\n" not in str(caught.value)
