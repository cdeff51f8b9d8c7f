"""The reader of bigWig and bigBed against pyBigWig, and against damage."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pybigtools
import pyBigWig
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from track_hubs.bbi_file import BbiError, BbiFile
from track_hubs.bbi_header import read_header
from track_hubs.manifest import HubError
from track_hubs.run_page import loci
from track_hubs.run_page.loci import Site, Window

SIZES = {"chr1": 40_000, "chr2": 900, "contig with a long name": 3_000}
BLOCKS = ("bedGraph", "variable", "fixed")


def write_bigwig(path: Path, seed: int, kind: str, stretches: int = 3000) -> None:
    """Values on two contigs, in one of the three kinds of blocks."""
    rng = np.random.default_rng(seed)
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader(list(SIZES.items()))
        for chrom in ("chr1", "contig with a long name"):
            starts = np.sort(rng.choice(SIZES[chrom] // 12, min(stretches, SIZES[chrom] // 24), replace=False)) * 12
            values = rng.normal(size=starts.size).tolist()
            if kind == "bedGraph":
                ends = (starts + rng.integers(1, 12, starts.size)).tolist()
                file.addEntries([chrom] * starts.size, starts.tolist(), ends=ends, values=values)
            elif kind == "variable":
                file.addEntries(chrom, starts.tolist(), values=values, span=5)
            else:
                file.addEntries(chrom, 7, values=values, span=3, step=4)


def write_bigbed(path: Path, seed: int, rows: int = 2000) -> None:
    rng = np.random.default_rng(seed)
    starts = np.sort(rng.integers(0, SIZES["chr1"] - 300, rows)).tolist()
    content = (("chr1", start, start + int(rng.integers(1, 300)), f"n{i}\t5\t+") for i, start in enumerate(starts))
    pybigtools.open(str(path), "w").write(SIZES, content)


@pytest.mark.parametrize("kind", BLOCKS)
def test_values_are_those_of_another_reader(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.bw"
    write_bigwig(path, 1, kind)
    draws = random.Random(2)
    with BbiFile(path) as file, pyBigWig.open(str(path)) as other:
        assert file.is_bigwig
        assert file.chroms() == other.chroms() == SIZES
        for chrom, length in SIZES.items():
            for _ in range(20):
                start = draws.randrange(length)
                end = min(length, start + draws.choice([1, 7, 1500]))
                np.testing.assert_array_equal(file.values(chrom, start, end), other.values(chrom, start, end))
        assert all(map(math.isnan, file.values("chrX", 5, 9)))


def test_rows_are_those_of_another_reader(tmp_path: Path) -> None:
    path = tmp_path / "x.bb"
    write_bigbed(path, 3)
    draws = random.Random(4)
    with BbiFile(path) as file, pyBigWig.open(str(path)) as other:
        assert not file.is_bigwig
        for _ in range(60):
            start = draws.randrange(SIZES["chr1"])
            end = min(SIZES["chr1"], start + draws.choice([1, 30, 3000]))
            assert list(file.entries("chr1", start, end)) == (other.entries("chr1", start, end) or [])
        assert list(file.entries("chr2", 0, 900)) == list(file.entries("chrX", 0, 900)) == []


@pytest.mark.parametrize("stretches", [20, 3000])
def test_the_highest_value_lies_in_the_window_around_it(tmp_path: Path, stretches: int) -> None:
    path = tmp_path / "x.bw"
    write_bigwig(path, 5, "bedGraph", stretches)
    with pyBigWig.open(str(path)) as other:
        best = max(other.stats(chrom, type="max", exact=True)[0] or -9 for chrom in other.chroms())
    window = loci.find_highest_window([path], 300)
    assert window is not None
    assert max(value for value in loci.read_scores(path, window) if not math.isnan(value)) == best


@settings(max_examples=300, deadline=None)
@given(data=st.data(), seed=st.integers(0, 3))
def test_damage_is_an_exception(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, seed: int) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.bb"
    if seed:
        write_bigwig(path, seed, BLOCKS[seed - 1], 20)
    else:
        write_bigbed(path, seed, 20)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 9), max_size=5)):
        value = data.draw(st.sampled_from([b"\0", b"\xff", b"\xff" * 4, b"\xff" * 8, b"\0" * 8, b"\x40"]))
        content[place : place + len(value)] = value
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    for read in (
        lambda: read_header(path),
        lambda: loci.read_scores(path, Window("chr1", 0, 1500)),
        lambda: loci.find_highest_window([path], 1500),
        lambda: loci.read_site_columns(path, [Site("chr1", 0, 3000, "n", 1.0, "+", 5)], ("a",), bed_fields=9),
    ):
        try:
            read()
        except (BbiError, HubError) as error:
            assert str(error).isprintable()  # noqa: PT017


def test_an_index_that_leads_to_itself_ends(tmp_path: Path) -> None:
    """A node of the index whose only child is the node itself."""
    path = tmp_path / "x.bb"
    write_bigbed(path, 0, 20)
    content = bytearray(path.read_bytes())
    at = int.from_bytes(content[24:32], "little") + 48
    node = bytes([0, 0, 1, 0]) + (0).to_bytes(8, "little") + b"\xff" * 8 + at.to_bytes(8, "little")
    content[at : at + len(node)] = node
    path.write_bytes(content)
    with BbiFile(path) as file, pytest.raises(BbiError, match="its index does not end"):
        list(file.entries("chr1", 0, 900))
