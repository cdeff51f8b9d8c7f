"""Detect the kind of an input file, by its content first and by its name second."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.reader import detect_format
from ideep_scan.formats.bed_intervals import HEADER
from ideep_scan.formats.clip_sites import is_bbi
from ideep_scan.formats.fasta.source import is_fasta
from ideep_scan.formats.text import read_lines
from ideep_scan.formats.variants.vcf import is_vcf

_MAX_LINES = 50  # lines that are searched for an informative one
_SUFFIXES = {
    **dict.fromkeys((".fa", ".fasta", ".fna", ".fas"), "fasta"),
    **dict.fromkeys((".gtf", ".gff", ".gff3"), "annotation"),
    **dict.fromkeys((".bed", ".narrowpeak", ".broadpeak", ".bed6", ".bed3"), "bed"),
    **dict.fromkeys((".vcf", ".bcf"), "vcf"),
    **dict.fromkeys((".sizes", ".fai"), "sizes"),
}
_PACKED = (".gz", ".bgz")
TITLES = {
    "fasta": "FASTA", "windows": "FASTA of windows", "annotation": "annotation", "bed": "BED", "vcf": "VCF",
    "sizes": "chrom.sizes", "cobinding": "CLIP table", "track": "track",
}  # fmt: skip


def detect_kind(path: Path) -> str | None:
    """Detect the kind of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str or None
        One of `settings.KINDS`; None if neither content nor name tells.

    Raises
    ------
    InputError
        The file is missing, empty, binary, truncated or damaged.
    """
    if is_bbi(path):
        return "track"
    if is_vcf(path):
        return "vcf"
    if is_fasta(path):
        return "fasta"
    return _kind_of_rows(path) or name_kind(path)


def name_kind(path: Path) -> str | None:
    """Return the kind that the name of a file suggests.

    Examples
    --------
    >>> name_kind(Path("calls.vcf.gz")), name_kind(Path("notes.txt"))
    ('vcf', None)
    """
    name = path.name.lower()
    for suffix in _PACKED:
        name = name.removesuffix(suffix)
    return _SUFFIXES.get(Path(name).suffix)


def _kind_of_rows(path: Path) -> str | None:
    """Detect a table by its first informative line."""
    try:
        detect_format(path)
    except InputError:
        pass
    else:
        return "annotation"
    lines = (line for _, line in read_lines(path) if line.strip() and not HEADER.match(line))
    for line in islice(lines, _MAX_LINES):
        columns = [column.strip() for column in (line.split("\t") if "\t" in line else line.split())]
        if len(columns) >= 2 and columns[1].isdigit():
            if len(columns) == 2 or name_kind(path) == "sizes":
                return "sizes"
            if columns[2].isdigit():
                return "bed"
        elif len(columns) == 2 and name_kind(path) is None:
            return "cobinding"
    return None
