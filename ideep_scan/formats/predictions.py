"""Scores of single sites to a table: one row per site and model, in the order given. It scores nothing.

Coordinates are 0-based and half-open. A number that is not known is an empty field, a name that is not known is '.'.
Scores are written in full: read as float32, they are the same number. P-values have three significant digits.
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
    """A table to append to: at `path`, gzipped if it ends in .gz and there only when whole, or without one on `stream`.

    Raises
    ------
    OutputError : the table cannot be written. `BrokenPipeError` of `stream` is left as it is: its reader had enough.
    """
    if path is None:
        try:
            yield PredictionTable(stream)
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(
                f"standard output: cannot be written ({error.strerror or error}); give a file: -o TSV"
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
    """Writes the header line at once, and rows as they come."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        stream.write("\t".join(COLUMNS) + "\n")

    def add(self, rows: Iterable[Prediction]) -> None:
        """Append rows."""
        self._stream.writelines(map(_line, rows))


def _line(row: Prediction) -> str:
    site = row.site
    score = "" if isnan(row.score) else str(np.float32(row.score))
    p_value = "" if row.p_value is None else f"{row.p_value:.3g}"
    place = f"{row.name or '.'}\t{site.chrom}\t{site.start}\t{site.end}\t{site.strand}"
    return f"{place}\t{row.rbp}\t{score}\t{p_value}\t{','.join(row.modalities)}\n"
