"""VCF files with and without the sequence of a genome."""

from __future__ import annotations

from pathlib import Path

import toy_bad_files

from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.jobs.check.calls import UnknownBases, check_vcf
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import AnyContig, Reference


def test_without_sequence_contigs_and_lengths_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(toy_bad_files.vcf("chrV 5 . A C . . ."))
    report = FileReport(path)
    check_vcf(report, Reference(ContigResolver({"chrT": 250}), "a.sizes"))
    assert report.codes == ["past-end", "contig-missing"] or report.codes == ["contig-missing", "past-end"]
    assert (report.facts["records"], "REF as in the genome" in report.facts) == (4, False)


def test_a_file_alone_has_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(toy_bad_files.vcf(header="##contig=<ID=20,length=63025520>\n"))
    report = FileReport(path)
    check_vcf(report, Reference(AnyContig()))
    assert report.codes == []
    assert report.facts["assembly"] == "hg19"


def test_a_contig_with_two_names_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(toy_bad_files.HEADER.format("") + "1\t5\t.\tA\tC\t.\t.\t.\nchr1\t6\t.\tA\tC\t.\t.\t.\n")
    report = FileReport(path)
    check_vcf(report, Reference(ContigResolver({"chr1": 250}), "a.sizes"))
    assert [item.text for item in report.findings] == ["names a contig both 1 and chr1"]


def test_unknown_bases_have_the_length_of_the_interval() -> None:
    assert UnknownBases().codes("c", 3, 7).tolist() == [4, 4, 4, 4]
