"""Spliced scans of odd transcripts against windows cut by hand, and other options and commands on them."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pysam
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.predict import run as predict
from ideep_scan.jobs.predict_settings import PredictSettings
from ideep_scan.jobs.verify.run import run as verify
from ideep_scan.jobs.verify.settings import VerifySettings
from ideep_scan.jobs.view.serve_run import serve_run
from track_hubs.check.hub_check import check as check_hub

HALF, MAX_UNKNOWN = 50, 10
MODELS = ("ELAVL1", "U2AF2")
FLIP = str.maketrans("ACGTN", "TGCAN")
TRANSCRIPTS = {  # gene, contig, strand, exons
    "ONES": ("G1", "exA", "-", [(17000, 17001), (17010, 17011), (17300, 17330), (17340, 17341), (17500, 17620)]),
    "LONGER": ("G1", "exA", "-", [(16990, 17001), (17300, 17330), (17500, 17640)]),
    "SHORT": ("G2", "exA", "+", [(17100, 17120), (17700, 17715)]),
    "ONE": ("G3", "exA", "+", [(16500, 16501)]),
    "START": ("G4", "exB", "+", [(0, 70), (900, 960)]),
    "END": ("G5", "exB", "-", [(79000, 79050), (79910, 80000)]),
    "TOUCHING": ("G6", "exB", "-", [(30000, 30030), (30030, 30060), (30090, 30120)]),
}
Values = dict[tuple[str, str, int], float]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with odd transcripts as its annotation."""
    folder = runs.copy_example(tmp_path_factory.mktemp("odd") / "example")
    rows = [
        f'{chrom}\tx\texon\t{start + 1}\t{end}\t.\t{strand}\t.\tgene_id "{gene}"; gene_name "{gene}"; '
        f'transcript_id "{name}";\n'
        for name, (gene, chrom, strand, exons) in TRANSCRIPTS.items()
        for start, end in exons
    ]
    (folder / "genes.gtf").write_text("".join(rows))
    return folder


def scan(inputs: Path, out: Path, **options: Any) -> Path:
    values = {"rbp": MODELS, "modalities": "sequence", "spliced": True, "threshold": 0.05, **options}
    runs.scan(inputs, out, **values)
    return out


@pytest.fixture(scope="module")
def spliced(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scan(inputs, tmp_path_factory.mktemp("spliced") / "out", tracks="score,neglog10p")


def read_values(out: Path, kind: str = "") -> dict[str, Values]:
    """Values of all models by contig, strand and position."""
    return {
        name: {
            (chrom, strand, int(place)): float(values[place])
            for strand in "+-"
            if (out / "tracks" / f"{name}{kind}.{runs.SIDES[strand]}.bw").exists()
            for chrom, values in runs.track(out, strand, f"{name}{kind}").items()
            for place in np.flatnonzero(~np.isnan(values))
        }
        for name in MODELS
    }


def cut_windows(inputs: Path) -> dict[tuple[str, int], tuple[tuple[str, str, int], str]]:
    """Place and letters of the window at each position of each transcript; the genome goes on beyond its ends."""
    windows = {}
    with pysam.FastaFile(str(inputs / "example.fa.gz")) as fasta:
        letters = {chrom: fasta.fetch(chrom).upper() for chrom in fasta.references}
    for name, (_, chrom, strand, exons) in TRANSCRIPTS.items():
        inside = [place for start, end in exons for place in range(start, end)]
        walk = [*range(exons[0][0] - HALF, exons[0][0]), *inside, *range(exons[-1][1], exons[-1][1] + HALF)]
        text = "".join(letters[chrom][place] if 0 <= place < len(letters[chrom]) else "N" for place in walk)
        for i, place in enumerate(inside):
            window = text[i : i + 2 * HALF + 1]
            windows[name, i] = (chrom, strand, place), window if strand == "+" else window.translate(FLIP)[::-1]
    return windows


@pytest.fixture(scope="module")
def expected(inputs: Path) -> dict[str, Values]:
    """Highest score of the windows at each place, from `predict`."""
    windows = cut_windows(inputs)
    usable = {key: pair for key, pair in windows.items() if pair[1].count("N") <= MAX_UNKNOWN and pair[1][HALF] != "N"}
    assert 500 < len(usable) < len(windows)
    fasta = inputs / "windows.fa"
    fasta.write_text("".join(f">{name}:{i}\n{window}\n" for (name, i), (_, window) in usable.items()))
    stream = (inputs / "table.tsv").open("w+")
    with stream:
        predict(PredictSettings(MODELS, fasta, model="ideep", threads=1, device="cpu"), runs.RowWatcher(), stream)
        stream.seek(0)
        table = pd.read_csv(stream, sep="\t")
    places = {f"{name}:{i}": place for (name, i), (place, _) in usable.items()}
    values: dict[str, Values] = {name: {} for name in MODELS}
    for row in table.itertuples():
        place = places[row.name]
        values[row.rbp][place] = max(row.score, values[row.rbp].get(place, 0.0))
    return values


def test_every_position_has_the_score_of_its_window(spliced: Path, expected: dict[str, Values]) -> None:
    tracks = read_values(spliced)
    for name in MODELS:
        assert tracks[name].keys() == expected[name].keys()
        places = sorted(expected[name])
        np.testing.assert_allclose(
            [tracks[name][place] for place in places], [expected[name][place] for place in places], rtol=0, atol=0.00051
        )


def test_a_further_track_rises_with_the_score(spliced: Path) -> None:
    for name in MODELS:
        scores, others = read_values(spliced)[name], read_values(spliced, ".neglog10p")[name]
        assert scores.keys() == others.keys()
        places = sorted(scores, key=scores.__getitem__)
        assert np.all(np.diff([others[place] for place in places if scores[place] > 0.01]) >= -0.02)


def test_one_strand_has_what_both_have(spliced: Path, inputs: Path, tmp_path: Path) -> None:
    for strand in "+-":
        out = scan(inputs, tmp_path / runs.SIDES[strand], strand=runs.SIDES[strand])
        both = read_values(spliced)["ELAVL1"]
        assert read_values(out)["ELAVL1"] == {place: value for place, value in both.items() if place[1] == strand}


def test_a_region_inside_exons_keeps_their_scores(spliced: Path, inputs: Path, tmp_path: Path) -> None:
    regions = ("exA:17,011-17,310", "exA:17,600-17,605", "exB:41-920")
    out = scan(inputs, tmp_path / "out", regions=regions)
    limits = (("exA", 17010, 17310), ("exA", 17599, 17605), ("exB", 40, 920))
    inside = {
        place: value
        for place, value in read_values(spliced)["U2AF2"].items()
        if any(place[0] == chrom and start <= place[2] < end for chrom, start, end in limits)
    }
    assert read_values(out)["U2AF2"] == inside
    assert len(inside) > 40


def test_a_region_inside_an_intron_is_refused(inputs: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to scan: no exon of the annotation is there on the asked strand"):
        scan(inputs, tmp_path / "out", regions=("exA:17,121-17,200",), strand="plus")
    assert not (tmp_path / "out").exists()


def test_genes_without_expression_are_left_out(spliced: Path, inputs: Path, tmp_path: Path) -> None:
    (tmp_path / "tpm.tsv").write_text("gene\ttpm\nG1\t0.2\n" + "".join(f"G{i}\t5\n" for i in range(2, 7)))
    out = scan(inputs, tmp_path / "out", expression=tmp_path / "tpm.tsv")
    exons = {
        ("exA", "-", place) for name in ("ONES", "LONGER") for s, e in TRANSCRIPTS[name][3] for place in range(s, e)
    }
    kept = {place: value for place, value in read_values(spliced)["ELAVL1"].items() if place not in exons}
    assert read_values(out)["ELAVL1"] == kept
    assert len(kept) > 300


def test_a_cluster_writes_the_same_bytes(spliced: Path, inputs: Path, tmp_path: Path) -> None:
    out = scan(inputs, tmp_path / "out", tracks="score,neglog10p", dask="local:1")
    assert runs.data_files(out) == runs.data_files(spliced)


def test_sites_are_inside_their_transcripts(spliced: Path) -> None:
    rows = pd.concat([runs.table(spliced, name=name) for name in MODELS])
    assert len(rows) > 10
    assert (rows.junctions.astype(int) > 0).any()
    for row in rows.itertuples():
        gene, chrom, strand, exons = TRANSCRIPTS[row.transcript]
        assert (row.gene_name, row.chrom, row.strand) == (gene, chrom, strand)
        walk = [place for start, end in exons for place in range(start, end)][:: 1 if strand == "+" else -1]
        sizes, starts = (
            [int(part) for part in text.rstrip(",").split(",")] for text in (row.block_sizes, row.block_starts)
        )
        places = [row.start + s + i for s, size in zip(starts, sizes, strict=True) for i in range(size)]
        assert sorted(walk[int(row.transcript_start) : int(row.transcript_end)]) == places


def test_verify_and_the_check_of_its_hub_agree(spliced: Path) -> None:
    summary = verify(VerifySettings(spliced, positions=150, threads=1), Silent())
    assert (summary.count, summary.sites > 0) == (0, True)
    findings = [str(finding) for finding in check_hub(spliced).findings]
    assert all("UCSC does not host" in finding for finding in findings)


class Silent:
    """A monitor that says nothing."""

    def begins(self, *_: object) -> None: ...

    def checks(self, *_: object) -> None: ...

    def advance(self, *_: object) -> None: ...


@pytest.fixture
def url(spliced: Path) -> Iterator[str]:
    server, address = serve_run(spliced)
    with server:
        yield address


def test_the_table_of_all_sites_has_those_of_a_spliced_run(spliced: Path, url: str) -> None:
    for _ in range(50):
        with urllib.request.urlopen(f"{url}run/sites?limit=500") as reply:
            answer = json.load(reply)
        if "rows" in answer:
            break
    tables = {name: runs.table(spliced, name=name) for name in MODELS}
    assert answer["total"] == sum(map(len, tables.values()))
    shown = {(row["model"], row["chrom"], row["start"], row["end"], row["name"]) for row in answer["rows"]}
    assert shown == {
        (name, row.chrom, row.start, row.end, row["name"])
        for name, table in tables.items()
        for _, row in table.iterrows()
    }
