"""A genome from an indexed FASTA, plain or bgzipped, and a FASTA's records one after the other. It writes no FASTA.

`FastaSource` answers like `features.sources.SequenceSource`. Letters become codes in `kernels.onehot` and nowhere else.
"""

from __future__ import annotations

import gzip
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from types import TracebackType

import numpy as np
import pysam

from ideep_scan.errors import InputError
from ideep_scan.formats.digest import digest
from ideep_scan.formats.fasta_index import ensure_index
from ideep_scan.formats.text import checked_file, is_gzipped, read_lines, unreadable
from ideep_scan.kernels.onehot import UNKNOWN, encode

# Bases of a block and number of blocks kept: for requests in the order of the genome, and for scattered ones.
_ORDERED, _SCATTERED = (1 << 20, 4), (1 << 14, 1 << 10)
_HEAD = 1 << 16
_NUCLEOTIDES = frozenset(b"ACGTUNRYSWKMBDHVXacgtunryswkmbdhvx-.")
# The empty block that ends every bgzip file (SAM/BAM format specification, section 4.1.2).
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


class FastaSource:
    """A genome read by place; a context manager. Threads may share it.

    A missing or outdated index (.fai, and .gzi for bgzip) is built beside the file. Blocks of 1 Mi bases are decoded
    once and a few of them kept, so that many small requests in the order of the genome cost little.

    Parameters
    ----------
    scattered : requests will jump about: smaller blocks are decoded, and more of them kept.

    Raises
    ------
    InputError : the file is missing, empty, a folder, no FASTA, gzip that is not bgzip, truncated, made of proteins,
        has contigs of one name or lines of unequal length, or has no index and lies in a folder that is not writable.
    """

    def __init__(self, path: str | Path, scattered: bool = False):
        self.path = checked_file(path)
        bgzipped = is_gzipped(self.path)
        _check_head(_head(self.path, bgzipped), self.path)
        ensure_index(self.path, bgzipped)
        try:
            self._file = pysam.FastaFile(str(self.path))
        except (OSError, ValueError) as error:
            raise _mismatch(self.path) from error
        self._contigs = dict(zip(self._file.references, self._file.lengths, strict=True))
        if "" in self._contigs or not any(self._contigs.values()):
            self._file.close()
            raise InputError("has a contig without a name, or no base at all; complete it", self.path)
        self._block_size, self._kept = _SCATTERED if scattered else _ORDERED
        self._blocks: OrderedDict[tuple[str, int], np.ndarray] = OrderedDict()
        self._turn = Lock()

    def __enter__(self) -> FastaSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and forget what was read."""
        self._blocks.clear()
        self._file.close()

    @property
    def contigs(self) -> Mapping[str, int]:
        """Length of each contig, in the order of the file."""
        return self._contigs

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Bases of the plus strand in genome order.

        Parameters
        ----------
        chrom : a contig's name in this file.
        start, end : 0-based half-open; they may reach past the ends of the contig.

        Returns
        -------
        int8 array (end - start,), the caller's own: 0 1 2 3 = A C G U/T whatever the case, 4 = unknown or outside.

        Raises
        ------
        KeyError : the file has no such contig.
        InputError : the file is damaged or no longer fits its index.
        """
        length = self._contigs[chrom]
        out = np.full(end - start, UNKNOWN, np.int8)
        first, last = max(start, 0), min(end, length)
        if first < last:
            size = self._block_size
            for index in range(first // size, (last - 1) // size + 1):
                origin = index * size
                left, right = max(first, origin), min(last, origin + size)
                with self._turn:
                    block = self._block(chrom, index)
                out[left - start : right - start] = block[left - origin : right - origin]
        return out

    def digest(self) -> str:
        """Fingerprint of the file's bytes (`formats.digest`)."""
        return digest(self.path)

    def _block(self, chrom: str, index: int) -> np.ndarray:
        key = (chrom, index)
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = self._read(chrom, index * self._block_size)
            if len(self._blocks) > self._kept:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(key)
        return block

    def _read(self, chrom: str, start: int) -> np.ndarray:
        end = min(start + self._block_size, self._contigs[chrom])
        try:
            letters = self._file.fetch(chrom, start, end).encode()
        except (OSError, ValueError) as error:
            raise _mismatch(self.path) from error
        if len(letters) != end - start or b">" in letters:
            raise _mismatch(self.path)
        return encode(letters)


def is_fasta(path: str | Path) -> bool:
    """Whether the first line that is not blank begins with '>'. Raises InputError for a file without lines of text."""
    return next((line.startswith(">") for _, line in read_lines(path) if line.strip()), False)


def read_fasta_records(path: str | Path, unique: bool = True) -> Iterator[tuple[str, np.ndarray]]:
    """Records of a FASTA, plain or gzipped, one after the other; needs no index.

    Parameters
    ----------
    unique : two records of one name are an error; if not, memory does not grow with the number of records.

    Yields
    ------
    (name, codes) : first word of the header; int8 array (length,), 0 1 2 3 = A C G U/T, 4 = unknown.

    Raises
    ------
    InputError : as for `FastaSource`, or two records of one name; and a record without a name or without a base.
    """
    seen: set[str] = set()
    for line, header, letters in fasta_records(path):
        name = header.split(maxsplit=1)[0] if header.strip() else ""
        if not name:
            raise InputError("a record without a name; write one after '>'", path, line)
        if name in seen:
            raise InputError(f"the name {name} occurs twice; contig names must differ", path, line)
        if unique:
            seen.add(name)
        yield name, encode(letters)


def fasta_records(path: str | Path) -> Iterator[tuple[int, str, bytes]]:
    """Records of a FASTA as they stand: (line of the header, header without '>', letters)."""
    header, begun, letters = "", 0, [""]
    for number, line in read_lines(path):
        if line.startswith(">"):
            if begun:
                yield _record(begun, header, letters, path)
            header, begun, letters = line[1:], number, []
        elif not begun:
            raise InputError("is no FASTA: the first line does not begin with '>'", path, number)
        elif line:
            if begun == 1 and not letters:
                _check_letters(line.encode(), path)
            letters.append(line.strip())
    if not begun:
        raise InputError("is no FASTA: it has no line that begins with '>'", path)
    yield _record(begun, header, letters, path)


def _record(line: int, header: str, letters: list[str], path: str | Path) -> tuple[int, str, bytes]:
    sequence = "".join(letters).encode()
    if not sequence:
        raise InputError(f"the record {header.strip()} has no sequence", path, line)
    return line, header, sequence


def _head(path: Path, gzipped: bool) -> bytes:
    """The first bytes of a FASTA, unpacked."""
    try:
        with open(path, "rb") as handle:
            if not gzipped:
                return handle.read(_HEAD)
            # A bgzip block carries its size in an extra field named BC.
            if handle.read(16)[12:14] != b"BC":
                raise InputError(
                    "is gzip, not bgzip, and cannot be read by place; recompress it: "
                    f"`gunzip -c {path.name} | bgzip > NEW.fa.gz`",
                    path,
                )
            handle.seek(-min(len(_BGZIP_END), path.stat().st_size), 2)
            if handle.read() != _BGZIP_END:
                raise InputError("the bgzip file is truncated; copy or download it again", path)
        with gzip.open(path, "rb") as unpacked:
            return unpacked.read(_HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"the bgzip file is damaged ({error}); copy or download it again", path) from error
    except OSError as error:
        raise unreadable(path, error) from error


def _check_head(head: bytes, path: Path) -> None:
    if not head.strip():
        raise InputError("holds nothing; copy or download it again", path)
    if not head.startswith(b">"):
        raise InputError("is no FASTA: it does not begin with '>'", path)
    _, _, body = head.partition(b"\n")
    _check_letters(body.split(b">", 1)[0], path)


def _check_letters(letters: bytes, path: str | Path) -> None:
    """Refuse proteins and other text by the letters at the beginning of the first record."""
    strange = sorted(set(letters) - _NUCLEOTIDES - set(b"\r\n \t"))
    if strange:
        raise InputError(
            f"the first record holds the letter {chr(strange[0])!r}, which stands for no nucleotide (a protein?); "
            "a FASTA of DNA or RNA is needed",
            path,
        )


def _mismatch(path: Path) -> InputError:
    return InputError("is damaged or does not fit its index; remove the index and run `samtools faidx` again", path)
