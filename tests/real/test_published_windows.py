"""Features made from the genome at the published windows against what was published for them."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from contextlib import ExitStack

import numpy as np
import pytest

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import REGION_TYPES, RegionMap
from ideep_scan.features.window_features import compute_features
from ideep_scan.formats.clip31 import read_matrix
from ideep_scan.jobs.genome import open_genome
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.records.places import Places
from ideep_scan.records.span import STRANDS

SPEC = FeatureSpec((), ())
WIDTH = SPEC.window
TYPED = ("10_PARCLIP_ELAVL1A_hg19", "25_CLIPSEQ_SFRS1_hg19", "31_ICLIP_U2AF65_Hela_iCLIP_ctrl+kd_all_clusters")


def published(path):
    """Places and raw letters (n, 101), 5'→3', of the windows of one published file."""
    records = [record.split("\n", 1) for record in gzip.decompress(path.read_bytes()).decode().split(">")[1:]]
    headers = [header.strip().split(";")[0].split(",") for header, _ in records]
    letters = np.array([list(lines.replace("\n", "").upper().replace("U", "T")) for _, lines in records])
    chrom, strand, first, last = (np.array(column, object) for column in zip(*headers, strict=True))
    centre = (first.astype(np.int64) + last.astype(np.int64)) // 2
    return Places(chrom, strand, centre), letters


@pytest.fixture(scope="module")
def genome(sparse_hg19, refseq):
    with ExitStack() as stack:
        yield open_genome(sparse_hg19, refseq, stack)


@pytest.fixture(scope="module")
def test_files(data):
    return sorted((data / "clip31").glob("*/5000/test_sample_0/sequences.fa.gz"))


def test_windows_of_the_genome_have_the_published_sequence(genome, test_files):
    """All 31 test sets, both strands."""
    parts = [published(path) for path in test_files]
    assert len(parts) == 31
    places = Places(*(np.concatenate([getattr(p, name) for p, _ in parts]) for name in ("chrom", "strand", "centre")))
    letters = np.concatenate([rows for _, rows in parts])
    made = compute_features(Featurizer(SPEC, Sources(genome.source), ("sequence",)), places).windows["sequence"]
    expected = np.stack([letters == base for base in "ACGT"], axis=1).astype(np.float32)
    expected += 0.25 * (letters == "N")[:, None]
    wrong = (made != expected).any(axis=(1, 2))
    # A few windows near the ends of two chromosomes are all N in the sparse genome.
    empty = wrong & (made == 0.25).all(axis=(1, 2))
    assert empty.sum() < 200
    assert set(places.chrom[empty]) <= {"chr1", "chr17"}
    assert (places.centre[empty] < 1_000_000).all()
    wrong &= ~empty
    assert not wrong.any(), list(zip(places.chrom[wrong], places.strand[wrong], places.centre[wrong], strict=True))[:5]
    for strand in STRANDS:
        assert (~empty & (places.strand == strand)).sum() > 10_000


class NoLetters:
    """A genome of which no base is known: region types do not look."""

    contigs: Mapping[str, int] = {}

    def codes(self, chrom, start, end):
        return np.full(end - start, UNKNOWN, np.int8)


def region_types(featurizer, places):
    """Region types of 303 nt around each place, 5'→3': (n, 5, 303)."""
    sign = np.where(places.strand == "+", 1, -1)
    parts = (Places(places.chrom, places.strand, places.centre + sign * by) for by in (-WIDTH, 0, WIDTH))
    return np.concatenate([compute_features(featurizer, part).windows["region"] for part in parts], axis=2)


def boundary_offsets(published, ours):
    """How far our one exon boundary lies from the published one where a window has exactly one, nt; a list."""
    found = []
    for row, wide in zip(np.diff(published), np.diff(ours), strict=True):
        at = np.flatnonzero(row)
        if at.size == 1:
            near = np.flatnonzero(wide == row[at[0]]) - WIDTH
            if near.size == 1:
                found.append(int(near[0] - at[0]))
    return np.array(found)


def test_region_types_agree_with_the_published_ones(genome, data):
    """As far as they can: the published boundaries lie 50 nt beside those of RefSeq."""
    featurizer = Featurizer(SPEC, Sources(NoLetters(), RegionMap(genome.annotation.transcripts)), ("region",))
    theirs, ours = [], []
    for experiment in TYPED:
        folder = data / "clip31" / experiment / "5000" / "test_sample_0"
        places, _ = published(folder / "sequences.fa.gz")
        matrix = read_matrix(folder / "matrix_RegionType.tab.gz").values
        theirs.append(matrix.reshape(len(places), len(REGION_TYPES), WIDTH))
        ours.append(region_types(featurizer, places).astype(np.float32))
    matrix, wide = np.concatenate(theirs), np.concatenate(ours)
    window = wide[:, :, WIDTH : 2 * WIDTH]
    for name, least in (("3'UTR", 0.6), ("exon", 0.6), ("intron", 0.6), ("CDS", 0.4)):
        channel = REGION_TYPES.index(name)
        together = np.corrcoef(window[:, channel].mean(axis=1), matrix[:, channel].mean(axis=1))[0, 1]
        assert together > least, name
    exon = REGION_TYPES.index("exon")
    offsets = boundary_offsets(matrix[:, exon], wide[:, exon])
    assert offsets.size > 250
    assert np.isin(np.abs(offsets), (50, 51)).mean() > 0.6
