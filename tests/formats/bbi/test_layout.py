"""Parts of bigWig and bigBed, decoded here from the tables of its specification."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.bbi import layout


def test_the_header_has_its_fields_at_the_offsets_of_the_specification():
    kind = layout.FileKind(layout.BIGBED_MAGIC, 19, 9)
    data = layout.encode_header(kind, zooms=3, tree=100, data=200, index=300, sql=350, summary=400, largest_block=500)
    assert len(data) == layout.HEADER_BYTES
    assert struct.unpack_from("<I", data, 0) == (0x8789F2EB,)
    assert struct.unpack_from("<HH", data, 4) == (4, 3)
    assert struct.unpack_from("<QQQ", data, 8) == (100, 200, 300)
    assert struct.unpack_from("<HHQQ", data, 32) == (19, 9, 350, 400)
    assert struct.unpack_from("<I", data, 52) == (500,)


def leaves(data, offset, entry, child):
    """Collect the leaf entries of a tree from its root: sizes of a leaf's entry and of a parent's."""
    is_leaf, _, count = struct.unpack_from("<BBH", data, offset)
    size = entry if is_leaf else child
    entries = [data[offset + 4 + i * size :][:size] for i in range(count)]
    if is_leaf:
        return entries
    return [leaf for text in entries for leaf in leaves(data, struct.unpack("<Q", text[-8:])[0], entry, child)]


def find_contig(data, offset, name, size):
    """Look one contig up as a reader does: in each parent, the last child whose key is not greater."""
    is_leaf, _, count = struct.unpack_from("<BBH", data, offset)
    key = name.encode().ljust(size, b"\0")
    entries = [data[offset + 4 + i * (size + 8) :][: size + 8] for i in range(count)]
    if is_leaf:
        return next(struct.unpack("<II", text[size:]) for text in entries if text[:size] == key)
    child = [text for text in entries if text[:size] <= key][-1]
    return find_contig(data, struct.unpack("<Q", child[size:])[0], name, size)


@pytest.fixture
def small_nodes(monkeypatch):
    """Make trees deep with few leaves."""
    monkeypatch.setattr(layout, "_NODE", 4)


@pytest.mark.usefixtures("small_nodes")
@pytest.mark.parametrize("count", [1, 2, 4, 5, 16, 17, 70, 300])
def test_a_tree_of_contigs_finds_each(count):
    contigs = {f"c{number * 7919 % 1009}": 10 + number for number in range(count)}
    offset = 1000
    data = bytes(offset) + layout.encode_chrom_tree(contigs, offset)
    magic, block, size, value_bytes, total, _ = struct.unpack_from("<IIIIQQ", data, offset)
    assert (magic, value_bytes, total) == (0x78CA8C91, 8, count)
    assert block == min(4, count)
    entries = leaves(data, offset + 32, size + 8, size + 8)
    assert entries == sorted(entries)
    assert {text[:size].rstrip(b"\0").decode(): struct.unpack("<II", text[size:]) for text in entries} == {
        name: (number, length) for number, (name, length) in enumerate(contigs.items())
    }
    for number, name in enumerate(contigs):
        assert find_contig(data, offset + 32, name, size) == (number, contigs[name])


@pytest.mark.usefixtures("small_nodes")
@pytest.mark.parametrize("count", [1, 4, 5, 16, 17, 70, 700])
def test_a_tree_of_blocks_has_each_in_order(count):
    blocks = [
        layout.encode_block_entry(i // 300, 10 * (i % 300), 10 * (i % 300) + 9, 5000 + 7 * i, 7) for i in range(count)
    ]
    offset = 64
    data = bytes(offset) + layout.encode_range_tree(blocks, offset, 5000 + 7 * count)
    magic, node, total, *extent, end, per_slot, _ = struct.unpack_from("<IIQIIIIQII", data, offset)
    assert (magic, node, total, per_slot, end) == (0x2468ACE0, 4, count, 1, 5000 + 7 * count)
    assert tuple(extent) == (0, 0, (count - 1) // 300, 10 * ((count - 1) % 300) + 9)
    assert leaves(data, offset + 48, layout.ENTRY_BYTES, 24) == blocks


def decode(block):
    """Decode a section: contig, start, end, kind, positions and values."""
    chrom, start, end, step, span, kind, _, count = struct.unpack_from("<IIIIIBBH", block)
    body = np.frombuffer(block, "<u4", offset=24)
    assert span == 1
    if kind == 3:
        assert (step, body.size) == (1, count)
        return chrom, start, end, kind, start + np.arange(count), body.view("<f4")
    assert body.size == 2 * count
    return chrom, start, end, kind, body[::2], body[1::2].view("<f4")


RUNS = st.lists(st.tuples(st.integers(1, 300) | st.integers(4090, 4100), st.integers(1, 50)), min_size=1, max_size=8)


@given(RUNS, st.integers(0, 2**31))
def test_sections_hold_every_value_in_order(runs, origin):
    positions, place = [], origin
    for length, gap in runs:
        positions += range(place, place + length)
        place += length + gap
    positions = np.array(positions, np.int64)
    values = np.random.default_rng(len(positions)).random(len(positions), np.float32)
    sections = [(start, end, decode(block)) for start, end, block in layout.encode_sections(5, positions, values)]
    for start, end, (chrom, first, last, _, places, _) in sections:
        assert (chrom, start, end) == (5, first, last) == (5, places[0], places[-1] + 1)
        assert len(places) <= 4096
    np.testing.assert_array_equal(np.concatenate([parts[4] for *_, parts in sections]), positions)
    np.testing.assert_array_equal(np.concatenate([parts[5] for *_, parts in sections]), values)


@pytest.mark.parametrize(("length", "kind"), [(127, 2), (128, 3), (4096, 3)])
def test_long_runs_of_positions_take_four_bytes_per_value(length, kind):
    ((_, _, block),) = layout.encode_sections(0, np.arange(length) + 7, np.ones(length, np.float32))
    assert decode(block)[3] == kind
    assert len(block) == 24 + length * (4 if kind == 3 else 8)


POINTS = st.sets(st.integers(0, 999), min_size=1, max_size=60).map(sorted)


def slow_bins(positions, values, size, length):
    rows = []
    for number in sorted({position // size for position in positions}):
        inside = [v for p, v in zip(positions, values, strict=True) if p // size == number]
        square = sum(v * v for v in inside)
        end = min((number + 1) * size, length)
        rows.append((number * size, end, len(inside), min(inside), max(inside), sum(inside), square))
    return rows


@given(POINTS, st.sampled_from([1, 16, 64, 2000]))
def test_bins_are_those_of_a_slow_summary(positions, size):
    values = np.random.default_rng(len(positions)).random(len(positions)).astype(np.float32)
    summary = layout.bin_values(np.array(positions, np.int64), values, size, 1000)
    expected = slow_bins(positions, values.astype(float).tolist(), size, 1000)
    np.testing.assert_allclose([list(row) for row in summary.tolist()], expected, rtol=1e-12)


@given(POINTS, st.sampled_from([16, 64]), st.sampled_from([2, 4, 64]))
def test_bins_of_bins_are_the_larger_bins(positions, size, factor):
    values = np.random.default_rng(len(positions)).random(len(positions)).astype(np.float32)
    places = np.array(positions, np.int64)
    small = layout.bin_values(places, values, size, 1000)
    large = layout.summarise(small, size * factor, 1000)
    expected = layout.bin_values(places, values, size * factor, 1000)
    for name in layout.SUMMARY.names:
        np.testing.assert_allclose(large[name], expected[name], rtol=1e-12)


def test_the_last_bin_of_the_longest_contig_does_not_overflow():
    length = 2**32 - 1
    summary = layout.bin_values(np.array([length - 1]), np.ones(1, np.float32), 64, length)
    assert layout.summarise(summary, 2**20, length)["end"].tolist() == [length]


def test_zoom_records_have_eight_fields_of_four_bytes():
    summary = layout.bin_values(np.array([3, 70]), np.array([0.5, 0.25], np.float32), 64, 100)
    data = layout.encode_zoom_block(9, summary)
    assert struct.unpack("<IIIIffff", data[:32]) == (9, 0, 64, 1, 0.5, 0.5, 0.5, 0.25)
    assert struct.unpack("<IIIIffff", data[32:]) == (9, 64, 100, 1, 0.25, 0.25, 0.25, 0.0625)
