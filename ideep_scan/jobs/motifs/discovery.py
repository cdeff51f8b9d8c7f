"""Motifs of one model, from bound and unbound windows: filters, patterns, enrichment, clusters, importance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ideep_scan.features.window_features import Features
from ideep_scan.jobs.motifs.known_sets import KnownSet, match_known
from ideep_scan.jobs.motifs.windows import MotifWindows
from ideep_scan.kernels.onehot import encode_onehot
from ideep_scan.models.activations import FirstFilters
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.contributions import measure_agreement, read_codes, select_letters
from ideep_scan.models.gradients import compute_gradients
from ideep_scan.models.mutagenesis import compute_mutagenesis
from ideep_scan.motifs.clusters import cluster_motifs
from ideep_scan.motifs.consensus import compute_information, name_consensus
from ideep_scan.motifs.enrichment import compute_enrichment
from ideep_scan.motifs.filter_motifs import compute_filter_motifs
from ideep_scan.motifs.importance import measure_importance
from ideep_scan.motifs.neutral_sequences import make_neutral_sequences
from ideep_scan.motifs.patterns import Pattern, find_patterns
from ideep_scan.motifs.sharing import is_found, is_of
from ideep_scan.records.learned_motif import LearnedMotif, MotifCluster, MotifCollection, Origin
from ideep_scan.records.pwm import Pwm
from ideep_scan.train.fit import predict_outputs

STRONGEST = 200  # windows that patterns are found in
SHORTEST = 4  # positions of a pattern
BATCH = 128  # windows of a network call: their results fit in the processor's caches
JUDGED = 6  # clusters, and patterns, whose importance is measured
SEQUENCES = 100  # neutral sequences, and bound windows, that importance is measured with


class Discovery(NamedTuple):
    """Motifs of a model.

    Attributes
    ----------
    collection : MotifCollection
        The motifs.
    reason : str or None
        The reason why there are no patterns; None if there are some.
    """

    collection: MotifCollection
    reason: str | None


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
    pool: Executor | None = None,
) -> Discovery:
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
    pool : Executor or None
        Threads of a `models.scorer.scoring_pool`. Results do not depend on their number.
        None scores in the caller's thread.

    Returns
    -------
    Discovery
        Filters, then patterns, with their clusters.
    """
    model = _Model(bundle, modalities, pool)
    filters = FirstFilters(bundle.network)
    fired = compute_filter_motifs(filters, windows.codes[windows.bound], bundle.name, bundle.protein)
    strongest = model.select_strongest(candidates or windows)
    codes, contributions = read_codes(strongest.windows["sequence"]), model.mutate(strongest)
    search = find_patterns(codes, contributions)
    found = [_Found(pwm, "filter") for pwm in fired.pwms] + _name_patterns(bundle, search.patterns)
    collection = _collect(bundle, found, windows.codes, windows.bound, windows.description)
    collection = replace(
        collection, filters=filters.weights, silent=fired.silent, agreement=model.compare(strongest, contributions)
    )
    return Discovery(match_known(_judge(collection, windows, model.score_sequences), known), search.reason)


def discover_filters(
    bundle: ModelBundle, codes: np.ndarray, bound: np.ndarray, *, description: str, known: KnownSet
) -> MotifCollection:
    """Find the motifs of the filters alone, which takes seconds.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    codes : np.ndarray
        Int8 array (n, width), bases of windows 5'→3', 0-4.
    bound : np.ndarray
        Bool array (n,).
    description : str
        One sentence that names the windows.
    known : KnownSet
        Known motifs to match.

    Returns
    -------
    MotifCollection
        Filters with their clusters; without patterns, importance and agreement.
    """
    filters = FirstFilters(bundle.network)
    fired = compute_filter_motifs(filters, codes[bound], bundle.name, bundle.protein)
    collection = _collect(bundle, [_Found(pwm, "filter") for pwm in fired.pwms], codes, bound, description)
    return match_known(replace(collection, filters=filters.weights, silent=fired.silent), known)


def _collect(
    bundle: ModelBundle, found: Sequence[_Found], codes: np.ndarray, bound: np.ndarray, description: str
) -> MotifCollection:
    """Count motifs in windows, and cluster them."""
    pwms = [item.pwm for item in found]
    occurrences = compute_enrichment(pwms, codes, bound)
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
    return MotifCollection(
        model=bundle.name,
        protein=bundle.protein,
        digest=bundle.weights_digest,
        windows=description,
        bound=int(bound.sum()),
        unbound=int((~bound).sum()),
        filters=np.empty((0, 4, 0), np.float32),
        silent=(),
        agreement=float("nan"),
        motifs=motifs,
        clusters=cluster_motifs(pwms, occurrences, codes[bound]),
    )


def _name_patterns(bundle: ModelBundle, patterns: Sequence[Pattern]) -> list[_Found]:
    """Give patterns their ids and consensus; leave out those of a few letters, which match almost every window."""
    specific = [item for item in patterns if len(item) >= SHORTEST]
    return [
        _Found(
            Pwm(f"{bundle.name}.pattern{number:02d}", name_consensus(item.counts), bundle.protein, item.counts),
            "pattern",
            item.contributions,
        )
        for number, item in enumerate(specific, 1)
    ]


def _judge(
    collection: MotifCollection, windows: MotifWindows, score: Callable[[np.ndarray], np.ndarray]
) -> MotifCollection:
    """Measure the importance of the motifs that stand for the strongest clusters, and of the first patterns."""
    chosen = {cluster.members[0] for cluster in collection.clusters[:JUDGED]}
    chosen |= set([motif.pwm.id for motif in collection.motifs if motif.origin == "pattern"][:JUDGED])
    bound, unbound = windows.codes[windows.bound], windows.codes[~windows.bound]
    neutral = make_neutral_sequences(bound, unbound, SEQUENCES)
    sample = bound[np.linspace(0, len(bound) - 1, min(len(bound), SEQUENCES)).astype(np.int64)]
    return replace(
        collection,
        motifs=tuple(
            replace(motif, importance=measure_importance(score, motif.pwm, neutral, sample))
            if motif.pwm.id in chosen
            else motif
            for motif in collection.motifs
        ),
    )


class _Model:
    """A model that reads some modalities of windows."""

    def __init__(self, bundle: ModelBundle, modalities: Collection[str], pool: Executor | None):
        self._pool = pool
        self._network = bundle.network
        self._row = bundle.row
        self._modalities = sorted(modalities)
        self._scores: dict[bytes, float] = {}  # of sequences alone

    def select_strongest(self, windows: MotifWindows) -> Features:
        """Select the features of the bound windows with the highest scores, in their order."""
        rows = np.flatnonzero(windows.bound)
        odds = self._predict(windows.features, rows, self._modalities)
        strongest = np.sort(rows[np.argsort(-odds, kind="stable")[:STRONGEST]])

        def take(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: array[strongest] for name, array in arrays.items() if name in self._modalities}

        features = windows.features
        return Features(take(features.windows), take(features.centres), take(features.presence))

    def mutate(self, features: Features) -> np.ndarray:
        """Compute hypothetical contributions by mutagenesis: float32 array (n, 4, width)."""
        return compute_mutagenesis(self._network, [self._row], features, pool=self._pool)[0]

    def compare(self, features: Features, contributions: np.ndarray) -> float:
        """Correlate gradients with the contributions of the letters of windows."""
        codes = read_codes(features.windows["sequence"])
        gradients = compute_gradients(self._network, [self._row], features)[0]
        return measure_agreement(select_letters(gradients, codes), select_letters(contributions, codes)).pearson

    def score_sequences(self, codes: np.ndarray) -> np.ndarray:
        """Score sequences alone, each once: int8 array (n, width) -> log odds, float32 array (n,)."""
        keys = [row.tobytes() for row in codes]
        new = {key: row for key, row in zip(keys, codes, strict=True) if key not in self._scores}
        if new:
            features = Features({"sequence": np.stack([encode_onehot(row) for row in new.values()])}, {})
            odds = self._predict(features, np.arange(len(new)), ["sequence"])
            self._scores |= dict(zip(new, odds.tolist(), strict=True))
        return np.array([self._scores[key] for key in keys], np.float32)

    def _predict(self, features: Features, rows: np.ndarray, modalities: Sequence[str]) -> np.ndarray:
        """Compute the log odds of windows: float32 array (n,)."""
        return predict_outputs(self._network, features, rows, modalities, BATCH, pool=self._pool)[:, self._row]


def keep_strongest(collection: MotifCollection, clusters: int, members: int) -> MotifCollection:
    """Keep the strongest clusters of a collection, and a few motifs of each.

    Patterns are always kept, and motifs that resemble a known one of the model's protein.
    A cluster keeps the motif that stands for it.

    Parameters
    ----------
    collection : MotifCollection
        The collection.
    clusters : int
        Number of clusters.
    members : int
        Motifs of a cluster, besides those that are always kept.

    Returns
    -------
    MotifCollection
        The smaller collection.
    """
    lasting = {motif.pwm.id for motif in collection.motifs if motif.origin == "pattern" or _has_own(motif, collection)}
    kept: list[MotifCluster] = []
    for number, cluster in enumerate(collection.clusters):
        most = members if number < clusters else 0
        chosen = {name for rank, name in enumerate(cluster.members) if rank < most or name in lasting}
        if chosen:
            chosen.add(cluster.members[0])
            kept.append(replace(cluster, members=tuple(name for name in cluster.members if name in chosen)))
    names = {name for cluster in kept for name in cluster.members}
    motifs = tuple(motif for motif in collection.motifs if motif.pwm.id in names)
    return replace(collection, motifs=motifs, clusters=tuple(kept))


def _has_own(motif: LearnedMotif, collection: MotifCollection) -> bool:
    """Tell whether a motif resembles a known one of the model's protein."""
    return any(is_of(match, collection.protein) and is_found(match) for match in motif.matches)
