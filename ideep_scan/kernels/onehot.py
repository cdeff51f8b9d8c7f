"""Bases to codes and codes to one-hot rows: the one base encoder, the one strand flip, the one rule for N.

A, C, G and U or T of either case are bases; every other letter is unknown, 0.25 in each channel.
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
    """Codes of a sequence: int8 array (len,), 0 1 2 3 = A C G U/T, 4 = unknown."""
    return np.frombuffer(bytearray(letters).translate(_TABLE), np.int8)


def decode(codes: np.ndarray) -> str:
    """RNA letters (A C G U N) of an array of codes."""
    return np.frombuffer(LETTERS.encode(), np.uint8)[codes].tobytes().decode()


def complement(codes: np.ndarray) -> np.ndarray:
    """Codes of the complementary bases, position by position (the caller reverses); unknown stays unknown."""
    return np.where(codes == UNKNOWN, codes, 3 - codes).astype(np.int8)


@compiled()
def onehot(codes: np.ndarray) -> np.ndarray:
    """One-hot rows A C G U.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (length,), 0-4.

    Returns
    -------
    np.ndarray
        Float32 array (4, length): 1 in the base's channel; 0.25 in each channel at an unknown base.
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
def codes_of(columns: np.ndarray) -> np.ndarray:
    """Codes of one-hot columns, the inverse of `onehot`.

    Parameters
    ----------
    columns : np.ndarray
        Array (4, length).

    Returns
    -------
    np.ndarray
        Int8 array (length,), 0-4; -1 where a column is of no base and not unknown either.
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
