"""Check how the tracks of a hub are nested: parents, containers and the subgroups of composites.

The rules are those of UCSC's hubCheck.c and trackHub.c.
igv.js adds one: a parent must come before its children.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from track_hubs.check.findings import Finding, locate
from track_hubs.stanzas import Stanza

#: Kinds of track that a container may hold, by kind of the container.
_ALLOWED_CHILDREN = {
    "superTrack": {"track", "multiWig", "compositeTrack"},
    "compositeTrack": {"track", "view"},
    "view": {"track"},
    "multiWig": {"track"},
}


def check_nesting(tracks: Sequence[Stanza]) -> Iterator[Finding]:
    """Yield a finding for each track that is nested wrongly.

    Parameters
    ----------
    tracks : sequence of Stanza
        Track stanzas in the order of the hub.

    Yields
    ------
    Finding
        One problem with one track.
    """
    earlier: dict[str, Stanza] = {}
    names = {track.name for track in tracks}
    children: dict[str, list[Stanza]] = {}
    for track in tracks:
        yield from _check_data(track)
        parent = find_parent(track)
        if parent is not None:
            children.setdefault(parent, []).append(track)
            yield from _check_parent(track, parent, earlier, names)
        earlier.setdefault(track.name, track)
    for track in tracks:
        members = children.get(track.name, [])
        yield from _check_container(track, members)
        if find_track_kind(track) == "compositeTrack":
            views = [child for child in members if find_track_kind(child) == "view"]
            leaves = [child for child in members if find_track_kind(child) != "view"]
            leaves += [child for view in views for child in children.get(view.name, [])]
            yield from _check_subgroups(track, views, leaves)


def find_track_kind(track: Stanza) -> str:
    """Return "superTrack", "compositeTrack", "view", "multiWig", or "track" for a track with data of its own."""
    if "container" in track.settings:
        return "multiWig"
    return next((kind for kind in ("superTrack", "compositeTrack", "view") if kind in track.settings), "track")


def find_parent(track: Stanza) -> str | None:
    """Return the name of a track's parent, or None."""
    words = track.settings.get("parent", "").split()
    return words[0] if words else None


def _check_data(track: Stanza) -> Iterator[Finding]:
    """Check that a track has a type and a data file, and that a container has none."""
    kind, data_type = find_track_kind(track), track.settings.get("type", "")
    if kind == "track":
        for name in ("type", "bigDataUrl"):
            if not track.settings.get(name):
                yield Finding(locate(track), f"{name} is missing", "add it")
    elif "bigDataUrl" in track.settings:
        yield Finding(locate(track), f"a {kind} has no data of its own", "remove its bigDataUrl")
    if kind == "multiWig" and not data_type.startswith("bigWig"):
        yield Finding(locate(track), "a multiWig needs type bigWig", "add it")


def _check_parent(track: Stanza, parent: str, earlier: dict[str, Stanza], names: set[str]) -> Iterator[Finding]:
    """Check that a parent exists, comes first, and may hold the track."""
    if parent not in names:
        yield Finding(locate(track), f"its parent {parent} does not exist", "add the parent, or name another one")
    elif parent not in earlier:
        yield Finding(locate(track), f"its parent {parent} comes later", "put the parent first: igv.js needs it")
    else:
        container, kind = find_track_kind(earlier[parent]), find_track_kind(track)
        if kind not in _ALLOWED_CHILDREN.get(container, set()):
            yield Finding(locate(track), f"UCSC does not allow a {kind} in a {container}", "choose another parent")
        if container == "multiWig" and not track.settings.get("type", "").startswith("bigWig"):
            yield Finding(locate(track), "a multiWig holds bigWigs only", "choose another parent")
        if container == "superTrack" and "visibility" not in track.settings:
            yield Finding(locate(track), "in a superTrack a track without visibility stays hidden", "add visibility")


def _check_container(track: Stanza, members: list[Stanza]) -> Iterator[Finding]:
    """Check that a container has tracks, and an overlay more than one."""
    kind = find_track_kind(track)
    if kind == "track":
        return
    if not members:
        yield Finding(locate(track), f"a {kind} without tracks", "add tracks, or remove it")
    elif kind == "multiWig" and len(members) == 1:
        yield Finding(locate(track), "a multiWig of one track is an error to UCSC", "make it a plain track")


def _defined_subgroups(composite: Stanza) -> dict[str, set[str]]:
    """Return the members of each subgroup that a composite defines."""
    words = [value.split() or [""] for name, value in composite.settings.items() if re.fullmatch(r"subGroup\d+", name)]
    return {tag: {title.partition("=")[0] for title in titles[1:]} for tag, *titles in words}


def _memberships(track: Stanza) -> dict[str, str]:
    """Return the member that a track declares for each subgroup."""
    return dict(pair.partition("=")[::2] for pair in track.settings.get("subGroups", "").split())


def _check_subgroups(composite: Stanza, views: list[Stanza], leaves: list[Stanza]) -> Iterator[Finding]:
    """Check that composite, views and tracks name only subgroups and members that the composite defines."""
    defined = _defined_subgroups(composite)
    yield from _check_dimensions(composite, defined)
    for view in views:
        if view.settings["view"] not in defined.get("view", set()):
            yield Finding(locate(view), f"the view {view.settings['view']} is not in subGroup1 view", "define it")
    for track in leaves:
        memberships = _memberships(track)
        for group in defined.keys() - memberships.keys():
            yield Finding(locate(track), f"it is in no {group}, a subgroup of its composite", "add it to subGroups")
        for group, member in memberships.items():
            if member not in defined.get(group, set()):
                yield Finding(locate(track), f"subgroup {group}={member} is not defined", "define it in the composite")


def _check_dimensions(composite: Stanza, defined: dict[str, set[str]]) -> Iterator[Finding]:
    """Check that dimensions, sort order and filters name subgroups that exist."""
    for name in ("dimensions", "sortOrder"):
        for pair in composite.settings.get(name, "").split():
            group = pair.partition("=")[2] if name == "dimensions" else pair.partition("=")[0]
            if group not in defined:
                yield Finding(
                    locate(composite), f"{name} names the subgroup {group}, which is not defined", "define it"
                )
    dimensions = {pair.partition("=")[0] for pair in composite.settings.get("dimensions", "").split()}
    for dimension in composite.settings.get("filterComposite", "").split():
        name = dimension.partition("=")[0]
        if name not in dimensions:
            yield Finding(
                locate(composite), f"filterComposite names {dimension}, which is not a dimension", "define it"
            )
