"""A FASTA to a 2bit file, which UCSC, IGV and JBrowse 2 take as the sequence of an assembly hub.

Format: UCSC's specification of .2bit, version 0. It holds one contig in memory at a time, and knows files below 4 GB.
"""

from __future__ import annotations

import gzip
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pyfaidx

from track_hubs.atomic_file import atomic_file
from track_hubs.gzip_file import is_gzip
from track_hubs.manifest import HubError

_SIGNATURE, _VERSION, _LIMIT = 0x1A412743, 0, 2**32
_CODES = np.zeros(256, np.uint8)  # T and what is not known: 0
for _letters, _code in ((b"Cc", 1), (b"Aa", 2), (b"Gg", 3)):
    _CODES[list(_letters)] = _code
_KNOWN = np.zeros(256, bool)
_KNOWN[list(b"ACGTUacgtu")] = True
_LOWER = np.zeros(256, bool)
_LOWER[ord("a") : ord("z") + 1] = True


def write_two_bit(fasta: Path, path: Path) -> dict[str, int]:
    """Write all sequences of a FASTA, plain or gzipped; U is T, other letters than A C G T are N.

    Lower case is kept as the mask of repeats. The file stands under its name only when it is whole.

    Returns
    -------
    Name and length in nt of each contig.

    Raises
    ------
    HubError : a file that cannot be read or written, is no FASTA, names a contig twice, or is too large.
    """
    sizes: dict[str, int] = {}
    try:
        with atomic_file(path) as part, tempfile.TemporaryFile(dir=path.parent) as body:
            starts = []
            for name, letters in _sequences(fasta):
                starts.append(body.tell())
                body.write(_record(letters))
                sizes[name] = len(letters)
            _assemble(path, part, body, sizes, starts)
    except OSError as error:
        raise HubError(
            f"{error.filename or path}: {error.strerror or error}; check the FASTA and free space"
        ) from error
    return sizes


def is_two_bit(path: Path) -> bool:
    """Whether a file begins as one of these, in either order of bytes."""
    with path.open("rb") as file:
        start = file.read(4)
    return start in (struct.pack("<I", _SIGNATURE), struct.pack(">I", _SIGNATURE))


def _assemble(path: Path, part: Path, body: IO[bytes], sizes: dict[str, int], starts: list[int]) -> None:
    """Header, index and records."""
    names = [name.encode() for name in sizes]
    begin = 16 + sum(1 + len(name) + 4 for name in names)
    if begin + body.tell() >= _LIMIT or any(len(name) > 255 for name in names):
        raise HubError(f"{path}: too large for a 2bit file, or a contig's name too long; use UCSC's faToTwoBit -long")
    with part.open("wb") as file:
        file.write(struct.pack("<4I", _SIGNATURE, _VERSION, len(names), 0))
        for name, start in zip(names, starts, strict=True):
            file.write(struct.pack("<B", len(name)) + name + struct.pack("<I", begin + start))
        body.seek(0)
        shutil.copyfileobj(body, file)


def _sequences(fasta: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield name and letters (uint8) of each record."""
    with tempfile.TemporaryDirectory() as folder:
        plain = _plain(fasta, Path(folder))
        try:
            with pyfaidx.Fasta(plain, indexname=Path(folder) / "index.fai", as_raw=True, rebuild=False) as records:
                for record in records:
                    yield record.name, np.frombuffer(str(record[:]).encode(), np.uint8)
        except (pyfaidx.FastaIndexingError, ValueError, RuntimeError) as error:
            raise HubError(f"{fasta}: {' '.join(str(error).split()).rstrip('.')}; correct the FASTA") from error


def _plain(fasta: Path, folder: Path) -> Path:
    """The FASTA itself, or an unpacked copy of one that is gzipped."""
    if not is_gzip(fasta):
        return fasta
    copy = folder / "plain.fa"
    try:
        with gzip.open(fasta) as packed, copy.open("wb") as file:
            shutil.copyfileobj(packed, file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise HubError(f"{fasta}: its compression is damaged ({error}); copy or download it again") from error
    return copy


def _record(letters: np.ndarray) -> bytes:
    codes = np.zeros(-(-len(letters) // 4) * 4, np.uint8)
    codes[: len(letters)] = _CODES[letters]
    packed = codes[0::4] << 6 | codes[1::4] << 4 | codes[2::4] << 2 | codes[3::4]
    unknown, masked = _blocks(~_KNOWN[letters]), _blocks(_LOWER[letters])
    return struct.pack("<I", len(letters)) + unknown + masked + struct.pack("<I", 0) + packed.tobytes()


def _blocks(where: np.ndarray) -> bytes:
    """Runs of True: their number, starts and lengths."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], where, [False])).astype(np.int8)))
    starts, ends = edges[0::2].astype("<u4"), edges[1::2].astype("<u4")
    return struct.pack("<I", len(starts)) + starts.tobytes() + (ends - starts).tobytes()
