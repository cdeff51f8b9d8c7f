"""Write scores as bigWig: a value per scored position.

`formats/bbi` encodes the bytes and Python writes them.
libBigWig (in pyBigWig 0.3.29) corrupts memory if the disk is full.
It also keeps all zoom levels in memory until the end.
Memory here is one buffer of values, one block per zoom level and one page of each index.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.bbi import layout
from ideep_scan.formats.bbi.writer import SMALLEST_BIN, BbiFile, Summary
from ideep_scan.formats.bigwig.verify import WrittenInterval, matches_content
from ideep_scan.formats.runner import Runner, run_here
from ideep_scan.kernels.bins import list_scored
from ideep_scan.records.scores import ScoreTrack

_DECIMALS = 3
_BUFFERED = 1 << 16  # values
_INTERVAL = struct.Struct("<IIII")  # contig, start, end, values


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


class BigWigWriter:
    """Write the scores of one strand in genome order, rounded to three decimals.

    As a context manager it closes the file at the end, or removes it if the block raises.

    Parameters
    ----------
    path : str or Path
        Final name of the file. It appears at `close`, after it was verified.
    contigs : Mapping[str, int]
        Length of each contig in nt, in the order of the tracks. It must not change before `close`.
    runner : Runner
        Verifies the file at the end, in this process or in another one.

    Raises
    ------
    OutputError
        The file cannot be written, or a track does not fit the contigs.
    """

    def __init__(self, path: str | Path, contigs: Mapping[str, int], runner: Runner = run_here):
        self._contigs = contigs  # shared by the writers of all models
        self._runner = runner
        self._following = enumerate(contigs)  # contigs after the current one
        self._number, self._chrom = next(self._following, (0, ""))
        self._staged = AtomicFile(path)
        self._end = 0
        self._pending: list[tuple[np.ndarray, np.ndarray]] = []
        self._buffered = 0
        self._is_done = False
        self._count, self._sum, self._squares = 0, 0.0, 0.0
        self._min, self._max = math.inf, -math.inf
        try:
            self._file = BbiFile(self._staged.part, self._contigs)
        except OSError as error:
            self._staged.discard()
            raise self._staged.write_error(error) from error
        self._written = self._file.make_pages(_INTERVAL.size)

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
        positions = (offsets + track.start).astype(np.uint32)  # half of the memory until `_flush`
        first, last = int(positions[0]), int(positions[-1])
        self._place(track.chrom, first, last + 1)
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
            if not self._count:
                self.discard()
                return WrittenTrack(None, 0, 0.0, math.nan, math.nan)
            summary = Summary(self._count, self._min, self._max, self._sum, self._squares)
            written = self._list_written()
            self._file.finish(layout.BIGWIG, self._file.blocks, summary)
            self._check(written)
        except OSError as error:
            self.discard()
            raise self._staged.write_error(error) from error
        except BaseException:
            self.discard()
            raise
        self._is_done = True
        self._staged.commit()
        return WrittenTrack(self._staged.path, self._count, self._sum, self._min, self._max)

    def discard(self) -> None:
        """Remove the temporary file."""
        self._is_done = True
        self._file.discard()
        self._staged.discard()

    def __enter__(self) -> BigWigWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        if kind is not None:
            self.discard()
        elif not self._is_done:
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
        last = f"{self._chrom}:{self._end}"
        if chrom != self._chrom:
            self._flush(is_end=True)
            self._number = next((number for number, name in self._following if name == chrom), -1)
            self._chrom, self._end = chrom, 0
        if self._number < 0 or start < self._end:
            raise ValueError(f"tracks must come in genome order: {chrom}:{start} after {last}")
        self._end = end

    def _flush(self, is_end: bool = False) -> None:
        """Write the buffered values, and at the end of a contig the open bins of the zoom levels."""
        number, length = self._number, self._contigs.get(self._chrom, 0)
        records = np.empty(0, layout.SUMMARY)
        if self._pending:
            positions = np.concatenate([positions for positions, _ in self._pending]).astype(np.int64)
            values = np.concatenate([values for _, values in self._pending])
            self._pending.clear()
            self._buffered = 0
            records = layout.bin_values(positions, values, SMALLEST_BIN, length)
            self._tally(records)
        try:
            if len(records):
                self._written.append(_INTERVAL.pack(number, positions[0], positions[-1] + 1, len(values)))
                for start, end, block in layout.encode_sections(number, positions, values):
                    self._file.append(number, start, end, block)
            self._file.add_bins(number, length, records, is_end)
        except OSError as error:
            raise self._staged.write_error(error) from error

    def _tally(self, records: np.ndarray) -> None:
        self._count += int(records["valid"].sum())
        self._sum += float(records["sum"].sum())
        self._squares += float(records["squares"].sum())
        self._min = min(self._min, float(records["min"].min()))
        self._max = max(self._max, float(records["max"].max()))

    def _list_written(self) -> list[WrittenInterval]:
        """List the intervals that were written."""
        names = list(self._contigs)
        return [WrittenInterval(names[number], *rest) for number, *rest in map(_INTERVAL.unpack, self._written)]

    def _check(self, written: list[WrittenInterval]) -> None:
        """Verify the file with another library."""
        try:
            is_complete = self._runner(matches_content, self._staged.part, self._contigs, written, self._sum)
        except RuntimeError as error:
            raise OutputError(f"{self._staged.path}: cannot be read back ({error}); is the disk full?") from error
        if not is_complete:
            raise OutputError(
                f"{self._staged.path}: differs from the {self._count} values that were written; is the disk full?"
            )
