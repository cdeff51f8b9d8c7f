"""A session of IGV desktop with relative paths: it opens from a folder as well as over http."""

from __future__ import annotations

import xml.etree.ElementTree as xml

from track_hubs.color import rgb
from track_hubs.manifest import Manifest, Track, one_line

_PACKAGE = "org.broad.igv.track."


def session_text(manifest: Manifest, locus: str | None = None) -> str:
    """The text of `igv_session.xml`.

    Each group is one overlay of its score tracks, limits 0 to 1, and its sites as BED with their own colours.
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
        _scores(data, group, manifest.of(group, "score", "bigWig"))
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
    return (track.kind, track.role) in (("bigWig", "score"), ("bed", "sites"), ("bed", "motifs"))


def _scores(panel: xml.Element, group: str, scores: list[Track]) -> None:
    if not scores:
        return
    merged = xml.SubElement(
        panel,
        "Track",
        id=one_line(f"{group} score"),
        name=one_line(f"{group} score"),
        clazz=f"{_PACKAGE}MergedTracks",
        renderer="BAR_CHART",
        autoScale="false",
        alpha="0.7",
        height="80",
    )
    for track in scores:
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
        _limits(own)
    _limits(merged)


def _limits(track: xml.Element) -> None:
    xml.SubElement(track, "DataRange", type="LINEAR", minimum="0.0", baseline="0.0", maximum="1.0", drawBaseline="true")


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
