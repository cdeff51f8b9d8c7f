"""Spliced scans: tracks, sites and motif hits against a scan of the joined sequences as transcripts."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pysam
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.reader import read_annotation
from ideep_scan.jobs.scan.array_job import score_part
from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.records.transcript import Transcript

GENES = ("EXA1", "EXB1", "EXB2")  # both strands, two contigs, isoforms
OPTIONS = {"gene": GENES, "modalities": "sequence", "spliced": True, "threshold": 0.02}
FLIP = str.maketrans("ACGTacgt", "TGCAtgca")


@pytest.fixture(scope="module")
def transcripts(example: Path) -> dict[str, Transcript]:
    everything = read_annotation(example / "genes.gtf").transcripts
    return {item.id: item for item in everything if item.gene_name in GENES}


@pytest.fixture(scope="module")
def spliced(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("spliced") / "out"
    runs.scan(example, out, **OPTIONS)
    return out


@pytest.fixture(scope="module")
def joined(
    example: Path, transcripts: dict[str, Transcript], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, np.ndarray]:
    """Scores of the same isoforms, scanned as a FASTA of joined exons with `transcripts`."""
    folder = tmp_path_factory.mktemp("joined")
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta, open(folder / "mrna.fa", "w") as out:
        for item in transcripts.values():
            letters = "".join(fasta.fetch(item.chrom, start, end) for start, end in item.exons.tolist())
            out.write(f">{item.id}\n{letters if item.strand == '+' else letters.translate(FLIP)[::-1]}\n")
    options = {"fasta": folder / "mrna.fa", "gtf": None, "modalities": "sequence", "transcripts": True}
    runs.scan(example, folder / "out", **options)
    return runs.track(folder / "out", "+")


def walk(item: Transcript) -> np.ndarray:
    """Genome positions of an isoform, 5'→3'."""
    positions = np.concatenate([np.arange(*exon) for exon in item.exons.tolist()])
    return positions if item.strand == "+" else positions[::-1]


def test_each_position_has_the_highest_score_of_its_isoforms(spliced, joined, transcripts):
    expected: dict[tuple[str, str], dict[int, list[float]]] = {}
    ends = set()
    for name, item in transcripts.items():
        places = walk(item)
        for place, value in zip(places.tolist(), joined[name].tolist(), strict=True):
            expected.setdefault((item.chrom, item.strand), {}).setdefault(place, []).append(value)
        ends |= {(item.chrom, item.strand, place) for place in (*places[:50].tolist(), *places[-50:].tolist())}
    for strand in "+-":
        track = runs.track(spliced, strand)
        for chrom, values in track.items():
            scores = expected.get((chrom, strand), {})
            assert np.flatnonzero(~np.isnan(values)).tolist() == sorted(scores)
            inner = [place for place in scores if (chrom, strand, place) not in ends]
            highest = [np.nanmax(scores[place]) for place in inner]
            np.testing.assert_allclose(values[inner], highest, rtol=0, atol=1.01e-3)
    assert sum(map(len, expected.values())) > 5000


def test_sites_have_blocks_in_the_exons_of_their_transcript(spliced, transcripts):
    rows = runs.table(spliced)
    with gzip.open(spliced / "hits" / "ELAVL1.bed.gz", "rt") as lines:
        bed = [line.rstrip("\n").split("\t") for line in lines]
    assert len(bed) == len(rows) > 20
    assert (rows.junctions.astype(int) > 0).any()
    assert (rows.isoforms.astype(int) > 1).any()
    for fields, row in zip(bed, rows.itertuples(), strict=True):
        assert len(fields) == 12
        sizes, starts = ([int(part) for part in text.rstrip(",").split(",")] for text in fields[10:12])
        begin, end = int(fields[1]), int(fields[2])
        assert (starts[0], begin + starts[-1] + sizes[-1]) == (0, end)
        item = transcripts[row.transcript]
        covered = np.concatenate([begin + start + np.arange(size) for start, size in zip(starts, sizes, strict=True)])
        places = walk(item)[int(row.transcript_start) : int(row.transcript_end)]
        assert sorted(places.tolist()) == covered.tolist()
        assert walk(item)[int(row.transcript_summit)] == row.summit
        assert fields[3].split(":")[0] == row.transcript
        assert len(sizes) == int(row.junctions) + 1
    for name in ("hits", "motifs"):
        places = [(row.chrom, row.start) for row in runs.table(spliced, name).itertuples()]
        assert places == sorted(places)


def test_a_site_has_the_letters_of_the_joined_exons(spliced, example, transcripts):
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        for row in runs.table(spliced).itertuples():
            item = transcripts[row.transcript]
            summit = int(row.transcript_summit)
            places = walk(item)[max(0, summit - 50) : summit + 51]
            text = "".join(fasta.fetch(item.chrom, place, place + 1) for place in places.tolist())
            text = (text if item.strand == "+" else text.translate(FLIP)).upper().replace("T", "U")
            assert text in row.sequence


def test_parts_and_a_resumed_run_write_the_same_bytes(spliced, example, tmp_path):
    values = {"rbp": ("ELAVL1",), "model": "ideep", "threads": 1, "device": "cpu", **OPTIONS}
    settings = {"fasta": example / "example.fa.gz", "gtf": example / "genes.gtf", "out": tmp_path / "out", **values}
    for part in ("2/2", "1/2"):
        score_part(ScanSettings(**settings, shard=part), runs.Watcher())
    run(ScanSettings(**settings, resume=True), runs.Watcher(), is_merge=True)
    assert runs.data_files(tmp_path / "out") == runs.data_files(spliced)


def test_a_region_cuts_the_isoforms(spliced, example, tmp_path):
    whole = runs.track(spliced, "+")["exA"]
    runs.scan(example, tmp_path / "out", **OPTIONS, regions="exA:8,001-16,900")
    values = runs.track(tmp_path / "out", "+")["exA"]
    inside = slice(8000, 16900)
    np.testing.assert_array_equal(values[inside], whole[inside])
    assert np.isnan(values[:8000]).all()
    assert np.isnan(values[16900:]).all()
    assert not np.isnan(values[inside]).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gtf": None}, "--spliced needs an annotation"),
        ({"stride": 2}, "--spliced and --stride"),
        ({"format": "zarr"}, "--spliced and --format zarr"),
        ({"tracks": "score,contributions"}, "--spliced and --tracks contributions"),
    ],
)
def test_options_that_do_not_combine(example, tmp_path, options, message):
    with pytest.raises(InputError, match=message):
        runs.scan(example, tmp_path / "out", **{**OPTIONS, "gene": (), **options})
    assert not (tmp_path / "out").exists()


def test_an_annotation_without_exons_is_refused(example, tmp_path):
    bed = tmp_path / "genes.bed"
    bed.write_text("exA\t4000\t18000\tT1\t0\t+\n")
    with pytest.raises(InputError, match=r"no transcript has two|BED12"):
        runs.scan(example, tmp_path / "out", spliced=True, gtf=bed)
