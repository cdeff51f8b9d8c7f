"""The heat map of weights: its pixels, its tree and its links."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from motif_rows import report

from track_hubs.motif_page.rows import FilterTree
from track_hubs.motif_page.weight_map import draw_weight_map, encode_heat_map

TREE = report().tree


def decode(png: bytes) -> list[list[tuple[int, ...]]]:
    """Decode a PNG of 8 bits with opacity and no filters."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    place, chunks = 8, {}
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        content = png[place + 8 : place + 8 + length]
        assert struct.unpack(">I", png[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + content)
        chunks[kind] = content
        place += 12 + length
    width, height, *others = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert others == [8, 6, 0, 0, 0]
    data = zlib.decompress(chunks[b"IDAT"])
    lines = [data[row * (4 * width + 1) :][: 4 * width + 1] for row in range(height)]
    return [[tuple(line[1 + 4 * x : 5 + 4 * x]) for x in range(width)] for line in lines]


@given(st.lists(st.lists(st.floats(-2, 2), min_size=3, max_size=3), min_size=1, max_size=5))
def test_colours_follow_sign_and_size(rows: list[list[float]]) -> None:
    pixels = decode(encode_heat_map(rows, 2.0))
    for row, line in zip(rows, pixels, strict=True):
        for value, (red, _, blue, opacity) in zip(row, line, strict=True):
            assert (red > blue) == (value > 0)
            assert opacity == round(255 * (abs(value) / 2) ** 0.7)


def test_weights_without_a_difference() -> None:
    assert decode(encode_heat_map([[0.0]], 0.0))[0][0][3] == 0


def test_the_rows_are_in_the_order_of_the_tree() -> None:
    picture = draw_weight_map(TREE)
    ET.fromstring(picture)
    assert re.findall(r'class="leaf(?: faint)?">(.*?)</text>', picture) == ["1 silent", "0 UUUA", "2 GGCA"]
    assert re.findall('href="#(.*?)"', picture) == ["ELAVL1.filter000", "ELAVL1.filter002"]
    assert picture.count("<image") == 5


def test_a_filter_without_a_motif_need_not_be_silent() -> None:
    assert 'faint">1</text>' in draw_weight_map(replace(TREE, silent=[]))


def test_each_merge_is_a_branch() -> None:
    branches = re.search('<path d="(.*?)" class="branch"', draw_weight_map(TREE))
    assert branches
    (first, *_), (second, *_) = (re.findall("H([^V]+)V", part) for part in branches[1].split("M")[1:])
    assert float(second) < float(first)  # the later merge is nearer to the root


def test_a_tree_of_one_filter_and_of_none() -> None:
    one = FilterTree(TREE.weights[:1], TREE.ids[:1], TREE.names[:1], [], [0], ())
    assert "image" in draw_weight_map(one)
    assert "image" in draw_weight_map(replace(one, weights=[], ids=[], names=[], order=[]))
