"""Scores of a page that are in Zarr stores instead of bigWigs: which store and model each group has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan_settings import STORE
from track_hubs.manifest import HubError
from track_hubs.manifest_file import read_manifest


class StoredScores(NamedTuple):
    """A model of a Zarr store.

    Attributes
    ----------
    store : Path
        Folder of the store.
    model : str
        Name of the model in it.
    """

    store: Path
    model: str


def find_stored_scores(
    tracks: Sequence[dict[str, Path]], sites: Sequence[Path | None], folders: Collection[Path]
) -> list[StoredScores | None]:
    """Find the store of each group without bigWigs, by the run that its sites belong to.

    Parameters
    ----------
    tracks : sequence of dict of str to Path
        The bigWigs of each group.
    sites : sequence of Path or None
        The sites of each group.
    folders : collection of Path
        Folders of the runs.

    Returns
    -------
    list of StoredScores or None
        One for each group; None for a group with bigWigs or without a store.
    """
    models: dict[Path, StoredScores] = {}
    if not all(tracks):
        for folder in folders:
            models |= _list_models(folder)
    return [None if scores or path is None else models.get(path) for scores, path in zip(tracks, sites, strict=True)]


def _list_models(folder: Path) -> dict[Path, StoredScores]:
    """Return the model of each file of a run with a store; none without one."""
    try:
        manifest = read_manifest(folder)
    except HubError:
        return {}
    if f"{STORE}/zarr.json" not in manifest.files:
        return {}
    return {folder / track.path: StoredScores(folder / STORE, track.group) for track in manifest.tracks}


def read_stored_maxima(store: Path, chrom: str, start: int, end: int, *, bins: int) -> dict[str, np.ndarray]:
    """Call `formats.score_store.read_maxima`, which needs zarr.

    Raises
    ------
    InputError
        Zarr is not installed, the store is damaged, or the interval is too long.
    """
    try:
        from ideep_scan.formats.score_store import read_maxima
    except ImportError as error:
        raise InputError("needs zarr: pip install 'ideep-scan[zarr]'", store) from error
    return read_maxima(store, chrom, start, end, bins=bins)
