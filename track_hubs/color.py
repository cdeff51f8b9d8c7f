"""Colours of groups and of changed sites: stable across runs, and distinct for colour-blind readers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from track_hubs.manifest import Color

#: Twenty colours from an exchange search over a grid of sRGB that maximises the smallest distance in CIELAB.
#: Any two are at least 22 apart in normal vision, and at least 15 with one kind of cone missing (Machado, Oliveira and
#: Fernandes 2009, IEEE TVCG 15:1291). Each has a contrast of at least 4 on white, so that its paler tint still has 3
#: (WCAG 2.2, success criterion 1.4.11).
PALETTE: tuple[Color, ...] = (
    (240, 30, 0),
    (15, 135, 105),
    (165, 90, 180),
    (0, 30, 255),
    (75, 0, 60),
    (120, 0, 0),
    (0, 0, 135),
    (45, 105, 255),
    (60, 75, 120),
    (210, 15, 90),
    (165, 105, 60),
    (0, 45, 30),
    (90, 120, 135),
    (60, 15, 105),
    (135, 15, 75),
    (180, 0, 0),
    (105, 0, 195),
    (90, 75, 45),
    (120, 90, 210),
    (150, 0, 165),
)
CONTRAST = 3.0  #: least contrast of a colour or tint on white
#: Colours of what a variant does to a site. Red and blue differ with any kind of cone missing; the others are greys.
CHANGE_COLORS: dict[str, Color] = {
    "gained": (178, 24, 43),
    "lost": (33, 102, 172),
    "moved": (70, 70, 70),
    "kept": (110, 110, 110),
    "none": (145, 145, 145),
}
#: Colours of the bases in logos, letters and sequence, from a search like that of `PALETTE` among greens, blues, ambers
#: and reds: any two are at least 30 apart with one kind of cone missing. N is an unknown base.
#: `page/bases.js` and `page/training_plot.css` have the same ones.
BASE_COLORS: dict[str, Color] = {
    "A": (30, 150, 120),
    "C": (60, 60, 225),
    "G": (180, 120, 0),
    "U": (165, 15, 45),
    "N": (118, 118, 118),
}
_SHARE = 0.45  # largest share of white in a tint


def choose_color(group: str, ordered: Sequence[str] = ()) -> Color:
    """Choose the colour of a group from its name.

    Parameters
    ----------
    group : str
        Name of the group.
    ordered : sequence of str
        Names with distinct colours. The first 20 differ. New names are appended, so that colours stay the same.
        Other names get a colour from their hash and may share it.
    """
    if group in ordered:
        return PALETTE[ordered.index(group) % len(PALETTE)]
    return PALETTE[hashlib.sha256(group.encode()).digest()[0] % len(PALETTE)]


def tint(color: Color, share: float | None = None) -> Color:
    """Mix a colour with white, for the minus strand.

    Parameters
    ----------
    color : Color
        The colour of the plus strand.
    share : float, optional
        Share of white, from 0 (the colour) to 1 (white). By default the largest share up to 0.45 that leaves a
        contrast of 3 on white. A colour too pale for that is mixed with black.
    """
    if share is not None:
        return _mix(color, 255, share)
    if compute_contrast(_mix(color, 255, _SHARE / 3)) < CONTRAST:
        return _mix(color, 0, _SHARE)
    tints = (_mix(color, 255, _SHARE * step / 45) for step in range(45, 0, -1))
    return next(paler for paler in tints if compute_contrast(paler) >= CONTRAST)


def compute_contrast(color: Color) -> float:
    """Compute the contrast of a colour on white, from 1 to 21 (WCAG 2.2).

    Examples
    --------
    >>> compute_contrast((255, 255, 255)), compute_contrast((0, 0, 0))
    (1.0, 21.0)
    """
    parts = [part / 255 for part in color]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _mix(color: Color, grey: int, share: float) -> Color:
    """Mix a colour with a share of grey, 0 (black) to 255 (white)."""
    red, green, blue = (round(part + (grey - part) * share) for part in color)
    return red, green, blue


def format_css(color: Color) -> str:
    """Write a colour for CSS and SVG, such as #78003c."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def format_rgb(color: Color) -> str:
    """Write a colour for UCSC and IGV, such as 120,0,60."""
    return ",".join(map(str, color))
