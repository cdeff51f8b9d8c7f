"""What igv.js is given of transcripts and places."""

from __future__ import annotations

import json

import numpy as np
from toys import transcript

from ideep_scan.formats.igv_features import make_search_result, make_transcript_feature


def test_a_coding_transcript():
    made = make_transcript_feature(
        transcript([(10, 20), (30, 60), (70, 80), (90, 95)], (40, 75), "-", "GENE", name="T9")
    )
    assert (made["chr"], made["start"], made["end"]) == ("chr1", 10, 95)
    assert (made["name"], made["id"], made["strand"]) == ("GENE", "T9", "-")
    assert (made["cdStart"], made["cdEnd"]) == (40, 75)
    assert made["exons"] == [
        {"start": 10, "end": 20, "utr": True},
        {"start": 30, "end": 60, "cdStart": 40},
        {"start": 70, "end": 80, "cdEnd": 75},
        {"start": 90, "end": 95, "utr": True},
    ]


def test_a_coding_part_within_one_exon_and_whole_exons():
    (exon,) = make_transcript_feature(transcript([(0, 90)], (40, 75)))["exons"]
    assert exon == {"start": 0, "end": 90, "cdStart": 40, "cdEnd": 75}
    assert make_transcript_feature(transcript([(40, 75)], (40, 75)))["exons"] == [{"start": 40, "end": 75}]


def test_a_transcript_that_codes_for_nothing_is_drawn_low():
    made = make_transcript_feature(transcript([(0, 9)], None))
    assert made["exons"] == [{"start": 0, "end": 9, "utr": True}]
    assert "cdStart" not in made


def test_all_is_plain_json():
    exons = np.array([(1, 2), (5, 9)], np.int64)
    json.dumps(make_transcript_feature(transcript([tuple(row) for row in exons], (1, 8))))


def test_a_place_counts_from_one():
    assert make_search_result("c", 0, 10) == {"chromosome": "c", "start": 1, "end": 10}
