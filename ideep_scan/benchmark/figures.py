"""Figures of the benchmark as PNG and SVG: ROC curves, methods, correlations, cross-validation.

The colours are those of Okabe & Ito, which colour-blind readers can distinguish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ideep_scan.formats.atomic_file import AtomicFile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
INK, GREY, PALE = "#222222", "#8A8A8A", "#E4E4E4"
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "svg.hashsalt": "ideep-scan",  # equal figures give equal files
}
_ACROSS = 8  # panels in a row


@dataclass(frozen=True, eq=False)
class Curve:
    """A ROC curve.

    Attributes
    ----------
    name : str
        Name for the legend.
    false, true : np.ndarray
        False and true positive rates, of one length.
    auc : float
        Area under the curve.
    """

    name: str
    false: np.ndarray
    true: np.ndarray
    auc: float


@dataclass(frozen=True, eq=False)
class Strip:
    """Values of one method over experiments.

    Attributes
    ----------
    name : str
        Name of the method.
    values : sequence of float
        One value for each experiment.
    paper : float or None
        Mean in the paper, if it reports one.
    """

    name: str
    values: Sequence[float]
    paper: float | None = None


@dataclass(frozen=True, eq=False)
class CrossRow:
    """Cross-validation of one experiment.

    Attributes
    ----------
    name : str
        Label of the experiment.
    folds : sequence of float
        AUC of each fold.
    test, low, high : float
        AUC of the test windows with its confidence interval.
    """

    name: str
    folds: Sequence[float]
    test: float
    low: float
    high: float


def draw_roc(path: Path, panels: Mapping[str, Sequence[Curve]]) -> None:
    """Draw a small ROC plot for each experiment. Curves of one name have one colour.

    Parameters
    ----------
    path : Path
        Path of the figure without suffix; .png and .svg are written.
    panels : mapping of str to sequence of Curve
        Curves by title. The second line of a title is printed smaller.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    across = min(_ACROSS, len(panels))
    down = ceil(len(panels) / across)
    with open_figure(path, (max(1.45 * across + 0.6, 3.2), 1.75 * down + 0.8)) as figure:
        axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        names = list(dict.fromkeys(curve.name for curves in panels.values() for curve in curves))
        colour = dict(zip(names, (BLUE, ORANGE, GREEN, PURPLE), strict=False))
        for axis, (title, curves) in zip(axes.flat, panels.items(), strict=False):
            axis.plot([0, 1], [0, 1], color=PALE, lw=0.8, zorder=1)
            for place, curve in enumerate(curves):
                axis.plot(curve.false, curve.true, color=colour[curve.name], lw=1.4, zorder=3 - place)
                axis.text(
                    0.97, 0.05 + 0.13 * place, f"{curve.auc:.3f}", color=colour[curve.name], fontsize=8, ha="right"
                )
            first, _, second = title.partition("\n")
            axis.set_title(first, fontsize=8, pad=11)
            axis.text(0.5, 1.03, _shorten(second), fontsize=5.8, color=GREY, ha="center", transform=axis.transAxes)
            axis.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", xticks=(0, 1), yticks=(0, 1))
            axis.tick_params(labelsize=7)
        for axis in axes.flat[len(panels) :]:
            axis.set_visible(False)
        draw_legend(figure, [(name, colour[name]) for name in names])
        figure.supxlabel("false positive rate", fontsize=9)
        figure.supylabel("true positive rate", fontsize=9)


def _shorten(text: str, length: int = 30) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def draw_strips(path: Path, strips: Sequence[Strip], label: str) -> None:
    """Draw a row for each method: experiments as dots, quartiles as a box, means as bars and diamonds.

    Parameters
    ----------
    path : Path
        Path of the figure without suffix; .png and .svg are written.
    strips : sequence of Strip
        One for each method, from top to bottom. A diamond marks the mean in the paper.
    label : str
        Label of the axis.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    with open_figure(path, (6.4, 0.42 * len(strips) + 1.15)) as figure:
        axis = figure.subplots()
        for place, strip in enumerate(strips):
            values = np.sort(np.asarray(strip.values, np.float64))
            first, third = np.quantile(values, (0.25, 0.75))
            axis.barh(place, third - first, 0.62, first, color=BLUE, alpha=0.14, zorder=1)
            axis.scatter(values, place + _spread(values), s=13, color=BLUE, alpha=0.75, lw=0, zorder=2)
            axis.plot([values.mean()] * 2, [place - 0.36, place + 0.36], color=INK, lw=1.8, zorder=3)
            axis.text(1.02, place, f"{values.mean():.3f}", transform=axis.get_yaxis_transform(), va="center")
            if strip.paper is not None:
                axis.scatter(
                    strip.paper, place, s=46, marker="D", facecolor="white", edgecolor=ORANGE, lw=1.5, zorder=4
                )
        axis.text(1.02, -0.85, "mean", transform=axis.get_yaxis_transform(), va="center", color=GREY)
        axis.set_yticks(range(len(strips)), [strip.name for strip in strips])
        axis.set(ylim=(len(strips) - 0.5, -0.6), xlabel=label)
        axis.grid(axis="x", color=PALE, lw=0.7)
        axis.set_axisbelow(True)
        _hide_left_spine(axis)
        if any(strip.paper is not None for strip in strips):
            axis.scatter(
                [], [], s=46, marker="D", facecolor="white", edgecolor=ORANGE, lw=1.5, label="mean in the paper"
            )
            figure.legend(loc="outside upper right", frameon=False)


def _spread(values: np.ndarray) -> np.ndarray:
    """Return offsets that separate neighbouring dots: a fixed zigzag over ascending values."""
    return np.resize([0.0, 0.2, -0.2, 0.1, -0.1], values.size)


def draw_correlation(path: Path, names: Sequence[str], values: np.ndarray) -> None:
    """Draw a matrix of correlations with its values.

    Parameters
    ----------
    path : Path
        Path of the figure without suffix; .png and .svg are written.
    names : sequence of str
        Labels of the rows and columns.
    values : np.ndarray
        (names, names), from -1 to 1. NaN stays empty.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    size = 0.72 * len(names) + 1.9
    with open_figure(path, (size + 0.3, size)) as figure:
        axis = figure.subplots()
        lowest = min(0.0, float(np.nanmin(values)))
        axis.imshow(values, cmap="Blues", vmin=lowest, vmax=1)
        for i, j in np.ndindex(values.shape):
            if np.isfinite(values[i, j]):
                colour = "white" if (values[i, j] - lowest) / (1 - lowest) > 0.6 else INK
                axis.text(j, i, f"{values[i, j]:.2f}", ha="center", va="center", color=colour)
        axis.set_xticks(range(len(names)), names, rotation=35, ha="right", rotation_mode="anchor")
        axis.set_yticks(range(len(names)), names)
        axis.set_xticks(np.arange(len(names) - 1) + 0.5, minor=True)
        axis.set_yticks(np.arange(len(names) - 1) + 0.5, minor=True)
        axis.grid(which="minor", color="white", lw=2)
        axis.tick_params(which="both", length=0)
        for spine in axis.spines.values():
            spine.set_visible(False)


def draw_cross_validation(path: Path, rows: Sequence[CrossRow]) -> None:
    """Draw a row for each experiment: folds with their mean, and the test windows with their interval.

    Parameters
    ----------
    path : Path
        Path of the figure without suffix; .png and .svg are written.
    rows : sequence of CrossRow
        One for each experiment, from top to bottom.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    with open_figure(path, (6.4, 0.27 * len(rows) + 1.3)) as figure:
        axis = figure.subplots()
        for place, row in enumerate(rows):
            if place % 2:
                axis.axhspan(place - 0.5, place + 0.5, color="#F6F6F6", zorder=0)
            axis.scatter(row.folds, [place - 0.14] * len(row.folds), s=11, color=BLUE, alpha=0.5, lw=0, zorder=2)
            axis.plot([np.mean(row.folds)] * 2, [place - 0.34, place + 0.06], color=BLUE, lw=2, zorder=3)
            axis.plot([row.low, row.high], [place + 0.2] * 2, color=ORANGE, lw=1.2, zorder=2)
            axis.scatter(row.test, place + 0.2, s=20, color=ORANGE, zorder=3)
        axis.set_yticks(range(len(rows)), [row.name for row in rows], fontsize=8)
        axis.set(ylim=(len(rows) - 0.5, -0.5), xlabel="AUC")
        axis.grid(axis="x", color=PALE, lw=0.7)
        axis.set_axisbelow(True)
        _hide_left_spine(axis)
        names = [("cross-validation: folds and mean", BLUE), ("test windows, 95 % interval", ORANGE)]
        draw_legend(figure, names)


def _hide_left_spine(axis: Axes) -> None:
    axis.spines["left"].set_visible(False)


def draw_legend(figure: Figure, names: Sequence[tuple[str, str]], columns: int = 0) -> None:
    """Draw a legend of lines in the upper right corner, outside of the axes.

    Parameters
    ----------
    figure : Figure
        The figure.
    names : sequence of tuple of str
        Label and colour of each line.
    columns : int
        Columns of the legend; 0 for one per line.
    """
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=colour, lw=2, label=name) for name, colour in names]
    figure.legend(handles=lines, loc="outside upper right", ncols=columns or len(lines), frameon=False)


@contextmanager
def open_figure(path: Path, size: tuple[float, float]) -> Iterator[Figure]:
    """Yield an empty figure; write it as PNG and SVG at the end of the block.

    Parameters
    ----------
    path : Path
        Path of the figure without suffix.
    size : tuple of float
        Width and height, inches.

    Yields
    ------
    Figure
        The figure.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_STYLE):
        figure = Figure(size, layout="constrained")
        yield figure
        for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
            with AtomicFile(path.with_name(f"{path.name}.{kind}")) as file:
                figure.savefig(file, format=kind, dpi=200, metadata=metadata)
            figure.set_layout_engine("none")  # both files get one layout
