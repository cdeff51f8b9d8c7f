"""A finished run as tables and arrays."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ideep_scan.api.arguments import File
from ideep_scan.errors import InputError
from ideep_scan.formats.bigwig.reader import read_values
from ideep_scan.jobs.output_folder.publication import settle
from ideep_scan.jobs.scan_manifest import read_scan_manifest
from ideep_scan.jobs.scan_settings import STORE
from ideep_scan.records.span import STRANDS, Strand
from track_hubs.manifest import HubError, Kind, Manifest, Role, Track

_TEXTS = (
    "chrom", "name", "strand", "match", "origin", "driver", "motif", "motif_name", "motif_protein",
    "motif_origin", "gene_name", "gene_id", "region", "sequence",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run; made by `read_run` and `scan_genome`.

    Attributes
    ----------
    folder : Path
        Folder of the run.
    manifest : Manifest
        Contents of its `manifest.json`: assembly, tracks, models, receipts.
    """

    folder: Path
    manifest: Manifest

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models, in the order of the run."""
        return self.manifest.groups

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks to read before relying on the results."""
        return tuple(map(str, self.manifest.receipts.get("notes", ())))

    def sites(self, model: str) -> pd.DataFrame:
        """Read the binding sites of a model.

        Parameters
        ----------
        model : str
            Name of a model of the run.

        Returns
        -------
        DataFrame
            One row per site in genome order, with the columns of `hits/MODEL.tsv.gz`.
            `start`, `end` and `summit` are 0-based, the interval half-open.
            Missing values are NaN.

        Raises
        ------
        InputError
            The run has no such model, or the file is missing or damaged.
        """
        return self._table(model, "sites")

    def motif_hits(self, model: str) -> pd.DataFrame:
        """Read the motif hits inside the sites of a model.

        Parameters
        ----------
        model : str
            Name of a model of the run.

        Returns
        -------
        DataFrame
            One row per motif hit in genome order, with the columns of `motifs/MODEL.tsv.gz`.
            `start` and `end` are 0-based and half-open.
            `name` is protein and consensus of the motif, `origin` is 'known' or 'learned'.

        Raises
        ------
        InputError
            The run has no such model, or the file is missing or damaged.
        """
        return self._table(model, "motifs")

    def scores(self, model: str, chrom: str, start: int, end: int, strand: Strand = "+") -> np.ndarray:
        """Read the scores of an interval.

        Parameters
        ----------
        model : str
            Name of a model of the run.
        chrom : str
            Contig, as the tracks spell it.
        start, end : int
            0-based, half-open.
        strand : {'+', '-'}, optional
            Strand.

        Returns
        -------
        ndarray
            float32, shape (end - start,), probability 0-1 of a site centred there, in genome order.
            NaN means not scored.

        Raises
        ------
        InputError
            The run has no such model, strand or interval, or the file is missing or damaged.
        """
        if strand not in STRANDS:
            raise InputError(f"the strand is {strand!r}: pass '+' or '-'")
        tracks = [track for track in self._tracks(model, "score", "bigWig") if track.strand == strand]
        if f"{STORE}/zarr.json" in self.manifest.files:
            return self._read_store(model, chrom, start=start, end=end, strand=strand)
        if not tracks:
            raise InputError(f"the {strand} strand was not scanned: choose the other one", self.folder)
        return read_values(self.folder / tracks[0].path, chrom, start, end)

    def _read_store(self, model: str, chrom: str, *, start: int, end: int, strand: Strand) -> np.ndarray:
        """Read scores of a run with `format="zarr"`."""
        try:
            from ideep_scan.formats.score_store import read_scores
        except ImportError as error:
            raise InputError("needs zarr: pip install 'ideep-scan[zarr]'", self.folder / STORE) from error
        return read_scores(self.folder / STORE, model, chrom, start=start, end=end, strand=strand)

    def _tracks(self, model: str, role: Role, kind: Kind) -> list[Track]:
        if model not in self.models:
            raise InputError(f"has no model {model}: use one of {', '.join(self.models)}", self.folder)
        return self.manifest.of(model, role, kind)

    def _table(self, model: str, role: Role) -> pd.DataFrame:
        tracks = self._tracks(model, role, "table")
        if not tracks:
            raise InputError(f"has no table of {role} of {model}: run the scan again", self.folder)
        path = self.folder / tracks[0].path
        try:
            return pd.read_csv(
                path,
                sep="\t",
                dtype=dict.fromkeys(_TEXTS, "object"),
                keep_default_na=False,
                na_values=[".", ""],
                quoting=csv.QUOTE_NONE,
            )
        except (OSError, EOFError, ValueError) as error:
            raise InputError(f"cannot be read ({error}): run the scan again", path) from error


def read_run(folder: File) -> Run:
    """Read a finished run.

    Parameters
    ----------
    folder : str or path
        Folder that a scan wrote.

    Returns
    -------
    Run
        Its models, sites, motif hits, scores and manifest.

    Raises
    ------
    InputError
        The folder holds no finished run, or its manifest is damaged.

    Examples
    --------
    >>> run = read_run(finished)
    >>> sites = run.sites("ELAVL1")
    >>> site = sites.loc[sites.score.idxmax()]
    >>> scores = run.scores("ELAVL1", site.chrom, site.start, site.end, site.strand)
    >>> scores.dtype
    dtype('float32')
    >>> bool(len(scores) == site.end - site.start)
    True
    """
    path = Path(folder)
    settle(path)
    try:
        return Run(path, read_scan_manifest(path))
    except HubError as error:
        raise InputError(str(error)) from error
