"""A genome from an indexed FASTA, plain or bgzipped, and a reader of FASTA records.

`FastaSource` implements `features.sources.SequenceSource`. `kernels.onehot` turns letters into codes.
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
from ideep_scan.formats.bgzip import check_last_block, is_bgzip
from ideep_scan.formats.fasta.even_copy import temporary_folder, write_even_copy
from ideep_scan.formats.fasta.index import IndexedFasta, list_index_paths, open_indexed
from ideep_scan.formats.fasta.layout import LayoutError, find_non_nucleotide
from ideep_scan.formats.foreign_tables import refuse_other_format
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.text import is_gzip, read_error, read_lines
from ideep_scan.kernels.onehot import UNKNOWN, encode

# Bases of a block and number of cached blocks, for requests in genome order and for scattered requests.
_ORDERED = (1 << 20, 4)
_SCATTERED = (1 << 14, 1 << 10)
_HEAD = 1 << 16
_PACKED_SUFFIXES = (".gz", ".bgz")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class FastaSource:
    """A genome with random access; a context manager. Threads may share it.

    A missing index (.fai, and .gzi for bgzip), or one that does not fit, is built.
    Blocks of 1 Mi bases are decoded once and cached, so many small requests in genome order are fast.

    Parameters
    ----------
    path : str or Path
        The FASTA.
    scattered : bool
        True for requests in no order: blocks are smaller, and more of them are cached.

    Attributes
    ----------
    file : InputFile
        The FASTA at the time it was opened.
    path : Path
        Its path.
    notes : tuple[str, ...]
        Remarks on its index and its lines for the user.

    Raises
    ------
    InputError
        The file is missing, empty, a folder, not a FASTA, gzip but not bgzip, truncated, of proteins, or has repeated
        contig names.
    """

    def __init__(self, path: str | Path, scattered: bool = False):
        self.file = InputFile(path)
        self.path = self.file.path
        with ExitStack() as stack:
            self._indexed = self._open(stack)
            stack.callback(self._indexed.source.close)
            index = self._indexed.index
            self._contigs = dict(zip(index.names, index.lengths.tolist(), strict=True))
            if not index.lengths.any():
                raise InputError("has no bases; download it again", self.path)
            self._stack = stack.pop_all()
        self.notes = self._indexed.notes
        self._rows = {name: row for row, name in enumerate(index.names)}
        self._block_size, self._cached_blocks = _SCATTERED if scattered else _ORDERED
        self._blocks: OrderedDict[tuple[str, int], np.ndarray] = OrderedDict()
        self._lock = Lock()

    def _open(self, stack: ExitStack) -> IndexedFasta:
        head = _head(self.path, is_gzip(self.path))
        _check_head(head, self.path)
        return _open_with_index(self.file, head.startswith(_BYTE_ORDER_MARK), stack)

    def __enter__(self) -> FastaSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and empty the cache."""
        self._blocks.clear()
        self._stack.close()

    @property
    def contigs(self) -> Mapping[str, int]:
        """Length of each contig in nt, in the order of the file."""
        return self._contigs

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Read the bases of the plus strand in genome order.

        Parameters
        ----------
        chrom : str
            Name of a contig of this file.
        start, end : int
            0-based half-open interval. It may reach past the ends of the contig.

        Returns
        -------
        np.ndarray
            int8 array (end - start,), a copy: 0 1 2 3 = A C G U/T in either case, 4 = unknown or outside the contig.

        Raises
        ------
        KeyError
            The file lacks the contig.
        InputError
            The file is damaged, was overwritten, or holds a letter that is not a nucleotide.
        """
        length = self._contigs[chrom]
        out = np.full(end - start, UNKNOWN, np.int8)
        first, last = max(start, 0), min(end, length)
        if first < last:
            size = self._block_size
            for index in range(first // size, (last - 1) // size + 1):
                origin = index * size
                left, right = max(first, origin), min(last, origin + size)
                with self._lock:
                    block = self._block(chrom, index)
                out[left - start : right - start] = block[left - origin : right - origin]
        return out

    def digest(self) -> str:
        """Compute the digest of the file's bytes (`track_hubs.digest`)."""
        return self.file.digest()

    def write_copy(self, folder: Path) -> Path:
        """Copy the FASTA with its index into a folder, for readers that need both side by side.

        Parameters
        ----------
        folder : Path
            The folder.

        Returns
        -------
        Path
            The copy of the FASTA.

        Raises
        ------
        InputError
            The FASTA was replaced or overwritten since it was opened.
        OutputError
            A file cannot be written.
        """
        index = self._indexed.index
        # Browsers read a file with the suffix .gz as bgzip.
        is_misnamed = index.gzi is None and self.path.suffix.lower() in _PACKED_SUFFIXES
        copy = folder / (self.path.stem if is_misnamed else self.path.name)
        with AtomicFile(copy) as part:
            self._indexed.file.copy(part)
        for path, content in zip(list_index_paths(copy, index.gzi is not None), (index.fai, index.gzi), strict=False):
            with AtomicFile(path) as part:
                part.write_bytes(content or b"")
        return copy

    def _block(self, chrom: str, index: int) -> np.ndarray:
        key = (chrom, index)
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = self._read(chrom, index * self._block_size)
            if len(self._blocks) > self._cached_blocks:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(key)
        return block

    def letters(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Read the letters of an interval inside a contig as the file has them; see `IndexedFasta.letters`."""
        return self._indexed.letters(self._rows[chrom], start, end, path=self.path)

    def _read(self, chrom: str, start: int) -> np.ndarray:
        end = min(start + self._block_size, self._contigs[chrom])
        return encode(self.letters(chrom, start, end).tobytes())


def _open_with_index(file: InputFile, has_mark: bool, stack: ExitStack) -> IndexedFasta:
    """Open a FASTA with its index, or a temporary copy with even lines if it cannot be indexed itself."""
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
        raise InputError(error.message, file.path, error.line if error.path == file.path else None) from error
    file.check()
    note = f"{file.path.name} has no random access ({reason}); a temporary copy with even lines is used"
    return IndexedFasta(indexed.file, indexed.index, indexed.source, (note,))


def is_fasta(path: str | Path) -> bool:
    """Test whether a file is a FASTA by its first line that is not blank.

    Parameters
    ----------
    path : str or Path
        The file, plain or gzipped.

    Returns
    -------
    bool
        True if the line begins with '>'.

    Raises
    ------
    InputError
        The file cannot be read as text.
    """
    return next((line.startswith(">") for _, line in read_lines(path) if line.strip()), False)


def read_fasta_records(path: str | Path, unique: bool = True) -> Iterator[tuple[str, np.ndarray]]:
    """Read the records of a FASTA in their order. No index is needed.

    Parameters
    ----------
    path : str or Path
        The FASTA, plain or gzipped.
    unique : bool
        Raise an error if a name occurs twice. With False, memory does not grow with the number of records.

    Yields
    ------
    name : str
        First word of the header.
    codes : np.ndarray
        int8 array (length,): 0 1 2 3 = A C G U/T, 4 = unknown.

    Raises
    ------
    InputError
        The file cannot be read, is not a FASTA, or has a record without a name or without bases.
    """
    names: set[str] = set()
    for line, header, codes in read_headed_records(path):
        name = header.split(maxsplit=1)[0]
        if name in names:
            raise InputError(f"the name {name} occurs twice; contig names must differ", path, line)
        if unique:
            names.add(name)
        yield name, codes


def read_headed_records(path: str | Path) -> Iterator[tuple[int, str, np.ndarray]]:
    """Read the records of a FASTA with their complete headers, in their order.

    Parameters
    ----------
    path : str or Path
        The FASTA, plain or gzipped.

    Yields
    ------
    line : int
        1-based number of the line of the header.
    header : str
        The header without '>'; it has at least one word.
    codes : np.ndarray
        int8 array (length,): 0 1 2 3 = A C G U/T, 4 = unknown.

    Raises
    ------
    InputError
        The file cannot be read, is not a FASTA, or has a record without a name or without bases.
    """
    for line, header, sequence in read_raw_records(path):
        if not header.strip():
            raise InputError("has a record without a name; write one after '>'", path, line)
        position = find_non_nucleotide(np.frombuffer(sequence, np.uint8))
        if position is not None:
            name = header.split(maxsplit=1)[0]
            raise InputError(
                f"the record {name} holds {chr(sequence[position])!r}, which is not a nucleotide; "
                "give DNA or RNA, without gaps",
                path,
                line,
            )
        yield line, header, encode(sequence)


def read_raw_records(path: str | Path) -> Iterator[tuple[int, str, bytes]]:
    """Read the records of a FASTA without interpreting them.

    Parameters
    ----------
    path : str or Path
        The FASTA, plain or gzipped.

    Yields
    ------
    line : int
        1-based number of the line of the header.
    header : str
        The header without '>'.
    letters : bytes
        The sequence without blanks.

    Raises
    ------
    InputError
        The file cannot be read, is not a FASTA, or has a record without bases.
    """
    header, header_line, parts = "", 0, [""]
    for number, line in read_lines(path):
        if line.startswith(">"):
            if header_line:
                yield _record(header_line, header, parts, path)
            header, header_line, parts = line[1:], number, []
        elif not header_line and line.strip():
            refuse_other_format(path, "FASTA")
            raise InputError("is not a FASTA: the first line does not begin with '>'", path, number)
        elif bases := "".join(line.split()):
            if header_line == 1 and not parts:
                _check_first_record(bases.encode(), path)
            parts.append(bases)
    if not header_line:
        raise InputError("is not a FASTA: no line begins with '>'", path)
    yield _record(header_line, header, parts, path)


def _record(line: int, header: str, parts: list[str], path: str | Path) -> tuple[int, str, bytes]:
    sequence = "".join(parts).encode()
    if not sequence:
        raise InputError(f"the record {header.strip()} has no sequence", path, line)
    return line, header, sequence


def _head(path: Path, gzipped: bool) -> bytes:
    """Read the first uncompressed bytes of a FASTA."""
    try:
        if not gzipped:
            with open(path, "rb") as handle:
                return handle.read(_HEAD)
        if not is_bgzip(path):
            raise InputError(
                "is gzip, not bgzip, which has no random access; recompress it: "
                f"`gunzip -c {path.name} | bgzip > NEW.fa.gz`",
                path,
            )
        check_last_block(path)
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
        refuse_other_format(path, "FASTA")
        raise InputError("is not a FASTA: it does not begin with '>'", path)
    _, _, body = head.partition(b"\n")
    _check_first_record(b"".join(body.split(b">", 1)[0].split()), path)


def _check_first_record(sequence: bytes, path: str | Path) -> None:
    """Refuse proteins and other text by the first letters of the first record."""
    position = find_non_nucleotide(np.frombuffer(sequence, np.uint8))
    if position is not None:
        raise InputError(
            f"the first record holds {chr(sequence[position])!r}, which is not a nucleotide (a protein? a gap?); "
            "give a FASTA of DNA or RNA",
            path,
        )
