"""Figures of the benchmark inside transcripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

from ideep_scan.benchmark.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, draw_legend, open_figure
from ideep_scan.benchmark.within.evaluation import Judgement

_ACROSS = 6  # panels in a row
_SKY, _YELLOW, _RED = "#56B4E9", "#E69F00", "#882255"
_COLOURS = (GREY, GREEN, PURPLE, _YELLOW, BLUE, _SKY, ORANGE, _RED)


def draw_precision_recall(path: Path, panels: Mapping[str, Sequence[Judgement]]) -> None:
    """Draw precision against recall for each list, with a line for each predictor; both axes are logarithmic.

    Parameters
    ----------
    path : Path
        Path of the figure without suffix; .png and .svg are written.
    panels : mapping of str to sequence of Judgement
        Judgements by name of the list.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    across = min(_ACROSS, len(panels))
    down = ceil(len(panels) / across)
    names = list(dict.fromkeys(row.predictor for rows in panels.values() for row in rows))
    colours = {name: _COLOURS[number % len(_COLOURS)] for number, name in enumerate(names)}
    with open_figure(path, (max(1.7 * across + 0.6, 7.0), 1.75 * down + 1.0)) as figure:
        axes = figure.subplots(down, across, sharex=True, squeeze=False)
        for axis, (title, rows) in zip(axes.flat, panels.items(), strict=False):
            for row in rows:
                axis.plot(*row.curve, color=colours[row.predictor], lw=1.1)
            axis.set_title(title.rpartition("_")[0].replace("_", " "), fontsize=8)
            axis.set(xscale="log", yscale="log", xlim=(0.01, 1), ylim=(None, 1))
            axis.tick_params(labelsize=6)
        for axis in axes.flat[len(panels) :]:
            axis.set_visible(False)
        draw_legend(figure, [(name, colours[name]) for name in names], columns=4)
        figure.supxlabel("recall", fontsize=9)
        figure.supylabel("precision", fontsize=9)
