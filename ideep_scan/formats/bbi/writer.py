"""Write the parts that bigWig and bigBed share: compressed blocks, their index, zoom levels and header.

Memory holds one block per zoom level and one page of each index, however many contigs and blocks there are.
Finished zoom blocks and pages go to one unnamed temporary file, so each file has at most two open files.
"""

from __future__ import annotations

import contextlib
import struct
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from ideep_scan.formats.bbi import layout
from ideep_scan.formats.bbi.record_pages import RecordPages
from ideep_scan.formats.deflate import compress_block

SMALLEST_BIN = 64  # nt
_ZOOMS = tuple(SMALLEST_BIN * 4**level for level in range(8))  # nt per bin: 64 nt to 1 Mb
_ZOOM_RECORDS = 512  # of a block
_SPOOLED = 1 << 17  # bytes of the temporary file in memory; the files of 142 models grow in step
_SUMMARY = struct.Struct("<Qdddd")


class Summary(NamedTuple):
    """Summary of the values of a file: number, minimum, maximum, sum and sum of squares."""

    values: int
    least: float
    greatest: float
    total: float
    squares: float


class _Blocks:
    """Compressed blocks of a file with their index."""

    def __init__(self, file: IO[bytes], spool: IO[bytes]):
        self.file = file
        self.entries = RecordPages(spool, layout.ENTRY_BYTES)
        self.largest_block = 0

    def append(self, chrom: int, start: int, end: int, block: bytes) -> None:
        """Compress and write one block."""
        packed = compress_block(block)
        entry = layout.encode_block_entry(chrom, start, end, self.file.tell(), len(packed))
        self.file.write(packed)
        self.entries.append(entry)
        self.largest_block = max(self.largest_block, len(block))


class _Zoom:
    """One zoom level, summed while values are written."""

    def __init__(self, size: int, file: IO[bytes]):
        self.size = size
        self.count = 0
        self.open = np.empty(0, layout.SUMMARY)  # bins of the next block; the last one may still grow
        self.blocks = _Blocks(file, file)

    def add(self, chrom: int, length: int, records: np.ndarray, is_end: bool) -> np.ndarray:
        """Add records of the level below; return the complete bins (all bins at the end of a contig)."""
        previous_count = max(len(self.open) - 1, 0)  # bins that were returned before
        if len(records):
            self.open = layout.summarise(np.concatenate([self.open, records]), self.size, length)
        complete = self.open[previous_count : len(self.open) if is_end else len(self.open) - 1]
        self.count += len(complete)
        is_complete = len(self.open) if is_end else (len(self.open) - 1) // _ZOOM_RECORDS * _ZOOM_RECORDS
        for a in range(0, is_complete, _ZOOM_RECORDS):
            block = self.open[a : min(a + _ZOOM_RECORDS, is_complete)]
            self.blocks.append(
                chrom, int(block["start"][0]), int(block["end"][-1]), layout.encode_zoom_block(chrom, block)
            )
        self.open = self.open[is_complete:]
        return complete


class BbiFile:
    """A bigWig or bigBed in progress.

    Parameters
    ----------
    path : Path
        The file; it may exist.
    contigs : Mapping[str, int]
        Length of each contig in nt. Blocks name contigs by their index.
    sql : bytes
        autoSql of a bigBed; empty for a bigWig.

    Attributes
    ----------
    blocks : int
        Number of data blocks.

    Raises
    ------
    OSError
        The file cannot be written. All methods but `discard` raise it too.
    """

    def __init__(self, path: Path, contigs: Mapping[str, int], sql: bytes = b""):
        headers = layout.HEADER_BYTES + len(_ZOOMS) * layout.ZOOM_HEADER_BYTES
        declaration = sql + b"\0" if sql else b""
        self._sql_at = headers if sql else 0
        self._summary_at = headers + len(declaration)
        self._tree_at = self._summary_at + _SUMMARY.size
        tree = layout.encode_chrom_tree(contigs, self._tree_at)
        self._data_at = self._tree_at + len(tree)
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(_SPOOLED, dir=str(path.parent))  # noqa: SIM115
        self._zooms = [_Zoom(size, self._spool) for size in _ZOOMS]
        self._file: IO[bytes] = path.open("wb")
        self._data = _Blocks(self._file, self._spool)
        self._file.write(bytes(headers) + declaration + bytes(_SUMMARY.size) + tree + bytes(8))

    @property
    def blocks(self) -> int:
        """Number of data blocks."""
        return len(self._data.entries)

    def make_pages(self, size: int) -> RecordPages:
        """Make an empty list of records that is stored with the file until `finish`.

        Parameters
        ----------
        size : int
            Bytes of a record.

        Returns
        -------
        RecordPages
            The list.
        """
        return RecordPages(self._spool, size)

    def append(self, chrom: int, start: int, end: int, block: bytes) -> None:
        """Compress and write a data block that covers an interval of one contig."""
        self._data.append(chrom, start, end, block)

    def add_bins(self, chrom: int, length: int, records: np.ndarray, is_end: bool) -> None:
        """Add bins of a contig to the zoom levels.

        Parameters
        ----------
        chrom : int
            Index of the contig.
        length : int
            Its length in nt.
        records : np.ndarray
            `layout.SUMMARY` array (n,), none of them wider than `SMALLEST_BIN` or across its multiples.
        is_end : bool
            True with the last bins of the contig.
        """
        for zoom in self._zooms:
            records = zoom.add(chrom, length, records, is_end)

    def finish(self, header: layout.FileKind, items: int, summary: Summary) -> None:
        """Write the index, the zoom levels that save enough, and finally the header; close the file.

        Parameters
        ----------
        header : FileKind
            Magic number and number of fields.
        items : int
            Number that precedes the data: blocks of a bigWig, rows of a bigBed.
        summary : Summary
            Summary of all values.
        """
        index_at = self._write_index(list(self._data.entries))
        zoom_headers, previous_count = b"", summary.values
        for zoom in self._zooms:
            if zoom.count * 2 > previous_count:
                continue
            previous_count = zoom.count
            zoom_at = self._file.tell()
            self._file.write(struct.pack("<I", zoom.count))
            zoom_headers += struct.pack("<IIQQ", zoom.size, 0, zoom_at, self._write_zoom(zoom))
        self._file.write(struct.pack("<I", header.magic))
        self._file.seek(0)
        encoded = layout.encode_header(
            header,
            zooms=len(zoom_headers) // layout.ZOOM_HEADER_BYTES,
            tree=self._tree_at,
            data=self._data_at,
            index=index_at,
            sql=self._sql_at,
            summary=self._summary_at,
            largest_block=max([self._data.largest_block] + [zoom.blocks.largest_block for zoom in self._zooms]),
        )
        self._file.write(encoded + zoom_headers)
        self._file.seek(self._summary_at)
        self._file.write(_SUMMARY.pack(*summary))
        self._file.seek(self._data_at)
        self._file.write(struct.pack("<Q", items))
        self._spool.close()
        self._file.close()

    def discard(self) -> None:
        """Close the file without finishing it."""
        with contextlib.suppress(OSError):  # buffered bytes may not fit on the disk
            self._file.close()
        self._spool.close()

    def _write_zoom(self, zoom: _Zoom) -> int:
        """Append a zoom level; return the offset of its index."""
        moved = []
        for entry in zoom.blocks.entries:
            offset, size = struct.unpack("<QQ", entry[16:])
            moved.append(entry[:16] + struct.pack("<QQ", self._file.tell(), size))
            self._spool.seek(offset)
            self._file.write(self._spool.read(size))
        return self._write_index(moved)

    def _write_index(self, entries: Sequence[bytes]) -> int:
        offset = self._file.tell()
        self._file.write(layout.encode_range_tree(entries, offset, offset))
        return offset
