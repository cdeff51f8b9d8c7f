"""Write the scores of single sites as a table: one row per site and model.

Coordinates are 0-based half-open. An unknown number is an empty field, an unknown name is '.'.
Scores have all digits: as float32 they are the same numbers. p-values have three significant digits.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from math import isnan
from pathlib import Path
from typing import TextIO

import numpy as np

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile, reproducible_gzip
from ideep_scan.records.scores import Prediction

COLUMNS = ("name", "chrom", "start", "end", "strand", "rbp", "score", "p", "modalities")


@contextmanager
def prediction_table(path: Path | None, stream: TextIO) -> Iterator[PredictionTable]:
    """Open a table for writing.

    Parameters
    ----------
    path : Path or None
        The file, gzipped if its name ends in .gz. It appears when it is complete. None writes to `stream`.
    stream : TextIO
        Standard output.

    Yields
    ------
    PredictionTable
        The table.

    Raises
    ------
    OutputError
        The table cannot be written.
    BrokenPipeError
        The reader of `stream` closed it.
    """
    if path is None:
        try:
            yield PredictionTable(stream)
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(
                f"standard output: cannot be written ({error.strerror or error}); pass -o TSV to write to a file"
            ) from error
        return
    with AtomicFile(path) as part, ExitStack() as stack:
        text: TextIO
        if path.suffix == ".gz":
            text = io.TextIOWrapper(stack.enter_context(reproducible_gzip(part)), encoding="utf-8", newline="\n")
        else:
            text = part.open("w", encoding="utf-8", newline="\n")
        yield PredictionTable(stack.enter_context(text))


class PredictionTable:
    """Write the header at once and rows as they come.

    Parameters
    ----------
    stream : TextIO
        Stream for the text.
    """

    def __init__(self, stream: TextIO):
        self._stream = stream
        stream.write("\t".join(COLUMNS) + "\n")

    def add(self, rows: Iterable[Prediction]) -> None:
        """Append rows.

        Parameters
        ----------
        rows : Iterable[Prediction]
            Rows in the order of the table.
        """
        self._stream.writelines(map(_line, rows))


def _line(row: Prediction) -> str:
    site = row.site
    score = "" if isnan(row.score) else str(np.float32(row.score))
    p_value = "" if row.p_value is None else f"{row.p_value:.3g}"
    location = f"{row.name or '.'}\t{site.chrom}\t{site.start}\t{site.end}\t{site.strand}"
    return f"{location}\t{row.rbp}\t{score}\t{p_value}\t{','.join(row.modalities)}\n"
