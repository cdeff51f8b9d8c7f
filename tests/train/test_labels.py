"""Labels of windows, against the rules read one window and experiment at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.records.places import Places
from ideep_scan.train.labels import (
    BACKGROUND,
    BODY,
    EDGE,
    IGNORED,
    NEAR,
    NEGATIVE,
    POSITIVE,
    PROBABLE,
    PUBLISHED_NEAR,
    Intervals,
    LabelTable,
    PublishedLabels,
    cut_bodies,
    label_windows,
)

FAMILIES = np.array([0, 1, 0, 2])
Place = tuple[str, str, int]
Peak = tuple[str, str, int, int, int]
Window = tuple[Place, int, int]
contigs, strands, experiments = st.sampled_from(["chr1", "chr2"]), st.sampled_from("+-"), st.integers(0, 3)
place = st.tuples(contigs, strands, st.integers(0, 500))
peak = st.builds(
    lambda chrom, strand, start, length, experiment: (chrom, strand, start, start + length, experiment),
    contigs,
    strands,
    st.integers(0, 500),
    st.integers(1, 200),
    experiments,
)
window = st.tuples(place, st.integers(0, 1), experiments)


def pack_places(rows: list[Place]) -> Places:
    chrom, strand, centre = zip(*rows, strict=True) if rows else ((), (), ())
    return Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))


def pack_peaks(rows: list[Peak]) -> Intervals:
    chrom, strand, start, end, experiment = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    numbers = (np.array(column, np.int64) for column in (start, end, experiment))
    return Intervals(np.array(chrom, object), np.array(strand, object), *numbers)


def pack_published(rows: list[Window]) -> PublishedLabels:
    places, labels, numbers = zip(*rows, strict=True) if rows else ((), (), ())
    return PublishedLabels(pack_places(list(places)), np.array(labels, np.int8), np.array(numbers, np.int64))


def label_slowly(at: Place, experiment: int, cores: list[Peak], bodies: list[Peak], *, published: list[Window]) -> int:
    """Read the table of `train/labels.py` from top to bottom."""
    chrom, strand, centre = at
    same = [(start, end, number) for c, s, start, end, number in bodies if (c, s) == (chrom, strand)]
    family = {number for number, other in enumerate(FAMILIES) if other == FAMILIES[experiment]}
    here = [(label, number) for other, label, number in published if other == at]
    if any((c, s, e) == (chrom, strand, experiment) and start <= centre < end for c, s, start, end, e in cores):
        return POSITIVE
    if (1, experiment) in here:
        return POSITIVE
    in_family_body = any(start <= centre < end and number in family for start, end, number in same)
    if (0, experiment) in here and not in_family_body:
        return NEGATIVE
    if any(start <= centre < end and number == experiment for start, end, number in same):
        return PROBABLE
    near_peak = any(start - NEAR <= centre < end + NEAR and number in family for start, end, number in same)
    near_published = any(
        (c, s) == (chrom, strand) and label and number in family and abs(x - centre) <= PUBLISHED_NEAR
        for (c, s, x), label, number in published
    )
    return IGNORED if near_peak or near_published else BACKGROUND


@settings(max_examples=60, deadline=None)
@given(
    st.lists(place, max_size=8), st.lists(peak, max_size=2), st.lists(peak, max_size=5), st.lists(window, max_size=5)
)
def test_labels(places, cores, bodies, published):
    places = places + [at for at, _, _ in published]  # published windows are windows too
    table = label_windows(
        pack_places(places),
        pack_peaks(cores),
        pack_peaks(bodies),
        published=pack_published(published),
        families=FAMILIES,
    )
    slow = [[label_slowly(at, e, cores, bodies, published=published) for e in range(4)] for at in places]
    np.testing.assert_array_equal(table.dense(np.arange(len(places))), np.array(slow, np.int8).reshape(-1, 4))
    assert len(table) == len(places)


def mirror(table: LabelTable) -> np.ndarray:
    return table.dense(np.arange(len(table)))


@settings(max_examples=30, deadline=None)
@given(st.lists(place, max_size=8), st.lists(peak, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_a_mirrored_genome_has_the_same_labels(places, peaks, flags):
    other, length = {"+": "-", "-": "+"}, 1000
    mirrored_places = [(c, other[s], length - 1 - x) for c, s, x in places]
    mirrored_peaks = [(c, other[s], length - end, length - start, e) for c, s, start, end, e in peaks]
    crosslinked = np.array(flags[: len(peaks)], bool)
    tables = [
        label_windows(
            pack_places(p),
            pack_peaks([]),
            cut_bodies(pack_peaks(q), crosslinked),
            published=pack_published([]),
            families=FAMILIES,
        )
        for p, q in ((places, peaks), (mirrored_places, mirrored_peaks))
    ]
    np.testing.assert_array_equal(mirror(tables[0]), mirror(tables[1]))


@pytest.mark.parametrize(
    ("strand", "crosslinked", "body"),
    [
        ("+", True, (1000 - EDGE, 1000 + BODY)),
        ("-", True, (1300 - BODY, 1300 + EDGE)),
        ("+", False, (1000 - EDGE, 1300 + EDGE)),
        ("-", False, (1000 - EDGE, 1300 + EDGE)),
    ],
)
def test_the_body_is_at_the_crosslink(strand, crosslinked, body):
    bodies = cut_bodies(pack_peaks([("chr1", strand, 1000, 1300, 0)]), np.array([crosslinked]))
    assert (int(bodies.start[0]), int(bodies.end[0])) == body


def test_a_short_peak_is_its_body():
    bodies = cut_bodies(pack_peaks([("chr1", "+", 50, 70, 0), ("chr1", "-", 50, 70, 0)]), np.array([True, True]))
    assert bodies.start.tolist() == [50 - EDGE, 50]
    assert bodies.end.tolist() == [70, 70 + EDGE]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), max_size=6), st.sets(st.integers(0, 3)))
def test_a_table_selects_counts_and_repeats_rows(rows, columns):
    dense = np.array(rows, np.int8).reshape(-1, 4)
    at, number = dense.nonzero()
    starts = np.append(0, np.cumsum((dense > 0).sum(1)))
    table = LabelTable(starts, number.astype(np.int16), dense[at, number], columns=4)
    order = np.arange(2 * len(rows)) // 2
    np.testing.assert_array_equal(table.dense(order), dense[order])
    chosen = np.array(sorted(columns), np.int64)
    np.testing.assert_array_equal(table.select(chosen).dense(order), dense[order][:, chosen])
    half = np.arange(len(rows)) % 2 == 0
    np.testing.assert_array_equal(table.count(IGNORED, half), (dense[half] == IGNORED).sum(0))
