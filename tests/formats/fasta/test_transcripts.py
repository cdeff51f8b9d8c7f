"""A FASTA of transcripts as a genome: names, letters, records that are left out, and files that are refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.formats.fasta.transcripts import TranscriptSource

GOOD = ">g|1 first\r\nACGU\r\n\r\nacgtn\r\n>ENST1|ENSG1|-|-|T-1|GENE|4|CDS:2-4|\nA C\nG\nT\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "t.fa"
    path.write_text(text, newline="")
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_letters_are_read_whatever_their_case_lines_and_compression(tmp_path: Path, packed: bool) -> None:
    path = written(tmp_path, GOOD)
    if packed:
        path = tmp_path / "t.fa.gz"
        path.write_bytes(gzip.compress(GOOD.encode()))
    with TranscriptSource(path) as source:
        assert dict(source.contigs) == {"g|1": 9, "ENST1": 4}
        assert source.codes("g|1", -1, 10).tolist() == [4, 0, 1, 2, 3, 0, 1, 2, 3, 4, 4]
        assert source.codes("ENST1", 0, 4).tolist() == [0, 1, 2, 3]
        ((transcript),) = source.transcripts
        assert (transcript.id, transcript.gene_id, transcript.gene_name) == ("ENST1", "ENSG1", "GENE")
        assert (transcript.chrom, transcript.strand, transcript.cds) == ("ENST1", "+", (1, 4))
        assert transcript.exons.tolist() == [[0, 4]]
        assert source.exclusions.notes() == ()
        folder = tmp_path / "copy"
        folder.mkdir()
        copy = source.write_copy(folder)
    assert copy.name == "t.fa"
    with FastaSource(copy) as again:
        assert dict(again.contigs) == {"g|1": 9, "ENST1": 4}
    assert not list(tmp_path.glob("*.fai"))


def test_a_coding_part_that_leaves_the_record_does_not_count(tmp_path: Path) -> None:
    with TranscriptSource(written(tmp_path, ">a gene=B CDS=2-9\nACGT\n")) as source:
        assert source.transcripts[0].cds is None


def test_records_that_cannot_be_used_are_left_out_with_a_note_each(tmp_path: Path) -> None:
    good = "".join(f">t{number}\nACGT\n" for number in range(60))
    text = good + ">gap\nAC-GT\n>empty\n>\nACGT\n" + f">{'x' * 256}\nACGT\n>naïve\nACGT\n"
    with TranscriptSource(written(tmp_path, text)) as source:
        assert len(source.contigs) == 60
        assert source.exclusions.notes() == (
            "t.fa: 1 transcript with a letter that is not a nucleotide (a gap, a protein) is left out, the first is "
            "gap (line 121)",
            "t.fa: 1 transcript without bases is left out, the first is empty (line 123)",
            "t.fa: 1 transcript without a name is left out, the first is the record (line 124)",
            "t.fa: 1 transcript with a name of more than 255 characters is left out, the first is "
            f"{'x' * 80}... (line 126)",
            "t.fa: 1 transcript with a name of other than plain characters is left out, the first is naïve (line 128)",
        )
    with pytest.raises(InputError, match=r"line 121: a transcript with a letter .*: gap; .* without --strict"):
        TranscriptSource(tmp_path / "t.fa", strict=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (">a\nACGT\n>b\nA\n>a x\nACGT\n", r"line 5: the name a occurs twice, first in line 1; .*`seqkit rename`"),
        (">ENST1|A\nACGT\n>ENST1|B\nACGT\n", r"line 3: the name ENST1 occurs twice"),
        (">p1\nMKVLAA\n>p2\nMKVLAA\n", "no transcript can be used: 2 transcripts with a letter"),
        (">a\nACGT\n>b\n>c\n", "2 of 3 transcripts cannot be used, more than a tenth"),
        ("ACGT\n>a\nACGT\n", "line 1: is not a FASTA: the first line does not begin"),
        ("\n\n", "no line begins with '>'"),
        ("", "t.fa: "),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        TranscriptSource(written(tmp_path, text))
    assert "\n" not in str(refused.value)
