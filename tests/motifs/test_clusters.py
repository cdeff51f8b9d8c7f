"""Similarity of motifs, clusters, copies and spacings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.onehot import complement, encode
from ideep_scan.motifs import clusters
from ideep_scan.motifs.clusters import CUT, cluster_motifs, compute_similarities, count_copies
from ideep_scan.motifs.enrichment import MotifOccurrence, compute_enrichment
from ideep_scan.records.pwm import Pwm

NOTHING = np.zeros((0, 101), np.int8)


def spell(id_: str, word: str, times: float = 100) -> Pwm:
    """Make a motif of a word; N is a position without information."""
    table = np.vstack([np.eye(4), np.full((1, 4), 0.25)])
    return Pwm(id_, word, "X", times * table[encode(word.encode())])


def draw_motifs(seed: int, number: int) -> list[Pwm]:
    """Draw motifs, some of which resemble each other at an offset."""
    random = np.random.default_rng(seed)
    themes = random.dirichlet(np.full(4, 0.3), (3, 12))
    motifs = []
    for k in range(number):
        start, width = random.integers(0, 4), random.integers(6, 9)
        shares = 0.8 * themes[random.integers(3), start : start + width] + 0.2 * random.dirichlet(np.ones(4), width)
        motifs.append(Pwm(f"m{k:02d}", "", "X", 300 * shares))
    return motifs


def measure(pwms: Sequence[Pwm], seed: int = 0) -> list[MotifOccurrence]:
    codes = np.random.default_rng(seed).integers(0, 4, (80, 101)).astype(np.int8)
    return compute_enrichment(pwms, codes, np.arange(80) < 30)


def test_similarities_by_hand():
    word, shifted, short = spell("a", "UGUAAAUA"), spell("b", "NUGUAAAUAN"), spell("c", "UGUA")
    reverse = Pwm("d", "", "X", word.counts[::-1, ::-1])  # of the other strand
    similarities = compute_similarities([word, shifted, short, reverse])
    np.testing.assert_array_equal(similarities, similarities.T)
    assert similarities[0, 1] > 0.99
    assert similarities[0, 2] == -1  # half of the word is not enough
    assert similarities[0, 3] < CUT


def test_a_shifted_copy_merges_at_its_best_offset():
    motifs = [spell("a", "CUGUAAAUA"), spell("b", "UGUAAAUAC"), spell("c", "GGGGACGGG")]
    names = [cluster.members for cluster in cluster_motifs(motifs, measure(motifs), NOTHING)]
    assert {frozenset(members) for members in names} == {frozenset("ab"), frozenset("c")}


def test_a_chain_does_not_join_its_ends():
    motifs = [spell("a", "ACGUAC"), spell("b", "ACGUGA"), spell("c", "ACAGGA")]
    mixed = [
        Pwm(name, "", "X", one.counts + other.counts)
        for name, one, other in [("ab", motifs[0], motifs[1]), ("bc", motifs[1], motifs[2])]
    ]
    chain = [motifs[0], mixed[0], motifs[1], mixed[1], motifs[2]]
    similarities = compute_similarities(chain)
    assert (np.diag(similarities, 1) > 0.8).all()
    for cluster in cluster_motifs(chain, measure(chain), NOTHING, 0.8):
        numbers = [[pwm.id for pwm in chain].index(member) for member in cluster.members]
        assert (similarities[numbers[0], numbers[1:]] >= 0.8).all()
        assert not {"a", "c"} <= set(cluster.members)


@settings(max_examples=25)
@given(seed=st.integers(0, 999), number=st.integers(0, 12))
def test_permuting_motifs_changes_no_cluster(seed, number):
    motifs = draw_motifs(seed, number)
    occurrences = measure(motifs, seed)
    order = np.random.default_rng(seed).permutation(number)
    permuted = cluster_motifs([motifs[k] for k in order], [occurrences[k] for k in order], NOTHING)
    assert permuted == cluster_motifs(motifs, occurrences, NOTHING)
    assert sorted(member for cluster in permuted for member in cluster.members) == [pwm.id for pwm in motifs]


@settings(max_examples=25)
@given(seed=st.integers(0, 999))
def test_merging_is_idempotent(seed):
    motifs = draw_motifs(seed, 10)
    occurrences = measure(motifs, seed)
    founders = [cluster.members[0] for cluster in cluster_motifs(motifs, occurrences, NOTHING)]
    again = cluster_motifs(
        *zip(*[(pwm, row) for pwm, row in zip(motifs, occurrences, strict=True) if pwm.id in founders], strict=True),
        NOTHING,
    )
    assert [cluster.members for cluster in again] == [(founder,) for founder in founders]


def test_clusters_are_ranked_by_enrichment_with_and_without_unbound_windows():
    codes = np.random.default_rng(1).integers(0, 3, (60, 101)).astype(np.int8)
    codes[:20, 40:48] = encode(b"UGUAUAUA")
    codes[:12, 60:66] = encode(b"UUUUUU")
    codes[20:40, 60:66] = encode(b"UUUUUU")
    motifs = [spell("u", "UUUUUU"), spell("pum", "UGUAUAUA")]
    bound = np.arange(60) < 20
    ranked = cluster_motifs(motifs, compute_enrichment(motifs, codes, bound), codes[bound])
    assert [cluster.members for cluster in ranked] == [("pum",), ("u",)]
    alone = compute_enrichment(motifs, codes[bound], np.ones(20, bool))
    assert [cluster.members for cluster in cluster_motifs(motifs, alone, codes[bound])] == [("pum",), ("u",)]


def test_copies_and_spacings_by_hand(monkeypatch):
    monkeypatch.setattr(clusters, "BLOCK", 2)
    ug = spell("ug", "UGUGU")
    rows = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "UGUGUGUGUGUAAAAAAAAAAAAAAAAAAA", "AAUGUGUAAAUGUGUAAAAAUGUGUAAAAA"]
    codes = np.stack([encode(row.encode()) for row in rows])
    copies, spacings = count_copies([ug, spell("c", "CCCCC")], codes)
    assert copies.tolist() == [[1, 0, 1, 1, 0, 0], [3, 0, 0, 0, 0, 0]]
    assert {k: int(spacings[0, k]) for k in np.flatnonzero(spacings[0])} == {6: 1, 8: 1, 10: 1}
    assert spacings[1].sum() == 0
    many = np.tile(encode(b"UGUGUA"), 9)[None]
    assert count_copies([ug], many)[0].tolist() == [[0, 0, 0, 0, 0, 1]]
    assert complement(many).shape == many.shape
    assert count_copies([ug], complement(many))[0].tolist() == [[1, 0, 0, 0, 0, 0]]  # of the other strand


def test_no_motifs_no_clusters():
    assert cluster_motifs([], [], NOTHING) == ()
