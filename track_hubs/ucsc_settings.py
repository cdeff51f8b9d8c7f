"""Settings of UCSC's Hub Track Database Definition (v3) for single stanzas: hub, genome, composite, data track."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from track_hubs.color import format_rgb
from track_hubs.hub_names import (
    LONG,
    RUN_PAGE,
    SHORT,
    make_label,
    make_strand_label,
    make_title_label,
    name_chrom_sizes,
)
from track_hubs.manifest import Assembly, Manifest, Track
from track_hubs.stanzas import Settings

NO_EMAIL = "none"  # value of `email` in a hub without a contact address
# Extra columns of a bigBed that the mouse-over shows, with their labels.
_MOUSE_OVER = {
    "rawScore": "score",
    "precision": "expected precision",
    "expectedPrecision": "expected precision",  # of earlier runs
    "rankInRun": "rank",
    "driver": "driver",
    "motifName": "motif",
    "motif": "motif",  # of earlier runs, like the next one
    "motifProtein": "known for",
    "refScore": "REF",
    "altScore": "ALT",
    "delta": "delta",
    "site": "site",
    "region": "region",
    "junctions": "exon junctions",
}
_NAMED = ("motif", "motifProtein")  # not shown beside motifName
_RANGED = dict.fromkeys(("precision", "expectedPrecision"), "Expected precision")  # shown only if each row has a number
_SIGNED = ("delta",)  # columns that are filtered by a range, not by a minimum
_LABELS = {**_RANGED, "delta": "Delta", "absDelta": "Absolute delta"}
_SCORE, _GENE = "rawScore", "geneName"
_MOUSE_OVER_FIELDS = 9  # UCSC shows a mouse-over only for a bigBed of at least 9 BED columns


def make_hub_settings(manifest: Manifest) -> Settings:
    """Return the hub stanza. Its e-mail address is required by UCSC, which accepts any text."""
    name = "_".join(re.findall(r"\w+", manifest.title, re.ASCII)) or "hub"
    return [
        ("hub", name[:60]),
        ("shortLabel", make_title_label(manifest.title)),
        ("longLabel", make_label(manifest.title, LONG)),
        ("useOneFile", "on"),
        ("email", make_label(manifest.contact, LONG) if manifest.has_contact else NO_EMAIL),
        ("descriptionUrl", quote(RUN_PAGE)),
    ]


def make_genome_settings(assembly: Assembly, view: str | None) -> Settings:
    """Return the genome stanza. An assembly hub opens at `view`, or at the start of its first contig."""
    stanza: Settings = [("genome", "_".join(assembly.id.split()))]
    if assembly.two_bit is None:
        return stanza
    first, length = next(iter(assembly.sizes.items()))
    return [
        *stanza,
        ("description", make_label(assembly.title, LONG)),
        ("twoBitPath", quote(assembly.two_bit)),
        ("chromSizes", quote(name_chrom_sizes(assembly.two_bit))),
        ("organism", make_label(assembly.id, LONG)),
        ("scientificName", make_label(assembly.id, LONG)),
        ("defaultPos", view or f"{first}:1-{min(length, 10_000)}"),
        ("htmlPath", quote(RUN_PAGE)),
    ]


def make_composite_settings(name: str, parent: str, short_label: str, *, long_label: str, data_type: str) -> Settings:
    """Return the first settings of a composite track."""
    return [
        ("track", name),
        ("parent", parent),
        ("compositeTrack", "on"),
        ("type", data_type),
        ("shortLabel", make_label(short_label, SHORT)),
        ("longLabel", make_label(long_label, LONG)),
        ("html", quote(RUN_PAGE)),
    ]


def make_bigwig_settings(track: Track, name: str, parent: str, page: str) -> Settings:
    """Return the stanza of a bigWig. Values of the minus strand are negated and drawn in altColor, except letters."""
    low, high = choose_view_limits([replace(track, strand=None) if track.letters else track])
    stanza: Settings = [
        ("track", name),
        ("parent", parent),
        ("type", f"bigWig {low:g} {high:g}"),
        ("shortLabel", make_strand_label(track.label, track.strand)),
        ("longLabel", make_label(track.long_label, LONG)),
        ("bigDataUrl", quote(track.path)),
        ("color", format_rgb(track.color)),
        ("html", quote(page)),
    ]
    if track.letters or track.strand != "-":
        return stanza
    return [*stanza, ("altColor", format_rgb(track.color)), ("negateValues", "on")]


def make_bigbed_settings(track: Track, name: str, parent: str, page: str) -> Settings:
    """Return the stanza of a bigBed with its mouse-over and filters."""
    ending = "+" if track.extra_fields else "."
    paint = ("itemRgb", "on") if track.bed_fields >= 9 else ("color", format_rgb(track.color))
    stanza: Settings = [
        ("track", name),
        ("parent", parent),
        ("type", f"bigBed {track.bed_fields} {ending}"),
        ("shortLabel", make_label(track.label, SHORT)),
        ("longLabel", make_label(track.long_label, LONG)),
        ("bigDataUrl", quote(track.path)),
        paint,
    ]
    if track.bed_fields >= _MOUSE_OVER_FIELDS:
        stanza += [("color", format_rgb(track.color)), ("thickDrawItem", "on")]
        hidden = _NAMED if "motifName" in track.extra_names else ()
        columns = [
            column
            for column in track.extra_names
            if column not in hidden and (column not in _RANGED or column in track.ranges)
        ]
        parts = [f"{title} ${{{column}}}" for column, title in _MOUSE_OVER.items() if column in columns]
        stanza += [("mouseOver", ", ".join(["${name}", *parts]))] if parts else []
    return [*stanza, *_filters(track), ("html", quote(page))]


def make_graph_settings(tracks: Sequence[Track]) -> Settings:
    """Return the settings that draw scores.

    A pixel shows the maximum of its positions, because a mean would hide narrow peaks.
    The limits include the values without negation, because igv.js does not negate those of the minus strand.
    """
    unsigned = (replace(track, strand=None) for track in tracks)
    return [
        ("windowingFunction", "maximum"),
        ("viewLimits", format_limits([*tracks, *unsigned])),
        ("autoScale", "off"),
        ("maxHeightPixels", "120:64:16"),
    ]


def make_letter_settings() -> Settings:
    """Return the settings that draw each base of the genome as high as the value there, upside down if negative.

    Zoomed out, a pixel shows the mean of its positions.
    """
    return [("logo", "on"), ("windowingFunction", "mean"), ("autoScale", "on"), ("maxHeightPixels", "120:64:16")]


def choose_view_limits(tracks: Sequence[Track]) -> tuple[float, float]:
    """Return the lowest and highest value to show, as whole numbers. Those of a minus strand are negated."""
    lows = [-track.limits[1] if track.strand == "-" else track.limits[0] for track in tracks]
    highs = [-track.limits[0] if track.strand == "-" else track.limits[1] for track in tracks]
    return float(min(lows) // 1), 0.0 - float(-max(highs) // 1)


def format_limits(tracks: Sequence[Track]) -> str:
    """Write the limits of tracks as UCSC's viewLimits. igv.js reads whole numbers only."""
    low, high = choose_view_limits(tracks)
    return f"{low:g}:{high:g}"


def define_subgroup(tag: str, title: str, members: dict[str, str]) -> str:
    """Write the definition of a subgroup. Spaces and equals signs in titles become underscores."""
    titles = (f"{name}={re.sub(r'[ =|]+', '_', make_label(text, LONG))}" for name, text in members.items())
    return " ".join([tag, title, *titles])


def _filters(track: Track) -> Settings:
    """Return filters by number, by gene name, and by value for columns with few values."""
    filters: Settings = []
    if track.role in ("sites", "variants"):
        numbers = {_SCORE: ("Score", track.limits)}
        numbers |= {name: (_LABELS.get(name, name), limits) for name, limits in track.ranges.items()}
        for name, (title, (low, high)) in numbers.items():
            if name in track.extra_names:
                is_range = name in _SIGNED
                filters += [
                    (f"filter.{name}", f"{low:g}:{high:g}" if is_range else f"{low:g}"),
                    *([(f"filterByRange.{name}", "on")] if is_range else []),
                    (f"filterLimits.{name}", f"{low:g}:{high:g}"),
                    (f"filterLabel.{name}", f"{title}, {low:g} to {high:g}"),
                ]
    if _GENE in track.extra_names:
        filters += [(f"filterText.{_GENE}", "*"), (f"filterLabel.{_GENE}", "Gene")]
    for name, values in track.choices.items():
        if name in track.extra_names:
            choices = ",".join(value.replace(",", ",,") for value in values)
            filters += [(f"filterValues.{name}", choices), (f"filterLabel.{name}", name.capitalize())]
    return filters
