import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.places import Places
from ideep_scan.train.site_lists import NEAR, collapse, count_replicates

ROWS = st.lists(
    st.tuples(st.sampled_from("12"), st.sampled_from("+-"), st.integers(0, 200), st.integers(0, 5)), max_size=40
)


def places_of(rows: list[tuple[str, str, int, int]]) -> Places:
    chrom, strand, centre, _ = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))


@given(ROWS, st.randoms())
def test_collapsed_sites_are_apart_and_stronger_than_what_they_replace(rows, random):
    sites, strength = places_of(rows), np.array([row[3] for row in rows], np.float32)
    kept = collapse(sites, strength)
    chosen = [rows[i] for i in kept.tolist()]
    assert chosen == sorted(chosen, key=lambda row: row[:3])
    for i, one in enumerate(chosen):
        assert all(one[:2] != other[:2] or abs(one[2] - other[2]) > NEAR for other in chosen[:i])
    for row in rows:
        near = [one for one in chosen if one[:2] == row[:2] and abs(one[2] - row[2]) <= NEAR]
        assert any(one[3] >= row[3] for one in near)
    shuffled = random.sample(rows, len(rows))
    again = collapse(places_of(shuffled), np.array([row[3] for row in shuffled], np.float32))
    assert [shuffled[i] for i in again.tolist()] == chosen


def test_a_site_without_strength_is_the_weakest():
    sites = places_of([("1", "+", 10, 0), ("1", "+", 20, 0)])
    assert collapse(sites, np.array([np.nan, -5.0])).tolist() == [1]
    assert collapse(sites, np.array([np.nan, np.nan])).tolist() == [0]


@given(ROWS, st.lists(ROWS, max_size=3))
def test_replicates_are_counted_as_one_by_one(rows, lists):
    expected = [
        sum(any(one[:2] == row[:2] and abs(one[2] - row[2]) <= NEAR for one in sites) for sites in lists)
        for row in rows
    ]
    assert count_replicates(places_of(rows), [places_of(sites) for sites in lists]).tolist() == expected
