"""A colour for each group: the same in every run, and told apart by the colour-blind."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from track_hubs.manifest import Color

#: Found by an exchange search over a grid of sRGB for the greatest smallest distance in CIELAB, as people with all
#: cones see them and as those without one kind do (Machado, Oliveira and Fernandes 2009, IEEE TVCG 15:1291): at least
#: 16 between any two in every kind of sight, 23 with all cones. Nothing too pale for a white page.
PALETTE: tuple[Color, ...] = (
    (240, 165, 255),
    (120, 210, 150),
    (255, 150, 0),
    (0, 30, 255),
    (180, 30, 0),
    (120, 45, 165),
    (15, 120, 120),
    (210, 105, 255),
    (225, 105, 30),
    (165, 150, 90),
    (150, 75, 255),
    (60, 75, 120),
    (255, 150, 195),
    (75, 0, 180),
    (105, 150, 120),
    (225, 180, 90),
    (120, 75, 60),
    (165, 105, 195),
    (105, 15, 60),
    (120, 0, 0),
)


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


def tint(color: Color, share: float = 0.45) -> Color:
    """The colour mixed with white: 0 leaves it, 1 is white. Marks the minus strand."""
    red, green, blue = (round(part + (255 - part) * share) for part in color)
    return red, green, blue


def css(color: Color) -> str:
    """As CSS and SVG write it."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def rgb(color: Color) -> str:
    """As UCSC and IGV write it."""
    return ",".join(map(str, color))
