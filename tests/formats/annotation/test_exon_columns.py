"""Exons of a run's gene models, beside the reader that checks each line."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.bed12 import read_bed12, write_bed12
from ideep_scan.formats.annotation.exon_columns import read_exon_columns
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript

TRANSCRIPTS = [
    Transcript("t1", "g1", "G  one", "chr1", "+", np.array([(2, 4), (7, 9)]), (3, 8)),
    Transcript("t2", "g1", "G  one", "chr1", "-", np.array([(5, 30)])),
    Transcript("t3", "g2", "H", "chr2", "-", np.array([(1, 2), (3, 5), (6, 9)])),
]


@pytest.fixture
def lines(tmp_path: Path) -> list[str]:
    write_bed12(tmp_path / "genes.bed.gz", TRANSCRIPTS, ["chr1", "chr2"])
    return gzip.decompress((tmp_path / "genes.bed.gz").read_bytes()).decode().splitlines()


def test_exons_are_those_of_the_transcripts(lines, tmp_path):
    table = read_exon_columns(lines)
    transcripts = read_bed12(tmp_path / "genes.bed.gz", Exclusions(tmp_path, "transcript"))
    assert (table.genes, table.contigs) == (["G one", "H"], ["chr1", "chr2"])
    assert table.gene.tolist() == [0, 0, 1]
    assert table.minus.tolist() == [False, True, True]
    for number, transcript in enumerate(transcripts):
        assert table.exons[table.transcript == number].tolist() == transcript.exons.tolist()
        first, last = table.coding[number].tolist()
        assert (None if first == last else (first, last)) == transcript.cds


@pytest.mark.parametrize(("column", "text"), [(1, "x"), (6, ""), (9, "2"), (10, "1,2"), (11, "0,2,5,9")])
def test_damaged_gene_models_are_one_line(lines, column, text):
    fields = lines[-1].split("\t")
    fields[column] = text
    with pytest.raises(InputError, match="gene models of this run are damaged") as caught:
        read_exon_columns([*lines[:-1], "\t".join(fields)])
    assert "\n" not in str(caught.value)


def test_no_line_has_no_exon():
    assert read_exon_columns(["#gffTags"]).exons.shape == (0, 2)
