"""Command `transcripts`: every base of every record is scored, as a genome scores the same letters."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pyBigWig
import pytest
import runs
from runs import Command

from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.kernels.onehot import decode
from track_hubs.manifest_file import read_manifest

EXONS = ((17_000, 17_260), (17_500, 17_700))  # of a made-up mRNA on exA
HALF, MARGIN = 50, 40
SHORT = "uuuauuuauuu"


@pytest.fixture(scope="module")
def fasta(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An mRNA of two exons, its reverse complement's letters left alone, and a record shorter than a window."""
    path = tmp_path_factory.mktemp("mrna") / "mrna.fa.gz"
    with FastaSource(example / "example.fa.gz") as genome:
        letters = "".join(decode(genome.codes("exA", *exon)) for exon in EXONS)
    header = ">ENST1.1|ENSG1.1|-|-|ABC1-201|ABC1|460|CDS:31-330|"
    path.write_bytes(gzip.compress(f"{header}\n{letters}\n>short\n{SHORT}\n".encode()))
    return path


@pytest.fixture(scope="module")
def out(fasta: Path) -> Path:
    folder = fasta.parent / "out"
    runs.scan(fasta.parent, folder, fasta=fasta, gtf=None, transcripts=True, threshold=0.001)
    return folder


def test_the_interior_of_an_exon_has_the_scores_of_the_genome(example: Path, out: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path / "g", gtf=None, strand="plus", regions="exA:17,001-17,700", threshold=0.001)
    genome = runs.track(tmp_path / "g", "+")["exA"]
    mrna = runs.track(out, "+")["ENST1.1"]
    offset = 0
    for start, end in EXONS:
        inner = slice(offset + HALF, offset + end - start - HALF)
        assert np.allclose(mrna[inner], genome[start + HALF : end - HALF], atol=1.1e-3)
        offset += end - start
    joined = np.s_[EXONS[0][1] - EXONS[0][0] - HALF : EXONS[0][1] - EXONS[0][0]]  # windows across the junction
    assert not np.allclose(mrna[joined], genome[EXONS[0][1] - HALF : EXONS[0][1]], atol=1.1e-3)


def test_every_base_of_every_record_has_a_score_and_ends_are_unknown(out: Path) -> None:
    tracks = runs.track(out, "+")
    assert {name: values.size for name, values in tracks.items()} == {"ENST1.1": 460, "short": len(SHORT)}
    assert not any(np.isnan(values).any() for values in tracks.values())
    sites = runs.table(out)
    assert sites.summit.between(MARGIN, 460 - MARGIN - 1).all()  # none at the ends, whose windows are not known
    assert (sites.start >= MARGIN).all()
    assert (sites.end <= 460 - MARGIN).all()
    near = sites[sites.summit < HALF]
    assert [row.sequence[: HALF - row.summit] for row in near.itertuples()] == ["N" * (HALF - s) for s in near.summit]


def test_sites_tables_and_browsers_agree_on_names(out: Path) -> None:
    table = runs.table(out)
    assert {*zip(table.chrom, table.gene_name, strict=True)} == {("ENST1.1", "ABC1")}
    with gzip.open(out / "hits" / "ELAVL1.bed.gz", "rt") as bed, pyBigWig.open(str(out / "hits" / "ELAVL1.bb")) as bb:
        rows = [line.split("\t") for line in bed]
        assert [(row[0], int(row[1]), int(row[2])) for row in rows] == [
            *table[["chrom", "start", "end"]].itertuples(index=False, name=None)
        ]
        assert dict(bb.chroms()) == {"ENST1.1": 460, "short": len(SHORT)}
    manifest = read_manifest(out)
    assert manifest.assembly.are_transcripts
    assert [track.path for track in manifest.tracks if track.kind == "bigWig"] == ["tracks/ELAVL1.plus.bw"]
    with FastaSource(out / manifest.assembly.fasta) as copy:
        assert dict(copy.contigs) == manifest.assembly.sizes
    page = (out / "transcripts.html").read_text()
    assert page.count("<figure") == 2
    assert "ENST1.1, 460 nt" in page
    assert "no site is called there" in page
    assert "transcripts.html" in (out / "index.html").read_text()


def test_the_command_says_what_is_unknown_and_verify_agrees(command: Command, fasta: Path, tmp_path: Path) -> None:
    options = ("--rbp", "ELAVL1", "--model", "ideep", "--device", "cpu", "--threads", 1, "-o", tmp_path / "out")
    said = command("transcripts", *options, fasta)
    assert said.code == 0
    assert "note: scores within 40 nt of an end of a transcript are unreliable" in said.err
    assert "note: 1 of 2 transcripts are shorter than the window of 101 nt" in said.err
    assert "--gtf" not in said.err
    assert "index.html, transcripts.html, manifest.json" in said.out
    checked = command("verify", tmp_path / "out", "--files", "--device", "cpu", "--threads", 1)
    assert (checked.code, checked.err) == (0, "")
    assert "471 positions of 1 model agree" in checked.out
    again = command("transcripts", *options, fasta, "--resume")
    assert (again.code, "the run is complete already" in again.out) == (0, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (">a\nACGT\n>a\nACGT\n", "line 3: the name a occurs twice"),
        (">a\nAC--GT\n", "no transcript can be used: 1 transcript with a letter that is not a nucleotide"),
        ("hello\n", "is not a FASTA"),
        ("", "t.fa"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(command: Command, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.fa"
    path.write_text(text)
    said = command("transcripts", "--rbp", "ELAVL1", path, "-o", tmp_path / "out")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert message in said.err
    assert not (tmp_path / "out").exists()


def test_options_of_genomes_are_refused(command: Command, fasta: Path) -> None:
    said = command("transcripts", "--rbp", "ELAVL1", fasta, "--gtf", "genes.gtf")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--gtf" in said.err
