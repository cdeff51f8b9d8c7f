"""A colour for each group: the same in every run, and told apart by the colour-blind."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from track_hubs.manifest import Color

#: Found by an exchange search over a grid of sRGB for the greatest smallest distance in CIELAB, as people with all
#: cones see them and as those without one kind do (Machado, Oliveira and Fernandes 2009, IEEE TVCG 15:1291): at least
#: 15 between any two in every kind of sight, 22 with all cones. Each has a contrast of at least 4 on a white page, so
#: that its tint can be paler and still have 3 (WCAG 2.2, success criterion 1.4.11).
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
_SHARE = 0.45  # of white in a tint, where the contrast allows it


def color_of(group: str, known: Sequence[str] = ()) -> Color:
    """The colour of a group, from its name alone.

    Parameters
    ----------
    known : names whose colours must differ, in an order that only grows at its end: the first 20 differ in colour. Any
        other name gets a colour by its hash, which some share.
    """
    if group in known:
        return PALETTE[known.index(group) % len(PALETTE)]
    return PALETTE[hashlib.sha256(group.encode()).digest()[0] % len(PALETTE)]


def tint(color: Color, share: float | None = None) -> Color:
    """Mark the minus strand: mix a colour with white.

    Parameters
    ----------
    color : Color
        The colour of the plus strand.
    share : float, optional
        The share of white: 0 leaves the colour, 1 is white. None takes as much, up to 0.45, as leaves a contrast of 3
        on white. A colour that is too pale for that is mixed with black instead.
    """
    if share is not None:
        return _mixed(color, 255, share)
    if contrast(_mixed(color, 255, _SHARE / 3)) < CONTRAST:
        return _mixed(color, 0, _SHARE)
    shares = (_SHARE * step / 45 for step in range(45, 0, -1))
    return next(found for found in (_mixed(color, 255, each) for each in shares) if contrast(found) >= CONTRAST)


def contrast(color: Color) -> float:
    """Compute the contrast of a colour on white, 1 to 21 (WCAG 2.2)."""
    parts = [part / 255 for part in color]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _mixed(color: Color, other: int, share: float) -> Color:
    """Mix a colour with a grey of which every part is `other`."""
    red, green, blue = (round(part + (other - part) * share) for part in color)
    return red, green, blue


def css(color: Color) -> str:
    """As CSS and SVG write it."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def rgb(color: Color) -> str:
    """As UCSC and IGV write it."""
    return ",".join(map(str, color))
