"""Write sorted rows as bgzipped BED with a tabix index."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType

import pysam

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.htslib import close_bgzip, silence_htslib

_BATCH = 1000  # rows per write
_MODE = "wb4"  # level 4 of compression: level 6 takes 2.5 times as long for a file 5 % smaller


class BedWriter:
    """Write NAME.bed.gz and NAME.bed.gz.tbi.

    Both files appear when the `with` block ends well. Neither appears if it raises.
    Plain BED has six or nine columns: IGV desktop reads six columns with extra ones as a broken BED12.

    Parameters
    ----------
    path : str or Path
        Final name, ending in .bed.gz. Without rows, the files are valid and empty.

    Raises
    ------
    OutputError
        The files cannot be written, or have another number of rows when they are read back.
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
        """Append one row.

        Parameters
        ----------
        *fields : object
            Fields of the row. Contigs may come in any order; rows of a contig are sorted by start (0-based) and end.
        """
        self._rows.append("\t".join(map(str, fields)) + "\n")
        self._count += 1
        if len(self._rows) == _BATCH:
            self._flush()

    def header(self, line: str) -> None:
        """Append a header line, before the first row.

        Parameters
        ----------
        line : str
            The line, which begins with #.
        """
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
                with contextlib.suppress(OSError):
                    close_bgzip(self._file)
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
        close_bgzip(self._file)
        with silence_htslib():
            part, index = str(self._staged.part), str(self._index.part)
            pysam.tabix_index(part, preset="bed", force=True, index=index)
            with pysam.TabixFile(part, index=index, encoding="utf-8") as reader:
                count = sum(1 for contig in reader.contigs for _ in reader.fetch(contig))
        if count != self._count:
            raise OutputError(f"{self._staged.path}: has {count} rows instead of {self._count}; is the disk full?")
        self._index.commit()
        self._staged.commit()
