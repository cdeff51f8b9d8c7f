"""Draw a model's sequence logo and ROC curve as SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from math import log2

from track_hubs.color import BASE_COLORS, format_css
from track_hubs.manifest import Color, Row

#: Colour and outline in a unit square of each letter.
GLYPHS = {
    "A": (format_css(BASE_COLORS["A"]), "M0 1L.36 0H.64L1 1H.78L.7 .77H.3L.22 1ZM.36 .59H.64L.5 .18Z"),
    "C": (format_css(BASE_COLORS["C"]), "M.97 .3A.5 .5 0 1 0 .97 .7L.75 .62A.27 .3 0 1 1 .75 .38Z"),
    "G": (format_css(BASE_COLORS["G"]), "M.97 .3A.5 .5 0 1 0 .97 .72V.47H.53V.62H.74A.27 .3 0 1 1 .75 .38Z"),
    "U": (format_css(BASE_COLORS["U"]), "M0 0H.22V.62A.28 .2 0 0 0 .78 .62V0H1V.64A.5 .36 0 0 1 0 .64Z"),
}
_BITS = 2.0  # largest information of a position with four letters
_WIDE, _TALL, _LEFT, _FOOT = 30, 90, 34, 20  # pixels: letter width, stack height, left margin, bottom margin
_SIDE = 200  # pixels of a ROC square


def compute_information(row: Row) -> float:
    """Compute the information of a position in bits, 2 minus its entropy (Schneider and Stephens 1990, NAR 18:6097).

    Examples
    --------
    >>> compute_information((0.25, 0.25, 0.25, 0.25)), compute_information((0.0, 0.0, 0.0, 1.0))
    (0.0, 2.0)
    """
    return max(0.0, _BITS + sum(share * log2(share) for share in row if share > 0))


def draw_logo(motif: Sequence[Row], title: str) -> str:
    """Draw a sequence logo. The height of a letter is its share of the position's information.

    Parameters
    ----------
    motif : sequence of Row
        Shares of A, C, G and U at each position, 5'→3'.
    title : str
        Title of the picture.
    """
    parts = [_begin(_LEFT + _WIDE * len(motif) + 8, _TALL + _FOOT + 8, title)]
    for bits in (0, 1, 2):
        y = 4 + _TALL * (1 - bits / _BITS)
        parts.append(f'<line x1="{_LEFT - 4}" x2="{_LEFT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#222"/>')
        parts.append(_text(_LEFT - 7, y + 4, str(bits), "end"))
    parts.append(f'<line x1="{_LEFT}" x2="{_LEFT}" y1="4" y2="{4 + _TALL}" stroke="#222"/>')
    parts.append(_text(10, 4 + _TALL / 2, "bits", "middle", f' transform="rotate(-90 10 {4 + _TALL / 2:g})"'))
    for position, row in enumerate(motif):
        x, y = _LEFT + _WIDE * position, 4.0 + _TALL
        for share, letter in sorted(zip(row, GLYPHS, strict=True)):
            height = share * compute_information(row) * _TALL / _BITS
            if height < 0.3:
                continue
            y -= height
            fill, path = GLYPHS[letter]
            move = f"translate({x + 1:g} {y:.2f}) scale({_WIDE - 2} {height:.2f})"
            parts.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd" transform="{move}"/>')
        parts.append(_text(x + _WIDE / 2, _TALL + _FOOT, str(position + 1), "middle"))
    return "".join([*parts, "</svg>"])


def compute_area(points: Sequence[tuple[float, float]]) -> float:
    """Compute the area under a curve of (x, y) points with rising x, by trapezoids.

    Examples
    --------
    >>> compute_area([(0.0, 0.0), (0.5, 1.0), (1.0, 1.0)])
    0.75
    """
    return sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in pairwise(points))


def draw_roc(points: Sequence[tuple[float, float]], color: Color, title: str) -> str:
    """Draw a ROC curve with its diagonal.

    Parameters
    ----------
    points : sequence of (float, float)
        Points (false positive rate, true positive rate), rising.
    color : tuple of int
        Colour of the curve.
    title : str
        Title of the picture.
    """
    left, top = 46, 8
    parts = [_begin(_SIDE + left + 14, _SIDE + top + 40, title)]

    def at(x: float, y: float) -> str:
        return f"{left + x * _SIDE:.1f},{top + (1 - y) * _SIDE:.1f}"

    parts.append(f'<rect x="{left}" y="{top}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>')
    parts.append(f'<polyline points="{at(0, 0)} {at(1, 1)}" fill="none" stroke="#bbb" stroke-dasharray="4 4"/>')
    line = " ".join(at(x, y) for x, y in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{format_css(color)}" stroke-width="2.5"/>')
    for tick in (0.0, 0.5, 1.0):
        parts.append(_text(left + tick * _SIDE, top + _SIDE + 15, f"{tick:g}", "middle"))
        parts.append(_text(left - 5, top + (1 - tick) * _SIDE + 4, f"{tick:g}", "end"))
    parts.append(_text(left + _SIDE / 2, top + _SIDE + 32, "share of background called", "middle"))
    middle = top + _SIDE / 2
    parts.append(_text(13, middle, "share of sites found", "middle", f' transform="rotate(-90 13 {middle:g})"'))
    parts.append(_text(left + _SIDE - 8, top + _SIDE - 12, f"AUC {compute_area(points):.3f}", "end"))
    return "".join([*parts, "</svg>"])


def _begin(width: float, height: float, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" font-family="sans-serif" font-size="11" fill="#222">'
        f"<title>{escape(title)}</title>"
    )


def _text(x: float, y: float, text: str, anchor: str, attributes: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{attributes}>{escape(text)}</text>'
