"""Shared motifs: limits, the strongest motif of each protein, the model's own known motif."""

from __future__ import annotations

from math import inf, log2, nan
from typing import Any

import numpy as np
import pytest

from ideep_scan.motifs.sharing import find_own_match, find_shared, is_enriched, is_found, tabulate_strengths
from ideep_scan.records.learned_motif import Enrichment, KnownMatch, LearnedMotif, MotifCollection
from ideep_scan.records.pwm import Pwm

STRONG = Enrichment(150, 200, 100, 800, 21.0, 1e-20, 1e-19)


def match(symbol: str, p_value: float = 1e-5, e_value: float = 1e-3) -> KnownMatch:
    return KnownMatch("M", symbol, "set", p_value, e_value, e_value, 0, 7)


def motif(name: str, *matches: KnownMatch, enrichment: Enrichment | None = STRONG) -> LearnedMotif:
    pwm = Pwm(name, "UUU", "TIA1", np.eye(4)[:3])
    return LearnedMotif(pwm, "filter", 5, 6.0, None, enrichment, np.zeros(101, np.int64), matches, None)


def collection(model: str, *motifs: LearnedMotif) -> MotifCollection:
    return MotifCollection(model, model, "", "", 200, 800, np.zeros((0, 4, 9)), (), nan, motifs, ())


def test_only_enriched_motifs_are_shared() -> None:
    weak = STRONG._replace(q_value=0.06)
    depleted = STRONG._replace(odds_ratio=0.1)
    models = [
        collection("A", motif("a1", match("TIA1"))),
        collection("B", motif("b1", match("TIA1"), enrichment=weak), motif("b2", match("TIA1"), enrichment=depleted)),
        collection("C", motif("c1", match("TIA1"), enrichment=None)),
    ]
    assert [(entry.model, entry.motif) for entry in find_shared(models)] == [("A", "a1")]


def test_a_match_needs_both_limits() -> None:
    assert is_found(match("X"))
    assert not is_found(match("X", e_value=0.05))
    assert not is_found(match("X", p_value=0.05))
    shared = find_shared([collection("A", motif("a1", match("X", e_value=0.1), match("Y")))])
    assert [entry.symbol for entry in shared] == ["Y"]


def test_the_strongest_motif_stands_for_a_protein() -> None:
    stronger = STRONG._replace(unbound_hits=0, odds_ratio=inf)
    shared = find_shared([collection("A", motif("a1", match("X")), motif("a2", match("X"), enrichment=stronger))])
    assert [entry.motif for entry in shared] == ["a2"]
    assert shared[0].strength == pytest.approx(log2(150.5 / 50.5 * 800.5 / 0.5))


def test_the_table_has_zero_where_a_motif_is_missing() -> None:
    shared = find_shared([collection("B", motif("b", match("X"))), collection("A", motif("a", match("X"), match("Y")))])
    models, symbols, strengths = tabulate_strengths(shared)
    assert (models, symbols) == (["A", "B"], ["X", "Y"])
    assert (strengths > 0).tolist() == [[True, True], [True, False]]
    assert tabulate_strengths([])[2].shape == (0, 0)


@pytest.mark.parametrize(
    ("motifs", "expected"),
    [
        ([], None),
        ([motif("a", match("QKI"))], None),
        ([motif("a", match("TIA1", 0.01)), motif("b", match("TIA1", 0.001))], "b"),
        ([motif("a", match("TIA1", 0.01)), motif("b", match("TIA1", 0.001), enrichment=None)], "a"),
        ([motif("a", match("TIA1", 0.01, 1.0)), motif("b", match("TIA1", 0.001), enrichment=None)], "b"),
    ],
)
def test_the_own_motif(motifs: list[LearnedMotif], expected: Any) -> None:
    own = find_own_match(collection("TIA1", *motifs))
    assert (own and own[0].pwm.id) == expected


def test_enrichment_has_a_direction() -> None:
    assert is_enriched(STRONG)
    assert not is_enriched(None)
    assert not is_enriched(STRONG._replace(odds_ratio=nan))
