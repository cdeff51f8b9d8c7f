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
