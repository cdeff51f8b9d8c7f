"""Merge the manifests of several runs into one, with paths relative to the hub's folder."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from track_hubs.manifest import HubError, Manifest, Model, Track


def merge_runs(runs: Sequence[tuple[Path, Manifest]], out: Path) -> Manifest:
    """Merge the manifests of runs.

    If several runs have a group of the same name, the run's name is appended to it.
    The folder of a run gives its name, and its tracks keep it, so that each run gets its own superTrack.

    Parameters
    ----------
    runs : sequence of (Path, Manifest)
        Folder and manifest of each run.
    out : Path
        The folder that paths become relative to.

    Raises
    ------
    HubError
        The runs are on different assemblies.
    """
    first, followers = runs[0], runs[1:]
    for folder, manifest in followers:
        check_assemblies(first, (folder, manifest))
    if not followers:
        return _rebase(first[0], first[1], out)
    names = run_names([folder for folder, _ in runs])
    shared = Counter(group for _, manifest in runs for group in manifest.groups)
    tracks: list[Track] = []
    models: dict[str, Model] = {}
    for (folder, manifest), name in zip(runs, names, strict=True):
        rebased = _rebase(folder, manifest, out)
        groups = {group: f"{group} ({name})" if shared[group] > 1 else group for group in rebased.groups}
        for track in rebased.tracks:
            group = groups.get(track.group, track.group)
            long_label = track.long_label if group == track.group else f"{track.long_label}, {name}"
            tracks.append(replace(track, group=group, long_label=long_label, run=name))
        models |= {groups[group]: model for group, model in rebased.models.items() if group in groups}
    receipts = {name: manifest.receipts for (_, manifest), name in zip(runs, names, strict=True)}
    assembly = replace(_rebase(*first, out).assembly, note=_note([manifest for _, manifest in runs]))
    title = f"{len(runs)} runs: {', '.join(names)}"
    contact = next((manifest.contact for _, manifest in runs if manifest.contact), "")
    return Manifest(title, assembly, tuple(tracks), receipts=receipts, contact=contact, models=models)


def check_assemblies(first: tuple[Path, Manifest], second: tuple[Path, Manifest]) -> None:
    """Check that two runs have the same genome.

    Parameters
    ----------
    first, second : tuple of (Path, Manifest)
        Folder and manifest of each run.

    Raises
    ------
    HubError
        The names of their assemblies or the lengths of a contig differ.
    """
    one, two = first[1].assembly, second[1].assembly
    if one.id != two.id:
        raise HubError(f"{first[0]} is on {one.id}, but {second[0]} on {two.id}; give runs of one genome")
    if not one.hosted and one.sizes and two.sizes and one.sizes.keys().isdisjoint(two.sizes):
        raise HubError(
            f"{first[0]} and {second[0]} have no contig in common, and UCSC does not host {one.id}; give runs of "
            "one genome, or name their assembly (--assembly)"
        )
    for name in one.sizes.keys() & two.sizes.keys():
        if one.sizes[name] != two.sizes[name]:
            raise HubError(
                f"{name} is {one.sizes[name]:,} nt long in {first[0]}, but {two.sizes[name]:,} nt in {second[0]}; "
                "give runs of one genome"
            )


def map_paths(manifest: Manifest, transform: Callable[[str], str]) -> Manifest:
    """Return a manifest with `transform` applied to the paths of its tracks and of its assembly.

    Parameters
    ----------
    manifest : Manifest
        The manifest.
    transform : callable of str to str
        Returns the new path.
    """

    def optional(path: str | None) -> str | None:
        return None if path is None else transform(path)

    tracks = tuple(
        replace(track, path=transform(track.path), description=optional(track.description)) for track in manifest.tracks
    )
    source = manifest.assembly
    assembly = replace(
        source, fasta=optional(source.fasta), genes=optional(source.genes), two_bit=optional(source.two_bit)
    )
    return replace(manifest, tracks=tracks, assembly=assembly)


def _rebase(folder: Path, manifest: Manifest, out: Path) -> Manifest:
    """Make the paths of a folder's manifest relative to `out`."""
    return map_paths(manifest, lambda path: Path(os.path.relpath(folder / path, out)).as_posix())


def run_names(folders: Sequence[Path]) -> list[str]:
    """Name each run by its folder, with a number appended to repeated names.

    Parameters
    ----------
    folders : sequence of Path
        Folder of each run.

    Returns
    -------
    list of str
        The names, all different.
    """
    plain = [folder.resolve().name or "run" for folder in folders]
    counts: Counter[str] = Counter()
    names = []
    for name in plain:
        counts[name] += 1
        names.append(name if plain.count(name) == 1 else f"{name}_{counts[name]}")
    return names


def _note(manifests: Sequence[Manifest]) -> str | None:
    notes = dict.fromkeys(manifest.assembly.note for manifest in manifests if manifest.assembly.note)
    return " ".join(notes) or None
