"""Contribution of letters to the log odds of their window: its definition, and the agreement of two estimates.

The contribution of a base at a position is the log odds with this base less their mean with the three other bases.
So the four contributions of a position add up to 0.
`models/mutagenesis.py` scores each base; `models/gradients.py` estimates them all from one gradient.
References: Zhou and Troyanskaya 2015, Nature Methods 12:931, for in-silico mutagenesis;
Shrikumar et al. 2017, ICML, for gradients times input;
Majdandzic et al. 2023, Genome Biology 24:109, for the mean that is subtracted;
Nair et al. 2022, Nature Genetics 54:1581, for letters drawn at the height of their contribution.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN

BASES = 4


class Agreement(NamedTuple):
    """Correlation of two estimates of the contributions of letters.

    Attributes
    ----------
    pearson, spearman : float
        Correlation coefficients; NaN for fewer than two letters, or if one estimate is constant.
    letters : int
        Letters that both estimates have.
    """

    pearson: float
    spearman: float
    letters: int


def contrast_bases(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Subtract from the value of each base the mean of the three other bases.

    Parameters
    ----------
    values : np.ndarray
        Float array (..., n, 4, width): log odds with each base, or their gradient.
        A constant that all four bases share has no effect.
    codes : np.ndarray
        Int8 array (n, width), 0-4.

    Returns
    -------
    np.ndarray
        Float32 array (..., n, 4, width), hypothetical contributions in log odds; 0 at unknown bases.
    """
    mean = values.mean(-2, keepdims=True)
    contrasts = (values - mean) * (BASES / (BASES - 1))
    return np.where(codes[:, None, :] == UNKNOWN, 0, contrasts).astype(np.float32)


def select_letters(hypothetical: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Select the contribution of the base that is present at each position.

    Parameters
    ----------
    hypothetical : np.ndarray
        Float32 array (..., n, 4, width), contributions of A C G U.
    codes : np.ndarray
        Int8 array (n, width), 0-4.

    Returns
    -------
    np.ndarray
        Float32 array (..., n, width), log odds; NaN at unknown bases.
    """
    is_known = codes != UNKNOWN
    present = np.broadcast_to(np.where(is_known, codes, 0)[:, None, :], (*hypothetical.shape[:-2], 1, codes.shape[1]))
    letters = np.take_along_axis(hypothetical, present, axis=-2)[..., 0, :]
    return np.where(is_known, letters, np.float32(np.nan))


def read_codes(onehot: np.ndarray) -> np.ndarray:
    """Read the bases of one-hot windows: float (n, 4, width) -> int8 (n, width), 0-4."""
    return np.where(onehot.max(1) == 1, onehot.argmax(1), UNKNOWN).astype(np.int8)


def measure_agreement(first: np.ndarray, second: np.ndarray) -> Agreement:
    """Correlate two estimates of the same contributions.

    Parameters
    ----------
    first, second : np.ndarray
        Float arrays of one shape; NaN for letters to leave out.

    Returns
    -------
    Agreement
        Pearson's and Spearman's correlation.

    Examples
    --------
    >>> measure_agreement(np.array([0.0, 1, 2]), np.array([0.0, 1, 4])).spearman
    1.0
    """
    from scipy.stats import rankdata  # slow to import

    has_both = ~(np.isnan(first) | np.isnan(second))
    pair = first[has_both].astype(np.float64), second[has_both].astype(np.float64)
    ranks = rankdata(pair[0]), rankdata(pair[1])
    return Agreement(_correlate(*pair), _correlate(*ranks), int(has_both.sum()))


def _correlate(first: np.ndarray, second: np.ndarray) -> float:
    """Compute Pearson's correlation; NaN if it is not defined."""
    left, right = first - first.mean() if first.size else first, second - second.mean() if second.size else second
    scale = float(np.sqrt((left @ left) * (right @ right)))
    return float(np.clip(left @ right / scale, -1, 1)) if scale > 0 else float("nan")
