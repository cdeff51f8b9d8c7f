import numpy as np

from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.records.places import Places
from ideep_scan.train.site_summary import REGION_NAMES, count_bases, count_regions
from tests.toys import transcript


def test_regions_of_each_strand():
    regions = RegionMap([transcript([(0, 30), (60, 90)], (10, 70)), transcript([(0, 50)], None, "-", name="N")])
    places = Places(
        np.array(["chr1"] * 6, object),
        np.array(["+", "+", "+", "+", "-", "-"], object),
        np.array([5, 20, 40, 80, 5, 95]),
    )
    shares = dict(zip(REGION_NAMES, count_regions(places, regions), strict=True))
    assert all(abs(share - 1 / 6) < 1e-12 for share in shares.values())


def test_no_places():
    none = Places(np.zeros(0, object), np.zeros(0, object), np.zeros(0, np.int64))
    assert count_regions(none, RegionMap([])).tolist() == [0] * len(REGION_NAMES)


def test_bases_around_the_centre():
    codes = np.full((4, 101), 4, np.int8)
    codes[:, 50] = [0, 0, 3, 4]
    codes[:, 30] = 2
    codes[:, 29] = 1  # beyond the flank
    bases = count_bases(codes)
    assert bases.shape == (41, 4)
    assert np.allclose(bases[20], [2 / 3, 0, 0, 1 / 3])
    assert bases[0].tolist() == [0, 0, 1, 0]
    assert not bases[1:20].any()
    assert not bases[21:].any()
