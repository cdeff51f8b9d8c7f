"""Values that the tracks of a finished run have at single positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bigwig.reader import read_positions
from ideep_scan.jobs.scan_settings import SCORE, STORE, ZARR, ScanSettings
from ideep_scan.jobs.worker_process import WorkerPool
from ideep_scan.records.places import Places
from ideep_scan.records.span import STRANDS, Strand
from track_hubs.manifest import Manifest, Track


@dataclass(frozen=True, eq=False)
class RecordedValues:
    """Values of the tracks of one kind.

    Attributes
    ----------
    values : np.ndarray
        Float32 array (places, models); NaN where a track has no value.
    lost : np.ndarray
        Bool array (places, models), True for values of unreadable files.
    unreadable : dict of str to str
        Fault of each file that cannot be read, by its relative name.
    """

    values: np.ndarray
    lost: np.ndarray
    unreadable: dict[str, str] = field(default_factory=dict)


class TrackValues:
    """Read the tracks of a run. A context manager that ends the process that reads bigWigs.

    The library that reads them (pyBigWig) may abort its process on a damaged file.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    manifest : Manifest
        Its manifest.
    settings : ScanSettings
        Settings of the run.
    models : sequence of str
        Names of its models, in the order of the scan.
    """

    def __init__(self, folder: Path, manifest: Manifest, settings: ScanSettings, models: Sequence[str]):
        self._folder, self._settings, self._models = folder, settings, tuple(models)
        self._tracks: dict[tuple[str, str, Strand | None], Track] = {
            (track.series or SCORE, track.group, track.strand): track
            for track in manifest.tracks
            if track.kind == "bigWig"
        }
        self._pool: WorkerPool | None = None

    def __enter__(self) -> TrackValues:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_process()

    def read(self, kind: str, places: Places) -> RecordedValues:
        """Read the values of all models.

        Parameters
        ----------
        kind : str
            Kind of the tracks (`jobs.scan_settings.TRACKS`).
        places : Places
            n places.

        Returns
        -------
        RecordedValues
            The values.
        """
        shape = len(places), len(self._models)
        recorded = RecordedValues(np.full(shape, np.nan, np.float32), np.zeros(shape, np.bool_))
        if self._settings.format == ZARR:
            self._read_store(kind, places, recorded)
        else:
            self._read_bigwigs(kind, places, recorded)
        return recorded

    def name_file(self, kind: str, model: str, strand: Strand) -> str:
        """Return the relative name of a track's file."""
        track = self._tracks.get((kind, model, strand))
        if self._settings.format == ZARR:
            return f"{STORE} ({kind}), {model}"
        return f"{kind} track of {model} on {strand}, which has no file" if track is None else track.path

    def _read_bigwigs(self, kind: str, places: Places, recorded: RecordedValues) -> None:
        for track, column, rows in self._list_bigwigs(kind, places):
            try:
                recorded.values[rows, column] = self._read_bigwig(track, places[rows])
            except InputError as error:
                recorded.lost[rows, column] = True
                recorded.unreadable[track.path] = str(error).removeprefix(f"{error.path}: ")

    def _list_bigwigs(self, kind: str, places: Places) -> Iterator[tuple[Track, int, np.ndarray]]:
        """Yield each file of a kind with the column of its model and the rows of its places."""
        for strand in STRANDS:
            rows = np.flatnonzero(places.strand == strand)
            for column, model in enumerate(self._models):
                track = self._tracks.get((kind, model, strand))
                if track is not None and rows.size:
                    yield track, column, rows

    def _read_bigwig(self, track: Track, places: Places) -> np.ndarray:
        """Read a bigWig in another process."""
        path = self._folder / track.path
        if self._pool is None:
            self._pool = WorkerPool(1)
        try:
            return self._pool.submit(read_positions, path, places.chrom.tolist(), places.centre.tolist()).result()
        except BrokenProcessPool as error:
            self._end_process()
            raise InputError("is damaged, so that its reader crashes: run the scan again", path) from error

    def _read_store(self, kind: str, places: Places, recorded: RecordedValues) -> None:
        """Read the store. Its columns are in the order of the models of the scan."""
        from ideep_scan.formats import score_store  # zarr is optional, and slow to import

        columns = zip(places.chrom.tolist(), places.strand.tolist(), places.centre.tolist(), strict=True)
        try:
            values = score_store.read_positions(self._folder / STORE, kind, list(columns))
            if values.shape != recorded.values.shape:
                raise InputError(f"has {values.shape[1]} models instead of {len(self._models)}", self._folder / STORE)
            recorded.values[:] = values
        except InputError as error:
            recorded.lost[:] = True
            recorded.unreadable[f"{STORE} ({kind})"] = str(error).removeprefix(f"{error.path}: ")

    def _end_process(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            with suppress(OSError):
                pool.kill_workers()
