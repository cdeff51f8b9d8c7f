"""Data for the script of a run's page, as JSON: genome, tracks by group, first position."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
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


def read_score_paths(page: str) -> list[dict[str, str]]:
    """Return the paths of the scores by strand, relative to the page, for each group in its order.

    A page of unknown origin may name any path: check each against the files that may be read.

    Parameters
    ----------
    page : str
        HTML of a run's page, or of the page of several runs.

    Returns
    -------
    list of dict
        One for each group; without scores it is empty. The list is empty if the page holds no data.
    """
    match = _DATA.search(page)
    try:
        groups = json.loads(match[1])["groups"] if match else []
        scores = [group.get("score") or {} for group in groups]
        return [{strand: unquote(score[strand]) for strand in "+-" if strand in score} for score in scores]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


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
    return {"id": assembly.id, "name": assembly.title, **urls, "sizes": list(assembly.sizes.items())}


def _group(manifest: Manifest, group: str) -> dict[str, Any]:
    color = next(track.color for track in manifest.tracks if track.group == group)
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
