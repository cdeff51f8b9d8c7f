"""The card of a cluster: what it shows, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace

from motif_rows import KNOWN, cluster, motif

from track_hubs.motif_page.cards import describe_match, name_known, render_card
from track_hubs.motif_page.rows import Cluster, KnownMotif

OTHER = KnownMotif("M2", "TIA1", "RNAcompete", (), 0.01, 0.04, offset=0, is_found=True)


def test_a_card_has_logos_charts_and_members() -> None:
    pattern = motif("ELAVL1.pattern00", origin="pattern", contributions=[(0.0, 0.0, 0.0, 1.0)] * 4)
    card = render_card(3, cluster(pattern, motif()), (-1, 2))
    assert 'id="ELAVL1.pattern00"' in card
    for text in (
        "odds ratio 36",
        "q 1.0 × 10⁻²⁸",
        "planted",
        "removed",
        "1 near-identical motif<",
        "contribution, log",
    ):
        assert text in card
    assert 'href="#ELAVL1.filter000"' in card
    assert card.count("<figure>") == 6


def test_a_card_leaves_out_what_is_unknown() -> None:
    bare = motif(enrichment=None, planted=None, removed=None, matches=(), distances=(0,) * 101)
    card = render_card(1, Cluster([bare], (), ()), (0, 0))
    assert "<figure>" not in card
    assert "resembles no known motif" in card
    assert "details" not in card


def test_other_known_motifs_are_named_once() -> None:
    card = render_card(1, cluster(motif(matches=[KNOWN, OTHER, KNOWN, OTHER])), (0, 2))
    assert "also like TIA1<" in card


def test_a_weak_match_is_not_drawn() -> None:
    weak = replace(KNOWN, is_found=False)
    card = render_card(1, cluster(motif(matches=[weak, OTHER])), (0, 2))
    assert "resembles no known motif; the closest is <b>ELAVL1</b>" in card
    assert "also like" not in card
    assert "overlap" not in card


def test_names_of_known_motifs() -> None:
    assert name_known(KNOWN) == "ELAVL1 M1"
    assert name_known(KnownMotif("TIA1", "TIA1", "", (), 0.1, 1.0, offset=0, is_found=False)) == "TIA1"
    assert describe_match(OTHER).endswith("p 0.01, E 0.04")
