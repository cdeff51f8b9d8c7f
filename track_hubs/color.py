"""A colour for each group: the same in every run, and told apart by the colour-blind."""

from __future__ import annotations

import hashlib

from track_hubs.manifest import Color

#: Okabe and Ito 2008, "Color Universal Design": without black (text) and yellow (too faint on white).
PALETTE: tuple[Color, ...] = (
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (230, 159, 0),
    (86, 180, 233),
)


def color_of(group: str) -> Color:
    """The colour of a group, from its name alone; with more than a few groups some share one."""
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
