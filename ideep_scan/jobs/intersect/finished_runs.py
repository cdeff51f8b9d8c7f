"""Open finished runs: their genome, and the sites of their models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.site_tables import EMPTY_MOTIFS, read_motif_table, read_site_table
from ideep_scan.jobs.intersect.model_sites import ModelSites
from ideep_scan.jobs.output_folder.publication import settle
from ideep_scan.jobs.scan_manifest import read_scan_manifest
from track_hubs.manifest import HubError, Manifest, Role, one_line
from track_hubs.merge import check_assemblies, run_names


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A finished run.

    Attributes
    ----------
    name : str
        Name for the results, different for each run.
    folder : Path
        Folder of the run.
    manifest : Manifest
        Contents of its `manifest.json`.
    """

    name: str
    folder: Path
    manifest: Manifest


class AxisContig(NamedTuple):
    """A contig on the axis.

    Attributes
    ----------
    offset : int
        Place of its first base.
    length : int
        Length in nt.
    doubt : str or None
        Reason why a name may mean another sequence.
    """

    offset: int
    length: int
    doubt: str | None


class GenomeAxis:
    """One axis that holds all contigs of the runs, one after the other.

    Parameters
    ----------
    contigs : Mapping[str, int]
        Length of each contig in nt.

    Attributes
    ----------
    resolver : ContigResolver
        The contigs.
    offsets : np.ndarray
        Int64 array (contigs,), place of each contig's first base on the axis.
    """

    def __init__(self, contigs: Mapping[str, int]):
        self.resolver = ContigResolver(contigs)
        # A free position follows each contig, so contigs do not touch.
        self.offsets = np.cumsum([0, *(length + 1 for length in contigs.values())], dtype=np.int64)[:-1]
        self._contigs: dict[str, AxisContig | None] = {}

    def contig(self, name: str) -> AxisContig | None:
        """Find the contig that a name in another file means; None if the runs lack it."""
        if name not in self._contigs:
            contig = self.resolver.resolve(name)
            self._contigs[name] = None if contig is None else self._make_contig(contig, name)
        return self._contigs[name]

    def _make_contig(self, contig: str, name: str) -> AxisContig:
        offset = int(self.offsets[self.resolver.rank(contig)])
        return AxisContig(offset, self.resolver.contigs[contig], self.resolver.doubt(name))


def open_runs(folders: Sequence[Path]) -> list[FinishedRun]:
    """Open finished runs of one genome.

    Parameters
    ----------
    folders : Sequence[Path]
        Folder of each run.

    Returns
    -------
    list of FinishedRun
        The runs in the same order.

    Raises
    ------
    InputError
        A folder holds no finished run, its manifest is damaged, or two runs have different genomes.
    """
    runs = []
    try:
        for name, folder in zip(run_names(folders), folders, strict=True):
            if folder.exists() and not folder.is_dir():
                raise InputError("is not a folder; give folders of finished runs, then a VCF or BED", folder)
            settle(folder)
            runs.append(FinishedRun(one_line(name), folder, read_scan_manifest(folder)))
            check_assemblies((folders[0], runs[0].manifest), (folder, runs[-1].manifest))
    except HubError as error:
        raise InputError(str(error)) from error
    return runs


def genome_axis(runs: Sequence[FinishedRun]) -> GenomeAxis:
    """Make the axis of the contigs of all runs."""
    return GenomeAxis({name: size for run in runs for name, size in run.manifest.assembly.sizes.items()})


def read_models(runs: Sequence[FinishedRun], axis: GenomeAxis) -> Iterator[ModelSites]:
    """Read the sites of each model of each run.

    Parameters
    ----------
    runs : Sequence[FinishedRun]
        The runs.
    axis : GenomeAxis
        Axis of their contigs.

    Yields
    ------
    ModelSites
        The models in the order of the runs.

    Raises
    ------
    InputError
        A table is missing or is not the one that the run wrote.
    """
    contigs = axis.resolver.contigs
    for run in runs:
        for model in run.manifest.groups:
            path = _table(run, model, "sites")
            if path is None:
                raise InputError(f"has no table of sites of {model}: run the scan again", run.folder)
            sites = read_site_table(path, contigs)
            path = _table(run, model, "motifs")
            motifs = EMPTY_MOTIFS if path is None else read_motif_table(path, contigs)
            about = run.manifest.models.get(model)
            yield ModelSites(
                run.name,
                one_line(model),
                sites=sites,
                motifs=motifs,
                protein=model if about is None else about.protein,
                offsets=axis.offsets,
            )


def _table(run: FinishedRun, model: str, role: Role) -> Path | None:
    """Find a table of a model; raise InputError if it is not the file that the run wrote, by its size."""
    tracks = run.manifest.of(model, role, "table")
    if not tracks:
        return None
    path, record = run.folder / tracks[0].path, run.manifest.files.get(tracks[0].path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}): run the scan again", path) from error
    if record is not None and record.size != size:
        raise InputError(
            f"has {size:,} bytes, but its run wrote {record.size:,}: restore the file, or run the scan again", path
        )
    return path
