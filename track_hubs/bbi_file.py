"""Read bigWig and bigBed files of unknown origin in plain Python: contigs, rows, values, summaries.

libBigWig ends its process on some damaged files. Here every offset, count and size is checked against the file, and
damage is an exception.

Layout: Kent et al. 2010, Bioinformatics 26:2204, supplementary tables 5 to 17.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

BIGWIG, BIGBED = 0x888FFC26, 0x8789F2EB
_HEADER = struct.Struct("<IHHQQQHHQQIQ")
_ZOOM = struct.Struct("<IIQQ")
_TREE, _RANGES = struct.Struct("<IIIIQQ"), struct.Struct("<IIQIIIIQII")
_NODE = struct.Struct("<BxH")
_TREE_MAGIC, _RANGES_MAGIC = 0x78CA8C91, 0x2468ACE0
_LEAF, _INNER = struct.Struct("<IIIIQQ"), struct.Struct("<IIIIQ")
_SECTION = struct.Struct("<IIIIIBxH")
_SUMMARY = struct.Struct("<IIIIffff")
_ROW = struct.Struct("<III")
_STEPS = {1: struct.Struct("<IIf"), 2: struct.Struct("<If"), 3: struct.Struct("<f")}  # bedGraph, variable, fixed
_LARGEST = 1 << 26  # bytes of an unpacked block
_DEEPEST = 20  # levels of a tree
_SEARCHED, _PAGE = 1 << 26, 4096  # bytes of index and blocks that one search may take, and the least of a node


class NotBbi(Exception):
    """The file is neither bigWig nor bigBed, or is damaged; `str(error)` says why."""


class BbiFile:
    """An open bigWig or bigBed; a context manager.

    Attributes
    ----------
    is_bigwig : bool
    fields, defined_fields : int
        Columns of a bigBed, and how many of them are plain BED.
    sql_at, extension_at : int
        Offsets of its autoSql and of the header's extension, 0 if it has none.

    Raises
    ------
    NotBbi
        The file is another one, or its header is damaged.
    """

    def __init__(self, path: Path):
        try:
            self._file: BinaryIO = path.open("rb")
            self._size = os.fstat(self._file.fileno()).st_size
        except OSError as error:
            raise NotBbi(f"cannot be read ({error.strerror})") from error
        try:
            self._read_header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> BbiFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, start: int, size: int) -> bytes:
        """Read bytes. Raises NotBbi if the file does not hold them."""
        if start + size > self._size:
            raise NotBbi("is truncated or damaged")
        try:
            self._file.seek(start)
            content = self._file.read(size)
        except (OSError, OverflowError, ValueError) as error:
            raise NotBbi(f"cannot be read ({error})") from error
        if len(content) < size:
            raise NotBbi("is truncated or damaged")
        return content

    def read_up_to(self, start: int, most: int) -> bytes:
        """Read at most so many bytes, fewer at the end of the file."""
        return self.read(start, max(0, min(most, self._size - start)))

    def chroms(self) -> dict[str, int]:
        """Return name and length of each contig."""
        return {name: length for name, (_, length) in self._contigs().items()}

    def entries(self, chrom: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Give the rows of a bigBed that overlap an interval: start, end and the rest of the row."""
        if self.is_bigwig:
            raise NotBbi("is a bigWig, which has no rows")
        for number, block in self._blocks(chrom, start, end, self._index_at):
            place = 0
            while place < len(block):
                contig, first, last = _unpack(_ROW, block, place)
                stop = block.find(b"\0", place + _ROW.size)
                if stop < 0:
                    raise NotBbi("is damaged: a row does not end")
                if contig == number and first < end and last > start:
                    yield first, last, block[place + _ROW.size : stop].decode("utf-8", "replace")
                place = stop + 1

    def values(self, chrom: str, start: int, end: int) -> list[float]:
        """Return the value at each position of an interval; NaN where there is none."""
        if not self.is_bigwig:
            raise NotBbi("is a bigBed, which has no values")
        found = [float("nan")] * (end - start)
        for number, block in self._blocks(chrom, start, end, self._index_at):
            for first, last, value in _steps(block, number):
                low, high = max(first, start) - start, min(last, end) - start
                if low < high:
                    found[low:high] = [value] * (high - low)
        return found

    def summaries(self, chrom: str, parts: int) -> Iterator[tuple[int, int, float]]:
        """Give start, end and highest value of stretches of a contig.

        They come from the coarsest summary of the file that has `parts` stretches on the contig, else from its values.
        """
        if not self.is_bigwig:
            raise NotBbi("is a bigBed, which has no values")
        length = self._contigs()[chrom][1]
        levels = [at for reduction, at in self._zooms() if reduction <= max(1, length // parts)]
        if not levels:
            for number, block in self._blocks(chrom, 0, length, self._index_at):
                yield from _steps(block, number)
            return
        for number, block in self._blocks(chrom, 0, length, levels[-1]):
            for place in range(0, len(block), _SUMMARY.size):
                contig, first, last, valid, _, highest, _, _ = _unpack(_SUMMARY, block, place)
                if contig == number and valid:
                    yield first, last, highest

    def _read_header(self) -> None:
        if self._size < _HEADER.size:
            raise NotBbi("is too short for a bigWig or bigBed")
        (magic, _, self._levels, self._tree_at, _, self._index_at, self.fields, self.defined_fields, self.sql_at, _,
         self._unpacked, self.extension_at) = _HEADER.unpack(self.read(0, _HEADER.size))  # fmt: skip
        if magic not in (BIGWIG, BIGBED):
            raise NotBbi("is neither bigWig nor bigBed")
        self.is_bigwig = magic == BIGWIG
        self._known: dict[str, tuple[int, int]] | None = None

    def _zooms(self) -> list[tuple[int, int]]:
        """Bases in a summary and offset of the index of each level, finest first."""
        content = self.read(_HEADER.size, self._levels * _ZOOM.size)
        return sorted((reduction, at) for reduction, _, _, at in _ZOOM.iter_unpack(content))

    def _contigs(self) -> dict[str, tuple[int, int]]:
        """Number and length of each contig by name."""
        if self._known is None:
            self._known = dict(self._read_contigs())
        return self._known

    def _read_contigs(self) -> Iterator[tuple[str, tuple[int, int]]]:
        magic, _, key, value, count, _ = _unpack(_TREE, self.read(self._tree_at, _TREE.size), 0)
        if magic != _TREE_MAGIC or value != 8 or count * (key + value) > self._size:
            raise NotBbi("is damaged: it has no table of contigs")
        left, level, depth = count, [self._tree_at + _TREE.size], 0
        while level:
            depth += 1
            below: list[int] = []
            for at in level:
                leaf, items = _unpack(_NODE, self.read(at, _NODE.size), 0)
                content = self.read(at + _NODE.size, items * (key + 8))
                left -= items if leaf else 0
                if left < 0 or depth > _DEEPEST or len(below) + items > count:
                    raise NotBbi("is damaged: its table of contigs does not end")
                for place in range(0, len(content), key + 8):
                    name = content[place : place + key].rstrip(b"\0")
                    if leaf:
                        number, length = struct.unpack_from("<II", content, place + key)
                        yield name.decode("utf-8", "replace"), (number, length)
                    else:
                        below.append(struct.unpack_from("<Q", content, place + key)[0])
            level = below

    def _blocks(self, chrom: str, start: int, end: int, index_at: int) -> Iterator[tuple[int, bytes]]:
        """Give the number of a contig with each unpacked block that may overlap an interval of it."""
        if chrom not in self._contigs():
            return
        number = self._contigs()[chrom][0]
        magic, *_ = _unpack(_RANGES, self.read(index_at, _RANGES.size), 0)
        if magic != _RANGES_MAGIC:
            raise NotBbi("is damaged: it has no index")
        waiting, left = [index_at + _RANGES.size], _SEARCHED
        while waiting:
            at = waiting.pop()
            leaf, items = _unpack(_NODE, self.read(at, _NODE.size), 0)
            layout = _LEAF if leaf else _INNER
            nodes = list(layout.iter_unpack(self.read(at + _NODE.size, items * layout.size)))
            near = [node for node in nodes if node[:2] < (number, end) and node[2:4] > (number, start)]
            left -= max(_PAGE, items * layout.size)
            if left < 0:
                raise NotBbi("is damaged: its index does not end")
            if not leaf:
                waiting += (node[4] for node in reversed(near))
                continue
            for node in near:
                block = self._unpacked_block(node[4], node[5])
                left -= len(block)
                yield number, block

    def _unpacked_block(self, at: int, size: int) -> bytes:
        content = self.read(at, size)
        if not self._unpacked:
            return content
        try:
            return zlib.decompressobj().decompress(content, min(self._unpacked, _LARGEST) + 1)
        except zlib.error as error:
            raise NotBbi(f"is damaged ({error})") from error


def _steps(block: bytes, number: int) -> Iterator[tuple[int, int, float]]:
    """Start, end and value of each stretch in a block of a bigWig."""
    contig, first, _, step, span, kind, count = _unpack(_SECTION, block, 0)
    layout = _STEPS.get(kind)
    if layout is None or len(block) < _SECTION.size + count * layout.size:
        raise NotBbi("is damaged: a section has another length than it says")
    if contig != number:
        return
    for i in range(count):
        fields = layout.unpack_from(block, _SECTION.size + i * layout.size)
        if kind == 1:
            yield fields
        elif kind == 2:
            yield fields[0], fields[0] + span, fields[1]
        else:
            yield first + i * step, first + i * step + span, fields[0]


def _unpack(layout: struct.Struct, content: bytes, place: int) -> tuple[Any, ...]:
    if place + layout.size > len(content):
        raise NotBbi("is truncated or damaged")
    return layout.unpack_from(content, place)
