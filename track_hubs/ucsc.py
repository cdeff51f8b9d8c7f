"""A UCSC track hub in one file, `hub.txt`: settings of UCSC's Hub Track Database Definition (v3). It opens no file.

How the tracks are nested, and why. UCSC lets a superTrack hold overlays (`container multiWig`) and composites, but
neither an overlay nor a superTrack fits into a composite, and an overlay has no subgroups. So each run is one
superTrack, and in it

- each group has an overlay of its plus and its negated minus score, in one row: what one looks at;
- of several groups, sites and motif hits are one composite with a matrix of proteins and assays, so that a click
  switches a protein; of one group they stand directly in the superTrack;
- of several groups, the scores are there once more as rows of their own in a second composite, hidden at first, with
  a matrix of proteins and strands: the only way to switch strands for many proteins at once. The data are not copied:
  both names point to the same files;
- overlays of further series are hidden where there is a score to show.

An overlay of one track is an error to UCSC's hubCheck, so a single strand is a plain track.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from track_hubs.color import rgb
from track_hubs.manifest import Assembly, Manifest, Role, Track, one_line
from track_hubs.stanzas import Settings, text_of

SHORT, LONG = 17, 76  # characters that UCSC shows of a label
RUN_PAGE = "descriptions/run.html"
NO_EMAIL = "none"  # value of `email` in a hub that names no address
_SHOWN = 6  # groups that are on at first
_VIEWS: dict[Role, tuple[str, str]] = {"sites": ("Binding sites", "pack"), "motifs": ("Motif hits", "dense")}
_SIDES = {"+": "plus", "-": "minus", None: "both"}
_STRANDS = {"plus": "Plus", "minus": "Minus", "both": "Both in one file"}
# A `<` or `"` in a label ends up in UCSC's pages and scripts.
_PLAIN = str.maketrans({"<": "(", ">": ")", '"': "'"})
# Of the extra columns of a bigBed, those worth a place in the mouse-over, and what they are called there.
_MOUSE_OVER = {
    "rawScore": "score",
    "expectedPrecision": "expected precision",
    "driver": "driver",
    "motif": "motif",
    "motifProtein": "known for",
    "region": "region",
}
_RANGED = {"expectedPrecision": "Expected precision"}  # shown only where each row has a number
_SCORE, _GENE = "rawScore", "geneName"
_MOUSE_OVER_FIELDS = 9  # UCSC shows a mouse-over for bigBed with more than 8 plain columns


def hub_text(manifest: Manifest, view: str | None = None) -> str:
    """The text of `hub.txt`: hub, genome, and one superTrack per run.

    An assembly hub opens at `view` (chr:start-end, 1-based), or at the beginning of its first contig.

    Scores show the maximum of a pixel's positions: a mean would flatten narrow peaks to nothing. All limits are whole
    numbers, because igv.js reads them so.
    """
    return text_of([_hub(manifest), _genome(manifest.assembly, view), *_Tracks(manifest).stanzas()])


def track_names(manifest: Manifest) -> dict[str, str]:
    """A name of letters, digits and underscores for each group, unique in the hub and in the file system."""
    names: dict[str, str] = {}
    unique = _Names()
    unique("run")  # the page of the run
    for group in manifest.groups:
        names[group] = unique(plain_name(group))
    return names


def plain_name(text: str) -> str:
    """The text with letters, digits and underscores only, a letter first."""
    plain = text if re.fullmatch(r"\w+", text, re.ASCII) else "_".join(re.findall(r"[A-Za-z0-9]+", text))
    return (plain if plain[:1].isalpha() else f"t_{plain}")[:60]


def page_of(name: str) -> str:
    """Path of the page that describes a group's tracks."""
    return f"descriptions/{name}.html"


def _short(title: str) -> str:
    """A title as a short label; of one that is too long, what stands before its colon."""
    whole = label(title, LONG)
    return label(whole if len(whole) <= SHORT else whole.partition(":")[0], SHORT)


def _of_strand(track: Track) -> str:
    """The short label of numbers, which still tells the strands apart where it has to be cut."""
    whole = label(track.label, LONG)
    if len(whole) <= SHORT or track.strand is None:
        return label(whole, SHORT)
    return f"{label(whole, SHORT - 2)} {track.strand}"


def label(text: str, most: int) -> str:
    """One line of at most `most` characters, without what could end a tag or an attribute of a page."""
    line = one_line(text).translate(_PLAIN)
    return line if len(line) <= most else line[: most - 2].rstrip() + ".."


class _Names:
    """Names that differ, whatever their case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __call__(self, base: str) -> str:
        name, number = base, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name.lower())
        return name


def _hub(manifest: Manifest) -> Settings:
    name = "_".join(re.findall(r"\w+", manifest.title, re.ASCII)) or "hub"
    return [
        ("hub", name[:60]),
        ("shortLabel", _short(manifest.title)),
        ("longLabel", label(manifest.title, LONG)),
        ("useOneFile", "on"),
        ("email", _contact(manifest)),
        ("descriptionUrl", quote(RUN_PAGE)),
    ]


def _contact(manifest: Manifest) -> str:
    """Value of `email`. UCSC refuses a hub without the setting, and takes any text."""
    return label(manifest.contact, LONG) if manifest.has_contact else NO_EMAIL


def _genome(assembly: Assembly, view: str | None) -> Settings:
    stanza: Settings = [("genome", "_".join(assembly.id.split()))]
    if assembly.two_bit is None:
        return stanza
    first, length = next(iter(assembly.sizes.items()))
    return [
        *stanza,
        ("description", label(assembly.title, LONG)),
        ("twoBitPath", quote(assembly.two_bit)),
        ("chromSizes", quote(chrom_sizes_of(assembly.two_bit))),
        ("organism", label(assembly.id, LONG)),
        ("scientificName", label(assembly.id, LONG)),
        ("defaultPos", view or f"{first}:1-{min(length, 10_000)}"),
        ("htmlPath", quote(RUN_PAGE)),
    ]


def chrom_sizes_of(two_bit: str) -> str:
    """Path of the table of contig lengths that stands beside a 2bit file."""
    return two_bit.removesuffix(".2bit") + ".chrom.sizes"


class _Tracks:
    """The stanzas of all tracks; names are given out in their order, so that the same manifest gives the same hub."""

    def __init__(self, manifest: Manifest):
        self._manifest = manifest
        self._unique = _Names()
        self._pages = track_names(manifest)
        self._names = {group: self._unique(name) for group, name in self._pages.items()}

    def stanzas(self) -> list[Settings]:
        """A superTrack for each run, with what is in it."""
        runs: dict[str, list[str]] = {}
        for track in self._manifest.tracks:
            groups = runs.setdefault(track.run or self._manifest.title, [])
            if track.group not in groups and track.kind in ("bigWig", "bigBed"):
                groups.append(track.group)
        return [stanza for title, groups in runs.items() if groups for stanza in self._run(title, groups)]

    def _run(self, title: str, groups: list[str]) -> list[Settings]:
        name = self._unique(plain_name(f"run_{title}"))
        page = ("html", quote(RUN_PAGE))
        top: Settings = [
            ("track", name),
            ("superTrack", "on show"),
            ("shortLabel", _short(title)),
            ("longLabel", label(f"{title}: scores, binding sites, motif hits", LONG)),
            page,
        ]
        stanzas = [top]
        for number, group in enumerate(groups):
            stanzas += self._scores(name, group, number)
        if len(groups) == 1:
            for role, (_, visibility) in _VIEWS.items():
                for track in self._manifest.of(groups[0], role, "bigBed"):
                    stanzas.append([*self._bigbed(track, role, name), ("visibility", visibility)])
            return stanzas
        return stanzas + self._matrix(name, groups, page) + self._by_strand(name, groups, page)

    def _page(self, track: Track) -> tuple[str, str]:
        return ("html", quote(track.description or page_of(self._pages[track.group])))

    def _scores(self, parent: str, group: str, number: int) -> list[Settings]:
        """The overlay of a group's score and those of its further series."""
        scores = self._manifest.of(group, "score", "bigWig")
        first = [self._overlay(parent, scores, "", number >= _SHOWN)] if scores else []
        further = [
            self._overlay(parent, tracks, series, bool(scores) or number >= _SHOWN)
            for series, tracks in self._manifest.further(group).items()
        ]
        return [stanza for overlay in first + further for stanza in overlay]

    def _overlay(self, parent: str, tracks: list[Track], series: str, hidden: bool) -> list[Settings]:
        group = tracks[0].group
        begin = self._names[group] + (f"_further_{series}" if series else "")
        visibility = ("visibility", "hide" if hidden else "full")
        if len(tracks) == 1:
            own = self._unique(f"{begin}_{_SIDES[tracks[0].strand]}")
            return [[*self._bigwig(tracks[0], own, parent), *_graph(tracks), visibility]]
        what = series or "score"
        name = self._unique(begin if series else f"{begin}_score")
        low, high = _limits(tracks)
        top: Settings = [
            ("track", name),
            ("parent", parent),
            ("container", "multiWig"),
            ("type", f"bigWig {low:g} {high:g}"),
            ("shortLabel", label(f"{group} {what}", SHORT)),
            ("longLabel", label(f"{group}: {what} per position, plus strand up, minus strand down", LONG)),
            ("aggregate", "transparentOverlay"),
            ("showSubtrackColorOnUi", "on"),
            *_graph(tracks),
            visibility,
            self._page(tracks[0]),
        ]
        sides = (self._unique(f"{begin}_{_SIDES[track.strand]}") for track in tracks)
        # UCSC gives all tracks of an overlay the overlay's limits; igv.js draws each by itself and negates none.
        rows = [
            [*self._bigwig(track, side, name), ("viewLimits", _range(*_limits([replace(track, strand=None)])))]
            for track, side in zip(tracks, sides, strict=True)
        ]
        return [top, *rows]

    def _bigwig(self, track: Track, name: str, parent: str) -> Settings:
        """A track of numbers; that of the minus strand is negated. UCSC paints what is below 0 in altColor."""
        low, high = _limits([track])
        stanza: Settings = [
            ("track", name),
            ("parent", parent),
            ("type", f"bigWig {low:g} {high:g}"),
            ("shortLabel", _of_strand(track)),
            ("longLabel", label(track.long_label, LONG)),
            ("bigDataUrl", quote(track.path)),
            ("color", rgb(track.color)),
            self._page(track),
        ]
        return [*stanza, ("altColor", rgb(track.color)), ("negateValues", "on")] if track.strand == "-" else stanza

    def _bigbed(self, track: Track, role: Role, parent: str) -> Settings:
        plus = " +" if track.extra_fields else " ."
        paint = ("itemRgb", "on") if track.bed_fields >= 9 else ("color", rgb(track.color))
        stanza: Settings = [
            ("track", self._unique(f"{self._names[track.group]}_{role}")),
            ("parent", parent),
            ("type", f"bigBed {track.bed_fields}{plus}"),
            ("shortLabel", label(track.label, SHORT)),
            ("longLabel", label(track.long_label, LONG)),
            ("bigDataUrl", quote(track.path)),
            paint,
        ]
        if track.bed_fields >= _MOUSE_OVER_FIELDS:
            stanza += [("color", rgb(track.color)), ("thickDrawItem", "on")]
            known = [name for name in track.extra_names if name not in _RANGED or name in track.ranges]
            shown = [f"{what} ${{{name}}}" for name, what in _MOUSE_OVER.items() if name in known]
            stanza += [("mouseOver", ", ".join(["${name}", *shown]))] if shown else []
        return [*stanza, *_filters(track), self._page(track)]

    def _matrix(self, parent: str, groups: list[str], page: tuple[str, str]) -> list[Settings]:
        """Sites and motif hits of several groups, to be switched by kind, protein and assay."""
        found = {role: [t for g in groups for t in self._manifest.of(g, role, "bigBed")] for role in _VIEWS}
        views = {role: _VIEWS[role] for role, tracks in found.items() if tracks}
        if not views:
            return []
        name, tags = self._unique(f"{parent}_sites"), self._tags(groups)
        kinds = {str(role): what for role, (what, _) in views.items()}
        top: Settings = [
            *_composite(name, parent, "Sites and motifs", "Binding sites and motif hits by protein", "bed 3", page),
            ("subGroup1", _subgroup("view", "Kind", kinds)),
            ("subGroup2", _subgroup("protein", "Protein", dict(tags["protein"].values()))),
            ("subGroup3", _subgroup("assay", "Assay", dict(tags["assay"].values()))),
            ("dimensions", "dimX=assay dimY=protein"),
            ("sortOrder", "protein=+ view=-"),
            ("visibility", "pack"),
        ]
        stanzas = [top]
        for role, (what, visibility) in views.items():
            view = self._unique(f"{name}_{role}")
            stanzas.append(
                [
                    ("track", view),
                    ("parent", name),
                    ("view", role),
                    ("type", f"bigBed {found[role][0].bed_fields} +"),
                    ("shortLabel", label(what, SHORT)),
                    ("longLabel", label(what, LONG)),
                    ("visibility", visibility),
                    page,
                ]
            )
            for track in found[role]:
                member = f"view={role} {_membership(tags, track.group)}"
                stanza = self._bigbed(track, role, f"{view} {_switch(groups, track)}")
                stanzas.append([*stanza, ("subGroups", member)])
        return stanzas

    def _by_strand(self, parent: str, groups: list[str], page: tuple[str, str]) -> list[Settings]:
        """The scores of several groups as rows of their own, to be switched by protein, strand and assay."""
        tracks = [track for group in groups for track in self._manifest.of(group, "score", "bigWig")]
        if not tracks:
            return []
        name, tags = self._unique(f"{parent}_strands"), self._tags(groups)
        strands = {side: _STRANDS[side] for side in (_SIDES[track.strand] for track in tracks)}
        low, high = _limits(tracks)
        about = "Score by strand", "The same scores, a row for each strand", f"bigWig {low:g} {high:g}"
        top: Settings = [
            *_composite(name, parent, *about, page),
            ("subGroup1", _subgroup("protein", "Protein", dict(tags["protein"].values()))),
            ("subGroup2", _subgroup("strand", "Strand", strands)),
            ("subGroup3", _subgroup("assay", "Assay", dict(tags["assay"].values()))),
            ("dimensions", "dimX=strand dimY=protein dimA=assay"),
            ("filterComposite", "dimA"),
            ("sortOrder", "protein=+ strand=-"),
            *_graph(tracks),
            ("visibility", "hide"),
        ]
        rows = []
        for track in tracks:
            side = _SIDES[track.strand]
            own = self._unique(f"{self._names[track.group]}_row_{side}")
            member = f"strand={side} {_membership(tags, track.group)}"
            rows.append([*self._bigwig(track, own, f"{name} {_switch(groups, track)}"), ("subGroups", member)])
        return [top, *rows]

    def _tags(self, groups: Sequence[str]) -> dict[str, dict[str, tuple[str, str]]]:
        """Of subgroups protein and assay, the (tag, title) of each group."""
        models = self._manifest.models
        proteins = {group: models[group].protein if group in models else group for group in groups}
        assays = {group: (models[group].assay if group in models else "") or "not known" for group in groups}
        return {"protein": _tagged(proteins), "assay": _tagged(assays)}


def _composite(name: str, parent: str, short: str, long: str, type_: str, page: tuple[str, str]) -> Settings:
    return [
        ("track", name),
        ("parent", parent),
        ("compositeTrack", "on"),
        ("type", type_),
        ("shortLabel", label(short, SHORT)),
        ("longLabel", label(long, LONG)),
        page,
    ]


def _tagged(titles: dict[str, str]) -> dict[str, tuple[str, str]]:
    unique, tags = _Names(), {}
    for title in dict.fromkeys(titles.values()):
        tags[title] = unique(plain_name(title.replace("-", "")))
    return {group: (tags[title], title) for group, title in titles.items()}


def _membership(tags: dict[str, dict[str, tuple[str, str]]], group: str) -> str:
    return " ".join(f"{subgroup}={of[group][0]}" for subgroup, of in tags.items())


def _subgroup(tag: str, title: str, members: dict[str, str]) -> str:
    """A declaration; titles of members hold no blank and no equals sign."""
    named = (f"{name}={re.sub(r'[ =|]+', '_', label(text, LONG))}" for name, text in members.items())
    return " ".join([tag, title, *named])


def _switch(groups: Sequence[str], track: Track) -> str:
    return "on" if groups.index(track.group) < _SHOWN else "off"


def _limits(tracks: Sequence[Track]) -> tuple[float, float]:
    """The lowest and the highest value to show, whole numbers, those of a minus strand negated."""
    lows = [-track.limits[1] if track.strand == "-" else track.limits[0] for track in tracks]
    highs = [-track.limits[0] if track.strand == "-" else track.limits[1] for track in tracks]
    return float(min(lows) // 1), 0.0 - float(-max(highs) // 1)


def _range(low: float, high: float) -> str:
    return f"{low:g}:{high:g}"


def _graph(tracks: Sequence[Track]) -> Settings:
    """How numbers are drawn. Limits hold the values as they are too: igv.js does not negate those of a minus strand."""
    shown = [*tracks, *(replace(track, strand=None) for track in tracks)]
    return [
        ("windowingFunction", "maximum"),
        ("viewLimits", _range(*_limits(shown))),
        ("autoScale", "off"),
        ("maxHeightPixels", "120:64:16"),
    ]


def _filters(track: Track) -> Settings:
    """By numbers, by gene, and by what can stand in a column; a protein is switched in the matrix."""
    found: Settings = []
    if track.role == "sites":
        numbers = {_SCORE: ("Score", track.limits)}
        numbers |= {name: (_RANGED.get(name, name), limits) for name, limits in track.ranges.items()}
        for name, (title, (low, high)) in numbers.items():
            if name in track.extra_names:
                found += [
                    (f"filter.{name}", f"{low:g}"),
                    (f"filterLimits.{name}", f"{low:g}:{high:g}"),
                    (f"filterLabel.{name}", f"{title}, {low:g} to {high:g}"),
                ]
    if _GENE in track.extra_names:
        found += [(f"filterText.{_GENE}", "*"), (f"filterLabel.{_GENE}", "Gene")]
    for name, values in track.choices.items():
        if name in track.extra_names:
            listed = ",".join(value.replace(",", ",,") for value in values)
            found += [(f"filterValues.{name}", listed), (f"filterLabel.{name}", name.capitalize())]
    return found
