"""Runs with one changed value."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyBigWig
import pytest
import runs

from ideep_scan.jobs.verify.run import VerifySummary

Verify = Callable[..., VerifySummary]
START, END = 108_000, 108_100
LENGTHS = list(runs.LENGTHS.items())


def rewrite(path: Path, change: dict[int, float]) -> None:
    """Write a bigWig again with other values at some positions of exA."""
    with pyBigWig.open(str(path)) as file:
        values = file.values("exA", 0, runs.LENGTHS["exA"], numpy=True)
    for position, value in change.items():
        values[position] = value
    scored = np.flatnonzero(~np.isnan(values))
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader(LENGTHS)
        file.addEntries(
            ["exA"] * scored.size, scored.tolist(), ends=(scored + 1).tolist(), values=values[scored].tolist()
        )


def record_size(out: Path, name: str) -> None:
    """Put the size of a changed file into the manifest, so that only its content gives it away."""
    path = out / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][name]["size"] = (out / name).stat().st_size
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("strand", ["plus", "minus"])
def test_one_changed_value_is_found_and_named(copy: Path, verify: Verify, strand: str) -> None:
    name = f"tracks/ELAVL1.{strand}.bw"
    rewrite(copy / name, {START + 7: 0.987})
    record_size(copy, name)
    summary = verify(copy)
    assert summary.count == 1
    (line,) = summary.differences
    assert line.startswith(
        f"{name}: exA:108,008 ({'+' if strand == 'plus' else '-'}) has 0.987, but its inputs give 0."
    )


def test_a_value_that_differs_by_more_than_its_rounding_is_found(copy: Path, verify: Verify) -> None:
    value = runs.track(copy, "+")["exA"][START + 3]
    rewrite(copy / "tracks/ELAVL1.plus.bw", {START + 3: float(value) + 0.002})
    record_size(copy, "tracks/ELAVL1.plus.bw")
    assert verify(copy).count == 1


def test_a_value_without_a_position_of_the_plan_is_found(copy: Path, verify: Verify) -> None:
    rewrite(copy / "tracks/ELAVL1.plus.bw", dict.fromkeys(range(50_000), 0.5))
    record_size(copy, "tracks/ELAVL1.plus.bw")
    summary = verify(copy)
    assert summary.count > 1
    assert "but its inputs give no value" in summary.differences[0]


def test_a_lost_value_is_found(copy: Path, verify: Verify) -> None:
    rewrite(copy / "tracks/ELAVL1.minus.bw", {START + 50: np.nan})
    record_size(copy, "tracks/ELAVL1.minus.bw")
    assert "exA:108,051 (-) has no value, but its inputs give 0" in verify(copy).differences[0]


def test_a_changed_track_of_p_values_is_found(copy: Path, verify: Verify) -> None:
    name = "tracks/ELAVL1.neglog10p.plus.bw"
    rewrite(copy / name, {START: 5.5})
    record_size(copy, name)
    (line,) = verify(copy).differences
    assert line.startswith(f"{name}: exA:108,001 (+) has 5.5")


def change_sites(out: Path, column: str, text: str) -> int:
    """Change a column of the table of sites, and return the number of rows."""
    path = out / "hits/ELAVL1.tsv.gz"
    header, *rows = gzip.decompress(path.read_bytes()).decode().splitlines()
    number = header.split("\t").index(column)
    fields = [row.split("\t") for row in rows]
    for row in fields:
        row[number] = text
    path.write_bytes(gzip.compress("\n".join([header, *map("\t".join, fields)]).encode() + b"\n"))
    record_size(out, "hits/ELAVL1.tsv.gz")
    return len(rows)


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("score", "0.25", "has 0.25, but its inputs give 0.0"),
        ("score", "high", "has no value, but its inputs give 0.0"),
        ("p_value", "0.9", "has 0.9 p_value, but its inputs give 0."),
        ("p_value", "", "has no p_value, but its inputs give 0."),
        ("gene_name", "TNF", "has TNF gene_name, but its inputs give ."),
        ("region", "CDS", "has CDS region, but its inputs give ."),
    ],
)
def test_a_changed_column_of_sites_is_found(copy: Path, verify: Verify, column: str, text: str, message: str) -> None:
    rows = change_sites(copy, column, text)
    summary = verify(copy)
    assert summary.count == summary.sites == rows > 1
    assert summary.differences[0].startswith("hits/ELAVL1.tsv.gz: exA:")
    assert message in summary.differences[0]
