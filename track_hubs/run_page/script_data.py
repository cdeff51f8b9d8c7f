"""Data for the script of a run's page, as JSON: genome, tracks by group, first position."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from track_hubs import igv_js
from track_hubs.color import format_css, tint
from track_hubs.manifest import Assembly, Manifest, Track

_DATA = re.compile(r'<script type="application/json" id="run">(.*?)</script>', re.DOTALL)
_DEFAULT_VIEW = 1500  # nt of the first view without a site or score


def encode_page_data(manifest: Manifest, view: str | None) -> str:
    """Write the content of a `<script type="application/json">` element. The character < is escaped.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run.
    view : str or None
        First position (chr:start-end, 1-based); None for the start of the first contig.
    """
    data = {
        "title": manifest.title,
        "igv": {"file": igv_js.FILE, "url": igv_js.URL, "integrity": igv_js.INTEGRITY},
        "view": view or _start(manifest.assembly),
        "genome": _genome(manifest.assembly),
        "groups": [_group(manifest, group) for group in manifest.groups],
        "variants": [{"name": track.label, "url": quote(track.path)} for track in manifest.variants],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


@dataclass(frozen=True, slots=True)
class GroupFiles:
    """Paths of the files of a group, relative to the page.

    Attributes
    ----------
    name : str
        Name of the group.
    scores : dict of str to str
        bigWig of each strand.
    sites, motifs : str or None
        bigBed, or else BED, of the sites and of the motif hits.
    """

    name: str
    scores: dict[str, str]
    sites: str | None = None
    motifs: str | None = None


@dataclass(frozen=True, slots=True)
class PageFiles:
    """Files that a page shows. A page of unknown origin may name any path: check each against the files of the run.

    Attributes
    ----------
    groups : list of GroupFiles
        The groups in the order of the page.
    genes : str or None
        Gene models in BED12.
    contigs : dict of str to int
        Length of each contig in nt.
    are_transcripts : bool
        True if each contig is the sense strand of a transcript.
    """

    groups: list[GroupFiles] = field(default_factory=list)
    genes: str | None = None
    contigs: dict[str, int] = field(default_factory=dict)
    are_transcripts: bool = False


def read_page_files(page: str) -> PageFiles:
    """Read which files a page shows.

    Parameters
    ----------
    page : str
        HTML of a run's page, or of the page of several runs.

    Returns
    -------
    PageFiles
        The files; none if the page holds no data.
    """
    match = _DATA.search(page)
    try:
        data = json.loads(match[1]) if match else {"groups": []}
        genome = data.get("genome", {})
        return PageFiles(
            [_read_group(group) for group in data["groups"]],
            _unquote(genome.get("genes")),
            {str(name): int(length) for name, length in genome.get("sizes", [])},
            bool(genome.get("transcripts")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return PageFiles()


def _read_group(group: dict[str, Any]) -> GroupFiles:
    scores = group.get("score") or {}
    paths = {strand: unquote(scores[strand]) for strand in "+-" if strand in scores}
    return GroupFiles(str(group.get("name", "")), paths, _unquote(group.get("sites")), _unquote(group.get("motifs")))


def _unquote(url: str | None) -> str | None:
    return None if url is None else unquote(url)


def _start(assembly: Assembly) -> str:
    name, length = next(iter(assembly.sizes.items()), ("all", 0))
    return f"{name}:1-{min(length, _DEFAULT_VIEW)}" if length else name


def _genome(assembly: Assembly) -> dict[str, Any]:
    fasta = assembly.reference
    packed = (fasta or "").endswith(".gz")
    files = {
        "fasta": fasta,
        "index": fasta and f"{fasta}.fai",
        "blocks": f"{fasta}.gzi" if packed else None,
        "genes": assembly.genes,
    }
    urls = {name: quote(path) for name, path in files.items() if path}
    kind = {"transcripts": True} if assembly.are_transcripts else {}
    return {"id": assembly.id, "name": assembly.title, **urls, **kind, "sizes": list(assembly.sizes.items())}


def _group(manifest: Manifest, group: str) -> dict[str, Any]:
    color = next(track.color for track in manifest.tracks if track.group == group)
    model = manifest.models.get(group)
    scores = manifest.of(group, "score", "bigWig")
    further = [
        {
            "label": f"{group} {series}",
            "paths": _paths(tracks),
            "limits": tracks[0].limits,
            "letters": tracks[0].letters,
        }
        for series, tracks in manifest.further(group).items()
    ]
    return {
        "name": group,
        **({"protein": model.protein} if model and model.protein != group else {}),
        "color": format_css(color),
        "pale": format_css(tint(color)),
        "score": _paths(scores) or None,
        "further": further,
        "sites": _intervals(manifest, group, "sites"),
        "motifs": _intervals(manifest, group, "motifs"),
        "motif_label": _label_column(manifest, group),
    }


def _paths(tracks: Sequence[Track]) -> dict[str, str]:
    """Return the URL of each strand."""
    return {track.strand or "+": quote(track.path) for track in tracks}


def _intervals(manifest: Manifest, group: str, role: Any) -> str | None:
    """Return the URL of the bigBed, whose columns a click shows, or else of the BED."""
    tracks = manifest.of(group, role, "bigBed") + manifest.of(group, role, "bed")
    return quote(tracks[0].path) if tracks else None


def _label_column(manifest: Manifest, group: str) -> str:
    """Return the column of motif hits that a browser shows. The name was a bare identifier in earlier runs."""
    has_origin = any("origin" in track.extra_names for track in manifest.of(group, "motifs", "bigBed"))
    return "name" if has_origin else "match"
