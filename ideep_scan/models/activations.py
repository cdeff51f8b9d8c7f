"""Filters of the first convolution of a network, and their activations along windows."""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.kernels.triplet_convolution import compute_triplet_tables, convolve_and_pool
from ideep_scan.models.dense_layers import fold_normalisation
from ideep_scan.models.network import IDeepNetwork, ResidualBranch, SequenceBranch


class FirstFilters:
    """Filters of the first convolution over the sequence, with the batch normalisation behind it folded in.

    Parameters
    ----------
    network : IDeepNetwork
        The network, in evaluation mode.

    Attributes
    ----------
    weights : np.ndarray
        Float32 array (filters, 4, width), channels A C G U, 5'→3'.

    Examples
    --------
    >>> from ideep_scan.models.network import IDeepNetwork, NetworkConfig
    >>> filters = FirstFilters(IDeepNetwork(NetworkConfig({}, {}, {}, filters=16, filter_width=9)))
    >>> filters.activate(np.zeros((2, 101), np.int8)).shape
    (2, 93, 16)
    """

    def __init__(self, network: IDeepNetwork):
        branch = network.branches["sequence"]
        assert isinstance(branch, SequenceBranch | ResidualBranch)
        assert branch.convolution.bias is not None
        bias, weight = fold_normalisation(
            branch.normal if isinstance(branch, ResidualBranch) else None,
            branch.convolution.bias,
            branch.convolution.weight,
        )
        self.weights = weight.float().cpu().numpy()
        self._tables = compute_triplet_tables(self.weights, bias.float().cpu().numpy())

    @property
    def width(self) -> int:
        """Width of a filter, nt."""
        return self.weights.shape[2]

    def activate(self, codes: np.ndarray) -> np.ndarray:
        """Compute the activations of all filters, after normalisation and ReLU.

        Parameters
        ----------
        codes : np.ndarray
            Int8 array (windows, length), bases 5'→3', 0-4.

        Returns
        -------
        np.ndarray
            Float32 array (windows, length - width + 1, filters), by the position of the filter's first base.
        """
        windows, length = codes.shape
        line = np.append(codes.ravel(), np.full(self.width - 1, UNKNOWN, np.int8))
        rows = convolve_and_pool(line, self._tables, self.width, 1)
        return rows.reshape(windows, length, len(self.weights))[:, : max(length - self.width + 1, 0)]
