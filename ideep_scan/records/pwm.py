"""A known motif: how often each base was seen at each of its positions. Log odds and p-values: `motifs/pwms.py`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Pwm:
    """A motif of one RNA-binding protein, 5'→3'.

    Attributes
    ----------
    id : the experiment's accession, such as RNCMPT00032.
    name : the protein as its source names it, such as HuR.
    symbol : its current HGNC gene symbol, such as ELAVL1.
    counts : float64 array (width, 4), counts of A C G U; a row need not sum to what another does.
    """

    id: str
    name: str
    symbol: str
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.counts)
