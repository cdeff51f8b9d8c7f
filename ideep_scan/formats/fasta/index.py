"""The index of a FASTA (.fai, and .gzi for bgzip): use one that fits, or let samtools build it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pysam
from platformdirs import user_cache_path

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.even_copy import temporary_folder
from ideep_scan.formats.fasta.layout import (
    FastaIndex,
    LayoutError,
    check_headers,
    check_letters,
    check_lines,
    parse_fai,
    read_letters,
)
from ideep_scan.formats.fasta.random_access import BgzipBytes, FastaBytes, PlainBytes
from ideep_scan.formats.htslib import silence_htslib
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.text import is_gzip

# htslib only warns on stderr when it drops a repeated contig. In its own process, its stderr can be read.
_SAMTOOLS = "import sys, pysam; pysam.faidx(*sys.argv[1:])"


@dataclass(frozen=True, eq=False)
class IndexedFasta:
    """A FASTA with random access.

    Attributes
    ----------
    file : InputFile
        The FASTA.
    index : FastaIndex
        Its index, checked against the file.
    source : FastaBytes
        Its uncompressed bytes, open.
    notes : tuple[str, ...]
        Remarks on the index for the user.
    """

    file: InputFile
    index: FastaIndex
    source: FastaBytes
    notes: tuple[str, ...] = ()

    def letters(self, row: int, start: int, end: int, *, path: Path) -> np.ndarray:
        """Read the letters of an interval inside a contig.

        Parameters
        ----------
        row : int
            Row of the contig in the index.
        start, end : int
            0-based half-open interval.
        path : Path
            The FASTA that the user names, for messages.

        Returns
        -------
        np.ndarray
            uint8 array (end - start,): ASCII letters of nucleotides in either case.

        Raises
        ------
        InputError
            The file is damaged, was overwritten, or holds a letter that is not a nucleotide.
        """
        try:
            letters = read_letters(self.index, self.source, row, start, end)
        except LayoutError as error:
            raise InputError(
                f"is damaged, or its index is that of another file ({error}); remove the index and start again", path
            ) from error
        check_letters(letters, self.index.names[row], start, path)
        return letters


def list_index_paths(fasta: Path, bgzipped: bool) -> tuple[Path, ...]:
    """Name the index files beside a FASTA.

    Parameters
    ----------
    fasta : Path
        The FASTA.
    bgzipped : bool
        True if it is bgzipped.

    Returns
    -------
    tuple[Path, ...]
        The .fai, and the .gzi of a bgzip file.

    Examples
    --------
    >>> [path.name for path in list_index_paths(Path("genome.fa.gz"), bgzipped=True)]
    ['genome.fa.gz.fai', 'genome.fa.gz.gzi']
    """
    return tuple(fasta.with_name(fasta.name + suffix) for suffix in ((".fai", ".gzi") if bgzipped else (".fai",)))


def open_indexed(file: InputFile) -> IndexedFasta:
    """Open a FASTA with an index that fits it.

    The index beside the FASTA comes first, whatever its date, then the one in the user's cache folder.
    If neither fits, samtools builds an index.
    It is stored beside the FASTA, or in the cache folder if that folder is not writable.

    Parameters
    ----------
    file : InputFile
        The FASTA, plain or bgzipped.

    Returns
    -------
    IndexedFasta
        The open FASTA.

    Raises
    ------
    LayoutError
        The lines of the FASTA are so uneven that no index can describe them.
    InputError
        The FASTA cannot be indexed, or holds letters that are not nucleotides.
    OutputError
        A temporary file cannot be written.
    """
    bgzipped = is_gzip(file.path)
    paths_beside, paths_in_cache = list_index_paths(file.path, bgzipped), _cached_paths(file, bgzipped)
    reason = ""
    for paths in (paths_beside, paths_in_cache):
        if not all(os.path.isfile(path) for path in paths):
            continue
        try:
            return _open_with_index(file, paths)
        except (LayoutError, InputError, OSError) as error:
            reason = reason or (
                f"{paths[0].name} does not fit {file.path.name} ({error})" if paths == paths_beside else ""
            )
    index = _build_index(file, bgzipped)
    source = _open_bytes(file, index)
    try:
        check_headers(index, source)
        check_lines(index, source, file.path)
        file.check()
    except BaseException:
        source.close()
        raise
    folder_of_index = _store_index(index, paths_beside) or _store_index(index, paths_in_cache)
    notes: tuple[str, ...] = (f"{reason}; it was rebuilt",) if reason else ()
    if folder_of_index != paths_beside[0].parent:
        location = "in memory only" if folder_of_index is None else f"in {folder_of_index}"
        notes += (f"the index of {file.path.name} is stored {location}: the folder of the FASTA is not writable",)
    return IndexedFasta(file, index, source, notes)


def _open_with_index(file: InputFile, paths: tuple[Path, ...]) -> IndexedFasta:
    """Open a FASTA with the index in these files.

    Raises
    ------
    LayoutError
        The index does not fit the FASTA.
    """
    content = [path.read_bytes() for path in paths]
    index = parse_fai(*content)
    source = _open_bytes(file, index)
    try:
        check_headers(index, source)
    except BaseException:
        source.close()
        raise
    is_older = any(path.stat().st_mtime_ns < file.identity[3] for path in paths)
    note = f"{paths[0].name} is older than {file.path.name}, but fits it and is used"
    return IndexedFasta(file, index, source, (note,) if is_older else ())


def _open_bytes(file: InputFile, index: FastaIndex) -> FastaBytes:
    if index.gzi is None:
        return PlainBytes(file)
    try:
        return BgzipBytes(file, index.gzi)
    except ValueError as error:
        raise LayoutError(str(error)) from error


def _build_index(file: InputFile, bgzipped: bool) -> FastaIndex:
    """Build the index of a FASTA with samtools."""
    with temporary_folder(file.path) as folder:
        paths = [folder / "fai", folder / "gzi"][: 1 + bgzipped]
        options = ["--fai-idx", str(paths[0])] + (["--gzi-idx", str(paths[1])] if bgzipped else [])
        reports = _samtools_faidx([os.path.join(".", file.path), *options])
        if any("duplicate" in report for report in reports):
            raise InputError(
                f"cannot be indexed: {' '.join(reports[0].split())}; contig names must differ "
                "(`seqkit rename` renames)",
                file.path,
            )
        if reports:
            raise LayoutError(reports[0])
        fai, *gzi = (path.read_bytes() for path in paths)
    if fai.startswith(b"\t") or b"\n\t" in fai:
        raise InputError("has a contig without a name; write one after its '>'", file.path)
    return parse_fai(fai, *gzi)


def _samtools_faidx(arguments: list[str]) -> list[str]:
    """Run `samtools faidx` in its own process and return its complaints."""
    try:
        run = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", _SAMTOOLS, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except OSError:  # the process cannot be started
        try:
            with silence_htslib():
                pysam.faidx(*arguments)
        except pysam.SamtoolsError as error:
            return [str(error)]
        return []
    # "[W::fai_insert_index] Ignoring duplicate sequence ...": the message follows the bracket.
    reports = [line.split("] ", 1)[-1] for line in run.stderr.splitlines() if line.startswith(("[E::", "[W::"))]
    return reports or ([f"samtools faidx ended with {run.returncode}"] if run.returncode else [])


def _cached_paths(file: InputFile, bgzipped: bool) -> tuple[Path, ...]:
    """Name the index files in the user's cache folder."""
    key = hashlib.blake2b(
        f"{file.path.absolute()} {file.identity}".encode(errors="replace"), digest_size=16
    ).hexdigest()
    return list_index_paths(user_cache_path("ideep-scan") / "fasta" / key, bgzipped)


def _store_index(index: FastaIndex, paths: tuple[Path, ...]) -> Path | None:
    """Write the index files, all or none; return their folder, or None if it is not writable."""
    parts = [path.with_name(f"{path.name}.{os.getpid()}.part") for path in paths]
    try:
        paths[0].parent.mkdir(parents=True, exist_ok=True)
        for part, content in zip(parts, (index.fai, index.gzi), strict=False):
            part.write_bytes(content or b"")
        for part, path in zip(parts, paths, strict=True):
            os.replace(part, path)
    except OSError:
        return None
    finally:
        for part in parts:
            with suppress(OSError):
                part.unlink()
    return paths[0].parent
