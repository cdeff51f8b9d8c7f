"""Tables of learned motifs."""

from __future__ import annotations

import math

import numpy as np

from ideep_scan.formats.motif_tables import (
    MATCH_COLUMNS,
    MOTIF_COLUMNS,
    find_median_distance,
    list_match_rows,
    list_motif_rows,
)
from ideep_scan.records.learned_motif import Enrichment, KnownMatch, LearnedMotif, MotifCluster, MotifCollection
from ideep_scan.records.pwm import Pwm


def _motif(id: str, enrichment: Enrichment | None = None, matches: tuple[KnownMatch, ...] = ()) -> LearnedMotif:
    pwm = Pwm(id, "UGU", "X", np.eye(4)[:3])
    return LearnedMotif(pwm, "filter", 7, 4.5, None, enrichment, np.array([0, 1, 0, 0, 0]), matches, None)


def _collection() -> MotifCollection:
    match = KnownMatch("M1", "PUM2", "set", 0.01, 1.0, 0.5, -2, 3)
    motifs = (_motif("a"), _motif("b", Enrichment(3, 4, 0, 4, math.inf, 0.1, 0.2), (match, match)))
    clusters = (MotifCluster(("b",), (), ()), MotifCluster(("a",), (), ()))
    return MotifCollection("m", "X", "", "", 4, 4, np.zeros((1, 4, 1)), (), math.nan, motifs, clusters)


def test_rows_follow_the_clusters_and_leave_unknown_numbers_empty() -> None:
    header, *rows = (line.rstrip("\n").split("\t") for line in list_motif_rows(_collection()))
    assert tuple(header) == MOTIF_COLUMNS
    strongest, other = (dict(zip(header, row, strict=True)) for row in rows)
    assert (strongest["id"], strongest["cluster"], strongest["odds_ratio"], strongest["q"]) == ("b", "b", "inf", "0.2")
    assert (strongest["known_symbol"], strongest["known_offset"], strongest["distance"]) == ("PUM2", "-2", "-1")
    assert (other["id"], other["bound"], other["known_id"], other["planted"]) == ("a", "", "", "")


def test_every_match_has_a_row() -> None:
    header, *rows = (line.rstrip("\n").split("\t") for line in list_match_rows(_collection()))
    assert tuple(header) == MATCH_COLUMNS
    assert [row[:3] for row in rows] == [["b", "UGU", "M1"]] * 2


def test_a_motif_without_hits_has_no_distance() -> None:
    assert math.isnan(find_median_distance(np.zeros(5, np.int64)))
