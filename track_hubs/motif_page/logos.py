"""Sequence logos of a page. Each letter is drawn once per page, so that hundreds of logos stay small."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from track_hubs.manifest import Row
from track_hubs.model_figures import GLYPHS, compute_information
from track_hubs.motif_page.svg import draw_bar, draw_line, open_picture, write_text

_BITS = 2.0  # largest information of a position with four letters
_LEAST = 0.6  # pixels of the smallest letter drawn
_HEAD, _GAP = 6, 10  # pixels above the first row and between rows


class _Size(NamedTuple):
    """Pixels of a letter's width, of the tallest stack, and of the axis at the left."""

    wide: int
    tall: int
    left: int


_LARGE, _SMALL = _Size(18, 56, 32), _Size(9, 22, 0)


def define_letters() -> str:
    """Define the letters for all logos of a page."""
    paths = (
        f'<path id="letter-{letter}" class="letter" d="{path}" fill="{color}" fill-rule="evenodd"/>'
        for letter, (color, path) in GLYPHS.items()
    )
    return f'<svg width="0" height="0" aria-hidden="true" class="defined"><defs>{"".join(paths)}</defs></svg>'


def draw_small_logo(shares: Sequence[Row], title: str) -> str:
    """Draw a logo in bits without an axis.

    Parameters
    ----------
    shares : sequence of Row
        Shares of A, C, G and U at each position, 5'→3'.
    title : str
        Title of the picture.
    """
    wide, tall, _ = _SMALL
    return "".join([open_picture(wide * len(shares), tall + 1, title), *_draw_bits(shares, 0, 0, _SMALL), "</svg>"])


def draw_pair(learned: Sequence[Row], known: Sequence[Row], offset: int, *, title: str, is_small: bool = False) -> str:
    """Draw a learned motif above a known one, aligned. The overlap is shaded.

    Parameters
    ----------
    learned : sequence of Row
        Shares of A, C, G and U of the learned motif.
    known : sequence of Row
        Those of the known motif; may be empty.
    offset : int
        Positions by which the known motif begins after the learned one.
    title : str
        Title of the picture.
    is_small : bool
        True for a row of a table: half the size, without axes.
    """
    size = _SMALL if is_small else _LARGE
    rows = [(learned, 0), (known, offset)] if known else [(learned, 0)]
    first = min(start for _, start in rows)
    last = max(start + len(shares) for shares, start in rows)
    height = _HEAD + len(rows) * (size.tall + _GAP) - _GAP + 4
    parts = [open_picture(size.left + size.wide * (last - first) + 4, height, title)]
    if known:
        begin, end = max(0, offset), min(len(learned), offset + len(known))
        x = size.left + size.wide * (begin - first)
        parts.append(draw_bar(x, _HEAD - 3, size.wide * max(end - begin, 0), height - _HEAD, "overlap"))
    for row, (shares, start) in enumerate(rows):
        top = _HEAD + row * (size.tall + _GAP)
        parts += [] if is_small else [_draw_bits_axis(top)]
        parts += _draw_bits(shares, size.left + size.wide * (start - first), top, size)
    return "".join([*parts, "</svg>"])


def draw_contribution_logo(contributions: Sequence[Row], title: str) -> str:
    """Draw contributions: letters that raise the log odds point up, those that lower them point down.

    Parameters
    ----------
    contributions : sequence of Row
        Mean contribution of A, C, G and U at each position, log odds.
    title : str
        Title of the picture.
    """
    up = max((sum(value for value in row if value > 0) for row in contributions), default=0.0)
    down = max((-sum(value for value in row if value < 0) for row in contributions), default=0.0)
    span = max(up + down, 1e-9)
    wide, tall, left = _LARGE
    base, right = _HEAD + tall * up / span, left + wide * len(contributions)
    parts = [
        open_picture(right + 4, _HEAD + tall + 4, title),
        write_text(left - 4, _HEAD + 8, f"{up:.2g}", "end faint"),
        draw_line(left - 2, _HEAD, left - 2, _HEAD + tall),
        *_stack(contributions, left, base, wide=wide, scale=tall / span),
        draw_line(left, base, right, base),
    ]
    return "".join([*parts, "</svg>"])


def _draw_bits(shares: Sequence[Row], x: float, top: float, size: _Size) -> list[str]:
    """Draw a logo in bits on its base line."""
    base = top + size.tall
    letters = _stack(_compute_heights(shares), x, base, wide=size.wide, scale=size.tall / _BITS)
    return [*letters, draw_line(x, base, x + size.wide * len(shares), base)]


def _compute_heights(shares: Sequence[Row]) -> list[Row]:
    """Compute the height of each letter in bits."""
    heights: list[Row] = []
    for row in shares:
        bits = compute_information(row)
        a, c, g, u = (share * bits for share in row)
        heights.append((a, c, g, u))
    return heights


def _draw_bits_axis(top: float) -> str:
    """Draw an axis from 0 to 2 bits."""
    x, tall = _LARGE.left, _LARGE.tall
    return "".join(
        [
            draw_line(x - 2, top, x - 2, top + tall),
            write_text(x - 5, top + 8, "2", "end faint"),
            write_text(x - 5, top + tall, "0", "end faint"),
            write_text(x - 5, top + tall / 2 + 4, "bits", "end faint"),
        ]
    )


def _stack(heights: Sequence[Row], x: float, base: float, *, wide: float, scale: float) -> list[str]:
    """Stack the letters of each position on a base line, the tallest outermost."""
    return list(
        chain.from_iterable(
            _stack_position(row, x + wide * position, base, wide=wide, scale=scale)
            for position, row in enumerate(heights)
        )
    )


def _stack_position(row: Row, x: float, base: float, *, wide: float, scale: float) -> list[str]:
    parts, up, down = [], base, base
    for value, letter in sorted(zip(row, GLYPHS, strict=True), key=lambda pair: abs(pair[0])):
        height = abs(value) * scale
        if height < _LEAST:
            continue
        if value > 0:
            up -= height
        y = up if value > 0 else down
        if value < 0:
            down += height
        move = f"matrix({wide - 1:g} 0 0 {height:.4g} {x + 0.5:g} {y:.4g})"
        parts.append(f'<use href="#letter-{letter}" transform="{move}"/>')
    return parts
