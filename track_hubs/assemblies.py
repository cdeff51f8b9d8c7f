"""Lengths of the chromosomes of assemblies that browsers host, so that a hub can be held to them without a network."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAMES = tuple(f"chr{name}" for name in (*range(1, 23), "X", "Y"))
# From the chrom.sizes tables of the UCSC Genome Browser. hg19 leaves out chrM: UCSC's is an older one (16,571 nt)
# than that of most FASTA files of hg19 (16,569 nt), and UCSC has both by now.
_LENGTHS = {
    "hg19": (
        249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022, 141213431, 135534747,
        135006516, 133851895, 115169878, 107349540, 102531392, 90354753, 81195210, 78077248, 59128983, 63025520,
        48129895, 51304566, 155270560, 59373566,
    ),
    "hg38": (
        248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717, 133797422,
        135086622, 133275309, 114364328, 107043718, 101991189, 90338345, 83257441, 80373285, 58617616, 64444167,
        46709983, 50818468, 156040895, 57227415,
    ),
}  # fmt: skip


def lengths(assembly: str) -> dict[str, int] | None:
    """Chromosomes of an assembly and their lengths in nt, without scaffolds; None for an assembly not known here."""
    found = _LENGTHS.get(assembly)
    return None if found is None else dict(zip(_NAMES, found, strict=True))


def misfits(contigs: Mapping[str, int], sizes: Mapping[str, int], complete: bool) -> list[str]:
    """What is wrong with the contigs of a file, a line each.

    A "chr" before a chromosome's name more or less is no misfit: UCSC and IGV bridge it.

    Parameters
    ----------
    contigs : name and length in nt of each contig of the file.
    sizes : those of the assembly.
    complete : whether `sizes` holds all contigs of the assembly; else only those it has are compared.
    """
    known = {_key(name): length for name, length in sizes.items()}
    found = []
    for name, length in contigs.items():
        meant = known.get(_key(name))
        if meant is None and complete:
            found.append(f"contig {name} is not one of the assembly's")
        elif meant is not None and meant != length:
            found.append(f"contig {name} is {length:,} nt long, the assembly's {meant:,}")
    if contigs and not complete and not any(_key(name) in known for name in contigs):
        found.append(f"not one chromosome of the assembly is in it, but {', '.join(list(contigs)[:3])}")
    return found


def _key(name: str) -> str:
    return re.sub(r"^chr", "", name, flags=re.IGNORECASE)
