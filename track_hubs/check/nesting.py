"""Which track may stand in which, what it has from there, and whether composites and their subgroups agree.

It opens no file.

What UCSC's hubCheck.c and trackHub.c ask for, and that parents come first, which igv.js needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from track_hubs.check.findings import Finding, place
from track_hubs.stanzas import Stanza

#: Parts of a hub by what they may stand in.
_FITS = {
    "superTrack": {"track", "multiWig", "compositeTrack"},
    "compositeTrack": {"track", "view"},
    "view": {"track"},
    "multiWig": {"track"},
}


def check_nesting(tracks: Sequence[Stanza]) -> Iterator[Finding]:
    """What is wrong with the tracks of a hub as a tree."""
    seen: dict[str, Stanza] = {}
    names = {track.name for track in tracks}
    children: dict[str, list[Stanza]] = {}
    for track in tracks:
        yield from _own(track)
        parent = parent_of(track)
        if parent is not None:
            children.setdefault(parent, []).append(track)
            yield from _in(track, parent, seen, names)
        seen.setdefault(track.name, track)
    for track in tracks:
        below = children.get(track.name, [])
        yield from _container(track, below)
        yield from _zoomed_out(track, seen)
        if sort_of(track) == "compositeTrack":
            members = [child for child in below if sort_of(child) != "view"]
            members += [child for view in below if sort_of(view) == "view" for child in children.get(view.name, [])]
            yield from _subgroups(track, below, members)


def sort_of(track: Stanza) -> str:
    """superTrack, compositeTrack, view, multiWig, or track for one with data of its own."""
    if "container" in track.settings:
        return "multiWig"
    return next((sort for sort in ("superTrack", "compositeTrack", "view") if sort in track.settings), "track")


def parent_of(track: Stanza) -> str | None:
    """Name of the track it stands in, or None."""
    words = track.settings.get("parent", "").split()
    return words[0] if words else None


def _own(track: Stanza) -> Iterator[Finding]:
    sort, type_ = sort_of(track), track.settings.get("type", "")
    if sort == "track":
        for name in ("type", "bigDataUrl"):
            if not track.settings.get(name):
                yield Finding(place(track), f"{name} is missing", "add it")
    elif "bigDataUrl" in track.settings:
        yield Finding(place(track), f"a {sort} has no data of its own", "take its bigDataUrl away")
    if sort == "multiWig" and not type_.startswith("bigWig"):
        yield Finding(place(track), "a multiWig needs type bigWig", "add it")


def _in(track: Stanza, parent: str, seen: dict[str, Stanza], names: set[str]) -> Iterator[Finding]:
    """Whether a track may stand in its parent."""
    if parent not in names:
        yield Finding(place(track), f"its parent {parent} is not there", "add the parent, or name another")
    elif parent not in seen:
        yield Finding(place(track), f"its parent {parent} comes later", "put the parent first: igv.js needs it")
    else:
        above, sort = sort_of(seen[parent]), sort_of(track)
        if sort not in _FITS.get(above, set()):
            yield Finding(place(track), f"UCSC takes no {sort} in a {above}", "put it elsewhere")
        if above == "multiWig" and not track.settings.get("type", "").startswith("bigWig"):
            yield Finding(place(track), "a multiWig holds bigWigs only", "put it elsewhere")
        if above == "superTrack" and "visibility" not in track.settings:
            yield Finding(place(track), "in a superTrack a track without visibility stays hidden", "add visibility")


def _container(track: Stanza, below: list[Stanza]) -> Iterator[Finding]:
    """Whether a track that holds others has them, and an overlay both of its sides."""
    sort = sort_of(track)
    if sort == "track":
        return
    if not below:
        yield Finding(place(track), f"a {sort} without tracks", "add tracks, or take it away")
    if sort != "multiWig" or not below:
        return
    if len(below) == 1:
        yield Finding(place(track), "a multiWig of one track is an error to UCSC", "make it a plain track")
    else:
        yield from _both_strands(track, below, "it")


def _both_strands(holder: Stanza, tracks: list[Stanza], whose: str) -> Iterator[Finding]:
    """Whether there are as many tracks of the minus strand, which are negated, as of the plus strand."""
    minus = sum(track.settings.get("negateValues") == "on" for track in tracks)
    if 2 * minus != len(tracks):
        lacking = "plus" if 2 * minus > len(tracks) else "minus"
        yield Finding(
            place(holder), f"{whose} lacks the {lacking} strand", "add it; negateValues on marks the minus one"
        )


def _zoomed_out(track: Stanza, seen: dict[str, Stanza]) -> Iterator[Finding]:
    """Whether numbers are shown by their maximum where a pixel holds many. A superTrack hands nothing down."""
    if sort_of(track) != "track" or not track.settings.get("type", "").startswith("bigWig"):
        return
    line = [track]
    while (above := seen.get(parent_of(line[-1]) or "")) and above not in line and sort_of(above) != "superTrack":
        line.append(above)
    said = next((each.settings["windowingFunction"] for each in line if "windowingFunction" in each.settings), "mean")
    if said != "maximum":
        yield Finding(place(track), f"zoomed out, its {said} hides narrow peaks", "say windowingFunction maximum")


def _declared(composite: Stanza) -> dict[str, set[str]]:
    """The members of each subgroup that a composite defines."""
    words = [value.split() or [""] for name, value in composite.settings.items() if re.fullmatch(r"subGroup\d+", name)]
    return {tag: {title.partition("=")[0] for title in titles[1:]} for tag, *titles in words}


def _memberships(track: Stanza) -> dict[str, str]:
    """By subgroup, which of its members a track says it is."""
    return dict(pair.partition("=")[::2] for pair in track.settings.get("subGroups", "").split())


def _subgroups(composite: Stanza, below: list[Stanza], members: list[Stanza]) -> Iterator[Finding]:
    """Declarations of subgroups against each other and against the tracks."""
    declared = _declared(composite)
    for name in ("dimensions", "sortOrder"):
        for pair in composite.settings.get(name, "").split():
            group = pair.partition("=")[2] if name == "dimensions" else pair.partition("=")[0]
            if group not in declared:
                yield Finding(place(composite), f"{name} names the subgroup {group}, which is not defined", "define it")
    dimensions = {pair.partition("=")[0] for pair in composite.settings.get("dimensions", "").split()}
    for dimension in composite.settings.get("filterComposite", "").split():
        if dimension.partition("=")[0] not in dimensions:
            yield Finding(place(composite), f"filterComposite names {dimension}, which is no dimension", "define it")
    for view in below:
        if sort_of(view) == "view" and view.settings["view"] not in declared.get("view", set()):
            yield Finding(place(view), f"the view {view.settings['view']} is not in subGroup1 view", "define it")
    for track in members:
        own = _memberships(track)
        for group in declared.keys() - own.keys():
            yield Finding(place(track), f"it is in no {group}, a subgroup of its composite", "add it to subGroups")
        for group, member in own.items():
            if member not in declared.get(group, set()):
                yield Finding(place(track), f"subgroup {group}={member} is not defined", "define it in the composite")
    if len(declared.get("strand", ())) > 1:
        yield from _strands_of_each(composite, members)


def _strands_of_each(composite: Stanza, members: list[Stanza]) -> Iterator[Finding]:
    """Whether what can be switched by strand is there on both."""
    alike: dict[str, list[Stanza]] = {}
    for track in members:
        rest = (f"{group}={member}" for group, member in _memberships(track).items() if group != "strand")
        alike.setdefault(" ".join(rest), []).append(track)
    for what, tracks in alike.items():
        yield from _both_strands(composite, tracks, what)
