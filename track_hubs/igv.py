"""A session of IGV desktop with the paths of the manifest: relative, it opens from a folder as well as over http.

It opens no file.
"""

from __future__ import annotations

import xml.etree.ElementTree as xml
from pathlib import PurePosixPath

from track_hubs.color import rgb
from track_hubs.manifest import Manifest, Track, one_line

SESSION = "igv_session.xml"  #: the session of a folder
WEB_SESSION = "igv_session_web.xml"  #: the session with addresses in it, which opens from anywhere
_PACKAGE = "org.broad.igv.track."


def session_text(manifest: Manifest, locus: str | None = None) -> str:
    """The text of `igv_session.xml`.

    Each group is one overlay of its score tracks, a low one of each further series, its sites as BED with their own
    colours, and its motif hits. `color` is left out of the sites: IGV would let it override the colours of the items.
    Motif hits are shown from the bigBed, because IGV confuses local files of one name (`told_apart`).

    Parameters
    ----------
    locus : where to open, as IGV writes it (chr:start-end, 1-based); None for the whole genome.
    """
    assembly = manifest.assembly
    session = xml.Element("Session", genome=assembly.reference or assembly.id, locus=locus or "All", version="8")
    resources = xml.SubElement(session, "Resources")
    for path in _paths(manifest):
        xml.SubElement(resources, "Resource", path=path)
    data = xml.SubElement(session, "Panel", name="DataPanel", height="500")
    for group in manifest.groups:
        scores = manifest.of(group, "score", "bigWig")
        _overlay(data, f"{group} score", scores)
        for series, tracks in manifest.further(group).items():
            _overlay(data, f"{group} {series}", tracks, low=bool(scores))
        for track in manifest.of(group, "sites", "bed"):
            _features(data, track.path, f"{group} sites")
        for track in manifest.of(group, "motifs", "bigBed"):
            _features(data, track.path, f"{group} motifs", displayMode="COLLAPSED", color=rgb(track.color))
    features = xml.SubElement(session, "Panel", name="FeaturePanel", height="120")
    xml.SubElement(
        features, "Track", id="Reference sequence", name="Reference sequence", clazz=f"{_PACKAGE}SequenceTrack"
    )
    if assembly.genes:
        _features(features, assembly.genes, "Genes")
    xml.indent(session)
    return '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n' + xml.tostring(session, encoding="unicode") + "\n"


def told_apart(manifest: Manifest) -> bool:
    """Whether IGV tells the session's files apart by relative paths.

    IGV (2.16) files local tracks under their names without folders, so of two files of one name it shows one twice.
    Absolute paths and addresses of files are told apart.
    """
    names = [PurePosixPath(path).name for path in _paths(manifest)]
    return len(set(names)) == len(names)


def _paths(manifest: Manifest) -> list[str]:
    """The files that the session loads."""
    shown = ("sites", "bed"), ("motifs", "bigBed")
    found = [track.path for track in manifest.tracks if track.kind == "bigWig" or (track.role, track.kind) in shown]
    return found + ([manifest.assembly.genes] if manifest.assembly.genes else [])


def _overlay(panel: xml.Element, name: str, tracks: list[Track], low: bool = False) -> None:
    if not tracks:
        return
    height = "30" if low else "80"
    merged = xml.SubElement(
        panel,
        "Track",
        id=one_line(name),
        name=one_line(name) + (" (- paler)" if len(tracks) > 1 else ""),
        clazz=f"{_PACKAGE}MergedTracks",
        renderer="BAR_CHART",
        autoScale="false",
        alpha="0.7",
        height=height,
    )
    for track in tracks:
        own = xml.SubElement(
            merged,
            "Track",
            id=track.path,
            name=one_line(track.label),
            clazz=f"{_PACKAGE}DataSourceTrack",
            color=rgb(track.color),
            altColor=rgb(track.color),
            renderer="BAR_CHART",
            autoScale="false",
            windowFunction="max",
            height=height,  # igv.js gives an overlay the height of its parts
        )
        _limits(own, track)
    _limits(merged, tracks[0])


def _limits(element: xml.Element, track: Track) -> None:
    low, high = map(str, track.limits)
    xml.SubElement(element, "DataRange", type="LINEAR", minimum=low, baseline=low, maximum=high, drawBaseline="true")


def _features(panel: xml.Element, path: str, name: str, **drawn: str) -> None:
    what = {"id": path, "name": one_line(name), "clazz": f"{_PACKAGE}FeatureTrack"}
    xml.SubElement(panel, "Track", {**what, "displayMode": "EXPANDED", "visible": "true", **drawn})
