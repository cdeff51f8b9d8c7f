"""Bases that sites prefer at each position around them. The place of the preference tells whether the site is right."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_WIDTH = 5  # positions whose preferences are averaged
_CENTRAL = 7  # nt from the site within which a preference is in place
_FAINT = 0.02  # bits below which a preference is not told from chance, whatever the number of sites
_CHANCE = 5.0  # times the mean of chance that the highest of 41 positions may reach
_AWAY = 1.5  # times the preference at the site that one elsewhere must exceed


class BasePreference(NamedTuple):
    """The strongest preference for bases around sites.

    Attributes
    ----------
    offset : int
        Its position, nt; negative upstream (5') of the site.
    bits : float
        Relative entropy of the bases of sites against those of negatives, mean of 5 positions.
    is_clear : bool
        True if chance does not explain it.
    is_central : bool
        True if the preference at the site is about as strong.
    """

    offset: int
    bits: float
    is_clear: bool
    is_central: bool


def find_base_preference(site_bases: np.ndarray, negative_bases: np.ndarray, sites: int) -> BasePreference:
    """Find the strongest preference for bases around sites.

    Chance alone gives a relative entropy of 3 / (2 n ln 2) bits on average for n sites.

    Parameters
    ----------
    site_bases, negative_bases : np.ndarray
        Float64 (positions, 4), shares of A, C, G and U around sites and around negatives; the middle row is the site.
    sites : int
        Number of sites.

    Returns
    -------
    BasePreference
        The strongest preference.

    Examples
    --------
    >>> shares = np.full((41, 4), 0.25)
    >>> shares[3:8] = 0.0, 0.0, 0.0, 1.0
    >>> find_base_preference(shares, np.full((41, 4), 0.25), 500)[::3]
    (-15, False)
    """
    ratio = np.divide(site_bases, negative_bases, out=np.ones_like(site_bases), where=negative_bases > 0)
    bits = (site_bases * np.log2(np.where(ratio > 0, ratio, 1.0))).sum(axis=1)
    smooth = np.convolve(bits, np.full(_WIDTH, 1 / _WIDTH), mode="same")
    middle = len(bits) // 2
    peak = int(np.argmax(smooth))
    chance = 3 / (2 * max(sites, 1) * np.log(2))
    central = float(smooth[middle - _CENTRAL : middle + _CENTRAL + 1].max())
    highest = float(smooth[peak])
    return BasePreference(
        peak - middle, highest, highest > max(_FAINT, _CHANCE * chance), highest <= _AWAY * max(central, 0.0)
    )
