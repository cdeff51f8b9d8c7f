"""Transcripts of GTF as GENCODE, Ensembl, RefSeq and UCSC write it, and every line that is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.gtf import read_gtf
from ideep_scan.formats.annotation.reader import read_annotation
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript

BRIEF = 'gene_id "G1"; transcript_id "T1"; gene_name "ABC";'
ATTRIBUTES = 'gene_id "G1"; transcript_id "T1"; gene_name "ABC"; exon_number 1;'


def row(
    feature: str, start: object, end: object, attributes: str = ATTRIBUTES, strand: str = "-", chrom: str = "1"
) -> str:
    return f"{chrom}\tsrc\t{feature}\t{start}\t{end}\t.\t{strand}\t.\t{attributes}"


def read(tmp_path: Path, *lines: str, strict: bool = False) -> tuple[list[Transcript], Exclusions]:
    path = tmp_path / "a.gtf"
    path.write_text("".join(f"{line}\n" for line in lines))
    exclusions = Exclusions(path, "transcript", strict)
    return read_gtf(path, exclusions), exclusions


def test_the_coding_part_includes_the_stop_codon_and_one_is_subtracted_once(tmp_path: Path) -> None:
    (transcript,), exclusions = read(
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
    assert exclusions.notes() == ()


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
    transcripts, _ = read(
        tmp_path, row("exon", 1, 5, chrom="X"), row("exon", 1, 5, chrom="Y"), row("exon", 1, 5, strand="+")
    )
    assert [(one.chrom, one.strand) for one in transcripts] == [("X", "-"), ("Y", "-"), ("1", "+")]


@pytest.mark.parametrize("by_kind", [False, True])
def test_one_name_at_two_places_of_a_contig_is_two_transcripts(tmp_path: Path, by_kind: bool) -> None:
    first = [row("transcript", 1, 50), row("exon", 1, 10), row("exon", 41, 50), row("CDS", 5, 10)]
    second = [row("transcript", 101, 150), row("exon", 101, 150), row("CDS", 111, 120)]
    lines = first + second
    if by_kind:
        lines.sort(key=lambda line: line.split("\t")[2], reverse=True)
    transcripts, _ = read(tmp_path, *lines)
    assert [(one.exons.tolist(), one.cds) for one in transcripts] == [
        ([[0, 10], [40, 50]], (4, 10)),
        ([[100, 150]], (110, 120)),
    ]


def test_a_file_pasted_twice_changes_nothing(tmp_path: Path) -> None:
    lines = [row("transcript", 1, 50), row("exon", 1, 10), row("exon", 41, 50)]
    transcripts, _ = read(tmp_path, *lines, *lines)
    assert [one.exons.tolist() for one in transcripts] == [[[0, 10], [40, 50]]]


def test_coding_parts_stand_for_exons_where_there_are_none(tmp_path: Path) -> None:
    (transcript,), _ = read(tmp_path, row("CDS", 4, 9), row("stop_codon", 1, 3))
    assert (transcript.exons.tolist(), transcript.cds) == ([[0, 9]], (0, 9))


def test_a_transcript_without_strand_is_counted_and_left_out(tmp_path: Path) -> None:
    lines = row("exon", 1, 5), row("exon", 1, 5, strand="."), row("exon", 8, 9, strand=".")
    transcripts, exclusions = read(tmp_path, *lines)
    assert len(transcripts) == 1
    assert exclusions.notes() == ("a.gtf: 1 transcript without a strand is left out, the first is T1 (line 2)",)


OTHER = 'gene_id "G2"; transcript_id "T2";'


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("1\tsrc\texon\t1\t5", "1 line without 9 tab-separated columns"),
        (row("gene", 1, 5) + "\tmore", "1 line without 9 tab-separated columns"),
        (row("exon", "x", 5, OTHER), "malformed line is left out, the first is T2: 'x' is not a whole number"),
        (row("exon", 1, "5.0", OTHER), "'5.0' is not a whole number"),
        (row("exon", "1_0", 50, OTHER), "'1_0' is not a whole number"),
        (row("exon", 6, "9" * 19, OTHER), f"{'9' * 19} exceeds the length of any contig"),
        (row("exon", 0, 5, OTHER), "start 0 and end 5: 1 <= start <= end"),
        (row("exon", 6, 5, OTHER), "start 6 and end 5"),
        (row("exon", 1, 5, OTHER, strand="plus"), "T2: strand 'plus'"),
        (row("exon", 1, 5, OTHER, chrom=""), "T2: the name of the contig is empty"),
        (row("exon", 1, 5, 'gene_id "G1";'), "1 line of kind exon without a transcript_id"),
        (row("CDS", 1, 5, 'gene_id "G1"; transcript_id "";'), "1 line of kind CDS without a transcript_id"),
        (row("exon", 1, 5, 'gene_id "G1"; transcript_id "T'), "1 line of kind exon without a transcript_id"),
        (row("transcript", 1, 5, OTHER), "1 transcript without exons is left out, the first is T2"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_named(tmp_path: Path, line: str, note: str) -> None:
    transcripts, exclusions = read(tmp_path, row("exon", 1, 5), line)
    assert [one.id for one in transcripts] == ["T1"]
    assert exclusions.count == 1
    assert note in exclusions.notes()[0]
    assert "(line 2)" in exclusions.notes()[0]
    with pytest.raises(InputError) as caught:
        read(tmp_path, row("exon", 1, 5), line, strict=True)
    assert (caught.value.path, caught.value.line) == (tmp_path / "a.gtf", 2)
    assert "\n" not in str(caught.value)


def test_a_transcript_with_one_malformed_line_is_left_out_whole(tmp_path: Path) -> None:
    transcripts, exclusions = read(tmp_path, row("exon", 1, 5), row("exon", 8, 5), row("exon", 1, 5, OTHER))
    assert [one.id for one in transcripts] == ["T2"]
    assert exclusions.count == 1


def test_an_exon_outside_of_all_places_of_its_transcript(tmp_path: Path) -> None:
    lines = row("transcript", 1, 50), row("transcript", 101, 150), row("exon", 1, 50), row("exon", 60, 70)
    transcripts, exclusions = read(tmp_path, *lines)
    assert not transcripts
    assert "with exons outside of their own extents" in exclusions.notes()[0]


def test_a_file_that_ends_inside_a_line_is_refused(tmp_path: Path) -> None:
    text = row("exon", 1, 5) + "\n" + row("exon", 10, 15)
    for size in range(len(row("exon", 1, 5)) + 2, text.index("gene_name", 60) - 4):
        (tmp_path / "a.gtf").write_text(text[:size])
        with pytest.raises(InputError, match="cut off"):
            read_gtf(tmp_path / "a.gtf", Exclusions(tmp_path / "a.gtf", "transcript"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (";\n", ";\t\t\n"),
        (";\n", ";\t# checked by hand\n"),
        ("\t", " \t "),
        ("1\tsrc", " 1 \tsrc"),
        (BRIEF, BRIEF.replace('"', '""')),
        (BRIEF, f'"{BRIEF.replace(chr(34), chr(34) * 2)}"'),
        ("1\tsrc", "track name=genes\nbrowser position 1\n1\tsrc"),
    ],
    ids=[
        "empty columns",
        "a comment",
        "blanks",
        "blanks at the contig",
        "doubled quotes",
        "a spreadsheet's quotes",
        "lines for a browser",
    ],
)
def test_what_tools_add_to_a_line_changes_nothing(tmp_path: Path, old: str, new: str) -> None:
    parts = [("exon", 101, 200), ("exon", 401, 500), ("CDS", 151, 200)]
    text = "".join(f"{row(*each, BRIEF)}\n" for each in parts)
    (wanted,), _ = read(tmp_path, text)
    (tmp_path / "b.gtf").write_text(text.replace(old, new))
    (transcript,) = read_annotation(tmp_path / "b.gtf", strict=True).transcripts
    assert (
        transcript.id,
        transcript.gene_id,
        transcript.gene_name,
        transcript.chrom,
        transcript.strand,
        transcript.cds,
    ) == (
        *(wanted.id, wanted.gene_id, wanted.gene_name, wanted.chrom, wanted.strand),
        wanted.cds,
    )
    assert transcript.exons.tolist() == wanted.exons.tolist()


def test_a_bare_id_of_augustus_is_that_of_its_line(tmp_path: Path) -> None:
    ids = 'transcript_id "g1.t1"; gene_id "g1";'
    lines = row("gene", 1, 50, "g1"), row("transcript", 1, 50, "g1.t1"), row("exon", 1, 50, ids), row("CDS", 5, 10, ids)
    (transcript,), exclusions = read(tmp_path, *lines)
    assert (transcript.id, transcript.gene_id, transcript.gene_name) == ("g1.t1", "g1", "g1")
    assert (transcript.exons.tolist(), transcript.cds) == ([[0, 50]], (4, 10))
    assert exclusions.notes() == ()


def test_an_id_counts_within_its_gene(tmp_path: Path) -> None:
    transcripts, _ = read(
        tmp_path,
        row("exon", 1, 9, 'gene_id "A"; transcript_id "unknown_transcript_1"; exon_number "1"'),
        row("exon", 101, 109, 'gene_id "B"; transcript_id "unknown_transcript_1"; exon_number "2"'),
    )
    assert [(one.gene_id, one.exons.tolist()) for one in transcripts] == [("A", [[0, 9]]), ("B", [[100, 109]])]


@pytest.mark.parametrize("kinds", [("five_prime_utr", "three_prime_utr"), ("5UTR", "3UTR"), ("UTR", "UTR")])
def test_exons_are_the_union_of_coding_parts_and_untranslated_regions(tmp_path: Path, kinds: tuple[str, str]) -> None:
    parts = (kinds[0], 401, 500), ("CDS", 354, 400), ("CDS", 104, 200), (kinds[1], 51, 103)
    (transcript,), exclusions = read(tmp_path, *(row(*part, OTHER) for part in parts))
    assert (transcript.exons.tolist(), transcript.cds) == ([[50, 200], [353, 500]], (103, 400))
    assert exclusions.notes() == ()


def test_a_stop_codon_beyond_the_exon_lines_is_said(tmp_path: Path) -> None:
    (transcript,), exclusions = read(tmp_path, row("exon", 4, 9), row("CDS", 4, 9), row("stop_codon", 1, 3))
    assert (transcript.exons.tolist(), transcript.cds) == ([[0, 9]], (0, 9))
    assert "beyond the exon lines" in exclusions.notes()[0]


def test_the_name_of_a_gene_on_its_own_line(tmp_path: Path) -> None:
    lines = row("gene", 1, 9, 'gene_id "G2"; gene_name "ABC"; '), row("exon", 1, 9, OTHER)
    (transcript,), _ = read(tmp_path, *lines)
    assert transcript.gene_name == "ABC"


def test_an_intron_longer_than_any_is_said_if_nothing_tells_that_it_is_one(tmp_path: Path) -> None:
    lines = row("exon", 1, 5, OTHER), row("exon", 2_000_001, 2_000_005, OTHER)
    transcripts, exclusions = read(tmp_path, *lines)
    assert (len(transcripts), "over 1 Mb" in exclusions.notes()[0]) == (1, True)
    transcripts, exclusions = read(tmp_path, row("transcript", 1, 2_000_005, OTHER), *lines)
    assert (len(transcripts), exclusions.notes()) == (1, ())


def test_genes_alone_are_no_annotation(tmp_path: Path) -> None:
    assert read(tmp_path, row("gene", 1, 5))[0] == []


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
    exclusions = Exclusions(path, "transcript")
    transcripts = read_gtf(path, exclusions)
    assert exclusions.count == 0
    assert {one.id: one.exons.tolist() for one in transcripts} == {
        name: sorted(blocks) for name, blocks in exons.items()
    }
    assert {one.id: one.cds for one in transcripts if one.cds} == {
        name: (min(bases), max(bases) + 1) for name, bases in coding.items()
    }
    assert {one.gene_name for one in transcripts} >= {"DEFB125", "DEFB126", "DEFB127"}
