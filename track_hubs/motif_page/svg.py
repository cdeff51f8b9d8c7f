"""Parts of pictures in SVG that follow the colours of their page."""

from __future__ import annotations

from html import escape
from typing import Literal


def open_picture(width: float, height: float, title: str, role: Literal["img", "group"] = "img") -> str:
    """Begin a picture.

    Parameters
    ----------
    width, height : float
        Size in pixels. A page may scale it.
    title : str
        Description for readers who cannot see it.
    role : {'img', 'group'}
        'group' for a picture with links in it.
    """
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="{role}">'
        f"<title>{escape(title)}</title>"
    )


def write_text(x: float, y: float, text: str, kind: str = "") -> str:
    """Write text whose baseline begins at a point.

    Parameters
    ----------
    x, y : float
        The point, pixels.
    text : str
        The text.
    kind : str
        Classes of the element: 'middle' or 'end' for its anchor, 'faint' for a paler colour.
    """
    attribute = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.5g}" y="{y:.5g}"{attribute}>{escape(text)}</text>'


def draw_bar(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Draw a filled rectangle of a class."""
    return f'<rect x="{x:.4g}" y="{y:.4g}" width="{width:.4g}" height="{height:.4g}" class="{kind}"/>'


def draw_line(x1: float, y1: float, x2: float, y2: float, kind: str = "axis") -> str:
    """Draw a line of a class."""
    return f'<path d="M{x1:.4g} {y1:.4g}L{x2:.4g} {y2:.4g}" class="{kind}"/>'
