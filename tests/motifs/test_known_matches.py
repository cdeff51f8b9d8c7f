"""Tomtom on cases with known answers, and against its definition."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from motifs.tomtom_twin import compare

from ideep_scan.errors import InputError
from ideep_scan.formats.pwm_table import read_known_sets, read_pwms
from ideep_scan.motifs.known_matches import KnownMotifs
from ideep_scan.records.learned_motif import KnownMatch
from ideep_scan.records.pwm import Pwm

pytest.importorskip("memelite")


@pytest.fixture(scope="module")
def known() -> KnownMotifs:
    """The RNAcompete motifs of the package."""
    return KnownMotifs("CISBP-RNA", read_pwms())


def spell(id: str, letters: str) -> Pwm:
    """Make a motif of one sequence."""
    return Pwm(id, letters, id, 100 * np.eye(4)[["ACGU".index(letter) for letter in letters]])


def with_counts(pwm: Pwm, counts: np.ndarray) -> Pwm:
    return Pwm(pwm.id, pwm.name, pwm.symbol, counts)


def find(matches: tuple[KnownMatch, ...], id: str) -> KnownMatch:
    return next(match for match in matches if match.id == id)


def test_a_motif_is_its_own_best_match(known: KnownMotifs):
    for pwm, matches in zip(known.pwms, known.match(known.pwms), strict=True):
        twins = {other.id: other.symbol for other in known.pwms if np.array_equal(other.counts, pwm.counts)}
        assert {match.id: match.symbol for match in matches[: len(twins)]} == twins
        best = matches[0]
        assert (best.source, best.offset, best.overlap) == ("CISBP-RNA", 0, len(pwm))
        assert best.p_value == min(match.p_value for match in matches) < 1e-6
        assert all(match.e_value == pytest.approx(102 * match.p_value) for match in matches)
        assert all(match.p_value <= match.q_value <= 1 for match in matches)


def test_shifted_and_truncated_motifs_are_found_with_their_offset(known: KnownMotifs):
    flank = np.full((2, 4), 0.25)
    for pwm in known.pwms[::10]:
        shifted, truncated = np.concatenate((flank, pwm.frequencies())), pwm.frequencies()[1:]
        for counts, offset, overlap in ((shifted, 2, len(pwm)), (truncated, -1, len(pwm) - 1)):
            ((best, *_),) = known.match([with_counts(pwm, counts)])
            assert (best.id, best.offset, best.overlap) == (pwm.id, offset, overlap)


def test_a_reverse_complement_is_not_found():
    motif, reverse = spell("PUM2", "UGUAAAUA"), spell("reverse", "UAUUUACA")
    (matches,) = KnownMotifs("x", (motif, reverse, *read_pwms())).match([motif], p_value=1)
    assert matches[0].id == "PUM2"
    assert find(matches, "reverse").p_value > 0.1


def test_a_duplicate_is_found_as_often_as_it_is_there():
    motif, other = spell("PUM2", "UGUAAAUA"), spell("PUM2.2", "UGUAAAUA")
    (matches,) = KnownMotifs("x", (*read_pwms(), other, motif)).match([motif])
    assert {match.id for match in matches[:2]} == {"PUM2", "PUM2.2"}
    assert matches[0].p_value == matches[1].p_value
    assert matches[0].q_value == pytest.approx(matches[0].e_value / 2)


@pytest.mark.parametrize("letters", ["U", "UG", "UGU"])
def test_very_short_motifs_are_compared(letters: str):
    motif = spell("short", letters)
    (matches,) = KnownMotifs("x", (*read_pwms(), motif)).match([motif], p_value=1)
    assert len(matches) == 103
    assert all(0 < match.p_value <= 1 for match in matches)
    match = find(matches, "short")
    assert (match.offset, match.overlap) == (0, len(letters))


def test_p_values_are_those_of_the_definition():
    targets = read_pwms()[::3]
    queries = [
        targets[3],
        with_counts(targets[9], targets[9].counts[2:]),
        spell("U", "UUUGUUU"),
        spell("UG", "UG"),
    ]
    for query, matches in zip(queries, KnownMotifs("x", targets).match(queries, p_value=1), strict=True):
        slow = compare(query.frequencies(), [target.frequencies() for target in targets])
        for target, one in zip(targets, slow, strict=True):
            match = find(matches, target.id)
            if one.p_value > 1e-6:  # below, one step of the score is many times the p-value
                assert match.p_value == pytest.approx(one.p_value, rel=0.03)
                assert match.p_value <= 1
            else:
                assert match.p_value < 1e-5
            if one.p_value < 0.01:
                assert (match.offset, match.overlap) == (one.offset, one.overlap)


def test_p_values_of_chance_matches_are_uniform_or_higher():
    """Draw columns from all motifs: 5 % of pairs have p <= 0.05. High ones are too high, as offsets are dependent."""
    random = np.random.default_rng(20170215)
    pwms = read_pwms()
    columns = np.concatenate([pwm.frequencies() for pwm in pwms])
    ends = np.cumsum([len(pwm) for pwm in pwms])[:-1]
    p_values = []
    for _ in range(8):
        shuffled = np.split(random.permutation(columns), ends)
        random_motifs = KnownMotifs("x", [with_counts(*pair) for pair in zip(pwms, shuffled, strict=True)])
        queries = [pwms[index] for index in random.choice(len(pwms), 8, replace=False)]
        p_values += [match.p_value for matches in random_motifs.match(queries, p_value=1) for match in matches]
    assert len(p_values) == 64 * 102
    for limit, least in ((0.5, 0.75), (0.2, 0.8), (0.05, 0.8), (0.01, 0.5)):
        assert least < np.mean(np.array(p_values) <= limit) / limit < 1.2


def test_a_small_set_has_the_background_of_the_larger_one(known: KnownMotifs):
    few = KnownMotifs("few", known.pwms[20:22], background=(*known.pwms[:20], *known.pwms[22:]))
    for one, other in zip(few.match(known.pwms[20:25]), known.match(known.pwms[20:25]), strict=True):
        p_values = {match.id: match.p_value for match in other}
        assert {match.id for match in one} == {pwm.id for pwm in few.pwms} & set(p_values)
        for match in one:
            assert match.p_value == pytest.approx(p_values[match.id])
            assert match.e_value == 2 * match.p_value
    assert KnownMotifs("all", known.pwms, background=known.pwms).match(known.pwms[:3]) == [
        tuple(match._replace(source="all") for match in matches) for matches in known.match(known.pwms[:3])
    ]


def test_neither_order_nor_threads_nor_company_change_a_match(known: KnownMotifs):
    queries = [known.pwms[5], spell("UG", "UGUG"), known.pwms[50], with_counts(known.pwms[7], np.zeros((9, 4)))]
    together = known.match(queries)
    assert known.match(queries, threads=2) == together
    assert known.match(queries[::-1])[::-1] == together
    assert [known.match([query])[0] for query in queries] == together
    assert known.match([]) == []
    assert known.match(queries, p_value=1e-4) == [tuple(m for m in row if m.p_value <= 1e-4) for row in together]


def test_a_single_known_motif_without_background_is_compared():
    motif = spell("PUM2", "UGUAAAUA")
    ((match,),) = KnownMotifs("one", [motif]).match([motif])
    assert (match.id, match.offset, match.overlap) == ("PUM2", 0, 8)


def test_wide_motifs_are_compared(known: KnownMotifs):
    wide = Pwm("wide", "", "", np.concatenate([pwm.frequencies() for pwm in known.pwms[:6]]))
    ((best, *_),) = known.match([wide])
    assert best.id in {pwm.id for pwm in known.pwms[:6]}
    assert best.overlap == 7


def test_motifs_of_one_protein_resemble_each_other_across_sets(known: KnownMotifs):
    rbns = {pwm.id: pwm for pwm in read_known_sets()["RBNS"]}
    queries = [rbns[f"RBNS.{name}.1"] for name in ("HNRNPC", "HNRNPL", "IGF2BP2", "MBNL1", "RBFOX2", "PCBP1")]
    symbols = [{match.symbol for match in matches[:8]} for matches in known.match(queries)]
    for names, proteins in zip(symbols, ("HNRNPC", "HNRNPL", "IGF2BP2", "MBNL1", "RBFOX1", "PCBP1"), strict=True):
        assert proteins in names


def test_tomtom_must_be_installed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "memelite", None)
    with pytest.raises(InputError, match=r"pip install 'ideep-scan\[motifs\]'"):
        KnownMotifs("x", read_pwms())
