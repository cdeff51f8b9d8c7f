"""Measured data beside the predictions of a run: intervals and signals of the user's files, and the sites in view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.clip_sites import is_bbi, is_bigwig, read_cobinding_table
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.measured_sites import MeasuredSites, read_measured_sites
from ideep_scan.jobs.scan_manifest import read_scan_manifest
from ideep_scan.jobs.verify.recorded_inputs import find_recorded_input, read_receipts
from ideep_scan.jobs.verify.settings import VerifySettings
from ideep_scan.jobs.view.queries import parse_interval, parse_whole
from ideep_scan.jobs.view.replies import reply_error, reply_json
from ideep_scan.jobs.view.sites import Sites
from track_hubs.bbi_file import BbiError, BbiFile
from track_hubs.manifest import HubError
from track_hubs.server.http_server import Reply

MAX_INTERVALS = 20_000  # of one answer
COBINDING = "cobinding"  # in place of a file: the co-binding sites of the run itself
FOLDER = "run/measured"  # path of the bigWigs, from the folder of the page


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredFile:
    """A file that is shown beside the predictions.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Name of its track.
    sites : MeasuredSites or None
        Its intervals; None for a bigWig, which the page reads itself.
    """

    path: Path
    name: str
    sites: MeasuredSites | None

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks on the file, one line each."""
        return () if self.sites is None else tuple(f"{self.path.name}: {note}" for note in self.sites.notes)


def open_measured_files(paths: Mapping[str, Path], contigs: dict[str, int]) -> list[MeasuredFile]:
    """Read the files to show.

    Parameters
    ----------
    paths : mapping of str to Path
        The files, each in any of the formats, by the names of their tracks.
    contigs : dict of str to int
        Length of each contig of the run in nt.

    Raises
    ------
    InputError
        A file cannot be read, or has no interval on the contigs of the run.
    """
    resolver = ContigResolver(contigs)
    return [_open(path, name, resolver) for name, path in paths.items()]


def name_files(folder: Path, paths: Sequence[Path]) -> dict[str, Path]:
    """Name tracks after their files; files of the same name get numbers.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    paths : sequence of Path
        The files. "cobinding" means the sites of all experiments in the co-binding table of the run.

    Raises
    ------
    InputError
        The run read no co-binding table, or it is not where it was.
    """
    named: dict[str, Path] = {}
    for path in paths:
        is_own = path == Path(COBINDING) and not path.exists()
        for name, file in (_find_cobinding(folder) if is_own else {path.name: path}).items():
            repeats = sum(earlier == name or earlier.startswith(f"{name} (") for earlier in named)
            named[f"{name} ({repeats + 1})" if repeats else name] = file
    return named


def _find_cobinding(folder: Path) -> dict[str, Path]:
    """Find the files of the co-binding table of a run, by experiment."""
    try:
        receipts = read_receipts(folder, read_scan_manifest(folder))
    except HubError as error:
        raise InputError(f"--show {COBINDING} needs the folder of one run ({error})") from error
    table = find_recorded_input(receipts, VerifySettings(folder), "cobinding table")
    if table is None:
        raise InputError(f"--show {COBINDING}: this run read no co-binding table; name a file", folder)
    return read_cobinding_table(table, None)


def _open(path: Path, name: str, resolver: ContigResolver) -> MeasuredFile:
    if not (is_bbi(path) and is_bigwig(path)):
        return MeasuredFile(path, name, read_measured_sites(path, resolver))
    try:
        with BbiFile(path) as file:
            resolver.align(file.chroms(), path, "bigWig")
            difference = resolver.compare_lengths(file.chroms(), "the run")
    except BbiError as error:
        raise InputError(f"cannot be read ({error})", path) from error
    if difference is not None:
        raise InputError(f"{difference.text}; give a bigWig of the same assembly", path)
    return MeasuredFile(path, name, None)


class Measured:
    """Answer which files are shown, and their intervals.

    Parameters
    ----------
    files : sequence of MeasuredFile
        The files.
    """

    def __init__(self, files: Sequence[MeasuredFile]):
        self._files = files

    @property
    def signals(self) -> dict[str, Path]:
        """The bigWigs, by their path from the folder of the page."""
        return {_locate(i): file.path for i, file in enumerate(self._files) if file.sites is None}

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer as JSON: the list of files, or with `file`, `chrom`, `start` and `end` the intervals of one.

        Intervals are columns: starts, ends, points, strands (1, -1 or 0), and names of variants.
        There is only their number `count` if they are too many.
        """
        if not query:
            return reply_json({"files": [self._describe(i) for i in range(len(self._files))]})
        try:
            return reply_json(self._read(query))
        except InputError as error:
            return reply_error(error, 400)

    def _describe(self, number: int) -> dict[str, Any]:
        file = self._files[number]
        count = None if file.sites is None else len(file.sites)
        return {"name": file.name, "count": count, "url": _locate(number) if file.sites is None else None}

    def _read(self, query: dict[str, str]) -> dict[str, Any]:
        number = parse_whole(query, "file")
        chrom, start, end = parse_interval(query)
        sites = self._files[number].sites if number < len(self._files) else None
        if sites is None:
            raise InputError("there are no intervals of this number")
        if chrom not in sites.contigs:
            return {"count": 0, "starts": [], "ends": [], "points": [], "strands": [], "names": []}
        contig = sites.contigs[chrom]
        rows = contig.find(start, end)
        if len(rows) > MAX_INTERVALS:
            return {"count": len(rows)}
        columns = {name: getattr(contig, name)[rows].tolist() for name in ("starts", "ends", "points", "strands")}
        return {"count": len(rows), **columns, "names": [contig.names[row] for row in rows] if contig.names else []}


def _locate(number: int) -> str:
    return f"{FOLDER}/{number}.bw"


class SitesInView:
    """Answer where the sites of all models have their summits in an interval.

    Parameters
    ----------
    sites : Sites
        The sites of the run.
    """

    def __init__(self, sites: Sites):
        self._sites = sites

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer `chrom`, `start` and `end` as JSON with columns: models (indices), summits, strands (1, -1).

        There is only their number `count` if they are too many, and nothing while the table of sites is read.
        """
        try:
            chrom, start, end = parse_interval(query)
            loaded = self._sites.load(0)
        except InputError as error:
            return reply_error(error, 400)
        if loaded is None:
            return reply_json({})
        index = loaded.index
        code = index.texts["chrom"].lookup(chrom)
        summits = index.numbers["summit"]
        is_inside = (summits >= start) & (summits < end) & (code is not None)
        rows = np.flatnonzero(is_inside & (index.texts["chrom"].codes == code))
        if len(rows) > MAX_INTERVALS:
            return reply_json({"count": len(rows)})
        strands = index.texts["strand"]
        signs = np.where(np.array(strands.texts)[strands.codes[rows]] == "-", -1, 1) if len(rows) else rows
        return reply_json(
            {
                "count": len(rows),
                "models": index.texts["model"].codes[rows].tolist(),
                "summits": summits[rows].tolist(),
                "strands": signs.tolist(),
            }
        )
