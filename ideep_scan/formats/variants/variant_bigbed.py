"""Write the effects of variants as a bigBed: one row per allele, model and strand.

A row covers the REF of its record. Rows may come in any order.
"""

from __future__ import annotations

import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np

from ideep_scan.errors import OutputError
from ideep_scan.formats.bigbed import Row, Schema, write_bigbed
from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.records.variant_effect import VariantEffect
from track_hubs.color import CHANGE_COLORS, format_rgb

VARIANTS = Schema(
    "variantEffects",
    "Predicted effects of variants on binding sites of RNA-binding proteins",
    9,
    (
        ("string", "model", "Model"),
        ("string", "site", "What the allele does to the site: gained, lost, moved, kept or none"),
        ("double", "delta", "ALT minus REF score where the log odds change most"),
        ("double", "absDelta", "Absolute delta"),
        ("string", "refScore", "Highest score of the reference haplotype, 0-1, or ."),
        ("string", "altScore", "Highest score of the alternate haplotype, 0-1, or ."),
        ("string", "pValue", "Share of background variants with such a change or more, or ."),
        ("string", "id", "Identifier of the record, or ."),
        ("lstring", "ref", "Reference allele"),
        ("lstring", "alt", "Alternate allele"),
        ("string", "geneName", "Gene, or ."),
        ("string", "region", "Part of the transcript, or ."),
    ),
)
_MAX_NAME = 40  # characters of an allele in a name
_MAX_ALLELE = 1000  # characters of an allele in its column


@dataclass(frozen=True, slots=True)
class WrittenVariants:
    """Content of a bigBed of variants.

    Attributes
    ----------
    count : int
        Number of rows.
    models : tuple of str
        Names of the models.
    sites : dict of str to int
        Number of rows by the fate of the site.
    without_delta : int
        Number of effects that are left out, because no position has a score on both haplotypes.
    """

    count: int
    models: tuple[str, ...]
    sites: dict[str, int]
    without_delta: int


class VariantBigbed:
    """Collect effects in a temporary file, and write them to a bigBed in genome order.

    Parameters
    ----------
    path : Path
        The bigBed.
    contigs : mapping of str to int
        Length of each contig in nt.

    Raises
    ------
    OutputError
        The folder cannot be written, when the context begins.
    """

    def __init__(self, path: Path, contigs: Mapping[str, int]):
        self._path = path
        self._contigs = dict(contigs)
        self._names = list(contigs)
        self._ranks = {name: rank for rank, name in enumerate(contigs)}
        self._stack = ExitStack()
        self._contig_ranks, self._starts, self._offsets = array("q"), array("q"), array("q")
        self._size = 0
        self._models: Counter[str] = Counter()
        self._sites: Counter[str] = Counter()
        self._without_delta = 0

    def __enter__(self) -> VariantBigbed:
        try:
            self._rows: IO[bytes] = self._stack.enter_context(tempfile.TemporaryFile(dir=self._path.parent))
        except OSError as error:
            raise self._error(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, contig: str, record: VcfRecord, effects: Sequence[VariantEffect]) -> None:
        """Append the effects of one record.

        Parameters
        ----------
        contig : str
            Name of its contig in the bigBed.
        record : VcfRecord
            The record, which lies on the contig.
        effects : sequence of VariantEffect
            Its effects.

        Raises
        ------
        OutputError
            The temporary file cannot be written.
        """
        for effect in effects:
            if isnan(effect.delta):
                self._without_delta += 1
                continue
            line = _make_line(record, effect).encode("utf-8", "replace")
            try:
                self._rows.write(line)
            except OSError as error:
                raise self._error(error) from error
            self._contig_ranks.append(self._ranks[contig])
            self._starts.append(record.start)
            self._offsets.append(self._size)
            self._size += len(line)
            self._models[effect.model] += 1
            self._sites[effect.site] += 1

    def write(self) -> WrittenVariants:
        """Write the bigBed, unless there are no rows.

        Returns
        -------
        WrittenVariants
            Content of the file.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        write_bigbed(self._path, self._contigs, self._sorted_rows(), VARIANTS)
        return WrittenVariants(len(self._starts), tuple(sorted(self._models)), dict(self._sites), self._without_delta)

    def _sorted_rows(self) -> Iterator[Row]:
        """Read the rows in genome order; rows of one place keep their order."""
        ranks, starts = np.asarray(self._contig_ranks), np.asarray(self._starts)
        try:
            for number in np.lexsort((starts, ranks)):
                self._rows.seek(self._offsets[number])
                end, text = self._rows.readline().decode().rstrip("\n").split("\t", 1)
                yield self._names[ranks[number]], int(starts[number]), int(end), text
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> OutputError:
        return OutputError(f"{self._path}: cannot be written ({error.strerror}); is the disk full?")


def _make_line(record: VcfRecord, effect: VariantEffect) -> str:
    """Format the columns of a row from its end on."""
    start, end = str(record.start), str(record.end)
    place = record.id if record.id != "." else f"{_shorten(record.ref, _MAX_NAME)}>{_shorten(effect.allele, _MAX_NAME)}"
    score = round(1000 * abs(effect.delta))
    name = f"{place[:150]}:{effect.model}"
    bed = (name, str(score), effect.strand, start, end, format_rgb(CHANGE_COLORS[effect.site]))
    delta = f"{effect.delta:.4g}"
    extra = (
        effect.model,
        effect.site,
        delta,
        delta.removeprefix("-"),
        _format_number(effect.reference),
        _format_number(effect.alternate),
        "." if effect.p_value is None else f"{effect.p_value:.3g}",
        record.id[:250],
        _shorten(record.ref, _MAX_ALLELE),
        _shorten(effect.allele, _MAX_ALLELE),
        effect.gene or ".",
        effect.region or ".",
    )
    return "\t".join((end, *(_make_printable(field) for field in (*bed, *extra)))) + "\n"


def _shorten(allele: str, limit: int) -> str:
    """Replace the middle of a long allele by its length."""
    return allele if len(allele) <= limit else f"{allele[: limit // 2]}...({len(allele)}_letters)"


def _format_number(value: float) -> str:
    return "." if isnan(value) else f"{value:.4g}"


def _make_printable(text: str) -> str:
    """Replace blanks, at which some readers split columns, and letters that cannot be printed."""
    if text and text.isprintable() and " " not in text:
        return text
    plain = "_".join(text.split()) or "."
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in plain)
