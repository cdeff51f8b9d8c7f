"""A VCF and a run are compared by the contig lengths of its header."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import ContigMismatch
from ideep_scan.formats.variants.vcf import VcfFile
from ideep_scan.jobs.vcf_assembly import check_vcf_assembly
from track_hubs.assemblies import read_lengths


def open_vcf(path: Path, assembly: str) -> VcfFile:
    contigs = (read_lengths(assembly) or {}).items()
    lines = ["##fileformat=VCFv4.3", *(f"##contig=<ID={name},length={length}>" for name, length in contigs)]
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    path.write_text("".join(f"{line}\n" for line in (*lines, columns)))
    return VcfFile(path)


def test_a_vcf_of_another_assembly_is_refused(tmp_path: Path) -> None:
    vcf = open_vcf(tmp_path / "in.vcf", "hg38")
    assert check_vcf_assembly(vcf, read_lengths("hg38") or {}) == ()
    (note,) = check_vcf_assembly(vcf, {"chr1": 5})
    assert note == (
        "in.vcf: 1 of 1 contigs have another length than in the run, the first is chr1 (248,956,422 nt, there 5); "
        "unless the run is an excerpt, give files of one assembly"
    )
    with pytest.raises(ContigMismatch, match=r"is on hg38 .*the run is on hg19; take a run on hg38"):
        check_vcf_assembly(vcf, read_lengths("hg19") or {})
