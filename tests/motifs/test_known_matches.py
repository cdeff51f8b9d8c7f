"""Tomtom on cases with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.motifs.known_matches import KnownMotifs
from ideep_scan.records.pwm import Pwm

pytest.importorskip("memelite")


@pytest.fixture(scope="module")
def known() -> KnownMotifs:
    """The motifs of the package."""
    return KnownMotifs("CISBP-RNA", read_pwms())


def part(pwm: Pwm, counts: np.ndarray) -> Pwm:
    """Another matrix of a motif."""
    return Pwm(pwm.id, pwm.name, pwm.symbol, counts)


def test_a_motif_is_its_own_best_match(known: KnownMotifs):
    for pwm, matches in zip(known.pwms, known.match(known.pwms), strict=True):
        twins = {other.id: other.symbol for other in known.pwms if np.array_equal(other.counts, pwm.counts)}
        assert {match.id: match.symbol for match in matches[: len(twins)]} == twins
        best = matches[0]
        assert (best.offset, best.overlap) == (0, len(pwm))
        assert best.p_value == min(match.p_value for match in matches) < 1e-6
        assert {match.source for match in matches} == {"CISBP-RNA"}
        assert all(match.e_value == pytest.approx(102 * match.p_value) for match in matches)
        assert all(match.p_value <= match.q_value <= 1 for match in matches)


def test_shifted_and_truncated_motifs_are_found_with_their_offset(known: KnownMotifs):
    flank = np.full((2, 4), 0.25)
    for pwm in known.pwms[::10]:
        frequencies = pwm.counts / pwm.counts.sum(axis=1, keepdims=True)
        shifted, truncated = np.concatenate((flank, frequencies)), frequencies[1:]
        for counts, offset, overlap in ((shifted, 2, len(pwm)), (truncated, -1, len(pwm) - 1)):
            ((best, *_),) = known.match([part(pwm, counts)])
            assert (best.id, best.offset, best.overlap) == (pwm.id, offset, overlap)
