"""Figures on the cards of the shared network's models: regions and motifs of sites, published test windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
from shared_data import list_published, open_shared_genome, read_test_windows
from shared_outputs import PlannedModel
from shared_training import MODALITIES, SharedWork
from shared_windows import DENSE, PUBLISHED, TEST, TRAIN, PlaceKeys
from zoo_measure import round_estimate

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import REGION_TYPES
from ideep_scan.features.window_features import compute_features
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.kernels.packed_motifs import pack
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.fit import predict_outputs
from ideep_scan.train.labels import NEGATIVE, POSITIVE, PROBABLE, LabelTable
from ideep_scan.train.metrics import auc, auc_and_auprc, bootstrap
from ideep_scan.train.targets import Targets

SITES = 300  # training sites, and validation sites, of a model that describe it
BACKGROUND = {TRAIN: 15_000, DENSE: 10_000}  # windows without a site, by part
LEAST = 20  # sites that a figure needs
LEAST_BARE = 50  # bare windows that a figure needs
SAMPLES = 200
INPUTS = {"FASTA": ("sequence",), "FASTA + annotation": MODALITIES}
Card = dict[str, Any]


def describe_sites(work: SharedWork, models: Sequence[PlannedModel]) -> list[Card]:
    """Find the region type and the motif that set the sites of each model apart.

    The motif is chosen on training windows; its figure is from validation windows.

    Parameters
    ----------
    work : SharedWork
        Windows, labels and features.
    models : sequence of PlannedModel
        The models.

    Returns
    -------
    list of dict[str, Any]
        "top region" and "strongest motif" of each model, as far as there are enough sites.
    """
    rng, targets = np.random.default_rng(0), work.read_labels()[1]
    windows, columns = _list_entries(targets.labels, (POSITIVE,))
    has_site = np.zeros(len(work.parts), bool)
    has_site[_list_entries(targets.labels, (POSITIVE, PROBABLE))[0]] = True
    background = {
        part: _draw(rng, np.flatnonzero((work.parts == part) & (targets.loci >= 0) & ~has_site), limit)
        for part, limit in BACKGROUND.items()
    }
    sites = []
    for model in models:
        rows = np.unique(windows[np.isin(columns, model.sites)])
        parts = work.parts[rows]
        validating = rows[(parts == PUBLISHED) | (parts == DENSE)]
        sites.append((_draw(rng, rows[parts == TRAIN], SITES), _draw(rng, validating, SITES)))
    types = work.read_features().columns["region"]
    scores = _MotifScores(work, np.concatenate([*background.values(), *(row for pair in sites for row in pair)]))
    return [
        {**_find_top_region(types, train, background[TRAIN]), **scores.find_strongest(train, validation, background)}
        for train, validation in sites
    ]


def _list_entries(labels: LabelTable, codes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """List the windows and experiments of some labels."""
    chosen = np.isin(labels.codes, codes)
    return np.repeat(np.arange(len(labels)), np.diff(labels.starts))[chosen], labels.experiments[chosen]


def _draw(rng: np.random.Generator, rows: np.ndarray, limit: int) -> np.ndarray:
    """Draw rows without replacement, at most `limit`."""
    return rng.choice(rows, min(limit, len(rows)), replace=False)


def _find_top_region(types: np.ndarray, sites: np.ndarray, background: np.ndarray) -> Card:
    """Find the region type that is most over-represented at the centre of sites; `types` packs the flags in bytes."""
    if min(len(sites), len(background)) < LEAST:
        return {}
    middle = types.shape[1] // 2
    share, others = (
        (np.asarray(types[np.sort(rows), middle])[:, None] >> np.arange(len(REGION_TYPES)) & 1).mean(0)
        for rows in (sites, background)
    )
    top = int(np.argmax(share - others))
    figures = {"share": round(float(share[top]), 4), "background share": round(float(others[top]), 4)}
    return {"top region": {"region": REGION_TYPES[top], **figures}}


class _MotifScores:
    """Cluster scores of all motifs in some windows."""

    def __init__(self, work: SharedWork, rows: np.ndarray):
        self._rows, self._pwms = np.unique(rows), read_pwms()
        spec = FeatureSpec(tuple(pwm.id for pwm in self._pwms), ())
        with ExitStack() as stack:
            source = open_shared_genome(work.data, stack).source
            sources = Sources(source, None, {}, pack([pwm.counts for pwm in self._pwms]), None)
            featurizer = Featurizer(spec, sources, ("motifs",))
            self._scores = compute_features(featurizer, work.places[self._rows]).centres["motifs"]

    def find_strongest(self, train: np.ndarray, validation: np.ndarray, background: Mapping[int, np.ndarray]) -> Card:
        """Find the motif whose score best separates training sites; return its AUC for validation sites."""
        others = background[TRAIN], background[DENSE]
        if min(len(train), len(validation), *map(len, others)) < LEAST:
            return {}
        labels, scores = self._join(train, others[0])
        top = int(np.argmax([auc(labels, scores[:, column]) for column in range(scores.shape[1])]))
        labels, scores = self._join(validation, others[1])
        estimate = bootstrap(auc, labels, scores[:, top], samples=SAMPLES)
        pwm, text = self._pwms[top], "AUC of its score alone, on chr3 and chr21"
        return {"strongest motif": {"id": pwm.id, "match": pwm.symbol, "figure": text, **round_estimate(estimate)}}

    def _join(self, sites: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        labels = np.repeat(np.array([1, 0], np.int8), [len(sites), len(others)])
        return labels, self._scores[np.searchsorted(self._rows, np.concatenate([sites, others]))]


def measure_published(work: SharedWork, network: IDeepNetwork) -> dict[str, Card]:
    """Measure the scores of published experiments on their test windows, and on bare windows of held-out genes.

    Parameters
    ----------
    work : SharedWork
        Windows, labels and features.
    network : IDeepNetwork
        The trained network, with two outputs per experiment.

    Returns
    -------
    dict[str, dict[str, Any]]
        "published test windows" and "bare windows", by experiment.
    """
    heads, targets = work.read_labels()
    features, keys = work.read_features(), PlaceKeys(sorted(set(work.places.chrom.tolist())))
    tests = np.flatnonzero(work.parts == TEST)
    encoded = keys.encode(work.places[tests])
    order = np.argsort(encoded)
    logits = {kind: predict_outputs(network, features, tests, names) for kind, names in INPUTS.items()}
    cards: dict[str, Card] = {}
    for item in list_published(work.data):
        number = [head.name for head in heads].index(item.experiment)
        windows = read_test_windows(work.data, item)
        rows = order[np.searchsorted(encoded, keys.encode(windows.places), sorter=order)]
        figures = {kind: auc_and_auprc(windows.label, values[rows, number]) for kind, values in logits.items()}
        cards[item.experiment] = {
            "published test windows": {
                kind: {"AUC": round_estimate(pair[0]), "auPRC": round_estimate(pair[1])}
                for kind, pair in figures.items()
            },
            **_measure_bare(work, network, targets, number),
        }
    return cards


def _measure_bare(work: SharedWork, network: IDeepNetwork, targets: Targets, number: int) -> Card:
    """Measure the AUC from 101 nt alone, on published training windows of the experiment in held-out genes."""
    windows = np.flatnonzero((work.parts == TRAIN) & targets.held_out[targets.loci, number])
    codes = targets.labels.select(np.array([number])).dense(windows)[:, 0]
    is_published = np.isin(codes, (POSITIVE, NEGATIVE))
    rows, labels = windows[is_published], (codes[is_published] == POSITIVE).astype(np.int8)
    if len(rows) <= LEAST_BARE or labels.min() == labels.max():
        return {}
    logits = predict_outputs(network, work.read_features(), rows, INPUTS["FASTA"])[:, number]
    estimate = round_estimate(bootstrap(auc, labels, logits))
    return {"bare windows": {"AUC": estimate, "windows": len(rows), "positives": int(labels.sum())}}
