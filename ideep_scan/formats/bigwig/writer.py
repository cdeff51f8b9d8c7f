"""Write scores as bigWig: a value per scored position.

`layout` encodes the bytes and Python writes them. libBigWig (in pyBigWig 0.3.29) corrupts memory if the disk is full.
It also keeps all zoom levels in memory until the end.
Memory here is one buffer of values, an index entry per 4,096 values, and one block per zoom level.
Finished zoom blocks of all levels go to one unnamed temporary file, so each track has at most two open files.
"""

from __future__ import annotations

import contextlib
import math
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.bigwig import layout as bbi
from ideep_scan.formats.bigwig.verify import CHECKED, matches_content
from ideep_scan.formats.runner import Runner, run_here
from ideep_scan.kernels.bins import list_scored
from ideep_scan.records.scores import ScoreTrack

_DECIMALS = 3
_BUFFERED = 1 << 16  # values
_ZOOMS = tuple(64 * 4**level for level in range(8))  # nt per bin: 64 nt to 1 Mb
_ZOOM_RECORDS = 512  # of a block
_SPOOLED = 1 << 20  # bytes of zoom blocks in memory


@dataclass(frozen=True, slots=True)
class WrittenTrack:
    """The content of a finished track.

    Attributes
    ----------
    path : Path or None
        The file; None if no position was scored.
    count : int
        Number of values.
    sum, min, max : float
        Sum, minimum and maximum of the values. Minimum and maximum are NaN without values.
    """

    path: Path | None
    count: int
    sum: float
    min: float
    max: float


class _Blocks:
    """Compressed blocks of a file with their index."""

    def __init__(self, file: IO[bytes]):
        self.file = file
        self.entries = bytearray()  # of `bbi.ENTRY_BYTES` each, in one buffer to save memory
        self.largest_block = 0

    def __len__(self) -> int:
        return len(self.entries) // bbi.ENTRY_BYTES

    def split_entries(self) -> list[bytes]:
        """Split the entries."""
        size = bbi.ENTRY_BYTES
        return [bytes(self.entries[offset : offset + size]) for offset in range(0, len(self.entries), size)]

    def append(self, chrom: int, start: int, end: int, block: bytes) -> None:
        """Compress and write one block."""
        packed = bbi.compress(block)
        self.entries += bbi.encode_block_entry(chrom, start, end, self.file.tell(), len(packed))
        self.file.write(packed)
        self.largest_block = max(self.largest_block, len(block))


class _Zoom:
    """One zoom level, summed while values are written."""

    def __init__(self, size: int, file: IO[bytes]):
        self.size = size
        self.count = 0
        self.open = np.empty(0, bbi.SUMMARY)  # bins of the next block; the last one may still grow
        self.blocks = _Blocks(file)

    def add(self, chrom: int, length: int, records: np.ndarray, is_end: bool) -> np.ndarray:
        """Add records of the level below; return the complete bins (all bins at the end of a contig)."""
        previous_count = max(len(self.open) - 1, 0)  # bins that were returned before
        if len(records):
            self.open = bbi.summarise(np.concatenate([self.open, records]), self.size, length)
        complete = self.open[previous_count : len(self.open) if is_end else len(self.open) - 1]
        self.count += len(complete)
        is_complete = len(self.open) if is_end else (len(self.open) - 1) // _ZOOM_RECORDS * _ZOOM_RECORDS
        for a in range(0, is_complete, _ZOOM_RECORDS):
            block = self.open[a : min(a + _ZOOM_RECORDS, is_complete)]
            self.blocks.append(
                chrom, int(block["start"][0]), int(block["end"][-1]), bbi.encode_zoom_block(chrom, block)
            )
        self.open = self.open[is_complete:]
        return complete


class BigWigWriter:
    """Write the scores of one strand in genome order, rounded to three decimals.

    As a context manager it closes the file at the end, or removes it if the block raises.

    Parameters
    ----------
    path : str or Path
        Final name of the file. It appears at `close`, after it was verified.
    contigs : Mapping[str, int]
        Length of each contig in nt, in the order of the tracks.
    runner : Runner
        Verifies the file at the end, in this process or in another one.

    Raises
    ------
    OutputError
        The file cannot be written, or a track does not fit the contigs.
    """

    def __init__(self, path: str | Path, contigs: Mapping[str, int], runner: Runner = run_here):
        self._contigs = dict(contigs)
        self._runner = runner
        self._ids = {name: number for number, name in enumerate(self._contigs)}
        self._staged = AtomicFile(path)
        self._chrom, self._end = next(iter(self._contigs), ""), 0
        self._pending: list[tuple[np.ndarray, np.ndarray]] = []
        self._buffered = 0
        self._count, self._sum, self._squares = 0, 0.0, 0.0
        self._min, self._max = math.inf, -math.inf
        self._touched: dict[str, set[int]] = {}
        try:
            self._file: IO[bytes] = self._staged.part.open("wb")
            self._tree_at = bbi.HEADER_BYTES + len(_ZOOMS) * bbi.ZOOM_HEADER_BYTES + 40
            tree = bbi.encode_chrom_tree(self._contigs, self._tree_at)
            self._file.write(bytes(self._tree_at) + tree + bytes(8))
        except OSError as error:
            self._staged.discard()
            raise self._staged.write_error(error) from error
        self._data_at = self._tree_at + len(tree)
        self._data = _Blocks(self._file)
        folder = str(self._staged.path.parent)
        self._waiting: IO[bytes] = tempfile.SpooledTemporaryFile(_SPOOLED, dir=folder)  # noqa: SIM115
        self._zooms = [_Zoom(size, self._waiting) for size in _ZOOMS]

    def add(self, track: ScoreTrack) -> None:
        """Append the scored positions of a track.

        Parameters
        ----------
        track : ScoreTrack
            It follows all earlier tracks in genome order.

        Raises
        ------
        OutputError
            The disk is full, or a position is outside of the contigs.
        ValueError
            The track is not in genome order.
        """
        offsets, values = list_scored(np.ascontiguousarray(track.values, np.float32), _DECIMALS)
        if not len(offsets):
            return
        positions = offsets + track.start
        first, last = int(positions[0]), int(positions[-1])
        self._place(track.chrom, first, last + 1)
        self._touched.setdefault(track.chrom, set()).update(range(first // CHECKED, last // CHECKED + 1))
        self._pending.append((positions, values))
        self._buffered += len(values)
        if self._buffered >= _BUFFERED:
            self._flush()

    def close(self) -> WrittenTrack:
        """Finish and verify the file and give it its final name.

        Readers differ on a bigWig without values (pybigtools 0.3.0 refuses it), so none is written.

        Returns
        -------
        WrittenTrack
            `path` is None if no position was scored.

        Raises
        ------
        OutputError
            The disk is full, or the file differs from the values.
        """
        try:
            self._flush(is_end=True)
            if self._count:
                self._finish()
            self._file.close()
            if not self._count:
                self.discard()
                return WrittenTrack(None, 0, 0.0, math.nan, math.nan)
            self._check()
        except OSError as error:
            self.discard()
            raise self._staged.write_error(error) from error
        except BaseException:
            self.discard()
            raise
        self._waiting.close()
        self._staged.commit()
        return WrittenTrack(self._staged.path, self._count, self._sum, self._min, self._max)

    def discard(self) -> None:
        """Remove the temporary file."""
        with contextlib.suppress(OSError):  # buffered bytes may not fit on the disk
            self._file.close()
        self._waiting.close()
        self._staged.discard()

    def __enter__(self) -> BigWigWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        if kind is not None:
            self.discard()
        elif not self._file.closed:
            self.close()

    def _place(self, chrom: str, start: int, end: int) -> None:
        """Check that `[start, end)` follows the earlier values on a known contig, and move there."""
        if chrom not in self._contigs:
            raise OutputError(f"{self._staged.path}: scores on contig {chrom}, which the chromosome sizes do not list")
        if end > self._contigs[chrom]:
            length = self._contigs[chrom]
            raise OutputError(
                f"{self._staged.path}: a score at {chrom}:{end} lies past the contig's end ({length}); "
                "check the chromosome sizes"
            )
        if self._ids[chrom] < self._ids[self._chrom] or (chrom == self._chrom and start < self._end):
            raise ValueError(f"tracks must come in genome order: {chrom}:{start} after {self._chrom}:{self._end}")
        if chrom != self._chrom:
            self._flush(is_end=True)
            self._chrom = chrom
        self._end = end

    def _flush(self, is_end: bool = False) -> None:
        """Write the buffered values, and at the end of a contig the open bins of the zoom levels."""
        number, length = self._ids.get(self._chrom, 0), self._contigs.get(self._chrom, 0)
        records = np.empty(0, bbi.SUMMARY)
        if self._pending:
            positions = np.concatenate([positions for positions, _ in self._pending])
            values = np.concatenate([values for _, values in self._pending])
            self._pending.clear()
            self._buffered = 0
            records = bbi.bin_values(positions, values, _ZOOMS[0], length)
            self._tally(records)
        try:
            if len(records):
                for start, end, block in bbi.encode_sections(number, positions, values):
                    self._data.append(number, start, end, block)
            for zoom in self._zooms:
                records = zoom.add(number, length, records, is_end)
        except OSError as error:
            raise self._staged.write_error(error) from error

    def _tally(self, records: np.ndarray) -> None:
        self._count += int(records["valid"].sum())
        self._sum += float(records["sum"].sum())
        self._squares += float(records["squares"].sum())
        self._min = min(self._min, float(records["min"].min()))
        self._max = max(self._max, float(records["max"].max()))

    def _finish(self) -> None:
        """Write the index, the zoom levels that save enough, and finally the header."""
        index_at = self._write_index(self._data)
        zoom_headers, previous_count = b"", self._count
        for zoom in self._zooms:
            if zoom.count * 2 > previous_count:
                continue
            previous_count = zoom.count
            zoom_at = self._file.tell()
            self._file.write(struct.pack("<I", zoom.count))
            zoom_index_at = self._write_zoom(zoom)
            zoom_headers += struct.pack("<IIQQ", zoom.size, 0, zoom_at, zoom_index_at)
        self._file.write(struct.pack("<I", bbi.BIGWIG))
        largest_block = max([self._data.largest_block] + [zoom.blocks.largest_block for zoom in self._zooms])
        levels = len(zoom_headers) // bbi.ZOOM_HEADER_BYTES
        summary_at = self._tree_at - 40
        self._file.seek(0)
        header = bbi.encode_header(
            zooms=levels,
            tree=self._tree_at,
            data=self._data_at,
            index=index_at,
            summary=summary_at,
            largest_block=largest_block,
        )
        self._file.write(header + zoom_headers)
        self._file.seek(summary_at)
        self._file.write(struct.pack("<Qdddd", self._count, self._min, self._max, self._sum, self._squares))
        self._file.seek(self._data_at)
        self._file.write(struct.pack("<Q", len(self._data)))

    def _write_zoom(self, zoom: _Zoom) -> int:
        """Append a zoom level; return the offset of its index."""
        moved = _Blocks(self._file)
        for entry in zoom.blocks.split_entries():
            offset, size = struct.unpack("<QQ", entry[16:])
            moved.entries += entry[:16] + struct.pack("<QQ", self._file.tell(), size)
            self._waiting.seek(offset)
            self._file.write(self._waiting.read(size))
        return self._write_index(moved)

    def _write_index(self, blocks: _Blocks) -> int:
        offset = self._file.tell()
        self._file.write(bbi.encode_range_tree(blocks.split_entries(), offset, offset))
        return offset

    def _check(self) -> None:
        """Verify the file with another library."""
        try:
            is_complete = self._runner(
                matches_content, self._staged.part, self._contigs, self._touched, self._count, self._sum
            )
        except RuntimeError as error:
            raise OutputError(f"{self._staged.path}: cannot be read back ({error}); is the disk full?") from error
        if not is_complete:
            raise OutputError(
                f"{self._staged.path}: differs from the {self._count} values that were written; is the disk full?"
            )
