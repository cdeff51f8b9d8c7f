"""Gene models of a run, found by name or by place. Lines are parsed only when a request names their gene."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.bed12 import parse_bed12, split_names
from ideep_scan.formats.text import read_lines
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.transcript import Transcript

_SUGGESTIONS = 8


class GeneModels:
    """Genes and transcripts of a run. Threads may share it.

    Parameters
    ----------
    path : Path or None
        BED12 of the run; None if it has no gene models.
    records : mapping of str to int
        Length of each transcript of a run on transcripts; empty for a run on a genome.
    """

    def __init__(self, path: Path | None, records: Mapping[str, int]):
        self._path = path
        self._records = records

    def find(self, name: str) -> Isoforms:
        """Find all transcripts of a gene, by its symbol or identifier or by the accession of a transcript.

        Case does not matter, nor does the version of an accession.

        Raises
        ------
        InputError
            There is no such gene; the message suggests similar ones.
        """
        genes = self._genes.get(_fold(name), ())
        if not genes:
            raise InputError(f"{name} is not in the gene models of this run{self._suggest(name)}")
        return self._parse(line for gene in genes for line in self._lines_of[gene])

    def find_in_view(self, chrom: str, start: int, end: int) -> Transcript | None:
        """Find the transcript of an interval: the one with the largest part of it, then the longest."""
        lines = [line for line in self._lines if _overlaps(line[1], chrom, start, end)]
        transcripts = _parse_lines(self._path, lines) if lines else []

        def rank(item: Transcript) -> tuple[int, bool, int]:
            return min(end, item.end) - max(start, item.start), item.cds is not None, count_bases(item)

        return max(transcripts, key=rank, default=None)

    @property
    def are_records(self) -> bool:
        """True if the run is on transcripts, which have one strand."""
        return bool(self._records)

    @property
    def is_empty(self) -> bool:
        """True if the run has no gene models."""
        return not self._lines

    def list_strands(self, chrom: str, start: int, end: int) -> dict[str, tuple[str, ...]]:
        """List the symbols of the genes of an interval by their strand."""
        strands: dict[str, dict[str, None]] = {}
        for _, line in self._lines:
            if _overlaps(line, chrom, start, end):
                fields = line.split("\t", 6)
                strands.setdefault(fields[5], {})[split_names(fields[3])[1]] = None
        return {strand: tuple(names) for strand, names in strands.items()}

    def read_lines(self) -> list[str]:
        """Return the lines of the gene models; none for a run without them."""
        return [] if self._path is None else [line for _, line in self._lines]

    def complete(self, text: str) -> list[str]:
        """List genes whose symbol begins with a text, in alphabetic order."""
        start = _fold(text)
        return sorted(gene for gene in self._lines_of if gene.casefold().startswith(start))[:_SUGGESTIONS]

    def _parse(self, lines: Iterable[tuple[int, str]]) -> Isoforms:
        transcripts = _parse_lines(self._path, dict.fromkeys(lines))
        return Isoforms(transcripts, {item.chrom: item.end for item in transcripts})

    def _suggest(self, name: str) -> str:
        folded = {gene.casefold(): gene for gene in self._lines_of}
        similar = [folded[gene] for gene in get_close_matches(name.casefold(), folded, 3)]
        return f"; similar names: {', '.join(similar)}" if similar else ""

    @cached_property
    def _lines(self) -> list[tuple[int, str]]:
        """All lines with their numbers; for records without gene models, a line each."""
        lines = [] if self._path is None else [item for item in read_lines(self._path) if item[1].count("\t") >= 5]
        if self._path is not None or not self._records:
            return lines
        return [
            (number, f"{name}\t0\t{length}\t{name}\t0\t+\t{length}\t{length}\t0\t1\t{length}\t0")
            for number, (name, length) in enumerate(self._records.items(), 1)
        ]

    @cached_property
    def _lines_of(self) -> dict[str, list[tuple[int, str]]]:
        """The lines of each gene, by its symbol."""
        genes: dict[str, list[tuple[int, str]]] = {}
        for number, line in self._lines:
            genes.setdefault(split_names(line.split("\t", 4)[3])[1], []).append((number, line))
        return genes

    @cached_property
    def _genes(self) -> dict[str, list[str]]:
        """Symbols of the genes, by each of their folded names."""
        names: dict[str, dict[str, None]] = {}
        for gene, lines in self._lines_of.items():
            for _, line in lines:
                for name in split_names(line.split("\t", 4)[3]):
                    names.setdefault(_fold(name), {})[gene] = None
                    names.setdefault(_fold(name.rpartition(".")[0] or name), {})[gene] = None
        return {name: list(genes) for name, genes in names.items()}


def choose_isoform(isoforms: Isoforms) -> str:
    """Choose the isoform that is drawn at first: the longest coding one, or the longest."""

    def rank(name: str) -> tuple[bool, int]:
        return isoforms.get_transcript(name).cds is not None, isoforms.lengths[name]

    return max(isoforms.lengths, key=rank)


def count_bases(transcript: Transcript) -> int:
    """Count the bases of all exons."""
    return int(np.diff(transcript.exons).sum())


def _parse_lines(path: Path | None, lines: Iterable[tuple[int, str]]) -> list[Transcript]:
    source = path or Path("transcripts")
    return parse_bed12(lines, Exclusions(source, "transcript"))


def _overlaps(line: str, chrom: str, start: int, end: int) -> bool:
    if not line.startswith(f"{chrom}\t"):
        return False
    first, last = line.split("\t", 3)[1:3]
    return first.isdecimal() and last.isdecimal() and int(first) < end and int(last) > start


def _fold(name: str) -> str:
    return name.strip().casefold()
