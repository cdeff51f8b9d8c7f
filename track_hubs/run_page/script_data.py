"""What the script of a run's page is told, as JSON: genome, tracks by group, where to begin. It opens no track."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from track_hubs import igv_js
from track_hubs.color import css, tint
from track_hubs.manifest import Assembly, Manifest, Track

_NT = 1500  # of the first view, where nothing better is known


def page_data(manifest: Manifest, view: str | None) -> str:
    """The text between the tags of a `<script type="application/json">`; what could end the tag is escaped.

    Parameters
    ----------
    view : where to begin, as a genome browser's search box takes it; None for the start of the first contig.
    """
    data = {
        "title": manifest.title,
        "igv": {"file": igv_js.FILE, "url": igv_js.URL, "integrity": igv_js.INTEGRITY},
        "view": view or _start(manifest.assembly),
        "genome": _genome(manifest.assembly),
        "groups": [_group(manifest, group) for group in manifest.groups],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _start(assembly: Assembly) -> str:
    name, length = next(iter(assembly.sizes.items()), ("all", 0))
    return f"{name}:1-{min(length, _NT)}" if length else name


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
    own = [track for track in manifest.tracks if track.group == group]
    color = own[0].color
    scores = manifest.of(group, "score", "bigWig")
    further = [
        {"label": f"{group} {series}", "paths": _paths(tracks), "limits": tracks[0].limits}
        for series, tracks in manifest.further(group).items()
    ]
    return {
        "name": group,
        "color": css(color),
        "pale": css(tint(color)),
        "score": _paths(scores) or None,
        "further": further,
        "sites": _intervals(manifest, group, "sites"),
        "motifs": _intervals(manifest, group, "motifs"),
    }


def _paths(tracks: Sequence[Track]) -> dict[str, str]:
    """Path by strand."""
    return {track.strand or "+": quote(track.path) for track in tracks}


def _intervals(manifest: Manifest, group: str, role: Any) -> str | None:
    """The bigBed, which has the columns that a click shows, or else the BED."""
    found = manifest.of(group, role, "bigBed") + manifest.of(group, role, "bed")
    return quote(found[0].path) if found else None
