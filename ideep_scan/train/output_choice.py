"""Choice of the outputs whose mean is the score of a protein, by average precision inside bound loci.

A network with two outputs per experiment has several candidates for a protein (`train/targets.py`).
A mean of outputs is again an output, because the output layer is linear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.train.metrics import auprc

# Weights of the two outputs of an experiment: its score, and its score within bound genes.
KINDS: Mapping[str, tuple[float, float]] = {"both": (0.5, 0.5), "score": (1.0, 0.0), "within": (0.0, 1.0)}
DEFAULT_KIND = "both"
GAIN = 1.1  # least gain in average precision by another choice than the default
_LEAST_POSITIVES = 15  # positive windows that judge a candidate
_LEAST_LOCI = 3  # loci with a positive window


@dataclass(frozen=True)
class OutputChoice:
    """Outputs whose mean is a score.

    Attributes
    ----------
    experiments : tuple[int, ...]
        Indices of the experiments.
    kind : str
        Key of `KINDS`.
    """

    experiments: tuple[int, ...]
    kind: str = DEFAULT_KIND

    def mix(self, values: np.ndarray) -> np.ndarray:
        """Average outputs, or rows of an output layer.

        Parameters
        ----------
        values : np.ndarray
            Float array (..., 2 * experiments), a column per output.

        Returns
        -------
        np.ndarray
            Float array (...).

        Examples
        --------
        >>> OutputChoice((0, 1)).mix(np.array([[0.0, 2.0, 4.0, 6.0]])).tolist()
        [3.0]
        """
        count = values.shape[-1] // 2
        score, within = KINDS[self.kind]
        columns = np.array(self.experiments)
        return np.asarray(score * values[..., columns].mean(-1) + within * values[..., count + columns].mean(-1))


def choose_outputs(
    candidates: Sequence[Sequence[int]],
    judges: Sequence[int],
    *,
    logits: np.ndarray,
    sites: np.ndarray,
    loci: np.ndarray,
) -> OutputChoice:
    """Choose the outputs of a protein.

    A candidate is a set of experiments with a kind.
    Its figure is its average precision in bound loci, averaged over the experiments that judge it.

    Parameters
    ----------
    candidates : sequence of sequence of int
        Sets of experiments; the first one is the default, with `DEFAULT_KIND`.
    judges : sequence of int
        Experiments whose sites judge.
    logits : np.ndarray
        Float array (n, 2 * experiments), outputs for validation windows.
    sites : np.ndarray
        Bool (n, experiments), True for a positive window.
    loci : np.ndarray
        Int64 (n,), locus of each window; -1 for none.

    Returns
    -------
    OutputChoice
        The best one if it gains at least `GAIN` over the default, else the default.
    """
    choices = [OutputChoice(tuple(experiments), kind) for experiments in candidates for kind in KINDS]
    grounds = [(rows, sites[rows, judge]) for judge in judges if (rows := _find_ground(sites[:, judge], loci)).size]
    if not grounds:
        return choices[0]
    figures = np.array(
        [
            np.mean([auprc(labels, values[rows]) for rows, labels in grounds])
            for values in (choice.mix(logits) for choice in choices)
        ]
    )
    best = int(figures.argmax())
    return choices[best] if figures[best] > GAIN * figures[0] else choices[0]


def _find_ground(sites: np.ndarray, loci: np.ndarray) -> np.ndarray:
    """Find the windows of loci that hold a site; none if there are too few sites or loci, or no other windows."""
    bound = np.unique(loci[sites & (loci >= 0)])
    rows = np.flatnonzero(np.isin(loci, bound))
    enough = sites.sum() >= _LEAST_POSITIVES and len(bound) >= _LEAST_LOCI
    return rows if enough and not sites[rows].all() else rows[:0]
