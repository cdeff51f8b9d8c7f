"""Data to measure training on: sites of an experiment, windows without a site, and held-out truth.

No window to learn from lies in a held-out region, or in a locus that holds a published test window of the experiment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from shared_data import WINDOW, SharedGenome
from shared_training import MODALITIES, SPEC

from ideep_scan.benchmark.within.ground import Ground, lay_ground
from ideep_scan.benchmark.within.truths import lay_list
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.features.window_features import Features, compute_features
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.kernels.points import measure_distance
from ideep_scan.kernels.scorable import find_runs
from ideep_scan.models.bundle import load_models
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.store import list_bundles
from ideep_scan.records.places import Places, group_by_strand
from ideep_scan.records.span import Span
from ideep_scan.train.examples import mark_in_regions
from ideep_scan.train.loci import find_loci
from ideep_scan.train.own_fit import OwnFit
from ideep_scan.train.own_network import begin_from_scratch, begin_from_shared
from ideep_scan.train.regions import HELD_OUT
from ideep_scan.train.training_data import SAME_TRANSCRIPT, SITE, TRAIN, VALIDATION, TrainingData

AWAY = 100  # nt between a site and a position without one, at least
MARGIN = 201  # nt around the centre of a window to learn from that are outside of held-out regions
KINDS = ("same", "unbound", "both", "matched", "published")
VALIDATED = 0.15  # share of loci whose windows choose the epoch
ROWS = 12_000  # held-out positions that judge a model


@dataclass(frozen=True, eq=False)
class HeldOutRows:
    """Held-out positions of transcripts with a peak.

    Attributes
    ----------
    places : Places
        n positions: all in cores of peaks, and a sample of the others.
    label : np.ndarray
        Int8 (n,), 1 in the core of a peak.
    gene : np.ndarray
        Int64 (n,), the gene of each position.
    """

    places: Places
    label: np.ndarray
    gene: np.ndarray


@dataclass(frozen=True, eq=False)
class Case:
    """An experiment to learn from.

    Attributes
    ----------
    name : str
        Its name in tables.
    pool : Places
        Sites to draw from.
    negatives : Places
        Published windows without a site; empty for a list of peaks.
    closed : np.ndarray
        Bool (loci + 1,), True for loci that no window may lie in.
    """

    name: str
    pool: Places
    negatives: Places
    closed: np.ndarray


def join_places(parts: Sequence[Places]) -> Places:
    """Join sets of places in their order."""
    columns = ("chrom", "strand", "centre")
    return Places(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


class World:
    """The genome, with its known positions in transcripts and its features."""

    def __init__(self, genome: SharedGenome):
        self.genome = genome
        sources = Sources(genome.source, RegionMap(genome.transcripts), {}, None, None)
        self._featurizer = Featurizer(SPEC, sources, MODALITIES)
        self._contigs = np.array([span.chrom for span in genome.loci], object)
        self._strands = np.array([span.strand for span in genome.loci], object)

    def compute_features(self, places: Places) -> Features:
        """Compute the features of windows."""
        return compute_features(self._featurizer, places)

    @cached_property
    def intervals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Locus, start and end of each stretch whose windows are known, inside a locus."""
        parts: list[np.ndarray] = []
        for chrom in self.genome.source.contigs:
            starts, ends = find_runs(self.genome.known(chrom))
            for number in np.flatnonzero(self._contigs == chrom).tolist():
                span = self.genome.loci[number]
                rows = slice(np.searchsorted(ends, span.start, "right"), np.searchsorted(starts, span.end))
                inside = np.maximum(starts[rows], span.start), np.minimum(ends[rows], span.end)
                parts.append(np.stack([np.full(len(inside[0]), number), *inside]))
        locus, start, end = np.concatenate(parts, 1)
        return locus, start, end

    def draw(self, count: int, loci: np.ndarray, rng: np.random.Generator) -> Places:
        """Draw known positions of some loci: `loci` is bool (loci + 1,)."""
        locus, start, end = self.intervals
        totals = np.cumsum(np.where(loci[locus], end - start, 0))
        drawn = rng.integers(0, totals[-1], count)
        rows = np.searchsorted(totals, drawn, "right")
        return Places(self._contigs[locus[rows]], self._strands[locus[rows]], end[rows] - (totals[rows] - drawn))

    def are_known(self, places: Places) -> np.ndarray:
        """Mark places in transcripts whose window is known."""
        known = find_loci(places, self.genome.loci) >= 0
        for chrom in np.unique(places.chrom[known]).tolist():
            rows = np.flatnonzero(known & (places.chrom == chrom))
            known[rows] = self.genome.known(chrom)[places.centre[rows]]
        return known

    def make_case(self, name: str, pool: Places, negatives: Places, tests: Places) -> Case:
        """Exclude what must stay unseen from the sites to draw from."""
        loci = self.genome.loci
        closed = np.zeros(len(loci) + 1, bool)
        opposite = Places(tests.chrom, np.where(tests.strand == "+", "-", "+").astype(object), tests.centre)
        for places in (tests, opposite):
            closed[find_loci(places, loci)] = True
        for chrom, start, end in HELD_OUT:
            closed[[i for i, x in enumerate(loci) if x.chrom == chrom and x.start < end and x.end > start]] = True
        closed[-1] = True  # a site outside of all transcripts
        kept = ~closed[find_loci(pool, loci)] & ~mark_in_regions(pool, HELD_OUT, MARGIN) & self.are_known(pool)
        free = ~mark_in_regions(negatives, HELD_OUT, MARGIN)
        return Case(name, pool[kept], negatives[free], closed)

    def draw_negatives(self, case: Case, kind: str, drawn: Places, *, count: int, rng: np.random.Generator) -> Places:
        """Draw windows without a site, of one of `KINDS`, knowing only the sites that were drawn."""
        if kind == "published":
            return case.negatives[rng.permutation(len(case.negatives))[:count]]
        if kind == "both":
            halves = (("same", count // 2), ("unbound", count - count // 2))
            return join_places([self.draw_negatives(case, half, drawn, count=size, rng=rng) for half, size in halves])
        bound = np.zeros(len(case.closed), bool)
        bound[find_loci(drawn, self.genome.loci)] = True
        places = self.draw(6 * count, ~case.closed & (~bound if kind == "unbound" else bound), rng)
        places = places[measure_distances(places, drawn) > AWAY]
        if kind == "matched":
            places = places[self._match(places, drawn, count)]
        return places[np.arange(min(count, len(places)))]

    def _match(self, places: Places, sites: Places, count: int) -> np.ndarray:
        """Choose places so that region types are as frequent as among the sites."""
        types, site_types = (self._find_types(item) for item in (places, sites))
        numbers, counts = np.unique(site_types, return_counts=True)
        rows = [
            np.flatnonzero(types == number)[: round(count * share / len(sites))]
            for number, share in zip(numbers.tolist(), counts.tolist(), strict=True)
        ]
        return np.concatenate(rows)

    def _find_types(self, places: Places) -> np.ndarray:
        """Find the combination of region types at each place, as a number."""
        flags = self.compute_features(places).windows["region"][:, :, WINDOW // 2]
        return np.asarray((flags > 0).astype(np.int64) @ (1 << np.arange(flags.shape[1])))

    @cached_property
    def _ground(self) -> Ground:
        source = self.genome.source
        return lay_ground(source, ContigResolver(source.contigs), self.genome.transcripts, SPEC)

    def lay_ground(self, peaks: PeakList, rows: int = ROWS) -> HeldOutRows | None:
        """Find the held-out positions that a list of peaks judges; None if it has too few peaks there."""
        judged = lay_list(peaks, self._ground)
        if judged is None:
            return None
        label = judged.truth.labels
        rng = np.random.default_rng(0)
        others = np.flatnonzero(~label)
        positives = np.flatnonzero(label)
        positives = np.sort(rng.permutation(positives)[: rows // 3])
        chosen = np.sort(np.concatenate([positives, rng.permutation(others)[: rows - len(positives)]]))
        genes = judged.ground.genes[chosen]
        spans = judged.ground.spans
        chrom, strand = (np.array([getattr(x, key) for x in spans], object)[genes] for key in ("chrom", "strand"))
        return HeldOutRows(Places(chrom, strand, judged.ground.positions[chosen]), label[chosen].astype(np.int8), genes)


def list_points(peaks: PeakList) -> Places:
    """List the points of all peaks."""
    parts = [
        Places(np.full(len(points), chrom, object), np.full(len(points), strand, object), points)
        for chrom, strand in peaks.intervals
        if (points := peaks.list_points(chrom, strand)).size
    ]
    return join_places(parts)


def make_data(sites: Places, others: Places, loci: Sequence[Span], rng: np.random.Generator) -> TrainingData:
    """Join sites and windows without; those of a share of the loci validate."""
    places = join_places([sites, others])
    label = np.repeat(np.array([1, 0], np.int8), [len(sites), len(others)])
    locus = find_loci(places, loci)
    is_validation = (rng.random(len(loci) + 1) < VALIDATED)[locus]
    for value in (0, 1):  # a few sites may all be on one side
        rows = np.flatnonzero(label == value)
        if is_validation[rows].all() or not is_validation[rows].any():
            is_validation[rows] = np.arange(len(rows)) < max(1, len(rows) * VALIDATED)
    part = np.where(is_validation, VALIDATION, TRAIN).astype(np.int8)
    kind = np.where(label == 1, SITE, SAME_TRANSCRIPT).astype(np.int8)
    return TrainingData(places, label, part, kind, np.full(len(label), np.nan, np.float32), locus)


def fit_network(start: str, features: Features, data: TrainingData, seed: int) -> IDeepNetwork:
    """Train a network as `ideep-scan train` does, from the bundled network (`zoo`) or from `scratch`."""
    if start == "zoo":
        (path,) = list_bundles()
        network = begin_from_shared(load_models(path)[0].network, SPEC)
    else:
        network = begin_from_scratch(SPEC, MODALITIES, seed)
    fit = OwnFit(network, features, data, MODALITIES, seed, lambda epoch: None)
    (fit.from_shared if start == "zoo" else fit.from_scratch)()
    return network


def measure_distances(places: Places, sites: Places) -> np.ndarray:
    """Measure the distance of each place to the next site on its strand: int64 (n,)."""
    distances = np.full(len(places), np.iinfo(np.int64).max)
    by_strand = group_by_strand(sites.chrom, sites.strand)
    for key, rows in group_by_strand(places.chrom, places.strand).items():
        if key in by_strand:
            distances[rows] = measure_distance(places.centre[rows], np.sort(sites.centre[by_strand[key]]))
    return distances
