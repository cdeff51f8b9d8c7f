"""Choice of the learned motifs that a scan looks for."""

from __future__ import annotations

from math import log

from ideep_scan.records.learned_motif import LearnedMotif, MotifCollection

LEAST_INFORMATION = 6.0  #: bits of a motif
LARGEST_Q = 0.05  #: of the enrichment of a motif
LEAST_EFFECT = log(2)  #: of a planted motif on the log odds
MOST = 10  #: motifs of a model


def choose_representatives(collection: MotifCollection) -> tuple[LearnedMotif, ...]:
    """Choose the motifs that stand for what a model has learned.

    A motif is chosen if it meets all of these conditions:

    - it is the first member of its cluster;
    - it has at least 6 bits: by chance it occurs at one in 64 positions or less;
    - it is enriched in bound windows, with a q-value of at most 0.05;
    - planted into neutral sequences, it at least doubles the odds of a site: the 95 % interval is above log 2.

    Parameters
    ----------
    collection : MotifCollection
        The motifs of the model.

    Returns
    -------
    tuple of LearnedMotif
        At most 10 motifs, in the order of their clusters: the strongest enrichment first.
    """
    motifs = {motif.pwm.id: motif for motif in collection.motifs}
    chosen = [motif for cluster in collection.clusters if _is_driving(motif := motifs[cluster.members[0]])]
    return tuple(chosen[:MOST])


def _is_driving(motif: LearnedMotif) -> bool:
    """Tell whether a motif is specific, enriched, and raises the score enough."""
    enrichment, importance = motif.enrichment, motif.importance
    if enrichment is None or importance is None:
        return False
    if motif.information < LEAST_INFORMATION:
        return False
    return enrichment.q_value <= LARGEST_Q and importance.planted_low > LEAST_EFFECT
