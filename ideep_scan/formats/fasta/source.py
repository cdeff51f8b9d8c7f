"""A genome from an indexed FASTA, plain or bgzipped, and a FASTA's records one after the other.

`FastaSource` answers like `features.sources.SequenceSource`. Letters become codes in `kernels.onehot` and nowhere else.
"""

from __future__ import annotations

import gzip
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from types import TracebackType

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.fasta.even_copy import temporary_folder, write_even_copy
from ideep_scan.formats.fasta.index import IndexedFasta, index_paths, open_indexed
from ideep_scan.formats.fasta.layout import LayoutError, check_letters, find_non_nucleotide, letters
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.text import is_gzip, read_error, read_lines
from ideep_scan.kernels.onehot import UNKNOWN, encode

# Bases of a block and number of blocks kept: for requests in the order of the genome, and for scattered ones.
_ORDERED, _SCATTERED = (1 << 20, 4), (1 << 14, 1 << 10)
_HEAD = 1 << 16
_PACKED_SUFFIXES = (".gz", ".bgz")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The empty block that ends every bgzip file (SAM/BAM format specification, section 4.1.2).
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


class FastaSource:
    """A genome read by place; a context manager. Threads may share it.

    An index (.fai, and .gzi for bgzip) that is missing or does not fit the file is built. Blocks of 1 Mi bases are
    decoded once and a few of them cached, so that many small requests in the order of the genome cost little.

    Parameters
    ----------
    path : str or Path
        The FASTA.
    scattered : bool
        Requests will jump about: decode smaller blocks, and cache more of them.

    Attributes
    ----------
    file : InputFile
        The FASTA as it was when it was opened.
    notes : tuple of str
        What a user should know of its index and its lines, a line each.

    Raises
    ------
    InputError
        The file is missing, empty, a folder, not a FASTA, gzip that is not bgzip, truncated, made of proteins, or has
        contigs of one name.
    """

    def __init__(self, path: str | Path, scattered: bool = False):
        self.file = InputFile(path)
        self.path = self.file.path
        bgzipped = is_gzip(self.path)
        head = _head(self.path, bgzipped)
        _check_head(head, self.path)
        with ExitStack() as stack:
            self._indexed = _opened(self.file, head.startswith(_BYTE_ORDER_MARK), stack)
            stack.callback(self._indexed.source.close)
            index = self._indexed.index
            self._contigs = dict(zip(index.names, index.lengths.tolist(), strict=True))
            if not index.lengths.any():
                raise InputError("has no base at all; complete it", self.path)
            self._stack = stack.pop_all()
        self.notes = self._indexed.notes
        self._rows = {name: row for row, name in enumerate(index.names)}
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
        self._stack.close()

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
        InputError : the file is damaged, was overwritten, or holds what is not a base.
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
        return self.file.digest()

    def write_copy(self, folder: Path) -> Path:
        """Copy the FASTA with its index into a folder, for readers that need both side by side.

        Returns
        -------
        Path
            The copy of the FASTA.
        """
        index = self._indexed.index
        # Browsers take a file called .gz for bgzip.
        is_misnamed = index.gzi is None and self.path.suffix.lower() in _PACKED_SUFFIXES
        copy = folder / (self.path.stem if is_misnamed else self.path.name)
        with AtomicFile(copy) as part:
            self._indexed.file.copy(part)
        for path, content in zip(index_paths(copy, index.gzi is not None), (index.fai, index.gzi), strict=False):
            with AtomicFile(path) as part:
                part.write_bytes(content or b"")
        return copy

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
            found = letters(self._indexed.index, self._indexed.source, self._rows[chrom], start, end)
        except LayoutError as error:
            raise InputError(
                f"is damaged, or its index is that of another file ({error}); remove the index and start again",
                self.path,
            ) from error
        check_letters(found, chrom, start, self.path)
        return encode(found.tobytes())


def _opened(file: InputFile, has_mark: bool, stack: ExitStack) -> IndexedFasta:
    """Open a FASTA by place: itself, or a temporary copy with even lines if its own cannot be indexed."""
    reason = "it begins with a byte order mark"
    if not has_mark:
        try:
            return open_indexed(file)
        except LayoutError as error:
            reason = " ".join(str(error).split())
    copy = stack.enter_context(temporary_folder(file.path)) / "even.fa"
    try:
        write_even_copy(file.path, copy)
        indexed = open_indexed(InputFile(copy))
    except LayoutError as error:
        raise InputError(
            f"cannot be indexed: {error}; give a FASTA whose contigs have lines of equal length (`seqkit seq -w 60`)",
            file.path,
        ) from error
    except InputError as error:
        raise InputError(str(error).removeprefix(f"{copy}: "), file.path) from error
    file.check()
    note = f"{file.path.name} cannot be read by place as it is ({reason}): a temporary copy with even lines is read"
    return IndexedFasta(indexed.file, indexed.index, indexed.source, (note,))


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
    for line, header, sequence in fasta_records(path):
        name = header.split(maxsplit=1)[0] if header.strip() else ""
        if not name:
            raise InputError("a record without a name; write one after '>'", path, line)
        if name in seen:
            raise InputError(f"the name {name} occurs twice; contig names must differ", path, line)
        strange = find_non_nucleotide(np.frombuffer(sequence, np.uint8))
        if strange is not None:
            raise InputError(
                f"the record {name} holds {chr(sequence[strange])!r}, which stands for no nucleotide; "
                "give DNA or RNA, without gaps",
                path,
                line,
            )
        if unique:
            seen.add(name)
        yield name, encode(sequence)


def fasta_records(path: str | Path) -> Iterator[tuple[int, str, bytes]]:
    """Records of a FASTA as they stand: (line of the header, header without '>', letters)."""
    header, begun, parts = "", 0, [""]
    for number, line in read_lines(path):
        if line.startswith(">"):
            if begun:
                yield _record(begun, header, parts, path)
            header, begun, parts = line[1:], number, []
        elif not begun and line.strip():
            raise InputError("is no FASTA: the first line does not begin with '>'", path, number)
        elif bases := "".join(line.split()):
            if begun == 1 and not parts:
                _check_first_record(bases.encode(), path)
            parts.append(bases)
    if not begun:
        raise InputError("is no FASTA: it has no line that begins with '>'", path)
    yield _record(begun, header, parts, path)


def _record(line: int, header: str, parts: list[str], path: str | Path) -> tuple[int, str, bytes]:
    sequence = "".join(parts).encode()
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
        raise read_error(path, error) from error


def _check_head(head: bytes, path: Path) -> None:
    head = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not head:
        raise InputError("holds nothing; copy or download it again", path)
    if not head.startswith(b">"):
        raise InputError("is no FASTA: it does not begin with '>'", path)
    _, _, body = head.partition(b"\n")
    _check_first_record(b"".join(body.split(b">", 1)[0].split()), path)


def _check_first_record(sequence: bytes, path: str | Path) -> None:
    """Refuse proteins and other text by the letters at the beginning of the first record."""
    strange = find_non_nucleotide(np.frombuffer(sequence, np.uint8))
    if strange is not None:
        raise InputError(
            f"the first record holds {chr(sequence[strange])!r}, which stands for no nucleotide (a protein? a gap?); "
            "a FASTA of DNA or RNA is needed",
            path,
        )
