"""The report on motifs: collections of models, from the package or from windows, as tables, MEME files and pages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ideep_scan.errors import InputError
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.motif_collections import read_collection
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.input_receipts import check_unchanged, locate_inputs
from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.jobs.motifs.discovery import discover_motifs
from ideep_scan.jobs.motifs.known_sets import KnownSet, match_known, open_known
from ideep_scan.jobs.motifs.outputs import write_outputs
from ideep_scan.jobs.motifs.settings import MotifSettings
from ideep_scan.jobs.motifs.windows import OpenWindows, open_windows
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.piped_inputs import check_inputs, spool_inputs
from ideep_scan.jobs.scan_manifest import COMMAND
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import find_device, scoring_pool, use_threads
from ideep_scan.models.store import choose_entries, list_bundles
from ideep_scan.records.learned_motif import MotifCollection
from ideep_scan.records.notes import group_remarks, join_names
from ideep_scan.version import __version__
from track_hubs.manifest import Assembly, Manifest


class ModelMonitor(Protocol):
    """Observer of a report on motifs."""

    def begins(self, models: int, notes: Sequence[str]) -> None:
        """Take note that the inputs are checked."""
        ...

    def advance(self, models: int) -> None:
        """Take note that more models are done."""
        ...


@dataclass(frozen=True)
class MotifSummary:
    """Result of a report on motifs.

    Attributes
    ----------
    out : Path
        Folder of the report.
    collections : tuple of MotifCollection
        What each model has learned, in the order of the models.
    notes : tuple of str
        Remarks that are known at the end, one line each.
    seconds : float
        Wall time.
    """

    out: Path
    collections: tuple[MotifCollection, ...]
    notes: tuple[str, ...]
    seconds: float


def run(settings: MotifSettings, monitor: ModelMonitor) -> MotifSummary:
    """Write the report on the motifs of models.

    Parameters
    ----------
    settings : MotifSettings
        Settings of the report.
    monitor : ModelMonitor
        Observer of the progress.

    Returns
    -------
    MotifSummary
        The collections.

    Raises
    ------
    IdeepScanError
        An input is unusable, or the output cannot be written. Nothing appears then.
    """
    started = time.monotonic()
    settings.check()
    reasons: list[tuple[str, str]] = []
    with ExitStack() as stack:
        bundles = open_bundles(settings.rbp, settings.model)
        check_inputs(settings)
        find_device(settings.device)
        settings = spool_inputs(settings, stack.enter_context(Spool()))
        known = open_known(settings.known)
        folder = stack.enter_context(RunFolder(settings.out, settings.overwrite))
        if settings.computes:
            opened = open_windows(settings, bundles, stack)
            files = {**known.files, **opened.files}
            monitor.begins(len(bundles), opened.notes)
            use_threads(1)  # the last bits of a sum depend on the number of threads
            with scoring_pool(opened.scorers[0].device, count_cores(settings.threads)) as pool:
                collections = tuple(_discover(opened, known, reasons, monitor=monitor, pool=pool))
        else:
            files = dict(known.files)
            shipped = list(_read_shipped(settings))
            monitor.begins(len(bundles), list_digest_notes(bundles, shipped))
            collections = tuple(_match_again(shipped, known if settings.known is not None else None, monitor))
        write_outputs(folder.part, collections, known.pwms)
        check_unchanged(files)
        folder.log.add(threads=count_cores(settings.threads), inputs=locate_inputs(files))
        folder.publish_files(_describe(settings, collections, files))
    return MotifSummary(settings.out, collections, group_remarks(reasons), time.monotonic() - started)


def _discover(
    opened: OpenWindows, known: KnownSet, reasons: list[tuple[str, str]], *, monitor: ModelMonitor, pool: Executor
) -> Iterator[MotifCollection]:
    """Compute the collections of all models from the windows; append why models have no patterns to `reasons`."""
    for scorer in opened.scorers:
        modalities = opened.evidence.modalities[scorer.bundle.name]
        discovery = discover_motifs(scorer.bundle, modalities, opened.windows, known=known, pool=pool)
        if discovery.reason is not None:
            reasons.append((scorer.bundle.name, f"no patterns: {discovery.reason}"))
        yield discovery.collection
        monitor.advance(1)


def _read_shipped(settings: MotifSettings) -> Iterator[MotifCollection]:
    """Read the collections that the package ships for models; a bundle of the user has none, whatever its name.

    Raises
    ------
    InputError
        A model has none.
    """
    packaged = set(list_bundles(settings.model))
    for entry in choose_entries(settings.rbp, settings.model):
        collection = read_collection(settings.model, entry.name) if entry.path in packaged else None
        if collection is None:
            raise InputError(
                f"the package has no motifs of the model {entry.name}: compute them from windows "
                "(--windows, or --fasta with --sites)"
            )
        yield collection


def _match_again(
    collections: Sequence[MotifCollection], known: KnownSet | None, monitor: ModelMonitor
) -> Iterator[MotifCollection]:
    """Replace the matches of collections by those with other known motifs; None keeps them."""
    for collection in collections:
        yield collection if known is None else match_known(collection, known)
        monitor.advance(1)


def list_digest_notes(bundles: Sequence[ModelBundle], collections: Sequence[MotifCollection]) -> tuple[str, ...]:
    """Name the models whose weights differ from those that their motifs were computed with."""
    return group_remarks(
        (
            bundle.name,
            "the motifs were computed with other weights of this model: they may differ from what it reads now",
        )
        for bundle, collection in zip(bundles, collections, strict=True)
        if collection.digest != bundle.weights_digest
    )


def _describe(
    settings: MotifSettings, collections: Sequence[MotifCollection], files: Mapping[str, InputFile]
) -> Manifest:
    """Describe the report as a manifest without tracks."""
    receipts = {
        "tool": f"ideep-scan {__version__}",
        COMMAND: "motifs",
        "models": {item.model: {"weights": item.digest, "windows": item.windows} for item in collections},
        "inputs": {role: file.receipt() for role, file in files.items()},
        "settings": {"model": settings.model, "modalities": settings.modalities},
    }
    title = f"Motifs of {join_names([item.model for item in collections])}"
    return Manifest(title, Assembly("", "", None, {}), (), receipts)
