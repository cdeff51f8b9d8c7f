"""Transcripts of GTF as GENCODE, Ensembl, RefSeq and UCSC write it, and every line that is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.gtf import read_gtf
from ideep_scan.records.transcript import Transcript

ATTRIBUTES = 'gene_id "G1"; transcript_id "T1"; gene_name "ABC"; exon_number 1;'


def row(
    feature: str, start: object, end: object, attributes: str = ATTRIBUTES, strand: str = "-", chrom: str = "1"
) -> str:
    return f"{chrom}\tsrc\t{feature}\t{start}\t{end}\t.\t{strand}\t.\t{attributes}"


def read(tmp_path: Path, *lines: str) -> tuple[list[Transcript], int]:
    (tmp_path / "a.gtf").write_text("".join(f"{line}\n" for line in lines))
    return read_gtf(tmp_path / "a.gtf")


def test_the_coding_part_includes_the_stop_codon_and_one_is_subtracted_once(tmp_path: Path) -> None:
    (transcript,), skipped = read(
        tmp_path,
        "#!genome-build x",
        row("gene", 101, 500, 'gene_id "G1"; transcript_id "";'),
        row("transcript", 101, 500),
        row("exon", 401, 500),
        row("CDS", 401, 450),
        row("start_codon", 448, 450),
        row("exon", 101, 200),
        row("CDS", 154, 200),
        row("stop_codon", 151, 153),
        row("UTR", 101, 150),
    )
    assert (transcript.id, transcript.gene_id, transcript.gene_name) == ("T1", "G1", "ABC")
    assert (transcript.chrom, transcript.strand) == ("1", "-")
    assert transcript.exons.tolist() == [[100, 200], [400, 500]]
    assert transcript.cds == (150, 450)
    assert skipped == 0


@pytest.mark.parametrize(
    ("attributes", "names"),
    [
        ('gene_id "G"; transcript_id "T"; gene "SYM";', ("T", "G", "SYM")),
        ('transcript_id "T"; gene_id "G";', ("T", "G", "G")),
        ("gene_id G; transcript_id T; gene_name S", ("T", "G", "S")),
        ('orig_transcript_id "rna|x"; transcript_id "T"; orig_gene_id "n"; gene_id "G"', ("T", "G", "G")),
        ('gene_id "G"; transcript_id "T 1; x"; gene_name "a b"; ', ("T 1; x", "G", "a b")),
        ('transcript_id "T"; ', ("T", "T", "T")),
        ('gene_id "G"; transcript_id  "T"; gene_name ""; gene "S"', ("T", "G", "S")),
    ],
)
def test_attributes_in_every_style(tmp_path: Path, attributes: str, names: tuple[str, str, str]) -> None:
    (transcript,), _ = read(tmp_path, row("exon", 1, 5, attributes))
    assert (transcript.id, transcript.gene_id, transcript.gene_name) == names


def test_transcripts_of_one_name_on_two_contigs_or_strands_stay_apart(tmp_path: Path) -> None:
    found, _ = read(tmp_path, row("exon", 1, 5, chrom="X"), row("exon", 1, 5, chrom="Y"), row("exon", 1, 5, strand="+"))
    assert [(one.chrom, one.strand) for one in found] == [("X", "-"), ("Y", "-"), ("1", "+")]


@pytest.mark.parametrize("by_kind", [False, True])
def test_one_name_at_two_places_of_a_contig_is_two_transcripts(tmp_path: Path, by_kind: bool) -> None:
    first = [row("transcript", 1, 50), row("exon", 1, 10), row("exon", 41, 50), row("CDS", 5, 10)]
    second = [row("transcript", 101, 150), row("exon", 101, 150), row("CDS", 111, 120)]
    lines = first + second
    if by_kind:
        lines.sort(key=lambda line: line.split("\t")[2], reverse=True)
    found, _ = read(tmp_path, *lines)
    assert [(one.exons.tolist(), one.cds) for one in found] == [
        ([[0, 10], [40, 50]], (4, 10)),
        ([[100, 150]], (110, 120)),
    ]


def test_a_file_pasted_twice_changes_nothing(tmp_path: Path) -> None:
    lines = [row("transcript", 1, 50), row("exon", 1, 10), row("exon", 41, 50)]
    found, _ = read(tmp_path, *lines, *lines)
    assert [one.exons.tolist() for one in found] == [[[0, 10], [40, 50]]]


def test_coding_parts_stand_for_exons_where_there_are_none(tmp_path: Path) -> None:
    (transcript,), _ = read(tmp_path, row("CDS", 4, 9), row("stop_codon", 1, 3))
    assert (transcript.exons.tolist(), transcript.cds) == ([[0, 9]], (0, 9))


def test_a_transcript_without_strand_is_counted_and_left_out(tmp_path: Path) -> None:
    found, skipped = read(tmp_path, row("exon", 1, 5), row("exon", 1, 5, strand="."), row("exon", 8, 9, strand="."))
    assert (len(found), skipped) == (1, 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1\tsrc\texon\t1\t5", "5 tab-separated columns where there should be 9"),
        (row("gene", 1, 5) + "\tmore", "10 tab-separated columns"),
        (row("exon", "x", 5), "start 'x'"),
        (row("exon", 1, "5.0"), r"end '5\.0'"),
        (row("exon", 0, 5), "1 <= start <= end"),
        (row("exon", 6, 5), "start 6 and end 5"),
        (row("exon", 1, 5, strand="plus"), "strand 'plus'"),
        (row("exon", 1, 5, 'gene_id "G1";'), "kind exon without a transcript_id"),
        (row("CDS", 1, 5, 'gene_id "G1"; transcript_id "";'), "kind CDS without a transcript_id"),
        (row("exon", 1, 5, 'gene_id "G1"; transcript_id "T'), "kind exon without a transcript_id"),
        (row("transcript", 1, 5, 'gene_id "G1"; transcript_id "T2";'), "T2 has no exons"),
        (
            row("CDS", 30, 40, 'transcript_id "T2"') + "\n" + row("exon", 1, 5, 'transcript_id "T2"'),
            "outside of its exons",
        ),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read(tmp_path, row("exon", 1, 5), line)
    assert (caught.value.path, caught.value.line) == (tmp_path / "a.gtf", 2)
    assert "\n" not in str(caught.value)


def test_an_exon_outside_of_all_places_of_its_transcript(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="T1 has an exon outside of its own extents"):
        read(tmp_path, row("transcript", 1, 50), row("transcript", 101, 150), row("exon", 1, 50), row("exon", 60, 70))


def test_genes_alone_are_no_annotation(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no transcript with exons"):
        read(tmp_path, row("gene", 1, 5))


def test_real_gencode_agrees_with_a_simple_reading(shared: Path) -> None:
    path = shared / "data/annotation/gencode.v19.annotation.chr20.250k.gtf"
    exons: dict[str, list[list[int]]] = {}
    coding: dict[str, set[int]] = {}
    for line in path.read_text().splitlines():
        _, _, feature, start, end, *_, attributes = line.split("\t")
        name = re.findall('transcript_id "([^"]*)"', attributes)[0]
        if feature == "exon":
            exons.setdefault(name, []).append([int(start) - 1, int(end)])
        if feature in ("CDS", "stop_codon"):
            coding.setdefault(name, set()).update(range(int(start) - 1, int(end)))
    found, skipped = read_gtf(path)
    assert skipped == 0
    assert {one.id: one.exons.tolist() for one in found} == {name: sorted(blocks) for name, blocks in exons.items()}
    assert {one.id: one.cds for one in found if one.cds} == {
        name: (min(bases), max(bases) + 1) for name, bases in coding.items()
    }
    assert {one.gene_name for one in found} >= {"DEFB125", "DEFB126", "DEFB127"}
