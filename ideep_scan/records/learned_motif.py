"""Motifs that a network has learned, with what was measured on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from ideep_scan.records.pwm import Pwm

Origin = Literal["filter", "pattern"]


class Enrichment(NamedTuple):
    """Bound against unbound windows that hold a motif, by Fisher's exact test (one-sided).

    Attributes
    ----------
    bound_hits, bound : int
        Bound windows with the motif, and all of them.
    unbound_hits, unbound : int
        Unbound windows with the motif, and all of them.
    odds_ratio : float
        Odds of the motif in bound windows over those in unbound windows.
        Infinite if no unbound window has it, or every bound one; NaN if no window has it, or every one.
    p_value : float
        Chance of so many bound windows with the motif or more.
    q_value : float
        The p-value adjusted for all motifs of the model (Benjamini and Hochberg 1995).
    """

    bound_hits: int
    bound: int
    unbound_hits: int
    unbound: int
    odds_ratio: float
    p_value: float
    q_value: float


class KnownMatch(NamedTuple):
    """A known motif that resembles a learned one, by Tomtom on the same strand.

    Attributes
    ----------
    id : str
        Id of the known motif, such as RNCMPT00032.
    symbol : str
        Gene symbol of its protein, or its name in the source.
    source : str
        Name of the set of known motifs.
    p_value : float
        Chance of such a resemblance for a random motif.
    e_value : float
        The p-value times the number of motifs of the set.
    q_value : float
        The lowest false discovery rate at which the match counts.
    offset : int
        Positions by which the known motif begins after the learned one.
    overlap : int
        Positions that both share.
    """

    id: str
    symbol: str
    source: str
    p_value: float
    e_value: float
    q_value: float
    offset: int
    overlap: int


class Importance(NamedTuple):
    """Change of the log odds by a motif: planted into neutral sequences, or removed from bound windows.

    Attributes
    ----------
    planted : float
        Mean rise of the log odds when the motif's consensus is planted at the centre of neutral sequences.
    planted_low, planted_high : float
        95 % confidence interval of that mean.
    removed : float
        Mean rise of the log odds when the motif's hits are replaced in bound windows; negative if the motif helps.
        NaN if no bound window has a hit.
    removed_low, removed_high : float
        95 % confidence interval of that mean; NaN likewise.
    windows : int
        Bound windows with a hit.
    """

    planted: float
    planted_low: float
    planted_high: float
    removed: float
    removed_low: float
    removed_high: float
    windows: int


@dataclass(frozen=True, slots=True, eq=False)
class LearnedMotif:
    """A motif that a model has learned.

    Attributes
    ----------
    pwm : Pwm
        Aligned sequences as counts. Its `id` is like `ELAVL1.filter017` or `ELAVL1.pattern03`, unique for the model;
        its `name` is the consensus, its `symbol` that of the model's protein.
    origin : {'filter', 'pattern'}
        A filter of the first convolution, or a pattern of TF-MoDISco.
    sites : int
        Number of aligned sequences.
    information : float
        Total information content, bits, against a uniform background.
    contributions : np.ndarray or None
        Float32 array (width, 4): mean contribution of A C G U at each position, log odds; None for a filter.
    enrichment : Enrichment or None
        None without unbound windows.
    distances : np.ndarray
        Int64 array (window,): bound windows by the place of the centre of the motif's best hit, 5'→3'.
        Index `window // 2` is the centre of the window.
    matches : tuple of KnownMatch
        Known motifs that resemble it, best first.
    importance : Importance or None
        None if it was not computed.
    """

    pwm: Pwm
    origin: Origin
    sites: int
    information: float
    contributions: np.ndarray | None
    enrichment: Enrichment | None
    distances: np.ndarray
    matches: tuple[KnownMatch, ...]
    importance: Importance | None


@dataclass(frozen=True, slots=True)
class MotifCluster:
    """Near-identical motifs of a model.

    Attributes
    ----------
    members : tuple of str
        Ids of the motifs; the first stands for the cluster.
    copies : tuple of int
        Bound windows with 0, 1, 2, ... hits of the first member that do not overlap; the last counts more as well.
    spacings : tuple of int
        Pairs of neighbouring hits among those, by the distance of their first bases in nt; index 0 is unused.
    """

    members: tuple[str, ...]
    copies: tuple[int, ...]
    spacings: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MotifCollection:
    """Everything that was learned about the motifs of one model.

    Attributes
    ----------
    model : str
        Name of the model.
    protein : str
        Gene symbol of its protein.
    digest : str
        Digest of the model's weights (`ModelBundle.weights_digest`).
    windows : str
        One sentence that names the windows.
    bound, unbound : int
        Number of bound and unbound windows; `unbound` is 0 if none were given.
    filters : np.ndarray
        Float32 array (filters, 4, width): weights of the first convolution, channels A C G U.
    silent : tuple of int
        Filters that never fire on the windows.
    agreement : float
        Pearson correlation of gradients x input with saturated mutagenesis over letters of the strongest windows;
        NaN if it was not computed.
    motifs : tuple of LearnedMotif
        Filters, then patterns.
    clusters : tuple of MotifCluster
        By enrichment of their first member, strongest first.
    """

    model: str
    protein: str
    digest: str
    windows: str
    bound: int
    unbound: int
    filters: np.ndarray
    silent: tuple[int, ...]
    agreement: float
    motifs: tuple[LearnedMotif, ...]
    clusters: tuple[MotifCluster, ...]
