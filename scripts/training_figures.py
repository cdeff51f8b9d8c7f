"""Tables and figure of the measurement of training, from the results that `measure_training.py` caches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

Result = dict[str, Any]
Groups = dict[tuple[str, int, str, str], list[Result]]
MEASURES = {"test": "held-out windows", "within": "inside held-out transcripts"}
NEGATIVES = {
    "both": "half of each (default)",
    "same": "same transcripts",
    "unbound": "genes without a site",
    "matched": "same transcripts, region types as often as at sites",
    "published": "the published ones",
}
NAMES = {  # in tables and figures
    "PUM2 (23)": "PUM2 PAR-CLIP",
    "TARDBP (27)": "TARDBP iCLIP",
    "TARDBP HEK293 ICLIP": "TARDBP iCLIP, HEK293",
    "U2AF2 (30)": "U2AF2 iCLIP",
}
DEFAULT = "both"
NONE = "–"
_COLORS = {"zoo": "#0072b2", "scratch": "#d55e00"}
_HEADS = {"zoo": "from zoo", "scratch": "from scratch"}
_STARTS = {"zoo": "from the bundled network", "scratch": "from scratch"}


def print_tables(results: Sequence[Result]) -> None:
    """Print the tables of docs/train.md: the learning curves, the kinds of negatives and the times."""
    groups = group_results(results)
    experiments = sorted({key[0] for key in groups})
    sizes = sorted({key[1] for key in groups if key[1] and key[3] == DEFAULT})
    judged = [name for name in experiments if _has_windows(groups, name)]
    _print_curves(groups, judged, sizes)
    for name in experiments:
        if name not in judged:
            print(f"{name}:")
            _print_curve(groups, name, sizes)
    _print_negatives(groups, experiments)
    _print_times(groups, sizes)


def _print_curves(groups: Groups, experiments: Sequence[str], sizes: Sequence[int]) -> None:
    """Print the learning curves of experiments with held-out windows and held-out transcripts."""
    heads = (f"{label}: {_HEADS['zoo']}" for label in MEASURES.values())
    _print_row("experiment", "sites", *(head for start in heads for head in (start, _HEADS["scratch"])))
    _print_rule(6)
    for name in experiments:
        bundled = groups.get((name, 0, "bundled", DEFAULT), [])
        if bundled:
            _print_row(name, "bundled model", show(bundled, "test"), "", show(bundled, "within"), "")
        for size in sizes:
            pair = [groups.get((name, size, start, DEFAULT), []) for start in _HEADS]
            if any(pair):
                _print_row(name, f"{size:,}", *(show(items, measure) for measure in MEASURES for items in pair))
    print()


def _print_curve(groups: Groups, name: str, sizes: Sequence[int]) -> None:
    """Print the learning curve of a list that only its own sites judge, inside held-out transcripts."""
    _print_row("sites", *_HEADS.values())
    _print_rule(3)
    for size in sizes:
        pair = [groups.get((name, size, start, DEFAULT), []) for start in _HEADS]
        if any(pair):
            _print_row(f"{size:,}", *(show(items, "within") for items in pair))
    print()


def _print_negatives(groups: Groups, experiments: Sequence[str]) -> None:
    """Print held-out windows / inside held-out transcripts by kind of negatives."""
    _print_row("positions without a site", *experiments)
    _print_rule(1 + len(experiments))
    for kind, label in NEGATIVES.items():
        cells = []
        for name in experiments:
            items = groups.get((name, 1000, "zoo", kind), [])
            means = [show(items, measure).split(" ")[0] for measure in MEASURES if any(measure in x for x in items)]
            cells.append(" / ".join(means) or NONE)
        _print_row(label, *cells)
    print()


def _print_times(groups: Groups, sizes: Sequence[int]) -> None:
    """Print the median time of a fit."""
    _print_row("sites", *_HEADS.values())
    _print_rule(3)
    for size in sizes:
        seconds = [
            [item["seconds"] for key, items in groups.items() if key[1:3] == (size, start) for item in items]
            for start in _HEADS
        ]
        _print_row(f"{size:,}", *(f"{np.median(values):.0f} s" if values else NONE for values in seconds))


def _has_windows(groups: Groups, name: str) -> bool:
    """Tell whether an experiment has held-out windows."""
    return any("test" in item for key, items in groups.items() if key[0] == name for item in items)


def _print_rule(columns: int) -> None:
    print(f"|{'---|' * columns}")


def _print_row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |".replace("|  |", "| |"))


def group_results(results: Sequence[Result]) -> Groups:
    """Group the draws of a model by name of the experiment, sites, start and negatives."""
    groups: Groups = defaultdict(list)
    for item in results:
        experiment, sites, start, negatives, _ = item["run"]
        groups[NAMES.get(experiment, experiment), sites, start, negatives].append(item)
    return dict(groups)


def show(items: Sequence[Result], measure: str) -> str:
    """Write the mean of the draws, with the lowest and the highest; with one draw its 95 % interval."""
    values = [item[measure] for item in items if measure in item]
    if not values:
        return NONE
    low, high = values[0][1:] if len(values) == 1 else (min(v[0] for v in values), max(v[0] for v in values))
    return f"{np.mean([v[0] for v in values]):.3f} ({low:.3f}–{high:.3f})"


def draw_figure(results: Sequence[Result], path: Path) -> None:
    """Draw the learning curves: a column for each experiment, a row for each measure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    groups = group_results(results)
    experiments = sorted({key[0] for key in groups})
    figure = Figure(figsize=(3.2 * len(experiments), 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, len(experiments), sharex=True, squeeze=False)
    for column, name in enumerate(experiments):
        for row, (measure, label) in enumerate(MEASURES.items()):
            axis = axes[row, column]
            for start, color in _COLORS.items():
                _draw_curve(axis, groups, (name, start), measure, color=color)
            reference = groups.get((name, 0, "bundled", DEFAULT))
            if reference and measure in reference[0]:
                axis.axhline(reference[0][measure][0], color="0.4", linestyle=":", label="bundled model")
            axis.set_xscale("log")
            axis.set_title(name if not row else "")
            axis.set_ylabel(f"AUC, {label}" if not column else "")
            axis.set_xlabel("sites" if row else "")
    axes[0, 0].legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=150, metadata={"Software": None})


def _draw_curve(
    axis: Any,
    groups: Groups,
    model: tuple[str, str],
    measure: str,
    *,
    color: str,
) -> None:
    """Draw the mean over draws of one start by number of sites, and a dot for each draw."""
    name, start = model
    sizes = sorted(key[1] for key in groups if key[0] == name and key[2] == start and key[3] == DEFAULT)
    values = [[item[measure][0] for item in groups[name, size, start, DEFAULT] if measure in item] for size in sizes]
    if not any(values):
        axis.set_axis_off()
        return
    axis.plot(sizes, [np.mean(v) for v in values], color=color, label=_STARTS[start])
    for size, draws in zip(sizes, values, strict=True):
        axis.plot([size] * len(draws), draws, "o", color=color, markersize=3)
