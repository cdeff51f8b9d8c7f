"""Measured data beside a run in a real browser: tracks, counts for what is in view, and files that the user adds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import runs
from visits import READY, Visit, names, shot, sound

from ideep_scan.jobs.view.serve_run import open_shown_files, serve_run

START, END = 16_000, 18_000
AT = f"#locus=exA:{START + 1}-{END}&rbp=ELAVL1&rbp=U2AF2"
ROWS = "[...document.querySelectorAll('#measured tr')].map((row) => [...row.children].map((cell) => cell.textContent))"
COUNTED = {"until": f"{ROWS}.length === 3 && {ROWS}"}
NEAR = 50


def list_peaks(run: Path) -> list[tuple[int, int, str]]:
    """Intervals near some of the sites of ELAVL1: start, end, strand."""
    sites = runs.table(run, "hits")
    sites = sites[sites["chrom"] == "exA"].iloc[::2]
    shifts = np.resize([-70, -20, 10, 49, 51], len(sites))
    strands = np.resize(["same", "same", "other", "."], len(sites))
    peaks = []
    for summit, strand, shift, kind in zip(sites["summit"], sites["strand"], shifts, strands, strict=True):
        other = "-" if strand == "+" else "+"
        peaks.append((summit + shift, summit + shift + 1, {"same": strand, "other": other}.get(kind, kind)))
    return peaks


def count_near(run: Path, protein: str, peaks: list[tuple[int, int, str]]) -> str:
    """Count by comparing every pair, and write the counts as the page does."""
    table = runs.table(run, "hits", protein)
    table = table[(table["chrom"] == "exA") & (table["summit"] >= START) & (table["summit"] < END)]
    sites = list(zip(table["summit"], table["strand"], strict=True))
    points = [(start, strand) for start, _, strand in peaks if START <= start < END]
    pairs = [
        (i, j)
        for i, (summit, strand) in enumerate(sites)
        for j, (point, side) in enumerate(points)
        if abs(summit - point) <= NEAR and side in (strand, ".")
    ]
    near_sites, near_points = len({i for i, _ in pairs}), len({j for _, j in pairs})
    return f"{near_sites} of {len(sites)}, {near_points} of {len(points)}"


@pytest.fixture(scope="module")
def peaks(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("peaks") / "my peaks.bed"
    rows = sorted(list_peaks(run))
    path.write_text("".join(f"exA\t{start}\t{end}\tp\t1\t{strand}\n" for start, end, strand in rows))
    return path


@pytest.fixture(scope="module")
def url(visit: Visit, run: Path, peaks: Path) -> Iterator[str]:
    signal = next((run / "tracks").glob("*.bw"))
    server, address = serve_run(run, measured=open_shown_files(run, [peaks, peaks, signal]))
    with server:
        yield address


def test_files_are_tracks_and_their_overlap_is_counted(visit: Visit, url: str, run: Path, peaks: Path) -> None:
    _, rows, listed, _ = sound(visit(url + AT, READY, COUNTED, {"run": names("runPage.browser")}, shot("measured")))[:4]
    expected = [count_near(run, protein, list_peaks(run)) for protein in ("ELAVL1", "U2AF2")]
    assert rows[0] == ["Measured", "In view", "ELAVL1", "U2AF2"]
    assert rows[1][2:] == rows[2][2:] == expected
    assert not expected[0].startswith("0 of")
    assert {"my peaks.bed", "my peaks.bed (2)"} <= set(listed)
    assert any(name.endswith(".bw") for name in listed)


def test_counts_follow_the_view_and_the_proteins(visit: Visit, url: str) -> None:
    one = f"{ROWS}[0].length === 3 && {ROWS}"
    before, _, after, _, alone = sound(
        visit(
            url + AT,
            READY,
            COUNTED,
            {"run": "runPage.go('exA:30001-30100')"},
            {"until": f"{ROWS}[1]?.[1] === '0' && {ROWS}"},
            {"run": "runPage.choose(runPage.run.groups.slice(0, 1))"},
            {"until": one},
        )
    )[1:]
    assert before[1][1] != "0"
    assert after[1][2] == "0 of 0, 0 of 0"
    assert alone[0][:2] == ["Measured", "In view"]


def test_a_file_that_the_user_adds_is_counted_like_one_of_the_command(visit: Visit, url: str, peaks: Path) -> None:
    text = json.dumps(peaks.read_text())
    add = {"run": f"runPage.measured.addFiles([new File([{text}], 'added.bed')])"}
    done = {"until": f"{ROWS}.length === 4 && {ROWS}"}
    rows = sound(visit(url + AT, READY, COUNTED, add, done))[-1]
    assert rows[3][0] == "added.bed"
    assert rows[3][1:] == rows[1][1:]


def test_without_files_there_is_no_table(visit: Visit, run: Path) -> None:
    server, address = serve_run(run)
    with server:
        seen = visit(address + AT, READY, {"run": "document.querySelector('#measured').hidden"})
    assert sound(seen)[-1] is True
