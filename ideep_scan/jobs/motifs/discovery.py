"""Motifs of one model, from bound and unbound windows: filters, enrichment, clusters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ideep_scan.features.window_features import Features
from ideep_scan.jobs.motifs.known_sets import KnownSet, match_known
from ideep_scan.jobs.motifs.windows import MotifWindows
from ideep_scan.models.activations import FirstFilters
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.contributions import measure_agreement, read_codes, select_letters
from ideep_scan.models.gradients import compute_gradients
from ideep_scan.models.mutagenesis import compute_mutagenesis
from ideep_scan.motifs.clusters import cluster_motifs
from ideep_scan.motifs.consensus import compute_information
from ideep_scan.motifs.enrichment import compute_enrichment
from ideep_scan.motifs.filter_motifs import compute_filter_motifs
from ideep_scan.records.learned_motif import LearnedMotif, MotifCluster, MotifCollection, Origin
from ideep_scan.records.pwm import Pwm
from ideep_scan.train.fit import predict_outputs

STRONGEST = 1000  # windows that patterns are found in
COMPARED = 20  # windows whose gradients are compared with mutagenesis


@dataclass(frozen=True, eq=False)
class _Found:
    """A motif before it is measured."""

    pwm: Pwm
    origin: Origin
    contributions: np.ndarray | None = None


def discover_motifs(
    bundle: ModelBundle,
    modalities: Collection[str],
    windows: MotifWindows,
    *,
    known: KnownSet,
    candidates: MotifWindows | None = None,
) -> MotifCollection:
    """Find the motifs that a model has learned.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    modalities : collection of str
        Modalities that it reads.
    windows : MotifWindows
        Windows for filters, enrichment and importance.
    known : KnownSet
        Known motifs to match.
    candidates : MotifWindows or None
        Bound windows, of which those with the highest scores give patterns. None takes those of `windows`.

    Returns
    -------
    MotifCollection
        Filters with their clusters.
    """
    model = _Model(bundle, modalities)
    filters = FirstFilters(bundle.network)
    fired = compute_filter_motifs(filters, windows.codes[windows.bound], bundle.name, bundle.protein)
    strongest = model.select_strongest(candidates or windows)
    found = [_Found(pwm, "filter") for pwm in fired.pwms]
    pwms = [item.pwm for item in found]
    occurrences = compute_enrichment(pwms, windows.codes, windows.bound)
    clusters = cluster_motifs(pwms, occurrences, windows.codes[windows.bound])
    motifs = tuple(
        LearnedMotif(
            pwm=item.pwm,
            origin=item.origin,
            sites=int(item.pwm.counts.sum(1).max()),
            information=float(compute_information(item.pwm.counts).sum()),
            contributions=item.contributions,
            enrichment=occurrence.enrichment,
            distances=occurrence.distances,
            matches=(),
            importance=None,
        )
        for item, occurrence in zip(found, occurrences, strict=True)
    )
    collection = MotifCollection(
        model=bundle.name,
        protein=bundle.protein,
        digest=bundle.weights_digest,
        windows=windows.description,
        bound=int(windows.bound.sum()),
        unbound=int((~windows.bound).sum()),
        filters=filters.weights,
        silent=fired.silent,
        agreement=model.compare(strongest),
        motifs=motifs,
        clusters=clusters,
    )
    return match_known(collection, known)


class _Model:
    """A model that reads some modalities of windows."""

    def __init__(self, bundle: ModelBundle, modalities: Collection[str]):
        self._network = bundle.network
        self._row = bundle.row
        self._modalities = sorted(modalities)

    def select_strongest(self, windows: MotifWindows) -> Features:
        """Select the features of the bound windows with the highest scores, in their order."""
        rows = np.flatnonzero(windows.bound)
        odds = predict_outputs(self._network, windows.features, rows, self._modalities)[:, self._row]
        strongest = np.sort(rows[np.argsort(-odds, kind="stable")[:STRONGEST]])

        def take(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: array[strongest] for name, array in arrays.items() if name in self._modalities}

        features = windows.features
        return Features(take(features.windows), take(features.centres), take(features.presence))

    def compare(self, features: Features) -> float:
        """Correlate gradients with mutagenesis over the letters of some windows."""
        rows = np.arange(min(COMPARED, len(features.windows["sequence"])))
        codes = read_codes(features.windows["sequence"][rows])
        part = Features(
            {name: array[rows] for name, array in features.windows.items()},
            {name: array[rows] for name, array in features.centres.items()},
            {name: array[rows] for name, array in features.presence.items()},
        )
        estimates = compute_gradients(self._network, [self._row], part)[0]
        exact = compute_mutagenesis(self._network, [self._row], part)[0]
        return measure_agreement(select_letters(estimates, codes), select_letters(exact, codes)).pearson


def keep_strongest(collection: MotifCollection, clusters: int, members: int) -> MotifCollection:
    """Keep the strongest clusters of a collection, and a few motifs of each.

    Patterns, and the clusters that they stand for, are always kept.

    Parameters
    ----------
    collection : MotifCollection
        The collection.
    clusters : int
        Number of clusters.
    members : int
        Motifs of a cluster besides patterns.

    Returns
    -------
    MotifCollection
        The smaller collection.
    """
    origins = {motif.pwm.id: motif.origin for motif in collection.motifs}
    kept: list[MotifCluster] = []
    for number, cluster in enumerate(collection.clusters):
        if number < clusters or origins[cluster.members[0]] == "pattern":
            chosen = (name for rank, name in enumerate(cluster.members) if rank < members or origins[name] == "pattern")
            kept.append(replace(cluster, members=tuple(chosen)))
    names = {name for cluster in kept for name in cluster.members}
    motifs = tuple(motif for motif in collection.motifs if motif.pwm.id in names)
    return replace(collection, motifs=motifs, clusters=tuple(kept))
