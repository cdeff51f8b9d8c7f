"""Configurations of JBrowse 2, as JSON, with paths relative to their own folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from track_hubs.color import format_css
from track_hubs.manifest import Assembly, HubError, Manifest, Track

_SHOWN_GROUPS = 6  # groups whose tracks are open at first
_FIRST_VIEW = 10_000  # nt of the first view without a position
_UCSC = "https://hgdownload.soe.ucsc.edu/goldenPath"
_GENE_NAME = "jexl:split(split(get(feature,'name'),';')[0],'=')[1] || get(feature,'name')"  # of Name=PSMF1;id=...
_STRANDS = {"+": "plus strand", "-": "minus strand", None: "both strands"}
Settings = dict[str, Any]


def render_configuration(manifest: Manifest, locus: str | None = None, find_path: Callable[[str], str] = str) -> str:
    """Write the text of a configuration: the genome, all tracks of a run or hub, and a first view.

    The tracks of the first groups are open in this view.

    Parameters
    ----------
    manifest : Manifest
        The manifest.
    locus : str, optional
        First position (chr:start-end, 1-based). By default it is the start of the first contig.
    find_path : callable
        Returns the path of a file from the configuration's folder, given its path in the manifest.

    Returns
    -------
    str
        JSON. The same manifest gives the same text.

    Raises
    ------
    HubError
        The sequence of the genome is neither in the folder nor at UCSC.
    """
    return json.dumps(_Configuration(manifest, find_path).define(locus), ensure_ascii=False, indent=1) + "\n"


class _Configuration:
    """The parts of the configuration of one manifest."""

    def __init__(self, manifest: Manifest, find_path: Callable[[str], str]):
        self._manifest = manifest
        self._find_path = find_path

    def define(self, locus: str | None) -> Settings:
        manifest = self._manifest
        genes = [self._genes(manifest.assembly.genes)] if manifest.assembly.genes else []
        by_group = {group: self._group(group) for group in manifest.groups}
        variants = [self._features(track, track.label, ["Variants"]) for track in manifest.variants]
        tracks = [*genes, *variants, *(track for group in by_group.values() for track in group)]
        shown = [*genes, *variants, *(track for group in [*by_group.values()][:_SHOWN_GROUPS] for track in group)]
        view = {
            "assembly": manifest.assembly.id,
            "loc": locus or _place_first_view(manifest.assembly),
            "tracks": [track["trackId"] for track in shown if "further" not in track["category"]],
        }
        return {
            "assemblies": [{"name": manifest.assembly.id, "sequence": self._sequence(manifest.assembly)}],
            "tracks": tracks,
            "defaultSession": {
                "name": manifest.title,
                "views": [{"id": "first-view", "type": "LinearGenomeView", "init": view}],
            },
        }

    def _locate(self, path: str) -> Settings:
        return _locate_address(quote(self._find_path(path)))

    def _sequence(self, assembly: Assembly) -> Settings:
        """Define the sequence: a copy in the folder, or UCSC's."""
        fasta = assembly.reference
        if fasta:
            packed = {"gziLocation": self._locate(f"{fasta}.gzi")} if fasta.endswith(".gz") else {}
            kind = "BgzipFastaAdapter" if packed else "IndexedFastaAdapter"
            adapter = {"type": kind, "fastaLocation": self._locate(fasta), "faiLocation": self._locate(f"{fasta}.fai")}
            adapter |= packed
        elif assembly.two_bit:
            adapter = {"type": "TwoBitAdapter", "twoBitLocation": self._locate(assembly.two_bit)}
        elif assembly.hosted:
            base = f"{_UCSC}/{assembly.id}/bigZips/{assembly.id}"
            adapter = {
                "type": "TwoBitAdapter",
                "twoBitLocation": _locate_address(f"{base}.2bit"),
                "chromSizesLocation": _locate_address(f"{base}.chrom.sizes"),
            }
        else:
            raise HubError(
                f"JBrowse needs the sequence of {assembly.title}, which neither UCSC nor the folder has: "
                "name the genome (ideep-scan hub OUT --assembly hg19), or open the tracks in a JBrowse that has it"
            )
        return {"type": "ReferenceSequenceTrack", "trackId": f"{assembly.id}-sequence", "adapter": adapter}

    def _genes(self, path: str) -> Settings:
        index = {"index": {"location": self._locate(f"{path}.tbi")}} if path.endswith(".gz") else {}
        adapter = {"type": "BedTabixAdapter", "bedGzLocation": self._locate(path), **index}
        if not index:
            adapter = {"type": "BedAdapter", "bedLocation": self._locate(path)}
        track = self._track("FeatureTrack", path, "Genes", ["Annotation"])
        display = self._display(track, {"labels": {"name": _GENE_NAME}})
        return track | {"adapter": adapter, "displays": [display]}

    def _group(self, group: str) -> list[Settings]:
        """Define the tracks of a group: scores, sites, motif hits, and further series."""
        manifest = self._manifest
        scores = manifest.of(group, "score", "bigWig")
        tracks = [self._strands(scores, f"{group} score", [group])] if scores else []
        for role in ("sites", "motifs"):
            intervals = manifest.of(group, role, "bigBed")
            tracks += [self._features(track, f"{group} {role}", [group]) for track in intervals]
        further = manifest.further(group).items()
        return tracks + [self._strands(series, f"{group} {name}", [group, "further"]) for name, series in further]

    def _strands(self, tracks: list[Track], name: str, category: list[str]) -> Settings:
        """Define one row for the bigWigs of both strands, which shows the highest score of each pixel."""
        parts = [
            {
                "type": "BigWigAdapter",
                "source": _STRANDS[track.strand],
                "color": format_css(track.color),
                "bigWigLocation": self._locate(track.path),
            }
            for track in tracks
        ]
        low, high = tracks[0].limits
        track = self._track("MultiQuantitativeTrack", tracks[0].path, name, category)
        display = {
            "type": "MultiLinearWiggleDisplay",
            "displayId": f"{track['trackId']}-display",
            "defaultRendering": "multirowxy",
            "minScore": low,
            "maxScore": high,
        }
        return track | {"adapter": {"type": "MultiWiggleAdapter", "subadapters": parts}, "displays": [display]}

    def _features(self, source: Track, name: str, category: list[str]) -> Settings:
        track = self._track("FeatureTrack", source.path, name, category)
        display = self._display(track, {"color1": format_css(source.color)})
        adapter = {"type": "BigBedAdapter", "bigBedLocation": self._locate(source.path)}
        return track | {"adapter": adapter, "displays": [display]}

    def _display(self, track: Settings, renderer: Settings) -> Settings:
        return {
            "type": "LinearBasicDisplay",
            "displayId": f"{track['trackId']}-display",
            "renderer": {"type": "SvgFeatureRenderer", **renderer},
        }

    def _track(self, kind: str, path: str, name: str, category: list[str]) -> Settings:
        names = [self._manifest.assembly.id]
        return {"type": kind, "trackId": path, "name": name, "category": category, "assemblyNames": names}


def _locate_address(address: str) -> Settings:
    return {"uri": address, "locationType": "UriLocation"}


def _place_first_view(assembly: Assembly) -> str:
    name, length = next(iter(assembly.sizes.items()), ("", 0))
    return f"{name}:1-{min(length, _FIRST_VIEW)}" if length else ""
