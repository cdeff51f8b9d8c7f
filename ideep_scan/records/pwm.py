"""A known motif as counts of bases. `motifs/log_odds.py` computes log odds and p-values from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Pwm:
    """The motif of one RNA-binding protein, 5'→3'.

    Attributes
    ----------
    id : str
        Accession of the experiment, such as RNCMPT00032.
    name : str
        Name of the protein in the source, such as HuR.
    symbol : str
        Current HGNC gene symbol of the protein, such as ELAVL1.
    counts : np.ndarray
        float64 array (width, 4): counts of A C G U. The sums of rows may differ.
    """

    id: str
    name: str
    symbol: str
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.counts)

    def frequencies(self) -> np.ndarray:
        """Compute the frequencies of A C G U.

        Returns
        -------
        np.ndarray
            Float64 array (width, 4). A position without counts has equal frequencies.

        Examples
        --------
        >>> Pwm("M1", "x", "x", np.array([[0, 0, 0, 8], [0, 0, 0, 0]])).frequencies().tolist()
        [[0.0, 0.0, 0.0, 1.0], [0.25, 0.25, 0.25, 0.25]]
        """
        sums = self.counts.sum(axis=1, keepdims=True)
        return np.where(sums > 0, self.counts / np.where(sums > 0, sums, 1), 0.25)
