"""Consensus and information content of a motif."""

from __future__ import annotations

import numpy as np

_CODES = {
    "A": "A", "C": "C", "G": "G", "U": "U",
    "AG": "R", "CU": "Y", "CG": "S", "AU": "W", "GU": "K", "AC": "M",
    "CGU": "B", "AGU": "D", "ACU": "H", "ACG": "V",
}  # fmt: skip


def compute_consensus(counts: np.ndarray) -> str:
    """Write a motif as one IUPAC letter per position.

    The first rule that holds gives the letter (Cavener 1987, Nucleic Acids Res. 15:1353;
    D'haeseleer 2006, Nat. Biotechnol. 24:423):

    - one base, if it has more than half of the counts and at least twice those of the second base;
    - the letter of two bases, if they have more than three quarters of the counts;
    - the letter of three bases, if the fourth has no counts;
    - N.

    Parameters
    ----------
    counts : np.ndarray
        Array (width, 4): counts or probabilities of A C G U.

    Returns
    -------
    str
        A letter per position, 5'→3': A C G U R Y S W K M B D H V N.

    Examples
    --------
    >>> compute_consensus(np.array([[0, 0, 1, 9], [5, 0, 5, 0], [4, 3, 3, 0], [1, 1, 1, 1]]))
    'URVN'
    """
    return "".join(_choose_letter(row) for row in np.asarray(counts, np.float64))


def _choose_letter(row: np.ndarray) -> str:
    """Choose the IUPAC letter of one position."""
    order = np.argsort(-row, kind="stable")
    first, second, third, fourth = row[order]
    total = row.sum()
    if first > total / 2 and first >= 2 * second:
        chosen = 1
    elif first + second > 0.75 * total:
        chosen = 2
    elif fourth == 0 and third > 0:
        chosen = 3
    else:
        return "N"
    return _CODES["".join(sorted("ACGU"[base] for base in order[:chosen]))]


def name_consensus(counts: np.ndarray) -> str:
    """Write a motif's consensus without the N at its ends; N if nothing else remains.

    Examples
    --------
    >>> name_consensus(np.array([[1, 1, 1, 1], [0, 0, 0, 9], [0, 0, 9, 0], [1, 1, 1, 1]]))
    'UG'
    """
    return compute_consensus(counts).strip("N") or "N"


def compute_information(counts: np.ndarray) -> np.ndarray:
    """Compute the information content of each position against a uniform background.

    It is corrected for the number of sequences: 2 - entropy - 3 / (2 ln 2 n) bits, at least 0
    (Schneider et al. 1986, J. Mol. Biol. 188:415).
    Without the correction, a motif of few sequences looks more specific than it is.

    Parameters
    ----------
    counts : np.ndarray
        Array (width, 4): counts of A C G U, not probabilities.

    Returns
    -------
    np.ndarray
        Float64 array (width,), bits, 0 to 2; 0 for a position without counts.

    Examples
    --------
    >>> compute_information(np.array([[1000, 0, 0, 0], [500, 500, 0, 0]])).round(2).tolist()
    [2.0, 1.0]
    """
    counts = np.asarray(counts, np.float64)
    total = counts.sum(axis=1)
    shares = counts / np.maximum(total, 1e-300)[:, None]
    entropy = -np.sum(shares * np.log2(np.where(shares > 0, shares, 1.0)), axis=1)
    correction = 3 / (2 * np.log(2) * np.maximum(total, 1e-9))
    return np.maximum(2 - entropy - correction, 0.0)
