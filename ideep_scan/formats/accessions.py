"""Accessions of the human chromosomes, from NCBI's assembly reports."""

from __future__ import annotations

import re

from track_hubs.assemblies import read_lengths

_REFSEQ = re.compile(r"NC_0000(\d\d)\.(\d{1,2})")
_GENBANK = re.compile(r"CM000(\d{3})\.([12])")
_FIRST_GENBANK = 663  # CM000663 is chromosome 1
# Versions of NC_000001 to NC_000024 in GRCh37; those in GRCh38 are one higher.
_GRCH37 = (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9)
_NAMES = (*map(str, range(1, 23)), "X", "Y")
RCRS = 16569  # bases of the mitochondrial genome of GRCh37 and GRCh38 (rCRS)
OLD_CHR_M = 16571  # bases of chrM of UCSC's hg18 and hg19 (NC_001807), another sequence
_MITOCHONDRIAL = {"NC_012920.1": RCRS, "J01415.2": RCRS, "NC_001807.4": OLD_CHR_M}


def find_human_chromosome(accession: str) -> tuple[str, int] | None:
    """Return the chromosome of a RefSeq or GenBank accession of GRCh37 or GRCh38.

    Parameters
    ----------
    accession : str
        Any text.

    Returns
    -------
    tuple[str, int] or None
        Name ("1" to "22", "X", "Y" or "M") and length in nt. None if the text is not such an accession.

    Examples
    --------
    >>> find_human_chromosome("NC_000001.10")
    ('1', 249250621)
    """
    if accession in _MITOCHONDRIAL:
        return "M", _MITOCHONDRIAL[accession]
    if match := _REFSEQ.fullmatch(accession):
        number = int(match[1])
        release = int(match[2]) - _GRCH37[number - 1] if 1 <= number <= len(_NAMES) else -1
    elif match := _GENBANK.fullmatch(accession):
        number, release = int(match[1]) - _FIRST_GENBANK + 1, int(match[2]) - 1
    else:
        return None
    if not 1 <= number <= len(_NAMES) or release not in (0, 1):
        return None
    name = _NAMES[number - 1]
    length = (read_lengths(("hg19", "hg38")[release]) or {}).get(f"chr{name}")
    return None if length is None else (name, length)
