"""Several runs as one: their manifests put together, with paths as another folder sees them. It opens no file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from track_hubs.manifest import Assembly, HubError, Manifest, Model, Track


def merged(runs: Sequence[tuple[Path, Manifest]], out: Path) -> Manifest:
    """One manifest for some runs.

    A group that several runs have gets the run's name behind its own; nothing else is renamed. Each run keeps its own
    title, the name of its folder, and with it a superTrack of its own.

    Parameters
    ----------
    runs : folder and manifest of each.
    out : the folder that paths are to be relative to.

    Raises
    ------
    HubError : the runs lie on different assemblies.
    """
    first, others = runs[0], runs[1:]
    for folder, manifest in others:
        _same_assembly(first, (folder, manifest))
    if not others:
        return _moved(first[0], first[1], out)
    names = _names([folder for folder, _ in runs])
    shared = Counter(group for _, manifest in runs for group in manifest.groups)
    tracks: list[Track] = []
    models: dict[str, Model] = {}
    for (folder, manifest), name in zip(runs, names, strict=True):
        own = _moved(folder, manifest, out)
        groups = {group: f"{group} ({name})" if shared[group] > 1 else group for group in own.groups}
        for track in own.tracks:
            group = groups[track.group]
            long_label = track.long_label if group == track.group else f"{track.long_label}, {name}"
            tracks.append(replace(track, group=group, long_label=long_label, run=name))
        models |= {groups[group]: model for group, model in own.models.items() if group in groups}
    receipts = {name: manifest.receipts for (_, manifest), name in zip(runs, names, strict=True)}
    assembly = replace(_moved(*first, out).assembly, note=_note([manifest for _, manifest in runs]))
    title = f"{len(runs)} runs: {', '.join(names)}"
    contact = next((manifest.contact for _, manifest in runs if manifest.contact), "")
    return Manifest(title, assembly, tuple(tracks), receipts, contact, models)


def _same_assembly(first: tuple[Path, Manifest], other: tuple[Path, Manifest]) -> None:
    one, two = first[1].assembly, other[1].assembly
    if one.id != two.id:
        raise HubError(
            f"{first[0]} lies on {one.id}, {other[0]} on {two.id}; a hub has one genome: make a hub for each"
        )
    if not one.hosted and one.sizes and two.sizes and one.sizes.keys().isdisjoint(two.sizes):
        raise HubError(
            f"{first[0]} and {other[0]} have no contig in common, and {one.id} is not at UCSC; make a hub for each, or "
            "name their assembly (--assembly)"
        )
    for name in one.sizes.keys() & two.sizes.keys():
        if one.sizes[name] != two.sizes[name]:
            raise HubError(
                f"{name} is {one.sizes[name]:,} nt long in {first[0]}, {two.sizes[name]:,} in {other[0]}; these are "
                "different genomes: make a hub for each"
            )


def placed(manifest: Manifest, place: Callable[[str], str]) -> Manifest:
    """The manifest with each of its paths as `place` has it."""

    def seen(path: str | None) -> str | None:
        return None if path is None else place(path)

    tracks = tuple(
        replace(track, path=place(track.path), description=seen(track.description)) for track in manifest.tracks
    )
    assembly: Assembly = manifest.assembly
    moved = replace(assembly, fasta=seen(assembly.fasta), genes=seen(assembly.genes), two_bit=seen(assembly.two_bit))
    return replace(manifest, tracks=tracks, assembly=moved)


def _moved(folder: Path, manifest: Manifest, out: Path) -> Manifest:
    """The manifest of a folder with paths relative to `out`."""
    return placed(manifest, lambda path: Path(os.path.relpath(folder / path, out)).as_posix())


def _names(folders: Sequence[Path]) -> list[str]:
    """A short name for each run: its folder's, with a number where several are called the same."""
    plain = [folder.resolve().name or "run" for folder in folders]
    seen: Counter[str] = Counter()
    found = []
    for name in plain:
        seen[name] += 1
        found.append(name if plain.count(name) == 1 else f"{name}_{seen[name]}")
    return found


def _note(manifests: Sequence[Manifest]) -> str | None:
    notes = dict.fromkeys(manifest.assembly.note for manifest in manifests if manifest.assembly.note)
    return " ".join(notes) or None
