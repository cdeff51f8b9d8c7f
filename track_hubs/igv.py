"""A session of IGV desktop with relative paths: it opens from a folder as well as over http."""

from __future__ import annotations

import xml.etree.ElementTree as xml

from track_hubs.color import rgb
from track_hubs.manifest import Manifest, Track, one_line

_PACKAGE = "org.broad.igv.track."


def session_text(manifest: Manifest, locus: str | None = None) -> str:
    """The text of `igv_session.xml`.

    Each group is one overlay of its score tracks, a low one of each further series, and its sites as BED with their own
    colours.
    `color` is left out of feature tracks: IGV would let it override the colours of the items.

    Parameters
    ----------
    locus : where to open, as IGV writes it (chr:start-end, 1-based); None for the whole genome.
    """
    assembly = manifest.assembly
    session = xml.Element("Session", genome=assembly.fasta or assembly.id, locus=locus or "All", version="8")
    shown = [track for track in manifest.tracks if _is_shown(track)]
    resources = xml.SubElement(session, "Resources")
    for track in shown:
        xml.SubElement(resources, "Resource", path=track.path, type="bw" if track.kind == "bigWig" else "bed")
    if assembly.genes:
        xml.SubElement(resources, "Resource", path=assembly.genes, type="bed")
    data = xml.SubElement(session, "Panel", name="DataPanel", height="500")
    for group in manifest.groups:
        scores = manifest.of(group, "score", "bigWig")
        _overlay(data, f"{group} score", scores)
        for series, tracks in manifest.further(group).items():
            _overlay(data, f"{group} {series}", tracks, low=bool(scores))
        for track in manifest.of(group, "sites", "bed") + manifest.of(group, "motifs", "bed"):
            _features(data, track.path, track.label)
    features = xml.SubElement(session, "Panel", name="FeaturePanel", height="120")
    xml.SubElement(
        features, "Track", id="Reference sequence", name="Reference sequence", clazz=f"{_PACKAGE}SequenceTrack"
    )
    if assembly.genes:
        _features(features, assembly.genes, "Genes")
    xml.indent(session)
    return '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n' + xml.tostring(session, encoding="unicode") + "\n"


def _is_shown(track: Track) -> bool:
    return track.kind == "bigWig" or (track.kind, track.role) in (("bed", "sites"), ("bed", "motifs"))


def _overlay(panel: xml.Element, name: str, tracks: list[Track], low: bool = False) -> None:
    if not tracks:
        return
    merged = xml.SubElement(
        panel,
        "Track",
        id=one_line(name),
        name=one_line(name),
        clazz=f"{_PACKAGE}MergedTracks",
        renderer="BAR_CHART",
        autoScale="false",
        alpha="0.7",
        height="30" if low else "80",
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
        )
        _limits(own, track)
    _limits(merged, tracks[0])


def _limits(element: xml.Element, track: Track) -> None:
    low, high = map(str, track.limits)
    xml.SubElement(element, "DataRange", type="LINEAR", minimum=low, baseline=low, maximum=high, drawBaseline="true")


def _features(panel: xml.Element, path: str, name: str) -> None:
    xml.SubElement(
        panel,
        "Track",
        id=path,
        name=one_line(name),
        clazz=f"{_PACKAGE}FeatureTrack",
        displayMode="EXPANDED",
        visible="true",
    )
