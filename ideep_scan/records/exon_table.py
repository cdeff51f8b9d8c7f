"""Exons of many transcripts in arrays, for questions to a whole annotation at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class ExonTable:
    """Transcripts with their exons, 0-based half-open.

    Attributes
    ----------
    genes : list of str
        Different symbols of genes.
    contigs : list of str
        Different contigs.
    gene, contig : np.ndarray
        Int64 arrays (transcripts,), index in `genes` and in `contigs`.
    minus : np.ndarray
        Bool array (transcripts,), True on the minus strand.
    coding : np.ndarray
        Int64 array (transcripts, 2), start and end of the coding part; they are equal without one.
    transcript : np.ndarray
        Int64 array (exons,), number of the transcript of each exon, ascending.
    exons : np.ndarray
        Int64 array (exons, 2), starts and ends, ascending within a transcript.
    """

    genes: list[str]
    contigs: list[str]
    gene: np.ndarray
    contig: np.ndarray
    minus: np.ndarray
    coding: np.ndarray
    transcript: np.ndarray
    exons: np.ndarray
