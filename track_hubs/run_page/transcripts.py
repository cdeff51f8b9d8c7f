"""Read what the page of transcripts draws: scores, sites and gene of each record of a run on transcripts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from track_hubs.bbi_file import BbiError, BbiFile
from track_hubs.manifest import Color, HubError, Manifest
from track_hubs.run_page import loci

_COLUMNS = 650  # most values of a picture, about one per pixel


@dataclass(frozen=True, slots=True)
class Panel:
    """One model on a transcript: the highest score of each column, NaN where none was scored, and its sites."""

    group: str
    values: Sequence[float]
    sites: Sequence[loci.Site]
    color: Color


@dataclass(frozen=True, slots=True)
class TranscriptPicture:
    """The content of one picture: a transcript, with a panel for each of the models that score it highest."""

    window: loci.Window
    genes: Sequence[loci.Gene]
    panels: Sequence[Panel]


def read_transcripts(folder: Path, manifest: Manifest, limit: int, panels: int) -> list[TranscriptPicture]:
    """Read the pictures of a run on transcripts, in the order of the FASTA.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    manifest : Manifest
        Its manifest.
    limit : int
        Limit of transcripts. Of more, those with the strongest sites are drawn.
    panels : int
        Limit of models per transcript. Of more, those with the strongest sites on it are drawn.
    """
    strongest = _find_strongest(folder, manifest)
    sizes = manifest.assembly.sizes
    ranked = sorted(sizes, key=lambda name: -max(strongest.get(name, {}).values(), default=0.0))
    chosen = set(ranked[:limit])
    windows = {name: loci.Window(name, 0, length) for name, length in sizes.items() if name in chosen}
    shown = {name: _choose_groups(manifest, strongest.get(name, {}), panels) for name in windows}
    genes: dict[str, list[loci.Gene]] = {name: [] for name in windows}
    if manifest.assembly.genes:
        for gene in loci.read_genes(folder / manifest.assembly.genes, list(windows.values())):
            genes[gene.chrom].append(gene)
    drawn: dict[tuple[str, str], Panel] = {}
    for group in manifest.groups:
        own = [window for name, window in windows.items() if group in shown[name]]
        drawn |= {(panel_of, group): panel for panel_of, panel in _read_panels(folder, manifest, group, own)}
    return [
        TranscriptPicture(window, genes[name], [drawn[name, group] for group in shown[name]])
        for name, window in windows.items()
    ]


def _find_strongest(folder: Path, manifest: Manifest) -> dict[str, dict[str, float]]:
    """Find the highest score of a site by transcript and group."""
    strongest: dict[str, dict[str, float]] = {}
    for group in manifest.groups:
        for track in manifest.of(group, "sites", "bed"):
            for site in loci.read_sites(folder / track.path):
                groups = strongest.setdefault(site.chrom, {})
                groups[group] = max(site.score, groups.get(group, 0.0))
    return strongest


def _choose_groups(manifest: Manifest, strongest: dict[str, float], limit: int) -> list[str]:
    """Choose the groups to draw on a transcript, strongest first; equal ones keep their order."""
    return sorted(manifest.groups, key=lambda group: -strongest.get(group, 0.0))[:limit]


def _read_panels(
    folder: Path, manifest: Manifest, group: str, windows: Sequence[loci.Window]
) -> Iterator[tuple[str, Panel]]:
    """Read the panels of one group: name of the transcript, panel."""
    sites: dict[str, list[loci.Site]] = {window.chrom: [] for window in windows}
    tables = manifest.of(group, "sites", "bed")
    for track in tables:
        for site in loci.read_sites(folder / track.path):
            if site.chrom in sites:
                sites[site.chrom].append(site)
    scores = manifest.of(group, "score", "bigWig")
    color = (scores or tables)[0].color
    values = _read_values(folder / scores[0].path, windows) if scores else {}
    for window in windows:
        unscored = [math.nan]
        yield window.chrom, Panel(group, values.get(window.chrom, unscored), sites[window.chrom], color)


def _read_values(path: Path, windows: Sequence[loci.Window]) -> dict[str, list[float]]:
    """Read the scores of transcripts as columns."""
    try:
        with BbiFile(path) as track:
            scored = track.chroms()
            return {
                window.chrom: summarise_columns(track.values(window.chrom, window.start, window.end), _COLUMNS)
                for window in windows
                if window.chrom in scored
            }
    except BbiError as error:
        raise HubError(f"{path}: cannot be read as bigWig (it {error})") from error


def summarise_columns(values: Sequence[float], limit: int) -> list[float]:
    """Return the highest value of each of at most `limit` columns of about equal width; NaN if a column has none.

    Examples
    --------
    >>> summarise_columns([0.1, 0.5, math.nan, 0.2], 2)
    [0.5, 0.2]
    """
    count = min(limit, len(values))
    columns = []
    for column in range(count):
        part = values[column * len(values) // count : (column + 1) * len(values) // count]
        columns.append(max((value for value in part if not math.isnan(value)), default=math.nan))
    return columns
