"""Known motifs by their ids."""

from __future__ import annotations

from ideep_scan.jobs.known_motifs import find_known_motif, name_known_motif


def test_a_packaged_motif_and_an_unknown_one() -> None:
    pwm = find_known_motif("RNCMPT00032")
    assert pwm is not None
    assert (pwm.symbol, len(pwm)) == ("ELAVL1", 7)
    assert name_known_motif("RNCMPT00032") == "ELAVL1_UUWUUUU"
    assert find_known_motif("M1") is None
    assert name_known_motif("M1") is None
