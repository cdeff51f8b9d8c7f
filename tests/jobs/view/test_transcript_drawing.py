"""The drawing of a transcript: scores and sites at their places 5'→3' on both strands, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyBigWig
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.overview import NOT_SCORED
from ideep_scan.jobs.view.transcript_drawing import DrawnFiles, TranscriptDrawing

SITES = "chr1\t110\t115\tG:1\t500\t{strand}\t112\t113\t0,0,0\nchr1\t350\t360\tG:2\t900\t{other}\t355\t356\t0,0,0\n"


def draw_gene(folder: Path, strand: str, position: int, sites: str = "") -> TranscriptDrawing:
    """Draw a gene with exons 100-120 and 150-190, and a score at one position."""
    genes = folder / "genes.bed"
    genes.write_text(f"chr1\t100\t190\tNM_1|G\t0\t{strand}\t110\t160\t0\t2\t20,40\t0,50\n")
    track = folder / "score.bw"
    file = pyBigWig.open(str(track), "w")
    file.addHeader([("chr1", 1000)])
    file.addEntries("chr1", position, values=[0.5], span=1, step=1)
    file.close()
    table = folder / "sites.bed"
    table.write_text(sites)
    files = DrawnFiles({strand: track}, table if sites else None)
    return TranscriptDrawing([files, DrawnFiles()], GeneModels(genes, {}))


def read(drawing: TranscriptDrawing, **query: str) -> tuple[dict[str, Any], np.ndarray]:
    reply = drawing.answer({"gene": "G", "groups": "0,1", "sites": "0,1", **query})
    line, content = reply.body.split(b"\n", 1)
    head = json.loads(line)
    return head, np.frombuffer(content, np.uint8).reshape(len(head["groups"]), -1)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from("+-"), st.integers(100, 189), st.integers(1, 7), st.sampled_from(["folded", "scale"]))
def test_a_score_of_the_genome_is_drawn_at_its_place_in_the_transcript(
    strand: str, position: int, step: int, introns: str
) -> None:
    with TemporaryDirectory() as folder:
        head, rows = read(draw_gene(Path(folder), strand, position), step=str(step), introns=introns)
    expected = position - 100 if strand == "+" else 189 - position
    column = 0
    places = []
    for _, start, end, bins in head["pieces"]:
        for number in range(bins):
            edges = [start + (end - start) * edge / bins for edge in (number, number + 1)]
            places += [edges] if rows[0, column] != NOT_SCORED else []
            column += 1
    assert column == rows.shape[1]
    (found,) = places  # one bin has the score
    assert found[0] - 1 < expected < found[1]
    assert (rows[1] == NOT_SCORED).all()


@pytest.mark.parametrize("strand", "+-")
def test_exons_coding_part_and_sites_are_read_from_the_5_end(tmp_path: Path, strand: str) -> None:
    sites = SITES.format(strand=strand, other="+-".replace(strand, ""))
    head, _ = read(draw_gene(tmp_path, strand, 112, sites))
    assert head["exons"] == ([[0, 20, 0], [50, 90, 20]] if strand == "+" else [[0, 40, 0], [70, 90, 40]])
    assert head["coding"] == ([10, 30] if strand == "+" else [30, 50])
    (site,) = head["sites"]
    assert (site["start"], site["end"], site["summit"]) == ((10, 15, 12) if strand == "+" else (75, 80, 77))
    assert (site["name"], site["score"], site["group"]) == ("G:1", 0.5, 0)


def test_a_site_beyond_the_end_is_clipped_and_has_no_summit_there(tmp_path: Path) -> None:
    site = "chr1\t185\t198\tG:1\t500\t+\t194\t195\t0,0,0\n"
    (drawn,) = read(draw_gene(tmp_path, "+", 112, site))[0]["sites"]
    assert (drawn["start"], drawn["end"]) == (85, 90)
    assert "summit" not in drawn


def test_introns_can_be_left_out(tmp_path: Path) -> None:
    head, rows = read(draw_gene(tmp_path, "+", 112), introns="none", step="1")
    assert [piece[:3] for piece in head["pieces"]] == [[1, 0, 20], [1, 50, 90]]
    assert rows.shape == (2, 60)


def test_all_groups_have_scores(tmp_path: Path) -> None:
    head, rows = read(draw_gene(tmp_path, "+", 112, SITES.format(strand="+", other="-")), groups="all", step="1")
    assert head["groups"] == [0, 1]
    assert rows[0, 12] == 127


def test_the_transcript_in_view_is_drawn(tmp_path: Path) -> None:
    drawing = draw_gene(tmp_path, "-", 112)
    reply = drawing.answer({"chrom": "chr1", "start": "130", "end": "160", "groups": "0"})
    assert json.loads(reply.body.split(b"\n", 1)[0])["transcript"] == "NM_1"
    reply = drawing.answer({"chrom": "chr1", "start": "230", "end": "260", "groups": "0"})
    assert json.loads(reply.body) == {"error": "no transcript is in view: move to a gene, or type its name"}


def test_a_file_that_is_gone_and_a_run_without_bigwigs_are_said(tmp_path: Path) -> None:
    drawing = draw_gene(tmp_path, "+", 112)
    (tmp_path / "score.bw").unlink()
    assert read(drawing)[0]["problems"][0].startswith("score.bw: ")
    bare = TranscriptDrawing([DrawnFiles()], GeneModels(tmp_path / "genes.bed", {}))
    assert "--format zarr" in read(bare, groups="0", sites="")[0]["problems"][0]


@pytest.mark.parametrize(
    "wrong",
    [{"first": "90"}, {"first": "5", "last": "5"}, {"first": "x"}, {"step": "-1"}, {"introns": "no"},
     {"groups": "2"}, {"groups": "0," * 20 + "0"}, {"groups": "a"}, {"sites": "2"}, {"gene": ""}, {"gene": "x" * 300}],
)  # fmt: skip
def test_other_queries_are_refused_in_one_line(tmp_path: Path, wrong: dict[str, str]) -> None:
    reply = draw_gene(tmp_path, "+", 112).answer({"gene": "G", "groups": "0", **wrong})
    assert reply.status == 400
    assert "\n" not in json.loads(reply.body)["error"]


def test_unknown_names_are_answered_with_what_is_similar(tmp_path: Path) -> None:
    drawing = draw_gene(tmp_path, "+", 112)
    assert "H is not in the gene models" in json.loads(drawing.answer({"gene": "H"}).body)["error"]
    reply = drawing.answer({"gene": "G", "transcript": "NM_2"})
    assert json.loads(reply.body)["error"] == "NM_2 is not a transcript of G in this run"
    assert json.loads(drawing.answer({"begin": "g"}).body) == {"genes": ["G"]}
