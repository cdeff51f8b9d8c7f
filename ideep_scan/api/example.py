"""The embedded example: a small simulated genome with genes, planted sites and variants."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """Paths of the embedded example.

    Attributes
    ----------
    fasta : Path
        Genome of two contigs, exA (120,000 nt) and exB (80,000 nt); bgzipped, with its index.
    gtf : Path
        Annotation with 13 genes on both strands.
    sites : Path
        BED6 of the planted sites; the name of a site is its protein.
    variants : Path
        VCF of 40 variants.
    """

    fasta: Path
    gtf: Path
    sites: Path
    variants: Path


def find_example() -> Example:
    """Find the files of the embedded example.

    The genome is simulated, so no result on it says anything about biology.

    Returns
    -------
    Example
        Paths of the files in the installed package.

    Examples
    --------
    >>> find_example().fasta.name
    'example.fa.gz'
    """
    folder = Path(str(resources.files("ideep_scan") / "data" / "example"))
    return Example(
        fasta=folder / "example.fa.gz",
        gtf=folder / "genes.gtf",
        sites=folder / "planted_sites.bed",
        variants=folder / "variants.vcf",
    )
