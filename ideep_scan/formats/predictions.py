"""Write the scores of single sites as a table: one row per site and model.

Coordinates are 0-based half-open. An unknown number is an empty field, an unknown name is '.'.
Scores have all digits: as float32 they are the same numbers. p-values have three significant digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np

from ideep_scan.formats.text_output import text_output
from ideep_scan.records.scores import ModelColumn, UnplacedSite
from ideep_scan.records.span import Span

COLUMNS = ("name", "chrom", "start", "end", "strand", "rbp", "score", "p", "modalities")
_BLOCK = 1 << 16  # rows that are written together


@contextmanager
def make_prediction_table(
    path: Path | None, stream: TextIO, models: Sequence[ModelColumn]
) -> Iterator[PredictionTable]:
    """Open a table of the scores of some models for writing; see `text_output`."""
    with text_output(path, stream) as text:
        yield PredictionTable(text, models)


class PredictionTable:
    """Write the header at once and rows as they come.

    Parameters
    ----------
    stream : TextIO
        Stream for the text.
    models : sequence of ModelColumn
        One or more models.
    """

    def __init__(self, stream: TextIO, models: Sequence[ModelColumn]):
        self._stream = stream
        self._middles = _join(f"\t{model.rbp}\t" for model in models)
        self._tails = _join(f"\t{','.join(model.modalities)}\n" for model in models)
        self._sites = max(1, _BLOCK // len(models))
        stream.write("\t".join(COLUMNS) + "\n")

    def add(
        self,
        names: Sequence[str | None],
        sites: Sequence[Span | UnplacedSite],
        scores: np.ndarray,
        p_values: np.ndarray,
    ) -> None:
        """Append the rows of some sites, site by site.

        Parameters
        ----------
        names : sequence of str or None
            Name of each site in the input.
        sites : sequence of Span or UnplacedSite
            The sites.
        scores : np.ndarray
            Float32 array (sites, models), probability 0-1; NaN means "not scored".
        p_values : np.ndarray
            Float64 array (sites, models); NaN if a site is not scored, or its model has no calibration.
        """
        from ideep_scan.kernels.number_text import write_rows  # numba, which a list of models does without

        for first in range(0, len(sites), self._sites):
            block = slice(first, first + self._sites)
            heads = _join(map(_head, names[block], sites[block]))
            text = write_rows(*heads, *self._middles, *self._tails, scores[block], p_values[block])
            self._stream.write(text.tobytes().decode())


def _head(name: str | None, site: Span | UnplacedSite) -> str:
    return f"{name or '.'}\t{site.chrom}\t{site.start}\t{site.end}\t{site.strand}"


def _join(texts: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the UTF-8 of texts end to end, as a uint8 array, and the end of each, as an int64 array."""
    parts = [text.encode() for text in texts]
    return np.frombuffer(b"".join(parts), np.uint8), np.cumsum([len(part) for part in parts], dtype=np.int64)
