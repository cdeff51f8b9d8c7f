"""Get a genome and its annotation: download, compress as bgzip, index, and check."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from isal import igzip

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.bgzip import convert_to_bgzip, is_bgzip
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.jobs.check.run import CheckReport
from ideep_scan.jobs.check.run import run as check_files
from ideep_scan.jobs.check.settings import CheckSettings
from ideep_scan.jobs.fetch.download import download
from ideep_scan.jobs.fetch.settings import FetchSettings, RemoteFile


class FetchMonitor(Protocol):
    """Observer of a download; also of the check that follows."""

    def fetches(self, name: str, done: int, total: int) -> None:
        """Receive the bytes of a file so far, and of all; 0 if that is unknown."""
        ...

    def begins(self, total: int, notes: Sequence[str]) -> None:
        """Receive the number of bytes to check."""
        ...

    def advance(self, done: int) -> None:
        """Receive the number of bytes that were checked since the last call."""
        ...


@dataclass(frozen=True)
class FetchSummary:
    """Result of a download.

    Attributes
    ----------
    fasta, gtf : Path
        The files.
    title : str
        Name of the annotation.
    notes : tuple of str
        Remarks.
    report : CheckReport
        The check of both files.
    """

    fasta: Path
    gtf: Path
    title: str
    notes: tuple[str, ...]
    report: CheckReport


def run(settings: FetchSettings, monitor: FetchMonitor) -> FetchSummary:
    """Get genome and annotation of an assembly. Files that are there already stay.

    Parameters
    ----------
    settings : FetchSettings
        Assembly and folder.
    monitor : FetchMonitor
        Observer of the progress.

    Returns
    -------
    FetchSummary
        The files and their check.

    Raises
    ------
    InputError
        A server cannot be reached, or sent other bytes than its MD5 sum tells.
    OutputError
        A file cannot be written.
    """
    settings.check()
    release, folder = settings.release(), settings.dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}): choose another folder (--dir)") from error
    notes: list[str] = []
    fasta, gtf = (folder / file.name for file in (release.genome, release.annotation))
    for file, target in ((release.genome, fasta), (release.annotation, gtf)):
        notes += _get(file, target, monitor, as_bgzip=target == fasta)
    with FastaSource(fasta):
        pass  # it makes the index
    report = check_files(CheckSettings((f"fasta={fasta}", f"annotation={gtf}")), monitor)
    return FetchSummary(fasta, gtf, release.title, tuple(notes), report)


def _get(file: RemoteFile, target: Path, monitor: FetchMonitor, as_bgzip: bool) -> list[str]:
    """Get one file; return remarks."""
    if target.exists():
        return [f"{target}: is there already, and was not downloaded again"]
    fetched = target.with_name(f"{target.name}.fetched")
    digest = download(file, fetched, lambda done, total: monitor.fetches(file.name, done, total))
    try:
        if as_bgzip and not is_bgzip(fetched):
            convert_to_bgzip(fetched, target)
            fetched.unlink()
        else:
            if not digest:
                _read_through(fetched)
            fetched.replace(target)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        fetched.unlink()
        raise InputError(f"{file.url}: is not a complete gzip file ({error}): try again; nothing was kept") from error
    if digest:
        return []
    return [f"{file.url}: its server has no list of MD5 sums; the file was not compared"]


def _read_through(path: Path) -> None:
    """Read a gzip file to its end, whose own sums tell whether it is complete."""
    with igzip.open(path, "rb") as text:  # type: ignore[no-untyped-call]
        while text.read(1 << 20):
            pass
