"""Matches on a sequence and on the genome: thresholds, coordinates, strands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.kernels.onehot import complement, encode
from ideep_scan.motifs.hits import MotifScanner
from ideep_scan.records.pwm import Pwm

PWMS = read_pwms()
LOOSE = MotifScanner(PWMS[::8], p_value=0.005)


def bases(seed: int, length: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    codes = random.integers(0, 4, length).astype(np.int8)
    codes[random.random(length) < 0.02] = 4
    return codes


def test_a_planted_site_is_found_on_either_strand():
    hur = next(pwm for pwm in PWMS if pwm.id == "RNCMPT00032")
    site = hur.counts.argmax(axis=1).astype(np.int8)
    rna = np.concatenate([encode(b"GCGCG"), site, encode(b"GCGC")])
    scanner = MotifScanner([hur])
    ((plus,),) = scanner.hits("chr1", "+", np.arange(100, 100 + rna.size)[None], rna[None])
    assert (plus.start, plus.end, plus.strand) == (105, 105 + len(hur), "+")
    assert plus.motif == ("RNCMPT00032", "ELAVL1_UUWUUUU", "ELAVL1", "known")
    assert plus.p_value == 4.0**-7
    assert plus.score == pytest.approx(
        np.log2(4 * (hur.counts.max(axis=1) + 0.375) / (hur.counts.sum(axis=1) + 1.5)).sum(), abs=0.004
    )
    ((minus,),) = scanner.hits("chr1", "-", np.arange(100, 100 + rna.size)[None, ::-1], rna[None])
    assert (minus.start, minus.end, minus.strand) == (104, 104 + len(hur), "-")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(0, 80))
def test_mirroring_the_genome_mirrors_the_hits(seed, length):
    genome, start = bases(seed, length), 1000
    line = np.arange(start, start + length)
    (plus,) = LOOSE.hits("c", "+", line[None], genome[None])
    mirrored = complement(genome)[::-1]  # the genome read from its other end
    (minus,) = LOOSE.hits("c", "-", line[None, ::-1], complement(mirrored)[None, ::-1])
    flip = 2 * start + length
    assert [(flip - hit.end, flip - hit.start, hit.motif, hit.score, hit.p_value) for hit in plus] == [
        (hit.start, hit.end, hit.motif, hit.score, hit.p_value) for hit in minus
    ]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(0, 80), strand=st.sampled_from("+-"))
def test_a_hit_spells_a_site_that_scores_the_same_by_itself(seed, length, strand):
    genome = bases(seed, length)
    rna, line = (genome, np.arange(length)) if strand == "+" else (complement(genome)[::-1], np.arange(length)[::-1])
    (hits,) = LOOSE.hits("c", strand, line[None], rna[None])
    for hit in hits:
        site = genome[hit.start : hit.end]
        spelled = site if strand == "+" else complement(site)[::-1]
        again = [match for match in LOOSE.scan(spelled) if match.label == hit.motif and match.offset == 0]
        assert [(match.score, match.p_value) for match in again] == [(hit.score, hit.p_value)]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), windows=st.integers(0, 6), width=st.integers(1, 40), strand=st.sampled_from("+-"))
def test_windows_together_hold_what_each_holds_alone(seed, windows, width, strand):
    codes = bases(seed, windows * width).reshape(windows, width)
    starts = np.random.default_rng(seed).integers(0, 50, windows)  # some overlap
    positions = (starts[:, None] + np.arange(width))[:, :: 1 if strand == "+" else -1]
    together = LOOSE.hits("c", strand, positions, codes)
    assert together == [
        hits
        for line, window in zip(positions, codes, strict=True)
        for hits in LOOSE.hits("c", strand, line[None], window[None])
    ]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), p_value=st.sampled_from([1e-4, 1e-3, 0.01]))
def test_no_match_is_likelier_than_asked(seed, p_value):
    assert all(match.p_value <= p_value for match in MotifScanner(PWMS[::20], p_value).scan(bases(seed, 300)))


def test_a_motif_whose_best_sequences_tie_beyond_the_p_value_never_matches():
    tied = Pwm("t", "t", "t", np.array([[1.0, 1, 98, 0]] * 6 + [[50, 50, 0, 0]]))
    assert MotifScanner([tied], p_value=1e-4).scan(encode(b"GGGGGGAGGGGGGC")) == []
    assert len(MotifScanner([tied], p_value=2e-4).scan(encode(b"GGGGGGAGGGGGGC"))) == 2


def test_no_motifs_no_matches():
    assert MotifScanner([]).scan(encode(b"ACGU")) == []


@pytest.mark.parametrize("p_value", [0.0, -1.0, 1.5, float("nan")])
def test_impossible_p_values_are_refused(p_value):
    with pytest.raises(ValueError, match="p-value"):
        MotifScanner(PWMS[:1], p_value)


def test_windows_as_arrays_are_the_matches_of_each_window():
    codes = bases(7, 12 * 101).reshape(12, 101)
    matches = LOOSE.scan_windows(codes)
    rows = list(zip(matches.window, matches.first, matches.score, matches.p_value, strict=True))
    assert rows == [
        (row, match.offset, match.score, match.p_value)
        for row, window in enumerate(codes)
        for match in LOOSE.scan(window)
    ]


def test_best_sequences_match_if_asked_though_they_exceed_the_p_value():
    short = Pwm("s", "s", "s", np.array([[98.0, 1, 1, 1], [1, 98, 1, 1]]))
    scanner = MotifScanner([short, PWMS[0]], 1e-3, best_matches=True)
    assert [(match.offset, match.p_value) for match in scanner.scan(encode(b"GACGAAG"))] == [(1, 1 / 16)]
    codes = bases(3, 500)
    assert MotifScanner(PWMS, 1e-3, best_matches=True).scan(codes) == MotifScanner(PWMS, 1e-3).scan(codes)
