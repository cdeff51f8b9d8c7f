"""The output folder of one run: locked while it is written, empty of results until all of them are complete."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from ideep_scan.errors import OutputError, Stopped
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.jobs.output_folder.lock import locked_folder
from ideep_scan.jobs.output_folder.publication import (
    OWN,
    PART,
    SHARDS,
    check_own,
    complete,
    find_obstacle,
    lay_out,
    list_names,
    switch,
    undisturbed,
)
from ideep_scan.jobs.output_folder.run_log import RUN_LOG, RunLog
from ideep_scan.jobs.source_date import read_source_date
from track_hubs.check.hub_check import check
from track_hubs.file_records import make_file_record
from track_hubs.manifest import MANIFEST, FileRecord, HubError, Manifest, to_json
from track_hubs.manifest_file import read_manifest
from track_hubs.render import render_manifest

_LOG = logging.getLogger("ideep_scan")


class RunFolder:
    """The folder of one run; as a context manager it leaves nothing behind unless `publish` was reached.

    Parameters
    ----------
    path : Path
        Made if it is missing.
    overwrite : bool
        Whether an earlier run in it may be replaced. It stays as it is until the new one is complete.
    resume : bool
        Whether a run that was stopped there goes on. The caller decides about a complete one (`holds_run`).

    Attributes
    ----------
    part : Path
        The folder to write into.
    holds_run : bool
        True if a complete run is in the folder.
    lock : FolderLock
        Held while the context lasts.
    log : RunLog
        Facts that differ between equal runs; written with the manifest.

    Raises
    ------
    OutputError
        The folder is in use, holds another run or other files, or cannot be written.
    InputError
        SOURCE_DATE_EPOCH is set, but not to a date.
    """

    def __init__(self, path: Path, overwrite: bool, resume: bool = False):
        self.log = RunLog()
        self._date = read_source_date()
        self.path, self.part = path, path / PART
        self.holds_run = False
        self._overwrite, self._resume = overwrite, resume
        self._earlier: set[str] = set()
        self._decided = False

    def __enter__(self) -> RunFolder:
        with ExitStack() as stack:
            self.lock = stack.enter_context(locked_folder(self.path))
            try:
                complete(self.path)
                self._check()
                check_own(self.part)
                if self.part.exists():
                    shutil.rmtree(self.part)
                    if not self._resume:
                        _LOG.warning(
                            "%s: a run was stopped here before it was complete; what it left is removed", self.path
                        )
                self.part.mkdir()
            except OSError as error:
                raise OutputError(
                    f"{self.path}: cannot be written ({error.strerror}): choose another folder (-o)"
                ) from error
            stack.callback(shutil.rmtree, self.part, ignore_errors=True)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with undisturbed():
                self._stack.close()
        except Stopped as stopped:
            error = stopped
            raise
        finally:
            if isinstance(error, Stopped) and self._decided:
                error.state = f"the run in {self.path} is complete"
            elif isinstance(error, Stopped) and self.part.exists():
                error.state = f"{self.part} could not be removed; the next run there removes it"

    def expect(self, names: Iterable[str]) -> None:
        """Check that files of these relative names will find their places free.

        Raises
        ------
        OutputError
            Something that is not of the earlier run is in their way.
        """
        fault = find_obstacle(self.path, names, self._earlier)
        if fault is not None:
            raise OutputError(fault)

    def publish(self, manifest: Manifest, records: Mapping[str, FileRecord]) -> tuple[str, ...]:
        """Write manifest, pages and log, check the hub, and put the run in its place.

        Parameters
        ----------
        records : mapping of str to FileRecord
            Sizes and digests of files, as far as they are known already.

        Returns
        -------
        tuple of str
            Findings of the check, one line each. They do not keep the run back: scores and sites are complete without
            a hub.
        """
        try:
            written = replace(self._dated(manifest), files=dict(records))
            self._write(written)
            render_manifest(self.part, written)
            findings = tuple(map(str, check(self.part, hubcheck=False, digests=False, unknown_genome=False).findings))
            files = {name: records.get(name) or make_file_record(self.part / name) for name in self._names()}
            self._write(replace(written, files=files))
            self.log.write(self.part)
        except HubError as error:
            raise OutputError(str(error)) from error
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written ({error.strerror}): check the disk") from error
        self.place()
        return findings

    def publish_files(self, manifest: Manifest) -> None:
        """Write the log and a manifest that lists all files, and put them in their place; for results without a hub.

        Raises
        ------
        OutputError
            The manifest cannot be written, or the files cannot take their place.
        """
        try:
            files = {name: make_file_record(self.part / name) for name in self._names()}
            self._write(replace(self._dated(manifest), files=files))
            self.log.write(self.part)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written ({error.strerror}): check the disk") from error
        self.place()

    def place(self) -> None:
        """Put what `part` holds, with a manifest that lists all files of the run, in its place.

        Raises
        ------
        OutputError
            It cannot take its place. The earlier run is complete then, or else the message says what to do.
        """
        try:
            self.expect(read_manifest(self.part).files)
        except HubError as error:
            raise OutputError(str(error)) from error
        with undisturbed():
            try:
                switch(self.path)
            except OSError as error:
                raise OutputError(
                    f"{self.path}: cannot be written ({error.strerror}): check free space and permissions"
                ) from error
            self._decided = True
            try:
                lay_out(self.path)
            except OSError as error:
                raise OutputError(
                    f"{self.path}: the run is complete, but its files cannot take their places ({error.strerror}): "
                    f"make room or check permissions, then finish it: ideep-scan hub --check {self.path}"
                ) from error

    def _check(self) -> None:
        """Refuse a folder that holds files which this run must not touch."""
        entries = {entry.name for entry in self.path.iterdir() if not _is_empty(entry)} - OWN
        if entries and MANIFEST not in entries:
            raise OutputError(f"{self.path}: holds files that are no run of ideep-scan: choose another folder (-o)")
        self.holds_run = bool(entries)
        if not self._overwrite and not self._resume:
            if entries:
                raise OutputError(f"{self.path}: holds another run: choose another folder (-o), or pass --overwrite")
            if any((self.path / SHARDS).glob("*.json")):
                raise OutputError(
                    f"{self.path}: holds a run that was stopped before it was complete: pass --resume to go on, "
                    "--overwrite to begin again, or another folder (-o)"
                )
        try:
            self._earlier = list_names(self.path / MANIFEST)
        except HubError as error:
            raise OutputError(
                f"{self.path}: what the earlier run wrote is not known ({error}): remove the folder, or choose another "
                "one (-o)"
            ) from error

    def _names(self) -> list[str]:
        """Return the names of all files that were written, except manifest and log."""
        paths = (path for path in sorted(self.part.rglob("*")) if path.is_file())
        names = (path.relative_to(self.part).as_posix() for path in paths)
        return [name for name in names if name not in (MANIFEST, RUN_LOG)]

    def _dated(self, manifest: Manifest) -> Manifest:
        """Add the date of outputs to the receipts, if there is one."""
        if self._date is None:
            return manifest
        return replace(manifest, receipts={**manifest.receipts, "made": self._date.isoformat()})

    def _write(self, manifest: Manifest) -> None:
        with AtomicFile(self.part / MANIFEST) as part:
            part.write_text(to_json(manifest), encoding="utf-8")


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())
