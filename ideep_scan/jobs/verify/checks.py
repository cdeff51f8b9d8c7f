"""Checks of a finished run against its inputs: tracks, contributions, scores of sites."""

from __future__ import annotations

from contextlib import ExitStack
from math import ceil
from random import Random
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.site_tables import DETAILS, read_site_table
from ideep_scan.jobs.scan.preparation import PreparedScan
from ideep_scan.jobs.scan_settings import CONTRIBUTIONS, NEGLOG10P
from ideep_scan.jobs.verify.comparison import Differences
from ideep_scan.jobs.verify.computed_values import Bounds, Computation
from ideep_scan.jobs.verify.recorded_values import TrackValues
from ideep_scan.jobs.verify.settings import VerifySettings
from ideep_scan.records.places import Places
from ideep_scan.scan.planned_places import PlannedPlaces, join_places, plan_contigs
from track_hubs.manifest import Manifest

_DRAWS = 200  # positions drawn for each one to score; of a sparse genome few are scored
_EMPTY_SHARE, _SITE_SHARE, _CONTRIBUTION_SHARE = 10, 20, 100  # positions to score for each one of these
_SITE_MODELS = 10  # models whose table of sites is read; that of a genome has millions of rows


class _DrawnSites(NamedTuple):
    """Sites of a model: summits and recorded scores."""

    model: int
    path: str
    summits: Places
    scores: np.ndarray


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
    stack : ExitStack
        Ends the process that reads tracks.
    """

    def __init__(
        self,
        settings: VerifySettings,
        manifest: Manifest,
        prepared: PreparedScan,
        differences: Differences,
        stack: ExitStack,
    ):
        self._settings, self._manifest, self._prepared, self._differences = settings, manifest, prepared, differences
        self._models = [bundle.name for bundle in prepared.bundles]
        self._generator = Random(settings.seed)
        self._planned = PlannedPlaces(prepared.spans, prepared.settings.stride)
        self._computation = Computation(prepared, self._planned)
        self._tracks = stack.enter_context(TrackValues(settings.out, manifest, prepared.settings, self._models))
        self._unreadable: set[str] = set()

    def compare_tracks(self) -> tuple[int, int]:
        """Compare scores at random positions; return the number of scored and of empty positions."""
        scored, empty = self._draw()
        kinds = [kind for kind in self._prepared.settings.track_kinds if kind != CONTRIBUTIONS]
        places = join_places(scored, empty)
        for kind, bounds in self._computation.compute(kinds, places).items():
            self._compare(kind, places, bounds)
        return len(scored), len(empty)

    def compare_contributions(self) -> int:
        """Compare contributions at random positions, if the run has them; return the number of positions."""
        if CONTRIBUTIONS not in self._prepared.settings.track_kinds:
            return 0
        places = self._planned.draw(ceil(self._settings.positions / _CONTRIBUTION_SHARE), self._generator)
        self._compare(CONTRIBUTIONS, places, self._computation.compute_contributions(places))
        return len(places)

    def compare_sites(self) -> int:
        """Compare scores of random sites of some models; return the number of sites."""
        models = self._generator.sample(range(len(self._models)), min(_SITE_MODELS, len(self._models)))
        count = ceil(self._settings.positions / _SITE_SHARE / len(models))
        drawn = [sites for model in models if (sites := self._draw_sites(model, count)) is not None]
        if not drawn:
            return 0
        places = drawn[0].summits
        for sites in drawn[1:]:
            places = join_places(places, sites.summits)
        numbers = np.concatenate([np.full(len(sites.summits), sites.model) for sites in drawn])
        names = [sites.path for sites in drawn for _ in range(len(sites.summits))]
        recorded = np.concatenate([sites.scores for sites in drawn])
        bounds = self._computation.compute_smoothed(places, numbers)
        self._differences.compare(recorded, bounds, places, names)
        return len(places)

    def _draw(self) -> tuple[Places, Places]:
        """Draw positions that must have a score, and positions that must have none."""
        count, generator = self._settings.positions, self._generator
        empty_count = ceil(count / _EMPTY_SHARE)
        contigs = plan_contigs(self._prepared.genome.source.contigs, self._prepared.settings.strands)
        loci = PlannedPlaces(self._prepared.spans)  # positions between those that a stride visits
        empty = join_places(
            *(_head(self._draw_outside(part, 4 * empty_count), empty_count) for part in (contigs, loci))
        )
        candidates = self._planned.draw(_DRAWS * count, generator)
        scored = _head(candidates, 0)
        for first in range(0, len(candidates), count):
            part = candidates[np.arange(first, min(first + count, len(candidates)))]
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
            if file not in self._unreadable:
                self._differences.add(f"{file}: {fault}")
            self._unreadable.add(file)
        for column, model in enumerate(self._models):
            rows = np.flatnonzero(~recorded.lost[:, column])
            self._differences.compare(
                recorded.values[rows, column],
                Bounds(*(values[rows, column] for values in bounds)),
                places[rows],
                [self._tracks.name_file(kind, model, strand) for strand in places.strand[rows].tolist()],
                is_score=kind not in (NEGLOG10P, CONTRIBUTIONS),
            )

    def _draw_sites(self, model: int, count: int) -> _DrawnSites | None:
        """Draw sites of a model; None if it has none, or if their table is not readable."""
        tracks = self._manifest.of(self._models[model], "sites", "table")
        contigs = self._manifest.assembly.sizes
        if not tracks:
            return None
        path = tracks[0].path
        try:
            table = read_site_table(self._settings.out / path, contigs)
        except InputError as error:
            self._differences.add(f"{path}: {str(error).removeprefix(f'{error.path}: ')}")
            return None
        total = len(table.summits)
        rows = np.array(self._generator.sample(range(total), min(count, total)), np.int64)
        names = np.array(list(contigs), object)
        strands = np.where(table.rows.minus[rows], "-", "+").astype(object)
        summits = Places(names[table.rows.contigs[rows]], strands, table.summits[rows])
        scores = [_read_score(table.details[row][DETAILS.index("score")]) for row in rows.tolist()]
        return _DrawnSites(model, path, summits, np.array(scores, np.float64)) if total else None


def _head(places: Places, count: int) -> Places:
    """Return the first places."""
    return places[np.arange(min(count, len(places)))]


def _read_score(text: str) -> float:
    """Read a score of a table; NaN if it is not a number."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
