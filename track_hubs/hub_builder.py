"""Builder of hubs: the hub of one run in its folder, or of several runs in a new folder that refers to their files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from track_hubs.addresses import make_address, parse_base_address
from track_hubs.atomic_file import atomic_file
from track_hubs.file_records import list_file_names, make_file_record
from track_hubs.hub_names import VARIANTS_BIGBED, VARIANTS_PAGE, make_plain_name, name_chrom_sizes
from track_hubs.igv import SESSION, WEB_SESSION, has_unique_names
from track_hubs.manifest import MANIFEST, Assembly, FileRecord, HubError, Manifest, Track, to_json
from track_hubs.manifest_file import read_manifest
from track_hubs.merge import map_paths, merge_runs
from track_hubs.render import render_manifest
from track_hubs.two_bit import write_two_bit

_HUB = "hub.txt"
VariantWriter = Callable[[Path, Assembly], Track]  #: see `build_hub`


def build_hub(
    runs: Sequence[str | Path],
    out: str | Path | None = None,
    *,
    own_genome: bool = False,
    fasta: str | Path | None = None,
    url_base: str | None = None,
    assembly: str | None = None,
    email: str | None = None,
    variants: VariantWriter | None = None,
    keep_variants: bool = True,
    staging: Path | None = None,
) -> list[Path]:
    """Write the hub, IGV sessions and pages of finished runs. No track is copied.

    Parameters
    ----------
    runs : sequence of str or Path
        Folders of the runs.
    out : str or Path, optional
        Folder for the hub. By default it is the folder of the only run.
    own_genome : bool
        Whether to include the genome as a 2bit file, for genomes that UCSC does not host (an assembly hub).
    fasta : str or Path, optional
        FASTA of the genome. By default it is the copy in the run's folder.
    url_base : str, optional
        URL of the hub's folder, for a session of IGV that opens from anywhere. Without it, an earlier one is removed.
    assembly : str, optional
        Name of the genome for browsers. By default the runs keep their names.
    email : str, optional
        Contact address. By default the runs keep theirs.
    variants : callable, optional
        Function that writes a bigBed of variants on an assembly into a folder and returns its track. The track replaces
        an earlier one of the same path.
    keep_variants : bool
        Whether earlier tracks of variants stay.
    staging : Path, optional
        Folder to write into, if the caller moves the files afterwards. By default they are written in place.

    Returns
    -------
    list of Path
        The files, `hub.txt` first. In the folder of a run, its manifest is written as well and lists them.

    Raises
    ------
    HubError
        There are several runs and no `out`; `out` has other files; the runs are on different assemblies; the genome
        differs from that of the runs; a run cannot be reached from `url_base`; or a file is missing, unreadable or
        cannot be written.
    """
    folders = [Path(run).resolve() for run in runs]
    for folder in folders:
        if folders.count(folder) > 1:
            raise HubError(f"{folder}: the run is named twice; name each run once")
    if out is None and len(folders) > 1:
        raise HubError("a hub of several runs needs a new folder; name it (-o HUB)")
    target = folders[0] if out is None else Path(out).resolve()
    in_place = target in folders
    if in_place and len(folders) > 1:
        raise HubError(f"{target}: is one of the runs; name a new folder for the hub (-o HUB)")
    manifests = [(folder, _rename(read_manifest(folder), assembly, email)) for folder in folders]
    manifest = merge_runs(manifests, target)
    if not keep_variants:
        manifest = _drop_variants(manifest)
    base = None if url_base is None else parse_base_address(url_base)
    online = _with_addresses(manifest, base)
    if not in_place:
        _prepare(target)
    output = staging or target
    if own_genome:
        manifest = _with_two_bit(target, output, manifest, None if fasta is None else Path(fasta))
    if variants is not None:
        manifest = add_track(manifest, variants(output, manifest.assembly))
        online = _with_addresses(manifest, base)
    files = render_manifest(target, manifest, _sessions(target, manifest, online), output)
    if in_place:
        records = _records(target, output, manifest)
        if online is None:
            records.pop(WEB_SESSION, None)
        _write(output / MANIFEST, to_json(replace(manifest, files=records)))
    if online is None and staging is None:
        (target / WEB_SESSION).unlink(missing_ok=True)
    if not in_place and variants is None:
        (target / VARIANTS_BIGBED).unlink(missing_ok=True)  # of an earlier hub
    return files


def add_track(manifest: Manifest, track: Track) -> Manifest:
    """Append a track to a manifest. It replaces an earlier track of the same path.

    Parameters
    ----------
    manifest : Manifest
        The manifest.
    track : Track
        The track.
    """
    return replace(manifest, tracks=(*(other for other in manifest.tracks if other.path != track.path), track))


def _drop_variants(manifest: Manifest) -> Manifest:
    """Remove tracks of variants, with their files and pages."""
    names = {VARIANTS_PAGE, *(track.path for track in manifest.variants)}
    tracks = tuple(track for track in manifest.tracks if track.role != "variants")
    return replace(
        manifest, tracks=tracks, files={name: record for name, record in manifest.files.items() if name not in names}
    )


def _with_addresses(manifest: Manifest, base: str | None) -> Manifest | None:
    """Replace paths by URLs; None without the URL of the hub."""
    return None if base is None else map_paths(manifest, lambda path: make_address(base, path))


def _records(target: Path, output: Path, manifest: Manifest) -> dict[str, FileRecord]:
    """Return records of all files of a run. Files in `output` get new ones, others keep theirs if they have one."""
    records = dict(manifest.files)
    try:
        for name in sorted(list_file_names(manifest)):
            if (output / name).is_file() and (output != target or name not in manifest.files):
                records[name] = make_file_record(output / name)
            elif name not in records and (target / name).is_file():
                records[name] = make_file_record(target / name)
    except OSError as error:
        raise HubError(f"{error.filename}: cannot be read ({error.strerror})") from error
    return records


def _rename(manifest: Manifest, assembly: str | None, email: str | None) -> Manifest:
    """Replace the name of the genome and the contact address."""
    genome = manifest.assembly
    if assembly is not None and assembly != genome.id:
        genome = replace(genome, id=assembly, title=assembly, two_bit=None)
    return replace(manifest, assembly=genome, contact=manifest.contact if email is None else email)


def _sessions(target: Path, manifest: Manifest, online: Manifest | None) -> dict[str, Manifest]:
    """Return the manifest with the paths of each IGV session, by file name of the session.

    Paths are relative if IGV can distinguish the files by them. Otherwise they are URLs or absolute paths.
    """
    if has_unique_names(manifest):
        local = manifest
    else:
        local = online or map_paths(manifest, lambda path: os.path.normpath(target / path))
    return {SESSION: local} if online is None else {SESSION: local, WEB_SESSION: online}


def _prepare(target: Path) -> None:
    """Create the folder, or check that it has an earlier hub and nothing else."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        names = {entry.name for entry in target.iterdir() if not entry.name.startswith(".")}
    except OSError as error:
        raise HubError(f"{target}: cannot be written ({error.strerror}); choose another folder (-o)") from error
    if MANIFEST in names:
        raise HubError(f"{target}: has a run in it; choose another folder (-o)")
    if names and _HUB not in names:
        raise HubError(f"{target}: has files that are not a hub; choose another folder (-o)")


def _with_two_bit(target: Path, output: Path, manifest: Manifest, fasta: Path | None) -> Manifest:
    """Write the genome as 2bit with a table of contig lengths, and add it to the manifest."""
    assembly = manifest.assembly
    if fasta is None and assembly.fasta is None:
        raise HubError(f"the run has no copy of {assembly.id}; pass its FASTA (--fasta)")
    source = fasta or target / (assembly.fasta or "")
    two_bit = f"genome/{make_plain_name(assembly.id)}.2bit"
    sizes = write_two_bit(source, output / two_bit)
    for name, length in assembly.sizes.items():
        if sizes.get(name) != length:
            (output / two_bit).unlink()
            state = f"{sizes[name]:,} nt long" if name in sizes else "missing"
            raise HubError(
                f"{source}: contig {name} is {state}, but {length:,} nt long in the run; pass the FASTA of the scan"
            )
    table = "".join(f"{name}\t{length}\n" for name, length in sizes.items())
    _write(output / name_chrom_sizes(two_bit), table)
    return replace(manifest, assembly=replace(assembly, two_bit=two_bit))


def _write(path: Path, text: str) -> None:
    try:
        with atomic_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise HubError(f"{path}: cannot be written ({error.strerror}); check free space and permissions") from error
