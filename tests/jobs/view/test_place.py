"""Explanations of a place of a run: silent strands, and the way to the nearest scores."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyBigWig
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.overview import Overview
from ideep_scan.jobs.view.place import Place

LENGTH = 100_000
SCORED = [(20_000, 20_010), (50_000, 50_500)]
ROW = "chr1\t{}\t{}\tName={};transcript_id=T\t0\t{}\t{}\t{}\t0\t1\t100,\t0,\n"


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Path]]:
    path = tmp_path_factory.mktemp("tracks") / "a.bw"
    file = pyBigWig.open(str(path), "w")
    file.addHeader([("chr1", LENGTH), ("chr2", LENGTH)])
    for start, end in SCORED:
        file.addEntries("chr1", start, values=[0.5] * (end - start), span=1, step=1)
    file.close()
    return [{"+": path}, {}]


def ask(place: Place, start: int, end: int, chrom: str = "chr1") -> dict[str, str | None]:
    reply = place.answer({"chrom": chrom, "start": str(start), "end": str(end)})
    assert reply.status == 200
    answer: dict[str, str | None] = json.loads(reply.body)
    return answer


def open_place(tracks: list[dict[str, Path]], genes: Path | None = None) -> Place:
    return Place(Overview(tracks), GeneModels(genes, {}), {"chr1": LENGTH, "chr2": LENGTH})


@pytest.fixture
def genes(tmp_path: Path) -> Path:
    path = tmp_path / "genes.bed.gz"
    rows = [("UP", 19_000, 52_000, "+"), ("DOWN", 50_200, 51_000, "-"), ("FAR", 80_000, 81_000, "-")]
    text = "".join(ROW.format(start, end, name, strand, end, end) for name, start, end, strand in rows)
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_a_strand_without_transcript_is_told_from_one_that_was_left_out(tracks, genes):
    place = open_place(tracks, genes)
    assert ask(place, 20_000, 20_010) == {
        "text": "The minus strand was not scored: no transcript of the run is on it here.", "nearest": None,
    }  # fmt: skip
    assert ask(place, 50_000, 50_500)["text"] == (
        "The minus strand was not scored, although DOWN is on it: its sequence is unknown (N), or the scan left it out."
    )


def test_nothing_scored_has_a_reason(tracks, genes):
    place = open_place(tracks, genes)
    assert "although FAR is here" in (ask(place, 80_100, 80_200)["text"] or "")
    assert ask(place, 90_000, 90_200)["text"] == "Nothing was scored here: no transcript of the run is here."
    assert "the sequence is unknown (N)" in (ask(open_place(tracks), 90_000, 90_200)["text"] or "")
    assert ask(place, 10, 20, "chr2")["nearest"] is None


@given(st.integers(0, LENGTH - 400), st.integers(1, 400))
def test_the_nearest_scores_are_found(tracks, start, width):
    end = start + width
    nearest = ask(open_place(tracks), start, end)["nearest"]
    if any(start < last and end > first for first, last in SCORED):
        assert nearest is None
        return
    assert nearest is not None
    first, last = map(int, nearest.removeprefix("chr1:").split("-"))
    assert last - first + 1 == width
    middle = (start + end) // 2
    expected = min((p for span in SCORED for p in (span[0], span[1] - 1)), key=lambda p: abs(p - middle))
    assert first - 1 <= expected < last


@pytest.mark.parametrize("wrong", [{"start": "-1"}, {"end": "0"}, {"chrom": ""}])
def test_other_queries_are_refused(tracks, wrong):
    reply = open_place(tracks).answer({"chrom": "chr1", "start": "0", "end": "9", **wrong})
    assert reply.status == 400
    assert "error" in json.loads(reply.body)
