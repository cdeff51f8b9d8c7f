"""The weights of all filters as a heat map beside the tree of their cosine distances."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from track_hubs.motif_page.rows import FilterTree
from track_hubs.motif_page.svg import draw_line, open_picture, write_text

_ROW, _CELL, _TREE, _GAP, _HEAD = 9, 9, 150, 8, 40  # pixels: of a filter, of a weight; of the tree, of gaps
_LABEL, _STEPS = 130, 41  # pixels of a filter's name, steps of the colour scale
_HIGH, _LOW = (178, 24, 43), (33, 102, 172)  # colours of positive and negative weights
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def draw_weight_map(tree: FilterTree) -> str:
    """Draw the filters in the order of the tree: a row each, with a block of positions for A, C, G and U.

    Parameters
    ----------
    tree : FilterTree
        Weights, order and merges.
    """
    filters, width = len(tree.weights), max(map(len, tree.weights), default=0)
    block = width * _CELL
    left = _TREE + _GAP
    total = left + 4 * block + 3 * _GAP
    height = _HEAD + _ROW * filters + 4
    parts = [open_picture(total + _LABEL, height, f"weights of {filters} filters, ordered by cosine distance")]
    parts += [f'<path d="{_trace_tree(tree)}" class="branch"/>', _draw_distances(tree)]
    limit = max((abs(value) for rows in tree.weights for row in rows for value in row), default=0.0)
    for channel, letter in enumerate("ACGU"):
        x = left + channel * (block + _GAP)
        parts.append(write_text(x + block / 2, _HEAD - 6, letter, "middle"))
        rows = [[row[channel] for row in tree.weights[number]] for number in tree.order]
        parts.append(_place_image(x, _HEAD, block, _ROW * filters, encode_heat_map(rows, limit)))
    parts += [_label(tree, number, total + 4, _HEAD + _ROW * (row + 0.8)) for row, number in enumerate(tree.order)]
    parts += [draw_line(left, _HEAD - 2, total, _HEAD - 2), _draw_scale(left, 2 * block, limit)]
    return "".join([*parts, "</svg>"])


def encode_heat_map(rows: Sequence[Sequence[float]], limit: float) -> bytes:
    """Encode numbers as a PNG: red above zero, blue below, and the more opaque the larger they are.

    Parameters
    ----------
    rows : sequence of sequence of float
        Numbers, the rows from top to bottom.
    limit : float
        Absolute value that is opaque.
    """
    data = bytearray()
    for row in rows:
        data.append(0)  # no filter of PNG
        for value in row:
            opacity = min(abs(value) / limit, 1.0) if limit else 0.0
            data += bytes((*(_HIGH if value > 0 else _LOW), round(255 * opacity**0.7)))
    size = struct.pack(">IIBBBBB", len(rows[0]) if rows else 0, len(rows), 8, 6, 0, 0, 0)  # 8 bits, RGB and opacity
    chunks = [(b"IHDR", size), (b"IDAT", zlib.compress(bytes(data), 9)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _place_image(x: float, y: float, width: float, height: float, png: bytes) -> str:
    """Place an image whose pixels stay sharp."""
    return (
        f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" preserveAspectRatio="none" class="map" '
        f'href="data:image/png;base64,{base64.b64encode(png).decode()}"/>'
    )


def _draw_scale(x: float, width: float, limit: float) -> str:
    """Draw the colours of weights."""
    colors = [[2 * step / (_STEPS - 1) - 1 for step in range(_STEPS)]]
    return "".join(
        [
            _place_image(x, 12, width, 8, encode_heat_map(colors, 1.0)),
            write_text(x, 9, f"−{limit:.2g}"),
            write_text(x + width / 2, 9, "weight", "middle"),
            write_text(x + width, 9, f"+{limit:.2g}", "end"),
        ]
    )


def _draw_distances(tree: FilterTree) -> str:
    """Draw the axis of cosine distances above the tree."""
    tallest = max((height for _, _, height in tree.merges), default=0.0)
    return "".join(
        [
            draw_line(4, _HEAD - 6, _TREE, _HEAD - 6),
            write_text(4, _HEAD - 10, f"{tallest:.2g}"),
            write_text(_TREE / 2, _HEAD - 10, "cosine distance", "middle"),
            write_text(_TREE, _HEAD - 10, "0", "end"),
        ]
    )


def _trace_tree(tree: FilterTree) -> str:
    """Trace the branches from the leaves at the right to the root at the left."""
    places = {number: _HEAD + _ROW * (row + 0.5) for row, number in enumerate(tree.order)}
    reach = {number: float(_TREE) for number in tree.order}
    tallest = max((height for _, _, height in tree.merges), default=0.0) or 1.0
    lines = []
    for number, (one, other, height) in enumerate(tree.merges, len(tree.weights)):
        x = _TREE - (_TREE - 4) * height / tallest
        a, b = places[one], places[other]
        lines.append(f"M{reach[one]:.4g} {a:.5g}H{x:.4g}V{b:.5g}H{reach[other]:.4g}")
        places[number], reach[number] = (a + b) / 2, x
    return "".join(lines)


def _label(tree: FilterTree, number: int, x: float, y: float) -> str:
    """Write the number and the consensus of a filter, as a link to its motif."""
    name = tree.ids[number]
    if not name:
        return write_text(x, y, f"{number} silent" if number in tree.silent else str(number), "leaf faint")
    return f'<a href="#{escape(quote(name))}">{write_text(x, y, f"{number} {tree.names[number]}", "leaf")}</a>'
