"""Windows that the motifs of the bundled models are computed from.

| network | windows for filters, enrichment and importance | windows for patterns |
|---|---|---|
| separate | published test windows | strongest published positives, of training and test |
| shared | those of the validation regions, or of training if these have fewer than 100 bound | strongest of training |

Windows of the shared network are those that `shared_windows.py` chooses, none of them in held-out regions.
Bound windows have a positive label for an experiment of the model.
Unbound ones are background or published negatives in the loci that an experiment of the model binds.
Windows of a class do not overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from build_cobinding import training_files
from shared_data import WINDOW, read_examples
from shared_training import SPEC, SharedWork
from shared_windows import DENSE, PUBLISHED, TRAIN

from ideep_scan.benchmark.data import SEQUENCES, locate_published_file
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.features.window_features import Features, compute_features
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.motifs.windows import MotifWindows
from ideep_scan.models.contributions import read_codes
from ideep_scan.records.places import Places
from ideep_scan.train.examples import Examples, join
from ideep_scan.train.labels import NEGATIVE, POSITIVE

LEAST = 100  # bound windows of the validation regions; with fewer, training windows are taken
MOST = 1000  # bound windows; twice as many unbound ones
CANDIDATES = 800  # positives of which the strongest give patterns
SITE = 30  # nt between two windows at one site, at most
MODALITIES = ("sequence", "region")


class ModelWindows(NamedTuple):
    """Windows of a model.

    Attributes
    ----------
    judged : MotifWindows
        Windows for filters, enrichment and importance.
    candidates : MotifWindows
        Positives of which the strongest give patterns.
    """

    judged: MotifWindows
    candidates: MotifWindows


class SeparateWindows:
    """Windows of the separate networks.

    Parameters
    ----------
    data : Path
        Folder of the data.
    stack : ExitStack
        Closes the genome.
    """

    def __init__(self, data: Path, stack: ExitStack):
        self._data = data
        genome = open_genome(data / "hg19" / "hg19_sparse.fa.gz", data / "annotation" / "refseq_hg19.bed12.gz", stack)
        assert genome.annotation is not None
        sources = Sources(genome.source, RegionMap(genome.annotation.transcripts), {}, None, None)
        self._featurizer = Featurizer(SPEC, sources, MODALITIES)

    def read(self, experiment: str) -> ModelWindows:
        """Read the windows of an experiment."""
        path = locate_published_file(self._data / "clip31", experiment, "test", SEQUENCES)
        test = read_examples(path)
        published = join([test, *map(read_examples, training_files(self._data, experiment))])
        positives = published[_draw(np.flatnonzero(published.label == 1), CANDIDATES)]
        return ModelWindows(
            self._make(test, "published test windows of the experiment"), self._make(positives, "published positives")
        )

    def _make(self, examples: Examples, description: str) -> MotifWindows:
        features = compute_features(self._featurizer, examples.places)
        return MotifWindows(read_codes(features.windows["sequence"]), examples.label == 1, features, description)


class SharedWindows:
    """Windows of the shared network, from the caches of its training.

    Parameters
    ----------
    work : SharedWork
        The prepared data.
    """

    def __init__(self, work: SharedWork):
        self._work = work
        heads, self._targets = work.read_labels()
        self._columns = {head.name: number for number, head in enumerate(heads)}
        self._features = work.read_features()

    @cached_property
    def _rows(self) -> np.ndarray:
        """Window of each stored label."""
        return np.repeat(np.arange(len(self._targets.labels), dtype=np.int32), np.diff(self._targets.labels.starts))

    def read(self, experiments: Sequence[str]) -> ModelWindows:
        """Read the windows of a model that averages experiments."""
        columns = [self._columns[name] for name in experiments]
        positive, unbound = self._label(columns)
        parts = self._work.parts
        validates = (parts == DENSE) | (parts == PUBLISHED)
        trained = self._thin(self._find_middles(np.flatnonzero(positive & (parts == TRAIN))))
        bound, place = self._thin(self._find_middles(np.flatnonzero(positive & validates))), "of chr3 and chr21"
        others = validates
        if len(bound) < LEAST:
            bound, place, others = trained, "that the network learned from", parts == TRAIN
        bound = _draw(bound, MOST)
        free = self._thin(_draw(np.flatnonzero(unbound & others), 20 * MOST))
        free = _draw(free, 2 * len(bound))
        names = ", ".join(experiments)
        judged = f"windows {place} at sites of {names}; unbound ones are elsewhere in bound transcripts"
        return ModelWindows(
            self._make(np.concatenate([bound, free]), len(bound), judged),
            self._make(_draw(trained, CANDIDATES), len(trained), "training windows"),
        )

    def _label(self, columns: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Mark the windows with a site of the experiments, and those without one in loci that they bind."""
        table = self._targets.labels
        chosen = np.isin(table.experiments, columns)
        rows, codes = self._rows[chosen], table.codes[chosen]
        positive, labelled, negative = (np.zeros(len(table), bool) for _ in range(3))
        positive[rows[codes == POSITIVE]] = True
        labelled[rows[codes != NEGATIVE]] = True
        negative[rows[codes == NEGATIVE]] = True
        in_bound = self._targets.bound[self._targets.loci][:, columns].any(1)
        return positive, (in_bound | negative) & ~labelled

    def _find_middles(self, rows: np.ndarray) -> np.ndarray:
        """Keep the middle window of each run of windows at one site."""
        rows = rows[order_places(self._work.places[rows])]
        places = self._work.places[rows]
        apart = (np.diff(places.centre) > SITE) | (places.chrom[1:] != places.chrom[:-1])
        edges = np.flatnonzero(np.concatenate([[True], apart | (places.strand[1:] != places.strand[:-1]), [True]]))
        return rows[(edges[:-1] + edges[1:] - 1) // 2] if len(rows) else rows

    def _thin(self, rows: np.ndarray) -> np.ndarray:
        """Drop windows that overlap an earlier one on their strand."""
        rows = rows[order_places(self._work.places[rows])]
        places = self._work.places[rows]
        kept: list[int] = []
        last: tuple[str, str, int] = ("", "", 0)
        columns = (places.chrom.tolist(), places.strand.tolist(), places.centre.tolist())
        for row, chrom, strand, centre in zip(rows.tolist(), *columns, strict=True):
            if (chrom, strand) != last[:2] or centre - last[2] >= WINDOW:
                kept.append(row)
                last = (chrom, strand, centre)
        return np.array(kept, np.int64)

    def _make(self, rows: np.ndarray, bound: int, description: str) -> MotifWindows:
        windows, centres = self._features.batch(rows)
        features = Features(
            {name: tensor.numpy() for name, tensor in windows.items()},
            {name: tensor.numpy() for name, tensor in centres.items()},
        )
        return MotifWindows(
            read_codes(features.windows["sequence"]), np.arange(len(rows)) < bound, features, description
        )


def order_places(places: Places) -> np.ndarray:
    """Order places by contig, strand and position."""
    return np.lexsort((places.centre, places.strand, places.chrom))


def _draw(rows: np.ndarray, most: int) -> np.ndarray:
    """Draw at most `most` rows at random, in their order."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
