"""The index beside a FASTA (.fai, and .gzi for bgzip): found to fit, or built. It reads no bases."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EPERM, EROFS
from pathlib import Path

import pyfaidx

from ideep_scan.errors import InputError, OutputError

# htslib reports to stderr and drops repeated contigs with a mere warning, so it runs where its stderr can be read.
_SAMTOOLS = "import sys, pysam; pysam.faidx(*sys.argv[1:])"

# pyfaidx takes a file's suffix for its kind.
_PACKED_SUFFIXES = (".gz", ".bgz", ".bz2", ".zip")


def index_paths(fasta: Path, bgzipped: bool) -> tuple[Path, ...]:
    """Names of the index files that belong beside a FASTA."""
    return tuple(fasta.with_name(fasta.name + suffix) for suffix in ((".fai", ".gzi") if bgzipped else (".fai",)))


def ensure_index(fasta: Path, bgzipped: bool) -> None:
    """Build the index beside a FASTA where it is missing, older than the FASTA, or not its own.

    Raises
    ------
    InputError : the FASTA cannot be indexed as it is, or the folder is not writable.
    OutputError : the index cannot be written for another reason (a full disk).
    """
    indexes = index_paths(fasta, bgzipped)
    fault = _fault(fasta, indexes)
    if fault is None:
        return
    try:
        with _parts(indexes) as parts:
            if bgzipped:
                _index_bgzip(fasta, parts)
            else:
                _index_plain(fasta, parts[0])
    except OSError as error:
        if error.errno in (EACCES, EPERM, EROFS):
            raise InputError(
                f"{fault}, and its folder is not writable; run `samtools faidx {fasta.name}` on a copy in a folder "
                "that is",
                fasta,
            ) from error
        raise OutputError(
            f"{fasta}: its index cannot be written ({error.strerror or error}); free some space"
        ) from error


def _fault(fasta: Path, indexes: tuple[Path, ...]) -> str | None:
    """What is wrong with the index files at hand; None where they fit."""
    for index in indexes:
        if not index.is_file():
            return f"has no index ({index.name})"
        if index.stat().st_mtime_ns < fasta.stat().st_mtime_ns:
            return f"is newer than its index ({index.name})"
    try:
        rows = [line.split("\t") for line in indexes[0].read_text().splitlines()]
        entries = {name: tuple(map(int, numbers)) for name, *numbers in rows}
    except (ValueError, OSError):
        return f"has an index that cannot be read ({indexes[0].name})"
    if not entries or len(entries) < len(rows) or any(len(numbers) != 4 for numbers in entries.values()):
        return f"has a damaged index ({indexes[0].name})"
    if len(indexes) == 1 and any(_last_byte(*numbers) > fasta.stat().st_size for numbers in entries.values()):
        return f"has an index that reaches past its end ({indexes[0].name})"
    return None


def _last_byte(length: int, offset: int, bases: int, width: int) -> int:
    """Where the last base of a contig ends in the file, from its row in the .fai."""
    lines, rest = divmod(length - 1, bases) if bases else (0, -1)
    return offset + lines * width + rest + 1


@contextmanager
def _parts(indexes: tuple[Path, ...]) -> Iterator[tuple[Path, ...]]:
    """Files to write the indexes into; they get their final names together, when all went well."""
    parts = tuple(index.with_name(f"{index.name}.{os.getpid()}.part") for index in indexes)
    try:
        for part in parts:
            part.touch()
            part.unlink()
        yield parts
        for part, index in zip(parts, indexes, strict=True):
            os.replace(part, index)
    finally:
        for part in parts:
            with suppress(FileNotFoundError):
                part.unlink()


def _index_plain(fasta: Path, part: Path) -> None:
    if fasta.suffix.lower() in _PACKED_SUFFIXES:
        raise InputError(f"is not compressed, but its name ends in {fasta.suffix}; rename it", fasta)
    try:
        pyfaidx.Faidx(fasta, indexname=part).close()
    except (pyfaidx.FastaIndexingError, ValueError) as error:
        raise _unfit(fasta, str(error)) from error
    except RuntimeError as error:
        raise _unfit(fasta, "blank lines inside or after a sequence") from error


def _index_bgzip(fasta: Path, parts: tuple[Path, ...]) -> None:
    command = [sys.executable, "-c", _SAMTOOLS, str(fasta), "--fai-idx", str(parts[0]), "--gzi-idx", str(parts[1])]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    # "[W::fai_insert_index] Ignoring duplicate sequence ...": what follows the bracket is the message.
    reports = [line.split("] ", 1)[-1] for line in run.stderr.splitlines() if line.startswith(("[E::", "[W::"))]
    if run.returncode or reports:
        raise _unfit(fasta, reports[0] if reports else f"samtools faidx ended with {run.returncode}")


def _unfit(fasta: Path, reason: str) -> InputError:
    reason = " ".join(reason.split()).rstrip(".")
    return InputError(
        f"cannot be indexed: {reason}; contig names must differ, and all lines of a contig but its last must be "
        "equally long (`seqkit seq -w 60` rewraps, `seqkit rename` renames)",
        fasta,
    )
