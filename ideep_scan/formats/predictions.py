"""Write the scores of single sites as a table: one row per site and model.

Coordinates are 0-based half-open. An unknown number is an empty field, an unknown name is '.'.
Scores have all digits: as float32 they are the same numbers. p-values have three significant digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import TextIO

import numpy as np

from ideep_scan.formats.text_output import text_output
from ideep_scan.records.scores import Prediction

COLUMNS = ("name", "chrom", "start", "end", "strand", "rbp", "score", "p", "modalities")


@contextmanager
def make_prediction_table(path: Path | None, stream: TextIO) -> Iterator[PredictionTable]:
    """Open a table for writing; see `text_output`."""
    with text_output(path, stream) as text:
        yield PredictionTable(text)


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
