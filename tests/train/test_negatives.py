import numpy as np
import pytest

from ideep_scan.records.places import Places
from ideep_scan.records.span import Span
from ideep_scan.train.negatives import AWAY, Surroundings, draw_anywhere, draw_positions

LOCI = [Span("1", 0, 1000, "+"), Span("1", 500, 900, "-"), Span("2", 0, 50, "+"), Span("2", 100, 100, "+")]


def even(places: Places) -> np.ndarray:
    return places.centre % 2 == 0


def places_at(chrom: str, strand: str, *centres: int) -> Places:
    count = len(centres)
    return Places(np.full(count, chrom, object), np.full(count, strand, object), np.array(centres, np.int64))


@pytest.mark.parametrize("seed", range(3))
def test_positions_of_each_locus(seed):
    wanted = np.array([100, 30, 40, 5])
    places, loci = draw_positions(LOCI, wanted, even, np.random.default_rng(seed))
    assert np.bincount(loci, minlength=4)[:2].tolist() == [100, 30]
    assert 20 <= (loci == 2).sum() <= 25  # no more are usable
    rows = list(zip(places.chrom, places.strand, places.centre.tolist(), strict=True))
    assert len(set(rows)) == len(rows)
    for (chrom, strand, centre), number in zip(rows, loci.tolist(), strict=True):
        locus = LOCI[number]
        assert (chrom, strand, centre % 2) == (locus.chrom, locus.strand, 0)
        assert locus.start <= centre < locus.end
    again, _ = draw_positions(LOCI, wanted, even, np.random.default_rng(seed))
    assert again.centre.tolist() == places.centre.tolist()


def test_positions_of_all_loci_together():
    places, loci = draw_anywhere(LOCI, 300, even, np.random.default_rng(0))
    assert len(places) == 300
    assert np.bincount(loci, minlength=4)[3] == 0
    assert (loci == 0).sum() > (loci == 1).sum() > (loci == 2).sum() > 0
    assert len(draw_anywhere([], 10, even, np.random.default_rng(0))[0]) == 0
    assert len(draw_anywhere(LOCI, 10**4, even, np.random.default_rng(0))[0]) <= 725


def test_nothing_is_usable():
    places, _ = draw_positions(
        LOCI, np.array([9, 9, 9, 9]), lambda places: np.zeros(len(places), bool), np.random.default_rng(0)
    )
    assert len(places) == 0


def test_surroundings_of_intervals():
    around = Surroundings(places_at("1", "+", 505), np.array([500]), np.array([510]))
    centres = [500 - AWAY - 1, 500 - AWAY, 509 + AWAY, 510 + AWAY]
    assert around.cover(places_at("1", "+", *centres)).tolist() == [False, True, True, False]
    assert not around.cover(places_at("1", "-", *centres)).any()
    assert around.touch(LOCI).tolist() == [True, False, False, False]
    spans = [Span("1", 0, 500 - AWAY, "+"), Span("1", 0, 501 - AWAY, "+"), Span("1", 510 + AWAY, 900, "+")]
    assert around.touch(spans).tolist() == [False, True, False]
