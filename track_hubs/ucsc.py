"""A UCSC track hub in one file, `hub.txt`. Settings as in UCSC's Hub Track Database Definition (v3).

It writes no genome: a reference that UCSC does not host needs a 2bit file that it does not make.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from track_hubs.color import rgb
from track_hubs.manifest import Manifest, Role, Track, one_line

SHORT, LONG = 17, 76  # characters that UCSC shows of a label
Stanza = list[tuple[str, str]]


def hub_text(manifest: Manifest) -> str:
    """The text of `hub.txt`: hub, genome, and one superTrack per group.

    A superTrack holds an overlay of the plus and the negated minus score, one of each further series, the sites and the
    motif hits. Scores show the maximum of a pixel's positions: a mean would flatten narrow peaks to nothing. Further
    series are hidden where there is a score to show.
    """
    title = manifest.title
    stanzas: list[Stanza] = [
        [
            ("hub", "_".join(re.findall(r"\w+", title, re.ASCII)) or "hub"),
            ("shortLabel", label(title, SHORT)),
            ("longLabel", label(title, LONG)),
            ("useOneFile", "on"),
            ("email", label(manifest.contact, LONG)),
        ],
        [("genome", "_".join(manifest.assembly.id.split()))],
    ]
    names = track_names(manifest)
    for priority, group in enumerate(manifest.groups, 1):
        stanzas += _group(manifest, group, names[group], priority)
    return "\n\n".join("\n".join(f"{key} {value}" for key, value in stanza) for stanza in stanzas) + "\n"


def track_names(manifest: Manifest) -> dict[str, str]:
    """A name of letters, digits and underscores for each group, unique in the hub and in the file system."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for group in manifest.groups:
        is_plain = re.fullmatch(r"[A-Za-z]\w*", group, re.ASCII)
        base = name = group if is_plain else "t_" + "_".join(re.findall(r"[A-Za-z0-9]+", group))
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name.lower())
        names[group] = name
    return names


def page_of(name: str) -> str:
    """Path of the page that describes a group's tracks."""
    return f"descriptions/{name}.html"


def label(text: str, most: int) -> str:
    """One line of at most `most` characters."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _group(manifest: Manifest, group: str, name: str, priority: int) -> list[Stanza]:
    shown = [t for t in manifest.tracks if t.group == group and t.kind in ("bigWig", "bigBed")]
    if not shown:
        return []
    page = ("html", quote(page_of(name)))
    top: Stanza = [
        ("track", name),
        ("superTrack", "on show"),
        ("shortLabel", label(group, SHORT)),
        ("longLabel", label(f"{group}: score, sites and motifs", LONG)),
        ("priority", str(priority)),
        page,
    ]
    stanzas = [top]
    scores = manifest.of(group, "score", "bigWig")
    if scores:
        stanzas += _overlay(group, name, scores, page)
    for series, further in manifest.further(group).items():
        stanzas += _overlay(group, name, further, page, series, hidden=bool(scores))
    for role, visibility in (("sites", "pack"), ("motifs", "dense")):
        for number, track in enumerate(manifest.of(group, _role(role), "bigBed")):
            own = f"{name}_{role}" + (f"_{number + 1}" if number else "")
            stanzas.append(
                [("track", own), ("parent", name), *_bigbed(track), ("visibility", visibility), _html(track, page)]
            )
    return stanzas


def _role(role: str) -> Role:
    return "sites" if role == "sites" else "motifs"


def _html(track: Track, page: tuple[str, str]) -> tuple[str, str]:
    return ("html", quote(track.description)) if track.description else page


def _overlay(
    group: str, name: str, tracks: list[Track], page: tuple[str, str], series: str = "", hidden: bool = False
) -> list[Stanza]:
    """Both strands of a group's score, or of a further series, in one track."""
    own, what = f"{name}_further_{series}" if series else f"{name}_score", series or "score"
    lowest, highest = min(track.limits[0] for track in tracks), max(track.limits[1] for track in tracks)
    if any(track.strand == "-" for track in tracks):
        lowest = min(lowest, -highest)
    top: Stanza = [
        ("track", own),
        ("parent", name),
        ("container", "multiWig"),
        ("type", f"bigWig {lowest:g} {highest:g}"),
        ("shortLabel", label(f"{group} {what}", SHORT)),
        ("longLabel", label(f"{group}: {what} per position, plus strand up, minus strand down", LONG)),
        ("aggregate", "transparentOverlay"),
        ("showSubtrackColorOnUi", "on"),
        ("windowingFunction", "maximum"),
        ("viewLimits", f"{lowest:g}:{highest:g}"),
        ("autoScale", "off"),
        ("maxHeightPixels", "120:64:16"),
        ("visibility", "hide" if hidden else "full"),
        page,
    ]
    begin = own if series else name
    return [top, *(_strand(track, f"{begin}_{_side(track, i)}", own, page) for i, track in enumerate(tracks))]


def _side(track: Track, number: int) -> str:
    return {"+": "plus", "-": "minus", None: f"both_{number}"}[track.strand]


def _strand(track: Track, name: str, parent: str, page: tuple[str, str]) -> Stanza:
    """One track of an overlay; that of the minus strand is negated."""
    low, high = track.limits if track.strand != "-" else (-track.limits[1], 0.0 - track.limits[0])
    stanza: Stanza = [
        ("track", name),
        ("parent", parent),
        ("type", f"bigWig {low:g} {high:g}"),
        ("shortLabel", label(track.label, SHORT)),
        ("longLabel", label(track.long_label, LONG)),
        ("bigDataUrl", quote(track.path)),
        ("color", rgb(track.color)),
        _html(track, page),
    ]
    return [*stanza, ("negateValues", "on")] if track.strand == "-" else stanza


def _bigbed(track: Track) -> Stanza:
    plus = " +" if track.extra_fields else ""
    paint = ("itemRgb", "on") if track.bed_fields >= 9 else ("color", rgb(track.color))
    return [
        ("type", f"bigBed {track.bed_fields}{plus}"),
        ("shortLabel", label(track.label, SHORT)),
        ("longLabel", label(track.long_label, LONG)),
        ("bigDataUrl", quote(track.path)),
        paint,
    ]
