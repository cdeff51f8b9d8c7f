"""Writer of 2bit files, the genome format of assembly hubs for UCSC, IGV and JBrowse 2.

The Python libraries twobitreader, py2bit and Biopython only read 2bit. UCSC's faToTwoBit is a separate binary.
Format: UCSC's specification of .2bit, version 0, which is limited to 4 GB.
One contig at a time is in memory.
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
_CODES = np.zeros(256, np.uint8)  # 0 for T and for unknown bases
for _letters, _code in ((b"Cc", 1), (b"Aa", 2), (b"Gg", 3)):
    _CODES[list(_letters)] = _code
_KNOWN = np.zeros(256, bool)
_KNOWN[list(b"ACGTUacgtu")] = True
_LOWER = np.zeros(256, bool)
_LOWER[ord("a") : ord("z") + 1] = True


def write_two_bit(fasta: Path, path: Path) -> dict[str, int]:
    """Write all sequences of a FASTA as a 2bit file.

    U becomes T. All letters except A, C, G and T become N. Lower case becomes the repeat mask.
    The file appears under its name only when it is complete.

    Parameters
    ----------
    fasta : Path
        The FASTA file, plain or gzipped.
    path : Path
        The 2bit file.

    Returns
    -------
    dict of str to int
        Name and length in nt of each contig.

    Raises
    ------
    HubError
        The FASTA cannot be read, is malformed, repeats a contig or is too large, or the 2bit cannot be written.
    """
    sizes: dict[str, int] = {}
    try:
        with atomic_file(path) as temporary, tempfile.TemporaryFile(dir=path.parent) as body:
            starts = []
            for name, letters in _sequences(fasta):
                starts.append(body.tell())
                body.write(_record(letters))
                sizes[name] = len(letters)
            _check_limits(path, sizes, body.tell())
            _assemble(temporary, body, sizes, starts)
    except OSError as error:
        raise HubError(
            f"{error.filename or path}: {error.strerror or error}; check the FASTA and free space"
        ) from error
    return sizes


def is_two_bit(path: Path) -> bool:
    """Tell whether a file has the signature of 2bit, in either byte order."""
    with path.open("rb") as file:
        start = file.read(4)
    return start in (struct.pack("<I", _SIGNATURE), struct.pack(">I", _SIGNATURE))


def _check_limits(path: Path, sizes: dict[str, int], body_size: int) -> None:
    names = [name.encode() for name in sizes]
    if _index_size(names) + body_size >= _LIMIT or any(len(name) > 255 for name in names):
        raise HubError(f"{path}: too large for 2bit, or a contig name is too long; use UCSC's faToTwoBit -long")


def _index_size(names: list[bytes]) -> int:
    """Return the bytes of header and index."""
    return 16 + sum(1 + len(name) + 4 for name in names)


def _assemble(path: Path, body: IO[bytes], sizes: dict[str, int], starts: list[int]) -> None:
    """Write header, index and records."""
    names = [name.encode() for name in sizes]
    begin = _index_size(names)
    with path.open("wb") as file:
        file.write(struct.pack("<4I", _SIGNATURE, _VERSION, len(names), 0))
        for name, start in zip(names, starts, strict=True):
            file.write(struct.pack("<B", len(name)) + name + struct.pack("<I", begin + start))
        body.seek(0)
        shutil.copyfileobj(body, file)


def _sequences(fasta: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the name and letters (uint8) of each record."""
    with tempfile.TemporaryDirectory() as folder:
        plain = _plain(fasta, Path(folder))
        try:
            with pyfaidx.Fasta(plain, indexname=Path(folder) / "index.fai", as_raw=True, rebuild=False) as records:
                for record in records:
                    yield record.name, np.frombuffer(str(record[:]).encode(), np.uint8)
        except (pyfaidx.FastaIndexingError, ValueError, RuntimeError) as error:
            raise HubError(f"{fasta}: {' '.join(str(error).split()).rstrip('.')}; correct the FASTA") from error


def _plain(fasta: Path, folder: Path) -> Path:
    """Return the FASTA, or an unpacked copy in `folder` if it is gzipped."""
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
    """Pack a sequence as a 2bit record."""
    codes = np.zeros(-(-len(letters) // 4) * 4, np.uint8)
    codes[: len(letters)] = _CODES[letters]
    packed = codes[0::4] << 6 | codes[1::4] << 4 | codes[2::4] << 2 | codes[3::4]
    unknown, masked = _blocks(~_KNOWN[letters]), _blocks(_LOWER[letters])
    return struct.pack("<I", len(letters)) + unknown + masked + struct.pack("<I", 0) + packed.tobytes()


def _blocks(mask: np.ndarray) -> bytes:
    """Pack the runs of True in a mask: number, starts, lengths."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    starts, ends = edges[0::2].astype("<u4"), edges[1::2].astype("<u4")
    return struct.pack("<I", len(starts)) + starts.tobytes() + (ends - starts).tobytes()
