"""Encoding of bases: letters to codes, codes to one-hot rows, with the rules for strand flip and N.

A, C, G and U or T of either case are bases.
Every other letter is unknown: 0.25 in each channel.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled

UNKNOWN = 4
LETTERS = "ACGUN"

_TABLE = bytearray([UNKNOWN]) * 256
for _code, _letters in enumerate(("Aa", "Cc", "Gg", "TtUu")):
    for _letter in _letters:
        _TABLE[ord(_letter)] = _code


def encode(letters: bytes) -> np.ndarray:
    """Encode a sequence.

    Parameters
    ----------
    letters : bytes
        Sequence letters of any case.

    Returns
    -------
    np.ndarray
        Int8 array (len,): 0 1 2 3 = A C G U/T, 4 = unknown.

    Examples
    --------
    >>> encode(b"ACGTuN").tolist()
    [0, 1, 2, 3, 3, 4]
    """
    return np.frombuffer(bytearray(letters).translate(_TABLE), np.int8)


def decode(codes: np.ndarray) -> str:
    """Decode an array of codes to RNA letters (A C G U N).

    Examples
    --------
    >>> decode(np.array([0, 1, 2, 3, 4], np.int8))
    'ACGUN'
    """
    return np.frombuffer(LETTERS.encode(), np.uint8)[codes].tobytes().decode()


def complement(codes: np.ndarray) -> np.ndarray:
    """Complement codes position by position, without reversing them; unknown stays unknown."""
    return np.where(codes == UNKNOWN, codes, 3 - codes).astype(np.int8)


@compiled()
def encode_onehot(codes: np.ndarray) -> np.ndarray:
    """Compute one-hot rows A C G U.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (length,), 0-4.

    Returns
    -------
    np.ndarray
        Float32 array (4, length): 1 in the channel of the base, 0.25 in each channel for an unknown base.
    """
    out = np.zeros((4, codes.size), np.float32)
    for i in range(codes.size):
        code = codes[i]
        if code == UNKNOWN:
            for channel in range(4):
                out[channel, i] = 0.25
        else:
            out[code, i] = 1.0
    return out


@compiled()
def decode_onehot(columns: np.ndarray) -> np.ndarray:
    """Compute the codes of one-hot columns, the inverse of `encode_onehot`.

    Parameters
    ----------
    columns : np.ndarray
        Array (4, length).

    Returns
    -------
    np.ndarray
        Int8 array (length,), 0-4; -1 for a column that is neither a base nor unknown.
    """
    out = np.empty(columns.shape[1], np.int8)
    for i in range(out.size):
        a, c, g, u = columns[0, i], columns[1, i], columns[2, i], columns[3, i]
        if a == 1 and c == 0 and g == 0 and u == 0:
            out[i] = 0
        elif a == 0 and c == 1 and g == 0 and u == 0:
            out[i] = 1
        elif a == 0 and c == 0 and g == 1 and u == 0:
            out[i] = 2
        elif a == 0 and c == 0 and g == 0 and u == 1:
            out[i] = 3
        elif a == 0.25 and c == 0.25 and g == 0.25 and u == 0.25:
            out[i] = UNKNOWN
        else:
            out[i] = -1
    return out
