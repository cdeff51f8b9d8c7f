"""Intervals to bgzipped BED with a tabix index. Rows come sorted and as text; it does not know what they mean."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType

import pysam

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.htslib import silence_htslib

_TOGETHER = 1000  # rows that are written at once
_MODE = "wb4"  # with htslib's level of compression: 6 takes two and a half times as long, and makes it 5 % smaller


class BedWriter:
    """Writes NAME.bed.gz and NAME.bed.gz.tbi; both appear when the `with` block ends well, neither when it raises.

    Plain BED stays BED6 or BED9: IGV desktop reads six columns and some of its own as a broken BED12.

    Parameters
    ----------
    path : final name, ending in .bed.gz. Without a single row the files are valid and empty.

    Raises
    ------
    OutputError : the files cannot be written, or hold another number of rows when read back.
    """

    def __init__(self, path: str | Path):
        self._staged = AtomicFile(path)
        self._index = AtomicFile(f"{path}.tbi")
        self._count = 0
        self._rows: list[str] = []
        try:
            with silence_htslib():
                self._file = pysam.BGZFile(str(self._staged.part), _MODE, None)  # type: ignore[arg-type]
        except OSError as error:
            raise self._staged.write_error(error) from error

    def row(self, *fields: object) -> None:
        """Append one row; contigs may come in any order, rows of a contig sorted by start (0-based) and end."""
        self._rows.append("\t".join(map(str, fields)) + "\n")
        self._count += 1
        if len(self._rows) == _TOGETHER:
            self._flush()

    def header(self, line: str) -> None:
        """Append a line that begins with #, before the first row."""
        self._rows.append(f"{line}\n")

    @property
    def paths(self) -> list[Path]:
        """The two files."""
        return [self._staged.path, self._index.path]

    def __enter__(self) -> BedWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._finish()
        except OSError as failure:
            error = failure
            raise self._staged.write_error(failure) from failure
        except BaseException as failure:
            error = failure
            raise
        finally:
            if error is not None:
                with contextlib.suppress(OSError), silence_htslib():
                    self._file.close()
                self._staged.discard()
                self._index.discard()
        if isinstance(error, OSError):
            raise self._staged.write_error(error) from error

    def _flush(self) -> None:
        with silence_htslib():
            self._file.write("".join(self._rows).encode())
        self._rows.clear()

    def _finish(self) -> None:
        self._flush()
        with silence_htslib():
            self._file.close()
            part, index = str(self._staged.part), str(self._index.part)
            pysam.tabix_index(part, preset="bed", force=True, index=index)
            with pysam.TabixFile(part, index=index, encoding="utf-8") as written:
                count = sum(1 for contig in written.contigs for _ in written.fetch(contig))
        if count != self._count:
            raise OutputError(
                f"{self._staged.path}: holds {count} rows where {self._count} were written; is the disk full?"
            )
        self._index.commit()
        self._staged.commit()
