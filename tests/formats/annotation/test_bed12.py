"""Transcripts of BED12, and every line that is none."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.bed12 import read_bed12, write_bed12
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript

LINE = "chr1\t100\t500\tNM_1|GENE\t0\t-\t150\t460\t0\t2\t100,50,\t0,350,"


def read(tmp_path: Path, *lines: str, strict: bool = False) -> tuple[list, Exclusions]:
    path = tmp_path / "a.bed"
    path.write_text("".join(f"{line}\n" for line in lines))
    exclusions = Exclusions(path, "transcript", strict)
    return read_bed12(path, exclusions), exclusions


def test_a_contig_may_be_called_like_a_line_for_a_browser(tmp_path: Path) -> None:
    (transcript,), _ = read(tmp_path, LINE.replace("chr1", "track_1"))
    assert transcript.chrom == "track_1"


def test_blocks_are_exons_and_thick_is_coding(tmp_path: Path) -> None:
    (transcript,), exclusions = read(tmp_path, "track name=x", "# comment", "", LINE)
    assert (transcript.id, transcript.gene_id, transcript.gene_name) == ("NM_1", "GENE", "GENE")
    assert (transcript.chrom, transcript.strand, transcript.cds) == ("chr1", "-", (150, 460))
    assert transcript.exons.tolist() == [[100, 200], [450, 500]]
    assert exclusions.notes() == ()


def change(column: int, value: str) -> str:
    columns = LINE.split("\t")
    columns[column] = value
    return "\t".join(columns)


def test_thin_is_non_coding_and_a_plain_name_is_both_accession_and_gene(tmp_path: Path) -> None:
    (transcript,), _ = read(tmp_path, change(6, "460").replace("NM_1|GENE", "NR_7"))
    assert transcript.cds is None
    assert (transcript.id, transcript.gene_id, transcript.gene_name) == ("NR_7", "NR_7", "NR_7")


def test_blocks_that_touch_are_one_exon(tmp_path: Path) -> None:
    (transcript,), _ = read(tmp_path, change(9, "3").replace("100,50,", "100,30,50").replace("0,350,", "0,100,350"))
    assert transcript.exons.tolist() == [[100, 230], [450, 500]]


def test_an_accession_at_two_places_stays_two_transcripts(tmp_path: Path) -> None:
    transcripts, _ = read(tmp_path, LINE, LINE.replace("chr1", "chrY"), LINE)
    assert [(one.id, one.chrom) for one in transcripts] == [("NM_1", "chr1"), ("NM_1", "chrY"), ("NM_1", "chr1")]


def test_a_transcript_without_strand_is_counted_and_left_out(tmp_path: Path) -> None:
    transcripts, exclusions = read(tmp_path, LINE, change(5, "."))
    assert len(transcripts) == 1
    assert exclusions.notes() == ("a.bed: 1 transcript without a strand is left out, the first is NM_1 (line 2)",)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("\t".join(LINE.split("\t")[:11]), "without 12 tab-separated columns"),
        (LINE.replace("\t", " "), "without 12 tab-separated columns"),
        (change(1, "x"), "'x' is not a whole number"),
        (change(1, "-5"), "'-5' is not a whole number"),
        (change(1, "9" * 19), "exceeds the length of any contig"),
        (change(2, "100"), "0 <= start < end"),
        (change(5, "*"), "strand '*'"),
        (change(6, "50"), "thick 50-460 reaches beyond 100-500"),
        (change(7, "501"), "thick 150-501 reaches beyond 100-500"),
        (change(6, "250"), "begins or ends outside of its exons"),
        (change(7, "440"), "begins or ends outside of its exons"),
        (change(9, "3"), "3 blocks announced, 2 sizes and 2 starts"),
        (change(10, "100"), "2 blocks announced, 1 sizes"),
        (change(10, "100,0"), "a block of 0 bases"),
        (change(10, "100,60"), "a block reaches beyond 100-500"),
        (change(11, "-1,350"), "'-1' is not a whole number"),
        (change(10, "100,5"), "do not fill 100-500"),
        (change(11, "1,350"), "do not fill 100-500"),
        (change(11, "0,35"), "do not fill 100-500"),
        (change(11, ""), "'' is not a whole number"),
    ],
)
def test_a_malformed_line_is_left_out_and_named(tmp_path: Path, line: str, reason: str) -> None:
    transcripts, exclusions = read(tmp_path, LINE, line)
    assert (len(transcripts), exclusions.count) == (1, 1)
    assert reason in exclusions.notes()[0]
    with pytest.raises(InputError) as caught:
        read(tmp_path, LINE, line, strict=True)
    assert (caught.value.path, caught.value.line) == (tmp_path / "a.bed", 2)
    assert "\n" not in str(caught.value)


def test_a_file_cut_anywhere_in_its_last_line_is_refused(tmp_path: Path) -> None:
    whole = f"{LINE}\n{LINE}".removesuffix(",")
    for size in range(len(LINE) + 2, len(whole)):
        (tmp_path / "a.bed").write_text(whole[:size])
        with pytest.raises(InputError):
            read_bed12(tmp_path / "a.bed", Exclusions(tmp_path / "a.bed", "transcript"))


def test_the_real_refseq_table(shared: Path) -> None:
    path = shared / "data/annotation/refseq_hg19.bed12.gz"
    exclusions = Exclusions(path, "transcript")
    transcripts = read_bed12(path, exclusions)
    assert (len(transcripts), exclusions.count) == (58_322, 0)
    first = transcripts[0]
    assert (first.id, first.gene_name, first.start, first.end, first.cds) == (
        "NR_046018",
        "DDX11L1",
        11873,
        14409,
        None,
    )
    assert all((one.exons[:-1, 1] < one.exons[1:, 0]).all() for one in transcripts)


TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12)


def transcript(accession: str, gene_id: str, gene: str) -> Transcript:
    return Transcript(accession, gene_id, gene, "chr1", "+", np.array([[10, 20], [30, 45]]), (12, 40))


@given(TEXTS, TEXTS, TEXTS)
def test_names_survive_writing_and_reading(
    tmp_path_factory: pytest.TempPathFactory, accession: str, gene_id: str, gene: str
) -> None:
    path = tmp_path_factory.mktemp("bed") / "a.bed.gz"
    meant = transcript(accession, gene_id, gene)
    write_bed12(path, [meant], ["chr1"])
    (transcripts,) = read_bed12(path, Exclusions(path, "transcript"))
    assert (transcripts.id, transcripts.gene_id, transcripts.gene_name) == (meant.id, meant.gene_id, meant.gene_name)
    assert (transcripts.exons.tolist(), transcripts.cds) == ([[10, 20], [30, 45]], (12, 40))


def test_a_name_holds_symbol_and_accession_as_igv_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "a.bed.gz"
    write_bed12(path, [transcript("NM_006814.5", "ENSG1.2", "PSMF1"), transcript("NR_1", "A;B", "A;B")], ["chr1"])
    with gzip.open(path, "rt") as lines:
        head, *rows = lines.read().splitlines()
    assert head == "#gffTags"
    assert [row.split("\t")[3] for row in rows] == [
        "Name=PSMF1;transcript_id=NM_006814.5;id=NM_006814;gene_id=ENSG1.2",
        "Name=A%3BB;transcript_id=NR_1",
    ]
    assert all(len(row.split("\t")) == 12 for row in rows)
    with pysam.TabixFile(str(path)) as file:
        assert len(list(file.fetch("chr1", 0, 11))) == 2
