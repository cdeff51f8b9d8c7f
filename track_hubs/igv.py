"""Sessions of IGV desktop, as XML. With relative paths a session opens from a folder and over HTTP."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from pathlib import PurePosixPath

from track_hubs.color import format_rgb
from track_hubs.manifest import Manifest, Track, one_line

SESSION = "igv_session.xml"  #: session with the paths of the folder
WEB_SESSION = "igv_session_web.xml"  #: session with URLs, which opens from anywhere
_PACKAGE = "org.broad.igv.track."
_LOW = "30"  # pixels of a row beside the score


def render_session(manifest: Manifest, locus: str | None = None) -> str:
    """Write the text of a session.

    Each group has an overlay of its scores, a lower overlay of each further series, its sites and its motif hits.
    Series for letters have a row of bars per strand, because IGV 2.16 draws no letters.
    The names of a group whose sites have blocks say "spliced".
    Sites and variants have no `color`, because IGV would use it instead of the colours of the items.
    Motif hits come from the bigBed, because IGV confuses local files with equal names (`has_unique_names`).

    Parameters
    ----------
    manifest : Manifest
        The manifest, with paths as the session should have them.
    locus : str, optional
        First position (chr:start-end, 1-based). By default it is the whole genome.
    """
    assembly = manifest.assembly
    session = xml.Element("Session", genome=assembly.reference or assembly.id, locus=locus or "All", version="8")
    resources = xml.SubElement(session, "Resources")
    for path in _paths(manifest):
        xml.SubElement(resources, "Resource", path=path)
    data = xml.SubElement(session, "Panel", name="DataPanel", height="500")
    for group in manifest.groups:
        scores = manifest.of(group, "score", "bigWig")
        name = f"{group} spliced" if manifest.has_blocks(group) else group
        _overlay(data, f"{name} score", scores)
        for series, tracks in manifest.further(group).items():
            if tracks[0].letters:
                for track in tracks:
                    _bars(data, track, _LOW)
            else:
                _overlay(data, f"{name} {series}", tracks, low=bool(scores))
        for track in manifest.of(group, "sites", "bed"):
            _features(data, track.path, f"{name} sites")
        for track in manifest.of(group, "motifs", "bigBed"):
            _features(data, track.path, f"{name} motifs", displayMode="COLLAPSED", color=format_rgb(track.color))
    for track in manifest.variants:
        _features(data, track.path, track.label)
    features = xml.SubElement(session, "Panel", name="FeaturePanel", height="120")
    xml.SubElement(
        features, "Track", id="Reference sequence", name="Reference sequence", clazz=f"{_PACKAGE}SequenceTrack"
    )
    if assembly.genes:
        _features(features, assembly.genes, "Genes")
    xml.indent(session)
    return '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n' + xml.tostring(session, encoding="unicode") + "\n"


def has_unique_names(manifest: Manifest) -> bool:
    """Tell whether the session's files differ in their names, ignoring folders.

    IGV 2.16 stores local tracks by name without folder. It shows one of two files with the same name twice.
    It distinguishes absolute paths and URLs.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the session.
    """
    names = [PurePosixPath(path).name for path in _paths(manifest)]
    return len(set(names)) == len(names)


def _paths(manifest: Manifest) -> list[str]:
    """Return the paths of the files that the session loads."""
    intervals = ("sites", "bed"), ("motifs", "bigBed"), ("variants", "bigBed")
    paths = [track.path for track in manifest.tracks if track.kind == "bigWig" or (track.role, track.kind) in intervals]
    return paths + ([manifest.assembly.genes] if manifest.assembly.genes else [])


def _overlay(panel: xml.Element, name: str, tracks: list[Track], low: bool = False) -> None:
    if not tracks:
        return
    height = _LOW if low else "80"
    overlay = xml.SubElement(
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
        _bars(overlay, track, height)  # igv.js gives an overlay the height of its parts
    _limits(overlay, tracks[0])


def _bars(parent: xml.Element, track: Track, height: str) -> None:
    """Add a bigWig, drawn as bars; one for letters scales itself to the view."""
    bars = xml.SubElement(
        parent,
        "Track",
        id=track.path,
        name=one_line(track.label),
        clazz=f"{_PACKAGE}DataSourceTrack",
        color=format_rgb(track.color),
        altColor=format_rgb(track.color),
        renderer="BAR_CHART",
        autoScale=str(track.letters).lower(),
        windowFunction="mean" if track.letters else "max",
        height=height,
    )
    _limits(bars, track)


def _limits(element: xml.Element, track: Track) -> None:
    low, high = map(str, track.limits)
    baseline = str(max(0.0, track.limits[0]))
    xml.SubElement(
        element, "DataRange", type="LINEAR", minimum=low, baseline=baseline, maximum=high, drawBaseline="true"
    )


def _features(panel: xml.Element, path: str, name: str, **display: str) -> None:
    attributes = {"id": path, "name": one_line(name), "clazz": f"{_PACKAGE}FeatureTrack"}
    xml.SubElement(panel, "Track", {**attributes, "displayMode": "EXPANDED", "visible": "true", **display})
