"""Known motifs that resemble learned ones, by Tomtom (Gupta et al. 2007, Genome Biol. 8:R24).

Two motifs are compared at every offset, on the RNA's own strand: reverse complements are never matched.
The score of an offset is the sum over shared positions of the median distance of columns minus their distance.
The p-value of a pair is the chance that its best offset scores as high with columns drawn from all known motifs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import config

from ideep_scan.errors import InputError
from ideep_scan.kernels.compile_cache import import_compiled
from ideep_scan.motifs.enrichment import adjust_p_values
from ideep_scan.records.learned_motif import KnownMatch
from ideep_scan.records.pwm import Pwm

FEW = 50  # motifs; the columns of fewer are a poor background (the limit of the MEME Suite)
LOWEST = 1e-15  # p-value; a lower one is a rounding error
_MOST_BINS, _LEAST_BINS, _BINS = 1000, 100, 10_000  # of a column's score; of all columns of a query


class KnownMotifs:
    """A set of known motifs to compare with.

    Parameters
    ----------
    name : str
        Name of the set.
    pwms : sequence of Pwm
        The known motifs, at least one.
    background : sequence of Pwm
        Motifs whose columns complete the background if the set has fewer than 50 motifs.

    Raises
    ------
    InputError
        Tomtom is not installed.
    """

    def __init__(self, name: str, pwms: Sequence[Pwm], background: Sequence[Pwm] = ()):
        self.name = name
        self.pwms = tuple(pwms)
        self._tomtom = _import_tomtom()
        extra = tuple(background) if len(self.pwms) < FEW else ()
        self._targets = [pwm.frequencies().T for pwm in (*self.pwms, *extra)]

    def match(self, queries: Sequence[Pwm], p_value: float = 0.05, threads: int = 1) -> list[tuple[KnownMatch, ...]]:
        """Find the known motifs that resemble each of several motifs.

        Parameters
        ----------
        queries : sequence of Pwm
            The motifs.
        p_value : float
            The highest p-value of a match.
        threads : int
            Number of threads. The result does not depend on it.

        Returns
        -------
        list of tuple of KnownMatch
            The matches of each motif, lowest p-value first.
            E is the p-value times the number of motifs of the set.
            q is the p-value adjusted for all motifs of the set (Benjamini and Hochberg 1995).
        """
        matches: list[tuple[KnownMatch, ...]] = [()] * len(queries)
        widths = np.array([len(query) for query in queries], np.int64)
        for width in np.unique(widths):  # the memory of a call grows with the third power of its widest query
            chosen = np.flatnonzero(widths == width)
            columns = [queries[index].frequencies().T for index in chosen.tolist()]
            for index, row in zip(chosen.tolist(), self._compare(columns, threads), strict=True):
                matches[index] = self._matches(row, p_value)
        return matches

    def _compare(self, queries: list[np.ndarray], threads: int) -> np.ndarray:
        """Compare motifs of one width with all known ones.

        Returns
        -------
        np.ndarray
            Float64 array (queries, known motifs, 4): p-value, offset of the known motif, overlap, score.
        """
        processors = config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
        width = queries[0].shape[1]
        filled = queries if width > 1 else [*queries, queries[0]]  # Tomtom is compiled again for one column alone
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # few targets; see `background`
            results = self._tomtom(
                filled,
                self._targets,
                n_score_bins=max(_LEAST_BINS, min(_MOST_BINS, _BINS // width)),
                n_target_bins=None,
                reverse_complement=False,
                n_jobs=min(threads, processors),
            )
        p_values, scores, offsets, overlaps, _ = (values[: len(queries)] for values in results)
        table = np.stack((np.clip(p_values, LOWEST, 1), -offsets, overlaps, scores), axis=-1)
        return table[:, : len(self.pwms)]

    def _matches(self, row: np.ndarray, p_value: float) -> tuple[KnownMatch, ...]:
        """List the matches of one motif."""
        p_values = row[:, 0]
        q_values = adjust_p_values(p_values)
        order = np.lexsort((-row[:, 3], p_values))
        return tuple(
            self._match(index, row[index], float(q_values[index])) for index in order if p_values[index] <= p_value
        )

    def _match(self, index: int, row: np.ndarray, q_value: float) -> KnownMatch:
        pwm = self.pwms[index]
        p_value = float(row[0])
        return KnownMatch(
            pwm.id,
            pwm.symbol,
            self.name,
            p_value=p_value,
            e_value=p_value * len(self.pwms),
            q_value=q_value,
            offset=int(row[1]),
            overlap=int(row[2]),
        )


def _import_tomtom() -> Callable[..., Any]:
    """Import Tomtom, which a plain installation lacks."""
    try:
        return import_compiled("memelite").tomtom
    except ModuleNotFoundError as error:
        raise InputError("motifs cannot be compared without memelite: pip install 'ideep-scan[motifs]'") from error
    except ImportError as error:
        raise InputError(f"motifs cannot be compared: {error}") from error
