"""The overview of a run: what its bytes hold, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyBigWig
import pytest

from ideep_scan.jobs.view.overview import NOT_SCORED, Overview

PLACE = {"chrom": "chr1", "start": "0", "end": "40"}


def write_track(path: Path, values: list[float], start: int) -> Path:
    file = pyBigWig.open(str(path), "w")
    file.addHeader([("chr1", 1000)])
    file.addEntries("chr1", start, values=values, span=1, step=1)
    file.close()
    return path


@pytest.fixture
def tracks(tmp_path: Path) -> list[dict[str, Path]]:
    plus = write_track(tmp_path / "a.bw", [0.0, 1.0, 0.5, 0.25], 10)
    minus = write_track(tmp_path / "b.bw", [0.5] * 10, 30)
    return [{"+": plus}, {}, {"+": plus, "-": minus}]


def read(overview: Overview, **query: str) -> tuple[dict[str, object], np.ndarray]:
    """Return the head and the rows of an answer."""
    reply = overview.answer({**PLACE, **query})
    assert reply.status == 200
    line, content = reply.body.split(b"\n", 1)
    head = json.loads(line)
    return head, np.frombuffer(content, np.uint8).reshape(-1, 2, head["bins"])


def test_each_group_and_strand_has_its_highest_scores(tracks):
    head, rows = read(Overview(tracks), bins="4")
    none = [NOT_SCORED] * 4
    assert head == {"bins": 4, "problems": []}
    assert rows.tolist() == [
        [[NOT_SCORED, 254, NOT_SCORED, NOT_SCORED], none],
        [none, none],
        [[NOT_SCORED, 254, NOT_SCORED, NOT_SCORED], [NOT_SCORED, NOT_SCORED, NOT_SCORED, 127]],
    ]


def test_bins_are_at_most_as_many_as_positions(tracks):
    head, rows = read(Overview(tracks), bins="2000")
    assert head["bins"] == 40
    assert rows[0, 0, 10:14].tolist() == [0, 254, 127, 64]


def test_a_file_that_is_gone_is_named_and_the_others_are_read(tracks):
    tracks[0]["+"] = tracks[0]["+"].with_name("gone.bw")
    head, rows = read(Overview(tracks), bins="4")
    assert len(head["problems"]) == 1
    assert head["problems"][0].startswith("gone.bw: ")
    assert (rows[0] == NOT_SCORED).all()
    assert rows[2, 0, 1] == 254


def test_a_page_without_scores_says_so():
    head, rows = read(Overview([{}, {}]), bins="4")
    assert len(head["problems"]) == 1
    assert "no bigWig and no Zarr store" in head["problems"][0]
    assert (rows == NOT_SCORED).all()


@pytest.mark.parametrize(
    "wrong", [{"bins": "0"}, {"bins": "2001"}, {"start": "-1"}, {"end": "0"}, {"chrom": ""}, {"end": "x"}]
)
def test_other_queries_are_refused_in_one_line(tracks, wrong):
    reply = Overview(tracks).answer({**PLACE, "bins": "4", **wrong})
    assert reply.status == 400
    assert reply.body.count(b"\n") == 1
