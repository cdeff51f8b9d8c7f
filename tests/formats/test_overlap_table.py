"""The table of overlaps."""

from __future__ import annotations

import io

from ideep_scan.formats.overlap_table import INTERVAL_COLUMNS, SITE_COLUMNS, OverlapTable
from ideep_scan.records.scores import MotifLabel
from ideep_scan.records.site_overlap import SiteOverlap

SITE = SiteOverlap(
    run="out",
    model="ELAVL1",
    start=5,
    end=9,
    strand="-",
    summit=7,
    distance=-2,
    motif=MotifLabel("M1", "ELAVL1_UUU", "ELAVL1", "known"),
    details=("TNF:1", "0.9", "0.01", "", "region", "TNF", "G1", "CDS"),
)


def test_rows_below_their_header() -> None:
    stream = io.StringIO()
    table = OverlapTable(stream, INTERVAL_COLUMNS)
    table.add(("chr1", "5", "6", "x y", "."), [SITE, SITE._replace(distance=0, motif=None)])
    table.add(("chr1", "5", "6", ".", "."), [])
    header, *rows = stream.getvalue().splitlines()
    assert header.split("\t") == [*INTERVAL_COLUMNS, *SITE_COLUMNS]
    start = ["chr1", "5", "6", "x y", ".", "out", "ELAVL1", "TNF:1", "5", "9", "-", "7"]
    end = ["0.9", "0.01", "", "region", "TNF", "G1", "CDS"]
    assert [row.split("\t") for row in rows] == [
        [*start, "-2", "M1", "ELAVL1_UUU", "ELAVL1", "known", *end],
        [*start, "0", ".", ".", ".", ".", *end],
    ]
