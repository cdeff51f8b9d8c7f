"""Write sorted rows as bgzipped BED with a tabix index."""

from __future__ import annotations

import contextlib
import gzip
from functools import partial
from pathlib import Path
from types import TracebackType

import pysam

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.deflate import BGZIP_BYTES, BGZIP_END, compress_bgzip_block
from ideep_scan.formats.htslib import silence_htslib


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
        self._text = bytearray()
        self._lines = 0
        try:
            self._file = self._staged.part.open("wb")
        except OSError as error:
            raise self._staged.write_error(error) from error

    def row(self, *fields: object) -> None:
        """Append one row.

        Parameters
        ----------
        *fields : object
            Fields of the row. Contigs may come in any order; rows of a contig are sorted by start (0-based) and end.
        """
        self.line("\t".join(map(str, fields)))

    def line(self, text: str) -> None:
        """Append a line without its end: a row, or before the first row a header that begins with #.

        Parameters
        ----------
        text : str
            The line.
        """
        self._text += text.encode() + b"\n"
        self._lines += 1
        if len(self._text) > BGZIP_BYTES:
            self._write_block()

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
                with contextlib.suppress(OSError):  # buffered bytes may not fit on the disk
                    self._file.close()
                self._staged.discard()
                self._index.discard()
        if isinstance(error, OSError):
            raise self._staged.write_error(error) from error

    def _write_block(self) -> None:
        self._file.write(compress_bgzip_block(bytes(self._text[:BGZIP_BYTES])))
        del self._text[:BGZIP_BYTES]

    def _finish(self) -> None:
        while self._text:
            self._write_block()
        self._file.write(BGZIP_END)
        self._file.close()
        path, index = str(self._staged.part), str(self._index.part)
        with silence_htslib():
            pysam.tabix_index(path, preset="bed", force=True, index=index)
            pysam.TabixFile(path, index=index).close()
        with gzip.open(path) as lines:
            count = sum(part.count(b"\n") for part in iter(partial(lines.read, BGZIP_BYTES), b""))
        if count != self._lines:
            raise OutputError(f"{self._staged.path}: has {count} lines instead of {self._lines}; is the disk full?")
        self._index.commit()
        self._staged.commit()
