"""Verify a finished run: score some of its positions again, compare its tracks, sites and files."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.jobs.input_receipts import check_unchanged
from ideep_scan.jobs.output_folder.publication import SHARDS, settle
from ideep_scan.jobs.scan.preparation import prepare_scan
from ideep_scan.jobs.verify.checks import CheckMonitor, RunChecks
from ideep_scan.jobs.verify.comparison import Differences
from ideep_scan.jobs.verify.recorded_inputs import (
    check_inputs,
    check_models,
    read_receipts,
    restore_settings,
)
from ideep_scan.jobs.verify.settings import VerifySettings
from ideep_scan.version import __version__
from track_hubs.check.recorded_files import check_records
from track_hubs.manifest import MANIFEST, HubError, Manifest
from track_hubs.manifest_file import read_manifest


@dataclass(frozen=True)
class VerifySummary:
    """Result of a verification.

    Attributes
    ----------
    positions : int
        Positions that were scored again.
    empty : int
        Further positions, which must have no score.
    models : int
        Models of the run.
    sites : int
        Sites whose score was computed again.
    contributions : int
        Positions whose contributions were computed again.
    files : int
        Files of the run.
    digests : bool
        Whether their digests were compared, or their sizes only.
    largest : float
        Largest difference of a score.
    count : int
        Number of differences between the run and its inputs.
    differences : tuple of str
        The first differences, one line each.
    notes : tuple of str
        Remarks.
    seconds : float
        Wall time.
    """

    positions: int
    empty: int
    models: int
    sites: int
    contributions: int
    files: int
    digests: bool
    largest: float
    count: int
    differences: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float


def run(settings: VerifySettings, monitor: CheckMonitor) -> VerifySummary:
    """Verify a finished run.

    Parameters
    ----------
    settings : VerifySettings
        Settings of the verification.
    monitor : CheckMonitor
        Observer of the progress.

    Returns
    -------
    VerifySummary
        Extent of the verification, and the differences.

    Raises
    ------
    InputError
        There is no finished run, or its inputs or models are missing or are others.
    """
    started = time.monotonic()
    settings.check()
    manifest = _open_manifest(settings.out)
    receipts = read_receipts(settings.out, manifest)
    differences = Differences()
    with ExitStack() as stack:
        prepared = prepare_scan(restore_settings(receipts, settings), stack)
        check_models(
            receipts, {bundle.name: bundle.digest for bundle in prepared.bundles}, prepared.bundles[0].spec.digest
        )
        check_inputs(receipts, prepared.inputs.files)
        findings = list(check_records(settings.out, manifest, digests=settings.files))
        differences.add(*(f"{finding.place}: {finding.problem}" for finding in findings))
        faulty = [finding.place for finding in findings]
        checks = RunChecks(
            settings, manifest, prepared, differences=differences, faulty=faulty, monitor=monitor, stack=stack
        )
        positions, empty = checks.compare_tracks()
        if receipts["positions"] and not positions:
            raise InputError("has too few scored positions to draw one: give a larger -n", settings.out)
        contributions, sites = checks.compare_contributions(), checks.compare_sites()
        check_unchanged(prepared.inputs.files)
    tool = f"ideep-scan {__version__}"
    return VerifySummary(
        positions=positions,
        empty=empty,
        models=len(prepared.bundles),
        sites=sites,
        contributions=contributions,
        files=len(manifest.files),
        digests=settings.files,
        largest=differences.largest,
        count=differences.count,
        differences=tuple(differences.lines),
        notes=() if receipts["tool"] == tool else (f"the run was made by {receipts['tool']}, this is {tool}",),
        seconds=time.monotonic() - started,
    )


def _open_manifest(folder: Path) -> Manifest:
    """Read the manifest of a run. Raise InputError if there is none."""
    if folder.exists() and not folder.is_dir():
        raise InputError("is not a folder; give the output folder of a finished run", folder)
    settle(folder)
    if not (folder / MANIFEST).exists() and (folder / SHARDS).exists():
        raise InputError("holds a run that is not finished: finish it with ideep-scan genome --resume", folder)
    if not (folder / MANIFEST).exists() and (folder / "hub.txt").exists():
        raise InputError("is a hub without the manifest of a run: verify the runs that it was made of", folder)
    try:
        return read_manifest(folder)
    except HubError as error:
        raise InputError(str(error)) from error
