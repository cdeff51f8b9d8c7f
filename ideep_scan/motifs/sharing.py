"""Known motifs that the models of several proteins have learned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import log2
from typing import NamedTuple

import numpy as np

from ideep_scan.motifs.representatives import LARGEST_Q
from ideep_scan.records.learned_motif import Enrichment, KnownMatch, LearnedMotif, MotifCollection

_POOLED = re.compile(r"([A-Z0-9]*[A-Z])(\d)-(\d)")  # such as IGF2BP1-3
LARGEST_P, LARGEST_E = 0.05, 0.05  #: limits below which a known motif counts as found, as in the iDeep paper


class SharedMotif(NamedTuple):
    """A learned motif of a model that resembles a known motif of a protein.

    Attributes
    ----------
    model : str
        Name of the model.
    symbol : str
        Gene symbol of the known motif's protein.
    motif : str
        Id of the learned motif.
    strength : float
        Base-2 logarithm of its odds ratio.
    """

    model: str
    symbol: str
    motif: str
    strength: float


def is_found(match: KnownMatch) -> bool:
    """Tell whether a known motif counts as found: p < 0.05 and E < 0.05."""
    return match.p_value < LARGEST_P and match.e_value < LARGEST_E


def is_of(match: KnownMatch, protein: str) -> bool:
    """Tell whether a known motif is one of a protein; it may belong to several."""
    return not set(list_symbols(protein)).isdisjoint(match.symbol.split("/"))


def list_symbols(protein: str) -> tuple[str, ...]:
    """List the gene symbols of a protein, several for a pooled experiment.

    Examples
    --------
    >>> list_symbols("IGF2BP1-3")
    ('IGF2BP1', 'IGF2BP2', 'IGF2BP3')
    >>> list_symbols("ELAVL1")
    ('ELAVL1',)
    """
    pooled = _POOLED.fullmatch(protein)
    if pooled is None:
        return (protein,)
    return tuple(f"{pooled[1]}{number}" for number in range(int(pooled[2]), int(pooled[3]) + 1))


def is_enriched(enrichment: Enrichment | None) -> bool:
    """Tell whether more bound windows hold a motif, at q ≤ 0.05."""
    return enrichment is not None and enrichment.q_value <= LARGEST_Q and enrichment.odds_ratio > 1


def find_shared(collections: Iterable[MotifCollection]) -> list[SharedMotif]:
    """Find the known motifs of each model: those that an enriched motif resembles.

    Parameters
    ----------
    collections : iterable of MotifCollection
        Motifs of the models.

    Returns
    -------
    list of SharedMotif
        For each model and protein the strongest such motif.
    """
    strongest: dict[tuple[str, str], SharedMotif] = {}
    for collection in collections:
        for motif in collection.motifs:
            if motif.enrichment is None or not is_enriched(motif.enrichment):
                continue
            strength = _compute_strength(motif.enrichment)
            for symbol in {match.symbol for match in motif.matches if is_found(match)}:
                key = collection.model, symbol
                if key not in strongest or strongest[key].strength < strength:
                    strongest[key] = SharedMotif(collection.model, symbol, motif.pwm.id, strength)
    return sorted(strongest.values())


def find_own_match(collection: MotifCollection) -> tuple[LearnedMotif, KnownMatch] | None:
    """Find the learned motif that best resembles a known motif of the model's protein.

    Enriched motifs come before the others.

    Parameters
    ----------
    collection : MotifCollection
        Motifs of the model.

    Returns
    -------
    tuple of LearnedMotif and KnownMatch, or None
        The pair with the smallest p-value; None if no motif resembles one of the protein.
    """
    pairs = [(motif, match) for motif in collection.motifs for match in motif.matches]
    own = [pair for pair in pairs if is_of(pair[1], collection.protein)]
    return min(own, key=_rank, default=None)


def _rank(pair: tuple[LearnedMotif, KnownMatch]) -> tuple[bool, bool, float]:
    """Return what sorts matches: found and enriched ones first."""
    motif, match = pair
    return not is_found(match), not is_enriched(motif.enrichment), match.p_value


def tabulate_strengths(shared: Sequence[SharedMotif]) -> tuple[list[str], list[str], np.ndarray]:
    """Tabulate shared motifs.

    Returns
    -------
    models, symbols : list of str
        Names of rows and columns, by the alphabet.
    strengths : np.ndarray
        Float64 array (models, symbols); 0 where a model lacks a motif.
    """
    models = sorted({entry.model for entry in shared})
    symbols = sorted({entry.symbol for entry in shared})
    strengths = np.zeros((len(models), len(symbols)))
    for entry in shared:
        strengths[models.index(entry.model), symbols.index(entry.symbol)] = entry.strength
    return models, symbols, strengths


def _compute_strength(enrichment: Enrichment) -> float:
    """Compute the logarithm of the odds ratio; half a window more in each class keeps it finite (Haldane 1956)."""
    bound, unbound = enrichment.bound_hits + 0.5, enrichment.unbound_hits + 0.5
    odds = bound / (enrichment.bound - enrichment.bound_hits + 0.5)
    return log2(odds * (enrichment.unbound - enrichment.unbound_hits + 0.5) / unbound)
