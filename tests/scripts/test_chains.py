"""Tests of positions on another assembly, with a slow twin."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from chains import lift, lift_sites, read_chains

from ideep_scan.records.places import Places

CHAINS = """chain 900 chr1 200 + 10 60 chr1 300 + 110 170 1
20 5 15
25

chain 500 chr1 200 + 50 130 chr2 100 - 5 85 2
80

chain 100 chr3 50 + 0 10 chr7_random 50 + 0 10 3
10
"""


@pytest.fixture
def chains(tmp_path: Path) -> Path:
    (tmp_path / "c.gz").write_bytes(gzip.compress(CHAINS.encode()))
    return tmp_path / "c.gz"


def lift_slowly(chrom: str, position: int) -> tuple[str, str, int] | None:
    """Find a position of the plus strand, by the chains as a person reads them."""
    if chrom == "chr1" and 10 <= position < 30:
        return "chr1", "+", position + 100
    if chrom == "chr1" and 35 <= position < 60:
        return "chr1", "+", position + 110
    if chrom == "chr1" and 60 <= position < 130:
        return "chr2", "-", 100 - 1 - (5 + position - 50)
    if chrom == "chr3" and position < 10:
        return "chr7_random", "+", position
    return None


def test_every_position_is_that_of_the_best_chain(chains: Path) -> None:
    rows = [(chrom, position) for chrom in ("chr1", "chr2", "chr3") for position in range(150)]
    names, centres = zip(*rows, strict=True)
    places = Places(np.array(names, object), np.full(len(rows), "+", object), np.array(centres))
    lifted, mask = lift(places, chains)
    expected = [lift_slowly(*row) for row in rows]
    assert mask.tolist() == [place is not None for place in expected]
    columns = (lifted.chrom.tolist(), lifted.strand.tolist(), lifted.centre.tolist())
    assert list(zip(*columns, strict=True)) == [place for place in expected if place is not None]


def test_blocks_of_both_assemblies(chains: Path) -> None:
    first = next(read_chains(chains))
    assert (first.starts.tolist(), first.sizes.tolist(), first.other_starts.tolist()) == (
        [10, 35],
        [20, 25],
        [110, 145],
    )


def test_sites_keep_their_length_and_strand(chains: Path, tmp_path: Path) -> None:
    rows = (
        "1\t12\t17\tx\t9\t-",
        "chr1\t38\t42\tx\t9\t+",
        "1\t100\t101\tx\t9\t+",
        "chr3\t1\t2\tx\t9\t+",
        "M\t1\t2\tx\t9\t+",
    )
    (tmp_path / "s.gz").write_bytes(gzip.compress("".join(f"{row}\n" for row in rows).encode()))
    lift_sites(tmp_path / "s.gz", chains, "N", tmp_path / "out.bed")
    assert (tmp_path / "out.bed").read_text() == "chr1\t112\t117\tN\t0\t-\nchr1\t148\t152\tN\t0\t+\n"
