"""Genomes of a job: with an annotation, without one, and of transcripts."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from ideep_scan.errors import ContigMismatch
from ideep_scan.formats.input_file import InputFile
from ideep_scan.jobs.genome import open_genome, open_transcripts


def test_a_genome_has_its_annotation_and_the_digests_of_both(example):
    fasta, gtf = example / "example.fa.gz", example / "genes.gtf"
    with ExitStack() as stack:
        genome = open_genome(fasta, gtf, stack)
        assert genome.annotation is not None
        assert {transcript.chrom for transcript in genome.annotation.transcripts} == {"exA", "exB"}
        assert set(genome.files) == {"fasta", "annotation"}
        assert genome.receipts() == {"fasta": InputFile(fasta).digest(), "annotation": InputFile(gtf).digest()}
        bare = open_genome(fasta, None, stack)
        assert (bare.annotation, set(bare.files), bare.receipts()["annotation"]) == (None, {"fasta"}, None)


def test_an_annotation_of_another_genome_is_refused(example, tmp_path):
    (tmp_path / "genes.bed").write_text("chr1\t0\t100\tT\t0\t+\t0\t100\t0\t1\t100,\t0,\n")
    with ExitStack() as stack, pytest.raises(ContigMismatch, match=r"chr1.*exA, exB"):
        open_genome(example / "example.fa.gz", tmp_path / "genes.bed", stack)


def test_transcripts_are_a_genome_whose_ends_are_known(example, tmp_path):
    path = tmp_path / "t.fa"
    path.write_text(">T1 gene=A\nACGT\n>T2\nAC\n>T3\n")
    with ExitStack() as stack:
        genome = open_transcripts(path, stack)
        assert genome.is_transcripts
        assert [transcript.id for transcript in genome.transcripts] == ["T1"]
        assert genome.scored_bases.codes("T2", -1, 3).tolist() == [0, 0, 1, 0]
        assert genome.source.codes("T2", -1, 3).tolist() == [4, 0, 1, 4]
        assert genome.exclusions.count == 1
        assert genome.receipts() == {"fasta": InputFile(path).digest(), "annotation": None}
        plain = open_genome(example / "example.fa.gz", None, stack)
        assert (plain.is_transcripts, plain.transcripts, plain.exclusions.notes()) == (False, (), ())
        assert plain.scored_bases is plain.source
