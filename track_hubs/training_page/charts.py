"""Plots of a training: curves with axes, and bars of groups. They follow the colours of their page."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from track_hubs.motif_page.svg import draw_bar, draw_line, open_picture, write_text
from track_hubs.run_page.scripts import read_packaged

_WIDE, _TALL = 440, 270  # pixels of a plot
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 26, 42  # pixels around its area
_LETTER = 6.4  # pixels of a letter of the key, about
_LABEL = 84  # pixels of a group's name
_ROW, _GAP = 13, 9  # pixels of a bar, and between groups
_LIGHT = ":root{--ink:#222;--faint:#666;--line:#ddd;--bound:#b0431a;--unbound:#7d8a99;--link:#0b5cad;--hover:#f3f6fa}"
_TEXT = (
    "svg{font:11px sans-serif;fill:var(--ink);background:#fff}.middle{text-anchor:middle}.end{text-anchor:end}"
    ".faint{fill:var(--faint)}.axis{stroke:var(--faint);fill:none}.grid{stroke:var(--line);fill:none}"
    ".rail{fill:var(--hover)}"
)


class Axis(NamedTuple):
    """An axis of a plot.

    Attributes
    ----------
    label : str
        Its quantity, with the unit.
    low, high : float
        Values at its ends.
    ticks : sequence of (float, str)
        Values with a mark, and their texts.
    """

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    @classmethod
    def with_round_ticks(cls, label: str, low: float, high: float) -> Axis:
        """Make an axis with up to six marks at round values.

        Parameters
        ----------
        label : str
            Its quantity, with the unit.
        low, high : float
            Values at its ends; `high` is above `low`.

        Returns
        -------
        Axis
            The axis.

        Examples
        --------
        >>> [text for _, text in Axis.with_round_ticks("loss", 0.0, 0.35).ticks]
        ['0', '0.1', '0.2', '0.3']
        """
        decade = 10.0 ** floor(log10((high - low) / 5))
        step = next(size * decade for size in (1, 2, 5, 10) if (high - low) / (size * decade) <= 5 + 1e-9)
        numbers = range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
        return cls(label, low, high, [(number * step, f"{number * step:.6g}") for number in numbers])


class Curve(NamedTuple):
    """A curve of a plot.

    Attributes
    ----------
    name : str
        Its name in the key; empty for a curve that the key leaves out.
    points : sequence of (float, float)
        Its points.
    kind : str
        Class: 'first', 'second', 'third', 'base-A' to 'base-U', or 'guide' for a dashed line.
    """

    name: str
    points: Sequence[tuple[float, float]]
    kind: str


class Dot(NamedTuple):
    """A point of a plot with its interval.

    Attributes
    ----------
    x, y : float
        The point.
    low, high : float
        Ends of the interval of y.
    """

    x: float
    y: float
    low: float
    high: float


def draw_plot(title: str, horizontal: Axis, vertical: Axis, curves: Sequence[Curve], dots: Sequence[Dot] = ()) -> str:
    """Draw curves and dots between two axes.

    Parameters
    ----------
    title : str
        Description for readers who cannot see it.
    horizontal, vertical : Axis
        The axes.
    curves : sequence of Curve
        The curves, the last one on top.
    dots : sequence of Dot
        Points with intervals, on top of the curves.
    """

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - horizontal.low) / (horizontal.high - horizontal.low or 1)
        up = (y - vertical.low) / (vertical.high - vertical.low or 1)
        return _LEFT + (_WIDE - _LEFT - _RIGHT) * across, _TALL - _BOTTOM - (_TALL - _TOP - _BOTTOM) * up

    parts = [open_picture(_WIDE, _TALL, title), *_draw_axes(horizontal, vertical)]
    for value, text in horizontal.ticks:
        parts.append(write_text(place(value, vertical.low)[0], _TALL - _BOTTOM + 15, text, "middle faint"))
    for value, text in vertical.ticks:
        y = place(horizontal.low, value)[1]
        parts += [draw_line(_LEFT, y, _WIDE - _RIGHT, y, "grid"), write_text(_LEFT - 6, y + 4, text, "end faint")]
    for curve in curves:
        line = "L".join("{:.4g} {:.4g}".format(*place(x, y)) for x, y in curve.points)
        kind = "guide" if curve.kind == "guide" else f"curve {curve.kind}"
        parts += [f'<path d="M{line}" class="{kind}"/>'] if curve.points else []
    for dot in dots:
        x, y = place(dot.x, dot.y)
        parts.append(draw_line(x, place(dot.x, dot.low)[1], x, place(dot.x, dot.high)[1], "spread"))
        parts.append(f'<circle cx="{x:.4g}" cy="{y:.4g}" r="4" class="fill-first"/>')
    return "".join([*parts, *_draw_key([(curve.name, curve.kind) for curve in curves if curve.name]), "</svg>"])


def _draw_axes(horizontal: Axis, vertical: Axis) -> list[str]:
    """Draw the lines of the axes and their labels."""
    middle = _TOP + (_TALL - _TOP - _BOTTOM) / 2
    return [
        draw_line(_LEFT, _TALL - _BOTTOM, _WIDE - _RIGHT, _TALL - _BOTTOM),
        draw_line(_LEFT, _TOP, _LEFT, _TALL - _BOTTOM),
        write_text((_LEFT + _WIDE - _RIGHT) / 2, _TALL - 8, horizontal.label, "middle"),
        f'<g transform="rotate(-90 12 {middle:g})">{write_text(12, middle, vertical.label, "middle")}</g>',
    ]


def _draw_key(names: Sequence[tuple[str, str]]) -> list[str]:
    """Name the curves above the plot."""
    parts, x = [], float(_LEFT)
    for name, kind in names:
        parts.append(draw_line(x, 12, x + 18, 12, "guide" if kind == "guide" else f"curve {kind}"))
        parts.append(write_text(x + 23, 16, name))
        x += 38 + _LETTER * len(name)
    return parts


def draw_groups(title: str, names: Sequence[str], groups: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Draw shares as bars: a group of bars for each name.

    Parameters
    ----------
    title : str
        Description for readers who cannot see it.
    names : sequence of str
        Names of the groups.
    groups : sequence of (str, sequence of float)
        Up to three series: name, and a share for each group.
    """
    step = _ROW * len(groups) + _GAP
    parts = [open_picture(_WIDE, _TOP + step * len(names) + 4, title)]
    kinds = ("first", "second", "third")
    parts += _draw_key([(name, kind) for (name, _), kind in zip(groups, kinds, strict=False)])
    highest = max([0.01, *(share for _, shares in groups for share in shares)])
    span = _WIDE - _LABEL - 52
    for row, name in enumerate(names):
        top = _TOP + step * row
        parts.append(write_text(_LABEL - 8, top + _ROW * len(groups) / 2 + 4, name, "end"))
        for number, ((_, shares), kind) in enumerate(zip(groups, kinds, strict=False)):
            width = span * shares[row] / highest
            parts.append(draw_bar(_LABEL, top + _ROW * number, width, _ROW - 2, f"fill-{kind}"))
            parts.append(
                write_text(_LABEL + width + 5, top + _ROW * number + 10, f"{100 * shares[row]:.1f} %", "faint")
            )
    return "".join([*parts, "</svg>"])


def make_file(picture: str) -> str:
    """Make a file of its own from a picture of a page: a white ground and light colours.

    Parameters
    ----------
    picture : str
        SVG of this module.

    Returns
    -------
    str
        SVG with its style.
    """
    style = _LIGHT + _TEXT + read_packaged("training_plot.css").partition("@media")[0]
    head, _, body = picture.removeprefix("<svg").partition(">")
    return f'<svg xmlns="http://www.w3.org/2000/svg"{head}><style>{style}</style>{body}\n'
