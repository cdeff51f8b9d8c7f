"""A FASTA of transcripts as a genome: each record is one contig, named by its accession."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.even_copy import temporary_folder
from ideep_scan.formats.fasta.index import IndexedFasta, open_indexed
from ideep_scan.formats.fasta.layout import find_non_nucleotide
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.formats.fasta.transcript_names import TranscriptNames, parse_header
from ideep_scan.formats.foreign_tables import refuse_other_format
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.text import read_lines
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript

_LONGEST_NAME = 255  # bytes: what genome browsers accept
_WIDTH = 100


class TranscriptSource(FastaSource):
    """The transcripts of a FASTA, with random access; a context manager.

    It reads a temporary copy, whose records have the names of `parse_header`.
    So the FASTA may be plain, gzipped or bgzipped, with lines of any length.

    Parameters
    ----------
    path : str or Path
        The FASTA. Each record is the sense strand of one transcript.
    strict : bool
        Raise an error for a record that cannot be used.

    Attributes
    ----------
    transcripts : tuple[Transcript, ...]
        The records whose header names a gene or a coding part, in their order.
    exclusions : Exclusions
        Records that are left out: without bases, with letters that are not nucleotides, or with an unusable name.

    Raises
    ------
    InputError
        The file is not a FASTA, two records have one name, or too few records can be used.
    """

    def __init__(self, path: str | Path, strict: bool = False):
        self.exclusions = Exclusions(Path(path), "transcript", strict)
        self.transcripts: tuple[Transcript, ...] = ()
        super().__init__(path)

    def _open(self, stack: ExitStack) -> IndexedFasta:
        copy = stack.enter_context(temporary_folder(self.path)) / "transcripts.fa"
        self.transcripts = tuple(self._write(copy))
        indexed = open_indexed(InputFile(copy))
        self.file.check()
        return IndexedFasta(indexed.file, indexed.index, indexed.source)

    def _write(self, copy: Path) -> Iterator[Transcript]:
        """Write the records that can be used; yield those with a gene or a coding part."""
        lines: dict[str, int] = {}
        with open(copy, "w", encoding="ascii", errors="backslashreplace", newline="\n") as handle:
            for line, header, letters in _read_records(self.path):
                names = parse_header(header)
                reason = _find_fault(names.id, letters)
                if reason is not None:
                    self.exclusions.add(reason, names.id or "the record", line)
                    continue
                if names.id in lines:
                    raise InputError(
                        f"the name {names.id} occurs twice, first in line {lines[names.id]}; names of transcripts "
                        "must differ (`seqkit rename` renames)",
                        self.path,
                        line,
                    )
                lines[names.id] = line
                handle.write(f">{names.id}\n")
                handle.writelines(f"{letters[start : start + _WIDTH]}\n" for start in range(0, len(letters), _WIDTH))
                if names.gene_id or names.cds:
                    yield _make_transcript(names, len(letters))
        self.exclusions.check(len(lines))


def _read_records(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line of the header, header and letters of each record, also of records without letters."""
    line, header, parts = 0, "", [""]
    for number, text in read_lines(path):
        if text.startswith(">"):
            if line:
                yield line, header, "".join(parts)
            line, header, parts = number, text[1:], []
        elif text.strip():
            if not line:
                refuse_other_format(path, "FASTA")
                raise InputError("is not a FASTA: the first line does not begin with '>'", path, number)
            parts.append("".join(text.split()))
    if not line:
        raise InputError("is not a FASTA: no line begins with '>'", path)
    yield line, header, "".join(parts)


def _find_fault(name: str, letters: str) -> str | None:
    """Say why a record cannot be used; None if it can."""
    if not name:
        return "without a name"
    if not name.isascii() or not name.isprintable():
        return "with a name of other than plain characters"
    if len(name) > _LONGEST_NAME:
        return f"with a name of more than {_LONGEST_NAME} characters"
    if not letters:
        return "without bases"
    codes = np.frombuffer(letters.encode(), np.uint8)
    if find_non_nucleotide(codes) is not None:
        return "with a letter that is not a nucleotide (a gap, a protein)"
    return None


def _make_transcript(names: TranscriptNames, length: int) -> Transcript:
    """Make the transcript of a record, one exon; a coding part that leaves it does not count."""
    cds = names.cds
    if cds is not None and not 0 <= cds[0] < cds[1] <= length:
        cds = None
    exons = np.array([(0, length)], np.int64)
    return Transcript(names.id, names.gene_id or names.id, names.gene_name or names.id, names.id, "+", exons, cds)
