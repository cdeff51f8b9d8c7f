"""The text of a UCSC track hub in one file, `hub.txt`, with its tracks nested in containers.

UCSC restricts how tracks nest.
A superTrack may hold overlays (`container multiWig`) and composites.
A composite holds neither overlays nor superTracks, and an overlay has no subgroups.
So each run is one superTrack with these parts:

- For each group, an overlay of its plus and its negated minus score in one row. This is the main view.
- Sites and motif hits. Several groups share one composite with a matrix of proteins and assays, so that one click
  switches a protein. Those of a single group are children of the superTrack.
- For several groups, a second composite with each score as a row of its own, hidden at first. Its matrix of proteins
  and strands is the only way to switch strands for many proteins at once. Both composites use the same files.
- Overlays of further series, hidden if there is a score. Series drawn as letters have a row per strand instead, because
  an overlay draws none.
- Variants of all proteins in one track, with a filter of models.

hubCheck reports an overlay of one track as an error, so a single strand is a plain track.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from track_hubs.hub_names import (
    LONG,
    RUN_PAGE,
    SHORT,
    VARIANTS_PAGE,
    UniqueNames,
    make_label,
    make_plain_name,
    make_title_label,
    make_track_names,
    name_page,
)
from track_hubs.manifest import Manifest, Role, Track
from track_hubs.stanzas import Settings, render_stanzas
from track_hubs.ucsc_settings import (
    choose_view_limits,
    define_subgroup,
    format_limits,
    make_bigbed_settings,
    make_bigwig_settings,
    make_composite_settings,
    make_genome_settings,
    make_graph_settings,
    make_hub_settings,
    make_letter_settings,
)

_MAX_BASE = 32  # characters of the name of a run or group, before what its tracks append
_VISIBLE_GROUPS = 6  # groups that are switched on at first
_VIEWS: dict[Role, tuple[str, str]] = {"sites": ("Binding sites", "pack"), "motifs": ("Motif hits", "pack")}
_SIDES = {"+": "plus", "-": "minus", None: "both"}
_STRANDS = {"plus": "Plus", "minus": "Minus", "both": "Both in one file"}
Tags = dict[str, dict[str, tuple[str, str]]]  #: by subgroup and group: tag and title of the group's member


def render_hub(manifest: Manifest, view: str | None = None) -> str:
    """Write the text of `hub.txt`: hub, genome, and one superTrack per run.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run or hub.
    view : str, optional
        First position of an assembly hub (chr:start-end, 1-based). By default it is the start of its first contig.

    Returns
    -------
    str
        The text. The same manifest gives the same text.
    """
    stanzas = [make_hub_settings(manifest), make_genome_settings(manifest.assembly, view)]
    return render_stanzas([*stanzas, *_TrackTree(manifest).stanzas()])


class _TrackTree:
    """The stanzas of all tracks of a hub, with unique names assigned in their order."""

    def __init__(self, manifest: Manifest):
        self._manifest = manifest
        self._unique = UniqueNames()
        self._page_names = make_track_names(manifest)
        self._names = {group: self._unique(name[:_MAX_BASE]) for group, name in self._page_names.items()}

    def stanzas(self) -> list[Settings]:
        """Return a superTrack for each run, followed by its tracks."""
        runs: dict[str, tuple[list[str], list[Track]]] = {}
        for track in self._manifest.tracks:
            groups, variants = runs.setdefault(track.run or self._manifest.title, ([], []))
            if track.role == "variants":
                variants.append(track)
            elif track.group not in groups and track.kind in ("bigWig", "bigBed"):
                groups.append(track.group)
        return [stanza for title, parts in runs.items() if any(parts) for stanza in self._run(title, *parts)]

    def _run(self, title: str, groups: list[str], variants: list[Track]) -> list[Settings]:
        name = self._unique(make_plain_name(f"run_{title}")[:_MAX_BASE])
        container: Settings = [
            ("track", name),
            ("superTrack", "on show"),
            ("shortLabel", make_title_label(title)),
            ("longLabel", make_label(f"{title}: scores, binding sites, motif hits", LONG)),
            ("html", quote(RUN_PAGE)),
        ]
        stanzas = [container]
        for number, group in enumerate(groups):
            stanzas += self._overlays(name, group, number)
        if len(groups) == 1:
            for role, (_, visibility) in _VIEWS.items():
                for track in self._manifest.of(groups[0], role, "bigBed"):
                    stanzas.append([*self._intervals(track, role, name), ("visibility", visibility)])
        else:
            stanzas += self._site_composite(name, groups) + self._strand_composite(name, groups)
        for track in variants:
            stanza = make_bigbed_settings(track, self._unique("variants"), name, self._page(track))
            stanzas.append([*stanza, ("visibility", "pack")])
        return stanzas

    def _page(self, track: Track) -> str:
        if track.role == "variants":
            return VARIANTS_PAGE
        return track.description or name_page(self._page_names[track.group])

    def _overlays(self, parent: str, group: str, number: int) -> list[Settings]:
        """Return the overlay of a group's score and those of its further series."""
        scores = self._manifest.of(group, "score", "bigWig")
        is_hidden = number >= _VISIBLE_GROUPS
        overlays = [self._overlay(parent, scores, "", hidden=is_hidden)] if scores else []
        for series, tracks in self._manifest.further(group).items():
            draw = self._letters if tracks[0].letters else self._overlay
            overlays.append(draw(parent, tracks, series, hidden=bool(scores) or is_hidden))
        return [stanza for overlay in overlays for stanza in overlay]

    def _overlay(self, parent: str, tracks: list[Track], series: str, *, hidden: bool) -> list[Settings]:
        """Return an overlay and its strands; for one strand, a plain track."""
        group, page = tracks[0].group, self._page(tracks[0])
        prefix = self._names[group] + (f"_further_{series}" if series else "")
        visibility = ("visibility", "hide" if hidden else "full")
        if len(tracks) == 1:
            name = self._unique(f"{prefix}_{_SIDES[tracks[0].strand]}")
            return [[*make_bigwig_settings(tracks[0], name, parent, page), *make_graph_settings(tracks), visibility]]
        quantity = series or "score"
        name = self._unique(prefix if series else f"{prefix}_score")
        low, high = choose_view_limits(tracks)
        container: Settings = [
            ("track", name),
            ("parent", parent),
            ("container", "multiWig"),
            ("type", f"bigWig {low:g} {high:g}"),
            ("shortLabel", make_label(f"{group} {quantity}", SHORT)),
            ("longLabel", make_label(f"{group}: {quantity} per position, plus strand up, minus strand down", LONG)),
            ("aggregate", "transparentOverlay"),
            ("showSubtrackColorOnUi", "on"),
            *make_graph_settings(tracks),
            visibility,
            ("html", quote(page)),
        ]
        rows = []
        for track in tracks:
            stanza = make_bigwig_settings(
                track, self._unique(f"{prefix}_{_SIDES[track.strand]}"), name, self._page(track)
            )
            # UCSC draws all strands with the overlay's limits. igv.js draws each by itself and negates none.
            rows.append([*stanza, ("viewLimits", format_limits([replace(track, strand=None)]))])
        return [container, *rows]

    def _letters(self, parent: str, tracks: list[Track], series: str, *, hidden: bool) -> list[Settings]:
        """Return a track per strand that is drawn as letters."""
        visibility = ("visibility", "hide" if hidden else "full")
        stanzas = []
        for track in tracks:
            name = self._unique(f"{self._names[track.group]}_further_{series}_{_SIDES[track.strand]}")
            stanza = make_bigwig_settings(track, name, parent, self._page(track))
            stanzas.append([*stanza, *make_letter_settings(), visibility])
        return stanzas

    def _intervals(self, track: Track, role: Role, parent: str) -> Settings:
        name = self._unique(f"{self._names[track.group]}_{role}")
        return make_bigbed_settings(track, name, parent, self._page(track))

    def _site_composite(self, parent: str, groups: list[str]) -> list[Settings]:
        """Return the composite of sites and motif hits of several groups, with a matrix of proteins and assays."""
        by_role = {role: [t for g in groups for t in self._manifest.of(g, role, "bigBed")] for role in _VIEWS}
        views = {role: _VIEWS[role] for role, tracks in by_role.items() if tracks}
        if not views:
            return []
        name, tags = self._unique(f"{parent}_sites"), self._tags(groups)
        kinds = {str(role): title for role, (title, _) in views.items()}
        long_label = "Binding sites and motif hits by protein"
        container: Settings = [
            *make_composite_settings(name, parent, "Sites and motifs", long_label=long_label, data_type="bed 3"),
            ("subGroup1", define_subgroup("view", "Kind", kinds)),
            ("subGroup2", define_subgroup("protein", "Protein", dict(tags["protein"].values()))),
            ("subGroup3", define_subgroup("assay", "Assay", dict(tags["assay"].values()))),
            ("dimensions", "dimX=assay dimY=protein"),
            ("sortOrder", "protein=+ view=-"),
            ("visibility", "pack"),
        ]
        stanzas = [container]
        for role, (title, visibility) in views.items():
            view = self._unique(f"{name}_{role}")
            settings: Settings = [
                ("track", view),
                ("parent", name),
                ("view", role),
                ("type", f"bigBed {by_role[role][0].bed_fields} +"),
                ("shortLabel", make_label(title, SHORT)),
                ("longLabel", make_label(title, LONG)),
                ("visibility", visibility),
                ("html", quote(RUN_PAGE)),
            ]
            stanzas.append(settings)
            for track in by_role[role]:
                membership = f"view={role} {_membership(tags, track.group)}"
                stanza = self._intervals(track, role, f"{view} {_switch(groups, track)}")
                stanzas.append([*stanza, ("subGroups", membership)])
        return stanzas

    def _strand_composite(self, parent: str, groups: list[str]) -> list[Settings]:
        """Return the composite of scores as separate rows, with a matrix of proteins and strands."""
        tracks = [track for group in groups for track in self._manifest.of(group, "score", "bigWig")]
        if not tracks:
            return []
        name, tags = self._unique(f"{parent}_strands"), self._tags(groups)
        strands = {side: _STRANDS[side] for side in (_SIDES[track.strand] for track in tracks)}
        low, high = choose_view_limits(tracks)
        data_type, long_label = f"bigWig {low:g} {high:g}", "The same scores, one row per strand"
        container: Settings = [
            *make_composite_settings(name, parent, "Score by strand", long_label=long_label, data_type=data_type),
            ("subGroup1", define_subgroup("protein", "Protein", dict(tags["protein"].values()))),
            ("subGroup2", define_subgroup("strand", "Strand", strands)),
            ("subGroup3", define_subgroup("assay", "Assay", dict(tags["assay"].values()))),
            ("dimensions", "dimX=strand dimY=protein dimA=assay"),
            ("filterComposite", "dimA"),
            ("sortOrder", "protein=+ strand=-"),
            *make_graph_settings(tracks),
            ("visibility", "hide"),
        ]
        rows = []
        for track in tracks:
            side = _SIDES[track.strand]
            row = self._unique(f"{self._names[track.group]}_row_{side}")
            stanza = make_bigwig_settings(track, row, f"{name} {_switch(groups, track)}", self._page(track))
            rows.append([*stanza, ("subGroups", f"strand={side} {_membership(tags, track.group)}")])
        return [container, *rows]

    def _tags(self, groups: Sequence[str]) -> Tags:
        """Return tag and title of each group in the subgroups protein and assay."""
        models = self._manifest.models
        proteins = {group: models[group].protein if group in models else group for group in groups}
        assays = {group: (models[group].assay if group in models else "") or "not known" for group in groups}
        return {"protein": _unique_tags(proteins), "assay": _unique_tags(assays)}


def _unique_tags(titles: dict[str, str]) -> dict[str, tuple[str, str]]:
    unique, tags = UniqueNames(), {}
    for title in dict.fromkeys(titles.values()):
        tags[title] = unique(make_plain_name(title.replace("-", "")))
    return {group: (tags[title], title) for group, title in titles.items()}


def _membership(tags: Tags, group: str) -> str:
    return " ".join(f"{subgroup}={members[group][0]}" for subgroup, members in tags.items())


def _switch(groups: Sequence[str], track: Track) -> str:
    return "on" if groups.index(track.group) < _VISIBLE_GROUPS else "off"
