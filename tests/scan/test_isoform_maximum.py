"""The highest of isoforms at each position, against a dictionary."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import STRANDS
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.isoform_maximum import IsoformMaximum


@pytest.mark.parametrize("strand", STRANDS)
def test_the_highest_value_of_each_kind_in_genome_order(strand):
    exons = [[(10, 20), (30, 34)], [(12, 20), (33, 40)], [(50, 52)]]
    transcripts = [Transcript(f"t{n}", "g", "G", "c", strand, np.array(rows)) for n, rows in enumerate(exons)]
    isoforms = Isoforms(transcripts, {"c": 99})
    draws = np.random.default_rng(5)
    maximum, expected = IsoformMaximum(isoforms), {"a": {}, "b": {}}
    for name, length in isoforms.lengths.items():
        for first, last in ((0, length // 2), (length // 2, length)):
            tracks = {
                kind: ScoreTrack(name, "+", first, draws.random(last - first).astype(np.float32)) for kind in "ab"
            }
            tracks["a"].values[0] = np.nan
            maximum.add(tracks)
            for kind, track in tracks.items():
                places = isoforms.find_positions(name, np.arange(first, last)).tolist()
                for place, value in zip(places, track.values, strict=True):
                    expected[kind][place] = np.fmax(expected[kind].get(place, np.float32(np.nan)), value)
    tracks = list(maximum.take())
    for kind, values in expected.items():
        seen = {track[kind].start + i: value for track in tracks for i, value in enumerate(track[kind].values)}
        assert list(seen) == sorted(values)
        np.testing.assert_array_equal(list(seen.values()), [values[place] for place in sorted(values)])
    assert {(track["a"].chrom, track["a"].strand) for track in tracks} == {("c", strand)}
    assert list(maximum.take()) == []
