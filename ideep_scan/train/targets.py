"""Targets and weights of a network with two outputs per experiment, and its masked loss.

Output `e` is the score of experiment `e`: any window counts.
Output `experiments + e` is its score within a bound gene: windows in loci that hold a site of the experiment count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ideep_scan.train.labels import BACKGROUND, IGNORED, POSITIVE, PROBABLE, LabelTable

PROBABILITY = 0.35  # that a window with the label PROBABLE holds a site
PUBLISHED_SHARE = 0.1  # share of positives that an experiment with published windows begins with
PUBLISHED_WEIGHT = 3.0  # weight of a published experiment, against a list of peaks
_PROBABILITIES = np.zeros(5, np.float32)  # of a site, by label
_PROBABILITIES[[POSITIVE, PROBABLE]] = 1, PROBABILITY
_LEAST_POSITIVES = 300  # fewer positives do not weigh more
_EXPONENT = -0.4  # of the number of positives, in the weight of an experiment
_BOUND_ODDS = 8.0  # share of positives in bound loci, against that in all windows
_SCALE = 0.3  # of the output layer's first weights


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Labels of windows and their weights, by output.

    Attributes
    ----------
    labels : LabelTable
        Labels of n windows.
    loci : np.ndarray
        Int64 (n,), locus of each window; -1 for none.
    bound : np.ndarray
        Bool (loci + 1, experiments), True for loci that hold a site of the experiment; the last row is False.
    held_out : np.ndarray
        Bool (loci + 1, experiments), True for loci that an experiment does not learn from; the last row is False.
    background : np.ndarray
        Float32 (experiments,), weight of a background window for the score.
    importance : np.ndarray
        Float32 (experiments,), weight of the experiment.
    """

    labels: LabelTable
    loci: np.ndarray
    bound: np.ndarray
    held_out: np.ndarray
    background: np.ndarray
    importance: np.ndarray

    def batch(self, rows: np.ndarray, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
        """Compute the targets and weights of some windows.

        Parameters
        ----------
        rows : np.ndarray
            Int64 (m,), indices of windows.
        device : torch.device or str
            Device of the tensors.

        Returns
        -------
        tuple[Tensor, Tensor]
            Targets from 0 to 1, and weights, float32 (m, 2 * experiments): scores, then scores within bound genes.
        """
        codes = self.labels.dense(rows)
        target = torch.from_numpy(_PROBABILITIES[codes]).to(device)
        loci = self.loci[rows]
        within = np.where((codes == IGNORED) | self.held_out[loci], np.float32(0), self.importance)
        score = np.where(codes == BACKGROUND, within * self.background, within)
        weights = np.concatenate([score, within * self.bound[loci]], 1)
        return torch.cat([target, target], 1), torch.from_numpy(weights).to(device)


def compute_loss(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Compute the weighted cross-entropy of all outputs, summed over outputs, per window.

    Parameters
    ----------
    logits, target, weight : Tensor
        (m, outputs).

    Returns
    -------
    Tensor
        A scalar.
    """
    return F.binary_cross_entropy_with_logits(logits.float(), target, weight, reduction="sum") / len(target)


def weigh_experiments(positives: np.ndarray, published: np.ndarray) -> np.ndarray:
    """Compute the weights of experiments: the more positives, the less each counts; published experiments count more.

    Parameters
    ----------
    positives : np.ndarray
        Int64 (experiments,), positive training windows.
    published : np.ndarray
        Bool (experiments,), True for experiments with published windows, which have few of them.

    Returns
    -------
    np.ndarray
        Float32 (experiments,); before published experiments are weighted up, the mean is 1.

    Examples
    --------
    >>> weigh_experiments(np.array([10, 300]), np.array([True, False])).tolist()
    [3.0, 1.0]
    """
    weights = np.maximum(positives, _LEAST_POSITIVES) ** _EXPONENT
    return np.asarray(weights / weights.mean() * np.where(published, PUBLISHED_WEIGHT, 1), np.float32)


def initialise_output(output: nn.Linear, positives: np.ndarray, windows: int, *, published: np.ndarray) -> None:
    """Begin the output layer with small weights and the log odds of a positive.

    Parameters
    ----------
    output : nn.Linear
        The layer, with two rows per experiment.
    positives : np.ndarray
        Int64 (experiments,), positive training windows.
    windows : int
        Number of training windows.
    published : np.ndarray
        Bool (experiments,), True for experiments with published windows, whose background windows count little.
    """
    share = np.where(published, PUBLISHED_SHARE, np.clip(positives / windows, 1e-5, 0.2))
    shares = np.concatenate([share, np.clip(share * _BOUND_ODDS, 1e-4, 0.3)])
    with torch.no_grad():
        output.weight.mul_(_SCALE)
        output.bias.copy_(torch.from_numpy(np.log(shares / (1 - shares))))
