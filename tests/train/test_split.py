"""No window of one part shares a base with a window of another, and no gene is in two parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import transcript

from ideep_scan.records.places import Places
from ideep_scan.records.transcript import Transcript
from ideep_scan.train.split import NO_PART, assign_groups, find_clusters, plan_split
from ideep_scan.train.training_data import TEST, TRAIN, VALIDATION

WINDOW, HALF = 101, 50
GENES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.integers(0, 8000),
        st.integers(1, 900),
        st.sampled_from("+-"),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=40,
)


def make(rows: list[tuple[str, int, int, str, int]]) -> list[Transcript]:
    return [
        transcript([(start, start + length)], None, strand, f"G{gene}", chrom)  # type: ignore[arg-type]
        for chrom, start, length, strand, gene in rows
    ]


def all_places(transcripts: list[Transcript], step: int = 7) -> Places:
    rows = [(t.chrom, t.strand, i) for t in transcripts for i in range(t.start, t.end, step)]
    chrom, strand, centre = zip(*rows, strict=True)
    return Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))


@given(GENES, st.integers(0, 3), st.sampled_from([(), (("a", 0, 4000),)]), st.randoms())
def test_parts_share_neither_bases_nor_genes(rows, seed, test_regions, random):
    transcripts = make(rows)
    sites = all_places(transcripts, 97)
    split = plan_split(find_clusters(transcripts, WINDOW), sites, test_regions, seed)
    places = all_places(transcripts)
    parts = split.find_parts(places, HALF)
    for chrom in set(places.chrom.tolist()):
        rows_of = np.flatnonzero((places.chrom == chrom) & (parts != NO_PART))
        rows_of = rows_of[np.argsort(places.centre[rows_of], kind="stable")]
        differs = parts[rows_of][1:] != parts[rows_of][:-1]
        assert (np.diff(places.centre[rows_of])[differs] >= WINDOW).all()
    if split.method != "stretches":
        assert (parts != NO_PART).all()
        for gene in {t.gene_id for t in transcripts}:
            for chrom in {t.chrom for t in transcripts if t.gene_id == gene}:
                members = [t for t in transcripts if (t.gene_id, t.chrom) == (gene, chrom)]
                assert len(set(split.find_parts(all_places(members), HALF).tolist())) == 1
    again = plan_split(find_clusters(random.sample(transcripts, len(transcripts)), WINDOW), sites, test_regions, seed)
    assert again.find_parts(places, HALF).tolist() == parts.tolist()


def genes_of(chrom: str, count: int) -> list[Transcript]:
    return [transcript([(i * 500, i * 500 + 300)], None, "+", f"{chrom}{i}", chrom) for i in range(count)]


@pytest.mark.parametrize(
    ("transcripts", "method"),
    [
        ([t for i in range(12) for t in genes_of(f"c{i}", 4)], "contigs"),
        (genes_of("c1", 40), "genes"),
        ([transcript([(0, 20_000)])], "stretches"),
    ],
)
def test_methods_and_shares(transcripts, method):
    sites = all_places(transcripts, 20)
    split = plan_split(find_clusters(transcripts, WINDOW), sites)
    parts = split.find_parts(sites, HALF)
    assert split.method == method
    shares = [float((parts == part).mean()) for part in (TRAIN, VALIDATION, TEST)]
    assert 0.5 < shares[0] < 0.9
    assert min(shares) >= 0.02
    if method == "contigs":
        assert all(len(set(parts[sites.chrom == chrom].tolist())) == 1 for chrom in set(sites.chrom.tolist()))


def test_named_test_contigs_hold_the_test_and_nothing_else():
    transcripts = [t for i in range(12) for t in genes_of(f"c{i}", 4)]
    sites = all_places(transcripts, 20)
    split = plan_split(find_clusters(transcripts, WINDOW), sites, [("c3", 0, 10**9), ("c5", 0, 310)])
    parts = split.find_parts(sites, HALF)
    inside = (sites.chrom == "c3") | ((sites.chrom == "c5") & (sites.centre < 300))
    assert ((parts == TEST) == inside).all()
    assert (parts == VALIDATION).any()


def test_an_unknown_contig_has_no_part():
    split = plan_split(find_clusters(genes_of("c1", 40), WINDOW), all_places(genes_of("c1", 40)))
    assert split.find_parts(all_places(genes_of("c2", 1)), HALF).max() == NO_PART


def test_groups_stay_together():
    groups = np.repeat(np.arange(50), 3)
    parts = assign_groups(groups, np.ones(150, np.int64), np.ones(150, np.int64), seed=0)
    assert (parts.reshape(50, 3) == parts.reshape(50, 3)[:, :1]).all()
    assert np.bincount(parts).tolist() == [120, 15, 15]
