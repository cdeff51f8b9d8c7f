"""Checks of a finished run against its inputs: tracks, contributions, scores of sites."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from itertools import islice
from math import ceil
from random import Random
from typing import Protocol

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan.model_writer import make_reporter
from ideep_scan.jobs.scan.preparation import PreparedScan
from ideep_scan.jobs.scan_settings import CONTRIBUTIONS, NEGLOG10P
from ideep_scan.jobs.verify.comparison import Differences
from ideep_scan.jobs.verify.computed_values import Bounds, Computation
from ideep_scan.jobs.verify.recorded_sites import RecordedSites, draw_sites
from ideep_scan.jobs.verify.recorded_values import TrackValues
from ideep_scan.jobs.verify.settings import VerifySettings
from ideep_scan.records.places import Places
from ideep_scan.scan.planned_places import PlannedPlaces, join_places, plan_contigs
from track_hubs.manifest import Manifest

_DRAWS = 200  # positions drawn for each one to score; of a sparse genome few are scored
_COMPARED = 5_000  # positions whose values are in memory
_EMPTY_SHARE, _SITE_SHARE, _CONTRIBUTION_SHARE = 10, 20, 100  # positions to score for each one of these
_SITE_MODELS = 10  # models whose table of sites is read; that of a genome has millions of rows


class CheckMonitor(Protocol):
    """Observer of a verification."""

    def checks(self, part: str, positions: int) -> None:
        """Take note that a part of the run is checked next, and how many positions it needs the scores of."""
        ...

    def advance(self, positions: int) -> None:
        """Take note that more positions have their scores."""
        ...


class RunChecks:
    """Check random parts of a run.

    Parameters
    ----------
    settings : VerifySettings
        Settings of the verification.
    manifest : Manifest
        Manifest of the run.
    prepared : PreparedScan
        The scan again, with its inputs open.
    differences : Differences
        Collects what the checks find.
    faulty : iterable of str
        Relative names of files that are described already.
    monitor : CheckMonitor
        Observer of the progress.
    stack : ExitStack
        Ends the process that reads tracks.
    """

    def __init__(
        self,
        settings: VerifySettings,
        manifest: Manifest,
        prepared: PreparedScan,
        *,
        differences: Differences,
        faulty: Iterable[str],
        monitor: CheckMonitor,
        stack: ExitStack,
    ):
        self._settings, self._manifest, self._prepared, self._differences = settings, manifest, prepared, differences
        self._models = [bundle.name for bundle in prepared.bundles]
        self._generator = Random(settings.seed)
        stride = prepared.settings.stride
        self._planned = PlannedPlaces(prepared.covered, stride)
        self._computation = Computation(prepared, PlannedPlaces(prepared.spans, stride), monitor.advance)
        self._monitor = monitor
        self._tracks = stack.enter_context(TrackValues(settings.out, manifest, prepared.settings, self._models))
        self._faulty = set(faulty)

    def compare_tracks(self) -> tuple[int, int]:
        """Compare scores at random positions; return the number of scored and of empty positions."""
        scored, empty = self._draw()
        kinds = [kind for kind in self._prepared.settings.track_kinds if kind != CONTRIBUTIONS]
        places = join_places(scored, empty)
        self._monitor.checks("tracks", len(places))
        for first in range(0, len(places), _COMPARED):
            part = places[np.arange(first, min(first + _COMPARED, len(places)))]
            for kind, bounds in self._computation.compute(kinds, part).items():
                self._compare(kind, part, bounds)
        return len(scored), len(empty)

    def compare_contributions(self) -> int:
        """Compare contributions at random positions, if the run has them; return the number of positions."""
        if CONTRIBUTIONS not in self._prepared.settings.track_kinds:
            return 0
        places = self._planned.draw(ceil(self._settings.positions / _CONTRIBUTION_SHARE), self._generator)
        self._monitor.checks("contributions", len(places) * self._prepared.evidence.featurizer.spec.window)
        self._compare(CONTRIBUTIONS, places, self._computation.compute_contributions(places))
        return len(places)

    def compare_sites(self) -> int:
        """Compare random sites of some models; return the number of sites."""
        models = self._generator.sample(range(len(self._models)), min(_SITE_MODELS, len(self._models)))
        count = ceil(self._settings.positions / _SITE_SHARE / len(models))
        drawn = [sites for model in models for sites in self._draw_sites(model, count)]
        places = join_places(*(sites.summits for sites in drawn))
        numbers = np.repeat([sites.model for sites in drawn], [len(sites) for sites in drawn])
        self._monitor.checks("sites", len(places) * self._computation.smoothed_width)
        bounds = self._computation.compute_smoothed(places, numbers.astype(np.int64))
        names = [sites.path for sites in drawn for _ in range(len(sites))]
        scores = np.concatenate([np.empty(0), *(sites.scores for sites in drawn)])
        right = iter(self._differences.compare(scores, bounds, places, names).tolist())
        for sites in drawn:
            threshold = self._prepared.thresholds[sites.model]
            reporter = make_reporter(threshold, self._prepared.genes, self._prepared.evidence)
            self._differences.add(*sites.compare(reporter, list(islice(right, len(sites)))))
        return len(places)

    def _draw(self) -> tuple[Places, Places]:
        """Draw positions that must have a score, and positions that must have none."""
        count, generator = self._settings.positions, self._generator
        empty_count = ceil(count / _EMPTY_SHARE)
        contigs = plan_contigs(self._prepared.genome.source.contigs, self._prepared.settings.strands)
        loci = PlannedPlaces(self._prepared.covered)  # positions between those that a stride visits
        empty = join_places(
            *(_head(self._draw_outside(part, 4 * empty_count), empty_count) for part in (contigs, loci))
        )
        scored = _head(contigs.draw(0, generator), 0)
        for part in self._planned.draw_rounds(count, _DRAWS, generator):
            is_scored = self._computation.mark_scored(part)
            scored = _head(join_places(scored, part[is_scored]), count)
            empty = _head(join_places(empty, part[~is_scored]), 3 * empty_count)
            if len(scored) == count:
                break
        return scored, empty

    def _draw_outside(self, places: PlannedPlaces, count: int) -> Places:
        """Draw positions, and return those that are not in the plan."""
        drawn = places.draw(count, self._generator)
        return drawn[~self._planned.contains(drawn)]

    def _compare(self, kind: str, places: Places, bounds: Bounds) -> None:
        """Compare the tracks of all models; arrays have a row per place and a column per model."""
        recorded = self._tracks.read(kind, places)
        for file, fault in recorded.unreadable.items():
            if file not in self._faulty:
                self._differences.add(f"{file}: {fault}")
            self._faulty.add(file)
        for column, model in enumerate(self._models):
            rows = np.flatnonzero(~recorded.lost[:, column])
            self._differences.compare(
                recorded.values[rows, column],
                Bounds(*(values[rows, column] for values in bounds)),
                places[rows],
                [self._tracks.name_file(kind, model, strand) for strand in places.strand[rows].tolist()],
                is_score=kind not in (NEGLOG10P, CONTRIBUTIONS),
            )

    def _draw_sites(self, model: int, count: int) -> list[RecordedSites]:
        """Draw sites of a model, in a list that is empty if it has none or if their table is not readable."""
        tracks = self._manifest.of(self._models[model], "sites", "table")
        try:
            return [
                draw_sites(
                    self._settings.out,
                    track.path,
                    self._manifest.assembly.sizes,
                    model=model,
                    count=count,
                    generator=self._generator,
                    isoforms=self._prepared.genome.isoforms,
                )
                for track in tracks
            ]
        except InputError as error:
            if tracks[0].path not in self._faulty:
                self._differences.add(f"{tracks[0].path}: {str(error).removeprefix(f'{error.path}: ')}")
            return []


def _head(places: Places, count: int) -> Places:
    """Return the first places."""
    return places[np.arange(min(count, len(places)))]
