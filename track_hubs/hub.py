"""Hubs of finished runs, built anew from their manifests: one run in its place, or several in a folder of their own.

It scores nothing and copies no track: a folder of several runs points to their files.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from track_hubs.addresses import address_of, base_address
from track_hubs.atomic_file import atomic_file
from track_hubs.files import file_names, file_record
from track_hubs.hub_names import chrom_sizes_of, plain_name
from track_hubs.igv import SESSION, WEB_SESSION, told_apart
from track_hubs.manifest import MANIFEST, FileRecord, HubError, Manifest, to_json
from track_hubs.merge import merged, placed
from track_hubs.render import read_manifest, render_manifest
from track_hubs.two_bit import write_two_bit

_HUB = "hub.txt"


def build(
    runs: Sequence[str | Path],
    out: str | Path | None = None,
    own_genome: bool = False,
    fasta: str | Path | None = None,
    url_base: str | None = None,
    assembly: str | None = None,
    email: str | None = None,
    staging: Path | None = None,
) -> list[Path]:
    """Write hub, session and pages of finished runs.

    Parameters
    ----------
    runs : their folders.
    out : folder for the hub; None writes into the folder of the one run.
    own_genome : write the genome as 2bit, so that UCSC takes the hub without hosting the genome (an assembly hub).
    fasta : the genome for that; None takes the copy that goes with the run.
    url_base : address that the folder of the hub will have; with it a session for IGV is written that opens from
        anywhere. Without it, an earlier one is removed.
    assembly : what browsers call the genome of the runs; None keeps the name that each run has.
    email : address for questions about the hub; None keeps the runs' own.
    staging : Path, optional
        The folder to write into, if the caller moves the files to their places. By default they are written in place.

    Returns
    -------
    The files written; hub.txt is the first. For the folder of a run its manifest is written as well, and lists them.

    Raises
    ------
    HubError : several runs and no `out`, a folder that holds something else, runs on different assemblies, a genome
        that is not that of the runs, a run that cannot be reached under `url_base`, a manifest or file that is missing
        or cannot be read or written.
    """
    folders = [Path(run).resolve() for run in runs]
    for twice in {folder for folder in folders if folders.count(folder) > 1}:
        raise HubError(f"{twice}: given twice; give each run once")
    if out is None and len(folders) > 1:
        raise HubError("several runs make a hub in a folder of its own: name it (-o HUB)")
    target = folders[0] if out is None else Path(out).resolve()
    in_place = target in folders
    if in_place and len(folders) > 1:
        raise HubError(f"{target}: is one of the runs; give the hub a folder of its own (-o HUB)")
    manifests = [(folder, _named(read_manifest(folder), assembly, email)) for folder in folders]
    manifest = merged(manifests, target)
    base = None if url_base is None else base_address(url_base)
    online = None if base is None else placed(manifest, lambda path: address_of(base, path))
    if not in_place:
        _prepare(target)
    into = staging or target
    if own_genome:
        manifest = _with_two_bit(target, into, manifest, None if fasta is None else Path(fasta))
    written = render_manifest(target, manifest, _sessions(target, manifest, online), into)
    if in_place:
        records = _records(target, into, manifest)
        if online is None:
            records.pop(WEB_SESSION, None)
        _write(into / MANIFEST, to_json(replace(manifest, files=records)))
    if online is None and staging is None:
        (target / WEB_SESSION).unlink(missing_ok=True)
    return written


def _records(target: Path, into: Path, manifest: Manifest) -> dict[str, FileRecord]:
    """Records of all files of a run: new ones of the files in `into`, those known of others, else made here."""
    records = dict(manifest.files)
    try:
        for name in sorted(file_names(manifest)):
            if (into / name).is_file() and (into != target or name not in manifest.files):
                records[name] = file_record(into / name)
            elif name not in records and (target / name).is_file():
                records[name] = file_record(target / name)
    except OSError as error:
        raise HubError(f"{error.filename}: cannot be read ({error.strerror})") from error
    return records


def _named(manifest: Manifest, assembly: str | None, email: str | None) -> Manifest:
    """The manifest with another name of its genome, and another address for questions."""
    genome = manifest.assembly
    if assembly is not None and assembly != genome.id:
        genome = replace(genome, id=assembly, title=assembly, two_bit=None)
    return replace(manifest, assembly=genome, contact=manifest.contact if email is None else email)


def _sessions(target: Path, manifest: Manifest, online: Manifest | None) -> dict[str, Manifest]:
    """The manifest with paths as each session of IGV has them, by file name.

    Relative paths, if IGV tells the files apart by them; else addresses, or absolute paths of this machine.
    """
    if told_apart(manifest):
        local = manifest
    else:
        local = online or placed(manifest, lambda path: os.path.normpath(target / path))
    return {SESSION: local} if online is None else {SESSION: local, WEB_SESSION: online}


def _prepare(target: Path) -> None:
    """Make the folder, or see that it holds an earlier hub and nothing that must not be touched."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        held = {entry.name for entry in target.iterdir() if not entry.name.startswith(".")}
    except OSError as error:
        raise HubError(f"{target}: cannot be written ({error.strerror}); choose another folder (-o)") from error
    if MANIFEST in held:
        raise HubError(f"{target}: holds a run; choose another folder (-o)")
    if held and _HUB not in held:
        raise HubError(f"{target}: holds files that are no hub; choose another folder (-o)")


def _with_two_bit(target: Path, into: Path, manifest: Manifest, fasta: Path | None) -> Manifest:
    """The manifest with a 2bit of its genome, which is written to `into` with a table of contig lengths."""
    assembly = manifest.assembly
    if fasta is None and assembly.fasta is None:
        raise HubError(f"no copy of {assembly.id} goes with the run; give its FASTA (--fasta)")
    source = fasta or target / (assembly.fasta or "")
    two_bit = f"genome/{plain_name(assembly.id)}.2bit"
    sizes = write_two_bit(source, into / two_bit)
    for name, length in assembly.sizes.items():
        if sizes.get(name) != length:
            (into / two_bit).unlink()
            has = f"{sizes[name]:,} nt long" if name in sizes else "not there"
            raise HubError(f"{source}: contig {name} is {has}, in the run {length:,}; give the FASTA that was scanned")
    table = "".join(f"{name}\t{length}\n" for name, length in sizes.items())
    _write(into / chrom_sizes_of(two_bit), table)
    return replace(manifest, assembly=replace(assembly, two_bit=two_bit))


def _write(path: Path, text: str) -> None:
    try:
        with atomic_file(path) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise HubError(f"{path}: cannot be written ({error.strerror}); check free space and permissions") from error
