"""Transcripts of GFF3 as Ensembl, GENCODE and RefSeq write it, and every line that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.gff3 import read_gff3
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript


def row(feature: str, start: object, end: object, attributes: str, strand: str = "+", chrom: str = "1") -> str:
    return f"{chrom}\tsrc\t{feature}\t{start}\t{end}\t.\t{strand}\t.\t{attributes}"


def read(tmp_path: Path, *lines: str, strict: bool = False) -> tuple[list[Transcript], Exclusions]:
    path = tmp_path / "a.gff3"
    path.write_text("##gff-version 3\n" + "".join(f"{line}\n" for line in lines))
    exclusions = Exclusions(path, "transcript", strict)
    return read_gff3(path, exclusions, {}), exclusions


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
    transcripts, _ = read(
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
    assert [(one.id, one.gene_id, one.gene_name, one.strand) for one in transcripts] == [
        ("NR_1.1", "MIR1", "MIR1", "+"),
        ("MIR1", "MIR1", "MIR1", "+"),
        ("NM_9.1", "A;1-2", "A;1", "-"),
        ("ND1", "ND1", "ND1", "+"),
    ]
    assert (transcripts[3].exons.tolist(), transcripts[3].cds) == ([[80, 90]], (80, 90))


def test_an_exon_of_two_transcripts_and_parents_that_come_later_or_never(tmp_path: Path) -> None:
    transcripts, _ = read(
        tmp_path,
        row("exon", 1, 9, "Parent=transcript:A,B"),
        row("mRNA", 1, 9, "ID=transcript:A;Parent=gene:G"),
        row("gene", 1, 9, "ID=gene:G;Name=SYM"),
    )
    assert [(one.id, one.gene_id, one.gene_name) for one in transcripts] == [("A", "G", "SYM"), ("B", "B", "B")]


def test_what_follows_the_fasta_mark_is_not_read(tmp_path: Path) -> None:
    transcripts, _ = read(tmp_path, row("exon", 1, 9, "Parent=A"), "##FASTA", ">1", "ACGT")
    assert len(transcripts) == 1


def test_one_id_on_two_contigs_is_two_transcripts(tmp_path: Path) -> None:
    transcripts, _ = read(
        tmp_path,
        *(
            line
            for chrom in ("X", "Y")
            for line in (row("mRNA", 1, 9, "ID=A", chrom=chrom), row("exon", 1, 9, "Parent=A", chrom=chrom))
        ),
    )
    assert [one.chrom for one in transcripts] == ["X", "Y"]


@pytest.mark.parametrize("strand", [".", "?"])
def test_a_transcript_without_strand_is_counted_and_left_out(tmp_path: Path, strand: str) -> None:
    transcripts, exclusions = read(tmp_path, row("exon", 1, 9, "Parent=A"), row("exon", 1, 9, "Parent=B", strand))
    assert len(transcripts) == 1
    assert exclusions.notes() == ("a.gff3: 1 transcript without a strand is left out, the first is B (line 3)",)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("1\tsrc\tgene\t1\t5", "1 line without 9 tab-separated columns"),
        (row("exon", "a", 5, "Parent=B"), "B: 'a' is not a whole number"),
        (row("exon", 5, 1, "Parent=B"), "B: start 5 and end 1"),
        (row("CDS", 1, 5, "Parent=B", "x"), "B: strand 'x'"),
        (row("exon", 1, 5, "ID=e1"), "1 line of kind exon without a Parent"),
        (row("exon", 1, 5, "ID=e1;orig_Parent=A"), "1 line of kind exon without a Parent"),
        (row("CDS", 1, 5, "ID=cds-9"), "1 transcript of CDS without a Parent is left out, the first is cds-9"),
        (row("mRNA", 1, 5, "ID=B"), "1 transcript of kind mRNA without exons is left out, the first is B"),
        (row("exon", 1, 5, "Parent=B") + "\n" + row("mRNA", 1, 5, "ID=B;Parent=B"), "among their own parents"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_named(tmp_path: Path, line: str, note: str) -> None:
    transcripts, exclusions = read(tmp_path, row("exon", 1, 5, "Parent=A"), line)
    assert [one.id for one in transcripts] == ["A"]
    assert exclusions.count == 1
    assert note in exclusions.notes()[0]
    assert "(line 3)" in exclusions.notes()[0]
    with pytest.raises(InputError) as caught:
        read(tmp_path, row("exon", 1, 5, "Parent=A"), line, strict=True)
    assert (caught.value.path, caught.value.line) == (tmp_path / "a.gff3", 3)


@pytest.mark.parametrize(
    "kinds", [("five_prime_UTR", "three_prime_UTR"), ("5'UTR", "3'-UTR"), ("UTR_5", "utr_3_prime")]
)
def test_exons_are_the_union_of_coding_parts_and_untranslated_regions(tmp_path: Path, kinds: tuple[str, str]) -> None:
    lines = row("mRNA", 1, 50, "ID=A"), row(kinds[0], 1, 5, "Parent=A"), row("CDS", 6, 20, "Parent=A")
    lines += row("CDS", 31, 40, "Parent=A"), row(kinds[1], 41, 50, "Parent=A")
    (transcript,), _ = read(tmp_path, *lines)
    assert (transcript.exons.tolist(), transcript.cds) == ([[0, 20], [30, 50]], (5, 40))


GENE, RNA = row("gene", 1, 50, "ID=G;Name=SYM"), row("mRNA", 1, 50, "ID=A;Parent=G")
EXONS = [row("exon", 1, 20, "Parent={}"), row("exon", 31, 50, "Parent={}")]
CODING = [row("CDS", 6, 20, "Parent={}"), row("CDS", 31, 40, "Parent={}")]


@pytest.mark.parametrize(("exons", "coding"), [("A", "A"), ("G", "A"), ("A", "G"), ("G", "G")])
def test_parents_that_stand_for_one_transcript_are_joined(tmp_path: Path, exons: str, coding: str) -> None:
    lines = [line.format(exons) for line in EXONS] + [line.format(coding) for line in CODING]
    (transcript,), exclusions = read(tmp_path, GENE, RNA, *lines)
    assert (transcript.id, transcript.gene_id, transcript.gene_name) == ("A", "G", "SYM")
    assert (transcript.exons.tolist(), transcript.cds) == ([[0, 20], [30, 50]], (5, 40))
    assert exclusions.notes() == ()


def test_cds_alone_are_transcripts_where_nothing_has_a_parent(tmp_path: Path) -> None:
    transcripts, exclusions = read(
        tmp_path,
        row("CDS", 1, 9, "ID=ABC_1;gene=thrA;locus_tag=ABC_1"),
        row("CDS", 21, 29, "ID=ABC_2", "-"),
        row("tRNA", 31, 39, "ID=ABC_3"),
    )
    assert [(one.id, one.gene_name, one.exons.tolist()) for one in transcripts] == [
        ("ABC_1", "thrA", [[0, 9]]),
        ("ABC_2", "ABC_2", [[20, 29]]),
    ]
    assert "of kind tRNA without exons" in exclusions.notes()[0]


def test_one_id_at_two_places_is_two_transcripts(tmp_path: Path) -> None:
    transcripts, _ = read(
        tmp_path,
        *(line for start in (1, 101) for line in (
            row("mRNA", start, start + 9, "ID=A"), row("exon", start, start + 9, "Parent=A"),
        )),
    )  # fmt: skip
    assert [one.exons.tolist() for one in transcripts] == [[[0, 10]], [[100, 110]]]


def test_contigs_that_say_they_are_circular(tmp_path: Path) -> None:
    path = tmp_path / "a.gff3"
    path.write_text(row("region", 1, 900, "ID=1:1..900;Is_circular=true") + "\n" + row("CDS", 1, 9, "Parent=G") + "\n")
    circular: dict[str, int] = {}
    read_gff3(path, Exclusions(path, "transcript"), circular)
    assert circular == {"1": 900}


@pytest.mark.parametrize("strand", ["+", "-"])
def test_a_feature_across_the_origin_reads_the_same_in_one_line_and_in_two(tmp_path: Path, strand: str) -> None:
    def read(*lines: str) -> list[Transcript]:
        path = tmp_path / "a.gff3"
        region = row("region", 1, 900, "ID=r;Is_circular=true")
        path.write_text("".join(f"{line}\n" for line in (region, *lines)))
        return read_gff3(path, Exclusions(path, "transcript"), {})

    def line(kind: str, start: int, end: int, attributes: str) -> str:
        return row(kind, start, end, attributes).replace("\t-\t", f"\t{strand}\t")

    gene = line("gene", 801, 1000, "ID=G")
    (wanted,) = read(gene, line("CDS", 801, 1000, "ID=c;Parent=G"))
    (transcripts,) = read(gene, line("CDS", 801, 900, "ID=c;Parent=G"), line("CDS", 1, 100, "ID=c;Parent=G"))
    assert transcripts.exons.tolist() == wanted.exons.tolist() == [[800, 1000]]
    assert transcripts.cds == wanted.cds
