"""Compare the contig lengths in the header of a VCF with those of a genome or of a finished run."""

from __future__ import annotations

from collections.abc import Mapping

from ideep_scan.errors import ContigMismatch
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.vcf import VcfFile
from track_hubs.assemblies import find_candidates


def check_vcf_assembly(vcf: VcfFile, contigs: Mapping[str, int]) -> tuple[str, ...]:
    """Compare the contig lengths in the header of a VCF with those of a run.

    Parameters
    ----------
    vcf : VcfFile
        The VCF.
    contigs : mapping of str to int
        Length of each contig of the run in nt.

    Returns
    -------
    tuple of str
        Contigs of another length, one line.

    Raises
    ------
    ContigMismatch
        The lengths belong to different assemblies.
    """
    header, run = find_candidates(vcf.header.contigs), find_candidates(contigs)
    if header and run and set(header).isdisjoint(run):
        raise ContigMismatch(
            f"is on {' or '.join(header)} by the contig lengths of its header, but the run is on {' or '.join(run)}; "
            f"take a run on {header[0]}, or lift the VCF over",
            vcf.path,
        )
    return ContigResolver(contigs).length_notes(vcf.header.contigs, vcf.path.name, "the run")
